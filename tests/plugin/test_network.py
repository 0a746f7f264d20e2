"""Runs under faults: calls and tests that are repeated, what is reported, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness.emulator.server import EmulatorServer
from harness.verdicts.run_record import read_record
from tests.plugin.conftest import Inner, the_one_line

SIGN_UP = """
from harness import sign_up_and_confirm

def test_it(cognito_actions, cognito_person, cognito_mailbox):
    sign_up_and_confirm(cognito_actions, cognito_person, cognito_mailbox)
"""
#: A deliberately wrong service: it takes a name that is taken once, and only then refuses it.
#: The response of the first taken name of the run is lost.
PLANTED = """
import pytest
from harness.emulator.operations import table
from harness.errors import UnexpectedResult
from harness.flows import retries
from harness.flows.retry_rules import Believed

ONCE, LOST = set(), []

@pytest.fixture(autouse=True)
def wrong_service(cognito_target, monkeypatch):
    faults, right = cognito_target.emulator.faults, table.OPERATIONS["SignUp"]

    def wrong(service, request):
        name = request.params["Username"]
        if faults.profile is not None:
            faults.set_profile(None)
        if name in ONCE:
            ONCE.discard(name)
            return {"UserConfirmed": False, "UserSub": "0" * 36}
        return right(service, request)

    monkeypatch.setitem(table.OPERATIONS, "SignUp", wrong)

@pytest.fixture
def sign_up_again(cognito_actions, cognito_target, cognito_signed_up):
    def sign_up():
        person = cognito_signed_up
        ONCE.add(person.username)
        if not LOST:
            LOST.append(person)
            cognito_target.emulator.faults.set_profile("cut@SignUp:1")
        cognito_actions.sign_up(person.username, person.password, person.attributes)
    return sign_up
"""
TAKEN = """
from botocore.exceptions import ClientError
from harness.errors import UnexpectedResult

def test_taken(sign_up_again):
    try:
        sign_up_again()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "UsernameExistsException"
    else:
        raise UnexpectedResult("a name was taken twice", verdict="not refused")
"""
WRONG_RULE = """
@pytest.fixture(autouse=True, scope="session")
def wrong_rule():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            retries.CallRetries.__init__.__kwdefaults__, "rule", lambda *_: Believed.ANY
        )
        yield
"""
#: A service that refuses a right call once, and a policy that repeats refusals.
REFUSES_ONCE = """
import pytest
from harness.flows import retries

@pytest.fixture(autouse=True)
def refuses_once(cognito_target, cognito_signed_up):
    from harness.emulator.stores.faults import Fault

    fault = Fault("ConfirmSignUp", code="CodeMismatchException", message="", status=400)
    cognito_target.emulator.faults.plan(fault)
"""
REPEATS_REFUSALS = """
@pytest.fixture(autouse=True, scope="session")
def wrong_policy():
    right = retries._failure

    def wrong(response, exception):
        found = right(response, exception)
        if found is None and response[1].get("Error"):
            return retries._NoResult("refused", in_doubt=False)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retries, "_failure", wrong)
        yield
"""


def said(result: pytest.RunResult) -> str:
    """Return what a run said about the network at its end."""
    lines = [line for line in result.outlines if line.startswith("cognito: ")]
    return "\n".join(line for line in lines if "repeated" in line or "again" in line)


class TestPlantedRefusal:
    """A refusal is never repeated into a pass, and a lost response never becomes a refusal."""

    @pytest.mark.parametrize(
        ("rule", "outcome"),
        [pytest.param("", "failed", id="right"), pytest.param(WRONG_RULE, "passed", id="wrong")],
    )
    def test_lost_acceptance_is_no_refusal(
        self, inner: Inner, pytester: pytest.Pytester, rule: str, outcome: str
    ) -> None:
        """The service takes a name twice; believing the repeated call would hide that."""
        pytester.makeconftest(PLANTED + rule)
        result = inner("--cognito-network-retries=3", "--cognito-record=r", source=TAKEN)
        result.assert_outcomes(**{outcome: 1})
        (line,) = read_record(pytester.path / "r").scenarios
        assert str(line.verdict) == ("holds" if rule else "not refused")
        again = "tests were run again once" in said(result)
        assert again is (outcome == "failed")

    @pytest.mark.parametrize(
        ("policy", "outcome"),
        [
            pytest.param("", "failed", id="right"),
            pytest.param(REPEATS_REFUSALS, "passed", id="wrong"),
        ],
    )
    def test_refusal_is_the_result(
        self, inner: Inner, pytester: pytest.Pytester, policy: str, outcome: str
    ) -> None:
        """A refusal that comes once fails the test; repeating refusals would hide it."""
        pytester.makeconftest(REFUSES_ONCE + policy)
        source = "def test_it(cognito_confirmed): pass"
        result = inner("--cognito-network-retries=3", source=source)
        result.assert_outcomes(**({"errors": 1} if outcome == "failed" else {"passed": 1}))


class TestAgain:
    """A test is run again if the result of a call cannot be known."""

    SOURCE = """
