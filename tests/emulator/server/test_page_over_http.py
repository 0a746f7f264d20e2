"""The page over HTTP: its forms with the headers of browsers, updates by tag, and triggers."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from harness.emulator import Emulator, Triggers
from harness.emulator.server import EmulatorServer
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import new_pool

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer(emulator=Emulator(mock=False)) as running:
        yield running


def ask(
    server: EmulatorServer, method: str, name: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request with exactly these headers, and return status, headers and body."""
    address = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/_harness/{name}", body=body, headers=sent)
        given = connection.getresponse()
        return given.status, {k.lower(): v for k, v in given.getheaders()}, given.read()
    finally:
        connection.close()


def send(server: EmulatorServer, fields: dict[str, str], **headers: str) -> int:
    """Send a form, and return the status."""
    return ask(server, "POST", "act", urlencode(fields), Content_Type=FORM, **headers)[0]


def test_only_the_own_origin_sends_forms(server: EmulatorServer) -> None:
    """As for the controls, the headers that a browser sets decide; without them it is refused."""
    move = {"action": "move-clock", "seconds": "3600"}
    before = server.emulator.clock.time()
    port = server.url.rpartition(":")[2]
    for headers in (
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://localhost:{port}"},
        {"Origin": server.url, "Sec_Fetch_Site": "cross-site"},
        {"Origin": f"http://evil.example:{port}", "Host": f"evil.example:{port}"},
    ):
        assert send(server, move, **headers) == 403
    assert server.emulator.clock.time() < before + 3_600
    assert send(server, move, Origin=server.url, Sec_Fetch_Site="same-origin") == 303
    assert server.emulator.clock.time() >= before + 3_600


def test_unchanged_live_part_has_no_body(server: EmulatorServer) -> None:
    """A connection stays in step after a 304, which has no body and no length."""
    _, headers, body = ask(server, "GET", "live")
    assert body
    status, again, body = ask(server, "GET", "live", If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")
    assert again["harness-time"]
    assert ask(server, "GET", "live", If_None_Match='"another"')[0] == 200


def test_a_handler_may_use_the_emulator_while_a_form_waits_for_it() -> None:
    """The trigger of a form calls the page of the same server, which answers meanwhile."""
    seen: list[int] = []

    def pre_sign_up(event: dict[str, Any], _context: object) -> dict[str, Any]:
        seen.append(ask(running, "GET", "")[0])
        return event

    emulator = Emulator(triggers=Triggers(pre_sign_up=pre_sign_up), mock=False)
    with EmulatorServer(emulator=emulator) as running:
        pool_id = new_pool(emulator.engine)
        fields = {"action": "create-user", "pool": pool_id, "username": "ada"}
        fields |= {"password": PASSWORD, "confirmed": "1"}
        assert send(running, fields, Origin=running.url) == 303
        assert seen == [200]
        assert len(emulator.engine.pools[pool_id].users) == 1
