"""Rules of a pool about names, passwords and recovery that only some pools have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from harness import Actions, Person, PersonFactory, check
from scenarios.support import expectations, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import member_of, the_only, username_of
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import NAME_CHANGES, SELF_SIGN_UP, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import WITH_LETTERS, Flow, Mfa, SignInName, varied
from scenarios.support.watching import TimePasses, Unchanged, exists

pytestmark = pytest.mark.cognito_needs("admin")

ASKED = "NEW_PASSWORD_REQUIRED"


def in_other_case(person: Person) -> Person:
    """Return the person as somebody types their names who does not care about case."""
    return Person(
        username=person.username.swapcase(),
        email=person.email.swapcase(),
        phone_number=person.phone_number,
        given_name=person.given_name,
        password=person.password,
        attributes={
            name: value.swapcase() if name == "email" else value
            for name, value in person.attributes.items()
        },
        sign_in_name=person.sign_in_name,
    )


@pytest.mark.cognito_pool(case_sensitive=False)
@varied(sign_in_name=WITH_LETTERS, flow=(Flow.USER_PASSWORD_AUTH, Flow.USER_SRP_AUTH))
def test_case_of_names_does_not_matter_where_the_pool_ignores_it(
    member: Member, sign_in: MemberSignIn
) -> None:
    """A user signs in with their name in other letters, and is who they were."""
    twin = Member(in_other_case(member.person), member.authenticator)
    with accepted("the name in other letters", facts="A023"):
        result = sign_in(twin)
    username = sign_in(member).username
    check(result.username == username, "another user was signed in", facts="A023")


@requires(SELF_SIGN_UP)
@pytest.mark.cognito_pool(case_sensitive=False)
@varied(sign_in_name=(SignInName.USERNAME, SignInName.EMAIL))
def test_name_in_other_letters_is_taken_where_the_pool_ignores_case(
    cognito_actions: Actions, cognito_confirmed: Person, unchanged: Unchanged
) -> None:
    """SignUp is refused with a name that differs only in case from another user's."""
    twin = in_other_case(cognito_confirmed)
    with unchanged(cognito_confirmed), refused(refusals.USERNAME_TAKEN):
        cognito_actions.sign_up(twin.username, twin.password, twin.attributes)


@pytest.mark.cognito_pool(case_sensitive=True, prevent_user_existence_errors=False)
@varied(sign_in_name=WITH_LETTERS)
def test_name_in_other_letters_is_unknown_where_case_matters(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """Where the pool is case-sensitive, a name in other letters is nobody's."""
    twin = in_other_case(member.person)
    with refused(refusals.UNKNOWN_USER):
        sign_in.start(Member(twin))
    check(not exists(cognito_actions, twin), "AdminGetUser ignores case", facts="A023")


@pytest.mark.cognito_needs("clock")
@pytest.mark.cognito_pool(temporary_password_validity_days=2)
def test_temporary_password_is_good_for_the_days_that_the_pool_says(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """TemporaryPasswordValidityDays decides when an invitation is too old."""
    person, new = cognito_people.make(), cognito_people.password()
    cognito_actions.admin_create_user(
        person.username,
        temporary_password=person.password,
        attributes=person.verified_attributes,
        message_action="SUPPRESS",
    )
    time_passes(2 * expectations.DAY - expectations.MINUTE)
    with accepted("a temporary password a minute before its end", facts="A034"):
        sign_in.until(ASKED, Member(person), new_password=new)
    time_passes(expectations.MINUTE + expectations.SECOND)
    with unchanged(person), refused(refusals.TEMPORARY_PASSWORD_EXPIRED):
        sign_in(Member(person), new_password=new)


@pytest.mark.cognito_pool(password_history_size=2)
@varied(mfa=[Mfa.OFF])
def test_password_of_before_is_refused_for_as_long_as_the_pool_remembers_it(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """With PasswordHistorySize, an earlier password is refused until others have replaced it."""
    actions, person = cognito_actions, member.person
    first, second = person.password, cognito_people.password()
    access = sign_in(member).tokens.access
    actions.change_password(access, first, second)
    with unchanged(person), refused(refusals.PASSWORD_USED_BEFORE):
        actions.change_password(access, second, first)
    with unchanged(person), refused(refusals.PASSWORD_USED_BEFORE):
        actions.admin_set_user_password(person.username, first, permanent=True)
    # Far enough that it does not matter whether the present password counts.
    for _ in range(3):
        actions.admin_set_user_password(person.username, cognito_people.password(), permanent=True)
    with accepted("a password that others have replaced in the history", facts="A035"):
        actions.admin_set_user_password(person.username, first, permanent=True)
    sign_in.works_for(member)


@pytest.mark.cognito_pool(recovery_by_administrator_only=True)
def test_nobody_recovers_a_password_where_only_administrators_may(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """Where recovery is ``admin_only``, ForgotPassword is refused for every user."""
    person = member.person
    with unchanged(person), refused(refusals.RECOVERY_BY_ADMINISTRATOR_ONLY):
        cognito_actions.forgot_password(person.sign_in_as)
    sign_in.works_for(member)


@pytest.mark.cognito_needs("clock")
@requires(NAME_CHANGES)
def test_user_shows_when_they_were_changed(
    cognito_actions: Actions, member: Member, time_passes: TimePasses
) -> None:
    """A changed attribute moves UserLastModifiedDate, in every answer, and not UserCreateDate."""
    actions, username = cognito_actions, member.person.username
    before = _dates(actions, username)
    time_passes(expectations.HOUR)
    changed = member.person.given_name.swapcase()
    actions.admin_update_user_attributes(username, {"given_name": changed})
    after = _dates(actions, username)
    check(after.created == before.created, "a change moved the date of creation", facts="A064")
    hours = (after.changed - before.changed).total_seconds() / expectations.HOUR
    check(1 <= hours < 1.1, f"UserLastModifiedDate moved by {hours} hours, not 1", facts="A064")
    answer = actions.list_users(filter=f'username = "{username_of(actions, username)}"')
    listed = the_only(member_of(answer, "Users", of="ListUsers"), "users", by="ListUsers")
    shown = member_of(listed, "UserLastModifiedDate", of="ListUsers")
    check(
        shown == after.changed, "ListUsers shows another UserLastModifiedDate", facts="A054, A064"
    )


@dataclass(frozen=True)
class Dates:
    """When a user was created and last changed."""

    created: datetime
    changed: datetime


def _dates(actions: Actions, username: str) -> Dates:
    user = actions.admin_get_user(username)
    return Dates(
        created=member_of(user, "UserCreateDate", of="AdminGetUser"),
        changed=member_of(user, "UserLastModifiedDate", of="AdminGetUser"),
    )
