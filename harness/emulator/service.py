"""The service: everything that one emulator keeps, and the look-ups that requests need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from harness.clock import VirtualClock
from harness.emulator import refusals
from harness.emulator.core.locks import FairLock, FastPathGate
from harness.emulator.core.public_url import prefix_host_url
from harness.emulator.core.randomness import Randomness
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.stores.authorization_codes import AuthorizationCodes
from harness.emulator.stores.browser_sessions import BrowserSessions
from harness.emulator.stores.call_log import CallLog
from harness.emulator.stores.device_sign_ins import DeviceSignIns
from harness.emulator.stores.faults import PlannedFaults
from harness.emulator.stores.login_transactions import LoginTransactions
from harness.emulator.stores.outbox import Outbox
from harness.emulator.stores.pages import Pages
from harness.emulator.stores.passkey_registrations import PasskeyRegistrations
from harness.emulator.stores.quotas import Quotas
from harness.emulator.stores.seed_memory import SeedMemory
from harness.emulator.stores.sessions import Sessions
from harness.emulator.stores.srp_challenges import SrpChallenges
from harness.emulator.triggers.functions import TriggerHandlers, usable_triggers
from harness.emulator.triggers.runner import TriggerRunner
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.api.request import Request
    from harness.emulator.domain.pools import Pool, UserPoolClient
    from harness.emulator.domain.users import User

Handler: TypeAlias = "Callable[[Service, Request], dict[str, Any]]"


class Service:
    """Cognito's user pools in plain Python: no HTTP, no moto, and only the clock it is given.

    Pools and app clients of all accounts and regions are kept together: an unsigned operation
    names neither account nor region, only a client id, a token or a session.
    """

    def __init__(
        self,
        *,
        clock: VirtualClock | None = None,
        settings: EmulatorSettings | None = None,
        triggers: TriggerHandlers | None = None,
    ) -> None:
        self.settings = settings or EmulatorSettings()
        #: The address that clients call; a server sets its own where the settings have none.
        self.public_url = self.settings.public_url
        self.clock = clock or VirtualClock()
        self.random = Randomness(self.settings.seed)
        self.faults = PlannedFaults(self.settings.seed)
        self.quotas = Quotas(enabled=self.settings.quotas)
        if self.settings.faults:
            self.faults.set_profile(self.settings.faults)
        self.outbox = Outbox(self.clock)
        self.triggers = TriggerRunner(usable_triggers(triggers), self.random)
        self.sessions = Sessions(self.random)
        self.srp_challenges = SrpChallenges(self.random)
        self.device_sign_ins = DeviceSignIns()
        self.passkey_registrations = PasskeyRegistrations()
        self.login_transactions = LoginTransactions(self.random)
        self.browser_sessions = BrowserSessions(self.random)
        self.authorization_codes = AuthorizationCodes(self.random)
        self.pages = Pages(self.random)
        self.pools: dict[str, Pool] = {}
        self.clients: dict[str, UserPoolClient] = {}
        #: Whether user import jobs may be under way, which go on by the clock.
        self.imports_run = False
        #: Held while one looks which jobs run, to start another one or to set ``imports_run``.
        self.imports_lock = Lock()
        self.call_log = CallLog(self.clock, self.clients, self.sessions)
        #: Called with the `Exchange` of each call over HTTP or of an attached client.
        self.observers: list[Callable[[Any], None]] = []
        self.seeded = SeedMemory()
        self.lock = FairLock()
        self.fast_path = FastPathGate()

    @property
    def may_wait(self) -> bool:
        """Whether a call may wait for code outside the emulator, such as a trigger's handler."""
        return self.triggers.has_any

    def runs_trigger(self, pool: Pool, trigger: str) -> bool:
        """Return whether a trigger of a pool runs; most pools have none."""
        if not self.triggers.has_any and not pool.settings.get("LambdaConfig"):
            return False
        return self.triggers.runs(pool, trigger)

    def issuer_of(self, pool: Pool) -> str:
        """Return the issuer of a pool, for its tokens and its OpenID configuration alike.

        Apps compare it as text. Some look for the pool's OpenID configuration below it, so that it
        must be an address of the emulator for them. Others know how AWS writes it, and accept
        nothing else. It never depends on the request: an issuer from a Host header would be
        whatever a client sends (A249, A277).

        Raises:
            ConfigurationError: it is the server's, and nothing serves the emulator.
        """
        if self.settings.issuer == "aws":
            return pool.issuer
        self.check_issuer()
        return f"{self.public_url}/{pool.pool_id}"

    def check_issuer(self) -> None:
        """Refuse to go on with issuers of a server that nobody has named.

        Raises:
            ConfigurationError: the settings name no public URL, and nothing serves the emulator.
        """
        if self.settings.issuer == "server" and self.public_url is None:
            hint = "issuer='server' needs it, because no EmulatorServer serves this emulator"
            raise ConfigurationError("public_url", hint=hint)

    def pool_of_domain(self, name: str, region: str | None = None) -> Pool | None:
        """Return the pool that has a domain: a prefix, or the full name of a custom domain (H001).

        Args:
            name: the domain.
            region: the Region of the pool. One prefix exists once in each (H004); without a Region
                the oldest pool has it.
        """
        for pool in list(self.pools.values()):
            if name in pool.domains.values() and region in (None, pool.region):
                return pool
        return None

    def domain_url(self, pool: Pool, name: str) -> str:
        """Return the public address of a pool's domain, without a slash at its end (H001, H120).

        A server has its domains below its own address, since servers and most clients resolve
        no ``NAME.localhost``. The setting ``domain_style`` has it name hosts, except for custom
        domains: no resolver leads those here. A prefix that a pool of another Region has too is
        named with its Region.
        """
        full_name = name if "." in name else f"{name}.auth.{pool.region}.amazoncognito.com"
        if self.public_url is None:
            return f"https://{full_name}"
        if self.settings.domain_style == "host" and "." not in name:
            return prefix_host_url(self.public_url, name, pool.region)
        is_plain = self.pool_of_domain(name) is pool
        return f"{self.public_url}/_domain/{name if is_plain else full_name}"

    def reset(self) -> None:
        """Delete every pool, user, session and message; keep clock, seed and settings."""
        with self.lock:
            self.pools.clear()
            self.clients.clear()
            self.outbox.clear()
            self.call_log.clear()
            self.triggers.forget()
            self.sessions.clear()
            self.srp_challenges.clear()
            self.device_sign_ins.clear()
            self.passkey_registrations.clear()
            self.login_transactions.clear()
            self.browser_sessions.clear()
            self.authorization_codes.clear()
            self.pages.clear()

    def forget_users(self, pool_id: str, names: Collection[str]) -> None:
        """Delete users with everything that is kept of them, as if they had never been.

        Cognito has no such operation: even of a deleted user it knows messages and tokens. A run
        with very many users needs it to stay small.

        Args:
            pool_id: the pool of the users; nothing happens without it.
            names: usernames, or other names that sign the users in or that messages went to.
        """
        pool = self.pools.get(pool_id)
        if pool is None:
            return
        usernames = {*names, *self.outbox.usernames(pool_id, names)}
        with pool.lock:
            users = [self.find_user(pool, name) or pool.users.by_sub(name) for name in usernames]
            for user in {user for user in users if user is not None}:
                pool.grants.forget(user)
                for group in list(user.groups):
                    pool.groups[group].remove(user)
                pool.users.remove(user)
                usernames.add(user.username)
        self._forget_names(pool_id, usernames)

    def _forget_names(self, pool_id: str, usernames: Collection[str]) -> None:
        for store in (
            self.outbox,
            self.sessions,
            self.srp_challenges,
            self.device_sign_ins,
            self.passkey_registrations,
            self.login_transactions,
            self.browser_sessions,
            self.authorization_codes,
        ):
            store.forget(pool_id, usernames)

    def replace_pool(self, pool: Pool) -> None:
        """Put a new pool in the place of the one with its id, if there is one.

        Nothing is left of that but its keys: an app that has loaded the JWKS need not do it again.
        """
        with self.lock:
            before = self.pools.get(pool.pool_id)
            if before is not None:
                # Without its lock: an operation that holds it may wait for the lock held here.
                names = {user.username for user in list(before.users)}
                self._forget_names(pool.pool_id, names)
                self.remove_pool(before)
                pool.keys = before.keys
            self.add_pool(pool)
            self.clients.update(pool.clients)

    def delete_region(self, account: str, region: str) -> None:
        """Delete the pools of one account in one region, as a reset of moto's backend does."""
        with self.lock:
            for pool in list(self.pools.values()):
                if (pool.account, pool.region) == (account, region):
                    self.remove_pool(pool)

    def add_pool(self, pool: Pool) -> None:
        """Add a new pool."""
        with self.lock:
            self.pools[pool.pool_id] = pool

    def remove_pool(self, pool: Pool) -> None:
        """Delete a pool with its app clients and users."""
        with self.lock:
            self.pools.pop(pool.pool_id, None)
            for client_id in pool.clients:
                self.clients.pop(client_id, None)

    def pool(self, request: Request) -> Pool:
        """Return the pool that a signed request names; it must belong to the caller (A067)."""
        pool_id = request.params["UserPoolId"]
        pool = self.pools.get(pool_id)
        mine = (request.caller.account, request.caller.region)
        if pool is None or (pool.account, pool.region) != mine:
            raise refusals.pool_not_found(pool_id)
        return pool

    def client(self, request: Request) -> UserPoolClient:
        """Return the app client that an unsigned request names, in any region (A027)."""
        client_id = request.params["ClientId"]
        client = self.clients.get(client_id)
        if client is None:
            raise refusals.client_not_found(client_id)
        return client

    def proven_client(self, request: Request) -> UserPoolClient:
        """Check a request's SecretHash and return its app client (A027, A119)."""
        client = self.client(request)
        client.require_secret_hash(request.params["Username"], request.params.get("SecretHash"))
        return client

    def client_of(self, pool: Pool, client_id: str) -> UserPoolClient:
        """Return an app client of a pool by its id (A027)."""
        client = pool.clients.get(client_id)
        if client is None:
            raise refusals.client_not_found(client_id)
        return client

    def find_user(self, pool: Pool, name: str) -> User | None:
        """Return the user that a name signs in: by username, verified alias or attribute."""
        return next((user for _, user in pool.users_named(name)), None)

    def user_or_refusal(self, client: UserPoolClient, name: str) -> User | None:
        """Return the user of a name (A126); ``None`` if the client hides that there is none (A100).

        Raises:
            Refusal: there is no such user, and the client does not hide it.
        """
        user = self.find_user(client.pool, name)
        if user is None and not client.hides_user_existence:
            raise refusals.user_not_found()
        return user

    def administered_user(self, pool: Pool, name: str) -> User:
        """Return the user that an Admin operation names, also by sub (A064, A065)."""
        user = self.find_user(pool, name) or pool.users.by_sub(name)
        if user is None:
            raise refusals.user_not_found()
        return user

    @contextmanager
    def locked_user(self, request: Request) -> Iterator[tuple[Pool, User]]:
        """Yield the pool and the user of an Admin operation; the block holds the pool's lock.

        The user is looked up under the lock. Before it, another call could still delete the user
        and give the name to another one.
        """
        with self.pool(request).lock:
            pool = self.pool(request)
            yield pool, self.administered_user(pool, request.params["Username"])
