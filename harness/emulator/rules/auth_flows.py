"""The authentication flows that an app client allows (A105, A106, A114, A115)."""

from __future__ import annotations

from harness.emulator.domain.pools import UserPoolClient

#: The flows that each value of ExplicitAuthFlows allows.
_ALLOWED = {
    "ALLOW_USER_PASSWORD_AUTH": ("USER_PASSWORD_AUTH",),
    "ALLOW_ADMIN_USER_PASSWORD_AUTH": ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"),
    "ALLOW_USER_SRP_AUTH": ("USER_SRP_AUTH",),
    "ALLOW_CUSTOM_AUTH": ("CUSTOM_AUTH",),
    "ALLOW_REFRESH_TOKEN_AUTH": ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"),
    "ALLOW_USER_AUTH": ("USER_AUTH",),
    "USER_PASSWORD_AUTH": ("USER_PASSWORD_AUTH",),
    "ADMIN_NO_SRP_AUTH": ("ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"),
    "CUSTOM_AUTH_FLOW_ONLY": (),
}
_LEGACY = frozenset({"USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY"})


def allowed_flows(client: UserPoolClient) -> frozenset[str]:
    """Return the flows that an app client allows.

    The legacy values restrict neither refresh (A106) nor custom authentication; only
    CUSTOM_AUTH_FLOW_ONLY forbids SRP (inferred from their names).
    """
    given = client.auth_flows
    allowed = {flow for value in given for flow in _ALLOWED.get(value, ())}
    if given & _LEGACY:
        allowed |= {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"}
        if "CUSTOM_AUTH_FLOW_ONLY" not in given:
            allowed.add("USER_SRP_AUTH")
    if client.rotates_refresh_tokens:  # only GetTokensFromRefreshToken refreshes (A265)
        allowed -= {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}
    return frozenset(allowed)
