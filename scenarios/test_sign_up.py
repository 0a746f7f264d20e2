"""Signing up, confirming, and finding users."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Mailbox, Person, PersonFactory, PoolPeople, Secret, check
from scenarios.support import expectations, refusals
from scenarios.support.answers import (
    attributes_in,
    attributes_of,
    expect_attribute,
    expect_equal,
    expect_member,
    expect_status,
    member_of,
    the_only,
    username_of,
)
from scenarios.support.contacts import Contact, expect_unverified
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    CHOSEN_NAMES,
    ONE_NAME_FOR_ALL,
    ORDINARY_POLICY,
    SELF_SIGN_UP,
    SIGN_UP_CODES,
    SIGN_UP_WITHOUT_LINK,
    requires,
)
from scenarios.support.refusals import Refusal, refused
from scenarios.support.variants import Client, SignInName, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged, exists

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    requires(SELF_SIGN_UP, SIGN_UP_CODES, SIGN_UP_WITHOUT_LINK),
]


@pytest.mark.cognito_needs("outbox")
@varied(sign_in_name=SignInName, client=Client)
def test_sign_up_sends_a_code_and_leaves_the_user_unconfirmed(
    cognito_actions: Actions, cognito_person: Person, people: PoolPeople
) -> None:
    """SignUp names the masked destination of a code, and the user is UNCONFIRMED."""
    person = cognito_person
    contact = Contact.of(person, people.sign_up_contact)
    answer = cognito_actions.sign_up(person.username, person.password, person.attributes)
    expect_member(answer, "UserConfirmed", False, of="SignUp")
    contact.expect_delivery(answer, of="SignUp")
    expect_status(cognito_actions, person.username, "UNCONFIRMED")
    attributes = attributes_of(cognito_actions, person.username)
    expect_attribute(attributes, contact.verified_flag, "false")
    expect_unverified(attributes, people.contacts, by="SignUp")


@varied(sign_in_name=SignInName)
def test_sign_up_names_the_user(
    cognito_actions: Actions, cognito_person: Person, variant: Variant
) -> None:
    """The username is what was typed, or the sub where users sign up with an email address."""
    person = cognito_person
    answer = cognito_actions.sign_up(person.username, person.password, person.attributes)
    username = username_of(cognito_actions, person.username)
    if expectations.username_is_sub(variant.sign_in_name):
        sub = member_of(answer, "UserSub", of="SignUp")
        expect_equal("Username of AdminGetUser", username, sub, facts="A020")
    else:
        expect_equal("Username of AdminGetUser", username, person.username, facts="A021")


@varied(sign_in_name=SignInName)
def test_confirm_sign_up_with_the_code_confirms_user_and_address(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    people: PoolPeople,
) -> None:
    """ConfirmSignUp with the code confirms the user and verifies where it was sent to."""
    person = cognito_signed_up
    code = cognito_mailbox.newest_code(person.username, kind="sign_up")
    cognito_actions.confirm_sign_up(person.username, code.value)
    expect_status(cognito_actions, person.username, "CONFIRMED")
    attributes = attributes_of(cognito_actions, person.username)
    contact = Contact.of(person, people.sign_up_contact)
    expect_attribute(attributes, contact.verified_flag, "true")
    others = [name for name in people.contacts if name != contact.attribute]
    expect_unverified(attributes, others, by="ConfirmSignUp", facts="A008")


@varied(sign_in_name=SignInName)
def test_confirm_sign_up_with_a_wrong_code_is_refused(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    unchanged: Unchanged,
) -> None:
    """ConfirmSignUp with a wrong code is refused, and the right one still confirms."""
    person = cognito_signed_up
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value.reveal()
    with unchanged(person), refused(refusals.WRONG_CODE):
        cognito_actions.confirm_sign_up(person.username, _another(code))
    cognito_actions.confirm_sign_up(person.username, code)
    expect_status(cognito_actions, person.username, "CONFIRMED")


@varied(sign_in_name=SignInName)
def test_resent_code_confirms_and_makes_the_old_one_useless(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    people: PoolPeople,
    unchanged: Unchanged,
) -> None:
    """After ResendConfirmationCode only the new code confirms."""
    person = cognito_signed_up
    old = cognito_mailbox.newest_code(person.username, kind="sign_up").value
    resent = cognito_actions.resend_confirmation_code(person.username)
    contact = Contact.of(person, people.sign_up_contact)
    contact.expect_delivery(resent, of="ResendConfirmationCode")
    new = cognito_mailbox.newest_code(person.username, kind="resend").value
    with unchanged(person), refused(refusals.WRONG_CODE):
        cognito_actions.confirm_sign_up(person.username, old)
    cognito_actions.confirm_sign_up(person.username, new)


@pytest.mark.cognito_needs("clock")
def test_sign_up_code_expires_after_a_day(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """A sign-up code is refused once 24 hours have passed, and a new one confirms."""
    person = cognito_signed_up
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value
    time_passes(expectations.SIGN_UP_CODE_LIFETIME + expectations.SECOND)
    with unchanged(person), refused(refusals.EXPIRED_CODE):
        cognito_actions.confirm_sign_up(person.username, code)
    cognito_actions.resend_confirmation_code(person.username)
    resent = cognito_mailbox.newest_code(person.username, kind="resend").value
    cognito_actions.confirm_sign_up(person.username, resent)


@pytest.mark.cognito_needs("clock")
def test_sign_up_code_confirms_until_the_day_is_over(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    time_passes: TimePasses,
) -> None:
    """A sign-up code still confirms after nearly 24 hours."""
    person = cognito_signed_up
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value
    time_passes(expectations.SIGN_UP_CODE_LIFETIME - expectations.MINUTE)
    cognito_actions.confirm_sign_up(person.username, code)


@varied(client=Client)
def test_confirming_twice_is_refused(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    unchanged: Unchanged,
) -> None:
    """ConfirmSignUp and ResendConfirmationCode are refused for a user who is CONFIRMED."""
    person = cognito_signed_up
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value
    cognito_actions.confirm_sign_up(person.username, code)
    with unchanged(person), refused(refusals.ALREADY_CONFIRMED):
        cognito_actions.confirm_sign_up(person.username, code)
    with unchanged(person), refused(refusals.NOTHING_TO_RESEND):
        cognito_actions.resend_confirmation_code(person.username)


@varied(sign_in_name=SignInName)
def test_sign_up_with_a_name_that_is_taken_is_refused(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    cognito_signed_up: Person,
    unchanged: Unchanged,
) -> None:
    """SignUp is refused for an existing username, even if that user is not confirmed."""
    person = cognito_signed_up
    with unchanged(person), refused(refusals.USERNAME_TAKEN):
        cognito_actions.sign_up(person.username, cognito_people.password(), person.attributes)


@requires(SELF_SIGN_UP, ORDINARY_POLICY)
@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        pytest.param("Aa1!xyz", refusals.PASSWORD_TOO_SHORT, id="too_short"),
        pytest.param("abcdef1!", refusals.PASSWORD_WITHOUT_UPPERCASE, id="no_uppercase"),
        pytest.param("ABCDEF1!", refusals.PASSWORD_WITHOUT_LOWERCASE, id="no_lowercase"),
        pytest.param("Abcdefg!", refusals.PASSWORD_WITHOUT_NUMBER, id="no_number"),
        pytest.param("Abcdefg1", refusals.PASSWORD_WITHOUT_SYMBOL, id="no_symbol"),
    ],
)
def test_sign_up_with_a_weak_password_is_refused(
    cognito_actions: Actions, cognito_person: Person, password: str, refusal: Refusal
) -> None:
    """SignUp with a password that the policy forbids names the rule and creates no user."""
    person = cognito_person
    with refused(refusal):
        cognito_actions.sign_up(person.username, Secret(password), person.attributes)
    check(not exists(cognito_actions, person), "the refused call made a user")


@requires()
@pytest.mark.cognito_pool(allow_admin_create_user_only=True)
def test_sign_up_is_refused_where_only_administrators_make_users(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """SignUp is refused in a pool with AllowAdminCreateUserOnly."""
    person = cognito_person
    with refused(refusals.SIGN_UP_NOT_PERMITTED):
        cognito_actions.sign_up(person.username, person.password, person.attributes)
    check(not exists(cognito_actions, person), "the refused call made a user")


@varied(sign_in_name=[SignInName.EMAIL_ALIAS])
def test_username_like_an_alias_is_refused(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """SignUp with an email address as the username is refused where it is an alias."""
    person = cognito_person
    with refused(refusals.USERNAME_LOOKS_LIKE_ALIAS):
        cognito_actions.sign_up(person.email, person.password, person.attributes)
    check(not exists(cognito_actions, person), "the refused call made a user")


@requires(ONE_NAME_FOR_ALL)
@varied(sign_in_name=[SignInName.EMAIL])
def test_username_that_is_not_an_address_is_refused(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """SignUp with a plain username is refused where users sign up with their email address."""
    person = cognito_person
    with refused(refusals.USERNAME_IS_NO_EMAIL):
        cognito_actions.sign_up(person.given_name, person.password, person.attributes)
    check(not exists(cognito_actions, person), "the refused call made a user")


@varied(sign_in_name=[SignInName.EMAIL_ALIAS])
def test_an_alias_is_taken_only_when_the_second_user_confirms(
    cognito_actions: Actions,
    cognito_confirmed: Person,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    unchanged: Unchanged,
) -> None:
    """SignUp with another user's verified address succeeds, and ConfirmSignUp is refused."""
    first, second = cognito_confirmed, cognito_people.make()
    cognito_actions.sign_up(second.username, second.password, {**first.attributes})
    # Both have the address, and the first one's email can come last. Only the second asks again.
    cognito_actions.resend_confirmation_code(second.username)
    code = cognito_mailbox.newest_code(first.email, kind="resend").value
    with unchanged(first, second), refused(refusals.ALIAS_TAKEN):
        cognito_actions.confirm_sign_up(second.username, code)


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
def test_confirming_or_resending_for_an_unknown_user_is_refused(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """Where user existence errors are not prevented, the error says that the user is unknown."""
    person = cognito_person
    with refused(refusals.UNKNOWN_USER_CODE_ONLY):
        cognito_actions.confirm_sign_up(person.username, "123456")
    with refused(refusals.UNKNOWN_USER_OF_CLIENT):
        cognito_actions.resend_confirmation_code(person.username)
    check(not exists(cognito_actions, person), "the refused call made a user")


@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
def test_resending_for_an_unknown_user_looks_like_resending(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """Where user existence errors are prevented, ResendConfirmationCode makes up a response."""
    answer = cognito_actions.resend_confirmation_code(cognito_person.username)
    of = "ResendConfirmationCode"
    destination = member_of(answer, "CodeDeliveryDetails.Destination", of=of)
    check(bool(destination), f"{of} named no destination for an unknown user, which shows them up")
    check(not exists(cognito_actions, cognito_person), f"{of} made a user")


def test_admin_confirm_sign_up_confirms_without_verifying(
    cognito_actions: Actions, cognito_signed_up: Person, people: PoolPeople, unchanged: Unchanged
) -> None:
    """AdminConfirmSignUp confirms the user, verifies nothing, and works once."""
    person = cognito_signed_up
    cognito_actions.admin_confirm_sign_up(person.username)
    expect_status(cognito_actions, person.username, "CONFIRMED")
    attributes = attributes_of(cognito_actions, person.username)
    expect_unverified(attributes, people.contacts, by="AdminConfirmSignUp")
    with unchanged(person), refused(refusals.ALREADY_CONFIRMED):
        cognito_actions.admin_confirm_sign_up(person.username)


@varied(sign_in_name=SignInName)
def test_signed_in_user_reads_the_own_attributes(
    member: Member, people: PoolPeople, sign_in: MemberSignIn
) -> None:
    """GetUser returns the user's name and the attributes that the app client may read."""
    result = sign_in(member)
    user = sign_in.walker.actions.get_user(result.tokens.access)
    attributes = attributes_in(user, "UserAttributes", of="GetUser")
    expect_member(user, "Username", result.username, of="GetUser")
    flag = Contact.of(member.person, people.sign_up_contact).verified_flag
    for name, value in {**member.person.attributes, flag: "true"}.items():
        expect_attribute(attributes, name, value if people.may_read(name) else None)


@varied(sign_in_name=SignInName)
def test_list_users_finds_by_filter(
    cognito_actions: Actions, newcomer: Callable[[], Member], people: PoolPeople
) -> None:
    """ListUsers finds exactly the user whose attribute the filter gives, in full or as a prefix."""
    person, _ = newcomer().person, newcomer().person
    contact = Contact.of(person, people.sign_up_contact)
    name, value = contact.attribute, contact.value
    for filter_ in (f'{name} = "{value}"', f'{name} ^= "{value.partition("@")[0]}"'):
        users = member_of(cognito_actions.list_users(filter=filter_), "Users", of="ListUsers")
        found = the_only(users, "users", by="ListUsers")
        attributes = attributes_in(found, "Attributes", of="ListUsers")
        expect_attribute(attributes, name, value)


@requires(CHOSEN_NAMES)
@pytest.mark.cognito_pool(name="pages")
def test_list_users_turns_pages(cognito_actions: Actions, newcomer: Callable[[], Member]) -> None:
    """ListUsers, page by page, returns every user exactly once."""
    expected = {newcomer().person.username for _ in range(3)}
    seen: list[str] = []
    token: str | None = None
    while True:
        page = cognito_actions.list_users(limit=2, pagination_token=token)
        users = member_of(page, "Users", of="ListUsers")
        check(len(users) <= 2, f"ListUsers returned {len(users)} users with Limit 2")
        seen += [member_of(user, "Username", of="ListUsers") for user in users]
        token = page.get("PaginationToken")
        if token is None:
            break
    check(len(seen) == len(set(seen)), "ListUsers returned a user on two pages")
    missing = len(expected - set(seen))
    check(not missing, f"the pages of ListUsers lack {missing} of {len(expected)} new users")


def _another(code: str) -> str:
    """Return a different code of the same form."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"
