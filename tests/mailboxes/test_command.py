"""The mailbox command: a program prints the code."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from harness.clock import VirtualClock
from harness.errors import DeadlineExceeded, HarnessError
from harness.redaction import Secret
from harness.users.mailboxes import command
from harness.users.mailboxes.command import CommandMailbox

POOL = "us-east-1_AbCdEf123"


def python(source: str, *arguments: str) -> CommandMailbox:
    """Return a mailbox that runs a Python program."""
    words = (sys.executable, "-c", source, *arguments)
    return CommandMailbox(words, POOL, waiting=VirtualClock(0.0, frozen=True))


class TestWhatItIsTold:
    """Whose code is wanted."""

    def test_program_gets_its_environment(self) -> None:
        """The program finds user, kind, moment and pool in its environment."""
        names = "USERNAME", "KIND", "SINCE", "USER_POOL_ID"
        source = f"import os; print('/'.join(os.environ['COGNITO_' + n] for n in {names}))"
        code = python(source).newest_code("alice", kind="mfa", since=12.5)
        assert code.value == Secret(f"alice/mfa/12.500000/{POOL}")
        assert (code.kind, code.username) == ("mfa", "alice")
        assert python(source).newest_code("alice").value == Secret(f"alice///{POOL}")

    def test_placeholders_are_filled(self) -> None:
        """Placeholders in the words of the command are filled; other braces stay."""
        source = "import sys; print('|'.join(sys.argv[1:]))"
        mailbox = python(source, "--user={username}", "{kind}", "{since}", "{user_pool_id}", "{x}")
        found = mailbox.newest_code("alice", kind="resend", since=3).value
        assert found == Secret(f"--user=alice|resend|3.000000|{POOL}|{{x}}")

    def test_username_is_one_argument(self) -> None:
        """A user's name is one argument, whatever it has in it."""
        mailbox = python("import sys; print(len(sys.argv))", "{username}")
        assert mailbox.newest_code("a b; $(id)").value == Secret("2")


class TestWhatItSays:
    """Codes, no code yet, and failures."""

    def test_program_runs_until_it_prints_a_code(self, tmp_path: Path) -> None:
        """A program that prints nothing is run again until it prints a code."""
        seen = tmp_path / "seen"
        source = (
            "import sys; file = open(sys.argv[1], 'a'); file.write('x'); file.close()\n"
            "print('654321' if len(open(sys.argv[1]).read()) == 3 else '')"
        )
        mailbox = python(source, str(seen))
        assert mailbox.newest_code("alice").value == Secret("654321")
        assert seen.read_text(encoding="utf-8") == "xxx"

    def test_missing_code_ends_at_the_deadline(self) -> None:
        """A program that never prints anything ends with who was awaited for how long."""
        with pytest.raises(DeadlineExceeded, match=r"code for 'alice' of kind 'mfa' within 3 s"):
            python("").newest_code("alice", kind="mfa", deadline_seconds=3)

    def test_failing_program_is_shown_without_secrets(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a failing program complains of is shown, without codes and secrets."""
        monkeypatch.setenv("MAIL_PASSWORD", "hunter2hunter2")
        source = (
            "import os, sys; print('Tr0ub4dor')\n"
            "sys.exit('no luck: Tr0ub4dor 123456 ' + os.environ['MAIL_PASSWORD'])"
        )
        with pytest.raises(HarnessError) as caught:
            python(source, "--token=s3cretWord").newest_code("alice")
        text = str(caught.value)
        assert text.endswith("exited with status 1: no luck: [redacted] [redacted] [redacted]")
        assert "s3cretWord" not in text

    def test_output_of_several_words_is_refused(self) -> None:
        """Output that has more than one word is no code, and is not repeated."""
        with pytest.raises(
            HarnessError, match="printed 4 words; it must print only the code"
        ) as caught:
            python("print('your code is 123456')").newest_code("alice")
        assert "123456" not in str(caught.value)

    def test_missing_program_is_one_message(self) -> None:
        """A program that is not there is one message."""
        with pytest.raises(
            HarnessError, match="mailbox command 'no-such-program' cannot be run: No"
        ):
            CommandMailbox(["no-such-program"], POOL).newest_code("alice")

    def test_hanging_program_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A program that does not end is ended, with what it has started and what holds on."""
        monkeypatch.setattr(command, "_SHORTEST_RUN_SECONDS", 0.5)
        source = (
            "import os, subprocess, sys\n"
            "held = os.pipe()\n"
            "subprocess.run([sys.executable, '-c', 'input()'], stdin=held[0])"
        )
        mailbox = CommandMailbox([sys.executable, "-c", source], POOL)
        with pytest.raises(HarnessError, match=r"did not end within 0\.5 s") as caught:
            mailbox.newest_code("alice", deadline_seconds=0)
        # Words of the command may be credentials.
        assert "held = os.pipe()" not in "".join(traceback.format_exception(caught.value))
