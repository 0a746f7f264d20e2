"""The second factor on the pages of managed login, and a new password before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import (
    Actions,
    AskedField,
    Departure,
    Mailbox,
    ManagedLoginWalker,
    PageKind,
    PersonFactory,
    WebPage,
    check,
)
from scenarios.support import expectations
from scenarios.support.answers import expect_equal
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    expect_refused_page,
    fill_in_sign_in,
    set_up_on_the_pages,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import (
    MANAGED_LOGIN,
    SECOND_FACTOR,
    TEMPORARY_PASSWORDS,
    requires,
)
from scenarios.support.variants import WITH_MFA, Client, Mfa, SecondFactors, varied

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, SECOND_FACTOR),
]


@varied(mfa=[Mfa.ON], client=Client)
def test_authenticator_is_set_up_on_the_page_and_asked_next_time(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """Where MFA is ON the page sets an authenticator up, and the next sign-in asks its code."""
    pages = cognito_managed_login
    member = set_up_on_the_pages(pages, newcomer())
    second = pages.another_browser()
    result = second.sign_in(member.context())
    asked = [str(page) for page in result.pages]
    expect_equal("the pages", asked, [PageKind.SIGN_IN.value, PageKind.TOTP_CODE.value])
    second.exchange(result)


@varied(mfa=[Mfa.ON])
def test_password_alone_gives_no_code_where_mfa_is_required(
    cognito_managed_login: ManagedLoginWalker, member: Member
) -> None:
    """After the password the app's next request still leads to a page, not to a code."""
    pages = cognito_managed_login
    page = pages.page(pages.start(), str(PageKind.SIGN_IN))
    arrived = fill_in_sign_in(pages, page, member)
    expect_refused_page(arrived, "a password without a second factor", facts="H055")
    again = pages.start()
    expect_refused_page(again, "a sign-in whose second factor is missing", facts="H055")


