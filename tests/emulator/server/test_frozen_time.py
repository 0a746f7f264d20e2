"""A served emulator under frozen time: it follows the test, and its own time limits are real."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from harness.emulator import Emulator, Triggers
from harness.emulator.server import EmulatorServer, emulator_server
from harness.targets.control import ControlSurface, ServedClock
from tests.cli.processes import serving
from tests.emulator.support.connection import SECONDS, Connection, post
from tests.emulator.support.frozen_app import (
    FUTURE,
    LIBRARIES,
    PAST,
    FrozenApp,
    client,
    frozen,
)
from tests.emulator.test_frozen_time import read


def app_at(url: str) -> FrozenApp:
    """Return an app on a served emulator."""
    return FrozenApp(
        client(endpoint_url=url),
        lambda name: str(read(f"{url}/_harness/outbox?username={name}")["messages"][0]["code"]),
        lambda pool_id: read(f"{url}/{pool_id}/.well-known/jwks.json"),
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_calls_in_threads_of_their_own_follow_too(library: str) -> None:
    """With a trigger each call runs in a thread; its tokens are of the frozen time too.

    freezegun leaves threading alone: code that a thread runs directly sees the real time.
    """
    triggers = Triggers(
        post_authentication=lambda event, context: event,
        pre_token_generation=lambda event, context: event,
    )
    emulator = Emulator(mock=False, triggers=triggers)
    with EmulatorServer(emulator=emulator) as server, frozen(library, PAST):
        app = app_at(server.url)
        app.return_of(app.newcomer("ada"))
        app.client.close()


@pytest.mark.parametrize("library", LIBRARIES)
def test_server_stops_under_frozen_time(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop cuts off a request that never ends, though the time stands still."""
    monkeypatch.setattr(emulator_server, "PATIENCE_SECONDS", 0.1)
    entered, release = threading.Event(), threading.Event()

    def wait(event: Any, context: Any) -> Any:
        entered.set()
        release.wait(SECONDS)
        return event

    server = EmulatorServer(emulator=Emulator(mock=False, triggers=Triggers(pre_sign_up=wait)))
    with frozen(library, FUTURE):
        server.start()
        app = app_at(server.url)
        with Connection(server) as connection:
            given = {"ClientId": app.client_id, "Username": "ada", "Password": "Correct-Horse-7"}
            connection.send(post("SignUp", given))
            assert entered.wait(SECONDS)
            stopping = threading.Thread(target=server.stop, daemon=True)
            stopping.start()
            stopping.join(SECONDS)
            release.set()
            assert not stopping.is_alive()
        app.client.close()


@pytest.mark.parametrize("library", LIBRARIES)
def test_emulator_in_another_process_is_set_to_the_time(library: str) -> None:
    """A test's time ends at its process; the clock of another one is set, forward and back."""
    with serving() as running:
        clock = ServedClock(ControlSurface(running.url))
        for number, moment in enumerate((FUTURE, PAST)):
            # In the middle of a step of TOTP.
            with frozen(library, moment + timedelta(seconds=15), tick=True):
                # A second behind, so that no token is of the future.
                clock.set(time.time() - 1)
                app = app_at(running.url)
                app.newcomer(f"user{number}")
                app.client.close()
