"""The target ``stub``: no service, botocore's Stubber responds as a script says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.clock import VirtualClock
from harness.errors import MissingCapability
from harness.targets.base import Capability

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.targets.faults import Faults
    from harness.targets.script import Script
    from harness.users.mailboxes.base import Mailbox

__all__ = ["StubbedTarget"]

#: 2026-01-01T00:00:00Z. The clock of every script stands still at this moment, so that timestamps
#: and TOTP codes are the same in each run.
BEGINNING = 1_767_225_600.0


class StubbedTarget:
    """A scripted service, to check the exact sequence of requests and an error at each of them.

    Args:
        region: AWS region of the client; nothing is sent there.
    """

    name = "stub"
    capabilities = frozenset({Capability.CLOCK, Capability.SCRIPTED})

    def __init__(self, *, region: str) -> None:
        self.region = region
        self.clock = _clock_at_the_beginning()
        self._client: CognitoIdentityProviderClient | None = None
        self._script: Script | None = None

    @property
    def url(self) -> str:
        """Refuse: no service is here that an app could call."""
        raise MissingCapability("url", self.name, "no service is here that an app could call")

    def domain_url(self, domain: str) -> str:
        """Refuse: no service is here that could show a page."""
        reason = f"no service is here that has the pages of {domain}"
        raise MissingCapability("domain_url", self.name, reason)

    def describe(self) -> dict[str, str]:
        """Return the facts for the header."""
        return {"clock": "virtual, standing still"}

    def check(self) -> None:
        """Do nothing: the target needs nothing."""

    def start(self) -> None:
        """Start with an empty script, which refuses every call."""
        self.new_script()

    def stop(self) -> None:
        """Close the script; the client cannot be used after that."""
        if self._script is not None:
            self._script.close()
        self._script = self._client = None

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client, which gets its responses from the newest script."""
        if self._client is None:
            return self.new_script().client
        return self._client

    def new_script(self) -> Script:
        """Return an empty script for the client, with a clock of its own."""
        from harness.targets.clients import offline_client
        from harness.targets.script import Script

        if self._script is not None:
            self._script.close()
        # .invalid never resolves (RFC 2606), in case a call gets past the script.
        client = self._client or offline_client(self.region, "https://cognito-idp.invalid")
        self.clock = _clock_at_the_beginning()
        self._client, self._script = client, Script(client, self.clock)
        return self._script

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Refuse: no service sends codes here; a script has a mailbox of its own."""
        raise MissingCapability(
            Capability.OUTBOX.value, self.name, f"no messages are sent to users of {user_pool_id}"
        )

    def faults(self) -> Faults:
        """Refuse: a script plans errors itself, see :meth:`Script.refuse`."""
        raise MissingCapability(Capability.FAULTS.value, self.name)


def _clock_at_the_beginning() -> VirtualClock:
    return VirtualClock(BEGINNING, frozen=True)
