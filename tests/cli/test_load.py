"""`cognito-harness load`: its options, what it refuses, and short runs from end to end."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from harness.emulator.server import EmulatorServer
from harness.errors import HarnessError
from harness.load.numbers import Numbers
from harness.load.people_file import People
from harness.load.setup import LoadSetup
from harness.pools.making.provision_spec import ProvisionedPool
from harness.targets.control import ControlSurface
from tests.cli.conftest import CommandLine
from tests.cli.load_pool import users_in
from tests.cli.processes import cognito_harness

POOL = ("--user-pool-id", "us-east-1_AbCdEf123", "--client-id", "abc")
URL = ("--endpoint-url", "http://127.0.0.1:1")
BRIEF = ("--run-time", "2s")
REFRESH = "[flows]\nRefresh = 1\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--target", "emulator"), "--target"),
        (("--target", "endpoint"), "--endpoint-url"),
        (("--target", "aws", *URL), "--endpoint-url"),
        (("--target", "aws"), "--aws-accounts"),
        (("--target", "aws", "--aws-accounts", "123456789012"), "--aws-charges"),
        (("--aws-charges", "yes"), "--aws-charges"),
        (("--users", "0"), "--users"),
        (("--users", "many"), "--users"),
        (("--spawn-rate", "0"), "--spawn-rate"),
        (("--spawn-rate", "nan"), "--spawn-rate"),
        (("--run-time", "soon"), "--run-time"),
        (("--run-time", "0s"), "--run-time"),
        (("--processes", "0"), "--processes"),
        (("--processes", "21"), "--processes: cannot use 21; the run has at most 20 users"),
        (("--processes", "2", "--users", "1"), "the run has at most 1 user, and each process"),
        (("--quota-share", "101"), "--quota-share"),
        (("--quota-share", "50", "--unpaced"), "--quota-share"),
        (("--max-throttled", "101"), "--max-throttled"),
        (("--max-p95", "-1"), "--max-p95"),
        (("--step-time", "1s"), "--step-time"),
        (("--max-rate", "1"), "--max-rate"),
        (("--ramp", "--users", "5"), "--users"),
        (("--ramp", "--quota-share", "5"), "--quota-share"),
        (("--plot", "plot.svg"), "--ramp"),
        (("--ramp", "--plot", "missing/plot.svg"), "--plot: cannot use 'missing/plot.svg'"),
        (("--ramp", "--plot", "."), "it is a folder"),
        ((*POOL, *URL, "--people", "/dev/null/people.json"), "--people: cannot use"),
        (("--html", "missing/report.html"), "--html: cannot use"),
        (("--csv", "/dev/null/run"), "--csv: cannot use '/dev/null/run'"),
        ((*URL, "--prepare", "/dev/null/plan.json"), "--prepare: cannot use"),
        (("--set", "quotas=true", *URL), "--set"),
        (("--user-pool-id", "us-east-1_AbCdEf123", *URL), "--client-id"),
        (("--client-id", "abc", *URL), "--user-pool-id"),
        (("--client-secret", "@file", *URL), "--client-id"),
        ((*POOL, *URL, "--client-secret", "abc"), "--client-secret"),
        (POOL, "--user-pool-id"),
        (("--people", "people.json", *URL), "--user-pool-id"),
        (("--prepare", "plan.json"), "--endpoint-url"),
        (("--prepare", "plan.json", "--remove", "plan.json", *URL), "--prepare"),
        (("--profile", "missing.toml"), "--profile"),
        (("--remove", "missing.json"), "missing.json"),
        (URL, "no emulator at http://127.0.0.1:1"),
    ],
)
def test_a_bad_option_is_one_line(
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: tuple[str, ...],
    named: str,
) -> None:
    """Misuse ends with 2 and one line that names the option, and leaves no file behind."""
    monkeypatch.chdir(tmp_path)
    outcome = cli("load", *arguments)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert named in outcome.err
    assert not outcome.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("--ramp --users 5", "--users: cannot use 5; not together with --ramp"),
        ("--ramp --unpaced", "--unpaced: not together with --ramp"),
        ("--quota-share 50 --unpaced", "--quota-share: cannot use 50; not together with --unp"),
        ("--prepare a --remove b", "--prepare: cannot use 'a'; not together with --remove"),
        ("--max-rate 5", "--max-rate: cannot use 5; it has an effect with --ramp only"),
        ("--max-p95 500", "--max-p95: cannot use 500.0; it has an effect with --ramp only"),
        ("--max-throttled 1", "--max-throttled: cannot use 1.0; it has an effect with --ramp"),
        ("--step-time 10s", "--step-time: cannot use 10.0; it has an effect with --ramp only"),
        ("--aws-accounts 123456789012", "--aws-accounts: cannot use '123456789012'; it has"),
        ("--aws-charges acknowledged", "--aws-charges: cannot use 'acknowledged'; it has an"),
        ("--max-users 1000", "--max-users: cannot use 1000; it has an effect with --target aws"),
        ("--endpoint-url http://h --prepare p --csv c", "--csv: cannot use 'c'; not together"),
        ("--endpoint-url http://h --prepare p --html c", "--html: cannot use 'c'; not together"),
        ("--endpoint-url http://h --prepare p --run-time 9s", "--run-time: cannot use 9.0; not"),
        ("--target preflight --csv c", "--csv: cannot use 'c'; not together with --target pre"),
        ("--target preflight --prepare p", "--prepare: cannot use 'p'; not together with --ta"),
        ("--target preflight --remove p", "--remove: cannot use 'p'; not together with --targ"),
        ("--target preflight --endpoint-url http://h", "--endpoint-url: cannot use 'http://h'"),
    ],
)
def test_an_option_without_effect_is_refused(cli: CommandLine, arguments: str, line: str) -> None:
    """The line has the option, what was given, and beside which other option it is useless."""
    outcome = cli("load", *arguments.split())
    assert outcome.code == 2
    assert outcome.err.startswith(f"cognito-harness: {line}")


def test_what_the_environment_says_is_for_other_runs_too(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A permission for AWS in the environment does not stop a run elsewhere."""
    monkeypatch.setenv("COGNITO_HARNESS_AWS_CHARGES", "acknowledged")
    monkeypatch.setenv("COGNITO_HARNESS_MAX_USERS", "5")
    assert "no emulator at http://127.0.0.1:1" in cli("load", *URL).err


