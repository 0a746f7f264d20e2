"""RespondToAuthChallenge and AdminRespondToAuthChallenge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.parameters import Parameters
from harness.emulator.domain.pools import AppClient
from harness.emulator.engine import Engine, Request
from harness.emulator.sign_in.challenge_response import Answer
from harness.emulator.sign_in.challenges.custom_answer import custom_challenge
from harness.emulator.sign_in.challenges.device import device_password_verifier, device_srp_auth
from harness.emulator.sign_in.challenges.new_password import new_password_required
from harness.emulator.sign_in.challenges.password import password_verifier, select_challenge
from harness.emulator.sign_in.challenges.second_factor import (
    email_otp,
    mfa_setup,
    select_mfa_type,
    sms_mfa,
    software_token_mfa,
)

ANSWERS: dict[str, Callable[[Answer], dict[str, Any]]] = {
    "PASSWORD_VERIFIER": password_verifier,
    "NEW_PASSWORD_REQUIRED": new_password_required,
    "MFA_SETUP": mfa_setup,
    "SELECT_MFA_TYPE": select_mfa_type,
    "SOFTWARE_TOKEN_MFA": software_token_mfa,
    "SMS_MFA": sms_mfa,
    "EMAIL_OTP": email_otp,
    "DEVICE_SRP_AUTH": device_srp_auth,
    "DEVICE_PASSWORD_VERIFIER": device_password_verifier,
    "SELECT_CHALLENGE": select_challenge,
    "CUSTOM_CHALLENGE": custom_challenge,
}


def respond_to_auth_challenge(engine: Engine, request: Request) -> dict[str, Any]:
    """Answer a challenge without AWS credentials."""
    return _respond(engine, request, engine.client(request))


def admin_respond_to_auth_challenge(engine: Engine, request: Request) -> dict[str, Any]:
    """Answer a challenge as an administrator."""
    pool = engine.pool(request)
    return _respond(engine, request, engine.client_of(pool, request.params["ClientId"]))


def _respond(engine: Engine, request: Request, client: AppClient) -> dict[str, Any]:
    challenge = request.params["ChallengeName"]
    function = ANSWERS.get(challenge)
    if function is None:
        raise refusals.not_emulated(f"The challenge {challenge}")
    answer = Answer(
        engine=engine,
        caller=request.caller,
        client=client,
        challenge=challenge,
        responses=Parameters.given(request.params.get("ChallengeResponses")),
        session=request.params.get("Session") or None,
    )
    with client.pool.lock:
        return function(answer)


OPERATIONS = {
    "RespondToAuthChallenge": respond_to_auth_challenge,
    "AdminRespondToAuthChallenge": admin_respond_to_auth_challenge,
}
