"""The scopes of OAuth 2.0: which attributes they stand for, and which an app client may use."""

from __future__ import annotations

from collections.abc import Collection

from harness.emulator.domain.pools import UserPoolClient

#: The scopes of OpenID Connect and their attributes (H092).
SCOPE_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
}


def unreadable_attributes(client: UserPoolClient, scopes: Collection[str]) -> list[str]:
    """Return the attributes of scopes that the app client may not read (H072)."""
    wanted = [name for scope in scopes for name in SCOPE_ATTRIBUTES.get(scope, ())]
    readable = client.readable(dict.fromkeys(wanted, ""))
    return [name for name in wanted if name not in readable]


def user_info_attributes(attributes: dict[str, str], scopes: Collection[str]) -> dict[str, str]:
    """Return the attributes of userInfo among those that the app client may read (H092).

    With ``openid`` and no other scope of OpenID Connect they are all; custom attributes come with
    ``profile``.
    """
    standard = [scope for scope in scopes if scope in SCOPE_ATTRIBUTES]
    if not standard:
        return attributes
    names = {name for scope in standard for name in SCOPE_ATTRIBUTES[scope]}
    return {
        name: value
        for name, value in attributes.items()
        if name in names or ("profile" in standard and name.startswith("custom:"))
    }


def machine_scopes(client: UserPoolClient) -> list[str]:
    """Return the scopes of client_credentials: the app client's, as far as they exist (H029)."""
    known = client.pool.scopes
    return [scope for scope in client.settings.get("AllowedOAuthScopes") or () if scope in known]
