"""Apps that sign in with managed login: what starts each, and how a person gets through it."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from tests.foreign_clients.clients import environment
from tests.foreign_clients.driver import Driver, started_driver
from tests.foreign_clients.install_packages import NODE, browser
from tests.foreign_clients.managed_login.pool import LoginPool
from tests.foreign_clients.managed_login.visitor import Visitor
from tests.support.sources import ROOT

__all__ = ["APPS", "FOREIGN", "LoginApp", "RunningApp", "running"]

#: An address that no app client has registered.
FOREIGN = "https://shop.example.com/callback"
_NOTHING: Mapping[str, str] = MappingProxyType({})


class RunningApp(ABC):
    """An app and the browser of a person; methods return what is on the screen, or an outcome."""

    def __init__(self, driver: Driver, pool: LoginPool) -> None:
        self._driver = driver
        self._pool = pool

    @abstractmethod
    def begin(self, **instead: str) -> str:
        """Press the app's button, with parameters put in the place of those of the callback."""

    @abstractmethod
    def answer(self, **typed: str) -> str:
        """Fill in a form of the pages."""

    @abstractmethod
    def use_code_again(self) -> str:
        """Use the code of the newest callback a second time."""

    @abstractmethod
    def begin_with_foreign_redirect(self) -> str:
        """Press the button of an app whose redirect_uri is not registered."""

    @abstractmethod
    def begin_with_wrong_secret(self) -> str:
        """Press the button of an app that proves nothing, or something wrong, for its secret."""

    @abstractmethod
    def finish_again(self) -> str:
        """Use the newest callback once more."""

    @abstractmethod
    def begin_with(self, spoil: str) -> str:
        """Press the button, and spoil something of the app while the person is at the pages."""

    @abstractmethod
    def sign_out(self) -> str:
        """Press the button that signs out."""

    def do(self, verb: str, **given: Any) -> str:
        """Have the driver do something."""
        return str(self._driver.ask(verb, **given)["outcome"])


class OnServer(RunningApp):
    """An app with a back end; the person's browser is `Visitor`."""

    def __init__(self, driver: Driver, pool: LoginPool, redirect_uri: str) -> None:
        super().__init__(driver, pool)
        self._settings = pool.settings(redirect_uri, "http://localhost:3000/", public=False)
        self._visitor = Visitor(pool.url)
        self._instead = _NOTHING
        self._callback = ""
        started = driver.ask("start", **self._settings)
        assert started["outcome"] == "done", driver.complaints()

    def begin(self, **instead: str) -> str:
        """Let the app say where to go, and go there."""
        return self._visit(self._driver.ask("begin"), instead)

    def answer(self, **typed: str) -> str:
        """Fill in a form."""
        return self._finished(self._visitor.answer(_by_kind(typed)))

    def use_code_again(self) -> str:
        """Open the address of the callback once more."""
        return self.finish_again()

    def begin_with_foreign_redirect(self) -> str:
        """Let the app name an address that is not registered."""
        return self._visit(self._driver.ask("begin", redirect_uri=FOREIGN))

    def begin_with_wrong_secret(self) -> str:
        """Let the app send another secret."""
        self.do("use_secret", client_secret="not-the-secret")
        outcome = self.begin()
        self.do("use_secret", client_secret=self._settings["client_secret"])
        return outcome

    def begin_with(self, spoil: str) -> str:
        """Let the app forget something while the person is at the pages."""
        begun = self._driver.ask("begin")
        self.do(spoil, **({"redirect_uri": FOREIGN} if spoil == "spoil_redirect" else {}))
        return self._visit(begun)

    def finish_again(self) -> str:
        """Hand the newest callback to the app once more, which knows what it knew before."""
        return self.do("finish_again", url=self._callback)

    def sign_out(self) -> str:
        """Go where the app says."""
        shown = self._visit(self._driver.ask("sign_out"))
        at_home = self._visitor.arrived_at == self._settings["logout_uri"]
        return "signed out" if at_home else f"{shown}: {self._visitor.arrived_at}"

    def _visit(self, begun: Mapping[str, Any], instead: Mapping[str, str] = _NOTHING) -> str:
        self._instead = instead
        if "url" not in begun:
            return str(begun["outcome"])
        return self._finished(self._visitor.visit(str(begun["url"])))

    def _finished(self, shown: str) -> str:
        """Hand the app its callback, if the browser has got there."""
        arrived = self._visitor.arrived_at
        if not arrived.startswith(self._settings["redirect_uri"] + "?"):
            return shown
        self._callback = arrived
        return self.do("finish", url=_replaced(arrived, self._instead))


