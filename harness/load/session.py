"""What one Locust process needs to run flows: a client, the flows, the people, the pacing."""

from __future__ import annotations

import random
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from harness.clock import SystemClock
from harness.flows.actions import Actions
from harness.flows.pacing import OwnSlots, Pacer
from harness.flows.sign_in import SignIn
from harness.load.crowd import Crowd
from harness.load.gate import Gate
from harness.load.loop_latency import LoopLatency, PoliteEngine
from harness.load.people_file import People
from harness.load.profile import LoadProfile, read_load_profile
from harness.load.results import Recorder
from harness.load.transport import lean_client
from harness.srp.engines import NativeEngine
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox
from harness.users.person import PersonFactory

if TYPE_CHECKING:
    from harness.load.plan import LoadPlan
    from harness.users.mailboxes.base import Mailbox

__all__ = ["LoadSession"]


class LoadSession:
    """The means of one Locust process.

    Args:
        plan: the plan of the run.

    Raises:
        HarnessError: the profile or the people cannot be used.
    """

    def __init__(self, plan: LoadPlan) -> None:
        self.plan = plan
        clock = SystemClock()
        self.profile = LoadProfile() if plan.profile is None else read_load_profile(plan.profile)
        self.client = lean_client(plan.endpoint_url, plan.region, _ca_bundle(plan.endpoint_url))
        self.recorder = Recorder(self.profile.expected)
        self.pacer = _pacer(plan, clock)
        if self.pacer is not None:
            self.pacer.attach(self.client)
        self.recorder.attach(self.client)
        self.actions = Actions(self.client, plan.app)
        self.sign_in = SignIn(self.actions, PoliteEngine(NativeEngine()), clock)
        self.crowd = Crowd(People.read(plan.people).people, clock)
        self.gate = Gate()
        self.loop_latency = LoopLatency()
        self.mailbox: Mailbox | None = None
        if plan.outbox:
            self.mailbox = OutboxMailbox(
                served_outbox(plan.endpoint_url), plan.app.user_pool_id, clock
            )

    @cached_property
    def newcomers(self) -> PersonFactory:
        """Makes the people who sign up; no other process makes one with the same name."""
        return PersonFactory(
            secrets.randbits(64),
            f"{self.plan.namespace}{secrets.token_hex(4)}-",
            password_source=random.SystemRandom(),
        )

    def use_part(self, index: int, count: int, *, used: bool = False) -> None:
        """Use one part of the people and of the quotas.

        Args:
            index: number of the part, from 0.
            count: number of parts.
            used: whether other processes may have used the people before.
        """
        self.crowd.use_part(index, count, used=used)
        if self.pacer is not None and self.plan.quota_share is not None:
            self.pacer.share = self.plan.quota_share / count
        self.gate.open()

    def hold(self) -> None:
        """Begin no further flow until :meth:`use_part` is called."""
        self.gate.close()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nobody is used, and return whether that came in time."""
        return self.gate.wait_until_idle(seconds)


def _pacer(plan: LoadPlan, clock: SystemClock) -> Pacer | None:
    if plan.quota_share is None:
        return None
    return Pacer(OwnSlots(), clock, place=plan.region, share=plan.quota_share)


def _ca_bundle(endpoint_url: str) -> str | None:
    if not endpoint_url.startswith("https:"):
        return None
    # Imported only here, since it imports boto3.
    from harness.targets.clients import ca_bundle

    return ca_bundle()
