"""A forgotten password is replaced with a verification code."""

from __future__ import annotations

import pytest

from harness import (
    Actions,
    Mailbox,
    Person,
    PersonFactory,
    PoolPeople,
    Secret,
    check,
    recover_password,
    request_recovery_code,
)
from scenarios.support import expectations, refusals
from scenarios.support.answers import expect_status, member_of
from scenarios.support.contacts import Contact
from scenarios.support.expectations import Situation
from scenarios.support.members import Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import ORDINARY_POLICY, RECOVERY, requires
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_steps
from scenarios.support.variants import Client, Flow, Mfa, SignInName, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged, exists

pytestmark = [pytest.mark.cognito_needs("admin"), requires(RECOVERY)]


@varied(sign_in_name=SignInName, client=Client)
def test_recovered_password_signs_in_and_the_old_one_does_not(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
) -> None:
    """After ConfirmForgotPassword only the new password signs in."""
    new = cognito_people.password()
    recover_password(cognito_actions, member.person, cognito_mailbox, new)
    with refused(refusals.WRONG_PASSWORD):
        sign_in(member)
    sign_in.works_for(member.with_password(new))


@varied(sign_in_name=SignInName)
def test_forgot_password_names_the_masked_destination(
    cognito_actions: Actions,
    cognito_confirmed: Person,
    people: PoolPeople,
    unchanged: Unchanged,
) -> None:
    """ForgotPassword says where the code was sent, and the old password stays valid until then."""
    person = cognito_confirmed
    with unchanged(person):
        answer = cognito_actions.forgot_password(person.sign_in_as)
    contact = Contact.of(person, people.recovery_contact)
    contact.expect_delivery(answer, of="ForgotPassword")


