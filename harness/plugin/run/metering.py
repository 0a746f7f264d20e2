"""What a run uses of a service: paced and limited, counted, and reported at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.end_notes import add_end_note
from harness.plugin.run.options import settings_of
from harness.plugin.run.run_identity import is_worker, run_of, worker_output
from harness.targets.base import AccountTarget

if TYPE_CHECKING:
    from harness.flows.pacing import Pacer
    from harness.flows.usage import Usage, UsageMeter
    from harness.flows.user_limit import UserLimit
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = [
    "Metering",
    "announcement",
    "check_number",
    "folder_of",
    "stop_at_the_limit",
    "summary",
    "take_over_usage",
]

_USAGE = pytest.StashKey["Usage"]()
_LIMIT = pytest.StashKey["UserLimit"]()
_HANDED_OVER = "cognito_usage"
#: The fixture that makes a user for each test that uses it.
_PERSON = "cognito_person"


class Metering:
    """Watches the client of a target.

    It limits users and calls on a real account, paces the calls of another service if the user
    gives a share of the quotas, and counts the usage on an account and in a preflight.

    Args:
        config: of this process of the run.
        target: the target, already started.
        settings: with the limits.
    """

    def __init__(self, config: pytest.Config, target: Target, settings: Settings) -> None:
        self._config = config
        self._meter: UsageMeter | None = None
        self._pacer: Pacer | None = None
        if isinstance(target, AccountTarget):
            self._keep_limits(target, settings)
        elif settings.paces_a_service:
            self._pace(target, settings, _place(settings), attempts=None)
        if isinstance(target, AccountTarget) or settings.target.value == "preflight":
            from harness.flows.usage import UsageMeter

            self._meter = UsageMeter()
            self._meter.attach(target.client())

    @property
    def paces(self) -> bool:
        """Whether the calls are paced, and throttled calls repeated."""
        return self._pacer is not None

    def end(self) -> None:
        """Add what was counted to the summary of the run."""
        if self._meter is not None:
            _add_usage(self._config, self._meter.usage)
        if self._pacer is not None and self._pacer.throttled:
            add_end_note(self._config, f"throttled and repeated: {_shown(self._pacer.throttled)}")

    def _keep_limits(self, target: AccountTarget, settings: Settings) -> None:
        from harness.flows.user_limit import UserLimit

        limit = UserLimit(_counted(self._config, settings), settings.max_users.value)
        limit.attach(target.client())
        self._config.stash[_LIMIT] = limit
        place = "/".join(target.place().values())
        self._pace(target, settings, place, attempts=target.attempts)

    def _pace(
        self,
        target: Target | AccountTarget,
        settings: Settings,
        place: str,
        *,
        attempts: int | None,
    ) -> None:
        """Pace the calls, with those of all workers and of other runs in the same folder."""
        from harness.flows.pacing import OwnSlots, Pacer, Slots

        # A served emulator has a clock of its own, which no other process of the run uses.
        slots = (
            OwnSlots()
            if settings.target.value == "server"
            else Slots(folder_of(self._config, settings) / "pacing.json")
        )
        self._pacer = Pacer(
            slots,
            target.clock,
            place=place,
            share=settings.quota_share.value / 100,
            attempts=attempts,
        )
        self._pacer.attach(target.client())


def folder_of(config: pytest.Config, settings: Settings) -> Path:
    """Return the folder of the journals, below the root of the project."""
    return config.rootpath / settings.journal.value


def check_number(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Refuse a run on a real account that is sure to make too many users.

    Raises:
        ConfigurationError: more tests make a user than ``--cognito-max-users`` allows users.
    """
    settings = settings_of(config)
    count = _makers(items)
    if settings.target.value == "aws" and count > settings.max_users.value:
        raise ConfigurationError(
            "--cognito-max-users",
            given=settings.max_users.value,
            source=settings.max_users.source,
            hint=f"{count} of the tests make at least one user each",
        )


def announcement(config: pytest.Config, items: Iterable[pytest.Item]) -> list[str]:
    """Return what the header of a run on a real account says about users and costs."""
    try:
        settings = settings_of(config)
    except ConfigurationError:
        # The header has shown the error, and the run ends with it.
        return []
    if settings.target.value != "aws":
        return []
    return [
        f"cognito: {_makers(items)} tests make at least one user each; the run makes at most "
        f"{settings.max_users.value} users (--cognito-max-users); run with "
        "--cognito-target=preflight to see how long it takes and what it costs"
    ]


def stop_at_the_limit(item: pytest.Item) -> None:
    """End the run after a user was refused because of the limit."""
    limit: UserLimit | None = item.config.stash.get(_LIMIT, None)
    if limit is not None and limit.has_refused:
        item.session.shouldstop = "the run has made as many users as --cognito-max-users allows"


def take_over_usage(config: pytest.Config, output: dict[str, Any]) -> None:
    """Add what an xdist worker has counted."""
    if _HANDED_OVER in output:
        from harness.flows.usage import Usage

        _add_usage(config, Usage.of_record(output[_HANDED_OVER]))


def summary(config: pytest.Config) -> tuple[list[str], bool]:
    """Return what to show at the end of the run, and whether a preflight made too many users."""
    usage = config.stash.get(_USAGE, None)
    if usage is None or is_worker(config):
        return [], False
    settings = settings_of(config)
    most = settings.max_users.value
    lines = usage.lines(settings.quota_share.value / 100)
    if settings.target.value == "aws":
        for path in (_counted(config, settings), Path(f"{_counted(config, settings)}.lock")):
            path.unlink(missing_ok=True)
        return [f"this run used {lines[0]}"], False
    too_many = usage.users > most
    if too_many:
        lines.append(f"{usage.users} users are more than --cognito-max-users allows: {most}")
    return ["the same run on AWS would use", *(f"  {line}" for line in lines)], too_many


def _makers(items: Iterable[pytest.Item]) -> int:
    return sum(_PERSON in getattr(item, "fixturenames", []) for item in items)


def _place(settings: Settings) -> str:
    return f"{settings.endpoint_url.value}/{settings.region.value}"


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
