"""An app client's configuration: its checks, its defaults and its description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.service_model import members_of
from harness.emulator.domain.pools import VALIDITIES, Pool, UserPoolClient, validity_seconds
from harness.emulator.domain.schema import Schema
from harness.emulator.rules.client_oauth_settings import check_oauth_settings

#: Members of UserPoolClientType that identify an app client; no request changes them.
_IDENTITY = frozenset({"UserPoolId", "ClientId", "ClientSecret"})

_DEFAULTS: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}


def client_settings_from(
    pool: Pool, params: Mapping[str, Any], *, has_secret: bool
) -> dict[str, Any]:
    """Return an app client's settings from a request; omitted ones get Cognito's default.

    Members that only requests have, such as GenerateSecret, are not kept.

    Args:
        pool: the pool of the app client.
        params: the members of the request.
        has_secret: whether the app client has a secret, or gets one.
    """
    kept = members_of("UserPoolClientType") - _IDENTITY
    given = {name: value for name, value in params.items() if name in kept}
    settings = {**_DEFAULTS, **given}
    _check_flows(settings)
    _check_validities(settings)
    _check_attributes(pool.schema, settings)
    check_oauth_settings(pool, settings, has_secret=has_secret)
    return settings


def _check_flows(settings: Mapping[str, Any]) -> None:
    """Refuse a mix of legacy and new flows, and rotation with the refresh flow (A106, A265)."""
    flows = settings.get("ExplicitAuthFlows") or ()
    new = [flow for flow in flows if flow.startswith("ALLOW_")]
    if new and len(new) < len(flows):
        raise refusals.mixed_auth_flows()
    rotation = settings.get("RefreshTokenRotation") or {}
    if rotation.get("Feature") == "ENABLED" and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise refusals.rotation_with_refresh_flow()


def _check_validities(settings: Mapping[str, Any]) -> None:
    """Refuse a validity out of range, or longer than the refresh token's (A257 to A259)."""
    seconds = {token: validity_seconds(settings, token) for token in VALIDITIES}
    for token, validity in VALIDITIES.items():
        if not validity.shortest <= seconds[token] <= validity.longest:
            raise refusals.token_validity_range()
    if max(seconds["AccessToken"], seconds["IdToken"]) > seconds["RefreshToken"]:
        raise refusals.token_validity_range()


def _check_attributes(schema: Schema, settings: Mapping[str, Any]) -> None:
    """Refuse attributes outside the schema, and WriteAttributes without the required ones."""
    read, write = settings.get("ReadAttributes"), settings.get("WriteAttributes")
    if read and not all(name in schema for name in read):
        raise refusals.invalid_client_attributes("read")
    if write and not (_writable(schema, write) and set(schema.required) <= set(write)):
        raise refusals.invalid_client_attributes("write")


def _writable(schema: Schema, names: list[str]) -> bool:
    """Return whether an app client can have all these names in WriteAttributes.

    Only Cognito or an administrator sets ``sub`` and the verified flags.
    """
    forbidden = {"sub", "email_verified", "phone_number_verified"}
    return all(name in schema and name not in forbidden for name in names)


def describe_client(client: UserPoolClient) -> dict[str, Any]:
    """Return the client as UserPoolClientType; flows that were not set are not shown (A105)."""
    described = {
        "UserPoolId": client.pool.pool_id,
        "ClientId": client.client_id,
        **client.settings,
        "RefreshTokenValidity": client.settings.get("RefreshTokenValidity")
        or VALIDITIES["RefreshToken"].default,
        "CreationDate": client.created,
        "LastModifiedDate": client.modified,
    }
    if client.secret is not None:
        described["ClientSecret"] = client.secret
    return described
