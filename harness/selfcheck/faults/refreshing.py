"""Faults of refresh tokens: their devices, their rotation and their end."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.grants import GrantBook
from harness.emulator.rules import tokens
from harness.emulator.sign_in import refresh
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    function,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "tokens"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _device(pattern: str) -> Any:
    """Make refreshes count with devices that must not: ``none``, ``unconfirmed``, ``other``."""

    def make(original: Any) -> Any:
        def check(pool: Any, grant: Any, device_key: Any) -> None:
            issued = grant.user.devices.issued(grant.device_key or "")
            confirmed = issued is not None and issued.confirmed
            if pattern == "none" and device_key is None and confirmed:
                return
            if pattern == "unconfirmed" and issued is not None and not confirmed:
                return
            if pattern == "other" and device_key and device_key != grant.device_key:
                return
            if pattern == "forgotten" and issued is None:
                return
            original(pool, grant, device_key)

        return check

    return function(refresh._check_device, make)


def _any_text(original: Any) -> Any:
    """Make a refresh token that was never issued stand for the newest one."""

    def refresh_token(book: Any, text: str) -> Any:
        found = original(book, text)
        return found or ([*book._refresh_tokens.values()] or [None])[-1]

    return refresh_token


def _refresh_for_ever(original: Any) -> Any:
    def usable(service: Any, client: Any, text: str, device_key: Any) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is not None:
            token.expires_at = 10**12
        return original(service, client, text, device_key)

    return usable


def _refresh_of_any_client(original: Any) -> Any:
    def usable(service: Any, client: Any, text: str, device_key: Any) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is None:
            return original(service, client, text, device_key)
        before, token.grant.client_id = token.grant.client_id, client.client_id
        try:
            return original(service, client, text, device_key)
        finally:
            token.grant.client_id = before

    return usable


def _now(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.auth_time = grant.auth_time, int(service.clock.time()) + 7
        try:
            return original(service, client, grant)
        finally:
            grant.auth_time = before

    return refreshed


def _new_origin(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.origin_jti = grant.origin_jti, service.random.uuid()
        try:
            return original(service, client, grant)
        finally:
            grant.origin_jti = before

    return refreshed


def _with_refresh_token(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        result = original(service, client, grant)
        result["RefreshToken"] = tokens.issue_refresh_token(service, client, grant)
        return result

    return refreshed


def _same_refresh_token(original: Any) -> Any:
    def rotated(service: Any, client: Any, token: Any) -> Any:
        result = original(service, client, token)
        token.rotated_at = None
        result.pop("RefreshToken")
        return result

    return rotated


def _loses_device(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.device_key = grant.device_key, None
        try:
            return original(service, client, grant)
        finally:
            grant.device_key = before

    return refreshed


FAULTS = (
    PlantedFault(
        "refresh-without-device",
        "a refresh works without the key of the device",
        AREA,
        _device("none"),
        ("refresh::refresh_without_the_device_is_refused",),
    ),
    PlantedFault(
        "refresh-with-unconfirmed-device",
        "a refresh works before the device is confirmed",
        AREA,
        _device("unconfirmed"),
        ("refresh::refresh_with_an_unconfirmed_device_is_refused",),
    ),
    PlantedFault(
        "refresh-with-other-device",
        "a refresh works with the key of any device",
        AREA,
        _device("other"),
        ("refresh::refresh_with_the_device_of_another_sign_in_is_refused",),
    ),
    PlantedFault(
        "refresh-with-forgotten-device",
        "a refresh works after the device was forgotten",
        AREA,
        _device("forgotten"),
        ("refresh::refresh_of_a_forgotten_device_is_refused",),
    ),
    PlantedFault(
        "any-refresh-token",
        "a refresh token that was never issued works",
        AREA,
        method(GrantBook, "refresh_token", _any_text),
        (
            "refresh::made_up_refresh_token_is_refused",
            "oauth_tokens::made_up_refresh_token_is_refused",
        ),
    ),
    PlantedFault(
        "refresh-token-for-ever",
        "a refresh token does not expire",
        AREA,
        function(refresh.usable_token, _refresh_for_ever),
        ("expiry::refresh_token_expires_after_thirty_days",),
    ),
    PlantedFault(
        "refresh-at-any-client",
        "a refresh token is good at every app client",
        AREA,
        function(refresh.usable_token, _refresh_of_any_client),
        ("tokens::refresh_token_of_another_app_client_is_refused",),
    ),
    PlantedFault(
        "rotated-token-again",
        "a refresh token that was rotated out is accepted",
        AREA,
        function(refresh._check_rotation, always(None)),
        ("refresh::rotated_refresh_token_is_good_only_once",),
    ),
    PlantedFault(
        "rotation-without-a-token",
        "a refresh with rotation returns no new refresh token",
        AREA,
        function(refresh.rotated, _same_refresh_token),
        ("refresh::rotated_refresh_token_is_good_only_once",),
        WRONG,
    ),
    PlantedFault(
        "rotation-everywhere",
        "every refresh returns another refresh token",
        AREA,
        function(refresh.refreshed, _with_refresh_token),
        ("refresh::refresh_token_renews_the_other_two",),
        WRONG,
    ),
    PlantedFault(
        "refresh-is-a-sign-in",
        "auth_time of a refresh is the time of the refresh",
        AREA,
        function(refresh.refreshed, _now),
        ("refresh::refresh_token_renews*", "refresh::renewed_tokens_outlive*"),
        WRONG,
    ),
    PlantedFault(
        "refresh-of-another-origin",
        "a refresh has another origin than its sign-in",
        AREA,
        function(refresh.refreshed, _new_origin),
        ("refresh::refresh_token_renews_the_other_two",),
        WRONG,
    ),
    PlantedFault(
        "refresh-loses-the-device",
        "an access token of a refresh does not name the device",
        AREA,
        function(refresh.refreshed, _loses_device),
        ("refresh::device_of_the_sign_in_renews*", "refresh::refresh_after_a_sign_in_on*"),
        WRONG,
    ),
)
