"""``cognito-harness conform``: the scorecard of a service, and records asked again elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.peers import PEERS
from harness.cli.conform import command
from harness.emulator.server import EmulatorServer
from harness.verdicts.run_record import EndLine, RunLine, RunRecord, read_record
from tests.cli.conftest import CommandLine, Outcome
from tests.cli.processes import cognito_harness

#: Scenarios that ask little: moto's server words three of its refusals differently.
FEW = "test_sign_up.py and (weak_password or only_administrators)"
ALONE = ("--workers", "1")


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of moto's own server, without the emulator."""
    (peer,) = (peer for peer in PEERS if peer.name == "moto")
    with peer.serving(tmp_path_factory.mktemp("moto")) as service:
        yield f"http://127.0.0.1:{service.port}"


@pytest.fixture(scope="module")
def of_moto(moto: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The record of a run on moto's server, and what the run said."""
    path = tmp_path_factory.mktemp("record") / "moto.jsonl"
    where = ("--endpoint-url", moto, "--record", str(path))
    done = cognito_harness("conform", *where, "-k", FEW, *ALONE)
    return path, Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """The URL of a served emulator."""
    with EmulatorServer() as server:
        yield server.url


class TestScorecard:
    """What the command says about one service."""

    def test_all_holds(self, cli: CommandLine, emulator: str, tmp_path: Path) -> None:
        """On the emulator everything holds: exit code 0, and each file is written."""
        files = {name: tmp_path / f"found.{name}" for name in ("json", "markdown", "record")}
        options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
        done = cli("conform", "--endpoint-url", emulator, "-k", FEW, *options)
        assert done.code == 0, done.out + done.err
        assert "6 variants of scenarios: 6 hold" in done.out
        assert "conform: asking" in done.err
        found = json.loads(files["json"].read_text(encoding="utf-8"))
        assert found["tally"]["by_verdict"]["holds"] == 6
        assert found["about"]["service"] == emulator
        assert f"## Scorecard of {emulator}" in files["markdown"].read_text(encoding="utf-8")
        assert len(read_record(files["record"]).scenarios) == 6

    def test_codes_from_the_outbox(self, cli: CommandLine, emulator: str) -> None:
        """With a mailbox, the scenarios that need codes are asked too."""
        where = ("--endpoint-url", emulator, "--mailbox", "outbox", *ALONE)
        done = cli("conform", *where, "-k", "confirm_sign_up_with_a_wrong_code_is_refused")
        assert done.code == 0, done.out + done.err
        assert "skipped" not in done.out.splitlines()[-1]

    def test_what_was_skipped_is_no_success(self, cli: CommandLine, emulator: str) -> None:
        """If all scenarios are skipped, the last line says so, and the exit code is 1."""
        where = ("--endpoint-url", emulator, *ALONE)
        done = cli("conform", *where, "-k", "confirm_sign_up_with_a_wrong_code_is_refused")
        assert done.code == 1, done.out + done.err
        assert done.out.splitlines()[-1] == "incomplete: nothing was asked"

    def test_something_does_not_hold(self, of_moto: tuple[Path, Outcome]) -> None:
        """On moto's server each check has a verdict, with exit code 1 and the causes."""
        _, done = of_moto
        assert done.code == 1, done.out + done.err
        last = "6 variants of scenarios: 5 refused in other words, 1 not refused"
        assert done.out.splitlines()[-1] == last
        assert "1 root cause of 1 failure:" in done.out
        assert "SignUp accepted what it must refuse: NotAuthorizedException" in done.out

    def test_words_decide_on_request(self, cli: CommandLine, moto: str) -> None:
        """With --texts strict, other words are failures with causes of their own."""
        strict = ("--texts", "strict", *ALONE)
        done = cli("conform", "--endpoint-url", moto, "-k", "too_short", *strict)
        assert done.code == 1
        assert "InvalidPasswordException: The provided password" in done.out


class TestRoundTrip:
    """A record of one service, asked again on another one."""

    def test_another_service_answers_otherwise(
        self, cli: CommandLine, of_moto: tuple[Path, Outcome], tmp_path: Path
    ) -> None:
        """What moto's server answers otherwise is listed once for each kind, with its count."""
        out = tmp_path / "found.json"
        done = cli("conform", "--against", str(of_moto[0]), "--json", str(out), *ALONE)
        assert done.code == 1, done.err
        found = json.loads(out.read_text(encoding="utf-8"))
        kinds = {(item["operation"], item["kind"]) for item in found["unexpected"]}
        assert kinds == {("SignUp", "text"), ("SignUp", "code")}
        assert (
            "6 scenarios and 11 calls compared, 6 kinds of difference" in done.out.splitlines()[-1]
        )

    def test_known_differences_are_silent_and_outdated_ones_alarm(
        self, cli: CommandLine, of_moto: tuple[Path, Outcome], tmp_path: Path
    ) -> None:
        """With a list of what is known, only the entry that did not come is left."""
        known = tmp_path / "known.toml"
        known.write_text(
            '[[expected]]\noperation = "SignUp"\nwhat = "text"\nreason = "one text for all"\n'
            '[[expected]]\nscenario = "only_administrators"\nreason = "closed pools are open"\n'
            '[[expected]]\noperation = "AdminGetUser"\nreason = "it was another time once"\n',
            encoding="utf-8",
        )
        listed = ("--expected", str(known), "--against", str(of_moto[0]), *ALONE)
        done = cli("conform", *listed)
        assert done.code == 1, done.err
        assert "expected, but both answer alike: operation 'AdminGetUser'" in done.out
        last = "0 kinds of difference, 6 known, 1 expected that did not come"
        assert done.out.splitlines()[-1].endswith(last)

    def test_the_same_service_answers_alike(
        self, cli: CommandLine, emulator: str, tmp_path: Path
    ) -> None:
        """A record of one served emulator has no difference on another one, nor in process."""
        record = tmp_path / "run.jsonl"
        where = ("--endpoint-url", emulator, "--record", str(record))
        assert cli("conform", *where, "-k", "made_up_refresh_token", *ALONE).code == 0
        with EmulatorServer() as another:
            again = ("conform", "--against", str(record))
            served = cli(*again, "--endpoint-url", another.url, *ALONE)
        in_process = cli(*again, *ALONE)
        for done in (served, in_process):
            assert done.code == 0, done.out + done.err
            assert done.out.splitlines()[-1].endswith(" compared, 0 kinds of difference")

    def test_a_scenario_that_is_missing_is_a_finding(
        self, cli: CommandLine, of_moto: tuple[Path, Outcome], tmp_path: Path
    ) -> None:
        """A scenario of the record that nobody asks again is counted, and gives exit code 1."""
        recorded = read_record(of_moto[0])
        same = next(line for line in recorded.scenarios if line.calls)
        gone = replace(same, id=f"{same.id.partition('[')[0]}_is_gone")
        path = tmp_path / "more.jsonl"
        more = replace(recorded, scenarios=(*recorded.scenarios, gone))
        path.write_text("".join(f"{line}\n" for line in more.lines()), encoding="utf-8")
        known = tmp_path / "known.toml"
        known.write_text('[[expected]]\nscenario = "*"\nreason = "all"\n', encoding="utf-8")
        done = cli("conform", "--against", str(path), "--expected", str(known), *ALONE)
        assert done.code == 1, done.out + done.err
        assert done.out.splitlines()[-1].endswith(", 1 not asked")


class TestMisuse:
    """One line on stderr, and exit code 2."""

    URL = ("--endpoint-url", "http://127.0.0.1:9")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "--endpoint-url: no value given; give the URL of the service, or --against"),
            (["--endpoint-url", "127.0.0.1:9"], "it must begin with http://"),
            ([*URL, "--mailbox", "outbux"], "did you mean 'outbox'?"),
            ([*URL, "--mailbox-deadline", "3"], "--mailbox-deadline: cannot use '3'; it needs"),
            ([*URL, "--region", "mars"], "--region: cannot use 'mars'"),
            ([*URL, "--workers", "0"], "--workers: cannot use '0'; it must be a whole number"),
            (
                [*URL, "--texts", "words"],
                "--texts: cannot use 'words'; did you mean 'codes'? allowed: codes, strict",
            ),
            ([*URL, "--expected", "x.toml"], "--expected: cannot use 'x.toml'; it needs --against"),
            ([*URL, "--json", "no/such/x.json"], "--json: cannot use 'no/such/x.json'; its folder"),
            (["--against", "none.jsonl"], "--against: cannot use 'none.jsonl'; it cannot be read"),
            (["--against", "x.jsonl", "--seed", "7"], "--seed: cannot use '7'; the record has"),
            (["--against", "x.jsonl", "--texts", "strict"], "--against compares all texts"),
            (["--against", "x.jsonl", "--mailbox", "admin"], "it is for --endpoint-url"),
            (["--against", "x.jsonl", "--record", "x.jsonl"], "--against names the same file"),
            (
                [*URL, "--json", "x", "--markdown", "./x"],
                "--markdown: cannot use 'x'; --json names",
            ),
            ([*URL, "--json", "x", "--record", "x"], "--record: cannot use 'x'; --json names"),
            ([*URL, "--json", "."], "--json: cannot use '.'; it is a folder"),
            ([*URL, "-k", "no_such_scenario"], "--endpoint-url: cannot use 'http://127.0.0.1:9'"),
        ],
    )
    def test_misuse_is_one_line(self, cli: CommandLine, arguments: list[str], said: str) -> None:
        """What was given and what is allowed is said, without a traceback."""
        done = cli("conform", *arguments)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        errors = [line for line in done.err.splitlines() if "conform: asking" not in line]
        assert len(errors) == 1

    def test_a_full_disk_is_said_after_the_scorecard(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file that cannot be written after all is named, and what was found is on the screen."""
        run = RunLine("x", "endpoint", "http://127.0.0.1:9", 7, 0.0)
        record = RunRecord(run, (), EndLine(0, 1.0))
        monkeypatch.setattr(command, "_ask", lambda *_: record)
        done = cli("conform", *self.URL, "--json", "/dev/full")
        assert done.code == 2
        assert "Scorecard of http://127.0.0.1:9" in done.out
        assert "--json: cannot use '/dev/full'; it cannot be written: No space left" in done.err

    def test_no_scenario_matches(self, cli: CommandLine, emulator: str) -> None:
        """An expression that selects nothing is misuse, not success."""
        where = ("--endpoint-url", emulator, *ALONE)
        done = cli("conform", *where, "-k", "no_such_scenario")
        assert (done.code, done.out) == (2, "")
        assert "-k: cannot use 'no_such_scenario'; no scenario matches it" in done.err

    def test_an_expression_that_cannot_be_read(self, cli: CommandLine, emulator: str) -> None:
        """A wrong ``-k`` is one line that says what pytest expects."""
        done = cli("conform", "--endpoint-url", emulator, "-k", "a and", *ALONE)
        assert done.code == 2
        assert "-k: cannot use 'a and'; " in done.err
        assert "Traceback" not in done.err

    def test_record_of_other_tests(self, cli: CommandLine, tmp_path: Path) -> None:
        """A record that has none of the scenarios cannot be asked again."""
        path = tmp_path / "run.jsonl"
        run = {"kind": "run", "format": 1, "run_id": "x", "target": "aws", "service": "eu-west-1"}
        path.write_text(json.dumps({**run, "seed": 7, "started_at": 0.0}) + "\n", encoding="utf-8")
        done = cli("conform", "--against", str(path), "-k", "weak_password", *ALONE)
        assert done.code == 2
        assert "it has none of the scenarios" in done.err
