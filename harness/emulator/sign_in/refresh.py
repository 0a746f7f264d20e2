"""Refresh tokens put to use: whether one is good, and what comes of it."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.grants import Grant, RefreshToken
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.rules.tokens import (
    claims_override,
    issue_refresh_token,
    new_tokens,
    refuse_reset_required,
)
from harness.emulator.service import Service


def usable_token(
    service: Service, client: UserPoolClient, text: str, device_key: str | None
) -> RefreshToken:
    """Return the refresh token behind a text; raises the refusal that fits its state."""
    token = client.pool.grants.refresh_token(text)
    if token is None or token.grant.client_id != client.client_id:
        raise refusals.refresh_token_invalid()
    _check_grant(client.pool, token.grant)
    if service.clock.time() >= token.expires_at:
        raise refusals.refresh_token_expired()
    _check_device(client.pool, token.grant, device_key)
    _check_rotation(client, token, service.clock.time())
    return token


def refreshed(service: Service, client: UserPoolClient, grant: Grant) -> dict[str, Any]:
    """AuthenticationResult of a refresh: no refresh token (A260), no new device (D059)."""
    override = claims_override(service, client, grant.user)
    _check_grant(client.pool, grant)  # once more: the trigger took its time
    return new_tokens(service, client, grant, override)


def rotated(service: Service, client: UserPoolClient, token: RefreshToken) -> dict[str, Any]:
    """As `refreshed`, with a new refresh token that ends when the old one would (A265)."""
    result = refreshed(service, client, token.grant)
    _check_rotation(client, token, service.clock.time())
    result["RefreshToken"] = issue_refresh_token(
        service, client, token.grant, expires_at=token.expires_at
    )
    if token.rotated_at is None:
        token.rotated_at = service.clock.time()
    return result


def _check_grant(pool: Pool, grant: Grant) -> None:
    """The user must still be there and enabled (A263), and the sign-in not revoked.

    Nor must his password have been reset.
    """
    if pool.users.by_sub(grant.user.sub) is not grant.user:
        raise refusals.user_not_found()
    if not grant.user.enabled:
        raise refusals.user_disabled()
    if grant.revoked:
        raise refusals.refresh_token_revoked()
    refuse_reset_required(grant.user)


def _check_device(pool: Pool, grant: Grant, device_key: str | None) -> None:
    """Where devices are tracked, the key of the sign-in's confirmed device is needed (D114-D121).

    Tokens of sign-ins before the tracking began have no device and need no key.
    """
    if pool.device_configuration is None or grant.device_key is None:
        return
    device = grant.user.devices.issued(grant.device_key)
    if device_key != grant.device_key or device is None or not device.confirmed:
        raise refusals.refresh_token_invalid()


def _check_rotation(client: UserPoolClient, token: RefreshToken, now: float) -> None:
    """A token that was rotated out is good for RetryGracePeriodSeconds more (A265, A267)."""
    if token.rotated_at is None:
        return
    rotation = client.settings.get("RefreshTokenRotation") or {}
    if now >= token.rotated_at + int(rotation.get("RetryGracePeriodSeconds") or 0):
        raise refusals.refresh_token_reused()
