"""Where the pools of the tests come from: made for the run, each specification once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from harness.errors import HarnessError, MissingCapability
from harness.targets.base import Capability, SaysWhy, Target

if TYPE_CHECKING:
    from harness.pools.making.journal import Journal
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.spec.pool_spec import PoolSpec

__all__ = ["MadePools", "PoolCache"]


class PoolCache(Protocol):
    """Gives pools by specification."""

    def get(self, spec: PoolSpec) -> ProvisionedPool:
        """Return a pool of this specification.

        Raises:
            MissingCapability: there is none here, and none can be made.
        """
        ...

    def close(self) -> None:
        """Delete what was made."""
        ...


class MadePools:
    """Makes a pool the first time its specification is asked for.

    Args:
        target: where they are made, with its one client.
        name_prefix: begins the names of all pools.
        tags: UserPoolTags of all pools.
        journal: is told of each before it is made.
        silent: has nobody sent a code at sign-up, where an administrator confirms people: their
            addresses are made up, and Cognito's own sender sends 50 e-mails a day.
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

    def get(self, spec: PoolSpec) -> ProvisionedPool:
        """Return the pool of this specification; everybody who asks for it shares it."""
        from harness.pools.making.provision_spec import provision

        if spec not in self._pools:
            self._require_provisioning()
            made = provision(
                self._target.client(),
                replace(spec, auto_verified=()) if self._silent else spec,
                # A name is all that a journal knows of a pool until Cognito has answered.
                name_prefix=f"{self._name_prefix}{len(self._pools) + 1}-",
                tags=self._tags,
                journal=self._journal,
            )
            self._pools[spec] = replace(made, spec=spec)
        return self._pools[spec]

    def close(self) -> None:
        """Delete all pools that were made.

        Raises:
            HarnessError: some could not be deleted; names them.
        """
        left = [found for pool in self._pools.values() if (found := self._delete(pool))]
        self._pools.clear()
        if left:
            raise HarnessError(f"user pools are left behind: {'; '.join(left)}")

    def _delete(self, pool: ProvisionedPool) -> str | None:
        from botocore.exceptions import BotoCoreError, ClientError

        from harness.pools.making.provision_spec import deprovision

        try:
            deprovision(self._target.client(), pool, self._journal)
        except (BotoCoreError, ClientError) as error:
            return f"{pool.user_pool_id} ({error})"
        return None

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
