"""Tokens that expire by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness import Actions
from scenarios.support import expectations, refusals
from scenarios.support.answers import Claims, expect_access, expect_equal
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import ORDINARY_LIFETIMES, REFRESHING, requires
from scenarios.support.refusals import refused
from scenarios.support.renewal import WAYS_TO_RENEW, Renewal
from scenarios.support.variants import Devices, varied
from scenarios.support.watching import TimePasses

pytestmark = [
    pytest.mark.cognito_needs("admin", "outbox", "clock"),
    requires(ORDINARY_LIFETIMES, REFRESHING),
]

UNTRACKED = [Devices.NOT_TRACKED]
SHORT = timedelta(minutes=5)


@varied(devices=UNTRACKED)
def test_access_token_expires_after_an_hour(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, time_passes: TimePasses
) -> None:
    """An access token works for nearly an hour, and is refused once the hour is over."""
    tokens = sign_in(member).tokens
    time_passes(expectations.ACCESS_TOKEN_LIFETIME - expectations.MINUTE)
    expect_access(cognito_actions, tokens)
    time_passes(expectations.MINUTE + expectations.SECOND)
    with refused(refusals.ACCESS_TOKEN_EXPIRED):
        cognito_actions.get_user(tokens.access)


@pytest.mark.cognito_pool(access_token_validity=SHORT, id_token_validity=2 * SHORT)
@varied(devices=UNTRACKED)
def test_tokens_live_as_long_as_the_client_says(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, time_passes: TimePasses
) -> None:
    """AccessTokenValidity and IdTokenValidity decide how long the tokens last."""
    tokens = sign_in(member).tokens
    seconds = int(SHORT.total_seconds())
    expect_equal("ExpiresIn", tokens.expires_in, seconds, facts="A256")
    Claims.of_access(tokens).expect_lifetime(seconds)
    Claims.of_id(tokens).expect_lifetime(2 * seconds)
    time_passes(seconds + expectations.SECOND)
    with refused(refusals.ACCESS_TOKEN_EXPIRED):
        cognito_actions.get_user(tokens.access)


@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_refresh_token_expires_after_thirty_days(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
) -> None:
    """A refresh token works for nearly 30 days, and is refused once they are over."""
    tokens = sign_in(member).tokens
    time_passes(expectations.REFRESH_TOKEN_LIFETIME - expectations.MINUTE)
    expect_access(cognito_actions, renew(cognito_actions, tokens))
    time_passes(expectations.MINUTE + expectations.SECOND)
    with refused(refusals.REFRESH_TOKEN_EXPIRED):
        renew(cognito_actions, tokens)
