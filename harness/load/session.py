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
from harness.load.plan_use import note_use, was_used
from harness.load.profile import LoadProfile, load_profile_of
from harness.load.record import LoadRecord
from harness.load.results import Recorder
from harness.load.transport import lean_client
from harness.pools.making.run_users import RunUsers
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
        HarnessError: the profile or the people cannot be used, or the journal cannot be written.
    """

    def __init__(self, plan: LoadPlan) -> None:
        self.plan = plan
        clock = SystemClock()
        self.profile = _profile(plan)
        self.client = lean_client(plan.endpoint_url, plan.region, _ca_bundle(plan.endpoint_url))
        self.recorder = Recorder(self.profile.expected)
        self.pacer = _pacer(plan, clock)
        if self.pacer is not None:
            self.pacer.attach(self.client)
        self.recorder.attach(self.client)
        self.actions = Actions(self.client, plan.app)
        self.sign_in = SignIn(self.actions, PoliteEngine(NativeEngine()), clock)
        self._record = _record(plan)
        if self._record is not None:
            # Now, because later it would be an error in the middle of Locust's own.
            self._record.require_writable()
        people = People.read(plan.people)
        if was_used(plan.people):
            people = people.after_use(clock.time())
        self.crowd = Crowd(people.people, clock)
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

    @cached_property
    def users(self) -> RunUsers | None:
        """Records who signs up, if they are not deleted with the pool.

        Made by the process that sends the calls: Locust forks after the session is there.
        """
        plan = self.plan
        if self._record is None:
            return None
        journal = self._record.journal(secrets.token_hex(4))
        users = RunUsers(self.client, plan.app.user_pool_id, plan.namespace, journal)
        users.watch()
        return users

    def use_part(self, index: int, count: int, *, used: bool = False) -> None:
        """Use one part of the people and of the quotas.

        Args:
            index: number of the part, from 0.
            count: number of parts.
            used: whether other processes may have used the people before.
        """
        # Looked at here, and not when the first of them signs up: then it would be too late.
        _ = self.users
        # Not earlier, so that workers which start together do not wait for each other's codes.
        note_use(self.plan.people)
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


def _profile(plan: LoadPlan) -> LoadProfile:
    if plan.profile is None:
        return LoadProfile()
    return load_profile_of(plan.profile, "the profile in the plan")


def _record(plan: LoadPlan) -> LoadRecord | None:
    """Return the run whose journals have who signs up; ``None`` if they go with the pool."""
    if plan.journal is None:
        return None
    place = {"account": plan.account, "region": plan.region, "endpoint": plan.endpoint_url}
    return LoadRecord.of_namespace(plan.namespace, plan.journal, place)


def _pacer(plan: LoadPlan, clock: SystemClock) -> Pacer | None:
    if plan.quota_share is None:
        return None
    # Not seeded: Locust's processes are forks of one that has its source already.
    source = random.SystemRandom()
    return Pacer(OwnSlots(), clock, place=plan.region, share=plan.quota_share, random_source=source)


def _ca_bundle(endpoint_url: str) -> str | None:
    if not endpoint_url.startswith("https:"):
        return None
    # Imported only here, since it imports boto3.
    from harness.targets.clients import ca_bundle

    return ca_bundle()
