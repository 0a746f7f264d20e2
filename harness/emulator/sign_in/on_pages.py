"""Sign-ins on the pages of managed login: the engine's own rules, without tokens and devices.

ExplicitAuthFlows say nothing about the pages, and remembered devices do not exist there (H058).
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.emulator.api.request import Caller, Parameters
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.rules.migration import find_or_migrate
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges.password import check_password
from harness.emulator.sign_in.challenges.table import CHALLENGES
from harness.emulator.sign_in.proceed import proceed
from harness.emulator.sign_in.put import Result
from harness.emulator.triggers.sign_in import post_authentication, pre_authentication

__all__ = ["begin", "respond", "signed_in"]

_SIGNED_IN = "SignedIn"


def begin(
    service: Service, caller: Caller, client: UserPoolClient, name: str, password: str
) -> Result:
    """Check a password, and return the first challenge or the end of the sign-in (H056).

    Raises:
        Refusal: what InitiateAuth would return for this name and password.
    """
    with client.pool.lock:
        find_or_migrate(service, client, name, password)
        user = service.user_or_refusal(client, name)
        pre_authentication(service.triggers, client, user, name)
        named = service.user_or_refusal(client, name)
        proven = check_password(service, client, named, password)
        attempt = Attempt.begin(client, proven, proven.username, None)
        return proceed(service, caller, attempt, _finish)


def respond(
    service: Service,
    caller: Caller,
    client: UserPoolClient,
    challenge: str,
    responses: Mapping[str, str],
    session: str,
) -> Result:
    """Answer a challenge, and return the next one or the end of the sign-in.

    Args:
        service: the service.
        caller: the browser.
        client: the app client.
        challenge: ChallengeName.
        responses: ChallengeResponses with USERNAME; SECRET_HASH is added, since the pages know
            the secret of the app client.
        session: Session of the challenge.

    Raises:
        Refusal: what RespondToAuthChallenge would return.
    """
    name = responses["USERNAME"]
    answer = ChallengeResponse(
        service=service,
        caller=caller,
        client=client,
        challenge=challenge,
        responses=Parameters.given({**responses, **secret_hash(client, name)}),
        session=session,
    )
    with client.pool.lock:
        return proceed(service, caller, CHALLENGES[challenge].judge(answer), _finish)


def secret_hash(client: UserPoolClient, username: str) -> dict[str, str]:
    """Return SECRET_HASH for a name; nothing if the app client has no secret."""
    if not client.is_confidential:
        return {}
    return {"SECRET_HASH": client.secrets[-1].hash_of(username + client.client_id)}


def signed_in(result: Result) -> User | None:
    """Return the user of a sign-in that is complete; ``None`` for a challenge."""
    user: User | None = result.get(_SIGNED_IN)
    return user


def _finish(service: Service, _caller: Caller, attempt: Attempt) -> Result:
    """End a sign-in: the code or the tokens of the app come from its browser session."""
    if service.runs_trigger(attempt.pool, "PostAuthentication"):
        post_authentication(service.triggers, attempt)
    attempt.require_standing()
    return {_SIGNED_IN: attempt.user}