class InChromium(RunningApp):
    """A page without a back end, in Chromium."""

    def __init__(self, driver: Driver, pool: LoginPool) -> None:
        super().__init__(driver, pool)
        started = driver.ask("start")
        assert started["outcome"] == "done", driver.complaints()
        self._origin = str(driver.ask("address")["origin"])
        settings = pool.settings(self._origin, self._origin, public=True)
        self.do("configure", **settings)

    def begin(self, **instead: str) -> str:
        """Press the button."""
        return self.do("begin", instead=instead)

    def answer(self, **typed: str) -> str:
        """Fill in a form."""
        return self.do("answer", typed=_by_kind(typed))

    def use_code_again(self) -> str:
        """Sign in again, and put the code that the page was last opened with into the address."""
        return self.begin(code=str(self._driver.ask("spent_code")["code"]))

    def begin_with_foreign_redirect(self) -> str:
        """Configure the page as one that is somewhere else."""
        return self._with("redirect_uri", self._origin + "elsewhere", self._origin)

    def begin_with_wrong_secret(self) -> str:
        """Configure the page with the app client that has a secret, which a page cannot keep."""
        return self._with("client_id", self._pool.confidential_id, self._pool.public_id)

    def finish_again(self) -> str:
        """Open the address of the callback once more."""
        raise NotImplementedError("a page keeps no callback")

    def begin_with(self, spoil: str) -> str:
        """Press the button; a page spoils nothing."""
        raise NotImplementedError(f"a page does not {spoil}")

    def sign_out(self) -> str:
        """Press the button."""
        return self.do("sign_out")

    def _with(self, name: str, value: str, usual: str) -> str:
        self.do("configure", **{name: value})
        outcome = self.begin()
        self.do("configure", **{name: usual})
        return outcome


@dataclass(frozen=True)
class LoginApp:
    """One client of managed login, and its driver.

    Attributes:
        name: the name of its package, and where it runs.
        command: starts the driver.
        directory: where to start it.
        redirect_uri: where the app of a back end expects the callback; empty for a page.
        needs_tls: whether it speaks with nothing but HTTPS.
        cannot: the steps that it has no way to take.
        misses: the names of the weaknesses that it does not notice, as it does not check for them.
    """

    name: str
    command: tuple[str, ...]
    directory: Path = ROOT
    redirect_uri: str = ""
    needs_tls: bool = False
    cannot: frozenset[str] = frozenset()
    misses: frozenset[str] = frozenset()

    def start(self, driver: Driver, pool: LoginPool) -> RunningApp:
        """Configure the app for a pool."""
        if self.redirect_uri:
            return OnServer(driver, pool, self.redirect_uri)
        return InChromium(driver, pool)


@contextmanager
def running(app: LoginApp, pool: LoginPool, key: str = "") -> Iterator[RunningApp]:
    """Start an app.

    Args:
        app: the app.
        pool: what it signs in to.
        key: the hash of the public key of the certificate that Chromium is to trust.
    """
    command = (*app.command, key) if key else app.command
    with started_driver(command, app.directory, environment(pool.url)) as driver:
        yield app.start(driver, pool)


def _by_kind(typed: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): text for name, text in typed.items()}


def _replaced(url: str, instead: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode({**query, **instead})))


def _python(name: str, module: str, **more: Any) -> LoginApp:
    command = (sys.executable, "-W", "ignore", "-m", f"tests.foreign_clients.python.{module}")
    return LoginApp(name, command, redirect_uri="http://localhost:3000/callback", **more)


def _page(name: str, page: str, **more: Any) -> LoginApp:
    command = ("node", "login_browser.mjs", browser() or "chromium", page)
    return LoginApp(name, command, NODE, cannot=_PAGE_CANNOT, misses=_PAGE_MISSES, **more)


#: A page has no secret, and Chromium runs it: a test cannot reach into it as into a back end.
_PAGE_CANNOT = frozenset(
    {"another_verifier", "code_for_another_redirect", "right_secret_after_wrong_one"}
)
#: Neither checks anything of the ID token (H101, H102). A code in the address of another sign-in
#: does not fit the verifier there, so that PKCE refuses it too.
_PAGE_MISSES = frozenset({"the nonce does not come back", "a wrong at_hash", "a code works twice"})

AMPLIFY = _page("aws-amplify in Chromium", "login_amplify", needs_tls=True)
OIDC_CLIENT = _page("oidc-client-ts in Chromium", "login_oidc")
OPENID_CLIENT = LoginApp(
    "openid-client",
    ("node", "login_openid.mjs"),
    NODE,
    redirect_uri="http://localhost:3000/callback",
    misses=frozenset({"a wrong at_hash"}),
)
AUTH_JS = LoginApp(
    "Auth.js",
    ("node", "login_authjs.mjs"),
    NODE,
    redirect_uri="http://localhost:3000/auth/callback/cognito",
    # It asks for no claims and no new tokens by itself, and keeps what it checks in its cookies.
    cannot=frozenset(
        {
            "call",
            "refresh",
            "another_verifier",
            "code_for_another_redirect",
            "sign_out",
            "begin_after_sign_out",
        }
    ),
    misses=frozenset({"a wrong at_hash"}),
)
AUTHLIB = _python("authlib", "login_authlib")
REQUESTS_OAUTHLIB = _python(
    "requests-oauthlib",
    "login_requests_oauthlib",
    # It reads no tokens.
    misses=frozenset({"the nonce does not come back", "a wrong at_hash"}),
)
APPS = (AMPLIFY, OIDC_CLIENT, OPENID_CLIENT, AUTH_JS, AUTHLIB, REQUESTS_OAUTHLIB)
