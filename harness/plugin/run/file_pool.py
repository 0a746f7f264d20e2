"""The pool of ``--cognito-pool``: made of a file for the run, and given to every test it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import HarnessError, MissingCapability
from harness.plugin.run.run import settings_of

if TYPE_CHECKING:
    from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
    from harness.pools.making.journal import Journal
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.spec.pool_spec import PoolSpec
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = ["ConfiguredPool", "GivenPool", "UnfitPool", "given_pool", "given_pool_or_none"]

_GIVEN = pytest.StashKey["GivenPool | None"]()


@dataclass(frozen=True)
class GivenPool:
    """The pool that a run is to be on.

    Attributes:
        configuration: as the file says it.
        spec: the same in the words of a scenario.
        client: the app client, by the file's name for it.
    """

    configuration: PoolConfiguration
    spec: PoolSpec
    client: str

    @classmethod
    def of_settings(cls, settings: Settings) -> GivenPool | None:
        """Return the pool of the settings, if they name one.

        Raises:
            ConfigurationError: the file, or a setting in it, cannot be used.
        """
        from harness.pools.sources import load
        from harness.pools.spec.conversion import spec_of

        if settings.pool.value is None:
            return None
        configuration = load(settings.pool.value, settings.pool_name.value)
        client = configuration.client(settings.pool_client.value)
        return cls(configuration, spec_of(configuration, client.name), client.name)

    def setting(self, kind: str, path: str, default: Any = None) -> Any:
        """Return a setting with Cognito's defaults, by the kind of part and Cognito's names."""
        from harness.pools.configuration.defaults import completed

        return self._part(kind, completed(self.configuration)).value(path, default)

    def where(self, kind: str, path: str) -> str:
        """Return where the file says a setting, or would say it."""
        place = self._part(kind, self.configuration).place(path)
        name = self.configuration.origin.name
        if place is None:
            return name
        line = "" if place.line is None else f", line {place.line}"
        return f"{name}{line}, {place.path}"

    def _part(self, kind: str, configuration: PoolConfiguration) -> Part:
        if kind == "client":
            return configuration.client(self.client)
        return configuration.mfa if kind == "mfa" else configuration.pool


class UnfitPool(MissingCapability):
    """The given pool is not as a test needs it.

    Args:
        given: the pool.
        reasons: what stands against it, each with the setting that decides.
    """

    def __init__(self, given: GivenPool, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("provisioning", str(given.configuration.origin))

    def __str__(self) -> str:
        """Return the reasons."""
        return f"does not apply to this pool: {'; '.join(self.reasons)}"


class ConfiguredPool:
    """Makes the given pool once, and gives it to every test that it fits.

    Args:
        given: the pool.
        target: where it is made.
        name_prefix: begins PoolName.
        tags: UserPoolTags besides its own.
        journal: is told of it before it is made.
    """

    def __init__(
        self,
        given: GivenPool,
        target: Target,
        *,
        name_prefix: str,
        tags: Mapping[str, str],
        journal: Journal,
    ) -> None:
        self._given = given
        self._target = target
        self._name_prefix = name_prefix
        self._tags = tags
        self._journal = journal
        self._pool: ProvisionedPool | None = None
        self._left_out: Mapping[str, Unknown] = {}

    @property
    def left_out(self) -> list[str]:
        """What to say, on a real account, of the settings that the pool was made without."""
        return [f"left out, {path}: {reason}" for path, reason in self._left_out.items()]

    def get(self, spec: PoolSpec) -> ProvisionedPool:
        """Return the pool, if it is as ``spec`` says in all that matters to a test."""
        from harness.pools.spec.spec_match import SETTINGS, format_field, mismatches

        reasons = []
        for mismatch in mismatches(spec, self._given.spec):
            kind, member = SETTINGS[mismatch.field]
            found = f"{member} is {self._given.setting(kind, member)}"
            where = self._given.where(kind, member)
            reasons.append(f"{found} ({where}), needed is {format_field(mismatch.wanted)}")
        if reasons:
            raise UnfitPool(self._given, reasons)
        if self._pool is None:
            self._pool = self._make()
        return self._pool

    def close(self) -> None:
        """Delete the pool, if it was made."""
        from harness.pools.making.provision_spec import deprovision

        if self._pool is not None:
            deprovision(self._target.client(), self._pool, self._journal)
            self._pool = None

    def _make(self) -> ProvisionedPool:
        from harness.pools.making.isolation import isolated
        from harness.pools.making.provision_configuration import provision_configuration
        from harness.pools.making.provision_spec import ProvisionedPool
        from harness.targets.base import Accounted, Capability

        if Capability.PROVISIONING not in self._target.capabilities:
            needed = "the pool of --cognito-pool is to be made"
            raise MissingCapability(Capability.PROVISIONING.value, self._target.name, needed)
        outlives_the_run = isinstance(self._target, Accounted)
        configuration = self._given.configuration
        built = provision_configuration(
            self._target.client(),
            isolated(configuration) if outlives_the_run else configuration,
            name_prefix=self._name_prefix,
            tags=self._tags,
            for_good=False,
            journal=self._journal,
        )
        self._left_out = built.left_out if outlives_the_run else {}
        app = built.apps[self._given.client]
        return ProvisionedPool(built.user_pool_id, app, self._given.spec, name=built.name)


def given_pool(config: pytest.Config) -> GivenPool | None:
    """Return the pool of ``--cognito-pool``, if one is given.

    Raises:
        ConfigurationError: the settings, the file, or a setting in it cannot be used.
    """
    if _GIVEN not in config.stash:
        config.stash[_GIVEN] = GivenPool.of_settings(settings_of(config))
    return config.stash[_GIVEN]


def given_pool_or_none(config: pytest.Config) -> GivenPool | None:
    """Return the same for ``pytest_generate_tests``.

    It also answers, with ``None``, where the settings cannot be used: tests can be collected then,
    though not run.
    """
    try:
        return given_pool(config)
    except HarnessError:
        return None
