"""When a failing test shows an explanation, pytest's own report, or both; and on every way."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from tests.plugin.conftest import Inner

#: Two tests that Cognito refuses in the same way, and one whose own assertion fails.
SOURCE = '''
import pytest

def sign_up_without_a_password(actions, person):
    actions.client.sign_up(
        ClientId=actions.app.client_id, Username=person.username, Password="x"
    )

def test_first(cognito_actions, cognito_person):
    """An account needs no good password."""
    sign_up_without_a_password(cognito_actions, cognito_person)

@pytest.mark.parametrize("number", [1, 2])
def test_again(cognito_actions, cognito_person, number):
    """An account needs no good password either."""
    sign_up_without_a_password(cognito_actions, cognito_person)

def test_own(cognito_signed_up):
    """The answer is as it was."""
    answer = {"name": cognito_signed_up.given_name}
    assert answer == {"name": "somebody else"}

def test_same_own(cognito_signed_up):
    """The answer is as it was."""
    answer = {"name": cognito_signed_up.given_name}
    assert answer == {"name": "somebody else"}

def test_without_cognito():
    assert 1 == 2
'''
SENTENCE = "SignUp was refused: InvalidPasswordException: "


class TestOwnReport:
    """What takes the place of pytest's report, and what stays."""

    def test_a_refusal_has_an_explanation_alone(self, inner: Inner) -> None:
        """It has one line of the test's own file, and none of the harness and of botocore."""
        result = inner("--cognito-seed=7", "-k", "first", source=SOURCE)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                f"{SENTENCE}*",
                "  scenario  An account needs no good password.",
                "  at        test_inner.py:4: actions.client.sign_up(*",
                "  calls     #1 SignUp: InvalidPasswordException",
                "  pool      MfaConfiguration OFF; *",
                "  repeat    pytest test_inner.py::test_first * --cognito-seed=7",
            ]
        )
        shown = result.stdout.str()
        assert "botocore" not in shown
        assert "Cognito exchange" not in shown

    def test_an_assertion_keeps_what_pytest_says_of_it(self, inner: Inner) -> None:
        """The comparison stands below the explanation."""
        result = inner("-k", "test_own", source=SOURCE)
        result.stdout.fnmatch_lines(
            [
                "assert {'name': '*'} == {'name': 'somebody else'}",
                "  scenario  The answer is as it was.",
                "  repeat    pytest *",
                ">       assert answer == {*",
                "E       AssertionError: *",
            ]
        )

    def test_other_tests_are_as_before(self, inner: Inner) -> None:
        """A test without Cognito has pytest's own report and nothing else."""
        result = inner("-k", "without_cognito", source=SOURCE)
        result.stdout.fnmatch_lines([">       assert 1 == 2", "E       assert 1 == 2"])
        result.stdout.no_fnmatch_line("  repeat *")

    @pytest.mark.parametrize("option", ["--tb=native", "--showlocals", "-vv"], ids=str)
    def test_the_user_gets_pytests_own_back(self, inner: Inner, option: str) -> None:
        """With these options, pytest's report comes first, and the explanation after it."""
        result = inner(option, "-k", "first", source=SOURCE)
        result.stdout.fnmatch_lines(
            [
                "*client.py*",
                "*- Cognito explanation -*",
                f"{SENTENCE}*",
                "*- Cognito exchange -*",
            ]
        )

    @pytest.mark.parametrize("style", ["line", "no"])
    def test_shorter_styles_stay_short(self, inner: Inner, style: str) -> None:
        """With ``--tb=line`` a failure has one line, and with ``--tb=no`` none."""
        result = inner(f"--tb={style}", "-k", "first", source=SOURCE)
        result.stdout.no_fnmatch_line("  repeat *")
        found = SENTENCE in result.stdout.str().partition("short test summary")[0]
        assert found == (style == "line")


