"""No service at all: botocore's Stubber answers what a script says."""

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

#: 2026-01-01T00:00:00Z, the moment at which every script begins and its clock stands still, so
#: that timestamps and TOTP codes are the same in each run.
BEGINNING = 1_767_225_600.0


class StubbedTarget:
    """A scripted service, for the exact sequence of requests and for an error at each of them.

    Args:
        region: what the client is made for; nothing is ever sent there.
    """

    name = "stub"
    capabilities = frozenset({Capability.CLOCK, Capability.SCRIPTED})

    def __init__(self, *, region: str) -> None:
        self.region = region
        self.clock = _clock_at_the_beginning()
        self._client: CognitoIdentityProviderClient | None = None
        self._script: Script | None = None

    def describe(self) -> dict[str, str]:
        """Return what the report's header says about it."""
        return {"clock": "virtual, standing still"}

    def check(self) -> None:
        """Nothing can be missing."""

    def start(self) -> None:
        """Begin with an empty script, which refuses every call."""
        self.new_script()

    def stop(self) -> None:
        """Close the script; the client is of no use from then on."""
        if self._script is not None:
            self._script.close()
        self._script = self._client = None

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client, which the newest script answers."""
        if self._client is None:
            return self.new_script().client
        return self._client

    def new_script(self) -> Script:
        """Return an empty script that answers the client from now on, with a clock of its own."""
        from harness.targets.clients import offline_client
        from harness.targets.script import Script

        if self._script is not None:
            self._script.close()
        # .invalid resolves nowhere (RFC 2606), should a call ever slip past the script.
        client = self._client or offline_client(self.region, "https://cognito-idp.invalid")
        self.clock = _clock_at_the_beginning()
        self._client, self._script = client, Script(client, self.clock)
        return self._script

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Refuse: nobody sends anything here; a script has a mailbox of its own."""
        raise MissingCapability(
            Capability.OUTBOX.value, self.name, f"nothing is sent to anybody in {user_pool_id}"
        )

    def faults(self) -> Faults:
        """Refuse: a script refuses calls itself, see :meth:`Script.refuse`."""
        raise MissingCapability(Capability.FAULTS.value, self.name)


def _clock_at_the_beginning() -> VirtualClock:
    return VirtualClock(BEGINNING, frozen=True)
