"""Users that an administrator creates, and who first sign in with a temporary password."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness import Actions, Mailbox, Person, PersonFactory, Secret
from scenarios.support import expectations, refusals
from scenarios.support.answers import expect_member, expect_status
from scenarios.support.expectations import Situation
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    ORDINARY_POLICY,
    ORDINARY_TEMPORARY_PASSWORDS,
    TEMPORARY_PASSWORDS,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_new_device, expect_steps
from scenarios.support.variants import Client, Devices, Flow, Mfa, SignInName, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = [pytest.mark.cognito_needs("admin"), requires(TEMPORARY_PASSWORDS)]

ASKED = "NEW_PASSWORD_REQUIRED"


@dataclass(frozen=True)
class Invited:
    """A user with a temporary password, and the password they will set."""

    member: Member
    new_password: Secret

    @property
    def later(self) -> Member:
        """The member with the new password."""
        return self.member.with_password(self.new_password)


@pytest.fixture
def invited(
    cognito_actions: Actions, cognito_mailbox: Mailbox, cognito_people: PersonFactory
) -> Invited:
    """A user whom an administrator has invited, and who has read the invitation."""
    person = cognito_people.make()
    created = cognito_actions.admin_create_user(
        person.username,
        attributes=person.verified_attributes,
        desired_delivery_mediums=["EMAIL"],
    )
    expect_member(created, "User.UserStatus", "FORCE_CHANGE_PASSWORD", of="AdminCreateUser")
    invitation = cognito_mailbox.newest_code(person.username, kind="invitation")
    return Invited(Member(person.with_password(invitation.value)), cognito_people.password())


@varied(mfa=Mfa, devices=Devices, sign_in_name=SignInName, client=Client, flow=Flow)
def test_invited_user_sets_a_password_at_the_first_sign_in(
    cognito_actions: Actions, invited: Invited, sign_in: MemberSignIn, variant: Variant
) -> None:
    """The temporary password leads to NEW_PASSWORD_REQUIRED, then to MFA_SETUP, then to tokens."""
    result = sign_in(invited.member, new_password=invited.new_password)
    situation = Situation(temporary_password=True)
    expect_steps(result.steps, variant, situation)
    expect_new_device(result, variant, situation)
    expect_status(cognito_actions, invited.member.person.username, "CONFIRMED")


@varied(mfa=Mfa)
def test_temporary_password_is_good_only_once(
    invited: Invited, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """Once the new password is set, the temporary one is refused, and the new one signs in."""
    result = sign_in(invited.member, new_password=invited.new_password)
    with unchanged(invited.member.person), refused(refusals.WRONG_PASSWORD):
        sign_in(invited.member)
    sign_in.works_for(invited.later, authenticator=result.authenticator)


@varied(flow=Flow)
def test_wrong_temporary_password_is_refused(
    cognito_people: PersonFactory, invited: Invited, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A password other than that of the invitation is refused."""
    mistaken = invited.member.with_password(cognito_people.password())
    with unchanged(mistaken.person), refused(refusals.WRONG_PASSWORD):
        sign_in(mistaken, new_password=invited.new_password)


@requires(ORDINARY_POLICY)
@varied(client=Client)
def test_weak_new_password_is_refused(
    invited: Invited, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A new password that the policy forbids is refused, and the temporary one stays valid."""
    asked = sign_in.until(ASKED, invited.member, new_password=invited.new_password)
    with unchanged(invited.member.person), refused(refusals.PASSWORD_TOO_SHORT):
        sign_in.answer(asked, NEW_PASSWORD="Aa1!xyz")
    sign_in.until(ASKED, invited.member)


@varied(client=Client)
def test_attributes_that_only_cognito_sets_are_refused(
    invited: Invited, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """An app that sends userAttributes back as they came is refused, and may try again."""
    asked = sign_in.until(ASKED, invited.member, new_password=invited.new_password)
    echoed = {"userAttributes.email_verified": "true"}
    with (
        unchanged(invited.member.person),
        refused(refusals.NOT_MUTABLE.about(name="email_verified")),
    ):
        sign_in.answer(asked, **echoed)
    sign_in.answer(asked)


def test_response_without_members_is_refused(
    cognito_actions: Actions, invited: Invited, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A response to a challenge needs ChallengeResponses."""
    asked = sign_in.until(ASKED, invited.member, new_password=invited.new_password)
    with unchanged(invited.member.person), refused(refusals.NO_RESPONSES):
        cognito_actions.respond_to_auth_challenge(
            "NEW_PASSWORD_REQUIRED", {}, session=asked.session
        )


@requires(ORDINARY_TEMPORARY_PASSWORDS)
@pytest.mark.cognito_needs("clock")
@varied(flow=Flow)
def test_temporary_password_expires_after_a_week(
    invited: Invited, sign_in: MemberSignIn, time_passes: TimePasses, unchanged: Unchanged
) -> None:
    """A temporary password is refused once it is seven days old."""
    time_passes(expectations.TEMPORARY_PASSWORD_LIFETIME + expectations.SECOND)
    with unchanged(invited.member.person), refused(refusals.TEMPORARY_PASSWORD_EXPIRED):
        sign_in(invited.member, new_password=invited.new_password)


@varied(client=Client)
def test_session_of_new_password_is_good_only_once(
    invited: Invited, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """The session of NEW_PASSWORD_REQUIRED is refused the second time."""
    asked = sign_in.until(ASKED, invited.member, new_password=invited.new_password)
    sign_in.answer(asked)
    with unchanged(invited.member.person), refused(refusals.SESSION_USED):
        sign_in.answer(asked)


def test_password_set_by_an_administrator_is_temporary_or_permanent(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
) -> None:
    """AdminSetUserPassword requires a new password at sign-in unless Permanent is true."""
    actions, username = cognito_actions, member.person.username
    temporary, permanent = cognito_people.password(), cognito_people.password()
    actions.admin_set_user_password(username, temporary, permanent=False)
    expect_status(actions, username, "FORCE_CHANGE_PASSWORD")
    sign_in.until(ASKED, member.with_password(temporary))
    actions.admin_set_user_password(username, permanent, permanent=True)
    expect_status(actions, username, "CONFIRMED")
    sign_in.works_for(member.with_password(permanent))


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
def test_invited_user_cannot_recover_the_password(
    cognito_actions: Actions, invited: Invited, unchanged: Unchanged
) -> None:
    """ForgotPassword is refused while the password is temporary."""
    person = invited.member.person
    with unchanged(person), refused(refusals.CANNOT_RESET_IN_THIS_STATE):
        cognito_actions.forgot_password(person.username)


@varied(sign_in_name=SignInName)
def test_inviting_a_user_twice_is_refused(
    cognito_actions: Actions, cognito_confirmed: Person, unchanged: Unchanged
) -> None:
    """AdminCreateUser is refused for an existing username."""
    person = cognito_confirmed
    with unchanged(person), refused(refusals.USERNAME_TAKEN_FOR_ADMIN):
        cognito_actions.admin_create_user(person.username, attributes=person.attributes)
