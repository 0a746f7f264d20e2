"""What a run says about its skipped tests: how many each setting decided, and whether any test ran.

A run in which no test ran, since the pool is not as the tests need it, has shown nothing. It fails
like a run that finds no tests.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.options import settings_of
from harness.plugin.run.run_identity import is_worker
from harness.plugin.run.unfit import BECAUSE_OF_THE_POOL, BECAUSE_OF_THE_TARGET, SkipReason

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "SkippedTests",
    "fail_for_skips",
    "no_test_ran",
    "note_skip",
    "skip_notes",
    "skip_table",
]

#: Attribute of the report of a skipped test; pytest-xdist carries it to the controller.
_SKIP = "cognito_skip"
_SKIPPED = pytest.StashKey["SkippedTests"]()
#: Settings that are listed; more of them would hide the result of the run.
_MOST_LISTED = 12
#: With -q -q, pytest lists nothing that went as it should.
_QUIETEST = -2
_FLAG = "--cognito-allow-all-skipped"


class SkippedTests:
    """A plugin that counts, in the process that reports, which tests ran and why others did not.

    Args:
        config: of that process.
    """

    def __init__(self, config: pytest.Config) -> None:
        config.stash[_SKIPPED] = self
        #: How many tests ran.
        self.ran = 0
        #: How many tests did not run, whatever the reason.
        self.kept_away = 0
        #: How many tests were skipped because of the pool, and because of the target.
        self.tests: Counter[str] = Counter()
        #: How many of them each setting decided; some tests need several settings otherwise.
        self.labels: dict[str, Counter[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test by its reports."""
        expected_to_fail = hasattr(report, "wasxfail")
        if report.skipped and not expected_to_fail:
            self._count_skip(getattr(report, _SKIP, None))
        elif report.when == "call" or report.failed:
            self.ran += 1
        elif expected_to_fail:
            # With xfail(run=False), or if a fixture failed, there is no call.
            self.kept_away += 1

    def rows(self, because_of: str) -> list[tuple[str, int]]:
        """Return the settings with their numbers of tests, those with the most tests first."""
        rows = self.labels.get(because_of, Counter()).most_common()
        if rest := rows[_MOST_LISTED:]:
            rows[_MOST_LISTED:] = [(f"{len(rest)} more settings", sum(dict(rest).values()))]
        return rows

    def _count_skip(self, found: dict[str, Any] | None) -> None:
        self.kept_away += 1
        if found is not None:
            because_of = found["because_of"]
            self.tests[because_of] += 1
            self.labels.setdefault(because_of, Counter()).update(found["labels"])


def note_skip(call: pytest.CallInfo[Any], report: pytest.TestReport) -> None:
    """Put the settings that have decided a skip on its report."""
    error = None if call.excinfo is None else call.excinfo.value
    reason = error.msg if isinstance(error, pytest.skip.Exception) else None
    if isinstance(reason, SkipReason):
        setattr(report, _SKIP, {"because_of": reason.because_of, "labels": list(reason.labels)})


def fail_for_skips(session: pytest.Session) -> None:
    """Fail a run in which no test ran, unless the settings permit it.

    Without pytest's terminal reporter, nothing else would say why.
    """
    config = session.config
    said = "" if is_worker(config) else no_test_ran(config)
    if not said or session.exitstatus != pytest.ExitCode.OK:
        return
    if not config.pluginmanager.has_plugin("terminalreporter"):
        print(f"cognito: {said}", file=sys.stderr)
    if not _is_permitted(config):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


def no_test_ran(config: pytest.Config) -> str:
    """Return the line that says that no test ran because of the pool; empty if some did."""
    if not _shows_nothing(config):
        return ""
    skipped = config.stash[_SKIPPED]
    number = skipped.tests[BECAUSE_OF_THE_POOL]
    all_of_them = "the only selected test was" if number == 1 else f"all {number} tests were"
    some = f"{number} of the {skipped.kept_away} selected tests {'was' if number == 1 else 'were'}"
    which = all_of_them if number == skipped.kept_away else some
    said = f"{_FLAG} permits this" + (", and is given" if _is_permitted(config) else "")
    return f"no test ran: {which} skipped because of the pool: {_in_one_line(skipped)}; {said}"


def skip_notes(config: pytest.Config) -> list[str]:
    """Return what the record of the run says: a line for the pool, and one for the target."""
    skipped, alone = config.stash.get(_SKIPPED, None), no_test_ran(config)
    if skipped is None:
        return []
    notes = [alone] if alone else []
    for because_of in _kinds(skipped, without_pool=bool(alone)):
        notes.append(f"{_heading(skipped, because_of)}: {_in_one_line(skipped, because_of)}")
    return notes


def skip_table(config: pytest.Config) -> list[str]:
    """Return the lines of the terminal: each setting with the number of tests that it kept away."""
    skipped, alone = config.stash.get(_SKIPPED, None), no_test_ran(config)
    if skipped is None or config.get_verbosity() <= _QUIETEST:
        return []
    table: list[str] = []
    for because_of in _kinds(skipped, without_pool=bool(alone)):
        rows = skipped.rows(because_of)
        width = len(str(rows[0][1]))
        table.append(_heading(skipped, because_of))
        table += [f"  {number:{width}}  {label}" for label, number in rows]
    return table


def _kinds(skipped: SkippedTests, *, without_pool: bool) -> Iterator[str]:
    for because_of in (BECAUSE_OF_THE_POOL, BECAUSE_OF_THE_TARGET):
        if skipped.tests[because_of] and not (without_pool and because_of == BECAUSE_OF_THE_POOL):
            yield because_of


def _heading(skipped: SkippedTests, because_of: str) -> str:
    number = skipped.tests[because_of]
    several = sum(skipped.labels[because_of].values()) > number
    also = ", some by several settings" if several else ""
    return f"skipped because of the {because_of}: {number} test{'s'[: number > 1]}{also}"


def _in_one_line(skipped: SkippedTests, because_of: str = BECAUSE_OF_THE_POOL) -> str:
    return "; ".join(f"{label}: {number}" for label, number in skipped.rows(because_of))


def _shows_nothing(config: pytest.Config) -> bool:
    skipped = config.stash.get(_SKIPPED, None)
    return skipped is not None and not skipped.ran and skipped.tests[BECAUSE_OF_THE_POOL] > 0


def _is_permitted(config: pytest.Config) -> bool:
    try:
        return settings_of(config).allow_all_skipped.value
    except ConfigurationError:
        # Whoever uses the settings reports it.
        return False
