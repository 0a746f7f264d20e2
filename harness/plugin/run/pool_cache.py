"""The pools of the tests, made for the run: one for each specification."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from harness.errors import HarnessError, MissingCapability
from harness.targets.base import Capability, SaysWhy, Target

if TYPE_CHECKING:
    from harness.pools.making.journal import Journal
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.spec.pool_spec import PoolSpec
    from harness.pools.spec.senders import Senders

__all__ = ["MadePools", "PoolCache"]

_DEPLOYED = "to test a deployed pool that does, give --cognito-user-pool-id"


class PoolCache(Protocol):
    """Gives pools by specification."""

    @property
    def given(self) -> PoolSpec | None:
        """The specification of the run's only pool; ``None`` if unknown, or if there are more."""
        ...

    def unfit(self, field: str, needed: str) -> MissingCapability | None:
        """Return the error that the run's only pool is not as a fixture needs it.

        Args:
            field: the field of the specification that decides.
            needed: what the fixture needs, as a sentence.

        Returns:
            The error, or ``None`` if every test chooses its pool, so that it is the test's mistake.
        """
        ...

    def get(self, spec: PoolSpec, named: Collection[str] | None = None) -> ProvisionedPool:
        """Return a pool of this specification.

        Args:
            spec: what the test needs.
            named: the fields that the test has named, if only these matter on a given pool.

        Raises:
            MissingCapability: there is no such pool, and the target cannot make one.
        """
        ...

    def close(self) -> None:
        """Delete what was made.

        Raises:
            HarnessError: something could not be deleted; the message names it.
        """
        ...

    @property
    def end_notes(self) -> list[str]:
        """What the run says about the pools at its end, also if :meth:`close` fails."""
        ...


class MadePools:
    """Makes a pool the first time a test asks for its specification.

    Args:
        target: where the pools are made.
        name_prefix: prefix of the names of all pools.
        tags: UserPoolTags of all pools.
        journal: records each pool before it is made.
        silent: whether sign-up sends no codes, because an administrator confirms the users: their
            addresses are made up, and Cognito's own sender is limited to 50 emails a day.
    """

    def __init__(
        self,
        target: Target,
        *,
        name_prefix: str,
        tags: Mapping[str, str],
        journal: Journal,
        silent: bool = False,
    ) -> None:
        self._silent = silent
        self._target = target
        self._journal = journal
        self._name_prefix = name_prefix
        self._tags = dict(tags)
        self._pools: dict[PoolSpec, ProvisionedPool] = {}

    @property
    def given(self) -> None:
        """Nothing: every test gets the pool that it asks for."""
        return

    def unfit(self, field: str, needed: str) -> None:
        """Return nothing: a test that got the wrong pool has asked for it."""
        del field, needed

    def get(self, spec: PoolSpec, named: Collection[str] | None = None) -> ProvisionedPool:
        """Return the pool of this specification; all tests that ask for it share it."""
        del named  # A pool that is made has every field as the specification says.
        from harness.pools.making.provision_spec import provision

        if spec not in self._pools:
            self._require_provisioning()
            senders = self._senders_of(spec)
            made = provision(
                self._target.client(),
                replace(spec, auto_verified=()) if self._silent else spec,
                # Until Cognito responds, the journal knows only the name of the pool.
                name_prefix=f"{self._name_prefix}{len(self._pools) + 1}-",
                tags=self._tags,
                journal=self._journal,
                senders=senders,
                locate=self._target.domain_url,
            )
            self._pools[spec] = replace(made, spec=spec)
        return self._pools[spec]

    def close(self) -> None:
        """Delete all pools that were made.

        Raises:
            HarnessError: some could not be deleted; the message names them.
        """
        left = [found for pool in self._pools.values() if (found := self._delete(pool))]
        self._pools.clear()
        if left:
            raise HarnessError(f"these user pools could not be deleted: {'; '.join(left)}")

    @property
    def end_notes(self) -> list[str]:
        """Nothing: an error of :meth:`close` names what is left."""
        return []

    def _delete(self, pool: ProvisionedPool) -> str | None:
        from botocore.exceptions import BotoCoreError, ClientError

        from harness.pools.making.provision_spec import deprovision

        try:
            deprovision(self._target.client(), pool, self._journal)
        except (BotoCoreError, ClientError) as error:
            return f"{pool.user_pool_id} ({error})"
        return None

    def _senders_of(self, spec: PoolSpec) -> Senders:
        from harness.pools.spec.senders import MADE_UP_SENDERS, NO_SENDERS

        if Capability.SENDERS in self._target.capabilities:
            return MADE_UP_SENDERS
        if missing := spec.factors.missing_sender(NO_SENDERS):
            reason = f"{missing}, and a run makes no pool that sends in your name; {_DEPLOYED}"
            raise MissingCapability(Capability.SENDERS.value, self._target.name, reason)
        return NO_SENDERS

    def _require_provisioning(self) -> None:
        if Capability.PROVISIONING not in self._target.capabilities:
            needed = "the test needs a user pool of its own"
            why = None
            if isinstance(self._target, SaysWhy):
                why = self._target.reason_without(Capability.PROVISIONING)
            raise MissingCapability(
                Capability.PROVISIONING.value,
                self._target.name,
                f"{needed}; {why}" if why else needed,
            )
