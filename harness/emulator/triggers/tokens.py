"""PreTokenGeneration, event version 1: it changes claims of the ID token, and groups of both.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator.api.request import current_request
from harness.emulator.triggers.events import Occasion, given_metadata, user_attributes

if TYPE_CHECKING:
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.domain.users import User
    from harness.emulator.triggers.runner import TriggerRunner

#: The claims that a handler can neither set nor remove.
PROTECTED = frozenset(
    {
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "cognito:username",
        "event_id",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
    }
)

_GROUP_CLAIMS = {
    "groupsToOverride": "cognito:groups",
    "iamRolesToOverride": "cognito:roles",
    "preferredRole": "cognito:preferred_role",
}


@dataclass(frozen=True)
class ClaimsOverride:
    """The changes that PreTokenGeneration makes.

    Attributes:
        added: claims to add or replace.
        suppressed: the names of claims to remove.
        groups: the claims about groups that replace all of the pool's; ``None`` for no change.
    """

    added: Mapping[str, str] = field(default_factory=dict)
    suppressed: frozenset[str] = frozenset()
    groups: Mapping[str, Any] | None = None

    def in_id_token(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return the claims of an ID token with the changes."""
        kept = {
            name: value
            for name, value in self._with_groups(claims, tuple(_GROUP_CLAIMS.values())).items()
            if name in PROTECTED or name not in self.suppressed
        }
        added = {name: value for name, value in self.added.items() if name not in PROTECTED}
        return {**kept, **added}

    def in_access_token(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return the claims of an access token; event version 1 only changes its groups."""
        return self._with_groups(claims, ("cognito:groups",))

    def _with_groups(self, claims: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        if self.groups is None:
            return dict(claims)
        others = {name: value for name, value in claims.items() if name not in names}
        return {**others, **{name: self.groups[name] for name in names if self.groups.get(name)}}


def pre_token_generation(
    triggers: TriggerRunner, client: UserPoolClient, user: User, groups: Mapping[str, Any]
) -> ClaimsOverride:
    """Run PreTokenGeneration and return its changes; its error stops the tokens.

    Args:
        triggers: the runner of the handlers.
        client: the app client.
        user: the user who gets the tokens.
        groups: the claims about groups that the ID token has without the trigger.
    """
    members = {
        "userAttributes": user_attributes(user),
        "groupConfiguration": {
            "groupsToOverride": list(groups.get("cognito:groups", ())),
            "iamRolesToOverride": list(groups.get("cognito:roles", ())),
            "preferredRole": groups.get("cognito:preferred_role"),
        },
        **given_metadata(),
    }
    occasion = Occasion("PreTokenGeneration", _cause(), client.pool, user.username, members)
    response = triggers.run(occasion)
    return _read(response["claimsOverrideDetails"] or {})


def _read(details: Mapping[str, Any]) -> ClaimsOverride:
    groups = details.get("groupOverrideDetails")
    return ClaimsOverride(
        added=details.get("claimsToAddOrOverride") or {},
        suppressed=frozenset(details.get("claimsToSuppress") or ()),
        groups=None
        if groups is None
        else {claim: groups.get(member) for member, claim in _GROUP_CLAIMS.items()},
    )


def _cause() -> str:
    """Return the second part of triggerSource, which depends on the current request."""
    request = current_request()
    if request is None:
        return "Authentication"
    flow = request.params.get("AuthFlow")
    if request.operation == "GetTokensFromRefreshToken" or flow in (
        "REFRESH_TOKEN",
        "REFRESH_TOKEN_AUTH",
    ):
        return "RefreshTokens"
    causes = {
        "NEW_PASSWORD_REQUIRED": "NewPasswordChallenge",
        "DEVICE_PASSWORD_VERIFIER": "AuthenticateDevice",
    }
    return causes.get(request.params.get("ChallengeName", ""), "Authentication")
