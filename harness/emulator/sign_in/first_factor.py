"""What the first factors without a password share: the session that waits, and its proof."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, FirstFactorSignIn, check_state
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.first_factors import (
    first_factor_facts,
    require_available,
    require_still_enough,
    require_tier,
)
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.stores.sessions import Session


def waiting(response: ChallengeResponse) -> tuple[Session, FirstFactorSignIn]:
    """Return the unused session of this response, and its sign-in without a proven factor.

    Everything that prevents a user from starting a sign-in also stops one in progress: what
    changed since the factor was asked counts. So does a sign-out. A change of the password does
    not, unless the new one is temporary, as no password is proven.
    """
    text = response.require_session()
    user = response.user()
    session = response.open_session(text, user, unknown=response.username)
    sign_in = session.about
    if not isinstance(sign_in, FirstFactorSignIn):
        raise refusals.session_invalid().because("this Session is of no choice of a first factor")
    require_tier(response.pool)
    if user is not None:
        check_state(response.client, user)
        if user.sign_outs != sign_in.sign_outs:
            raise refusals.session_invalid().because("the user signed out since the sign-in began")
        require_available(response.pool, user, sign_in.factor, refusals.session_invalid)
    return session, sign_in


def proven(
    response: ChallengeResponse,
    session: Session,
    sign_in: FirstFactorSignIn,
    user: User,
    *,
    user_verified: bool = False,
) -> Attempt:
    """Return the sign-in of a user who has just proven a first factor without a password.

    No MFA follows (N032). A passkey is MFA itself if pool and user say so and the authenticator
    verified the user (N033); otherwise it is refused where MFA is needed (N035).
    """
    device = _device(response, session, sign_in, user)
    is_mfa = user_verified and first_factor_facts(response.pool, user).passkey_is_mfa
    attempt = replace(
        Attempt.begin(response.client, user, response.username, device),
        first_factor=sign_in.factor,
        mfa_passed=is_mfa,
        sign_outs=sign_in.sign_outs,
    )
    require_still_enough(attempt)
    return attempt


def _device(
    response: ChallengeResponse, session: Session, sign_in: FirstFactorSignIn, user: User
) -> TrackedDevice | None:
    """Return the device of this response or of an earlier one; drop a refused key."""
    try:
        return response.device_of(user, sign_in.device_key)
    except Refusal:
        session.about = replace(sign_in, device_key=None)
        raise
