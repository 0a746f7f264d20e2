"""Sign-ins under way: what their sessions and challenges are good for, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness import Actions, PersonFactory, Progress, Secret, check
from scenarios.support import expectations, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.choices import choice
from scenarios.support.members import Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import SECOND_FACTOR, flows_allowed, requires
from scenarios.support.refusals import refused
from scenarios.support.sessions import session_of
from scenarios.support.variants import BY_SRP, Flow, Mfa, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

CODE = "SOFTWARE_TOKEN_MFA"
PROOF = "DEVICE_PASSWORD_VERIFIER"
AT_CLIENT_OR_SERVER = (Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH)


@requires(SECOND_FACTOR)
@pytest.mark.cognito_needs("provisioning")
@varied(flow=AT_CLIENT_OR_SERVER)
def test_session_of_another_app_client_is_refused(
    member: Member, sign_in: MemberSignIn, through_another_client: Actions, unchanged: Unchanged
) -> None:
    """A session is good only at the app client that it was issued to, whoever has the code."""
    asked, code = sign_in.until(CODE, member), member.second_factor.code()
    elsewhere = sign_in.through(through_another_client)
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        elsewhere.give_code(asked, code)
    with accepted("the same code at the right app client", facts="A142, A226"):
        sign_in.give_code(asked, code)


@pytest.mark.cognito_needs("provisioning")
@varied(flow=BY_SRP)
def test_secret_block_of_another_app_client_is_refused(
    member: Member, sign_in: MemberSignIn, through_another_client: Actions, unchanged: Unchanged
) -> None:
    """A password proof is refused at another app client than that of its SECRET_BLOCK."""
    asked = sign_in.start(member)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.through(through_another_client).answer(asked)


@requires(flows_allowed("ALLOW_USER_PASSWORD_AUTH"))
@choice("A179")
@varied(mfa=[Mfa.ON], instead=("NEW_PASSWORD_REQUIRED", "MFA_SETUP", "EMAIL_OTP"))
def test_session_of_one_challenge_answers_no_other(
    cognito_people: PersonFactory,
    instead: str,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A session of SOFTWARE_TOKEN_MFA is refused in a response to another challenge."""
    asked = sign_in.until(CODE, member)
    answer = {
        "USERNAME": asked.username,
        "NEW_PASSWORD": cognito_people.password().reveal(),
        "EMAIL_OTP_CODE": "12345678",
    }
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        sign_in.walker.submit(replace(asked, challenge_name=instead), answer)
    with accepted("the right response after a refused one", facts="A142"):
        sign_in.answer(asked)


@choice("A179")
@varied(mfa=[Mfa.ON])
def test_session_of_a_code_sets_up_no_authenticator(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """AssociateSoftwareToken is refused with the session of SOFTWARE_TOKEN_MFA."""
    asked = sign_in.until(CODE, member)
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        cognito_actions.associate_software_token(session=session_of(asked))
    sign_in.works_for(member)


@choice("A160")
@varied(mfa=[Mfa.OFF], flow=BY_SRP)
def test_proven_password_challenge_is_not_proven_again(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """Whoever has recorded a password proof cannot sign in by sending it again."""
    asked = sign_in.start(member)
    proof = sign_in.walker.prepare(asked)
    check(sign_in.walker.submit(asked, proof).done, "the right proof gave no tokens", facts="D048")
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.walker.submit(asked, proof)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.answer(asked)


@choice("choice 5")
@varied(flow=[Flow.USER_PASSWORD_AUTH])
def test_proven_device_challenge_is_not_proven_again(
    sign_in: MemberSignIn, tracked_member: TrackedMember, unchanged: Unchanged
) -> None:
    """Whoever has recorded a device proof cannot sign in by sending it again."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until(PROOF, member, device=device)
    proof = sign_in.walker.prepare(asked)
    check(sign_in.walker.submit(asked, proof).done, "the right proof gave no tokens", facts="D095")
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.walker.submit(asked, proof)


@choice("A324")
@varied(mfa=[Mfa.OFF], flow=BY_SRP)
def test_old_password_is_wrong_once_there_is_a_new_one(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A proof of the old password is refused, even if its challenge is older than the new one."""
    asked, new = sign_in.start(member), cognito_people.password()
    cognito_actions.admin_set_user_password(member.person.username, new, permanent=True)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.answer(asked)
    sign_in.works_for(member.with_password(new))


def new_password(actions: Actions, member: Member, password: Secret) -> None:
    """Set another password, as an administrator."""
    actions.admin_set_user_password(member.person.username, password, permanent=True)


def global_sign_out(actions: Actions, member: Member, password: Secret) -> None:
    """Sign the user out everywhere, as an administrator."""
    actions.admin_user_global_sign_out(member.person.username)


INTERRUPTIONS = (new_password, global_sign_out)
Interruption = Callable[[Actions, Member, Secret], None]


@requires(SECOND_FACTOR)
@choice("A324")
@varied(interruption=INTERRUPTIONS)
def test_code_finishes_no_sign_in_from_before(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    interruption: Interruption,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A sign-in that waits for a code ends with a new password and with a global sign-out."""
    asked = sign_in.until(CODE, member)
    interruption(cognito_actions, member, cognito_people.password())
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        sign_in.answer(asked)


@choice("A324")
@varied(interruption=INTERRUPTIONS)
def test_device_finishes_no_sign_in_from_before(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    interruption: Interruption,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
) -> None:
    """A sign-in that waits for its device ends with a new password and a global sign-out."""
    member, device = tracked_member.member, tracked_member.device
    started = _waiting_for(sign_in, tracked_member, "DEVICE_SRP_AUTH")
    proven = _waiting_for(sign_in, tracked_member, PROOF)
    interruption(cognito_actions, member, cognito_people.password())
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        sign_in.answer(started)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.answer(proven)
    with accepted("AdminGetDevice of the device after the interruption", facts="D122, D123"):
        cognito_actions.admin_get_device(member.person.username, device.key)


@requires(SECOND_FACTOR)
@varied(flow=AT_CLIENT_OR_SERVER)
def test_session_dies_with_the_account(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """A sign-in under way gives no tokens once the user is disabled."""
    asked = sign_in.until(CODE, member)
    cognito_actions.admin_disable_user(member.person.username)
    with refused(refusals.DISABLED):
        sign_in.answer(asked)
    cognito_actions.admin_enable_user(member.person.username)
    sign_in.works_for(member)


@pytest.mark.cognito_needs("clock")
@requires(SECOND_FACTOR)
@choice("A227")
def test_older_code_is_accepted_after_a_newer_one(
    member: Member, sign_in: MemberSignIn, time_passes: Callable[[float], None]
) -> None:
    """Each time step of an authenticator is used up for itself: an older one stays usable."""
    time_passes(10 * expectations.TOTP_STEP)
    authenticator = member.second_factor
    older, newer = authenticator.peek(-1), authenticator.peek(1)
    for code in (newer, older):
        asked = sign_in.until(CODE, member)
        with accepted("the code of an unused time step", facts="A227"):
            sign_in.give_code(asked, code)


def _waiting_for(sign_in: MemberSignIn, tracked: TrackedMember, challenge: str) -> Progress:
    """Return a sign-in on the device that waits at a challenge."""
    return sign_in.until(challenge, tracked.member, device=tracked.device)
