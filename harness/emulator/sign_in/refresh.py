"""Use refresh tokens: check one, and issue new tokens for it."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.devices import TrackedDevice
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
    """Return the refresh token of a text.

    Raises:
        Refusal: the token cannot be used: it is unknown, expired, revoked, rotated out or another
            client's, or its user or device does not fit.
    """
    token = client.pool.grants.refresh_token(text)
    if token is None:
        raise refusals.refresh_token_invalid().because("no such refresh token was ever issued")
    if token.grant.client_id != client.client_id:
        raise refusals.refresh_token_invalid().because("the refresh token is of another app client")
    _check_grant(client.pool, token.grant)
    if service.clock.time() >= token.expires_at:
        raise refusals.refresh_token_expired()
    _check_device(client.pool, token.grant, device_key)
    _check_rotation(client, token, service.clock.time())
    return token


def usable_page_token(service: Service, client: UserPoolClient, text: str) -> RefreshToken:
    """Return the refresh token of a text at ``/oauth2/token``, where no device can be proven.

    Tokens of the pages have no device and can always be used; those of the API only while the pool
    tracks no devices (H059, D120).

    Raises:
        Refusal: the same as of `usable_token`, or the pool tracks devices.
    """
    token = usable_token(service, client, text, None)
    if client.pool.device_configuration is not None and not token.grant.from_pages:
        reason = "the pool tracks devices, and the sign-in was through the API"
        raise refusals.refresh_token_invalid().because(reason)
    return token


def refreshed(service: Service, client: UserPoolClient, grant: Grant) -> dict[str, Any]:
    """Return AuthenticationResult of a refresh: no refresh token (A260), no new device (D059)."""
    override = claims_override(service, client, grant.user, grant.scopes, "RefreshTokens")
    _check_grant(client.pool, grant)  # again: the state may have changed while the trigger ran
    return new_tokens(service, client, grant, override)


def rotated(service: Service, client: UserPoolClient, token: RefreshToken) -> dict[str, Any]:
    """Return the same as `refreshed`, plus a new refresh token with the old one's end (A265)."""
    result = refreshed(service, client, token.grant)
    _check_rotation(client, token, service.clock.time())
    result["RefreshToken"] = issue_refresh_token(
        service, client, token.grant, expires_at=token.expires_at
    )
    if token.rotated_at is None:
        token.rotated_at = service.clock.time()
    return result


def _check_grant(pool: Pool, grant: Grant) -> None:
    """Refuse a revoked sign-in, and a user who is deleted or disabled (A263).

    A user whose password was reset is refused as well.
    """
    if pool.users.by_sub(grant.user.sub) is not grant.user:
        raise refusals.user_not_found()
    if not grant.user.enabled:
        raise refusals.user_disabled()
    if grant.revoked:
        raise refusals.refresh_token_revoked()
    refuse_reset_required(grant.user)


def _check_device(pool: Pool, grant: Grant, device_key: str | None) -> None:
    """If the pool tracks devices, require the key of the sign-in's confirmed device (D114-D121).

    Tokens from sign-ins before tracking was turned on have no device and need no key.
    """
    if pool.device_configuration is None or grant.device_key is None:
        return
    device = grant.user.devices.issued(grant.device_key)
    if device_key != grant.device_key or device is None or not device.confirmed:
        reason = _why_not_by_device(grant, device_key, device)
        raise refusals.refresh_token_invalid().because(reason)


def _why_not_by_device(grant: Grant, key: str | None, device: TrackedDevice | None) -> str:
    if key is None:
        return f"DEVICE_KEY is missing: the sign-in was on the device {grant.device_key}"
    if key != grant.device_key:
        return f"the sign-in was on another device, {grant.device_key}"
    if device is None:
        return "the device of the sign-in was forgotten"
    return "the device of the sign-in was never confirmed"


def _check_rotation(client: UserPoolClient, token: RefreshToken, now: float) -> None:
    """Refuse a token that was rotated out more than RetryGracePeriodSeconds ago (A265, A267)."""
    if token.rotated_at is None:
        return
    rotation = client.settings.get("RefreshTokenRotation") or {}
    # In either direction: a clock that went back makes no old token usable again.
    if abs(now - token.rotated_at) >= int(rotation.get("RetryGracePeriodSeconds") or 0):
        raise refusals.refresh_token_reused()
