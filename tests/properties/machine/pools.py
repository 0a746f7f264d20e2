"""Creates the pools and app clients of a run through the API."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.properties.machine.checker import Checker
from tests.properties.model.records import SMS, TOTP, Client, Pool, Tracking

#: The first time that the clock shows: 2027-01-15 08:00:00 UTC.
START = 1_800_000_000.0
GRACE = 60


@dataclass(frozen=True)
class Plan:
    """How a pool is set up; ``sms`` adds SMS codes to TOTP."""

    mode: str
    tracking: Tracking | None
    sms: bool
    alias: bool


def plans() -> st.SearchStrategy[Plan]:
    """Generate every way in which the pools differ."""
    tracking = st.builds(Tracking, replaces_mfa=st.booleans(), asks_user=st.booleans())
    return st.builds(
        Plan,
        mode=st.sampled_from(["OPTIONAL", "ON", "OPTIONAL", "ON", "OFF"]),
        tracking=st.one_of(tracking, tracking, tracking, st.none()),
        sms=st.booleans(),
        alias=st.booleans(),
    )


def make_pool(checker: Checker, plan: Plan) -> Pool:
    """Create a pool from a plan, with its three app clients."""
    settings: dict[str, object] = {"PoolName": "pool", "AutoVerifiedAttributes": ["email"]}
    if plan.alias:
        settings["AliasAttributes"] = ["email"]
    if plan.tracking is not None:
        settings["DeviceConfiguration"] = {
            "ChallengeRequiredOnNewDevice": plan.tracking.replaces_mfa,
            "DeviceOnlyRememberedOnUserPrompt": plan.tracking.asks_user,
        }
    pool_id = checker.call("CreateUserPool", settings)["UserPool"]["Id"]
    factors = _set_mfa(checker, pool_id, plan)
    pool = Pool(pool_id, plan.mode, factors, plan.tracking, plan.alias)
    checker.world.pools[pool_id] = pool
    for client in _clients(checker, pool):
        checker.world.clients[client.client_id] = client
    return pool


def _set_mfa(checker: Checker, pool_id: str, plan: Plan) -> tuple[str, ...]:
    if plan.mode == "OFF":
        return ()
    params: dict[str, object] = {"UserPoolId": pool_id, "MfaConfiguration": plan.mode}
    params["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if plan.sms:
        role = "arn:aws:iam::123456789012:role/sms"
        params["SmsMfaConfiguration"] = {"SmsConfiguration": {"SnsCallerArn": role}}
    checker.call("SetUserPoolMfaConfig", params)
    return (SMS, TOTP) if plan.sms else (TOTP,)


def _clients(checker: Checker, pool: Pool) -> list[Client]:
    """Create a client for everything, one with a secret that hides users, and one that rotates."""
    every = ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_SRP_AUTH")
    return [
        _client(checker, pool, (*every, "REFRESH_TOKEN_AUTH"), minutes=3),
        _client(
            checker, pool, (*every[1:], "REFRESH_TOKEN_AUTH"), minutes=15, secret=True, hides=True
        ),
        _client(checker, pool, every[::2], minutes=3, secret=True, grace=GRACE),
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