import pytest
NAMES = []

class TestIt:
    @pytest.fixture(autouse=True, scope="class")
    def shared(self):
        NAMES.append("shared")

    def test_it(self, record_property, cognito_target, cognito_actions, cognito_signed_up):
        assert not hasattr(self, "name")
        self.name = cognito_signed_up.username
        NAMES.append(self.name)
        record_property("name", self.name)
        print("this is the try of", self.name)
        faults = cognito_target.emulator.faults
        faults.set_profile("cut@ResendConfirmationCode:1" if len(NAMES) < 4 else None)
        cognito_actions.resend_confirmation_code(self.name)

    def test_names(self, cognito_settings):
        assert len(NAMES) == len(set(NAMES)) == 4 and NAMES[0] == "shared"
"""

    def test_everything_of_the_test_is_made_anew(self, inner: Inner) -> None:
        """Each try has a person and an instance of its own, and shares what tests share."""
        result = inner("--cognito-network-retries=5", "-rA", source=self.SOURCE)
        result.assert_outcomes(passed=2)
        assert result.stdout.str().count("this is the try of") == 1
        assert "tests were run again 2 times" in said(result)
        assert "response cut off, 2: ResendConfirmationCode 2" in result.stdout.str()

    def test_there_is_an_end(self, inner: Inner, pytester: pytest.Pytester) -> None:
        """After the last try the test could not be asked, and says why."""
        result = inner(*("--cognito-network-retries=1", "--cognito-record=r"), source=self.SOURCE)
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(
            ["*ResendConfirmationCode could not be asked: response cut off, and the service may*"]
        )
        line = read_record(pytester.path / "r").scenarios[0]
        assert str(line.verdict) == "could not be asked"

    def test_nothing_is_repeated_without_the_setting(self, inner: Inner) -> None:
        """By default a run on the emulator takes each response as it comes."""
        source = self.SOURCE.replace("cut@", "internal@")
        result = inner("-k", "test_it", source=source)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*InternalErrorException*"])
        assert said(result) == ""

    def test_skips_and_failures_are_reported_once(self, inner: Inner) -> None:
        """A run with retries reports each outcome as any other run does."""
        source = """
import pytest
import unittest

def test_passes(cognito_settings): pass
def test_fails(cognito_settings): assert False
def test_skips(cognito_settings): pytest.skip("so")
@pytest.fixture
def broken(cognito_settings): raise ValueError
@pytest.fixture
def broken_at_the_end(cognito_settings):
    yield
    raise ValueError
def test_errs(broken): pass
def test_ends_badly(broken_at_the_end): pass
@pytest.mark.xfail(reason="so", strict=True)
def test_expected(cognito_settings): assert False
@pytest.mark.usefixtures("cognito_settings")
class TestCase(unittest.TestCase):
    def test_it(self): pass
def test_other(): pass
"""
        result = inner("--cognito-network-retries=2", source=source)
        result.assert_outcomes(passed=4, failed=1, skipped=1, errors=2, xfailed=1)

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            pytest.param([], ["test_marked"], id="mark"),
            pytest.param(["--reruns=1"], ["test_marked", "test_other"], id="option"),
        ],
    )
    def test_rerunfailures_keeps_its_tests(
        self,
        inner: Inner,
        pytester: pytest.Pytester,
        arguments: list[str],
        expected: list[str],
    ) -> None:
        """What pytest-rerunfailures repeats is run by it, also in a run with retries."""
        pytester.makeconftest(
            """
def pytest_addoption(parser):
    parser.addoption("--reruns", action="store", dest="reruns", type=int)

def pytest_configure(config):
    config.addinivalue_line("markers", "flaky: run it again")

def pytest_runtest_protocol(item, nextitem):
    print("RUN BY IT", item.name)
"""
        )
        source = """
import pytest

