"""The full flow over HTTP, from sign-up to a sign-in with a device and no MFA code."""

from __future__ import annotations

import itertools
import time
from typing import Any
from urllib.parse import quote

import pyotp

from benchmarks import calls
from benchmarks.calls import PASSWORD, BenchmarkPool
from benchmarks.connection import Connection

_NUMBERS = itertools.count(1)
#: The seconds of a TOTP step.
_STEP = 30


async def full_flow(connection: Connection, pool: BenchmarkPool) -> dict[str, Any]:
    """Sign up, confirm, set up TOTP, sign in with an MFA code, and then with the device."""
    name = f"newcomer-{next(_NUMBERS)}"
    await _sign_up(connection, pool, name)
    secret = await _enrol(connection, pool, name)
    result = await _sign_in_with_code(connection, pool, name, secret)
    await calls.confirm_device(connection, pool, name, result)
    return await calls.sign_in_by_device(connection, pool.of([name]))


async def _sign_up(connection: Connection, pool: BenchmarkPool, name: str) -> None:
    named = {"ClientId": pool.client_id, "Username": name}
    email = [{"Name": "email", "Value": f"{name}@example.com"}]
    await connection.call("SignUp", **named, Password=PASSWORD, UserAttributes=email)
    await connection.call("ResendConfirmationCode", **named)
    query = f"username={quote(name)}&user_pool_id={pool.pool_id}"
    sent = await connection.control(f"outbox?{query}")
    code = sent["messages"][0]["code"]
    await connection.call("ConfirmSignUp", **named, ConfirmationCode=code)
    await connection.call("AdminGetUser", UserPoolId=pool.pool_id, Username=name)


async def _enrol(connection: Connection, pool: BenchmarkPool, name: str) -> str:
    asked = await _begin(connection, pool, name)
    assert asked["ChallengeName"] == "MFA_SETUP", asked["ChallengeName"]
    issued = await connection.call("AssociateSoftwareToken", Session=asked["Session"])
    secret: str = issued["SecretCode"]
    # Use the code of the previous step, so that the current one is left for the sign-in.
    code = pyotp.TOTP(secret).at(int(time.time()) - _STEP)
    verified = await connection.call(
        "VerifySoftwareToken", Session=issued["Session"], UserCode=code
    )
    await _answer(connection, pool, asked, {"USERNAME": name}, verified["Session"])
    return secret


async def _sign_in_with_code(
    connection: Connection, pool: BenchmarkPool, name: str, secret: str
) -> dict[str, Any]:
    asked = await _begin(connection, pool, name)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA", asked["ChallengeName"]
    code = pyotp.TOTP(secret).at(int(time.time()))
    given = {"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code}
    answer = await _answer(connection, pool, asked, given, asked["Session"])
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


async def _begin(connection: Connection, pool: BenchmarkPool, name: str) -> dict[str, Any]:
    return await connection.call(
        "AdminInitiateAuth",
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )


async def _answer(
    connection: Connection,
    pool: BenchmarkPool,
    asked: dict[str, Any],
    responses: dict[str, str],
    session: str,
) -> dict[str, Any]:
    return await connection.call(
        "AdminRespondToAuthChallenge",
        UserPoolId=pool.pool_id,
        ClientId=pool.client_id,
        ChallengeName=asked["ChallengeName"],
        ChallengeResponses=responses,
        Session=session,
    )
