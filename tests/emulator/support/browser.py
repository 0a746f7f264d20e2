"""A plain HTTP client of managed login: one browser without a script, in process or over HTTP.

It knows cookies, forms and redirects, and nothing of the emulator but its address.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from harness.emulator.engine import Engine
from harness.emulator.managed_login import routing
from tests.emulator.support.expect import PASSWORD, pairs

CALLBACK = "http://localhost:3000/callback"
SIGNED_OUT = "http://localhost:3000/"
VERIFIER = "v" * 43
#: A code_challenge by S256 of `VERIFIER` (RFC 7636, 4.2).
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
#: The OAuth settings of an app client that uses managed login.
OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "CallbackURLs": [CALLBACK],
    "LogoutURLs": [SIGNED_OUT],
    "SupportedIdentityProviders": ["COGNITO"],
}


@dataclass
class Shown:
    """A response as a browser has it.

    Attributes:
        url: the address that was asked for.
        cookies: the values of Set-Cookie.
    """

    url: str
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes = field(repr=False)

    @property
    def location(self) -> str:
        """The absolute address of a redirect; empty without one."""
        found = self.headers.get("location", "")
        return urljoin(self.url, found) if found else ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address of a redirect."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}

    @property
    def text(self) -> str:
        """The body."""
        return self.body.decode()

    @property
    def form(self) -> Form:
        """The first form of the page."""
        return Form.of(self)


class Form(HTMLParser):
    """The first form of a page: where it goes, and its fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self.fields: dict[str, str] = {}
        self._is_over = False

    @classmethod
    def of(cls, shown: Shown) -> Form:
        """Read the form of a page."""
        form = cls()
        form.feed(shown.text)
        assert form.attributes, f"no form in {shown.status}: {shown.text}"
        form.attributes["action"] = urljoin(shown.url, form.attributes["action"] or "")
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the form and its fields."""
        given = dict(attrs)
        if tag == "form" and not self.attributes:
            self.attributes = given
        elif tag == "input" and self.attributes and not self._is_over:
            self.fields[str(given.get("name"))] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """End the form."""
        self._is_over = self._is_over or tag == "form"


#: Sends a method, an address, headers and a body.
Sender = Callable[[str, str, dict[str, str], bytes], Shown]


def in_process(engine: Engine) -> Sender:
    """Return what sends requests to an engine without HTTP."""

    def send(method: str, url: str, headers: dict[str, str], body: bytes) -> Shown:
        parts = urlsplit(url)
        given = {name.lower(): value for name, value in headers.items()}
        arrival = routing.Arrival(
            method, parts.path, parts.query, {"host": parts.netloc, **given}, body,
            scheme=parts.scheme,
        )  # fmt: skip
        answer = routing.answer(engine, arrival)
        assert answer is not None, url
        lower = {name.lower(): value for name, value in answer.headers.items()}
        return Shown(url, answer.status, lower, list(answer.cookies), answer.body)

    return send


def over_http() -> Sender:
    """Return what sends requests over HTTP, each on its own connection."""

    def send(method: str, url: str, headers: dict[str, str], body: bytes) -> Shown:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            cookies = response.headers.get_all("Set-Cookie") or []
            return Shown(url, response.status, found, cookies, response.read())
        finally:
            connection.close()

    return send


@dataclass
class Browser:
    """One browser at one domain.

    Attributes:
        send: how requests are sent.
        base: the address of the domain.
        cookies: the cookies by their names.
    """

    send: Sender
    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, query: Mapping[str, str] | str = "", **headers: str) -> Shown:
        """Open an address; a path is one of the domain."""
        return self._request("GET", address, query, headers, b"")

    def post(
        self, address: str, query: Mapping[str, str] | str, form: Mapping[str, str], **headers: str
    ) -> Shown:
        """Send a form."""
        kind = {"content_type": "application/x-www-form-urlencoded"}
        return self._request("POST", address, query, {**kind, **headers}, urlencode(form).encode())

    def submit(self, shown: Shown, **typed: str) -> Shown:
        """Fill in the form of a page, and send it."""
        form = shown.form
        return self.post(str(form.attributes["action"]), "", {**form.fields, **typed})

    def _request(
        self,
        method: str,
        address: str,
        query: Mapping[str, str] | str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Shown:
        url = address if "://" in address else f"{self.base}{address}"
        text = query if isinstance(query, str) else urlencode(query)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        shown = self.send(method, f"{url}?{text}" if text else url, sent, body)
        for line in shown.cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return shown


@dataclass
class Site:
    """A pool with a domain, an app client and a user, and a browser that is at its domain."""

    engine: Engine
    browser: Browser
    pool_id: str
    client_id: str
    username: str = "alice"

    @property
    def query(self) -> dict[str, str]:
        """A valid query of authorize."""
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid email",
            "state": "st+a te/ü",
        }

    def new_client(self, **settings: Any) -> str:
        """Return the id of another app client."""
        request = {"UserPoolId": self.pool_id, "ClientName": "app", **OAUTH, **settings}
        made = self.engine.call("CreateUserPoolClient", request)["UserPoolClient"]
        return str(made["ClientId"])

    def configure(self, **settings: Any) -> None:
        """Change settings of the app client."""
        request = {"UserPoolId": self.pool_id, "ClientId": self.client_id, **OAUTH, **settings}
        self.engine.call("UpdateUserPoolClient", request)

    def use_version_two(self, *, styled: bool = True) -> None:
        """Switch the domain to version 2, and give the app client a branding style."""
        domain = self.browser.base.removesuffix("/").rpartition("/")[2].partition(".")[0]
        named = {"UserPoolId": self.pool_id, "Domain": domain, "ManagedLoginVersion": 2}
        self.engine.call("UpdateUserPoolDomain", named)
        if styled:
            style = {"UserPoolId": self.pool_id, "ClientId": self.client_id}
            self.engine.call(
                "CreateManagedLoginBranding", {**style, "UseCognitoProvidedValues": True}
            )

    def authorize(self, **changed: str | None) -> Shown:
        """Ask for authorization; ``None`` leaves a parameter away."""
        query = {**self.query, **changed}
        sent = {name: value for name, value in query.items() if value is not None}
        return self.browser.get("/oauth2/authorize", sent)

    def sign_in(self, query: Mapping[str, str] | None = None, password: str = PASSWORD) -> Shown:
        """Sign in on the login page, and return the last response."""
        page = self.browser.get("/login", query or self.query)
        return self.browser.submit(page, username=self.username, password=password)

    def another_browser(self) -> Browser:
        """Return a browser without cookies."""
        return Browser(self.browser.send, self.browser.base)


def new_site(
    engine: Engine, send: Sender, domain: str = "people", *, version: int = 1, **client: Any
) -> Site:
    """Return a site with the user alice; other arguments are settings of the app client."""
    pool = engine.call("CreateUserPool", {"PoolName": "people"})["UserPool"]
    settings = {"UserPoolId": pool["Id"], "ClientName": "app", **OAUTH, **client}
    made = engine.call("CreateUserPoolClient", settings)["UserPoolClient"]
    named = {"UserPoolId": pool["Id"], "Domain": domain, "ManagedLoginVersion": version}
    engine.call("CreateUserPoolDomain", named)
    user = {
        "UserPoolId": pool["Id"],
        "Username": "alice",
        "UserAttributes": pairs(email="a@b.test"),
    }
    engine.call("AdminCreateUser", {**user, "MessageAction": "SUPPRESS"})
    secret = {"UserPoolId": pool["Id"], "Username": "alice", "Password": PASSWORD}
    engine.call("AdminSetUserPassword", {**secret, "Permanent": True})
    base = engine.domain_url(engine.pools[pool["Id"]], domain)
    return Site(engine, Browser(send, base), pool["Id"], made["ClientId"])
