"""RespondToAuthChallenge and AdminRespondToAuthChallenge."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Parameters, Request
from harness.emulator.domain.next_challenge import PASSWORD, PASSWORD_SRP, SELECT_CHALLENGE
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.rules.first_factors import available_challenges
from harness.emulator.service import Handler, Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges.table import CHALLENGES
from harness.emulator.sign_in.proceed import proceed


def respond_to_auth_challenge(service: Service, request: Request) -> dict[str, Any]:
    """Respond to a challenge without AWS credentials."""
    return _respond(service, request, service.client(request))


def admin_respond_to_auth_challenge(service: Service, request: Request) -> dict[str, Any]:
    """Respond to a challenge as an administrator."""
    pool = service.pool(request)
    return _respond(service, request, service.client_of(pool, request.params["ClientId"]))


def _respond(service: Service, request: Request, client: UserPoolClient) -> dict[str, Any]:
    name = request.params["ChallengeName"]
    challenge = CHALLENGES.get(name)
    if challenge is None:
        raise refusals.not_emulated(f"The challenge {name}")
    if not request.params.get("ChallengeResponses"):
        raise refusals.missing_required_parameter("challenge responses.")
    response = ChallengeResponse(
        service=service,
        caller=request.caller,
        client=client,
        challenge=name,
        responses=Parameters.given(request.params.get("ChallengeResponses")),
        session=request.params.get("Session") or None,
    )
    with client.pool.lock:
        result = proceed(service, request.caller, challenge.judge(response))
        if name not in _CHOICES:
            return result
        # Since 2026 the response to a choice lists what there was to choose from (N031).
        user = service.find_user(client.pool, response.username)
        return {**result, "AvailableChallenges": list(available_challenges(client.pool, user))}


#: The responses that choose a first factor (N025, N027).
_CHOICES = (SELECT_CHALLENGE, PASSWORD, PASSWORD_SRP)

OPERATIONS: dict[str, Handler] = {
    "RespondToAuthChallenge": respond_to_auth_challenge,
    "AdminRespondToAuthChallenge": admin_respond_to_auth_challenge,
}
