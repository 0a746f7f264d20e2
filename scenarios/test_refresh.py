"""Refreshing tokens: with the device of the sign-in where devices are tracked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness import (
    Actions,
    Clock,
    ProvisionedPool,
    RefreshTokenRotation,
    Secret,
    check,
    confirm_device,
    exchange_refresh_token,
    forget_device,
)
from scenarios.support import refusals
from scenarios.support.answers import Claims, expect_access
from scenarios.support.members import Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import REFRESHING, TRACKED_DEVICES, requires
from scenarios.support.refusals import refused
from scenarios.support.renewal import WAYS_TO_RENEW, Renewal
from scenarios.support.steps import expect_device
from scenarios.support.variants import TRACKED, Client, Devices, SignInName, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = [pytest.mark.cognito_needs("admin"), requires(REFRESHING)]

UNTRACKED = [Devices.NOT_TRACKED]


@varied(devices=UNTRACKED, sign_in_name=SignInName, client=Client, renew=WAYS_TO_RENEW)
def test_refresh_token_renews_the_other_two(
    cognito_actions: Actions,
    cognito_clock: Clock,
    cognito_pool: ProvisionedPool,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
) -> None:
    """New access and ID tokens keep the origin and time of the sign-in, and the refresh token."""
    tokens = sign_in(member).tokens
    # In the same second, the time of the refresh would look like that of the sign-in.
    cognito_clock.wait_until(cognito_clock.time() + 1.1)
    renewed = renew(cognito_actions, tokens)
    check(renewed.refresh == tokens.refresh, "refresh returned another refresh token", facts="A260")
    before, after = Claims.of_access(tokens), Claims.of_access(renewed)
    for name in ("sub", "username", "auth_time", "client_id", "scope"):
        after.expect(name, before.get(name), facts="A260")
    if cognito_pool.spec.token_revocation:
        after.expect("origin_jti", before.get("origin_jti"), facts="A250")
    Claims.of_id(renewed).expect("auth_time", before.get("auth_time"))
    check(after.get("iat") > before.get("iat"), "refresh returned a token with the old iat")
    if cognito_pool.spec.token_revocation:
        check(after.get("jti") != before.get("jti"), "two tokens have the same jti", facts="A250")
    expect_access(cognito_actions, renewed)


@pytest.mark.cognito_needs("clock")
@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_renewed_tokens_outlive_the_first_ones(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
) -> None:
    """A refresh works after the access token has expired, and keeps the time of the sign-in."""
    tokens = sign_in(member).tokens
    time_passes(tokens.expires_in + 1)
    with refused(refusals.ACCESS_TOKEN_EXPIRED):
        cognito_actions.get_user(tokens.access)
    renewed = renew(cognito_actions, tokens)
    expect_access(cognito_actions, renewed)
    signed_in_at = Claims.of_access(tokens).get("auth_time")
    Claims.of_access(renewed).expect("auth_time", signed_in_at)


@varied(devices=TRACKED, client=Client, renew=WAYS_TO_RENEW)
def test_device_of_the_sign_in_renews_again_and_again(
    cognito_actions: Actions, member: Member, renew: Renewal, sign_in: MemberSignIn
) -> None:
    """With its confirmed device, remembered or not, a refresh works and issues no new device."""
    result = sign_in(member)
    device, tokens = expect_device(result.new_device), result.tokens
    confirm_device(cognito_actions, tokens.access, device)
    for _ in range(2):
        renewed = renew(cognito_actions, tokens, device_key=device.key)
        Claims.of_access(renewed).expect("device_key", device.key, facts="D059")


@varied(devices=TRACKED, renew=WAYS_TO_RENEW)
def test_refresh_without_the_device_is_refused(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """Where devices are tracked, a refresh token is refused without the device's key."""
    result = sign_in(member)
    confirm_device(cognito_actions, result.tokens.access, expect_device(result.new_device))
    with unchanged(member.person), refused(refusals.REFRESH_TOKEN_INVALID):
        renew(cognito_actions, result.tokens)


@varied(devices=TRACKED, renew=WAYS_TO_RENEW)
def test_refresh_with_an_unconfirmed_device_is_refused(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A refresh token is refused with the key of its device until the device is confirmed."""
    result = sign_in(member)
    device = expect_device(result.new_device)
    with unchanged(member.person), refused(refusals.REFRESH_TOKEN_INVALID):
        renew(cognito_actions, result.tokens, device_key=device.key)
    confirm_device(cognito_actions, result.tokens.access, device)
    renewed = renew(cognito_actions, result.tokens, device_key=device.key)
    expect_access(cognito_actions, renewed)


@requires(TRACKED_DEVICES)
@varied(renew=WAYS_TO_RENEW)
def test_refresh_with_the_device_of_another_sign_in_is_refused(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A refresh token belongs to the device of its sign-in and is refused with another key."""
    first, second = sign_in(member), sign_in(member)
    for result in (first, second):
        confirm_device(cognito_actions, result.tokens.access, expect_device(result.new_device))
    other = expect_device(second.new_device)
    with unchanged(member.person), refused(refusals.REFRESH_TOKEN_INVALID):
        renew(cognito_actions, first.tokens, device_key=other.key)


@varied(renew=WAYS_TO_RENEW)
def test_refresh_of_a_forgotten_device_is_refused(
    cognito_actions: Actions, renew: Renewal, sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """After ForgetDevice the refresh tokens of the device are refused, with its key or without."""
    member, device = tracked_member.member, tracked_member.device
    tokens = sign_in(member, device=device).tokens
    forget_device(cognito_actions, tokens.access, device)
    for device_key in (device.key, None):
        with refused(refusals.REFRESH_TOKEN_INVALID):
            renew(cognito_actions, tokens, device_key=device_key)


@varied(client=Client, renew=WAYS_TO_RENEW)
def test_refresh_after_a_sign_in_on_the_device_works(
    cognito_actions: Actions, renew: Renewal, sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """Tokens of a sign-in that presented a device are refreshed with the key of that device."""
    device = tracked_member.device
    tokens = sign_in(tracked_member.member, device=device).tokens
    renewed = renew(cognito_actions, tokens, device_key=device.key)
    Claims.of_access(renewed).expect("device_key", device.key, facts="D059")


@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_made_up_refresh_token_is_refused(
    cognito_actions: Actions, member: Member, renew: Renewal, sign_in: MemberSignIn
) -> None:
    """A refresh token that the service never issued is refused."""
    tokens = replace(sign_in(member).tokens, refresh=Secret("never.given.by.the.service"))
    with refused(refusals.REFRESH_TOKEN_INVALID):
        renew(cognito_actions, tokens)


@varied(devices=UNTRACKED, client=Client)
@pytest.mark.cognito_pool(
    refresh_token_rotation=RefreshTokenRotation(), auth_flows=("ALLOW_USER_SRP_AUTH",)
)
def test_rotated_refresh_token_is_good_only_once(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """With rotation, each refresh issues a new refresh token, and the old one is refused."""
    first = sign_in(member).tokens
    second = exchange_refresh_token(cognito_actions, first)
    third = exchange_refresh_token(cognito_actions, second)
    for old, new in ((first, second), (second, third)):
        check(new.refresh != old.refresh, "the refresh token was not rotated", facts="A265")
    with refused(refusals.REFRESH_TOKEN_ROTATED_OUT):
        exchange_refresh_token(cognito_actions, first)
