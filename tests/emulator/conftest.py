"""Fixtures: an engine with a frozen clock, and pools, clients and users created through its API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from tests.emulator.support.expect import PASSWORD, START, Person, pairs


class Call(Protocol):
    """Carry out one operation; the members of the request are keyword arguments."""

    def __call__(self, operation: str, **members: Any) -> dict[str, Any]:
        """Return the response of the operation."""


@pytest.fixture
def engine() -> Engine:
    """An engine with a frozen clock and repeatable random values."""
    return Engine(clock=VirtualClock(START, frozen=True), settings=EmulatorSettings(seed=1))


@pytest.fixture
def call(engine: Engine) -> Call:
    """Carry out one operation of the engine: ``call("SignUp", ClientId=..., ...)``."""

    def carry_out(operation: str, **members: Any) -> dict[str, Any]:
        return dict(engine.call(operation, members))

    return carry_out


@pytest.fixture
def code(engine: Engine) -> Callable[..., str]:
    """The newest code sent to a user, found by any of their names: ``code("alice")``."""

    def newest(username: str, kind: str | None = None) -> str:
        return engine.outbox.messages(username=username, kind=kind)[0].code

    return newest


@pytest.fixture
def make_pool(engine: Engine) -> Callable[..., str]:
    """Create a user pool and return its ID; the settings are members of CreateUserPool.

    ``mfa`` is set by SetUserPoolMfaConfig, with TOTP unless it is OFF.
    """

    def make(*, mfa: str | None = None, **settings: Any) -> str:
        params = {"PoolName": "pool", "AutoVerifiedAttributes": ["email"], **settings}
        pool = engine.call("CreateUserPool", params)["UserPool"]
        if mfa is not None:
            factor = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
            config = {"UserPoolId": pool["Id"], "MfaConfiguration": mfa}
            engine.call("SetUserPoolMfaConfig", {**config, **(factor if mfa != "OFF" else {})})
        return str(pool["Id"])

    return make


@pytest.fixture
def make_client(engine: Engine) -> Callable[..., dict[str, Any]]:
    """Create an app client of a pool and return its description (UserPoolClientType)."""

    def make(user_pool_id: str, **settings: Any) -> dict[str, Any]:
        flows = [
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ]
        params = {"ClientName": "client", "ExplicitAuthFlows": flows, **settings}
        answer = engine.call("CreateUserPoolClient", {"UserPoolId": user_pool_id, **params})
        return dict(answer["UserPoolClient"])

    return make


@pytest.fixture
def pool_id(make_pool: Callable[..., str]) -> str:
    """A pool with usernames that verifies email addresses."""
    return make_pool()


@pytest.fixture
def client(pool_id: str, make_client: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """An app client of the pool `pool_id`, without a secret."""
    return make_client(pool_id)


@pytest.fixture
def client_id(client: dict[str, Any]) -> str:
    """The ID of `client`."""
    return str(client["ClientId"])


@pytest.fixture
def unconfirmed_user(engine: Engine) -> Callable[..., Person]:
    """Sign up a user without confirming them; only the pool and the client are required.

    ``attributes`` are added to the email address; ``email=""`` omits it.
    """

    def make(
        user_pool_id: str,
        client: dict[str, Any],
        username: str = "alice",
        *,
        email: str | None = None,
        password: str = PASSWORD,
        **attributes: str,
    ) -> Person:
        if email is None:
            email = username if "@" in username else f"{username}@example.com"
        given = {**({"email": email} if email else {}), **attributes}
        params = {
            "ClientId": client["ClientId"],
            "Username": username,
            "Password": password,
            "UserAttributes": pairs(**given),
        }
        sub = engine.call("SignUp", params)["UserSub"]
        return Person(user_pool_id, client["ClientId"], username, sub, password, email)

    return make


@pytest.fixture
def confirmed_user(
    engine: Engine, unconfirmed_user: Callable[..., Person]
) -> Callable[..., Person]:
    """Sign up a user as `unconfirmed_user` does and confirm them by the code, if one was sent."""

    def make(user_pool_id: str, client: dict[str, Any], *args: Any, **names: str) -> Person:
        person = unconfirmed_user(user_pool_id, client, *args, **names)
        messages = engine.outbox.messages(
            username=person.sub, user_pool_id=user_pool_id, kind="sign_up"
        )
        if messages:
            params = {
                "ClientId": person.client_id,
                "Username": person.username,
                "ConfirmationCode": messages[0].code,
            }
            engine.call("ConfirmSignUp", params)
        else:
            params = {"UserPoolId": user_pool_id, "Username": person.username}
            engine.call("AdminConfirmSignUp", params)
        return person

    return make


@pytest.fixture
def access_token(call: Call) -> Callable[[Person], str]:
    """Sign in a user by password and return their access token."""

    def sign_in(person: Person) -> str:
        answer = call(
            "InitiateAuth",
            ClientId=person.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person.username, "PASSWORD": person.password},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])

    return sign_in
