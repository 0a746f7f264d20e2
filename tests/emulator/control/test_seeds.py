"""Seeds over the control surface: what it takes, and who may use it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.control.access import Sender
from harness.emulator.control.surface import handle, takes_long
from harness.emulator.engine import Engine
from tests.emulator.seeds.documents import PASSWORD, POOL_ID, changed, shop

HERE = Sender("127.0.0.1", "127.0.0.1:5000", "application/json")
#: What a browser sends for a page of another site: a form, a script, a name that leads to this
#: machine, and a frame without an origin.
FOREIGN = {
    "script": Sender("127.0.0.1", "127.0.0.1:5000", "application/json", "https://evil.example"),
    "form": Sender("127.0.0.1", "127.0.0.1:5000", "text/plain", "https://evil.example"),
    "rebound name": Sender("127.0.0.1", "evil.example:5000", "application/json"),
    "sandboxed frame": Sender("127.0.0.1", "127.0.0.1:5000", "application/json", "null"),
    "another machine": Sender("192.0.2.7", "127.0.0.1:5000", "application/json"),
}


def ask(
    engine: Engine, method: str, name: str, body: Any = None, query: str = "", who: Sender = HERE
) -> tuple[int, dict[str, Any]]:
    """Send a control request; return the status and the members of the response."""
    content = b"" if body is None else json.dumps(body).encode()
    response = handle(engine, method, f"/_harness/{name}", query, content, who)
    return response.status, json.loads(response.body)


def test_a_document_is_made_exported_and_made_again(engine: Engine) -> None:
    """POST seed makes the pools of a document, GET export gives it back, an empty POST resets."""
    status, report = ask(engine, "POST", "seed", {"document": shop()})
    assert (status, report["made"], report["users"]) == (200, [POOL_ID], 2)
    engine.call("AdminDeleteUser", {"UserPoolId": POOL_ID, "Username": "bob"})
    assert ask(engine, "POST", "seed", {})[0] == 200
    found = ask(engine, "GET", "export", query="secrets=true")[1]
    assert found == {"document": shop(), "notes": []}


def test_an_export_has_no_secrets_unless_asked(engine: Engine) -> None:
    """Without secrets=true no password leaves the server."""
    ask(engine, "POST", "seed", {"document": shop()})
    for query in ("", "secrets=false"):
        assert PASSWORD not in json.dumps(ask(engine, "GET", "export", query=query)[1])


@pytest.mark.parametrize("who", FOREIGN)
def test_no_foreign_page_reads_or_seeds(engine: Engine, who: str) -> None:
    """Nothing of another site, and no other machine, reads an export or makes a seed."""
    ask(engine, "POST", "seed", {"document": shop()})
    before = engine.pools[POOL_ID]
    sender = FOREIGN[who]
    if who != "form":  # a browser has no form that sends JSON, and a form cannot read
        status, found = ask(engine, "GET", "export", query="secrets=true", who=sender)
        assert status == 403
        assert set(found) == {"error"}
    for body in ({"document": shop()}, {}):
        assert ask(engine, "POST", "seed", body, who=sender)[0] in (403, 415)
    assert engine.pools[POOL_ID] is before


def test_an_export_is_not_for_other_sites_to_load(engine: Engine) -> None:
    """A browser keeps the response from a page that includes it, and stores it nowhere."""
    ask(engine, "POST", "seed", {"document": shop()})
    headers = handle(engine, "GET", "/_harness/export", "secrets=true", b"", HERE).headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    ("method", "name", "body", "query", "part"),
    [
        ("POST", "seed", {}, "", "there is no seed"),
        ("POST", "seed", {"file": "/etc/passwd"}, "", "unknown: file"),
        ("POST", "seed", {"document": 1}, "", "it must be an object"),
        ("POST", "seed", {"document": changed("id", "x")}, "", "pools[0].id"),
        ("GET", "export", None, "secrets=yes", "true or false"),
        ("GET", "export", None, "secret=true", "unknown: secret"),
    ],
)
def test_a_bad_request_gets_one_message(
    engine: Engine, method: str, name: str, body: Any, query: str, part: str
) -> None:
    """What cannot be carried out is status 400 with what is allowed."""
    status, found = ask(engine, method, name, body, query)
    assert status == 400
    assert part in found["error"]


def test_a_refused_seed_says_where(engine: Engine) -> None:
    """The response has the path, so that whoever has the file can say the line."""
    found = ask(engine, "POST", "seed", {"document": changed("users/0/sub", "x")})[1]
    assert found["path"] == "pools[0].users[0].sub"
    assert found["reason"].startswith("pools[0].users[0].sub: cannot use 'x'")


def test_other_requests_need_not_wait_for_a_seed() -> None:
    """Seeds and exports are too slow for the thread of the connections."""
    assert takes_long("POST", "/_harness/seed")
    assert takes_long("GET", "/_harness/export")
    assert not takes_long("GET", "/_harness/clock")
