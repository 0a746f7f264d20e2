"""The pool of ``--cognito-pool``: made from a file for the run, for every test that it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import HarnessError, MissingCapability
from harness.plugin.run.options import settings_of
from harness.settings.setting import BY_NAME, COMMAND_LINE

if TYPE_CHECKING:
    from harness.pools.configuration.deciding import UnknownDecider
    from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
    from harness.pools.making.journal import Journal
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.sources.parameters import GivenParameters
    from harness.pools.spec.pool_spec import PoolSpec
    from harness.settings.run_settings import Settings
    from harness.settings.setting import Setting
    from harness.targets.base import Target

__all__ = ["ConfiguredPool", "GivenPool", "UnfitPool", "file_pool_of", "given_pool_or_none"]

_FILE_POOL = pytest.StashKey["GivenPool | None"]()


@dataclass(frozen=True)
class GivenPool:
    """The pool of a file, on which a run works.

    Attributes:
        configuration: what the file says.
        spec: the same as a specification that scenarios can read.
        client: name of the app client in the file.
        hidden: the names of the parameters whose values nobody may see.
        undecided: the settings that decide how people sign in and that the pool is made without,
            because they are unknown.
    """

    configuration: PoolConfiguration
    spec: PoolSpec
    client: str
    hidden: frozenset[str] = frozenset()
    undecided: tuple[UnknownDecider, ...] = ()

    @classmethod
    def of_settings(cls, settings: Settings) -> GivenPool | None:
        """Return the pool of the settings, or ``None`` if they name no file.

        Raises:
            ConfigurationError: the file or a setting in it cannot be used.
        """
        from harness.pools.configuration.undecided import require_decided, undecided
        from harness.pools.sources import load
        from harness.pools.spec.partly_known import partly_known_spec

        if settings.pool.value is None:
            return None
        given = _parameters(settings)
        configuration = load(settings.pool.value, settings.pool_name.value, given)
        configuration = configuration.with_client(settings.pool_client.value)
        client = configuration.client(settings.pool_client.value).name
        if not settings.allow_unknown.value:
            permit = None if settings.uses_existing_pool else _flag("allow_unknown")
            require_decided(configuration, client, _flag("pool_parameter"), permit)
        spec = partly_known_spec(configuration, client)
        return cls(configuration, spec, client, given.hidden, undecided(configuration, client))

    def setting(self, kind: str, path: str, default: Any = None) -> Any:
        """Return a setting, or Cognito's default for it; ``Unknown`` if it is undecided.

        Args:
            kind: the part of the configuration: ``pool``, ``mfa`` or ``client``.
            path: the members in Cognito's API, with dots between them.
            default: what to return if Cognito has no default either.
        """
        from harness.pools.configuration.defaults import completed

        for one in self.undecided:
            if one.part.kind == kind and one.concerns(path):
                return one.value
        return self._part(kind, completed(self.configuration)).value(path, default)

    def is_undecided(self, kind: str, path: str) -> bool:
        """Return whether a setting decides how people sign in and the pool is made without it."""
        return any(one.part.kind == kind and one.concerns(path) for one in self.undecided)

    def is_unknown(self, field: str) -> bool:
        """Return whether a field of the specification depends on an undecided setting."""
        from harness.pools.spec.partly_known import unknown_fields

        return field in unknown_fields(self.spec)

    def behind(self, field: str) -> tuple[str, str]:
        """Return the setting that decides about a field of the specification.

        Args:
            field: the name of the field.

        Returns:
            The part of the configuration, and the path of the setting in it.
        """
        from harness.pools.spec.partly_known import fields_of
        from harness.pools.spec.spec_match import SETTINGS

        unclear = [one for one in self.undecided if field in fields_of(one)]
        return (unclear[0].part.kind, unclear[0].path) if unclear else SETTINGS[field]

    def where(self, kind: str, path: str) -> str:
        """Return the place of a setting in the file, or only the file if it is not there."""
        place = self._part(kind, self.configuration).place(path)
        name = self.configuration.origin.name
        if place is None:
            return name
        line = "" if place.line is None else f", line {place.line}"
        return f"{place.file or name}{line}, {place.path}"

    def _part(self, kind: str, configuration: PoolConfiguration) -> Part:
        if kind == "client":
            return configuration.client(self.client)
        return configuration.mfa if kind == "mfa" else configuration.pool


class UnfitPool(MissingCapability):
    """The pool of the file is not as a test needs it.

    Args:
        file_pool: the pool.
        reasons: why it does not fit, each with the setting that decides.
    """

    def __init__(self, file_pool: GivenPool, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("provisioning", str(file_pool.configuration.origin))

    def __str__(self) -> str:
        """Return the reasons."""
        return f"does not apply to this pool: {'; '.join(self.reasons)}"


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

    def get(self, spec: PoolSpec) -> ProvisionedPool:
        """Return the pool if it fits ``spec`` in all that matters to a test.

        Raises:
            UnfitPool: it does not fit.
            MissingCapability: the target cannot make pools.
        """
        from harness.pools.spec.spec_match import format_field, mismatches

        reasons = []
        for mismatch in mismatches(spec, self._file_pool.spec):
            kind, member = self._file_pool.behind(mismatch.field)
            found = f"{member} is {self._file_pool.setting(kind, member)}"
            where = self._file_pool.where(kind, member)
            reasons.append(f"{found} ({where}); the test needs {format_field(mismatch.wanted)}")
        if reasons:
            raise UnfitPool(self._file_pool, reasons)
        if self._pool is None:
            self._pool = self._make()
        return self._pool

    def close(self) -> None:
        """Delete the pool if it was made."""
        from harness.pools.making.provision_spec import deprovision

        if self._pool is not None:
            deprovision(self._target.client(), self._pool, self._journal)
            self._pool = None

    def _make(self) -> ProvisionedPool:
        from harness.pools.making.isolation import isolated
        from harness.pools.making.provision_configuration import provision_configuration
        from harness.pools.making.provision_spec import ProvisionedPool
        from harness.targets.base import AccountTarget, Capability

        if Capability.PROVISIONING not in self._target.capabilities:
            needed = "the run must make the pool of --cognito-pool"
            raise MissingCapability(Capability.PROVISIONING.value, self._target.name, needed)
        outlives_the_run = isinstance(self._target, AccountTarget)
        configuration = self._file_pool.configuration
        built = provision_configuration(
            self._target.client(),
            isolated(configuration) if outlives_the_run else configuration,
            name_prefix=self._name_prefix,
            tags=self._tags,
            for_good=False,
            journal=self._journal,
        )
        self._left_out = built.left_out if outlives_the_run else {}
        app = built.apps[self._file_pool.client]
        return ProvisionedPool(built.user_pool_id, app, self._file_pool.spec, name=built.name)


def _parameters(settings: Settings) -> GivenParameters:
    from harness.pools.sources.parameter_files import given_parameters

    return given_parameters(
        settings.pool_parameters.value,
        settings.pool_parameter.value,
        files_from=_given_by(settings.pool_parameters, "pool_parameters"),
        texts_from=_given_by(settings.pool_parameter, "pool_parameter"),
    )


def _given_by(setting: Setting[Any], name: str) -> str:
    """Return the option if it gave a setting, else the source that did."""
    return _flag(name) if setting.source == COMMAND_LINE else setting.source


def _flag(name: str) -> str:
    return BY_NAME[name].flag


def file_pool_of(config: pytest.Config) -> GivenPool | None:
    """Return the pool of ``--cognito-pool``, or ``None`` without the option.

    Raises:
        ConfigurationError: the settings, the file or a setting in it cannot be used.
    """
    if _FILE_POOL not in config.stash:
        config.stash[_FILE_POOL] = GivenPool.of_settings(settings_of(config))
    return config.stash[_FILE_POOL]


def given_pool_or_none(config: pytest.Config) -> GivenPool | None:
    """Return the pool of ``--cognito-pool``, for ``pytest_generate_tests``.

    It returns ``None`` also if the settings cannot be used: pytest can then still collect the
    tests, and the run ends with the error of the settings.
    """
    try:
        return file_pool_of(config)
    except HarnessError:
        return None
