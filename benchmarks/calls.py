"""The calls that are timed on every service, and the pool that they use."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from benchmarks.connection import Connection
from harness.srp.client import (
    ClientExchange,
    claim_signature,
    format_timestamp,
    make_device_verifier,
)

PASSWORD = "Correct-horse-7"
FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
]
_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
}


@dataclass(frozen=True)
class Device:
    """A confirmed device of one user."""

    key: str
    group: str
    password: str


@dataclass
class BenchmarkPool:
    """A pool with an app client and users who can sign in.

    Attributes:
        ahead: how many seconds the service's clock is ahead of this machine's.
    """

    pool_id: str
    client_id: str
    users: list[str]
    devices: dict[str, Device] = field(default_factory=dict)
    ahead: float = 0.0
    turn: Any = field(default_factory=itertools.count)

    def of(self, users: list[str]) -> BenchmarkPool:
        """Return the same pool with only some of its users."""
        return replace(self, users=users, turn=itertools.count())

    def next_user(self) -> str:
        """Return one user after another, so that concurrent sign-ins use different users."""
        number: int = next(self.turn)
        return self.users[number % len(self.users)]


async def make_pool(connection: Connection, users: int, **pool: Any) -> BenchmarkPool:
    """Create a pool, an app client, and confirmed users with a password."""
    settings = {"Policies": {"PasswordPolicy": _POLICY}, **pool}
    created = await connection.call("CreateUserPool", PoolName="benchmark", **settings)
    pool_id = created["UserPool"]["Id"]
    client = await connection.call(
        "CreateUserPoolClient", UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=FLOWS
    )
    made = BenchmarkPool(pool_id, client["UserPoolClient"]["ClientId"], [])
    for number in range(users):
        await add_user(connection, made, number)
    return made


async def require_software_tokens(connection: Connection, pool: BenchmarkPool) -> None:
    """Make MFA mandatory, with TOTP only."""
    await connection.call(
        "SetUserPoolMfaConfig",
        UserPoolId=pool.pool_id,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )


async def add_user(connection: Connection, pool: BenchmarkPool, number: int) -> None:
    """Create one confirmed user with a permanent password.

    The username is an email address, because cognito-local's pools accept nothing else.
    """
    name = f"user-{number:06}@example.com"
    named = {"UserPoolId": pool.pool_id, "Username": name}
    attributes = [{"Name": "email", "Value": name}]
    await connection.call(
        "AdminCreateUser", **named, MessageAction="SUPPRESS", UserAttributes=attributes
    )
    await connection.call("AdminSetUserPassword", **named, Password=PASSWORD, Permanent=True)
    pool.users.append(name)


async def create_pool(connection: Connection, pool: BenchmarkPool) -> None:
    """Call CreateUserPool."""
    del pool
    await connection.call("CreateUserPool", PoolName="another")


async def list_users(connection: Connection, pool: BenchmarkPool) -> None:
    """Call ListUsers for a page of ten."""
    answer = await connection.call("ListUsers", UserPoolId=pool.pool_id, Limit=10)
    assert len(answer["Users"]) == min(10, len(pool.users)), "not the existing users"


async def list_one(connection: Connection, pool: BenchmarkPool) -> None:
    """Call ListUsers with a filter that matches one user."""
    name = pool.next_user()
    answer = await connection.call("ListUsers", UserPoolId=pool.pool_id, Filter=f'email = "{name}"')
    assert len(answer["Users"]) == 1, "not the requested user"


async def sign_in_by_password(connection: Connection, pool: BenchmarkPool) -> dict[str, Any]:
    """Sign in by USER_PASSWORD_AUTH."""
    parameters = {"USERNAME": pool.next_user(), "PASSWORD": PASSWORD}
    answer = await connection.call(
        "InitiateAuth",
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters=parameters,
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


async def sign_in_by_srp(connection: Connection, pool: BenchmarkPool) -> dict[str, Any]:
    """Sign in by USER_SRP_AUTH: both calls, with a real proof."""
    name = pool.next_user()
    answer = await _prove_password(connection, pool, name, {})
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


async def sign_in_by_device(connection: Connection, pool: BenchmarkPool) -> dict[str, Any]:
    """Sign in by USER_SRP_AUTH with a remembered device: four calls and two proofs."""
    name = pool.next_user()
    device = pool.devices[name]
    key = {"DEVICE_KEY": device.key}
    asked = await _prove_password(connection, pool, name, key)
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH", asked
    exchange = ClientExchange()
    given = {"USERNAME": name, "SRP_A": exchange.public_hex, **key}
    challenge = await _respond(connection, pool, asked, given)
    proof = _proof(exchange, pool, (device.group, device.key, device.password), challenge)
    answer = await _respond(connection, pool, challenge, {"USERNAME": name, **key, **proof})
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


async def track_devices(connection: Connection, pool: BenchmarkPool) -> None:
    """Sign every user in once and confirm the device."""
    for name in pool.users:
        answer = await _prove_password(connection, pool, name, {})
        await confirm_device(connection, pool, name, answer["AuthenticationResult"])


async def confirm_device(
    connection: Connection, pool: BenchmarkPool, name: str, result: dict[str, Any]
) -> None:
    """Confirm the device that a sign-in issued, and keep it for the user."""
    issued = result["NewDeviceMetadata"]
    device = Device(issued["DeviceKey"], issued["DeviceGroupKey"], "a device's password")
    verifier = make_device_verifier(device.group, device.key, device.password)
    config = {"Salt": verifier.salt, "PasswordVerifier": verifier.password_verifier}
    await connection.call(
        "ConfirmDevice",
        AccessToken=result["AccessToken"],
        DeviceKey=device.key,
        DeviceSecretVerifierConfig=config,
    )
    pool.devices[name] = device


async def _prove_password(
    connection: Connection, pool: BenchmarkPool, name: str, extra: dict[str, str]
) -> dict[str, Any]:
    exchange = ClientExchange()
    challenge = await connection.call(
        "InitiateAuth",
        ClientId=pool.client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": name, "SRP_A": exchange.public_hex, **extra},
    )
    ident = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]
    prefix = pool.pool_id.partition("_")[2]
    proof = _proof(exchange, pool, (prefix, ident, PASSWORD), challenge)
    return await _respond(connection, pool, challenge, {"USERNAME": ident, **extra, **proof})


def _proof(
    exchange: ClientExchange,
    pool: BenchmarkPool,
    secret: tuple[str, str, str],
    challenge: dict[str, Any],
) -> dict[str, str]:
    prefix, ident, password = secret
    given = challenge["ChallengeParameters"]
    timestamp = format_timestamp(datetime.now(timezone.utc) + timedelta(seconds=pool.ahead))
    key = exchange.key(prefix, ident, password, given["SALT"], given["SRP_B"])
    block = given["SECRET_BLOCK"]
    return {
        "PASSWORD_CLAIM_SECRET_BLOCK": block,
        "PASSWORD_CLAIM_SIGNATURE": claim_signature(key, prefix, ident, block, timestamp),
        "TIMESTAMP": timestamp,
    }


async def _respond(
    connection: Connection,
    pool: BenchmarkPool,
    challenge: dict[str, Any],
    responses: dict[str, str],
) -> dict[str, Any]:
    given: dict[str, Any] = {
        "ClientId": pool.client_id,
        "ChallengeName": challenge["ChallengeName"],
        "ChallengeResponses": responses,
    }
    if challenge.get("Session"):
        given["Session"] = challenge["Session"]
    return await connection.call("RespondToAuthChallenge", **given)
