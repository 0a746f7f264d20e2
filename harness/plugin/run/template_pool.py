"""Pools that single tests name by a file: in the marker ``cognito_pool``, or by a fixture."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.plugin.run.configured_pool import ConfiguredPool, RefusedPool, why_not_made
from harness.plugin.run.file_pool import GivenPool, UnfitPool, spec_in_file
from harness.plugin.run.markers import TEMPLATE_KEYWORDS, pool_keywords
from harness.plugin.run.skipping import or_skip
from harness.plugin.run.unfit import BECAUSE_OF_THE_POOL, SkipReason
from harness.targets.base import Capability

if TYPE_CHECKING:
    from harness.pools.making.journal import Journal
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.sources.parameters import GivenParameters
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = ["PoolFromFile", "TemplatePools", "check_templates", "template_pool_of"]

_READ = pytest.StashKey[dict[tuple[str, ...], GivenPool]]()
_MARKER = "marker cognito_pool"
_FIXTURE = "cognito_pool_from"


def template_pool_of(item: pytest.Item) -> GivenPool | None:
    """Return the pool of the file that the markers of a test name; ``None`` if they name none.

    Raises:
        HarnessError: the file, or a setting in it, cannot be used.
    """
    keywords = pool_keywords(item)
    if "template" not in keywords:
        return None
    return _read_once(item.config, item.path.parent, keywords, _MARKER)


def check_templates(items: Iterable[pytest.Item]) -> None:
    """Check the files that the markers of tests name.

    Raises:
        HarnessError: one cannot be used; the message names the first test that needs it.
    """
    for item in items:
        try:
            template_pool_of(item)
        except HarnessError as error:
            raise HarnessError(f"{item.nodeid}: {_MARKER}: {error}") from error


class TemplatePools:
    """Makes each pool that tests name by a file once for this worker.

    Args:
        target: where the pools are made.
        settings: of the run.
        name_prefix: prefix of the names of all pools.
        tags: UserPoolTags to add to those of the files.
        journal: records each pool before it is made.
    """

    def __init__(
        self,
        target: Target,
        settings: Settings,
        *,
        name_prefix: str,
        tags: Mapping[str, str],
        journal: Journal,
    ) -> None:
        self._target = target
        self._settings = settings
        self._name_prefix = name_prefix
        self._tags = tags
        self._journal = journal
        self._made: dict[int, ConfiguredPool] = {}
        self._refused: set[int] = set()

    def get(self, given: GivenPool) -> ProvisionedPool:
        """Return the pool of a file.

        Args:
            given: the pool; the same object each time, since it is read once.

        Raises:
            MissingCapability: the run makes no pools, or an earlier test has said why this cannot
                be made.
            RefusedPool: the service refuses to make it; said once.
        """
        self._require_making(given)
        if id(given) not in self._made:
            self._made[id(given)] = ConfiguredPool(
                given,
                self._target,
                # Until Cognito responds, the journal knows only the name of the pool.
                name_prefix=f"{self._name_prefix}file{len(self._made) + 1}-",
                tags=self._tags,
                journal=self._journal,
            )
        try:
            return self._made[id(given)].get(given.spec)
        except RefusedPool:
            self._refused.add(id(given))
            raise

    def close(self) -> None:
        """Delete the pools that were made.

        Raises:
            HarnessError: some could not be deleted; the message names them.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        left = []
        for pool in self._made.values():
            try:
                pool.close()
            except (BotoCoreError, ClientError) as error:
                left.append(f"{pool.user_pool_id} ({error})")
        if left:
            raise HarnessError(f"these user pools could not be deleted: {'; '.join(left)}")

    @property
    def end_notes(self) -> list[str]:
        """What the pools were made without on a real account, each setting once."""
        return list(dict.fromkeys(note for pool in self._made.values() for note in pool.end_notes))

    def _require_making(self, given: GivenPool) -> None:
        name = given.configuration.origin.name
        if self._settings.uses_existing_pool:
            pool_id = self._settings.user_pool_id.value
            label = f"the run uses the existing user pool {pool_id} alone"
            raise _skipped(given, f"{label}, and makes none of {name}", label)
        if id(given) in self._refused:
            label = f"the pool of {name} could not be made"
            raise _skipped(given, f"{label}; the first test that needs it says why", label)
        if reason := why_not_made(self._target):
            raise MissingCapability(Capability.PROVISIONING.value, self._target.name, reason)


