"""`cognito-harness load --prepare` and `--remove`: a plan, its people, and what is left of them."""

from __future__ import annotations

import json
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest

from harness.emulator.server import EmulatorServer
from harness.load.children import children
from harness.load.people_file import People
from harness.load.run import LoadSize, run_locust
from harness.pools.making.provision_spec import ProvisionedPool
from tests.cli.conftest import CommandLine
from tests.cli.load_pool import users_in


class TestPlans:
    """A plan is written, run elsewhere, and removed."""

    def test_a_plan_is_prepared_and_removed(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
    ) -> None:
        """--prepare writes plan and people for other machines; --remove takes both away again."""
        plan = tmp_path / "plan.json"
        outcome = cli(*options, "--prepare", str(plan))
        assert outcome.code == 0, outcome.err
        people = tmp_path / "plan.people.json"
        for file in (plan, people):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        written: dict[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
        assert written["people"] == people.name
        assert users_in(served, pool) == len(People.read(people).people)
        assert "--master" in outcome.out
        journal = ("--journal", str(tmp_path / "journals"))
        assert cli("load", "--remove", str(plan), *journal).code == 0
        assert users_in(served, pool) == 0
        assert not plan.exists()
        assert not people.exists()

    def test_the_plan_and_its_people_are_all_that_another_machine_needs(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
    ) -> None:
        """Both files run in another folder, without the profile, --people and the journals."""
        here, there = tmp_path / "here", tmp_path / "there"
        people, journals = tmp_path / "kept.json", here / "journals"
        plan, profile = here / "plan.json", tmp_path / "profile.toml"
        profile.write_text("[flows]\nRefresh = 1\nSignUpStorm = 1000\n", encoding="utf-8")
        given = (*options, "--journal", str(journals), "--people", str(people))
        assert cli(*given, "--prepare", str(plan)).code == 0
        there.mkdir()
        for file in (plan, here / "plan.people.json"):
            file.rename(there / file.name)
        profile.unlink()
        people.unlink()
        before = users_in(served, pool)
        with children() as processes:
            assert run_locust(there / "plan.json", LoadSize(4, 4.0, 3.0), processes) == 0
        assert users_in(served, pool) > before
        # Who signed up is recorded beside the plan.
        assert list((there / "journals").glob("*.jsonl"))

    def test_the_printed_command_removes_from_any_folder(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The last line has the plan, the service and the journal, each quoted."""
        monkeypatch.chdir(tmp_path)
        prepared = cli(*options, "--journal", "my journals", "--prepare", "my plan.json")
        command, *arguments = shlex.split(prepared.out.splitlines()[-1])
        assert command == "cognito-harness"
        for option in ("--target", "--endpoint-url", "--region", "--journal"):
            assert option in arguments
        assert users_in(served, pool) > 0
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        outcome = cli(*arguments)
        assert outcome.code == 0, outcome.err
        assert users_in(served, pool) == 0

    def test_a_plan_knows_its_service_and_its_journal(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        pool: ProvisionedPool,
        options: tuple[str, ...],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The short command is enough on the machine of the preparation."""
        plan = tmp_path / "plan.json"
        assert cli(*options, "--prepare", str(plan)).code == 0
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        outcome = cli("load", "--remove", str(plan))
        assert outcome.code == 0, outcome.err
        assert users_in(served, pool) == 0

    def test_a_plan_for_aws_is_not_removed_from_a_served_emulator(
        self, cli: CommandLine, options: tuple[str, ...], tmp_path: Path
    ) -> None:
        """The plan says that it needs an AWS account, with the same gates as its preparation."""
        plan = tmp_path / "plan.json"
        assert cli(*options, "--prepare", str(plan)).code == 0
        written: dict[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
        plan.write_text(json.dumps({**written, "target": "aws"}), encoding="utf-8")
        outcome = cli("load", "--remove", str(plan))
        assert outcome.code == 2
        assert "--aws-accounts: " in outcome.err
        assert plan.exists()

    def test_a_plan_is_not_written_over_another(
        self, cli: CommandLine, options: tuple[str, ...], tmp_path: Path
    ) -> None:
        """What the plan before has prepared could not be removed any more."""
        plan = tmp_path / "plan.json"
        plan.write_text("{}", encoding="utf-8")
        outcome = cli(*options, "--prepare", str(plan))
        assert outcome.code == 2
        assert f"--prepare: cannot use '{plan}'; the file exists" in outcome.err
        assert plan.read_text(encoding="utf-8") == "{}"

    def test_a_plan_without_its_journal_is_not_removed(
        self, cli: CommandLine, options: tuple[str, ...], tmp_path: Path
    ) -> None:
        """Without the journal nothing is deleted, and the line says which folder to give."""
        plan = tmp_path / "plan.json"
        assert cli(*options, "--prepare", str(plan)).code == 0
        (tmp_path / "journals").rename(tmp_path / "moved")
        outcome = cli("load", "--remove", str(plan), "--journal", str(tmp_path / "elsewhere"))
        assert outcome.code == 2
        assert "give the --journal" in outcome.err
        assert plan.exists()
