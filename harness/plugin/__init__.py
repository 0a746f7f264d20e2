"""The pytest plugin: options, header, markers, fixtures, xdist and the failure report.

This module only adapts to pytest's hooks. The work is done in :mod:`harness.plugin.run` and
:mod:`harness.plugin.report`, and what these use works without pytest. Hooks import the modules
that few runs need when they are called, since pytest loads the plugin in every run.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from harness.plugin.report.end_notes import (
    end_notes_of,
    take_over_end_notes,
    write_scorecard,
)
from harness.plugin.report.run_secrets import RunSecrets, run_secrets_of
from harness.plugin.run import (
    cognito_use,
    findings,
    latency_report,
    markers,
    metering,
    network,
    options,
    repetition,
    run_identity,
    running_test,
    scenario_lines,
    skip_summary,
)

pytest_plugins = (
    "harness.plugin.fixtures.target",
    "harness.plugin.fixtures.pools",
    "harness.plugin.fixtures.configuration",
    "harness.plugin.fixtures.sign_in_fixtures",
    "harness.plugin.fixtures.app_fixtures",
    "harness.plugin.fixtures.ladder",
    "harness.plugin.fixtures.managed_login",
    "harness.plugin.fixtures.script",
    "harness.plugin.fixtures.seeds",
)

_MARKERS_FIT = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    options.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Listen for secrets before any conftest.py makes one."""
    RunSecrets.begin(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and draw the id and the seed of this run."""
    markers.register_markers(config)
    run_identity.begin_run(config)
    RunSecrets.begin(config)  # not begun yet if a conftest.py has named the plugin
    if not run_identity.is_worker(config):
        lines = scenario_lines.ScenarioLines(config)
        config.pluginmanager.register(lines, "cognito-scenario-lines")
        config.pluginmanager.register(skip_summary.SkippedTests(config), "cognito-skipped-tests")
    if again := network.most_tries(config):
        from harness.plugin.run.tries import Tries

        config.pluginmanager.register(Tries(again), "cognito-tries")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the run's seed and id to an xdist worker."""
    run_identity.hand_over(node.config, node.workerinput)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run at once if the options on the command line cannot be used."""
    if options.is_any_given(session.config):
        from harness.plugin.run.record_file import begin_record
        from harness.plugin.run.settings_check import check_at_start, or_exit

        check_at_start(session.config)
        or_exit(lambda: begin_record(session.config))
    if sys.stdout is not None and sys.stdout.isatty():
        from harness.plugin.run.progress import begin_progress

        begin_progress(session)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Show the settings with their sources if one is given or pytest is verbose."""
    if not options.is_any_given(config) and config.get_verbosity() <= 0:
        return []
    from harness.plugin.report.header import late_header

    return late_header(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have tests that use Cognito repeated as often as the settings say."""
    repetition.repeat(metafunc)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse markers whose arguments cannot be used."""
    if run_identity.is_worker(config):
        from harness.plugin.run.settings_check import or_exit

        # From a worker, pytest-xdist shows a UsageError as an error of its own.
        or_exit(lambda: markers.check_markers(items), config, on=pytest.UsageError)
    else:
        markers.check_markers(items)
    config.stash[_MARKERS_FIT] = True
    cognito_use.add_capability_checks(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """End the run if tests use Cognito and the settings cannot be used."""
    # pytest calls this even after a marker was refused. Nothing could be made of its arguments.
    fit = session.config.stash.get(_MARKERS_FIT, False)
    if fit and cognito_use.any_uses_cognito(session.items):
        from harness.plugin.run.settings_check import check_after_collection

        cognito_use.note_use(session.config)
        repetition.prepare_repetitions(session.config, session.items)
        check_after_collection(session.config, session.items)


def pytest_report_collectionfinish(
    config: pytest.Config, items: Sequence[pytest.Item]
) -> list[str]:
    """Show the settings if tests use Cognito and the header has not shown them."""
    if not cognito_use.any_uses_cognito(items):
        return []
    from harness.plugin.report.header import late_header

    return late_header(config) + metering.announcement(config, items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what an xdist worker found out, such as notes, usage, retries and latencies."""
    from harness.plugin.run.settings_check import repeat_worker_exit

    # A worker that has crashed has no output.
    output = getattr(node, "workeroutput", None)
    if output is None:
        latency_report.note_lost_worker(node.config, node.gateway.id)
        return
    repeat_worker_exit(output)
    take_over_end_notes(node.config, output)
    metering.take_over_usage(node.config, output)
    network.take_over_retries(node.config, output)
    latency_report.take_over_latencies(node.config, output)
    findings.take_over_findings(node.config, output)
    if cognito_use.was_used(output):
        node.config.stash[cognito_use.USED] = True


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Fail a preflight that makes too many users, save the latencies, and end the record.

    It does so after the others: the fixtures of a run that was stopped end in this hook. Before
    them it joins the failures with the same cause.
    """
    if session.testsfailed:
        from harness.plugin.report.same_cause import join_failures

        join_failures(session.config)
    yield
    _save_results(session)


def _save_results(session: pytest.Session) -> None:
    config = session.config
    network.note_retries(config)
    unsaved = not latency_report.save_latencies(config)
    if session.exitstatus == pytest.ExitCode.OK and (unsaved or metering.summary(config)[1]):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    skip_summary.fail_for_skips(session)
    if options.is_any_given(config):
        from harness.plugin.run.record_file import end_record

        if not end_record(config, int(session.exitstatus)):
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Show the end notes, the latencies, the scorecard, and after a run on workers the settings."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        from harness.plugin.report.same_cause import part_failures

        part_failures(config)
    if config.stash.get(cognito_use.USED, False):
        from harness.plugin.report.header import late_header

        for line in late_header(config):
            terminalreporter.write_line(line)
    words = scenario_lines.word_notes(config)
    for line in (*end_notes_of(config), *words, *metering.summary(config)[0]):
        terminalreporter.write_line(f"cognito: {line}")
    if lines := skip_summary.skip_table(config):
        terminalreporter.write_sep("-", "Cognito skips")
        for line in lines:
            terminalreporter.write_line(line)
    if said := skip_summary.no_test_ran(config):
        terminalreporter.write_line(f"cognito: {said}")
    if lines := latency_report.latency_lines(config):
        terminalreporter.write_sep("-", "Cognito calls")
        for line in lines:
            terminalreporter.write_line(line)
    if scenario_lines.scenario_lines(config):
        write_scorecard(terminalreporter, config)


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_summary(postfix: list[str], session: pytest.Session) -> None:
    """Add the plots of the latencies to the report of pytest-html."""
    postfix.extend(latency_report.latency_plots(session.config))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect what a test checks about the service of the run."""
    if not cognito_use.asks_a_service(item):
        return (yield)
    with running_test.examined(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[object]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Explain why a test failed, and remove secrets from every report."""
    from harness.plugin.report.failure import add_exchange

    report = yield
    skip_summary.note_skip(call, report)
    if report.failed:
        from harness.plugin.report.failure_report import explain

        explain(item, call, report)
    lasting = run_secrets_of(item.config).lasting
    add_exchange(item, report, lasting)
    running_test.note_phase(item, call, report, lasting)
    metering.stop_at_the_limit(item)
    latency_report.note_report(item, report)
    return report
