"""The mailbox prompt: a person types the code in."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from harness.clock import VirtualClock
from harness.errors import DeadlineExceeded
from harness.redaction import Secret
from harness.users.mailboxes.prompt import PromptMailbox
from tests.plugin.conftest import Inner, inner, the_one_line
from tests.support.sources import ROOT

__all__ = ["inner"]

pexpect = pytest.importorskip("pexpect", reason="there is no pseudo-terminal on this system")

PATIENCE_SECONDS = 60
SOURCE = """
def test_typed(cognito_mailbox):
    print("what is captured")
    code = cognito_mailbox.newest_code("alice", kind="sign_up")
    assert code.value.reveal() == "135790"
    print("what comes later")
"""


class TestPromptMailbox:
    """The mailbox without any terminal."""

    def test_question_names_person_kind_and_moment(self) -> None:
        """The question names the person, the kind and the moment; what is typed is trimmed."""
        asked: list[tuple[str, float]] = []

        def ask(question: str, seconds: float) -> str:
            asked.append((question, seconds))
            return " 123456\n"

        mailbox = PromptMailbox(ask, waiting=VirtualClock(0.0, frozen=True))
        code = mailbox.newest_code("alice", kind="mfa", since=3661.0)
        assert code.value == Secret("123456")
        assert asked == [
            ("The newest code for alice (mfa), sent at 01:01:01 UTC or later: ", 120.0)
        ]

    def test_empty_line_asks_again(self) -> None:
        """An empty line is no code: the question is put again with the time that is left."""
        clock = VirtualClock(0.0, frozen=True)
        left: list[float] = []

        def ask(question: str, seconds: float) -> str:
            left.append(seconds)
            clock.advance(10)
            return "\n" if len(left) < 3 else "123456\n"

        code = PromptMailbox(ask, waiting=clock).newest_code("alice", deadline_seconds=30)
        assert code.value == Secret("123456")
        assert left == [30, 20, 10]

    def test_missing_input_ends_at_the_deadline(self) -> None:
        """Nothing typed in time is a deadline that was missed."""
        clock = VirtualClock(0.0, frozen=True)

        def ask(question: str, seconds: float) -> None:
            clock.advance(seconds)

        with pytest.raises(DeadlineExceeded, match="code for 'alice' within 7 s"):
            PromptMailbox(ask, patience_seconds=7, waiting=clock).newest_code("alice")


class TestAtTheTerminal:
    """A run of pytest, and a person at the terminal."""

    @pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal on Windows")
    @pytest.mark.parametrize("capture", ["fd", "sys", "no"])
    def test_question_is_seen_despite_capturing(self, capture: str, tmp_path: Path) -> None:
        """The question is seen although output is captured, and capturing goes on afterwards."""
        child = self.spawn(tmp_path, f"--capture={capture}")
        child.expect_exact("The newest code for alice (sign_up): ")
        child.sendline("135790")
        child.expect_exact("1 passed")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        if capture != "no":
            assert "what is captured" not in child.logfile_read.getvalue()
            assert "what comes later" not in child.logfile_read.getvalue()

    @pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal on Windows")
    def test_missing_input_fails_the_test(self, tmp_path: Path) -> None:
        """Without an answer the test fails at its deadline."""
        child = self.spawn(tmp_path, "--cognito-mailbox-deadline=0.2")
        child.expect_exact("there was no code for 'alice'")
        child.expect_exact("1 failed")
        child.expect(pexpect.EOF)

    def spawn(self, folder: Path, *arguments: str):  # type: ignore[no-untyped-def]  # pexpect has no types
        """Start pytest in a pseudo-terminal."""
        (folder / "test_inner.py").write_text(SOURCE, encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        plugins = ["-p", "no:cacheprovider", "-p", "harness.plugin"]
        child = pexpect.spawn(
            sys.executable,
            ["-m", "pytest", *plugins, "--cognito-mailbox=prompt", *arguments],
            cwd=str(folder),
            env={
                "PATH": "",
                "PYTHONPATH": str(ROOT),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "AWS_EC2_METADATA_DISABLED": "true",
            },
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
        )
        child.logfile_read = io.StringIO()
        return child


class TestRefusals:
    """Runs in which no person can be asked."""

    def test_missing_terminal_ends_the_run(self, inner: Inner) -> None:
        """If the input is not a terminal, the run ends with one line and exit code 2."""
        result = inner("--cognito-mailbox=prompt", source=SOURCE)
        assert result.ret == 2
        line = the_one_line(result)
        assert "--cognito-mailbox: cannot use 'prompt' (from command line)" in line
        assert "the standard input is not a terminal" in line

    @pytest.mark.parametrize("source", ["command line", "environment"])
    def test_xdist_ends_the_run(self, inner: Inner, source: str) -> None:
        """With xdist the run ends with one line that says why, wherever the setting is from."""
        given = ["--cognito-mailbox=prompt"] if source == "command line" else []
        environment = {} if given else {"COGNITO_HARNESS_MAILBOX": "prompt"}
        result = inner("-p", "xdist", "-n", "1", *given, source=SOURCE, **environment)
        assert result.ret == 2
        everything = result.stdout.str() + result.stderr.str()
        assert "xdist workers have no terminal to ask at; run without -n" in everything
        assert "Traceback" not in everything
