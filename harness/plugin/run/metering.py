"""What a run uses of a real account: kept within its limits, counted, and told at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.end_notes import add_remark
from harness.plugin.run.run import is_worker, run_of, settings_of, worker_output
from harness.targets.base import Accounted

if TYPE_CHECKING:
    from harness.flows.pacing import Pacer
    from harness.flows.usage import Usage, UsageMeter
    from harness.flows.user_limit import UserLimit
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = [
    "Metering",
    "announce",
    "check_number",
    "folder_of",
    "stop_at_the_limit",
    "take_over_usage",
    "tell",
]

_USAGE = pytest.StashKey["Usage"]()
_LIMIT = pytest.StashKey["UserLimit"]()
_HANDED_OVER = "cognito_usage"
#: The fixture of which every use makes a user.
_PERSON = "cognito_person"


class Metering:
    """Watches the one client of a target, where what it does counts for something.

    Args:
        config: of this process of the run.
        target: started.
        settings: with the limits.
    """

    def __init__(self, config: pytest.Config, target: Target, settings: Settings) -> None:
        self._config = config
        self._meter: UsageMeter | None = None
        self._pacer: Pacer | None = None
        if isinstance(target, Accounted):
            self._keep_limits(target, settings)
        if isinstance(target, Accounted) or settings.target.value == "preflight":
            from harness.flows.usage import UsageMeter

            self._meter = UsageMeter()
            self._meter.attach(target.client())

    def end(self) -> None:
        """Hand on what was counted."""
        if self._meter is not None:
            _add_usage(self._config, self._meter.usage)
        if self._pacer is not None and self._pacer.throttled:
            add_remark(self._config, f"throttled, and repeated: {_shown(self._pacer.throttled)}")

    def _keep_limits(self, target: Accounted, settings: Settings) -> None:
        from harness.flows.pacing import Pacer, Slots
        from harness.flows.user_limit import UserLimit

        folder = folder_of(self._config, settings)
        place = target.place()
        limit = UserLimit(_counted(self._config, settings), settings.max_users.value)
        limit.attach(target.client())
        self._config.stash[_LIMIT] = limit
        self._pacer = Pacer(
            Slots(folder / "pacing.json"),
            target.clock,
            place="/".join(place.values()),
            share=settings.quota_share.value / 100,
            attempts=target.attempts,
        )
        self._pacer.attach(target.client())


def folder_of(config: pytest.Config, settings: Settings) -> Path:
    """Return the folder of the journals, from the root of the project."""
    return config.rootpath / settings.journal.value


def check_number(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Refuse a run on a real account of which it is plain that it makes too many users.

    Raises:
        ConfigurationError: there are more tests that make a user each than users are allowed.
    """
    settings = settings_of(config)
    count = _makers(items)
    if settings.target.value == "aws" and count > settings.max_users.value:
        raise ConfigurationError(
            "--cognito-max-users",
            given=settings.max_users.value,
            source=settings.max_users.source,
            hint=f"{count} of the tests make a user each, or more",
        )


def announce(config: pytest.Config, items: Iterable[pytest.Item]) -> list[str]:
    """Return what to say before a run on a real account."""
    try:
        settings = settings_of(config)
    except ConfigurationError:
        # The header says so, and the run ends in its own words.
        return []
    if settings.target.value != "aws":
        return []
    return [
        f"cognito: {_makers(items)} tests make a user each, or more; at most "
        f"{settings.max_users.value} users are made (--cognito-max-users); the same run with "
        "--cognito-target=preflight says what it takes and costs"
    ]


def stop_at_the_limit(item: pytest.Item) -> None:
    """End the run where a user was one too many."""
    limit: UserLimit | None = item.config.stash.get(_LIMIT, None)
    if limit is not None and limit.has_refused:
        item.session.shouldstop = "as many users as --cognito-max-users allows"


def take_over_usage(config: pytest.Config, output: dict[str, Any]) -> None:
    """Take over what a worker of xdist has counted."""
    if _HANDED_OVER in output:
        from harness.flows.usage import Usage

        _add_usage(config, Usage.of_record(output[_HANDED_OVER]))


def tell(config: pytest.Config) -> tuple[list[str], bool]:
    """Return what to say at the end, and whether the run would make more users than allowed."""
    usage = config.stash.get(_USAGE, None)
    if usage is None or is_worker(config):
        return [], False
    settings = settings_of(config)
    most = settings.max_users.value
    lines = usage.lines(settings.quota_share.value / 100)
    if settings.target.value == "aws":
        for path in (_counted(config, settings), Path(f"{_counted(config, settings)}.lock")):
            path.unlink(missing_ok=True)
        return [f"this run has used {lines[0]}"], False
    too_many = usage.users > most
    if too_many:
        lines.append(f"{usage.users} users are more than the {most} of --cognito-max-users")
    return ["the same run on AWS would use", *(f"  {line}" for line in lines)], too_many


def _makers(items: Iterable[pytest.Item]) -> int:
    return sum(_PERSON in getattr(item, "fixturenames", []) for item in items)


def _counted(config: pytest.Config, settings: Settings) -> Path:
    return folder_of(config, settings) / f"{run_of(config).name(settings)}.users"


def _add_usage(config: pytest.Config, usage: Usage) -> None:
    if is_worker(config):
        worker_output(config)[_HANDED_OVER] = usage.as_record()
        return
    before = config.stash.get(_USAGE, None)
    config.stash[_USAGE] = usage if before is None else before + usage


def _shown(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.most_common())
