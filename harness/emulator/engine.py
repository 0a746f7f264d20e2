"""The service itself: all pools of all accounts and regions, and the way into every operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeAlias

from harness.clock import VirtualClock
from harness.emulator import refusals
from harness.emulator.api.current_call import under_way
from harness.emulator.core.locks import ShortWay
from harness.emulator.core.randomness import Randomness
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.attributes import users_named
from harness.emulator.domain.codes import Outbox
from harness.emulator.domain.pools import AppClient, Pool
from harness.emulator.domain.users import User
from harness.emulator.operations.quota_subject import subject_of
from harness.emulator.stores.call_log import Journal
from harness.emulator.stores.faults import Faults
from harness.emulator.stores.pages import Pages
from harness.emulator.stores.quotas import Quotas
from harness.emulator.stores.sessions import Sessions
from harness.emulator.stores.srp_challenges import DeviceSignIns, SrpChallenges
from harness.emulator.triggers.handlers import Triggers
from harness.emulator.triggers.runner import TriggerRunner

if TYPE_CHECKING:
    from harness.emulator.state import StateFile


@dataclass(frozen=True)
class Caller:
    """Who sent a request, as far as the answers depend on it."""

    account: str = "123456789012"
    region: str = "us-east-1"
    partition: str = "aws"
    source_ip: str = "127.0.0.1"
    user_agent: str = ""

    @property
    def sdk(self) -> str:
        """The AWS SDK that the user agent names, for devices and triggers (section D, 28)."""
        found = _SDK.search(self.user_agent)
        return found.group() if found else "aws-sdk-unknown-unknown"


_SDK = re.compile(r"aws-sdk(?:-[\w.]+)*")


@dataclass
class Request:
    """One call of one operation: its validated JSON members and its caller."""

    operation: str
    params: dict[str, Any] = field(repr=False)
    caller: Caller = field(default_factory=Caller)


Handler: TypeAlias = "Callable[[Engine, Request], dict[str, Any]]"


class Engine:
    """Cognito's user pools in plain Python: no HTTP, no moto, no clock but the one given.

    Pools and clients are kept over all accounts and regions, because the unsigned operations
    arrive without either and are found by client id, token or session.
    """

    def __init__(
        self,
        *,
        clock: VirtualClock | None = None,
        settings: EmulatorSettings | None = None,
        triggers: Triggers | None = None,
    ) -> None:
        self.settings = settings or EmulatorSettings()
        self.clock = clock or VirtualClock()
        self.random = Randomness(self.settings.seed)
        self.faults = Faults(self.settings.seed)
        self.quotas = Quotas(enabled=self.settings.quotas)
        self.outbox = Outbox()
        self.triggers = TriggerRunner(triggers or Triggers())
        self.sessions = Sessions(self.random)
        self.srp_challenges = SrpChallenges(self.random)
        self.device_sign_ins = DeviceSignIns()
        self.pages = Pages(self.random)
        self.pools: dict[str, Pool] = {}
        self.clients: dict[str, AppClient] = {}
        self.journal = Journal(self.clients)
        self.lock = RLock()
        self.short_way = ShortWay()
        #: Where the state is kept when it is asked for, if anywhere.
        self.state_file: StateFile | None = None

    @property
    def may_wait(self) -> bool:
        """Whether a call may wait for code that is not the emulator's own, such as a handler."""
        return self.triggers.has_any

    def call(self, operation: str, params: dict[str, Any], caller: Caller | None = None) -> Any:
        """Carry out one operation and return its answer; raises `Refusal` as Cognito refuses."""
        from harness.emulator.operations.table import OPERATIONS

        handler = OPERATIONS.get(operation)
        if handler is None:
            raise refusals.unknown_operation()
        request = Request(operation, params, caller or Caller())
        self.faults.strike(operation)
        if self.quotas.enabled:
            asked = subject_of(self, request)
            now = self.clock.time()
            self.quotas.spend(operation, asked.caller, now, asked.pool_id, asked.user)
        with under_way(request):
            return handler(self, request)

    def reset(self) -> None:
        """Forget every pool, user, session and message; clock, seed and settings stay."""
        with self.lock:
            self.pools.clear()
            self.clients.clear()
            self.outbox.clear()
            self.journal.clear()
            self.triggers.failures.clear()
            self.sessions.clear()
            self.srp_challenges.clear()
            self.device_sign_ins.clear()
            self.pages.clear()

    def forget(self, account: str, region: str) -> None:
        """Forget what one account has in one region, as a backend's reset does."""
        with self.lock:
            for pool in list(self.pools.values()):
                if (pool.account, pool.region) == (account, region):
                    self.remove_pool(pool)

    def add_pool(self, pool: Pool) -> None:
        """Take a new pool in."""
        with self.lock:
            self.pools[pool.pool_id] = pool

    def remove_pool(self, pool: Pool) -> None:
        """Forget a pool with its clients and users."""
        with self.lock:
            self.pools.pop(pool.pool_id, None)
            for client_id in pool.clients:
                self.clients.pop(client_id, None)

    def pool(self, request: Request) -> Pool:
        """The pool that a signed request names: it must be the caller's own (A067)."""
        pool_id = request.params["UserPoolId"]
        pool = self.pools.get(pool_id)
        mine = (request.caller.account, request.caller.region)
        if pool is None or (pool.account, pool.region) != mine:
            raise refusals.pool_not_found(pool_id)
        return pool

    def client(self, request: Request) -> AppClient:
        """The app client that an unsigned request names, wherever it lives (A027)."""
        client_id = request.params["ClientId"]
        client = self.clients.get(client_id)
        if client is None:
            raise refusals.client_not_found(client_id)
        return client

    def client_of(self, pool: Pool, client_id: str) -> AppClient:
        """The app client of that pool (A027)."""
        client = pool.clients.get(client_id)
        if client is None:
            raise refusals.client_not_found(client_id)
        return client

    def find_user(self, pool: Pool, name: str) -> User | None:
        """The user whom a sign-in name means: user name, verified alias, or user-name attribute."""
        return next((user for _, user in users_named(pool, name)), None)

    def find_user_for_administrator(self, pool: Pool, name: str) -> User | None:
        """As `find_user`, and by sub where user names are not subs (A065)."""
        return self.find_user(pool, name) or pool.users.by_sub(name)

    def user_for_administrator(self, request: Request) -> tuple[Pool, User]:
        """Pool and user that an Admin operation names (A064)."""
        pool = self.pool(request)
        user = self.find_user_for_administrator(pool, request.params["Username"])
        if user is None:
            raise refusals.user_not_found()
        return pool, user

    @contextmanager
    def locked_user(self, request: Request) -> Iterator[tuple[Pool, User]]:
        """`user_for_administrator`, looked up under the pool's lock, which the block holds.

        Looked up before it, the user may be gone, and another one have his name, once it is had.
        """
        with self.pool(request).lock:
            yield self.user_for_administrator(request)
