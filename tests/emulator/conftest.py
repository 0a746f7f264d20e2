"""An engine with a clock that stands still, and pools, clients and users made through its API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.settings import EmulatorSettings

#: A password that every policy used here accepts.
PASSWORD = "Correct-Horse-7"

#: The moment the clock shows first: 2027-01-15 08:00:00 UTC.
START = 1_800_000_000.0


@dataclass
class Person:
    """A user of the tests: how he signs in, and what the pool calls him."""

    user_pool_id: str
    client_id: str
    username: str
    sub: str
    password: str
    email: str


@pytest.fixture
def engine() -> Engine:
    """An engine whose clock stands still and whose random values repeat."""
    return Engine(clock=VirtualClock(START, frozen=True), settings=EmulatorSettings(seed=1))


@pytest.fixture
def make_pool(engine: Engine) -> Callable[..., str]:
    """Create a user pool and return its id; the settings are CreateUserPool's members.

    ``mfa`` is given to SetUserPoolMfaConfig afterwards: ``mfa="ON"`` means with TOTP.
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
def unconfirmed_user(engine: Engine) -> Callable[..., Person]:
    """Sign somebody up and do not confirm him; every name but the pool's and client's is optional.

    ``attributes`` are added to the e-mail address; ``email=""`` leaves that out.
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
            "UserAttributes": [{"Name": name, "Value": value} for name, value in given.items()],
        }
        sub = engine.call("SignUp", params)["UserSub"]
        return Person(user_pool_id, client["ClientId"], username, sub, password, email)

    return make


@pytest.fixture
def confirmed_user(
    engine: Engine, unconfirmed_user: Callable[..., Person]
) -> Callable[..., Person]:
    """As `unconfirmed_user`, and confirmed by the code that was sent, if one was."""

    def make(user_pool_id: str, client: dict[str, Any], *args: Any, **names: str) -> Person:
        person = unconfirmed_user(user_pool_id, client, *args, **names)
        messages = engine.outbox.messages(username=person.sub, kind="sign_up")
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


@contextmanager
def refused(code: str, message: str | None = None) -> Iterator[None]:
    """Expect the block to be refused with that code and, where it is known, exactly that text."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code
    if message is not None:
        assert caught.value.message == message
