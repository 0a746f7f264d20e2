"""Options on the command line, the header, and runs that cannot begin."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.plugin.conftest import Inner, the_one_line

NOTHING = "def test_nothing(): pass"
NOBODY = ["--cognito-target=endpoint", "--cognito-endpoint-url=http://127.0.0.1:9"]
EVERYTHING_BROKEN = {
    "COGNITO_HARNESS_TARGET": "nonsense",
    "COGNITO_HARNESS_ENDPOINT_URL": "nonsense",
    "COGNITO_HARNESS_REGION": "nonsense",
    "COGNITO_HARNESS_USER_POOL_ID": "nonsense",
    "COGNITO_HARNESS_CLIENT_SECRET": "@nonsense",
    "COGNITO_HARNESS_SRP": "nonsense",
    "COGNITO_HARNESS_SEED": "nonsense",
    "COGNITO_HARNESS_MAILBOX": "nonsense",
    "AWS_PROFILE": "nonsense",
    "AWS_CA_BUNDLE": "/nonsense",
}


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


class TestHeader:
    """What the header says."""

    def test_header_shows_each_source(self, inner: Inner, pytester: pytest.Pytester) -> None:
        """Each value is shown with where it comes from: line, environment, file or default."""
        pytester.makeini("[pytest]\ncognito_srp = native\n")
        result = inner(
            "--cognito-seed=7",
            source=NOTHING,
            COGNITO_HARNESS_REGION="eu-west-1",
        )
        assert result.ret == 0
        header = " ".join(line for line in result.outlines if line.startswith("cognito: "))
        for shown in (
            "target emulator (default)",
            "region eu-west-1 (environment COGNITO_HARNESS_REGION)",
            "pool a new one for each specification (default)",
            "clock virtual (from target emulator)",
            "seed 7 (command line)",
            "srp native (tox.ini)",
            "mailbox outbox (default)",
        ):
            assert shown in header

    def test_header_hides_the_client_secret(self, inner: Inner) -> None:
        """Of a client secret the header says that it is set."""
        result = inner(
            "--collect-only",
            *NOBODY,
            "--cognito-user-pool-id=eu-west-1_Pool1",
            "--cognito-client-id=client1",
            source=NOTHING,
            COGNITO_HARNESS_CLIENT_SECRET="s3cretOfTheClient",
        )
        assert result.ret == 0
        result.stdout.fnmatch_lines(["*pool eu-west-1_Pool1, client client1 *secret set (env*"])
        assert "s3cretOfTheClient" not in result.stdout.str() + result.stderr.str()


class TestForeignRuns:
    """Runs that have nothing to do with Cognito, in a place where the plugin is installed."""

    def test_unrelated_run_shows_nothing(self, inner: Inner) -> None:
        """There is no header, no fixture on every test, and no setting that ends the run."""
        source = "def test_names(request): assert 'cognito' not in str(request.fixturenames)"
        result = inner(source=source, AWS_DEFAULT_REGION="local")
        assert result.ret == 0
        # pytest itself lists the distributions whose plugins are installed.
        shown = [line for line in result.outlines if not line.startswith("plugins:")]
        assert not [line for line in shown if "cognito" in line]

    def test_bad_settings_of_an_unrelated_run_are_only_shown(self, inner: Inner) -> None:
        """Settings of the environment that cannot be used are shown, and do not end the run."""
        result = inner(source=NOTHING, COGNITO_HARNESS_TARGET="nope")
        assert result.ret == 0
        result.stdout.fnmatch_lines(["cognito: --cognito-target: cannot use 'nope'*"])

    def test_bad_settings_end_a_run_that_uses_them(self, inner: Inner) -> None:
        """They end a run that uses them, in one line, before its first test."""
        source = "def test_one(): pass\ndef test_two(cognito_pool): pass"
        result = inner(source=source, COGNITO_HARNESS_TARGET="nope")
        assert result.ret == 2
        result.assert_outcomes()
        result.stdout.fnmatch_lines(["!*Exit: --cognito-target: cannot use 'nope'*!"])

    def test_header_is_shown_if_tests_use_cognito(self, inner: Inner) -> None:
        """Without any setting the header is shown once tests turn out to use Cognito."""
        result = inner("--collect-only", source="def test_two(cognito_pool): pass")
        result.stdout.fnmatch_lines(["collected 1 item", "cognito: target emulator (default);*"])


class TestUnusable:
    """Runs that cannot begin: one line, exit code 2."""

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--cognito-target=emulater"], "did you mean 'emulator'?"),
            (["--cognito-target=aws"], "a real account needs it"),
            (
                [*NOBODY, "--cognito-client-id=client1"],
                "--cognito-user-pool-id: no value given",
            ),
            (["--cognito-client-secret=@no-such-file"], "No such file or directory"),
        ],
        ids=["unknown_target", "aws", "missing_pool_id", "unreadable_file"],
    )
    def test_bad_setting_is_one_line(self, inner: Inner, arguments: list[str], said: str) -> None:
        """A setting that cannot be used is one line and exit code 2, before any test."""
        result = inner(*arguments, source=NOTHING)
        assert result.ret == 2
        assert said in the_one_line(result)

    @pytest.mark.parametrize("target", ["server", "endpoint"])
    def test_missing_service_is_one_line(self, inner: Inner, target: str, closed_port: int) -> None:
        """A service that is not there is one line and exit code 2, before any test."""
        url = f"http://127.0.0.1:{closed_port}"
        result = inner(
            f"--cognito-target={target}", f"--cognito-endpoint-url={url}", source=NOTHING
        )
        assert result.ret == 2
        line = the_one_line(result)
        assert f"--cognito-endpoint-url: cannot use '{url}'" in line

    def test_unreadable_ca_bundle_is_one_line(self, inner: Inner, tmp_path: Path) -> None:
        """A CA bundle that cannot be read is one line and exit code 2."""
        result = inner(
            "--cognito-target=endpoint",
            source=NOTHING,
            AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER="https://127.0.0.1:9",
            AWS_CA_BUNDLE=str(tmp_path / "missing.pem"),
        )
        assert result.ret == 2
        assert "AWS_CA_BUNDLE: cannot use" in the_one_line(result)

    def test_missing_profile_is_one_line(self, inner: Inner) -> None:
        """An AWS profile that does not exist is one line and exit code 2."""
        result = inner(
            *NOBODY,
            source=NOTHING,
            AWS_PROFILE="missing",
        )
        assert result.ret == 2
        assert "profile (missing) could not be found" in the_one_line(result)

    def test_emulator_reads_no_aws_settings(self, inner: Inner) -> None:
        """Whatever the user's AWS settings are, the run reaches the emulator and nothing else."""
        result = inner(
            source="""
            def test_signs_in(cognito_signed_in):
                assert cognito_signed_in.tokens
            """,
            AWS_CA_BUNDLE="/missing",
            AWS_ENDPOINT_URL="http://127.0.0.1:9",
            AWS_USE_FIPS_ENDPOINT="true",
            AWS_MAX_ATTEMPTS="nonsense",
            HTTPS_PROXY="http://127.0.0.1:9",
        )
        result.assert_outcomes(passed=1)


class TestAsked:
    """What can be asked of pytest with every setting broken."""

    @pytest.mark.parametrize("question", ["--help", "--version", "--markers", "--fixtures"])
    def test_pytest_answers_with_bad_settings(self, inner: Inner, question: str) -> None:
        """Nothing is judged where pytest is only asked what there is."""
        result = inner(question, **EVERYTHING_BROKEN)
        assert result.ret == 0
        assert not result.stderr.str()

    def test_help_names_every_option(self, inner: Inner) -> None:
        """Help has the options, the ini keys and the rule for the environment."""
        text = inner("--help").stdout.str()
        for words in ("--cognito-target=NAME", "cognito_target (string)", "COGNITO_HARNESS_TARGET"):
            assert words in text

    def test_tests_are_collected_with_bad_settings(self, inner: Inner) -> None:
        """Tests can be collected, and the header says what is wrong."""
        result = inner("--collect-only", source=NOTHING, **EVERYTHING_BROKEN)
        assert result.ret == 0
        result.stdout.fnmatch_lines(["cognito: --cognito-*: cannot use 'nonsense'*", "*collected*"])
