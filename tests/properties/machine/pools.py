"""Creates the pools and app clients of a run through the API."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.properties.machine.checker import Checker
from tests.properties.model.pool_changes import configuration
from tests.properties.model.records import (
    EMAIL_OTP,
    PASSWORD,
    SMS,
    SMS_OTP,
    TOTP,
    WEB_AUTHN,
    Client,
    Party,
    Pool,
    Tracking,
)

#: The first time that the clock shows: 2027-01-15 08:00:00 UTC.
START = 1_800_000_000.0
GRACE = 60
ROLE = "arn:aws:iam::123456789012:role/sms"
IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com"
#: AllowedFirstAuthFactors, as far as the pool's MFA admits them.
CHOICES = (
    *[(PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN)] * 4,
    *[(PASSWORD, WEB_AUTHN)] * 2,
    (PASSWORD, EMAIL_OTP),
    (PASSWORD,),
)


@dataclass(frozen=True)
class Plan:
    """How a pool is set up; ``sms`` adds SMS codes to TOTP, ``choice`` has first factors."""

    mode: str
    tracking: Tracking | None
    sms: bool
    alias: bool
    choice: tuple[str, ...]
    party: Party


def plans() -> st.SearchStrategy[Plan]:
    """Generate every way in which the pools differ."""
    tracking = st.builds(Tracking, replaces_mfa=st.booleans(), asks_user=st.booleans())
    return st.builds(
        Plan,
        mode=st.sampled_from(["OPTIONAL", "ON", "OPTIONAL", "ON", "OFF"]),
        tracking=st.one_of(tracking, tracking, tracking, st.none()),
        sms=st.booleans(),
        alias=st.booleans(),
        choice=st.sampled_from(CHOICES),
        party=parties(),
    )


def parties() -> st.SearchStrategy[Party]:
    """Generate the relying parties that pools have and get."""
    return st.builds(
        Party,
        party_id=st.sampled_from([*["example.com"] * 6, "example.org"]),
        asks_for_verification=st.sampled_from([False, False, True]),
        counts_as_mfa=st.sampled_from([True, True, True, False]),
    )


def allowed_in(pool: Pool, choice: tuple[str, ...]) -> tuple[str, ...]:
    """Return what of a choice of first factors the pool could have, mostly (N006, N038)."""
    left = set(choice)
    if pool.mode == "ON":
        left &= {PASSWORD, WEB_AUTHN} if pool.party.counts_as_mfa else {PASSWORD}
    return tuple(factor for factor in choice if factor in left)


def make_pool(checker: Checker, plan: Plan) -> Pool:
    """Create a pool from a plan, with its three app clients."""
    settings: dict[str, object] = {
        "PoolName": "pool",
        "AutoVerifiedAttributes": ["email"],
        "SmsConfiguration": {"SnsCallerArn": ROLE},
        "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": IDENTITY},
    }
    if plan.alias:
        settings["AliasAttributes"] = ["email"]
    settings.update(_device_configuration(plan.tracking))
    pool_id = checker.call("CreateUserPool", settings)["UserPool"]["Id"]
    factors = () if plan.mode == "OFF" else ((SMS, TOTP) if plan.sms else (TOTP,))
    pool = Pool(pool_id, plan.mode, factors, plan.tracking, plan.alias, (PASSWORD,), plan.party)
    checker.world.pools[pool_id] = pool
    checker.send("SetUserPoolMfaConfig", with_party(pool, plan.party))
    checker.send("UpdateUserPool", with_first_factors(pool, allowed_in(pool, plan.choice)))
    for client in _clients(checker, pool):
        checker.world.clients[client.client_id] = client
    return pool


def _device_configuration(tracking: Tracking | None) -> dict[str, object]:
    if tracking is None:
        return {}
    return {
        "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": tracking.replaces_mfa,
            "DeviceOnlyRememberedOnUserPrompt": tracking.asks_user,
        }
    }


def with_party(pool: Pool, party: Party) -> dict[str, object]:
    """Return SetUserPoolMfaConfig with another relying party, and everything else as it is."""
    params: dict[str, object] = {
        "UserPoolId": pool.pool_id,
        "MfaConfiguration": pool.mode,
        "WebAuthnConfiguration": configuration(party),
    }
    if TOTP in pool.factors:
        params["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if SMS in pool.factors:
        params["SmsMfaConfiguration"] = {"SmsConfiguration": {"SnsCallerArn": ROLE}}
    return params


def with_first_factors(pool: Pool, allowed: tuple[str, ...]) -> dict[str, object]:
    """Return UpdateUserPool with other first factors, and everything else as it is (N013)."""
    return {
        "UserPoolId": pool.pool_id,
        "AutoVerifiedAttributes": ["email"],
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": list(allowed)}},
        **_device_configuration(pool.tracking),
    }


def _clients(checker: Checker, pool: Pool) -> list[Client]:
    """Create a client for everything, one with a secret that hides users, and one that rotates."""
    every = ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_SRP_AUTH")
    more = ("USER_AUTH", "REFRESH_TOKEN_AUTH")
    return [
        _client(checker, pool, (*every, *more), minutes=3),
        _client(checker, pool, (*every[1:], *more), minutes=15, secret=True, hides=True),
        _client(checker, pool, (*every[::2], "USER_AUTH"), minutes=3, secret=True, grace=GRACE),
    ]


def _client(
    checker: Checker,
    pool: Pool,
    flows: tuple[str, ...],
    *,
    minutes: int,
    secret: bool = False,
    hides: bool = False,
    grace: int | None = None,
) -> Client:
    params: dict[str, object] = {
        "UserPoolId": pool.pool_id,
        "ClientName": "client",
        "ExplicitAuthFlows": [f"ALLOW_{flow}" for flow in flows],
        "GenerateSecret": secret,
        "AuthSessionValidity": minutes,
        "PreventUserExistenceErrors": "ENABLED" if hides else "LEGACY",
    }
    if grace is not None:
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}
        params["RefreshTokenRotation"] = rotation
    made = checker.call("CreateUserPoolClient", params)["UserPoolClient"]
    allowed = frozenset(flows)
    secret_text = made.get("ClientSecret")
    return Client(pool, made["ClientId"], secret_text, allowed, hides, minutes * 60, grace)
