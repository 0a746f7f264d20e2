"""Makes the pool of a file once, and gives it to every test that it fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from harness.errors import ConfigurationError, MissingCapability
from harness.plugin.run.asked_pool import mismatches_in
from harness.plugin.run.file_pool import GivenPool, UnfitPool
from harness.plugin.run.unfit import SkipReason, UnfitSetting

if TYPE_CHECKING:
    from harness.pools.configuration.pool_configuration import Unknown
    from harness.pools.making.journal import Journal
    from harness.pools.making.provision_configuration import PoolFromConfiguration
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.spec.pool_spec import PoolSpec
    from harness.targets.base import Target

__all__ = ["ConfiguredPool", "RefusedPool", "why_not_made"]


class RefusedPool(ConfigurationError):
    """The pool of a file cannot be made, so that no test can run on it.

    Args:
        file_pool: the pool.
        why: what the service, or the target, says.
    """

    def __init__(self, file_pool: GivenPool, why: str) -> None:
        name, source = file_pool.configuration.origin.name, file_pool.named_by
        super().__init__(file_pool.named_as, given=name, source=source, hint=why)


class ConfiguredPool:
    """Makes the pool of the file once, and gives it to every test that it fits.

    Args:
        file_pool: the pool.
        target: where it is made.
        name_prefix: prefix of PoolName.
        tags: UserPoolTags to add to those of the file.
        journal: records the pool before it is made.
    """

    def __init__(
        self,
        file_pool: GivenPool,
        target: Target,
        *,
        name_prefix: str,
        tags: Mapping[str, str],
        journal: Journal,
    ) -> None:
        self._file_pool = file_pool
        self._target = target
        self._name_prefix = name_prefix
        self._tags = tags
        self._journal = journal
        self._pool: ProvisionedPool | None = None
        self._left_out: Mapping[str, Unknown] = {}

    @property
    def end_notes(self) -> list[str]:
        """What the pool was made without, each with the reason.

        These are the settings that decide how people sign in, and on a real account all others.
        """
        from harness.pools.configuration.undecided import describe_undecided

        return [
            *(
                f"warning: made without knowing how people sign in: {describe_undecided(one)}"
                for one in self._file_pool.undecided
            ),
            *(f"setting left out: {path}: {reason}" for path, reason in self._left_out.items()),
        ]

    @property
    def given(self) -> PoolSpec:
        """The specification of the pool."""
        return self._file_pool.spec

    @property
    def user_pool_id(self) -> str:
        """The id of the pool; empty unless it is made."""
        return "" if self._pool is None else self._pool.user_pool_id

    def get(self, spec: PoolSpec, named: Collection[str] | None = None) -> ProvisionedPool:
        """Return the pool if it fits ``spec`` in all that matters to a test.

        Args:
            spec: what the test needs.
            named: the fields that the test has named, if only these matter.

        Raises:
            UnfitPool: it does not fit.
            RefusedPool: it cannot be made.
        """
        misfits = [
            self._file_pool.field_misfit(mismatch.field, mismatch.wanted)
            for mismatch in mismatches_in(spec, self._file_pool.spec, named)
        ]
        if misfits:
            raise self._unfit(misfits)
        if self._pool is None:
            self._pool = self._make()
        return self._pool

    def unfit(self, field: str, needed: str) -> UnfitPool:
        """Return the error that the pool is not as a fixture needs it.

        Args:
            field: the field of the specification that decides.
            needed: what the fixture needs, as a sentence.
        """
        from harness.pools.spec.spec_match import SETTINGS

        return self._unfit([self._file_pool.misfit(*SETTINGS[field], needed)])

    def close(self) -> None:
        """Delete the pool if it was made."""
        from harness.pools.making.provision_spec import deprovision

        if self._pool is not None:
            deprovision(self._target.client(), self._pool, self._journal)
            self._pool = None

    def _unfit(self, misfits: list[UnfitSetting]) -> UnfitPool:
        origin = str(self._file_pool.configuration.origin)
        return UnfitPool(origin, SkipReason.of_misfits(misfits))

    def _make(self) -> ProvisionedPool:
        """Make the pool; every error of the service is about the file, since no test has begun."""
        from botocore.exceptions import BotoCoreError, ClientError

        from harness.pools.making.provision_spec import ProvisionedPool
        from harness.pools.making.refusal import explain_refusal

        if reason := why_not_made(self._target):
            missing = MissingCapability("provisioning", self._target.name, reason)
            raise RefusedPool(self._file_pool, str(missing))
        configuration = self._file_pool.configuration
        try:
            built = self._provisioned()
        except (BotoCoreError, ClientError) as error:
            raise RefusedPool(self._file_pool, explain_refusal(error, configuration)) from error
        app = built.apps[self._file_pool.client]
        spec, file = self._file_pool.spec, configuration.origin.name
        return ProvisionedPool(
            built.user_pool_id,
            app,
            spec,
            name=built.name,
            file=file,
            domain=next(iter(built.domains), ""),
            locate=self._target.domain_url,
        )

    def _provisioned(self) -> PoolFromConfiguration:
        from harness.pools.making.isolation import isolated
        from harness.pools.making.local_functions import with_local_functions
        from harness.pools.making.provision_configuration import provision_configuration
        from harness.targets.base import AccountTarget, TakesTriggers

        outlives_the_run = isinstance(self._target, AccountTarget)
        configuration, client = self._file_pool.configuration, self._target.client()
        if isinstance(self._target, TakesTriggers):
            configuration = with_local_functions(configuration, client.meta.region_name)
        built = provision_configuration(
            client,
            isolated(configuration) if outlives_the_run else configuration,
            name_prefix=self._name_prefix,
            tags=self._tags,
            for_good=False,
            journal=self._journal,
        )
        self._left_out = built.left_out if outlives_the_run else {}
        return built


def why_not_made(target: Target) -> str:
    """Return why the target cannot make the pool of a file, for an error; empty if it can."""
    from harness.targets.base import Capability, SaysWhy

    if Capability.PROVISIONING in target.capabilities:
        return ""
    needed = "the run must make the pool of the file"
    why = target.reason_without(Capability.PROVISIONING) if isinstance(target, SaysWhy) else None
    return f"{needed}; {why}" if why else needed
