"""Where a client's passkeys are: in a browser's authenticator, or in software beside the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from harness.users.passkey import Passkey
from tests.foreign_clients.administrator import Administrator
from tests.foreign_clients.driver import Driver

__all__ = ["BrowserHolder", "Holder", "SoftwareHolder"]

#: Asks a driver for a sign-in with a passkey, and returns its response.
Ask = Callable[[], Mapping[str, Any]]

_OTHER_SITE = "https://localhost.example.com"


class Holder(Protocol):
    """The authenticator of the person; every method returns the outcome."""

    def register(self) -> str:
        """Register a passkey."""
        ...

    def sign_in(self, ask: Ask) -> str:
        """Sign in with the registered passkey."""
        ...

    def sign_in_with_foreign_passkey(self, ask: Ask) -> str:
        """Try to sign in with a passkey that is not the user's."""
        ...

    def sign_in_unverified(self, ask: Ask) -> str:
        """Try to sign in with the passkey, without verifying the user."""
        ...


class BrowserHolder:
    """Chromium's virtual authenticator, which the page calls by itself."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def register(self) -> str:
        """Have the page register a passkey."""
        return _outcome(self._driver.ask("register_passkey"))

    def sign_in(self, ask: Ask) -> str:
        """Have the page sign in."""
        return _outcome(ask())

    def sign_in_with_foreign_passkey(self, ask: Ask) -> str:
        """Have the page sign in with another key under the same id."""
        self._driver.ask("swap_passkey")
        outcome = _outcome(ask())
        self._driver.ask("mend_passkey")
        return outcome

    def sign_in_unverified(self, ask: Ask) -> str:
        """Have an authenticator verify its user for the browser, but not in what it signs."""
        self._driver.ask("skip_verification")
        return _outcome(ask())

    def sign_in_unable_to_verify(self, ask: Ask) -> str:
        """Replace the authenticator by one that cannot verify its user."""
        self._driver.ask("stop_verifying")
        return _outcome(ask())


class SoftwareHolder:
    """The harness's software authenticator; the client sends what it signs."""

    def __init__(self, driver: Driver, administrator: Administrator) -> None:
        self._driver = driver
        self._administrator = administrator
        self._passkey: Passkey | None = None
        self._foreign: Passkey | None = None

    def register(self) -> str:
        """Register a new passkey."""
        self._passkey = Passkey.create(self._start())
        return self._complete(self._passkey.registration)

    def register_on_another_site(self) -> str:
        """Try to register a passkey that a page of another origin made."""
        return self._complete(Passkey.create(self._start(), origin=_OTHER_SITE).registration)

    def register_without_transports(self) -> str:
        """Try to register a passkey whose response lacks a member."""
        registration = Passkey.create(self._start()).registration
        response = {**registration["response"]}
        del response["transports"]
        return self._complete({**registration, "response": response})

    def sign_in(self, ask: Ask) -> str:
        """Sign what Cognito asks for, if it asks."""
        return self._signed(ask, self._own().sign)

    def sign_in_with_foreign_passkey(self, ask: Ask) -> str:
        """Sign with the passkey of another user."""
        if self._foreign is None:
            self._foreign = self._administrator.passkey_of_another_user()
        return self._signed(ask, self._foreign.sign)

    def sign_in_unverified(self, ask: Ask) -> str:
        """Sign without verifying the user."""
        return self._signed(ask, lambda options: self._own().sign(options, verifies_user=False))

    def sign_in_on_another_site(self, ask: Ask) -> str:
        """Sign for a page of another origin, as a phishing page would have it."""
        return self._signed(ask, lambda options: self._own().sign(options, origin=_OTHER_SITE))

    def sign_in_with_clone(self, ask: Ask) -> str:
        """Sign with a copy of the passkey, after the passkey itself has signed in."""
        clone = self._own().clone()
        original = self.sign_in(ask)
        return original if original != "signed in" else self._signed(ask, clone.sign)

    def _own(self) -> Passkey:
        assert self._passkey is not None, "no passkey is registered"
        return self._passkey

    def _start(self) -> Mapping[str, Any]:
        options: Mapping[str, Any] = self._driver.ask("start_passkey")["options"]
        return options

    def _complete(self, registration: Mapping[str, Any]) -> str:
        return _outcome(self._driver.ask("complete_passkey", credential=registration))

    def _signed(self, ask: Ask, sign: Callable[[str], Mapping[str, Any]]) -> str:
        answer = ask()
        if "options" not in answer:
            return _outcome(answer)
        return _outcome(self._driver.ask("answer_passkey", credential=sign(answer["options"])))


def _outcome(answer: Mapping[str, Any]) -> str:
    return str(answer["outcome"])
