"""What works without Locust, and what Locust's own processes say of a plan that cannot be used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness.load.flow_names import Kind
from harness.load.people_file import LoadDevice, LoadPerson, People
from harness.load.plan import PLAN_VARIABLE
from harness.load.run import LOCUSTFILE
from harness.redaction import Secret
from harness.users.authenticator import Authenticator
from tests.load.pool import LoadPool
from tests.support.arrows import LOAD_WITHOUT_LOCUST


def test_preparing_imports_no_locust() -> None:
    """What the command line imports patches nothing, and works without the extra."""
    modules = ", ".join((*LOAD_WITHOUT_LOCUST, "harness.cli.load"))
    code = f"import sys, {modules}; print({{'locust', 'gevent'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_people_are_read_as_they_were_written(tmp_path: Path) -> None:
    """A file of people has all that was prepared, and only its owner can read it."""
    secret = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    device = LoadDevice("eu-west-1_1", "-g", Secret("d"))
    people = People(
        "eu-west-1_Pool",
        "cognito-harness-x-",
        (
            LoadPerson("a", Secret("p"), "a"),
            LoadPerson("b", Secret("p"), "b", secret, device, Secret("r"), 7, "b-1"),
        ),
        client_id="1example23456789",
        endpoint_url="http://127.0.0.1:5000",
    )
    file = tmp_path / "people.json"
    people.write(file)
    assert People.read(file) == people
    assert file.stat().st_mode & 0o777 == 0o600
    assert "JBSW" not in repr(people)


def test_codes_of_a_run_are_spent_for_the_next() -> None:
    """After a run, everybody with an authenticator app may have used every code until then."""
    secret = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    people = People(
        "p", "n", (LoadPerson("a", secret, "a"), LoadPerson("b", secret, "b", totp_secret=secret))
    )
    without, with_app = people.after_use(3000.0).people
    assert without.totp_step is None
    assert with_app.totp_step == Authenticator.newest_step_at(3000.0) == 100


class TestLocustfile:
    """`locust -f` says in one line why it cannot begin."""

    def test_without_a_plan(self, tmp_path: Path) -> None:
        """The message names the variable and how to make a plan."""
        done = _locust(tmp_path, plan=None)
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith(
            f"cognito-harness load: {PLAN_VARIABLE}: no value given; set it to the plan"
        )
        assert "Traceback" not in done.stderr

    def test_with_a_profile_that_is_wrong(self, load_pool: LoadPool, tmp_path: Path) -> None:
        """A wrong profile is misuse, also with plain Locust."""
        profile = "[flows]\nSrp = 1\n"
        plan = tmp_path / "plan.json"
        load_pool.plan(tmp_path, (), profile=profile).write(plan)
        done = _locust(tmp_path, plan=plan)
        assert done.returncode == 2
        assert "flows: cannot use 'Srp'" in done.stderr
        assert "Traceback" not in done.stderr

    def test_with_a_journal_that_cannot_be_written(
        self, load_pool: LoadPool, tmp_path: Path
    ) -> None:
        """Who signs up must be recorded, so a run that cannot do that does not begin."""
        file = tmp_path / "file"
        file.touch()
        plan = tmp_path / "plan.json"
        load_pool.plan(tmp_path, (), journal=file / "journals").write(plan)
        done = _locust(tmp_path, *_ONE_USER, plan=plan)
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith("cognito-harness load: the journal ")
        assert "Traceback" not in done.stderr

    def test_a_run_without_requests_is_a_failure(self, load_pool: LoadPool, tmp_path: Path) -> None:
        """A run that sent nothing has measured nothing, and ends with 1."""
        profile = "[[stages]]\nseconds = 1\nusers = 0\nspawn_rate = 1\n"
        plan = tmp_path / "plan.json"
        load_pool.plan(tmp_path, (), profile=profile).write(plan)
        done = _locust(tmp_path, plan=plan)
        assert done.returncode == 1, done.stderr
        assert "no request was sent" in done.stderr

    def test_one_class_and_the_table(self, load_pool: LoadPool, tmp_path: Path) -> None:
        """A class can be chosen by name; the last lines are the table, with a total."""
        plan = tmp_path / "plan.json"
        people = (load_pool.person("chosen", Kind.PASSWORD),)
        load_pool.plan(tmp_path, people).write(plan)
        done = _locust(tmp_path, "SrpSignIn", *_ONE_USER, plan=plan)
        assert done.returncode == 0, done.stderr
        table = done.stdout[done.stdout.index("p50 ms") :].splitlines()
        rows = {line.split("  ")[0]: line.split() for line in table[1:] if line}
        started = int(rows["InitiateAuth USER_SRP_AUTH"][2])
        answered = int(rows["RespondToAuthChallenge PASSWORD_VERIFIER"][2])
        assert started >= answered > 0
        assert int(rows["total"][1]) == started + answered
        assert any(line.startswith("SrpSignIn") and " done" in line for line in table)
        assert any("the generator's own loop" in line for line in table)
        assert "RememberedDeviceSignIn" not in done.stdout

    def test_the_shape_of_a_profile(self, load_pool: LoadPool, tmp_path: Path) -> None:
        """The stages of a profile are Locust's load shape, which ends the run."""
        stages = "[[stages]]\nseconds = 1\nusers = 2\nspawn_rate = 2\n" * 2
        profile = f"[flows]\nSrpSignIn = 1\n{stages}"
        plan = tmp_path / "plan.json"
        people = (load_pool.person("shaped", Kind.PASSWORD),)
        load_pool.plan(tmp_path, people, profile=profile).write(plan)
        done = _locust(tmp_path, plan=plan)
        assert done.returncode == 0, done.stderr
        assert "Shape test updating to 2 users" in done.stderr


_ONE_USER = ("--users", "1", "--run-time", "2s", "--stop-timeout", "10")


def _locust(folder: Path, *arguments: str, plan: Path | None) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if name != PLAN_VARIABLE}
    if plan is not None:
        environment[PLAN_VARIABLE] = str(plan)
    environment["PYTHONPATH"] = str(LOCUSTFILE.parents[2])
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
