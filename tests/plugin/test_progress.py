"""The progress of a run in the last line of a terminal: complete, and in nobody's way."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pexpect  # type: ignore[import-untyped]  # it has no types
import pytest

from harness.plugin.report.progress_line import RunProgress, render
from harness.verdicts.verdict import Verdict
from tests.plugin.conftest import Inner, the_one_line
from tests.plugin.screen import Screen

ROWS, COLUMNS = 12, 100
ON = "--cognito-progress=on"
XDIST = ("-p", "xdist.plugin", "-n", "2")
REPEAT = ("-p", "pytest_repeat", "--cognito-repeat=2")
SOURCE = """
import pytest
from harness import check

@pytest.mark.parametrize("number", range(8))
def test_it(number, cognito_signed_up):
    check(number != 5, "the fifth is wrong")

def test_other(): pass
"""
#: A test that uses Cognito, and is over at once.
SHORT = "def test_it(cognito_settings): pass"
#: What a terminal shows of a whole line while the run goes on.
LINE = re.compile(r"^(\d+)/9 .*")
#: Times and ids.
DIFFERENT = re.compile(r"\d+\.\d+ ?m?s|[0-9a-f-]{36}|\d{4}-\d\d-\d\dT[\d:+]+")

AtTerminal = Callable[..., "Session"]


class Session:
    """What an inner run wrote to its terminal.

    Attributes:
        text: everything, with escape sequences.
        exit_code: of the run.
    """

    def __init__(self, text: str, exit_code: int) -> None:
        self.text = text
        self.exit_code = exit_code
        #: The progress lines, each once, in order.
        self.shown: list[str] = []
        self.screen = Screen(ROWS, COLUMNS)
        for part in re.split(r"(?<=\x1b8)", text):
            self.screen.feed(part)
            last = self.screen.lines[-1]
            if LINE.match(last) and last not in self.shown:
                self.shown.append(last)

    @property
    def readable(self) -> list[str]:
        """What is left to read, without times, ids and settings, which no two runs share."""
        lines = [DIFFERENT.sub("#", line) for line in self.screen.history]
        return [line for line in lines if not line.startswith("cognito: ")]


@pytest.fixture
def at_terminal(
    inner: Inner, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> AtTerminal:
    """Runs pytest with the plugin at a terminal of its own."""
    del inner  # it has made the environment of an inner run
    for name in ("CI", "BUILD_NUMBER", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    pytester.makepyfile(test_inner=SOURCE)

    def run(*arguments: str, **environment: str) -> Session:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        words = ["-m", "pytest", "-p", "harness.plugin", "--cognito-seed=7", *arguments]
        child = pexpect.spawn(
            sys.executable,
            words,
            dimensions=(ROWS, COLUMNS),
            encoding="utf-8",
            timeout=120,
            cwd=str(pytester.path),
        )
        child.expect(pexpect.EOF)
        child.close()
        return Session(child.before, child.exitstatus)

    return run


@pytest.mark.parametrize("workers", [(), XDIST], ids=["one_process", "workers"])
def test_line_shows_how_far_the_run_is(at_terminal: AtTerminal, workers: tuple[str, ...]) -> None:
    """The last line counts tests, failures and verdicts up to the end, and then it is gone."""
    session = at_terminal(ON, *workers)
    assert session.exit_code == 1
    assert session.shown
    last = session.shown[-1]
    assert last.startswith("9/9 ")
    assert "1 failed" in last
    assert "7 hold" in last
    assert "1 answered otherwise" in last
    assert "/s" in last
    counts = [int(line.partition("/")[0]) for line in session.shown]
    assert counts == sorted(counts)
    assert session.screen.region == (0, ROWS - 1)
    assert not any(LINE.match(line) for line in session.screen.history)


@pytest.mark.parametrize("verbosity", [(), ("-v",)], ids=["dots", "verbose"])
def test_line_is_in_nobodys_way(at_terminal: AtTerminal, verbosity: tuple[str, ...]) -> None:
    """All that pytest writes can be read as without the line."""
    with_line = at_terminal(ON, "--tb=line", *verbosity)
    without = at_terminal("--cognito-progress=off", "--tb=line", *verbosity)
    assert with_line.shown
    assert not without.shown
    assert with_line.readable == without.readable


def test_repeated_runs_show_it_by_themselves(
    at_terminal: AtTerminal, pytester: pytest.Pytester
) -> None:
    """A run with repetitions counts as long, and shows the line unless it is told not to."""
    pytester.makepyfile(test_inner=SHORT)
    assert "2/2 " in at_terminal(*REPEAT).text
    assert "2/2 " not in at_terminal(*REPEAT, "--cognito-progress=off").text


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ((), {}),
        ((*REPEAT, "-q"), {}),
        ((*REPEAT, "-s"), {}),
        (REPEAT, {"CI": "true"}),
        (REPEAT, {"NO_COLOR": "1"}),
        (REPEAT, {"TERM": "dumb"}),
    ],
    ids=["short", "quiet", "uncaptured", "ci", "no_color", "dumb"],
)
def test_run_without_a_line(
    at_terminal: AtTerminal,
    pytester: pytest.Pytester,
    arguments: tuple[str, ...],
    environment: dict[str, str],
) -> None:
    """Short runs, quiet ones, CI, and terminals that cannot draw have no line."""
    pytester.makepyfile(test_inner=SHORT)
    session = at_terminal(*arguments, **environment)
    assert "\x1b7" not in session.text
    assert session.exit_code == 0


def test_run_without_cognito_has_no_line(
    at_terminal: AtTerminal, pytester: pytest.Pytester
) -> None:
    """A run whose tests do not use Cognito has no line, whatever the option says."""
    pytester.makepyfile(test_inner="def test_it(): pass")
    assert "\x1b7" not in at_terminal(ON).text


def test_line_without_a_terminal_is_refused(inner: Inner) -> None:
    """A run that must show the line, and has no terminal, ends with one line and exit code 2."""
    result = inner(ON, source=SOURCE)
    assert result.ret == 2
    assert "--cognito-progress: cannot use 'on' (from command line)" in the_one_line(result)


def progress(**members: object) -> RunProgress:
    """Return the progress of a run of 240 tests that began at 0."""
    found = RunProgress(total=240, began_at=0.0, share=0.5)
    for name, value in members.items():
        setattr(found, name, value)
    return found


def words(found: RunProgress, now: float) -> list[str]:
    """Return the parts of the line without their styles."""
    return [text for text, _ in found.parts(now)]


def test_parts_of_the_line() -> None:
    """The line has what is known: nothing of failures, verdicts and quotas that there are not."""
    assert words(progress(), 0.0) == []
    found = progress(done=60, failed=2)
    found.verdicts.update({Verdict.NOT_REFUSED: 1, Verdict.HOLDS: 50, Verdict.OTHER_WORDS: 4})
    assert words(found, 10.0) == [
        "2 failed",
        "50 hold",
        "4 in other words",
        "1 not refused",
        "6.0/s",
        "0:00:30 left",
    ]


def test_fullest_quota_is_shown() -> None:
    """Of the calls of the last ten seconds, those count that use most of their quota."""
    found = progress(done=1, total=1)
    found.note_calls({"InitiateAuth": 1000}, 1.0)
    found.note_calls({"InitiateAuth": 300, "SignUp": 100, "Unknown": 9}, 20.0)
    # UserAuthentication has 120 a second, of which half may be used.
    assert words(found, 20.0)[-1] == "UserAuthentication 50% of its quota"
    assert words(found, 40.0)[-1] == "0.0/s"


def test_line_without_quotas() -> None:
    """Where calls are not held against quotas, none is shown."""
    found = progress(done=1, total=1, share=None)
    found.note_calls({"InitiateAuth": 1000}, 1.0)
    assert words(found, 10.0) == ["0.1/s"]


@pytest.mark.parametrize("width", [20, 40, 60, 100, 200])
def test_line_fits(width: int) -> None:
    """The line is one row of the terminal, however narrow, and begins with the count."""
    found = progress(done=132, failed=12)
    found.verdicts.update(dict.fromkeys(Verdict, 7))
    text = render(found, 10.0, width, color=False)
    assert "\n" not in text
    assert len(text) <= width
    assert text.startswith("132/240 ")


def test_line_has_colors_only_if_wanted() -> None:
    """Colors are left out where nobody wants them."""
    found = progress(done=1, failed=1)
    assert "\x1b[" in render(found, 10.0, 80, color=True)
    assert "\x1b[" not in render(found, 10.0, 80, color=False)
