"""The check whether a run can start, made once, before the first test that uses Cognito."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from harness.errors import ConfigurationError, HarnessError
from harness.plugin.run.latency_report import check_recording
from harness.plugin.run.metering import check_number
from harness.plugin.run.option_values import check_option_values
from harness.plugin.run.options import given_settings, mailbox_settings_of, only_looks, settings_of
from harness.plugin.run.repetition import check_repetition
from harness.plugin.run.run_identity import is_worker, worker_output

if TYPE_CHECKING:
    from harness.settings.run_settings import Settings

__all__ = ["check_after_collection", "check_at_start", "or_exit", "repeat_worker_exit"]

Result = TypeVar("Result")

#: Exit code of a run with settings that cannot be used; `cognito-harness` uses the same.
MISUSE = 2

_CHECKED = pytest.StashKey[bool]()
_REASON = "cognito_misuse"


def check_at_start(config: pytest.Config) -> None:
    """End the run with one line and exit code 2 if options on the command line cannot be used.

    It checks nothing if pytest only lists tests or fixtures, and nothing in an xdist worker, since
    the controller has checked already.
    """
    named = any(setting.source == "command line" for setting in given_settings(config).values())
    if named and not is_worker(config):
        or_exit(lambda: check_option_values(config))
        _check_once(config)


def check_after_collection(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """End the run in the same way after collection, if tests use Cognito."""
    if is_worker(config):
        # The controller collects no tests, so only the workers know what they need.
        _exit_through_controller(config, items)
        return
    _check_once(config)
    if not only_looks(config):
        or_exit(lambda: _check_templates(items))
        or_exit(lambda: check_number(config, items))


def repeat_worker_exit(worker_output: dict[str, Any]) -> None:
    """End the run with the error line of an xdist worker, if it ended with one."""
    if _REASON in worker_output:
        pytest.exit(worker_output[_REASON], returncode=MISUSE)


def or_exit(
    prepare: Callable[[], Result],
    config: pytest.Config | None = None,
    on: type[Exception] = HarnessError,
) -> Result:
    """Return what ``prepare`` returns; on an error of the harness, end the run with exit code 2.

    Args:
        prepare: what can fail.
        config: of this process; needed where it can be an xdist worker, whose controller then says
            the same.
        on: the errors that end the run.
    """
    try:
        return prepare()
    except on as error:
        message = str(error)
    if config is not None and is_worker(config):
        worker_output(config)[_REASON] = message
    # Called outside the except block, so that pytest shows no traceback.
    pytest.exit(message, returncode=MISUSE)


def _check_once(config: pytest.Config) -> None:
    if only_looks(config) or config.stash.get(_CHECKED, False):
        return
    or_exit(lambda: _check(config))
    config.stash[_CHECKED] = True


def _exit_through_controller(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    or_exit(lambda: _check(config), config)
    or_exit(lambda: _check_templates(items), config)
    or_exit(lambda: check_number(config, items), config)


def _check_templates(items: Sequence[pytest.Item]) -> None:
    from harness.plugin.run.template_pool import check_templates

    check_templates(items)


def _check(config: pytest.Config) -> None:
    # What reads and checks settings is imported only if a run has some, or uses Cognito.
    from harness.plugin.report.terminal import Terminal
    from harness.plugin.run.audit_selection import profile_of
    from harness.plugin.run.file_pool import file_pool_of
    from harness.plugin.run.progress import check_progress
    from harness.plugin.run.record_file import check_record
    from harness.srp.engines import load_engine
    from harness.targets.mailboxes import check_mailbox

    settings = settings_of(config)
    check_mailbox(settings, mailbox_settings_of(config))
    if settings.mailbox.value == "prompt":
        Terminal(config).check(settings.mailbox)
    if settings.srp.value is not None:
        load_engine(settings.srp.value)
    check_repetition(config, settings)
    check_recording(settings)
    check_record(settings)
    if not is_worker(config):
        check_progress(settings)
    file_pool_of(config)
    profile_of(config)
    if settings.seed_file.value is not None:
        from harness.pools.seeds.reading import read_seed

        read_seed(settings.seed_file.value)
    _refuse_sharing_a_clock(config, settings)
    _check_target(settings)


def _refuse_sharing_a_clock(config: pytest.Config, settings: Settings) -> None:
    url = settings.endpoint_url
    shared = settings.target.value == "server" and url.value is not None
    if shared and (config.pluginmanager.has_plugin("dsession") or is_worker(config)):
        raise ConfigurationError(
            "--cognito-endpoint-url",
            given=url.value,
            source=url.source,
            hint="a served emulator has one clock, and each xdist worker would move it for the "
            "others; run without -n, or leave the option out and each worker serves its own",
        )


def _check_target(settings: Settings) -> None:
    from harness.targets.choice import choose_target

    target = choose_target(settings)
    try:
        target.check()
        # A pool of the seed file exists when the run's own emulator has started.
        if settings.uses_existing_pool and settings.is_shared:
            from harness.plugin.run.existing_pool import ExistingPool

            ExistingPool.of_settings(target, settings)
    finally:
        target.stop()
