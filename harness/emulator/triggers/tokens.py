"""PreTokenGeneration: it changes claims, scopes and groups of tokens before they are issued.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harness.emulator.api.request import current_request
from harness.emulator.domain.token_overrides import ClaimsOverride
from harness.emulator.triggers.events import Occasion, given_metadata, user_attributes
from harness.emulator.triggers.lambda_config import event_version

if TYPE_CHECKING:
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.domain.users import User
    from harness.emulator.triggers.runner import TriggerRunner

_TRIGGER = "PreTokenGeneration"


def pre_token_generation(
    triggers: TriggerRunner,
    client: UserPoolClient,
    user: User,
    groups: Mapping[str, Any],
    scopes: Sequence[str],
    cause: str | None = None,
) -> ClaimsOverride:
    """Run PreTokenGeneration and return its changes; its error stops the tokens.

    Args:
        triggers: the runner of the handlers.
        client: the app client.
        user: the user who gets the tokens.
        groups: the claims about groups that the ID token has without the trigger.
        scopes: the scopes that the access token has without it.
        cause: the second part of triggerSource; by default that of the current call.
    """
    version = event_version(client.pool, _TRIGGER)
    members = {
        "userAttributes": user_attributes(user),
        **({} if version == "1" else {"scopes": list(scopes)}),
        "groupConfiguration": {
            "groupsToOverride": list(groups.get("cognito:groups", ())),
            "iamRolesToOverride": list(groups.get("cognito:roles", ())),
            "preferredRole": groups.get("cognito:preferred_role"),
        },
        **given_metadata(),
    }
    reason = cause or _cause()
    return _run(triggers, Occasion(_TRIGGER, reason, client.pool, user.username, members, version))


def runs_for_machines(client: UserPoolClient) -> bool:
    """Return whether a pool's PreTokenGeneration gets the event of client_credentials (H079).

    Only the third version of the event knows it.
    """
    return event_version(client.pool, _TRIGGER) == "3"


def machine_token_generation(
    triggers: TriggerRunner, client: UserPoolClient, scopes: Sequence[str]
) -> ClaimsOverride:
    """Run PreTokenGeneration for a token of client_credentials, which has no user (H079).

    Args:
        triggers: the runner of the handlers.
        client: the app client, which gets the token.
        scopes: the scopes that the access token has without it.
    """
    members = {
        "userAttributes": {},
        "groupConfiguration": None,
        "scopes": list(scopes),
        **given_metadata(),
    }
    names = (_TRIGGER, "ClientCredentials", client.pool, "ClientCredentials")
    return _run(triggers, Occasion(*names, members, event_version(client.pool, _TRIGGER)))


def _run(triggers: TriggerRunner, occasion: Occasion) -> ClaimsOverride:
    response = triggers.run(occasion)
    if occasion.version == "1":
        return ClaimsOverride.first_version(response["claimsOverrideDetails"] or {})
    return ClaimsOverride.later_version(response["claimsAndScopeOverrideDetails"] or {})


def _cause() -> str:
    """Return the second part of triggerSource at the end of a sign-in through the API."""
    request = current_request()
    if request is None:
        return "Authentication"
    causes = {
        "NEW_PASSWORD_REQUIRED": "NewPasswordChallenge",
        "DEVICE_PASSWORD_VERIFIER": "AuthenticateDevice",
    }
    return causes.get(request.params.get("ChallengeName", ""), "Authentication")
