"""Every error becomes an exit code and one line without secrets."""

from __future__ import annotations

import pytest
import typer
from botocore.exceptions import ClientError, EndpointConnectionError

from harness.cli import app
from harness.cli.outcome import TRACEBACK_VARIABLE, ExitCode, report
from harness.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HarnessError,
    MissingCapability,
    UnexpectedChallenge,
    UnexpectedResult,
)

_REFUSAL = ClientError({"Error": {"Code": "LimitExceededException", "Message": "No."}}, "SignUp")


class TestReport:
    """Exceptions of a command, and the exit code and line for them."""

    @pytest.mark.parametrize(
        ("error", "code", "expected"),
        [
            (DeadlineExceeded("code for 'ada'", 3), 1, "there was no code for 'ada' within 3 s"),
            (UnexpectedChallenge("SMS_MFA"), 1, "SMS_MFA"),
            (UnexpectedResult("no tokens"), 1, "no tokens"),
            (_REFUSAL, 1, "SignUp was refused: LimitExceededException: No."),
            (ConfigurationError("--port", given=0), 2, "--port"),
            (MissingCapability("clock", "endpoint"), 2, "'clock'"),
            (HarnessError("no server"), 2, "no server"),
            (EndpointConnectionError(endpoint_url="http://x"), 2, "http://x"),
            (typer.BadParameter("too large"), 2, "too large"),
            (KeyboardInterrupt(), 130, "stopped"),
            (typer.Abort(), 130, "stopped"),
            (RuntimeError("unexpected"), 1, "RuntimeError: unexpected"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
    )
    def test_an_error_is_one_line_and_a_code(
        self, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, expected: str
    ) -> None:
        """Findings are 1, misuse is 2; stderr has one line without a traceback."""
        assert report(error) == code
        printed = capsys.readouterr()
        assert expected in printed.err
        assert printed.err.startswith("cognito-harness: ")
        assert printed.err.count("\n") == 1
        assert not printed.out

    def test_several_lines_become_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A message with line breaks is printed on one line."""
        report(HarnessError("first\nsecond\n\tthird"))

        assert capsys.readouterr().err == "cognito-harness: first second third\n"

    def test_nothing_secret_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Tokens, TOTP secrets in URIs and email addresses are masked."""
        token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
        uri = "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"

        report(HarnessError(f"{token} {uri} ada@example.com"))

        printed = capsys.readouterr().err
        for secret in (token, "JBSWY3DPEHPK3PXP", "ada@example.com"):
            assert secret not in printed

    def test_an_unexpected_error_shows_a_traceback_on_request(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With the variable set, a traceback comes before the line."""
        monkeypatch.setenv(TRACEBACK_VARIABLE, "1")

        assert report(RuntimeError("unexpected")) == ExitCode.FINDING
        assert capsys.readouterr().err.count("RuntimeError: unexpected") == 2


def test_variables_are_named_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """The message about a missing option names its variables, without Python's brackets."""
    assert app.run(["clock"]) == 2
    message = capsys.readouterr().err
    assert "COGNITO_HARNESS_ENDPOINT_URL or AWS_ENDPOINT_URL_COGNITO" in message
    assert "[" not in message
