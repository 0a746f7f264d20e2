"""A domain with its pages, in process and served, and a browser without a script that visits it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag

from harness.clock import VirtualClock
from harness.emulator import Emulator, Triggers
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.users import User
from harness.emulator.engine import Engine
from harness.emulator.server import EmulatorServer
from tests.emulator.support.expect import START

CALLBACK = "http://localhost:3000/callback"
#: More redirects than any step has.
_MOST_REDIRECTS = 10


@dataclass(frozen=True)
class Domain:
    """A pool with a domain and an app client whose people sign in on the pages.

    Attributes:
        base: the address of the domain, where a browser is.
    """

    engine: Engine
    pool_id: str
    client_id: str
    base: str
    callback: str = CALLBACK

    def address(self, path: str, **query: str) -> str:
        """Return the address of a page, with the query of an app that asks for a code."""
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": self.callback,
            "state": "abc",
        }
        return f"{self.base}{path}?{urlencode({**asked, **query})}"

    def user(self, name: str = "ada") -> User:
        """Return a user."""
        found = self.engine.find_user(self.engine.pools[self.pool_id], name)
        assert found is not None
        return found

    def code(self, name: str = "ada") -> str:
        """Return the newest code that a user was sent."""
        return self.engine.outbox.messages(username=name)[0].code

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Carry out an operation on the pool."""
        return dict(self.engine.call(operation, {"UserPoolId": self.pool_id, **members}))


@contextmanager
def domain(
    *,
    served: bool = True,
    triggers: Triggers | None = None,
    callback: str = CALLBACK,
    **settings: Any,
) -> Iterator[Domain]:
    """Serve a domain, or keep it in the process, until the end of the block.

    Args:
        served: whether it is served; otherwise ``requests`` gets there through moto's mock.
        triggers: the triggers of the pool.
        callback: the app client's only address.
        **settings: members of CreateUserPool; ``client`` has those of CreateUserPoolClient, and
            ``mfa`` is MfaConfiguration with TOTP, and ``factors`` has other factors.
    """
    emulator = Emulator(
        clock=VirtualClock(START, frozen=True),
        settings=EmulatorSettings(seed=1),
        triggers=triggers,
        mock=not served,
    )
    pool_id, client_id = _pool(emulator.engine, callback, settings)
    name = "shop"
    emulator.engine.call("CreateUserPoolDomain", {"UserPoolId": pool_id, "Domain": name})
    if served:
        with EmulatorServer(emulator=emulator) as server:
            base = f"{server.url}/_domain/{name}"
            yield Domain(emulator.engine, pool_id, client_id, base, callback)
    else:
        with emulator:
            host = f"https://{name}.auth.us-east-1.amazoncognito.com"
            yield Domain(emulator.engine, pool_id, client_id, host, callback)


def _pool(engine: Engine, callback: str, settings: dict[str, Any]) -> tuple[str, str]:
    client, mfa = settings.pop("client", {}), settings.pop("mfa", None)
    others = settings.pop("factors", {})
    required = [{"Name": "email", "Required": True, "Mutable": True}]
    defaults = {"PoolName": "shop", "AutoVerifiedAttributes": ["email"], "Schema": required}
    pool_id = engine.call("CreateUserPool", {**defaults, **settings})["UserPool"]["Id"]
    if mfa is not None:
        factors = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
        config = {"UserPoolId": pool_id, "MfaConfiguration": mfa, **factors, **others}
        engine.call("SetUserPoolMfaConfig", config)
    members = {
        "ClientName": "web",
        "CallbackURLs": [callback],
        "LogoutURLs": ["http://localhost:3000/"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "SupportedIdentityProviders": ["COGNITO"],
    }
    created = engine.call("CreateUserPoolClient", {"UserPoolId": pool_id, **members, **client})
    return pool_id, created["UserPoolClient"]["ClientId"]


@dataclass
class Visitor:
    """A browser without a script: it keeps cookies, follows redirects and fills in forms.

    Attributes:
        url: the address of the page, or the last one before the browser would leave the domain.
        status: the status of the response that is shown.
        left_for: where the browser was redirected off the domain; empty until then.
    """

    base: str
    session: requests.Session = field(default_factory=requests.Session)
    url: str = ""
    status: int = 0
    left_for: str = ""
    soup: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html5lib"))

    def open(self, url: str) -> Visitor:
        """Open an address."""
        self._follow(self.session.get(url, allow_redirects=False, timeout=30))
        return self

    def submit(self, button: str = "", **fields: str) -> Visitor:
        """Fill in fields by their names, and press the button with this text, or the first."""
        form = self._form(button)
        sent = {str(it["name"]): str(it.get("value", "")) for it in form.select("input[name]")}
        unknown = set(fields) - set(sent)
        assert not unknown, f"the page has no field {unknown}: {sorted(sent)}"
        action = urljoin(self.url, str(form["action"]))
        data = {**sent, **fields}
        self._follow(self.session.post(action, data=data, allow_redirects=False, timeout=30))
        return self

    def follow(self, text: str) -> Visitor:
        """Follow the link with this text."""
        link = self.soup.find("a", string=text)
        assert isinstance(link, Tag), f"the page has no link {text!r}: {self.text}"
        return self.open(urljoin(self.url, str(link["href"])))

    @property
    def path(self) -> str:
        """The path below the domain."""
        return urlsplit(self.url.removeprefix(self.base)).path

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self._text("h1")

    @property
    def alert(self) -> str:
        """What the page says is wrong; empty if nothing is."""
        return self._text("[role=alert]")

    @property
    def notice(self) -> str:
        """What the page says went well; empty if it says nothing."""
        return self._text("[role=status]")

    @property
    def text(self) -> str:
        """Everything that the page says, in one line."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def callback(self) -> dict[str, str]:
        """The parameters that the app got."""
        assert self.left_for.startswith(CALLBACK), self.left_for or self.text
        return dict(parse_qsl(urlsplit(self.left_for).query))

    def inputs(self) -> dict[str, Tag]:
        """Return the fields that a person sees, by their names."""
        return {
            str(it["name"]): it for it in self.soup.select("input:not([type=hidden], [hidden])")
        }

    def _text(self, selector: str) -> str:
        found = self.soup.select_one(selector)
        return " ".join(found.get_text(" ").split()) if found else ""

    def _form(self, button: str) -> Tag:
        for form in self.soup.find_all("form"):
            assert isinstance(form, Tag)
            if not button or any(it.get_text(strip=True) == button for it in form("button")):
                return form
        raise AssertionError(f"the page has no button {button!r}: {self.text}")

    def _follow(self, response: requests.Response) -> None:
        for _ in range(_MOST_REDIRECTS):
            self.url, self.status = response.url, response.status_code
            if not response.is_redirect:
                break
            target = urljoin(response.url, response.headers["Location"])
            if not target.startswith(self.base):
                self.left_for = target
                return
            response = self.session.get(target, allow_redirects=False, timeout=30)
        self.soup = BeautifulSoup(response.text, "html5lib")
