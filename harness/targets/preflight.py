"""The embedded emulator with no more than AWS gives: what a run there would do, without it."""

from __future__ import annotations

from harness.errors import MissingCapability
from harness.targets.base import Capability
from harness.targets.emulated import EmulatedTarget
from harness.users.mailboxes.outbox import OutboxMailbox

__all__ = ["PreflightTarget"]


class PreflightTarget(EmulatedTarget):
    """Runs the tests that a run on AWS would run, in this process and in no time."""

    name = "preflight"
    capabilities = frozenset({Capability.ADMIN, Capability.PROVISIONING})

    def describe(self) -> dict[str, str]:
        """Return what the report's header says about it."""
        return {"clock": "virtual", "endpoint": "none: the embedded emulator, as if it were AWS"}

    def mailbox(self, user_pool_id: str) -> OutboxMailbox:
        """Refuse, as AWS does."""
        raise MissingCapability(Capability.OUTBOX.value, self.name, f"not of {user_pool_id}")