@pytest.mark.flaky(reruns=2)
def test_marked(cognito_settings): pass
def test_other(cognito_settings): pass
"""
        result = inner("--cognito-network-retries=2", "-s", *arguments, source=source)
        result.assert_outcomes(passed=2)
        assert re.findall(r"RUN BY IT (\w+)", result.stdout.str()) == expected

    def test_a_run_that_stops_tears_down_everything(self, inner: Inner) -> None:
        """With -x, a shared fixture that fails at its end is an error of the test, as always."""
        source = """
import pytest

@pytest.fixture(scope="module")
def shared(cognito_settings):
    yield
    raise ValueError("at the end")

def test_fails(shared): assert False
def test_other(shared): pass
"""
        result = inner("--cognito-network-retries=2", "-x", source=source)
        result.assert_outcomes(failed=1, errors=1)
        assert result.ret == pytest.ExitCode.TESTS_FAILED


class TestFaults:
    """The faults of a run."""

    def test_workers_report_together(self, inner: Inner) -> None:
        """The controller adds up what its workers have repeated."""
        source = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number, cognito_actions):
    for _ in range(20):
        cognito_actions.list_users()
"""
        result = inner(
            *("-p", "xdist.plugin", "-n", "2", "--cognito-seed=1"),
            "--cognito-faults=throttle@ListUsers:0.5",
            source=source,
        )
        result.assert_outcomes(passed=4)
        (calls,) = re.findall(r"calls were repeated (\d+) times", result.stdout.str())
        (listed,) = re.findall(r"throttled, (\d+): ListUsers \1", result.stdout.str())
        assert calls == listed
        # Each worker's draws are the same, so that both together have twice as many.
        assert int(calls) > 40

    def test_late_and_doubled_emails_are_waited_for(self, inner: Inner) -> None:
        """A code that is an hour late, or comes twice, is found, and nobody waits an hour."""
        source = SIGN_UP.replace("def test_it(", "import pytest\n\n@REPEAT\ndef test_it(number, ")
        source = source.replace("@REPEAT", "@pytest.mark.parametrize('number', range(6))")
        faults = "--cognito-faults=email-late:0.5:1h,email-twice:0.5"
        inner(faults, source=source).assert_outcomes(passed=6)

    def test_served_emulator_has_faults_too(self, inner: Inner) -> None:
        """The run's own server strikes, and a late code is waited for by its clock."""
        faults = "--cognito-faults=throttle@SignUp:0.5,email-late:1:20s,seed:1"
        result = inner("--cognito-target=server", faults, source=SIGN_UP)
        result.assert_outcomes(passed=1)
        assert "calls were repeated" in said(result)
        result.stdout.fnmatch_lines(
            ["cognito: *; faults throttle@*seed:1 (command line); network retries 8 (default)"]
        )

    def test_profile_of_a_running_server_comes_back(
        self, inner: Inner, server: EmulatorServer
    ) -> None:
        """The faults of a run at a URL end with the run."""
        server.emulator.faults.set_profile("slow:0.5:1")
        result = inner(
            *("--cognito-target=server", f"--cognito-endpoint-url={server.url}"),
            "--cognito-faults=throttle@SignUp:0.5,seed:1",
            source=SIGN_UP,
        )
        result.assert_outcomes(passed=1)
        profile = server.emulator.faults.profile
        assert profile is not None
        assert profile.text() == "slow:0.5:1"

    def test_test_with_faults_of_its_own_sees_them_alone(self, inner: Inner) -> None:
        """With cognito_faults, the run's faults pause and no call is repeated."""
        source = """
import pytest

def test_own(cognito_faults, cognito_app, cognito_target, cognito_clock):
    client = cognito_target.client()
    for _ in range(20):
        client.list_users(UserPoolId=cognito_app.user_pool_id)
    cognito_faults.plan("ListUsers", code="TooManyRequestsException", status=400)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.list_users(UserPoolId=cognito_app.user_pool_id)

def test_other(cognito_actions):
    for _ in range(20):
        cognito_actions.list_users()
"""
        result = inner("--cognito-faults=throttle@ListUsers:0.5,seed:1", source=source)
        result.assert_outcomes(passed=2)
        assert "calls were repeated" in said(result)


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer() as server:
        yield server


def test_profile_that_cannot_be_used_is_refused(inner: Inner) -> None:
    """The run ends with one line and exit code 2."""
    result = inner("--cognito-faults=throtle:1", source="def test_it(cognito_settings): pass")
    assert result.ret == 2
    assert "--cognito-faults: cannot use 'throtle:1'" in the_one_line(result)
