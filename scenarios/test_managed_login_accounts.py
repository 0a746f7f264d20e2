"""Signing up on the pages, and a forgotten password there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import (
    AccountPages,
    Actions,
    Mailbox,
    ManagedLoginWalker,
    PageKind,
    PersonFactory,
    check,
)
from scenarios.support.answers import expect_status
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    MFA_NOT_REQUIRED,
    expect_refused_page,
    fill_in_sign_in,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import (
    EMAIL_CODES,
    MANAGED_LOGIN,
    RECOVERY,
    SELF_SIGN_UP,
    SIGN_UP_WITHOUT_LINK,
    WITHOUT_CODES,
    requires,
)
from scenarios.support.variants import Mfa, SignInName, Variant, varied

pytestmark = [
    pytest.mark.cognito_needs("admin", "outbox"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, WITHOUT_CODES),
]
SIGN_UP = requires(MANAGED_LOGIN, WITHOUT_CODES, EMAIL_CODES, SELF_SIGN_UP, SIGN_UP_WITHOUT_LINK)


@SIGN_UP
@varied(mfa=[Mfa.OFF, Mfa.ON], sign_in_name=[SignInName.USERNAME, SignInName.EMAIL])
def test_person_signs_up_on_the_page_and_ends_in_the_app(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_managed_login: ManagedLoginWalker,
    cognito_people: PersonFactory,
    variant: Variant,
) -> None:
    """A new user confirms with the code of the email, and is sent to the app with a code.

    Where MFA is ON, they set an authenticator up before.
    """
    pages, person = cognito_managed_login, cognito_people.make()
    accounts, request = AccountPages(pages), pages.request()
    arrived = accounts.sign_up(accounts.open_sign_up(request), person)
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value
    confirmed = accounts.give_code(arrived, code)
    expect_status(cognito_actions, person.username, "CONFIRMED", facts="H060")
    result = pages.go_on(confirmed, Member(person).context(), request)
    if variant.mfa is Mfa.ON:
        asked = PageKind.TOTP_SET_UP in result.pages
        check(asked, "a sign-up did not ask to set up an authenticator", facts="H055, H060")
    pages.exchange(result)


@SIGN_UP
@varied(mfa=MFA_NOT_REQUIRED)
def test_wrong_code_confirms_no_sign_up(
    cognito_actions: Actions,
    cognito_managed_login: ManagedLoginWalker,
    cognito_people: PersonFactory,
) -> None:
    """A wrong code is refused on the page, and the user stays unconfirmed."""
    pages, person = cognito_managed_login, cognito_people.make()
    accounts = AccountPages(pages)
    arrived = accounts.sign_up(accounts.open_sign_up(pages.request()), person)
    again = accounts.give_code(arrived, "000000")
    expect_refused_page(again, "a wrong code of a sign-up", facts="A037, H060")
    expect_status(cognito_actions, person.username, "UNCONFIRMED")


@SIGN_UP
@varied(mfa=MFA_NOT_REQUIRED)
def test_unconfirmed_user_gets_no_code_on_the_pages(
    cognito_managed_login: ManagedLoginWalker, cognito_people: PersonFactory
) -> None:
    """Who has signed up and not confirmed does not sign in with the password."""
    pages, person = cognito_managed_login, cognito_people.make()
    accounts = AccountPages(pages)
    accounts.sign_up(accounts.open_sign_up(pages.request()), person)
    later = pages.another_browser()
    page = later.page(later.start(), str(PageKind.SIGN_IN))
    arrived = fill_in_sign_in(later, page, Member(person))
    expect_refused_page(arrived, "a user who is not confirmed", facts="A127, H060")


@requires(MANAGED_LOGIN, WITHOUT_CODES, RECOVERY)
@varied(mfa=MFA_NOT_REQUIRED)
def test_forgotten_password_is_replaced_on_the_pages(
    cognito_mailbox: Mailbox,
    cognito_managed_login: ManagedLoginWalker,
    cognito_people: PersonFactory,
    newcomer: Callable[[], Member],
) -> None:
    """A code and a new password replace the forgotten one, which then signs in no more."""
    pages, member = cognito_managed_login, newcomer()
    person, new = member.person, cognito_people.password()
    accounts = AccountPages(pages)
    page = accounts.open_forgotten_password(pages.request())

    def sent() -> str:
        return cognito_mailbox.newest_code(person.username, kind="forgot_password").value.reveal()

    accounts.recover_password(page, person.sign_in_as, sent, new)
    later = pages.another_browser()
    old = fill_in_sign_in(later, later.page(later.start(), str(PageKind.SIGN_IN)), member)
    expect_refused_page(old, "the forgotten password", facts="H061")
    later.exchange(later.sign_in(Member(person.with_password(new)).context()))


@requires(MANAGED_LOGIN, WITHOUT_CODES, RECOVERY)
@varied(mfa=MFA_NOT_REQUIRED)
def test_wrong_recovery_code_is_refused_on_the_page(
    cognito_managed_login: ManagedLoginWalker,
    cognito_people: PersonFactory,
    newcomer: Callable[[], Member],
) -> None:
    """A wrong code sets no password, and the old one still signs in."""
    pages, member = cognito_managed_login, newcomer()
    accounts = AccountPages(pages)
    page = accounts.open_forgotten_password(pages.request())
    new = cognito_people.password()
    arrived = accounts.recover_password(page, member.person.sign_in_as, lambda: "000000", new)
    expect_refused_page(arrived, "a wrong recovery code", facts="A092, H061")
    later = pages.another_browser()
    changed = Member(member.person.with_password(new))
    signed_in = fill_in_sign_in(later, later.page(later.start(), str(PageKind.SIGN_IN)), changed)
    expect_refused_page(signed_in, "a password set with a wrong code", facts="A092, H061")
    pages.another_browser().sign_in(member.context())


@varied(mfa=MFA_NOT_REQUIRED)
def test_disabled_user_does_not_sign_in_on_the_pages(
    cognito_actions: Actions,
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
) -> None:
    """A user whom an administrator has disabled gets no code for the right password."""
    pages, member = cognito_managed_login, newcomer()
    cognito_actions.admin_disable_user(member.person.username)
    page = pages.page(pages.start(), str(PageKind.SIGN_IN))
    arrived = fill_in_sign_in(pages, page, member)
    expect_refused_page(arrived, "a disabled user", facts="A128")