@varied(mfa=[Mfa.OFF], client=Client)
def test_wrong_recovery_code_is_refused(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ConfirmForgotPassword with a wrong code is refused, and the old password stays valid."""
    person, new = member.person, cognito_people.password()
    code = request_recovery_code(cognito_actions, person, cognito_mailbox).value
    wrong = f"{(int(code.reveal()) + 1) % 1_000_000:06}"
    with unchanged(person), refused(refusals.WRONG_CODE):
        cognito_actions.confirm_forgot_password(person.sign_in_as, wrong, new)
    sign_in.works_for(member)
    cognito_actions.confirm_forgot_password(person.sign_in_as, code, new)
    sign_in.works_for(member.with_password(new))


@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF])
def test_recovery_code_expires_after_an_hour(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """A recovery code is refused once it is an hour old, and the old password stays valid."""
    person = member.person
    code = request_recovery_code(cognito_actions, person, cognito_mailbox).value
    time_passes(expectations.RECOVERY_CODE_LIFETIME + expectations.SECOND)
    with unchanged(person), refused(refusals.EXPIRED_CODE):
        cognito_actions.confirm_forgot_password(person.sign_in_as, code, cognito_people.password())
    sign_in.works_for(member)


def test_recovery_code_is_good_only_once(
    cognito_actions: Actions,
    cognito_confirmed: Person,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    unchanged: Unchanged,
) -> None:
    """A code that has set a password is refused when it is used again."""
    person = cognito_confirmed
    code = request_recovery_code(cognito_actions, person, cognito_mailbox).value
    cognito_actions.confirm_forgot_password(person.username, code, cognito_people.password())
    with unchanged(person), refused(refusals.EXPIRED_CODE):
        cognito_actions.confirm_forgot_password(person.username, code, cognito_people.password())


def test_recovery_without_a_code_is_refused(
    cognito_actions: Actions,
    cognito_confirmed: Person,
    cognito_people: PersonFactory,
    unchanged: Unchanged,
) -> None:
    """ConfirmForgotPassword is refused for a user who never asked for a code."""
    person = cognito_confirmed
    with unchanged(person), refused(refusals.EXPIRED_CODE):
        cognito_actions.confirm_forgot_password(
            person.username, "123456", cognito_people.password()
        )


@requires(RECOVERY, ORDINARY_POLICY)
def test_recovering_with_a_weak_password_is_refused(
    cognito_actions: Actions,
    cognito_confirmed: Person,
    cognito_mailbox: Mailbox,
    unchanged: Unchanged,
) -> None:
    """ConfirmForgotPassword with a password that the policy forbids is refused."""
    person = cognito_confirmed
    code = request_recovery_code(cognito_actions, person, cognito_mailbox).value
    with unchanged(person), refused(refusals.PASSWORD_TOO_SHORT):
        cognito_actions.confirm_forgot_password(person.username, code, Secret("Aa1!xyz"))


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
def test_unconfirmed_user_has_nowhere_to_send_a_code(
    cognito_actions: Actions, cognito_signed_up: Person, unchanged: Unchanged
) -> None:
    """ForgotPassword is refused for a user without a verified address, if that may be revealed."""
    person = cognito_signed_up
    with unchanged(person), refused(refusals.NO_VERIFIED_CONTACT):
        cognito_actions.forgot_password(person.username)


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
def test_recovery_of_an_unknown_user_is_refused_where_that_may_be_said(
    cognito_actions: Actions, cognito_people: PersonFactory, cognito_person: Person
) -> None:
    """With PreventUserExistenceErrors LEGACY, recovery says that the user does not exist."""
    person = cognito_person
    with refused(refusals.UNKNOWN_USER_OF_CLIENT):
        cognito_actions.forgot_password(person.username)
    with refused(refusals.UNKNOWN_USER_CODE_ONLY):
        cognito_actions.confirm_forgot_password(
            person.username, "123456", cognito_people.password()
        )


@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
@varied(sign_in_name=SignInName)
def test_recovery_of_an_unknown_user_looks_like_a_recovery(
    cognito_actions: Actions, cognito_people: PersonFactory, cognito_person: Person
) -> None:
    """With PreventUserExistenceErrors ENABLED, an unknown user gets as far as a wrong code."""
    person = cognito_person
    answer = cognito_actions.forgot_password(person.sign_in_as)
    destination = member_of(answer, "CodeDeliveryDetails.Destination", of="ForgotPassword")
    check(bool(destination), "ForgotPassword named no destination for an unknown user")
    with refused(refusals.WRONG_CODE):
        cognito_actions.confirm_forgot_password(
            person.sign_in_as, "123456", cognito_people.password()
        )
    check(not exists(cognito_actions, person), "ForgotPassword made a user")


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
def test_disabled_user_recovers_nothing(
    cognito_actions: Actions, cognito_confirmed: Person, unchanged: Unchanged
) -> None:
    """ForgotPassword is refused for a disabled user, if that may be revealed."""
    person = cognito_confirmed
    cognito_actions.admin_disable_user(person.username)
    with unchanged(person), refused(refusals.DISABLED):
        cognito_actions.forgot_password(person.username)


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
@varied(flow=Flow)
def test_administrator_makes_a_user_recover(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """After AdminResetUserPassword the user must set a new password with the code to sign in."""
    person, new = member.person, cognito_people.password()
    cognito_actions.admin_reset_user_password(person.username)
    with unchanged(person), refused(refusals.RESET_REQUIRED):
        sign_in(member)
    code = cognito_mailbox.newest_code(person.username, kind="admin_reset").value
    cognito_actions.confirm_forgot_password(person.username, code, new)
    expect_status(cognito_actions, person.username, "CONFIRMED")
    sign_in.works_for(member.with_password(new))


@varied(mfa=Mfa)
def test_device_outlives_a_recovered_password(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    variant: Variant,
) -> None:
    """After ConfirmForgotPassword the remembered device still works, with the new password."""
    member, device = tracked_member.member, tracked_member.device
    new = cognito_people.password()
    recover_password(cognito_actions, member.person, cognito_mailbox, new)
    enrolled = variant.mfa is not Mfa.OFF
    situation = Situation(enrolled=enrolled, device_remembered=True)
    result = sign_in(member.with_password(new), device=device)
    expect_steps(result.steps, variant, situation)