@varied(mfa=[Mfa.ON])
def test_set_up_that_is_left_out_gives_no_code(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """Whoever leaves the set-up page is not signed in, and must set the factor up all the same."""
    pages, member = cognito_managed_login, newcomer()
    pages.until(PageKind.TOTP_SET_UP, member.context())
    expect_refused_page(pages.start(), "a sign-in whose set-up is missing", facts="H055")
    set_up_on_the_pages(pages, member)


@varied(mfa=[Mfa.OPTIONAL])
def test_optional_factor_is_asked_only_of_who_has_it(
    cognito_managed_login: ManagedLoginWalker, member: Member, newcomer: Callable[[], Member]
) -> None:
    """Where MFA is OPTIONAL nobody is offered a set-up, and a preferred factor is asked."""
    pages = cognito_managed_login
    asked = pages.sign_in(member.context()).pages
    expect_equal("the pages of a user with a factor", len(asked), 2, facts="H055")
    without = pages.another_browser().sign_in(newcomer().context()).pages
    expect_equal("the pages of a user without one", len(without), 1, facts="H055")


@varied(mfa=WITH_MFA)
def test_wrong_code_is_refused_on_the_page(
    cognito_managed_login: ManagedLoginWalker, member: Member
) -> None:
    """A wrong TOTP code shows a page with an alert, and gives no code to the app."""
    pages = cognito_managed_login
    page = pages.until(PageKind.TOTP_CODE, member.context())
    wrong = expectations.wrong_code(member.second_factor.peek)
    arrived = pages.fill_in(page, PageKind.TOTP_CODE, {AskedField.CODE: wrong})
    shown = expect_refused_page(arrived, "a wrong TOTP code", facts="A224, H055")
    check(bool(shown.alerts), "the page does not say that the code is wrong", facts="A224")


@varied(mfa=[Mfa.ON])
def test_used_code_is_refused_on_the_page(
    cognito_managed_login: ManagedLoginWalker, member: Member
) -> None:
    """A TOTP code that has signed in on the pages is refused at the next sign-in there."""
    first, second = cognito_managed_login, cognito_managed_login.another_browser()
    code = member.second_factor.code()
    page = first.until(PageKind.TOTP_CODE, member.context())
    arrived = first.fill_in(page, PageKind.TOTP_CODE, {AskedField.CODE: code})
    check(isinstance(arrived, Departure), "the right TOTP code does not sign in on the page")
    page = second.until(PageKind.TOTP_CODE, member.context())
    again = second.fill_in(page, PageKind.TOTP_CODE, {AskedField.CODE: code})
    expect_refused_page(again, "a TOTP code that was used before", facts="A226")


@varied(mfa=[Mfa.ON])
def test_code_page_of_another_person_takes_no_code_of_mine(
    another_member: Member, cognito_managed_login: ManagedLoginWalker, member: Member
) -> None:
    """A code of one person's authenticator does not finish the sign-in of another."""
    pages = cognito_managed_login
    page = pages.until(PageKind.TOTP_CODE, member.context())
    code = another_member.second_factor.code()
    arrived = pages.fill_in(page, PageKind.TOTP_CODE, {AskedField.CODE: code})
    expect_refused_page(arrived, "the code of another person", facts="A224")


@varied(mfa=[Mfa.ON])
def test_code_form_of_another_site_is_refused(
    cognito_managed_login: ManagedLoginWalker, member: Member
) -> None:
    """The right TOTP code in a form without the token of this browser is refused as well."""
    pages = cognito_managed_login
    page = pages.until(PageKind.TOTP_CODE, member.context())
    pages.browser.set_cookie("XSRF-TOKEN", "00000000-0000-4000-8000-000000000000")
    code = member.second_factor.code()
    arrived = pages.fill_in(page, PageKind.TOTP_CODE, {AskedField.CODE: code})
    expect_refused_page(arrived, "a code in a form without the browser's token", facts="H047")


@pytest.mark.cognito_needs("outbox")
@requires(MANAGED_LOGIN)
@varied(mfa=[Mfa.ON], second_factors=[SecondFactors.SMS_AND_EMAIL])
def test_factor_is_chosen_on_the_page(
    cognito_mailbox: Mailbox,
    cognito_managed_login: ManagedLoginWalker,
    reachable: Callable[[], Member],
) -> None:
    """Who has two factors and prefers none chooses one on a page, and its code signs in."""
    pages, member = cognito_managed_login, reachable()
    context = Member(member.person, mailbox=cognito_mailbox).context()
    result = pages.sign_in(context, mfa_choice="EMAIL_OTP")
    asked = [page.value for page in result.pages]
    expected = [PageKind.SIGN_IN, PageKind.FACTOR_CHOICE, PageKind.SENT_CODE]
    expect_equal("the pages", asked, [page.value for page in expected], facts="H056")
    pages.exchange(result)


@pytest.mark.cognito_needs("outbox")
@requires(MANAGED_LOGIN, SECOND_FACTOR, TEMPORARY_PASSWORDS)
@varied(mfa=[Mfa.OFF, Mfa.ON])
def test_temporary_password_is_replaced_on_a_page(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_managed_login: ManagedLoginWalker,
    cognito_people: PersonFactory,
) -> None:
    """An invited user sets a password of their own before the app gets a code."""
    pages, person = cognito_managed_login, cognito_people.make()
    cognito_actions.admin_create_user(
        person.username, attributes=person.verified_attributes, desired_delivery_mediums=["EMAIL"]
    )
    invitation = cognito_mailbox.newest_code(person.username, kind="invitation")
    invited = Member(person.with_password(invitation.value))
    new = cognito_people.password()
    stopped = pages.until(PageKind.NEW_PASSWORD, invited.context())
    check(isinstance(stopped, WebPage), "no page asked for a new password", facts="H062")
    result = pages.sign_in(invited.context(), new_password=new)
    check(
        PageKind.NEW_PASSWORD in result.pages,
        "a temporary password signed in without a new one",
        facts="H062",
    )
    pages.exchange(result)
    later = Member(person.with_password(new), result.authenticator)
    pages.another_browser().sign_in(later.context())
