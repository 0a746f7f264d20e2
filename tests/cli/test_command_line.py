"""All commands: help, errors in one line, exit codes, and no heavy imports for help."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

import harness
from tests.cli.conftest import CommandLine

COMMANDS = (
    *("serve", "code", "clock", "seed", "export", "demo", "snapshot", "provision"),
    *("audit", "diff", "sweep", "iam-policy", "latencies", "load"),
)

#: Settings that cannot be used.
BROKEN = {
    "COGNITO_HARNESS_ENDPOINT_URL": "no address",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://",
    "COGNITO_HARNESS_REGION": "nowhere",
    "COGNITO_HARNESS_USER_POOL_ID": "-",
    "COGNITO_HARNESS_CLIENT_ID": "-",
    "COGNITO_HARNESS_CLIENT_SECRET": "@missing",
    "AWS_PROFILE": "missing",
    "AWS_CONFIG_FILE": "missing",
}

#: Packages that are slow to import or use the network; --help needs none of them.
HEAVY = ("boto3", "botocore", "faker", "moto", "pyotp", "segno", "werkzeug", "pytest")


class TestHelp:
    """``--help`` is quick and depends on nothing."""

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_explains_itself_with_every_setting_broken(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        """The help of a command works without a usable setting."""
        for name, value in BROKEN.items():
            monkeypatch.setenv(name, value)

        outcome = cli(command, "--help")

        assert outcome.code == 0
        assert f"cognito-harness {command}" in outcome.out
        assert not outcome.err

    def test_the_help_lists_the_commands(self, cli: CommandLine) -> None:
        """The main help names each command."""
        outcome = cli("--help")

        assert outcome.code == 0
        assert all(command in outcome.out for command in COMMANDS)

    @pytest.mark.parametrize("arguments", [(), *((command,) for command in COMMANDS)])
    def test_nothing_is_cut_off_at_80_columns(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
    ) -> None:
        """Variables, defaults and descriptions are shown whole in a terminal of 80 columns."""
        monkeypatch.setenv("COLUMNS", "80")

        shown = cli(*arguments, "--help").out

        assert max(map(len, shown.splitlines())) <= 80
        # The first line has the dots of arguments that may be given several times.
        assert "..." not in shown.partition("\n\n")[2]
        assert not re.search(r"\w…", shown)

    def test_without_a_command_the_help_is_shown(self, cli: CommandLine) -> None:
        """No command at all is misuse and shows the help."""
        outcome = cli()

        assert outcome.code == 2
        assert "Usage" in outcome.out + outcome.err

    @pytest.mark.parametrize("arguments", [(), *((command,) for command in COMMANDS)])
    def test_help_imports_nothing_heavy(self, arguments: tuple[str, ...]) -> None:
        """Help does not import moto, boto3 or anything else that is slow."""
        program = (
            "import sys\n"
            "from harness.cli.app import run\n"
            f"code = run([*{arguments!r}, '--help'])\n"
            f"heavy = sorted(set({HEAVY!r}) & set(sys.modules))\n"
            "sys.exit(f'imported: {heavy}' if heavy else code)\n"
        )

        finished = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
        )

        assert finished.returncode == 0, finished.stderr

    @pytest.mark.parametrize("module", ["harness", "harness.cli"])
    def test_the_version_is_shown(self, module: str) -> None:
        """``python -m harness`` is the same program; its version is that of the package."""
        finished = subprocess.run(
            [sys.executable, "-m", module, "--version"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert finished.returncode == 0
        assert finished.stdout == f"cognito-harness {harness.__version__}\n"


class TestMisuse:
    """Misuse is one line on stderr and exit code 2."""

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["clok"], "no such command 'clok'; did you mean 'clock'"),
            (["serve", "--prot", "0"], "there is no option --prot; did you mean"),
            (["serve", "--port"], "--port: no value given; write --port NUMBER; see"),
            (["--port", "0", "serve"], "did you mean cognito-harness serve --port?"),
            (
                ["serve", "--tls=yes"],
                "option '--tls' does not take a value; see cognito-harness serve",
            ),
            (["demo", "ada"], "no place for 'ada': the command takes no such argument"),
            (["snapshot"], "POOL_ID: no value given; give it, or --user-pool-id"),
            (
                ["snapshot", "us-east-1_a", "--user-pool-id", "us-east-1_b"],
                "--user-pool-id: cannot use 'us-east-1_b'; POOL_ID is given too; use one of them",
            ),
            (["snapshot", "pool"], "POOL_ID: cannot use 'pool'; a user pool id looks like"),
            (["code", "--endpoint-url", "http://127.0.0.1:1"], "USER: no value given; give it, or"),
            (["serve", "--port", "http"], "it must be a whole number from 0 to 65535"),
            (["serve", "--port", "65536"], "it must be a whole number from 0 to 65535"),
            (["serve", "--seed", "x"], "it must be a whole number"),
            (["audit"], "SOURCE: no value given"),
            (["audit", "pool.yaml", "--format", "xml"], "text, json, markdown, junit, sarif"),
            (["serve", "--set", "quota=true"], "did you mean 'quotas'?"),
            (["serve", "--set", "quotas=perhaps"], "true, yes, false, no"),
            (["serve", "--set", "quotas"], "quotas=VALUE"),
            (["serve", "--set", "timestamp_tolerance_seconds=-1"], "from 0 up"),
            (["serve", "--set", "seed=1"], "'seed'"),
            (["serve", "--limit", "head_second=1"], "did you mean 'head_seconds'?"),
            (["serve", "--limit", "head_seconds"], "head_seconds=NUMBER"),
            (["serve", "--limit", "connections=0"], "from 1 up"),
            (["code", "--username", "ada"], "--endpoint-url: no value given; give it, or set"),
            (["seed"], "--endpoint-url: no value given; give the URL that cognito-harness serve"),
            (["code", "ada", "--kind", "signup"], "did you mean 'sign_up'?"),
            (["code", "--username", "ada", "--wait", "soon"], "--wait"),
            (["code", "--endpoint-url", "http://127.0.0.1:1"], "--username"),
            (["clock", "--endpoint-url", "127.0.0.1:5000"], "http://127.0.0.1:5000"),
            (["clock", "--endpoint-url", "http://127.0.0.1:1", "--advance", "1y"], "--advance"),
            (["demo", "--client-id", "abc"], "--user-pool-id"),
            (["demo", "--endpoint-url", "http://127.0.0.1:1"], "no emulator at http://127.0.0.1:1"),
            (["demo", "--user-pool-id", "us-east-1_a"], "--client-id"),
            (["demo", "--user-pool-id", "nothing", "--client-id", "a"], "us-east-1_AbCdEf123"),
            (["demo", "--auth-flow", "USER_SPR_AUTH"], "did you mean 'USER_SRP_AUTH'?"),
            (["demo", "--region", "europe"], "us-east-1"),
            (["demo", "--passwordless", "--auth-flow", "USER_SRP_AUTH"], "starts with USER_AUTH"),
            (["demo", "--passwordless", "--png", "totp.png"], "no authenticator app"),
            (
                ["demo", "--passwordless", "--user-pool-id", "us-east-1_a", "--client-id", "a"],
                "runs on the emulator alone",
            ),
            (
                ["demo", "--passwordless", "--endpoint-url", "http://127.0.0.1:1"],
                "no emulator at http://127.0.0.1:1",
            ),
            (["demo", "--passwordless", "--client-id", "a"], "runs on the emulator alone"),
            (["demo", "--png", "missing/totp.png"], "--png"),
            (["demo", "--png", "."], "it is a folder"),
            (["demo", "--auto", "--user-pool-id", "us-east-1_a", "--client-id", "a"], "--auto"),
            (
                ["demo", "--user-pool-id", "us-east-1_a", "--client-id", "a", "--region", "eu-x-1"],
                "is in us-east-1",
            ),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_one_line_says_what_is_wrong(
        self, cli: CommandLine, arguments: list[str], expected: str
    ) -> None:
        """The line names what is wrong or missing; nothing is printed on stdout."""
        outcome = cli(*arguments)

        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
        assert expected in outcome.err
        assert not outcome.out

    def test_a_broken_variable_is_named(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The message about a bad value names the variable that it can come from."""
        monkeypatch.setenv("COGNITO_HARNESS_ENDPOINT_URL", "nonsense")

        outcome = cli("clock")

        assert outcome.code == 2
        assert "COGNITO_HARNESS_ENDPOINT_URL" in outcome.err
        assert outcome.err.count("\n") == 1

    def test_a_client_secret_is_not_repeated(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The message about a bad client secret does not show the secret."""
        monkeypatch.setenv("COGNITO_HARNESS_CLIENT_SECRET", "not-a-secret!")

        outcome = cli("demo", "--user-pool-id", "us-east-1_a", "--client-id", "a")

        assert outcome.code == 2
        assert "COGNITO_HARNESS_CLIENT_SECRET" in outcome.err
        assert "not-a-secret!" not in outcome.err


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
@pytest.mark.parametrize("arguments", [("--help",), ("demo", "--auto"), ("code", "\u674e")])
def test_every_encoding_of_a_pipe_will_do(encoding: str, arguments: tuple[str, ...]) -> None:
    """What a pipe of Windows cannot show is an escape or ASCII, and never a traceback."""
    finished = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        env={**os.environ, "PYTHONIOENCODING": encoding, "NO_COLOR": "1"},
        capture_output=True,
        encoding=encoding,
        timeout=120,
        check=False,
    )

    assert finished.returncode == (2 if arguments[0] == "code" else 0), finished.stderr
    assert "Traceback" not in finished.stderr
    assert "\x1b[3" not in finished.stdout
