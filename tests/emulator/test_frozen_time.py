"""The emulator follows freezegun and time-machine, in every order, in process and served."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from harness.clock import VirtualClock
from harness.emulator import Emulator, install, uninstall
from harness.emulator.server import EmulatorServer
from tests.emulator.support.expect import DAY
from tests.emulator.support.frozen_app import (
    FUTURE,
    LIBRARIES,
    PAST,
    FrozenApp,
    at,
    client,
    frozen,
)


def read(url: str) -> Any:
    """Return the JSON at a URL."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.loads(answer.read())


def app_of(emulator: Emulator, cognito: Any) -> FrozenApp:
    """Return an app on an emulator in this process."""
    return FrozenApp(
        cognito,
        lambda name: emulator.outbox.messages(username=name)[0].code,
        lambda pool_id: json.loads(json.dumps(emulator.engine.pools[pool_id].keys.jwks())),
    )


@contextmanager
def with_emulator() -> Iterator[FrozenApp]:
    """Yield an app under ``with Emulator()``."""
    with Emulator() as emulator:
        yield app_of(emulator, client())


@contextmanager
def installed() -> Iterator[FrozenApp]:
    """Yield an app under ``install()`` and ``mock_aws``."""
    emulator = install()
    try:
        with mock_aws():
            yield app_of(emulator, client())
    finally:
        uninstall()


@contextmanager
def attached() -> Iterator[FrozenApp]:
    """Yield an app with an attached client."""
    emulator, cognito = Emulator(mock=False), client()
    emulator.attach(cognito)
    yield app_of(emulator, cognito)


@contextmanager
def served() -> Iterator[FrozenApp]:
    """Yield an app on an emulator that a thread of this process serves."""
    with EmulatorServer() as server:
        cognito = client(endpoint_url=server.url)
        try:
            yield FrozenApp(
                cognito,
                lambda name: read(f"{server.url}/_harness/outbox?username={name}")["messages"][0][
                    "code"
                ],
                lambda pool_id: read(f"{server.url}/{pool_id}/.well-known/jwks.json"),
            )
        finally:
            cognito.close()


Way = Callable[[], AbstractContextManager[FrozenApp]]
#: The moments of one emulator's life, in order; ``None`` is the real time. It starts in the first.
ORDERS: dict[str, tuple[datetime | None, ...]] = {
    "made in 2030": (FUTURE,),
    "made in 1999": (PAST,),
    "frozen at 2030 later": (None, FUTURE),
    "frozen at 1999 later": (None, PAST),
    "2030 ended": (FUTURE, None),
    "1999 ended": (PAST, None),
    "2030, then 1999": (FUTURE, PAST),
    "1999, then 2030": (PAST, FUTURE),
    "there and back": (None, FUTURE, PAST, None, FUTURE),
}


def moments(order: str) -> list[datetime | None]:
    """Return the moments of an order, some minutes apart where one comes again."""
    return [
        moment and moment + timedelta(minutes=5 * number)
        for number, moment in enumerate(ORDERS[order])
    ]


#: In every order in process and served; by the other ways where the test goes everywhere.
LIVES = [(way, order) for way in (with_emulator, served) for order in ORDERS]
LIVES += [(way, "there and back") for way in (installed, attached)]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("way", "order"), LIVES)
def test_everything_is_of_the_time_that_the_test_sees(way: Way, order: str, library: str) -> None:
    """Users sign up and sign in with SRP, codes and devices wherever the test goes."""
    first, *later = moments(order)
    with at(library, first):
        life = way()
        app = life.__enter__()
        users = [app.newcomer("user0")]
    try:
        for number, moment in enumerate(later, 1):
            with at(library, moment):
                for user in users:
                    app.return_of(user)
                users.append(app.newcomer(f"user{number}"))
    finally:
        life.__exit__(None, None, None)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("outer", "inner"), [(FUTURE, PAST), (PAST, FUTURE)])
def test_nested(library: str, outer: datetime, inner: datetime) -> None:
    """A freeze inside another one counts while it lasts."""
    with with_emulator() as app, frozen(library, outer):
        app.newcomer("ada")
        with frozen(library, inner):
            app.newcomer("bob")
        app.newcomer("cleo")


@pytest.mark.parametrize("library", LIBRARIES)
def test_shifts_and_moves_add_up(library: str) -> None:
    """The clock shows the test's time, plus what the emulator's clock was moved by."""
    clock = VirtualClock()
    begin = FUTURE.timestamp()
    with frozen(library, FUTURE) as shift:
        assert clock.time() == begin
        shift(30)
        assert clock.time() == begin + 30
        clock.advance(100)
        shift(-3600)
        assert clock.time() == begin - 3600 + 130
        clock.set(begin)
        assert clock.time() == begin
        shift(1)
        assert clock.time() == begin + 1
        assert clock.now() == FUTURE + timedelta(seconds=1)
    clock.set(time.time())
    assert abs(clock.time() - time.time()) < 60


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("way", [with_emulator, served])
def test_codes_expire_when_the_test_goes_on(way: Way, library: str) -> None:
    """A shift of a day ends a verification code, and a shift back makes it valid again."""
    with frozen(library, PAST) as shift, way() as app:
        app.client.sign_up(
            ClientId=app.client_id,
            Username="ada",
            Password="Correct-Horse-7",
            UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
        )
        code = app.newest_code("ada@example.com")
        confirmation = {"ClientId": app.client_id, "Username": "ada", "ConfirmationCode": code}
        shift(DAY)
        with pytest.raises(ClientError, match="ExpiredCodeException"):
            app.client.confirm_sign_up(**confirmation)
        shift(-1)
        app.client.confirm_sign_up(**confirmation)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("year", [1960, 1970, 9999])
def test_ends_of_time(library: str, year: int) -> None:
    """Before 1970 and at the end of 9999 the emulator still works."""
    moment = datetime(
        year, 1 if year < 9999 else 12, 31 if year == 9999 else 1, tzinfo=timezone.utc
    )
    emulator, cognito = Emulator(mock=False), client()
    emulator.attach(cognito)
    with frozen(library, moment):
        pool = cognito.create_user_pool(PoolName="old")["UserPool"]
        cognito.admin_create_user(UserPoolId=pool["Id"], Username="ada")
        assert cognito.list_users(UserPoolId=pool["Id"])["Users"]
        assert 0 <= emulator.clock.now().timestamp() <= moment.timestamp() + (year < 1970) * 1e9
