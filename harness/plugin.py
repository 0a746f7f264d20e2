"""The pytest plugin: options, header, markers, fixtures, xdist and the failure report.

It only adapts; what is behind each hook and fixture is in :mod:`harness.pytest_support`, and
what these use stands without pytest.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from harness.pytest_support import markers, options, run

pytest_plugins = (
    "harness.pytest_support.surrounding_fixtures",
    "harness.pytest_support.pool_fixtures",
    "harness.pytest_support.means_fixtures",
    "harness.pytest_support.ladder_fixtures",
    "harness.pytest_support.script_fixtures",
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
    """End the run at once where its settings cannot be used."""
    from harness.pytest_support.surroundings import check_surroundings

    check_surroundings(session.config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Show the settings, each with its source."""
    from harness.pytest_support.header import header_lines

    return header_lines(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse markers with arguments that cannot be used."""
    markers.check_markers(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the calls of a failing test, and the secrets of none."""
    from harness.pytest_support.reporting import add_exchange

    report = yield
    add_exchange(item, report)
    return report