class TestSameCause:
    """One cause has one report, and a list."""

    @pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["one", "two"])
    def test_the_first_is_shown_and_the_others_are_listed(
        self, inner: Inner, workers: tuple[str, ...]
    ) -> None:
        """So it is in one process and with xdist, and the summary still has each of them."""
        result = inner(*workers, "-rf", "-k", "first or again", source=SOURCE)
        result.assert_outcomes(failed=3)
        shown, _, summary = result.stdout.str().partition("short test summary")
        assert shown.count(SENTENCE) == 1
        assert "  the same cause 2 more times:\n    test_inner.py::test_" in shown
        assert summary.count(SENTENCE[:12]) == 3

    def test_failures_in_the_set_up_are_joined_too(self, inner: Inner) -> None:
        """One fixture that fails has one report, however many tests need it."""
        result = inner(
            "-rE",
            source="""
            import pytest

            @pytest.fixture(autouse=True)
            def refused(cognito_faults):
                cognito_faults.plan("SignUp", code="LimitExceededException", status=400)

            def test_one(cognito_signed_up): pass
            def test_two(cognito_signed_up): pass
            """,
        )
        result.assert_outcomes(errors=2)
        result.stdout.fnmatch_lines(
            [
                "  the same cause once more:",
                "    test_inner.py::test_two",
                "*short test summary*",
                "ERROR test_inner.py::test_one - *",
                "ERROR test_inner.py::test_two - *",
            ]
        )
        result.stdout.no_fnmatch_line("*ERROR at setup of test_two*")

    def test_a_text_of_another_plugin_is_left(
        self, inner: Inner, pytester: pytest.Pytester
    ) -> None:
        """A failure whose text a conftest.py has replaced is shown as it is, each time."""
        pytester.makeconftest(
            """
            import pytest

            @pytest.hookimpl(wrapper=True, tryfirst=True)
            def pytest_runtest_makereport():
                report = yield
                if report.failed:
                    report.longrepr = "a text of mine"
                return report
            """
        )
        result = inner("-k", "first or again", source=SOURCE)
        result.assert_outcomes(failed=3)
        assert result.ret == 1
        result.stdout.no_fnmatch_line("*the same cause*")
        assert result.stdout.str().count("a text of mine") >= 3

    def test_own_assertions_are_never_joined(self, inner: Inner) -> None:
        """Two assertions with the same text can have different causes: both are shown."""
        result = inner("-k", "own", source=SOURCE)
        result.assert_outcomes(failed=2)
        result.stdout.no_fnmatch_line("*the same cause*")
        assert result.stdout.str().count(">       assert answer ==") == 2

    def test_other_reports_have_each_in_full(self, inner: Inner, pytester: pytest.Pytester) -> None:
        """JUnit's XML has the whole explanation of each failure."""
        inner("--junitxml=junit.xml", "-k", "first or again", source=SOURCE)
        report = pytester.path.joinpath("junit.xml").read_text("utf-8")
        assert report.count("  calls     #1 SignUp: InvalidPasswordException") == 3

    def test_the_record_has_each_with_its_cause(
        self, inner: Inner, pytester: pytest.Pytester
    ) -> None:
        """The lines of a record have the explanation, the cause and the command."""
        inner("--cognito-record=run.jsonl", "-k", "first or again", source=SOURCE)
        lines = pytester.path.joinpath("run.jsonl").read_text("utf-8").splitlines()
        failures = [
            line["failure"] for line in map(json.loads, lines) if line["kind"] == "scenario"
        ]
        assert len(failures) == 3
        assert len({failure["cause"] for failure in failures}) == 1
        for failure in failures:
            assert failure["first_line"].startswith(SENTENCE)
            assert failure["lines"][-1].endswith(failure["repeat"])


class TestSetUp:
    """Failures before a test has begun."""

    def test_a_pool_that_cannot_be_made_is_explained(self, inner: Inner) -> None:
        """There is no exchange yet, but a sentence and a command."""
        result = inner(
            source="""
            import pytest

            @pytest.fixture
            def no_pools(cognito_faults):
                cognito_faults.plan("CreateUserPool", code="LimitExceededException", status=400)

            def test_it(no_pools, cognito_signed_up): pass
            """,
        )
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            ["in the set-up: CreateUserPool was refused: LimitExceeded*", "  repeat    pytest *"]
        )

    def test_a_skip_is_no_failure(self, inner: Inner) -> None:
        """A test that is skipped in its call or set-up is not explained."""
        result = inner(
            "-rs",
            source="""
            import pytest

            def test_it(cognito_signed_up):
                pytest.skip("not today")
            """,
        )
        result.assert_outcomes(skipped=1)
        result.stdout.no_fnmatch_line("  repeat *")


def test_the_command_repeats_the_test(inner: Inner) -> None:
    """Run as it is shown, the command gives the same failure of the same person."""
    first = inner("--cognito-seed=7", "-k", "first", source=SOURCE)
    command = re.search(r"^  repeat    pytest (.*)$", first.stdout.str(), re.MULTILINE)
    assert command is not None
    again = inner(*command[1].split())
    again.assert_outcomes(failed=1)
    assert _name_of(again) == _name_of(first)


@pytest.mark.parametrize(
    "workers",
    [pytest.param([], id="alone"), pytest.param(["-p", "xdist.plugin", "-n1"], id="worker")],
)
def test_the_command_finds_the_test(
    inner: Inner, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: list[str]
) -> None:
    """From the folder of the run, it selects the one test by the same file, root and marks."""
    inner("--version", source="import pytest\npytestmark = pytest.mark.slow\n" + SOURCE)
    settings = "[pytest]\naddopts = -p no:cacheprovider -m 'not slow'\nmarkers = slow: takes long"
    (pytester.path / "other.ini").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(pytester.mkdir("started"))
    given = ["-c", "../other.ini", "--rootdir", "..", "-m", "slow or never", "--cognito-seed=7"]
    first = inner(*workers, *given, "-k", "first", "../test_inner.py")
    command = re.search(r"^  repeat    pytest (.*)$", first.stdout.str(), re.MULTILINE)
    assert command is not None
    assert command[1].startswith("../test_inner.py::test_first ")
    again = inner(*workers[:2], *shlex.split(command[1]))
    again.assert_outcomes(failed=1)
    assert "deselected" not in again.stdout.str()
    # A name has the run, the worker, the test and the person.
    assert _name_of(again).split("-")[2] == _name_of(first).split("-")[2]


def test_marks_of_the_file_are_not_repeated(inner: Inner, pytester: pytest.Pytester) -> None:
    """What the configuration file selects is selected again without words."""
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -m 'not slow'\nmarkers = slow: so")
    shown = inner("-k", "first", source=SOURCE).stdout.str()
    assert re.search(r"^  repeat    pytest test_inner.py::test_first --cognito", shown, re.M)


def _name_of(result: pytest.RunResult) -> str:
    found = re.search(r"Username: ([\w-]+)", result.stdout.str())
    assert found is not None
    return found[1]
