"""No redirect leads to an address that nobody has registered: every redirect of the room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import harness.emulator.managed_login
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.engine import Engine
from harness.emulator.managed_login import answers
from harness.emulator.managed_login.request import Visit, WebRequest
from harness.emulator.managed_login.routing import ROUTES, Arrival, answer
from tests.emulator.support.browser import CALLBACK, SIGNED_OUT, Site, in_process, new_site

ROOM = Path(harness.emulator.managed_login.__file__).parent
#: What can be said in a parameter that has an address, or could be taken for one.
HOSTILE = [
    "https://evil.example/",
    "//evil.example/",
    "\\\\evil.example",
    "http://localhost:3000/callback\r\nSet-Cookie: cognito=x",
    "javascript:alert(1)",
    f"{CALLBACK}.evil.example",
    f"{CALLBACK}#https://evil.example",
]
#: The functions that make a redirect, and what each may lead to.
MAKERS = {
    "_redirect": "wherever its callers below say",
    "within": "the domain itself",
    "to_error_page": "the domain itself",
    "off_domain": "an address that is registered at the app client",
    "to_app": "by off_domain",
}


def test_one_function_makes_the_header(site: Site) -> None:
    """``Location`` is written in one place, which four functions call, all of them here."""
    writers, callers = [], set()
    for path in sorted(ROOM.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            inner = list(ast.walk(function))
            if any(isinstance(node, ast.Constant) and node.value == "Location" for node in inner):
                writers.append((path.name, function.name))
            called = [node.func for node in inner if isinstance(node, ast.Call)]
            if any(isinstance(name, ast.Name) and name.id == "_redirect" for name in called):
                callers.add((path.name, function.name))
    assert writers == [("answers.py", "_redirect")]
    assert {name for _, name in callers} <= set(MAKERS)
    assert {file for file, _ in callers} == {"answers.py"}


@pytest.mark.fact("H024")
@pytest.mark.parametrize("path", [path for path, route in ROUTES.items() if not route.for_apps])
@pytest.mark.parametrize("uri", HOSTILE)
def test_no_page_leads_elsewhere(site: Site, path: str, uri: str) -> None:
    """Whatever is said in any parameter, by GET or by a form, every redirect stays here."""
    site.sign_in()
    token = site.browser.get("/login", site.query).form.fields["_csrf"]
    names = ("redirect_uri", "logout_uri", "post_logout_redirect_uri", "resource", "next", "error")
    hostile = {**site.query, **dict.fromkeys(names, uri)}
    form = {"_csrf": token, "username": uri, "password": uri, "code": uri}
    for shown in (
        site.browser.get(path, hostile),
        site.browser.get(path, {"client_id": site.client_id, **dict.fromkeys(names, uri)}),
        site.browser.post(path, hostile, form),
    ):
        assert not shown.location or shown.location.startswith(f"{site.browser.base}/")
        assert not set("\r\n\\").intersection(shown.headers.get("location", ""))
        assert not any("cognito=x" in cookie for cookie in shown.cookies)


@pytest.mark.fact("H023", "H024")
@pytest.mark.parametrize("uri", [*HOSTILE, SIGNED_OUT, CALLBACK.upper()])
def test_the_registered_addresses_are_looked_up_again(site: Site, uri: str) -> None:
    """Even a request that got past the checks leads to no other address than a CallbackURL."""
    pool = site.engine.pools[site.pool_id]
    request = WebRequest("GET", "/login", base=site.browser.base)
    visit = Visit(site.engine, pool, "people", request)
    asked = AuthorizeRequest(site.client_id, uri, "code", ("openid",))
    shown = answers.to_app(visit, asked, {"code": "secret"})
    assert shown.headers["Location"].startswith(f"{site.browser.base}/error?")
    assert "secret" not in shown.headers["Location"]


def test_a_client_that_is_gone_gets_no_code(site: Site) -> None:
    """Between two steps the app client may be deleted."""
    page = site.browser.get("/login", site.query)
    named = {"UserPoolId": site.pool_id, "ClientId": site.client_id}
    site.engine.call("DeleteUserPoolClient", named)
    shown = site.browser.submit(page, username="alice", password="Correct-Horse-7")
    assert shown.query["error"] == "Client does not exist"


def test_no_query_ends_the_header(engine: Engine) -> None:
    """What no address may have, such as the end of a line, is encoded in a redirect."""
    arrival = Arrival("GET", "/_domain/people/mfa", "state=a\r\nSet-Cookie: b=c\0", {})
    new_site(engine, in_process(engine))
    shown = answer(engine, arrival)
    assert shown is not None
    assert shown.status == 302
    assert shown.headers["Location"].endswith("/login?state=a%0D%0ASet-Cookie:%20b=c%00")
