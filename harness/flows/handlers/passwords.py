"""PASSWORD_VERIFIER and NEW_PASSWORD_REQUIRED."""

from __future__ import annotations

import json

from harness.errors import HarnessError, UnexpectedResult
from harness.flows.handlers.base import HandlerTools, device_key, needed, proof_of
from harness.flows.progress import ChallengeAnswer, Progress
from harness.srp.client import format_timestamp

__all__ = ["new_password_required", "password_verifier"]

_ATTRIBUTE_PREFIX = "userAttributes."


def password_verifier(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Prove the password by SRP (D049, A164)."""
    attempt = needed(progress, sign_in, progress.attempt, "SRP exchange")
    password = needed(progress, sign_in, progress.context.password, "password")
    timestamp = format_timestamp(sign_in.clock.now())
    with proof_of(progress):
        claim = attempt.user_claim(
            sign_in.actions.app.user_pool_id,
            progress.parameter("USER_ID_FOR_SRP"),
            password.reveal(),
            progress.challenge_parameters,
            timestamp,
        )
    return ChallengeAnswer(
        {
            "USERNAME": progress.username,
            "PASSWORD_CLAIM_SECRET_BLOCK": progress.parameter("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": claim,
            "TIMESTAMP": timestamp,
            **device_key(progress),
        }
    )


def new_password_required(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send the new password, and the attributes that Cognito requires with it (A168).

    Clients send no DEVICE_KEY here, so the tokens come with a new device (D096).
    """
    new_password = needed(progress, sign_in, progress.context.new_password, "new password")
    return ChallengeAnswer(
        {
            "USERNAME": progress.username,
            "NEW_PASSWORD": new_password.reveal(),
            **_required_attributes(progress),
        }
    )


def _required_attributes(progress: Progress) -> dict[str, str]:
    # Only the required attributes: one that has a value must not be sent again (A168).
    names = [name.removeprefix(_ATTRIBUTE_PREFIX) for name in _required_names(progress)]
    attributes = progress.context.attributes
    missing = [name for name in names if name not in attributes]
    if missing:
        raise HarnessError(
            f"NEW_PASSWORD_REQUIRED needs the attributes {', '.join(missing)}, "
            f"which the sign-in of {progress.context.username!r} does not have"
        )
    return {_ATTRIBUTE_PREFIX + name: attributes[name] for name in names}


def _required_names(progress: Progress) -> list[str]:
    text = progress.challenge_parameters.get("requiredAttributes") or "[]"
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list):
        raise UnexpectedResult(f"requiredAttributes is not a JSON list in a string: {text!r}")
    return [str(name) for name in names]
