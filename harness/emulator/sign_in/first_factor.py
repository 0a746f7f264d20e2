"""What the first factors without a password share: the session that waits, and its proof."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, FirstFactorSignIn, check_state
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import WEB_AUTHN
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.first_factors import (
    first_factor_facts,
    require_available,
    require_user_auth,
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
    require_user_auth(response.client)
    if user is not None:
        check_state(response.client, user)
        if user.sign_outs != sign_in.sign_outs:
            raise refusals.session_invalid().because("the user signed out since the sign-in began")
        require_available(response.pool, user, sign_in.factor, refusals.session_invalid)
    return session, sign_in


def proven(
    response: ChallengeResponse, session: Session, sign_in: FirstFactorSignIn, user: User
) -> Attempt:
    """Return the sign-in of a user who has just proven a first factor without a password.

    No MFA follows (N032). A passkey is MFA itself if pool and user say so (N033); such a pool has
    it verify the user at every sign-in.
    """
    facts = first_factor_facts(response.pool, user)
    return replace(
        Attempt.begin(
            response.client, user, response.username, _device(response, session, sign_in, user)
        ),
        first_factor=sign_in.factor,
        mfa_passed=sign_in.factor == WEB_AUTHN and facts.passkey_is_mfa,
    )


def _device(
    response: ChallengeResponse, session: Session, sign_in: FirstFactorSignIn, user: User
) -> TrackedDevice | None:
    """Return the device of this response or of an earlier one; drop a refused key."""
    try:
        return response.device_of(user, sign_in.device_key)
    except Refusal:
        session.about = replace(sign_in, device_key=None)
        raise
