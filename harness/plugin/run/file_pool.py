"""The pool of ``--cognito-pool``: what its file says, and which tests it fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.plugin.run.options import settings_of
from harness.plugin.run.unfit import SkipReason, UnfitSetting
from harness.settings.setting import BY_NAME, COMMAND_LINE

if TYPE_CHECKING:
    from harness.pools.configuration.deciding import UnknownDecider
    from harness.pools.configuration.pool_configuration import Part, PoolConfiguration
    from harness.pools.sources.parameters import GivenParameters
    from harness.pools.spec.pool_spec import PoolSpec
    from harness.settings.run_settings import Settings
    from harness.settings.setting import Setting

__all__ = ["GivenPool", "UnfitPool", "file_pool_of", "given_pool_or_none", "spec_in_file"]

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
        named_as: what names the file, for error messages: the option, or a marker.
        named_by: where that was given.
    """

    configuration: PoolConfiguration
    spec: PoolSpec
    client: str
    hidden: frozenset[str] = frozenset()
    undecided: tuple[UnknownDecider, ...] = ()
    named_as: str = "--cognito-pool"
    named_by: str | None = None

    @classmethod
    def of_settings(cls, settings: Settings) -> GivenPool | None:
        """Return the pool of the settings, or ``None`` if they name no file.

        Raises:
            ConfigurationError: the file or a setting in it cannot be used.
        """
        from harness.pools.configuration.undecided import require_decided, undecided
        from harness.pools.sources import load

        if settings.pool.value is None:
            return None
        given = _parameters(settings)
        configuration = load(
            settings.pool.value, settings.pool_name.value, given, _flag("pool_name")
        )
        configuration = configuration.with_client(settings.pool_client.value)
        client = configuration.client(settings.pool_client.value, _flag("pool_client")).name
        if not settings.allow_unknown.value:
            permit = None if settings.uses_existing_pool else _flag("allow_unknown")
            require_decided(configuration, client, _flag("pool_parameter"), permit)
        return cls(
            configuration,
            spec_in_file(configuration, client),
            client,
            given.hidden,
            undecided(configuration, client),
            named_by=settings.pool.source,
        )

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
        if field == "managed_login" and not self.configuration.domains:
            # Without a domain, nothing else decides (H001).
            return "domain", "Domain"
        return (unclear[0].part.kind, unclear[0].path) if unclear else SETTINGS[field]

    def where(self, kind: str, path: str) -> str:
        """Return the place of a setting in the file, or only the file if it is not there."""
        place = self._part(kind, self.configuration).place(path)
        name = self.configuration.origin.name
        if place is None:
            return name
        line = "" if place.line is None else f", line {place.line}"
        return f"{place.file or name}{line}, {place.path}"

    def misfit(self, kind: str, path: str, needed: str) -> UnfitSetting:
        """Return that a setting is not as a test needs it.

        Args:
            kind: the part of the configuration: ``pool``, ``mfa`` or ``client``.
            path: the members in Cognito's API, with dots between them.
            needed: what the test needs, as a sentence.
        """
        from harness.pools.configuration.pool_configuration import format_value

        place = self._part(kind, self.configuration).place(path)
        file = None if place is None else place.file
        return UnfitSetting(
            path,
            format_value(self.setting(kind, path)),
            needed,
            file or self.configuration.origin.name,
            None if place is None else place.line,
            "" if place is None else place.path,
        )

    def field_misfit(self, field: str, wanted: Any, needs: str = "the test needs") -> UnfitSetting:
        """Return that the setting behind a field of the specification is not as a test needs it.

        Args:
            field: the name of the field.
            wanted: the value that the test needs.
            needs: the beginning of the sentence that says so.
        """
        from harness.pools.configuration.pool_configuration import Unknown, format_value
        from harness.pools.spec.spec_match import format_field

        kind, member = self.behind(field)
        # Of another type than the member's, the value alone would not say what must have it.
        found = self.setting(kind, member)
        if isinstance(wanted, str if isinstance(found, Unknown) else type(found)):
            return self.misfit(kind, member, f"{needs} {format_value(wanted)}")
        return self.misfit(kind, member, f"{needs} {field}={format_field(wanted)}")

    def why_unfit(self, misfits: Iterable[UnfitSetting]) -> str:
        """Return the reason for skipping a test, by whose settings the run sums up its skips."""
        return SkipReason.of_misfits(misfits)

    def _part(self, kind: str, configuration: PoolConfiguration) -> Part:
        from harness.pools.configuration.pool_configuration import Part

        if kind == "client":
            return configuration.client(self.client)
        if kind == "domain":
            return next(iter(configuration.domains), Part("domain", configuration.name, {}))
        return configuration.mfa if kind == "mfa" else configuration.pool


class UnfitPool(MissingCapability):
    """The pool of the run is not as a test needs it.

    Args:
        pool: the pool, for those who catch the error.
        reason: why it does not fit, with the settings that decide.
    """

    def __init__(self, pool: str, reason: SkipReason) -> None:
        self.skip_reason = reason
        super().__init__("provisioning", pool)

    def __str__(self) -> str:
        """Return the reason."""
        return str(self.skip_reason)


def spec_in_file(configuration: PoolConfiguration, client: str) -> PoolSpec:
    """Return the specification of a pool with one of its app clients.

    Raises:
        HarnessError: no specification can say this; a setting that is wrong is named with its line.
    """
    from harness.pools.making.refusal import place_named
    from harness.pools.spec.overrides import member_behind
    from harness.pools.spec.partly_known import partly_known_spec

    try:
        return partly_known_spec(configuration, client)
    except ConfigurationError as error:
        error.source = error.source or place_named(member_behind(error.setting), configuration)
        raise


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
