"""The pytest plugin: options, header, markers, fixtures, xdist and the failure report.

It only adapts; what is behind each hook and fixture is in :mod:`harness.plugin.run`, and
what these use stands without pytest.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from harness.plugin.report.end_notes import remarks_of, take_over_remarks
from harness.plugin.run import cognito_use, markers, metering, options, run

pytest_plugins = (
    "harness.plugin.fixtures.target",
    "harness.plugin.fixtures.pools",
    "harness.plugin.fixtures.configuration",
    "harness.plugin.fixtures.sign_in_fixtures",
    "harness.plugin.fixtures.ladder",
    "harness.plugin.fixtures.script",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and draw what belongs to this run."""
    markers.register_markers(config)
    run.begin_run(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the run's seed and id to a worker of xdist."""
    run.hand_over(node.config, node.workerinput)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run at once where its command line cannot be followed."""
    from harness.plugin.run.settings_check import check_at_the_start

    check_at_the_start(session.config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Show the settings, each with its source, where one is set or pytest is to be verbose."""
    from harness.plugin.report.header import early_header

    return early_header(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse markers with arguments that cannot be used."""
    markers.check_markers(items)
    cognito_use.demand_capabilities(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """End the run where tests use Cognito and the settings cannot be used."""
    if cognito_use.any_uses_cognito(session.items):
        from harness.plugin.run.settings_check import check_for_the_collected

        cognito_use.note_use(session.config)
        check_for_the_collected(session.config, session.items)


def pytest_report_collectionfinish(
    config: pytest.Config, items: Sequence[pytest.Item]
) -> list[str]:
    """Show the settings where tests use Cognito and they are not shown yet."""
    from harness.plugin.report.header import late_header

    if not cognito_use.any_uses_cognito(items):
        return []
    return late_header(config) + metering.announce(config, items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of xdist has found out: whether Cognito is used, and misuse."""
    from harness.plugin.run.settings_check import repeat_misuse

    output = getattr(node, "workeroutput", {})
    repeat_misuse(output)
    take_over_remarks(node.config, output)
    metering.take_over_usage(node.config, output)
    if cognito_use.was_used(output):
        node.config.stash[cognito_use.USED] = True


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Have a preflight that makes too many users end as a failure."""
    if exitstatus == pytest.ExitCode.OK and metering.tell(session.config)[1]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Show the settings after a run of xdist's workers, and what the run has to say."""
    if config.stash.get(cognito_use.USED, False):
        from harness.plugin.report.header import late_header

        for line in late_header(config):
            terminalreporter.write_line(line)
    for line in (*remarks_of(config), *metering.tell(config)[0]):
        terminalreporter.write_line(f"cognito: {line}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the calls of a failing test, and the secrets of none."""
    from harness.plugin.report.failure import add_exchange

    report = yield
    add_exchange(item, report)
    metering.stop_at_the_limit(item)
    return report
