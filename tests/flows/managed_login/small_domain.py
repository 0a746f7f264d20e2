"""A small domain of a user pool, with pages written by hand in the form of Cognito's own (H044)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from harness import VirtualClock
from harness.flows.api.caller import AppClient
from harness.flows.managed_login.browser import WebBrowser
from harness.flows.managed_login.exchange import WebExchange
from harness.flows.managed_login.walk import ManagedLoginWalker
from harness.redaction import Secret

CALLBACK = "https://app.example.com/callback"
NOW = 1_800_000_000.0
CSRF = "8a4f3a3e-7c0d-4c0e-9a39-0d6b36a2c1aa"


@dataclass(frozen=True)
class Asked:
    """A request that came to the domain."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    cookies: dict[str, str]


@dataclass(frozen=True)
class Answered:
    """What the domain answers."""

    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Answer: TypeAlias = Callable[[Asked], Answered]


@dataclass
class SmallDomain:
    """A server below ``/_domain/shop`` whose answers a test writes.

    Attributes:
        answers: what it answers, by method and path.
        asked: the requests so far.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    exchanges: list[WebExchange] = field(default_factory=list)
    url: str = ""

    def browser(self) -> WebBrowser:
        """Return a browser of the domain."""
        return WebBrowser(self.url, clock=VirtualClock(NOW), record=self.exchanges.append)

    def walker(self, secret: str | None = None) -> ManagedLoginWalker:
        """Return a walker of an app client."""
        app = AppClient("pool", "client-1", None if secret is None else Secret(secret))
        return ManagedLoginWalker(
            self.browser(), app, CALLBACK, VirtualClock(NOW), record=self.exchanges.append
        )


def page(body: str, *, status: int = 200, cookies: tuple[str, ...] = ()) -> Answered:
    """Return a page, which sets cookies."""
    headers = tuple(("Set-Cookie", cookie) for cookie in cookies)
    return Answered(f"<!doctype html><html lang=en>{body}</html>", status, headers)


def redirect(to: str, *cookies: str) -> Answered:
    """Return a redirect, which sets cookies."""
    return Answered("", 302, (("Location", to), *(("Set-Cookie", one) for one in cookies)))


def members(status: int = 200, **answer: object) -> Answered:
    """Return JSON."""
    return Answered(json.dumps(answer), status, (("Content-Type", "application/json"),))


def classic_form(query: str = "", alert: str = "") -> str:
    """Return the classic sign-in page, with the whole form twice, once for each width (H044)."""
    error = f"<p class='errorMessage-customizable'>{alert}</p>" if alert else ""
    form = f"""
      <form action="/_domain/shop/login?{query}" method="POST" name="cognitoSignInForm">
        <input type="hidden" name="_csrf" value="{CSRF}"/>
        <label for="signInFormUsername" class="label-customizable">Username</label>
        <div><input id="signInFormUsername" name="username" type="text" placeholder="Username"
          class="form-control inputField-customizable" autocapitalize="none" required
          aria-label="Username" value=""/></div>
        <label for="signInFormPassword" class="label-customizable">Password</label>
        <div><input id="signInFormPassword" name="password" type="password"
          placeholder="Password" required aria-label="Password"/></div>
        <a class="redirect-customizable" href="/_domain/shop/forgotPassword?{query}"
          >Forgot your password?</a>
        <input type="hidden" name="cognitoAsfData"/>
        <input name="signInSubmitButton" type="Submit" value="Sign in" aria-label="submit"/>
        <p><span>Need an account?</span>&nbsp;<a href="/_domain/shop/signup?{query}">Sign up</a></p>
      </form>"""
    return (
        "<head><title>Signin</title></head><body>"
        f"<div class='visible-md visible-lg'>{error}{form}</div>"
        f"<div class='visible-xs visible-sm'>{error}{form}</div></body>"
    )


def form_of(fields: str, *, action: str, title: str, around: str = "") -> str:
    """Return a page with one form."""
    return (
        f"<head><title>{title}</title></head><body>{around}"
        f"<form method=post action='{action}'>{fields}<button>Go on</button></form></body>"
    )


@contextmanager
def small_domain() -> Iterator[SmallDomain]:
    """Serve a small domain on a free port."""
    domain = SmallDomain()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(domain))
    server.daemon_threads = True
    domain.url = f"http://127.0.0.1:{server.server_address[1]}/_domain/shop"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield domain
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(domain: SmallDomain) -> type[BaseHTTPRequestHandler]:
    class DomainHandler(BaseHTTPRequestHandler):
        """Answers from the table of the domain."""

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(self.rfile.read(length).decode())

        def _answer(self, body: str) -> None:
            parts = urlsplit(self.path)
            cookies = self.headers.get("Cookie", "")
            asked = Asked(
                self.command,
                parts.path.removeprefix("/_domain/shop"),
                dict(parse_qsl(parts.query)),
                dict(parse_qsl(body, keep_blank_values=True)),
                dict(self.headers.items()),
                dict(each.strip().split("=", 1) for each in cookies.split(";") if "=" in each),
            )
            domain.asked.append(asked)
            missing: Answer = lambda _: page("<title>Missing</title>", status=404)  # noqa: E731
            answered = domain.answers.get(f"{asked.method} {asked.path}", missing)(asked)
            content = answered.body.encode()
            self.send_response(answered.status)
            for name, value in answered.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    return DomainHandler
