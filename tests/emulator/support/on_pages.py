"""A user at the pages of an app client, without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.sign_in import on_pages
from harness.emulator.sign_in.put import Result
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import Walker, new_walker


@dataclass
class Pages:
    """A user at the pages of an app client."""

    walker: Walker

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self.walker.engine

    def begin(self, password: str = PASSWORD, name: str = "alice") -> Result:
        """Send the form of the login page."""
        client = self.engine.clients[self.walker.client_id]
        return on_pages.begin(self.engine, Caller(), client, name, password)

    def respond(self, challenge: Result, **responses: str) -> Result:
        """Answer a challenge."""
        given = {"USERNAME": self.walker.username, **responses}
        name, session = challenge["ChallengeName"], challenge["Session"]
        client = self.engine.clients[self.walker.client_id]
        return on_pages.respond(self.engine, Caller(), client, name, given, session)

    def step(self, step: Callable[..., Any], challenge: Result) -> Any:
        """Take a step that answers no challenge."""
        client = self.engine.clients[self.walker.client_id]
        name, session = challenge["ChallengeName"], challenge["Session"]
        return step(self.engine, Caller(), client, name, self.walker.username, session)

    def sent_code(self, to: str = "alice") -> str:
        """Return the newest MFA code."""
        return self.engine.outbox.messages(username=to, kind="mfa")[0].code

    def prefer(self, factor: str) -> None:
        """Switch a factor on and prefer it, as an administrator."""
        settings = {f"{factor}MfaSettings": {"Enabled": True, "PreferredMfa": True}}
        self.walker.administer("AdminSetUserMFAPreference", **settings)


def pages(engine: Engine, **settings: Any) -> Pages:
    """Return a confirmed user at the pages of a new pool."""
    return Pages(new_walker(engine, **settings))


def by_sms(engine: Engine) -> Pages:
    """Return a user whose second factor is SMS."""
    phone = {"phone_number": "+15555550100"}
    found = pages(engine, mfa="OPTIONAL", factors=("Sms",), attributes=phone)
    found.prefer("SMS")
    return found
