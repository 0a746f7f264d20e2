"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a device counts instead of an MFA code."""

from __future__ import annotations

from harness.flows.handlers.base import HandlerTools, device_key, needed, proof_of
from harness.flows.progress import ChallengeAnswer, Progress
from harness.srp.client import format_timestamp

__all__ = ["device_password_verifier", "device_srp_auth"]


def device_srp_auth(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Start the SRP exchange of the device."""
    needed(progress, sign_in, progress.context.device, "device")
    attempt = needed(progress, sign_in, progress.attempt, "SRP exchange")
    return ChallengeAnswer(
        {
            "USERNAME": progress.username,
            "SRP_A": attempt.public_hex,
            **device_key(progress),
        }
    )


def device_password_verifier(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Prove the password of the device by SRP."""
    device = needed(progress, sign_in, progress.context.device, "device")
    attempt = needed(progress, sign_in, progress.attempt, "SRP exchange")
    timestamp = format_timestamp(sign_in.clock.now())
    with proof_of(progress):
        claim = attempt.device_claim(
            device.group_key,
            device.key,
            device.password.reveal(),
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
