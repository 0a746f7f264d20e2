"""Whether a run can begin at all: found out once, before the first test that needs to know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest

from harness.errors import ConfigurationError, HarnessError
from harness.plugin.report.terminal import Terminal
from harness.plugin.run.audit_selection import profile_of
from harness.plugin.run.file_pool import given_pool
from harness.plugin.run.metering import check_number
from harness.plugin.run.run import (
    given_settings,
    is_worker,
    mailbox_settings_of,
    settings_of,
    worker_output,
)
from harness.settings.run_settings import Settings
from harness.srp.engines import load_engine
from harness.targets.choice import choose_target
from harness.targets.mailboxes import check_mailbox

__all__ = ["check_at_the_start", "check_for_the_collected", "or_leave", "repeat_misuse"]

Result = TypeVar("Result")

#: What the command line of the harness and a run with settings that cannot be used end with.
MISUSE = 2

_CHECKED = pytest.StashKey[bool]()
_REASON = "cognito_misuse"


def check_at_the_start(config: pytest.Config) -> None:
    """End the run with one line and exit code 2 if the command line asks for what cannot be.

    Not where pytest is only asked what there is, and not in every worker again.
    """
    named = any(setting.source == "command line" for setting in given_settings(config).values())
    if named and not is_worker(config):
        _check_once(config)


def check_for_the_collected(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """End the run likewise now that tests are collected which need the settings."""
    if is_worker(config):
        # The controller collects nothing, so that only its workers know what is needed.
        _leave_by_the_controller(config, items)
        return
    _check_once(config)
    if not _only_looks(config):
        or_leave(lambda: check_number(config, items))


def repeat_misuse(worker_output: dict[str, Any]) -> None:
    """End the run with the line that a worker of xdist has ended with."""
    if _REASON in worker_output:
        pytest.exit(worker_output[_REASON], returncode=MISUSE)


def or_leave(prepare: Callable[[], Result]) -> Result:
    """Return what ``prepare`` returns; end the run with one line and exit code 2 if it cannot."""
    try:
        return prepare()
    except HarnessError as error:
        message = str(error)
    # Outside of the handler, so that no traceback hangs on it.
    pytest.exit(message, returncode=MISUSE)


def _check_once(config: pytest.Config) -> None:
    if _only_looks(config) or config.stash.get(_CHECKED, False):
        return
    or_leave(lambda: _check(config))
    config.stash[_CHECKED] = True


def _leave_by_the_controller(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    try:
        or_leave(lambda: _check(config))
        or_leave(lambda: check_number(config, items))
    except pytest.exit.Exception as leaving:
        worker_output(config)[_REASON] = leaving.msg
        raise


def _check(config: pytest.Config) -> None:
    settings = settings_of(config)
    check_mailbox(settings, mailbox_settings_of(config))
    if settings.mailbox.value == "prompt":
        Terminal(config).check(settings.mailbox)
    if settings.srp.value is not None:
        load_engine(settings.srp.value)
    given_pool(config)
    profile_of(config)
    _refuse_sharing_a_clock(config, settings)
    _check_target(settings)


def _only_looks(config: pytest.Config) -> bool:
    options = ("collectonly", "showfixtures", "show_fixtures_per_test")
    return any(config.getoption(option, default=False) for option in options)


def _refuse_sharing_a_clock(config: pytest.Config, settings: Settings) -> None:
    url = settings.endpoint_url
    shared = settings.target.value == "server" and url.value is not None
    if shared and (config.pluginmanager.has_plugin("dsession") or is_worker(config)):
        raise ConfigurationError(
            "--cognito-endpoint-url",
            given=url.value,
            source=url.source,
            hint="a served emulator has one clock, which the workers of xdist would move under "
            "each other; leave it out and each worker serves its own, or run without -n",
        )


def _check_target(settings: Settings) -> None:
    target = choose_target(settings)
    try:
        target.check()
        if settings.uses_existing_pool:
            from harness.plugin.run.existing_pool import ExistingPool

            ExistingPool.of_settings(target, settings)
    finally:
        target.stop()
