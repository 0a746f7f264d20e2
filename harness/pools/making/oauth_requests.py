"""The OAuth settings of an app client that is made of a file, where the file leaves some unknown.

Cognito refuses some settings without others. An app client whose callback URL only a deployment
knows is made with a stand-in, as an ARN is, and keeps its flows and scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.pools.configuration.pool_configuration import Part

__all__ = ["STAND_IN_CALLBACK", "with_possible_oauth", "without_providers"]

#: Nobody can receive a code there: https://www.rfc-editor.org/rfc/rfc2606#section-2
STAND_IN_CALLBACK = "https://stand-in.invalid/callback"
_SWITCH = "AllowedOAuthFlowsUserPoolClient"
_PROVIDERS = "SupportedIdentityProviders"


def with_possible_oauth(request: Mapping[str, Any], part: Part) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient without what needs an unknown setting.

    What is wrong in the file itself stays, and the service refuses it.

    Args:
        request: the known members.
        part: the app client, with what is unknown of it.
    """
    found = dict(request)
    hidden = {path.partition("[")[0] for path in part.unknown()}
    if "CallbackURLs" in hidden:
        found["CallbackURLs"] = _callbacks(found)
    for name in ("AllowedOAuthFlows", "AllowedOAuthScopes"):
        # Cognito refuses the switch without both (H010).
        if name in hidden and not found.get(name):
            found.pop(_SWITCH, None)
    return found


def _callbacks(request: Mapping[str, Any]) -> list[str]:
    """Return the known callback URLs, of which DefaultRedirectURI must be one (H016)."""
    known = list(request.get("CallbackURLs") or ())
    default = request.get("DefaultRedirectURI")
    if default is not None and default not in known:
        known.append(default)
    needs_one = {"code", "implicit"} & set(request.get("AllowedOAuthFlows") or ())
    return known or ([STAND_IN_CALLBACK] if needs_one else [])


def without_providers(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient without identity providers that are not made.

    Cognito refuses one that the pool does not have.
    """
    found = dict(request)
    if providers := found.get(_PROVIDERS):
        found[_PROVIDERS] = [one for one in providers if one == "COGNITO"]
    return found