class PoolFromFile:
    """Gives pools that are made from files: the value of the fixture ``cognito_pool_from``.

    Args:
        config: of the run.
        pools: makes the pools.
    """

    def __init__(self, config: pytest.Config, pools: TemplatePools) -> None:
        self._config = config
        self._pools = pools

    def __call__(
        self,
        template: str | Path,
        *,
        pool_name: str | None = None,
        pool_client: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> ProvisionedPool:
        """Return a pool that is made from a file; the same arguments give the same pool.

        Args:
            template: the file, relative to the file of the caller or to pytest's root.
            pool_name: which pool, if the file has several.
            pool_client: which app client, if the pool has several.
            parameters: values for the parameters of the template.
            **fields: fields of :class:`harness.PoolSpec` that override the file.

        Raises:
            ConfigurationError: the file, a setting in it, or an argument cannot be used.
        """
        given = {
            "template": template,
            "pool_name": pool_name,
            "pool_client": pool_client,
            "parameters": parameters,
            **fields,
        }
        folder = Path(sys._getframe(1).f_code.co_filename).parent
        pool = _read_once(self._config, folder, given, _FIXTURE)
        return or_skip(lambda: self._pools.get(pool))


def _read_once(
    config: pytest.Config, folder: Path, keywords: Mapping[str, Any], said_by: str
) -> GivenPool:
    path = _found(keywords["template"], folder, config.rootpath)
    read = config.stash.setdefault(_READ, {})
    key = (str(path), said_by, repr(sorted(keywords.items(), key=lambda item: item[0])))
    if key not in read:
        read[key] = _read(path, keywords, said_by)
    return read[key]


def _read(path: Path, keywords: Mapping[str, Any], said_by: str) -> GivenPool:
    from harness.pools.configuration.undecided import require_decided
    from harness.pools.sources import load
    from harness.pools.spec.overrides import overridden

    parameters = _parameters(keywords.get("parameters") or {}, said_by)
    configuration = load(_shown(path), keywords.get("pool_name"), parameters)
    configuration = configuration.with_client(keywords.get("pool_client"))
    client = configuration.client(keywords.get("pool_client")).name
    fields = {name: value for name, value in keywords.items() if name not in TEMPLATE_KEYWORDS}
    changed = overridden(configuration, client, fields, said_by)
    require_decided(changed, client, f"{said_by}: parameters", None)
    spec = spec_in_file(changed, client)
    return GivenPool(changed, spec, client, named_as=f"{said_by}: template")


def _found(template: str | Path, folder: Path, root: Path) -> Path:
    """Return the path of a file: relative to the folder of the test, else to pytest's root."""
    places = list(dict.fromkeys((folder / template, root / template)))
    for place in places:
        if place.exists():
            return place.resolve()
    looked = " nor ".join(str(place) for place in places)
    neither = "neither " if len(places) > 1 else ""
    hint = f"no such file or folder: {neither}{looked}"
    raise ConfigurationError("template", given=str(template), hint=hint)


def _shown(path: Path) -> str:
    """Return a path as short as messages can have it."""
    inside = path.is_relative_to(Path.cwd())
    return os.path.relpath(path) if inside else str(path)


def _parameters(given: Mapping[str, Any], said_by: str) -> GivenParameters:
    from harness.pools.sources.parameters import GivenParameter, GivenParameters

    return GivenParameters(
        {name: GivenParameter(_text(value), said_by) for name, value in given.items()}
    )


def _text(value: Any) -> Any:
    """Return a value as templates have it: a text, or a list of texts."""
    if isinstance(value, (list, tuple)):
        return [_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _skipped(given: GivenPool, text: str, label: str) -> UnfitPool:
    origin = str(given.configuration.origin)
    return UnfitPool(origin, SkipReason.of(text, BECAUSE_OF_THE_POOL, [label]))