def test_a_secret_on_the_command_line_is_not_shown(cli: CommandLine) -> None:
    """A client secret that was given itself, and not as a file, is refused without its text."""
    outcome = cli("load", *POOL, *URL, "--client-secret", "hunter2hunter2")
    assert outcome.code == 2
    assert outcome.err.startswith("cognito-harness: --client-secret: give @ and a file")
    assert "hunter2" not in outcome.err


def test_a_setting_of_the_emulator_is_checked_by_it(cli: CommandLine) -> None:
    """A bad --set ends with 2 and the emulator's own line."""
    outcome = cli("load", "--set", "quota=true")
    assert outcome.code == 2
    assert "--set: cannot use 'quota'" in outcome.err
    assert "did you mean 'quotas'?" in outcome.err


def test_without_locust_the_line_says_what_to_install(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the extra is not installed, nothing is begun."""
    monkeypatch.setattr("harness.load.run.find_spec", lambda name: None)
    outcome = cli("load")
    assert outcome.code == 2
    assert "pip install 'cognito-mfa-harness[load]'" in outcome.err


def test_stages_say_how_many_users_there_are(cli: CommandLine, tmp_path: Path) -> None:
    """A profile with stages and --users contradict each other."""
    profile = tmp_path / "profile.toml"
    profile.write_text("[[stages]]\nseconds = 1\nusers = 1\nspawn_rate = 1\n", encoding="utf-8")
    outcome = cli("load", "--profile", str(profile), "--users", "3")
    assert outcome.code == 2
    assert outcome.err.startswith("cognito-harness: --users: ")


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("[[stages]]\nseconds = 1\nusers = 1\nspawn_rate = 1\n", "stages"),
        ("[pace]\nthroughput = 5\n", "its pace is not one flow a second"),
    ],
)
def test_a_ramp_has_a_pace_of_its_own(
    cli: CommandLine, tmp_path: Path, part: str, why: str
) -> None:
    """A profile with stages or another pace contradicts --ramp."""
    profile = tmp_path / "profile.toml"
    profile.write_text(part, encoding="utf-8")
    outcome = cli("load", "--ramp", "--profile", str(profile))
    assert outcome.code == 2
    assert outcome.err.startswith("cognito-harness: --profile: ")
    assert "not together with --ramp: it" in outcome.err
    assert why in outcome.err


class TestPreflight:
    """What a run on AWS would use is known before it begins."""

    def test_it_shows_users_calls_time_and_cost(self, cli: CommandLine) -> None:
        """Nothing is called; people, sign-ups, calls, the least time and prices are shown."""
        outcome = cli("load", "--target", "preflight", "--users", "10", "--run-time", "60s")
        assert outcome.code == 0
        assert "users, 1 user pool," in outcome.out
        assert "UserAuthentication" in outcome.out
        assert "Essentials $" in outcome.out
        assert "at 50% of the default quotas" in outcome.out

    def test_a_ramp_is_estimated_with_all_of_its_steps(
        self, cli: CommandLine, tmp_path: Path
    ) -> None:
        """Users who sign up in a ramp are counted for as long as it can take."""
        profile = tmp_path / "profile.toml"
        profile.write_text("[flows]\nSignUpStorm = 1\n", encoding="utf-8")
        ramp = ("--target", "preflight", "--ramp", "--max-rate", "10", "--profile", str(profile))
        outcome = cli("load", *ramp, "--max-users", "1000")
        assert outcome.code == 2
        # Twelve steps of 10 s and what is between them, with ten sign-ups a second.
        assert "the run can make 3000 users" in outcome.err

    def test_a_plan_for_aws_cannot_make_users_without_end(self, cli: CommandLine) -> None:
        """Locust alone says how long a prepared run takes, so nobody may sign up in it."""
        permission = ("--aws-accounts", "123456789012", "--aws-charges", "acknowledged")
        outcome = cli("load", "--target", "aws", *permission, "--prepare", "plan.json")
        assert outcome.code == 2
        assert "--prepare: cannot use 'plan.json'" in outcome.err
        assert "without SignUpStorm" in outcome.err

    def test_too_many_users_are_refused(self, cli: CommandLine) -> None:
        """A run that can make more users than allowed is refused before it begins."""
        outcome = cli("load", "--target", "preflight", "--max-users", "5")
        assert outcome.code == 2
        assert "--max-users" in outcome.err


class TestRun:
    """Short runs, with Locust in a process of its own."""

    def test_a_bare_run_needs_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without a service, the run starts one with quotas, and leaves nothing behind."""
        monkeypatch.chdir(tmp_path)
        done = cognito_harness("load", "--users", "2", "--run-time", "2s")
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        header = next(line for line in lines if "throttled" in line)
        assert "p95 ms" in header
        assert any(line.startswith("total ") for line in lines)
        assert list(tmp_path.iterdir()) == []

    def test_a_failed_request_ends_with_1(
        self,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
    ) -> None:
        """If a request fails, the run ends with 1; people and who has signed up are removed."""
        (tmp_path / "profile.toml").write_text("[flows]\nSignUpStorm = 1\n", encoding="utf-8")
        fault = {"operation": "SignUp", "code": "InternalErrorException", "status": 500}
        ControlSurface(served.url).plan_fault({**fault, "message": "no", "times": 1})
        done = cognito_harness(*options, *BRIEF)
        assert done.returncode == 1, done.stdout
        assert ControlSurface(served.url).calls()["SignUp"]["success"] > 0
        assert users_in(served, pool) == 0

    def test_people_are_kept_and_used_again(
        self,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
    ) -> None:
        """People in a file of mode 0600 stay, and the next run prepares only who is missing."""
        file = tmp_path / "people.json"
        more = ("--people", str(file))
        assert cognito_harness(*options, *BRIEF, *more).returncode == 0
        first = People.read(file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert users_in(served, pool) == len(first.people)
        again = cognito_harness(*options, *BRIEF, *more, "--users", "8")
        assert again.returncode == 0, again.stderr
        second = People.read(file)
        names = [person.username for person in second.people]
        assert names[: len(first.people)] == [person.username for person in first.people]
        assert users_in(served, pool) == len(second.people) > len(first.people)
        secrets = [person.password.reveal() for person in second.people]
        assert not any(secret in again.stdout + again.stderr for secret in secrets)

    @pytest.mark.parametrize(("quotas", "people"), [(True, 480), (False, 600)])
    def test_people_suffice_for_the_rate_where_there_are_no_quotas(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        options: tuple[str, ...],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        quotas: bool,
        people: int,
    ) -> None:
        """Quotas let twice 120 flows a second begin at most; without them, users set the rate."""
        wanted: list[Numbers] = []

        def told(setup: LoadSetup, numbers: Numbers, tell: object) -> None:
            wanted.append(numbers)
            raise HarnessError("this is enough")

        monkeypatch.setattr(LoadSetup, "prepare", told)
        ControlSurface(served.url).switch_quotas(quotas)
        profile = tmp_path / "profile.toml"
        profile.write_text(REFRESH, encoding="utf-8")
        outcome = cli(*options, "--unpaced", "--users", "300")
        assert "this is enough" in outcome.err
        assert wanted == [Numbers(device=people)]

    @pytest.mark.parametrize(
        ("member", "named"),
        [
            ("user_pool_id", "in the user pool other, not us-east-1_"),
            ("client_id", "of the app client other, not "),
            ("endpoint_url", "on the service other, not http://"),
        ],
    )
    def test_people_of_something_else_are_refused(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
        member: str,
        named: str,
    ) -> None:
        """People of another pool, app client or service are refused, and nobody is made."""
        file = tmp_path / "people.json"
        place = {"client_id": pool.app.client_id, "endpoint_url": served.url, member: "other"}
        pool_id = place.pop("user_pool_id", pool.user_pool_id)
        People(pool_id, "cognito-harness-", (), **place).write(file)
        outcome = cli(*options, "--people", str(file))
        assert outcome.code == 2
        assert outcome.err.splitlines()[-1].startswith("cognito-harness: --people: ")
        assert named in outcome.err
        assert users_in(served, pool) == 0

    def test_a_clock_of_another_time_is_refused(
        self, cli: CommandLine, served: EmulatorServer, options: tuple[str, ...]
    ) -> None:
        """A load run takes real time, so an emulator in another time is refused."""
        ControlSurface(served.url).advance_clock(3600)
        outcome = cli(*options)
        assert outcome.code == 2
        assert "3600 s ahead" in outcome.err

    def test_a_ramp_ends_with_a_knee_and_a_plot(self, tmp_path: Path) -> None:
        """A ramp prints each step and the knee, and writes its plot."""
        profile, picture = tmp_path / "profile.toml", tmp_path / "ramp.svg"
        profile.write_text(REFRESH, encoding="utf-8")
        done = cognito_harness(
            *("load", "--ramp", "--profile", str(profile), "--max-rate", "4"),
            *("--step-time", "2s", "--max-p95", "5000", "--plot", str(picture)),
        )
        assert done.returncode == 0, done.stderr
        assert "ramp: 4 sign-ins a second wanted" in done.stdout
        assert done.stdout.count("knee: ") == 1
        assert "the table is of all steps together" in done.stdout
        assert re.search(r"^load: the ramp takes \d+ minutes at most", done.stderr, re.MULTILINE)
        assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_more_processes_than_cores_are_mentioned(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are allowed, since a machine may have other work for them, and a line says so."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    told = "load: 3 processes on a machine with 2 cores only wait for each other"
    assert told in cli("load", *URL, "--processes", "3").err
    assert told not in cli("load", *URL, "--processes", "2").err
