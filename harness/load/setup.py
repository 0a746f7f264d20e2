"""Sets a load run up: its pool, its people and its plan; and removes what it made."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.clock import Clock
from harness.errors import ConfigurationError
from harness.flows.actions import Actions, AppClient
from harness.load.flow_names import FLOWS, Kind
from harness.load.numbers import Numbers
from harness.load.people_file import People
from harness.load.preparation import Preparation
from harness.load.profile import LoadProfile
from harness.load.record import LoadRecord
from harness.load.removal import Removal
from harness.load.run_pool import make_pool
from harness.pools.making.journal import Belonging, FileJournal
from harness.pools.making.provision_spec import ProvisionedPool
from harness.pools.making.run_users import RunUsers, require_own_names
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.pool_spec import PoolSpec
from harness.srp.engines import NativeEngine
from harness.users.person import PersonFactory

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["LoadService", "LoadSetup"]


@dataclass(frozen=True)
class LoadService:
    """The service that a load run calls.

    Attributes:
        client: a boto3 client with an administrator's credentials.
        endpoint_url: its URL.
        region: its AWS region.
        clock: the clock by which its codes expire.
        account: id of the AWS account; empty if there is none.
        owner: who runs, for the tags of a pool.
    """

    client: CognitoIdentityProviderClient
    endpoint_url: str
    region: str
    clock: Clock
    account: str = ""
    owner: str = "load"

    def place(self) -> Mapping[str, str]:
        """Return account, region and endpoint, for the journals."""
        return {"account": self.account, "region": self.region, "endpoint": self.endpoint_url}


class LoadSetup:
    """The pool and the people of one load run.

    Args:
        service: the service.
        folder: the folder of the journals.
    """

    def __init__(self, service: LoadService, folder: Path) -> None:
        self._service = service
        self.record = LoadRecord.new(folder, service.place())
        self._journal: FileJournal | None = self.record.journal("preparation")
        self._pool: ProvisionedPool | None = None
        self.makes_pool = True

    @property
    def app(self) -> AppClient:
        """The app client of the run."""
        return self._the_pool.app

    @property
    def endpoint_url(self) -> str:
        """URL of the service."""
        return self._service.endpoint_url

    def use_pool(self, app: AppClient, profile: LoadProfile, given: Path | None = None) -> None:
        """Use an existing pool; protect every user in it whom the run did not make.

        Args:
            app: the app client of the pool.
            profile: the mix of the run.
            given: the file of the profile; ``None`` for the default mix.

        Raises:
            ConfigurationError: the flows of the profile do not work in the pool, or its users sign
                up with phone numbers.
        """
        client = self._service.client
        self._pool, self.makes_pool = describe_pool(client, app), False
        require_own_names(app.user_pool_id, self._pool.spec.sign_in_names)
        _require_fit(self._pool.spec, profile, given)
        RunUsers(client, app.user_pool_id, self.record.namespace, self._own_journal).watch()

    def make_pool(self) -> None:
        """Make the pool of the run."""
        service = self._service
        self._pool = make_pool(
            service.client,
            self.record,
            self._own_journal,
            owner=service.owner,
            now=service.clock.time(),
        )

    def prepare(self, numbers: Numbers, tell: Callable[[int, int], object]) -> People:
        """Make people, and return them.

        Args:
            numbers: how many people of each kind.
            tell: called with how many people are ready, and of how many.
        """
        pool, service = self._the_pool, self._service
        factory = PersonFactory(
            secrets.randbits(64),
            f"{self.record.namespace}p-",
            pool.spec.password_policy,
            pool.spec.sign_in_names,
            password_source=random.SystemRandom(),
            required=pool.spec.required_attributes,
        )
        actions = Actions(service.client, pool.app, admin=service.client)
        preparation = Preparation(actions, NativeEngine(), service.clock, factory)
        made = preparation.make(numbers, tell)
        return People(
            pool.user_pool_id,
            self.record.namespace,
            made,
            client_id=pool.app.client_id,
            endpoint_url=service.endpoint_url,
        )

    def keep(self, people: People) -> None:
        """Take people out of the journal: from now on they are in a file of the user."""
        for person in people.people:
            self._own_journal.gone(Belonging("user", person.key, people.user_pool_id))

    def end(self) -> None:
        """Give the journal free: what is in it belongs to no running process any more."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def remove(self, tell: Callable[[int, int], object]) -> int:
        """Delete what the run made, and return how much that was.

        Raises:
            HarnessError: something is left behind; names it.
        """
        self.end()
        return Removal(self._service.client, self.record).remove(tell)

    @property
    def _the_pool(self) -> ProvisionedPool:
        assert self._pool is not None, "the run has no pool yet"
        return self._pool

    @property
    def _own_journal(self) -> FileJournal:
        assert self._journal is not None, "the run has ended"
        return self._journal


def _require_fit(spec: PoolSpec, profile: LoadProfile, given: Path | None) -> None:
    """Refuse a profile whose flows cannot work in a pool.

    Raises:
        ConfigurationError: names the first flow, and what the pool lacks.
    """
    for name in (name for name, weight in profile.weights.items() if weight):
        for problem in _problems(spec, name):
            where = "without a profile, the run has" if given is None else f"{given} has"
            hint = (
                f"{where} the flow {name}, which does not work in the user pool: {problem}; give a "
                "profile without it"
            )
            file = None if given is None else str(given)
            raise ConfigurationError("--profile", given=file, hint=hint)


def _problems(spec: PoolSpec, flow: str) -> list[str]:
    kind = FLOWS[flow]
    needs: list[tuple[Any, str]] = [
        (kind is None or "ALLOW_USER_SRP_AUTH" in spec.auth_flows, "it does not allow SRP"),
        (
            flow != "Refresh" or "ALLOW_REFRESH_TOKEN_AUTH" in spec.auth_flows,
            "it does not allow REFRESH_TOKEN_AUTH",
        ),
        (flow != "SignUpStorm" or not spec.allow_admin_create_user_only, "it allows no sign-up"),
        (kind not in (Kind.TOTP, Kind.DEVICE) or spec.mfa != "OFF", "its MFA is off"),
        (kind is not Kind.PASSWORD or spec.mfa != "ON", "it asks everybody for a second factor"),
        (kind is not Kind.DEVICE or spec.device_tracking, "it tracks no devices"),
    ]
    return [problem for fits, problem in needs if not fits]
