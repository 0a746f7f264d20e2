"""The mailbox behind a command: any program that prints the newest code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Event, Timer

from harness.clock import Clock, SteadyClock, SystemClock, Waits
from harness.errors import HarnessError
from harness.redaction import MASK, Redactor, Secret
from harness.users.mailboxes.base import Code, CodeWait

__all__ = ["CommandMailbox"]

#: Time between two runs of the program.
_POLL_SECONDS = 1.0
#: Time limit of a run if the caller looks only once, or the deadline is near.
_SHORTEST_RUN_SECONDS = 5.0
#: How much longer to read the output of programs that it started and that cannot be ended.
_GRACE_SECONDS = 1.0
_SECRET_VARIABLE = re.compile(r"PASSWORD|SECRET|TOKEN|CREDENTIAL|KEY", re.IGNORECASE)
_LIKE_A_CODE = re.compile(r"(?<!\w)\d{4,8}(?!\w)")
_LONGEST_COMPLAINT = 300


class CommandMailbox:
    """Runs a program until it prints a code.

    The environment tells the program which code is wanted: ``COGNITO_USERNAME``,
    ``COGNITO_KIND``, ``COGNITO_SINCE`` (epoch seconds) and ``COGNITO_USER_POOL_ID``, each empty if
    it does not matter. Words of the command may contain ``{username}``, ``{kind}``, ``{since}``
    and ``{user_pool_id}``. The program prints only the code, or nothing if there is none yet, and
    exits with status 0.

    Args:
        command: the program and its arguments; no shell is used.
        user_pool_id: the pool whose codes count.
        patience_seconds: how long to wait if the caller does not say.
        waiting: clock to wait on; real time by default.
    """

    def __init__(
        self,
        command: Sequence[str],
        user_pool_id: str,
        *,
        patience_seconds: float = 30.0,
        waiting: Waits | None = None,
    ) -> None:
        self.clock: Clock = SystemClock()
        self._command = tuple(command)
        self._user_pool_id = user_pool_id
        self._wait = CodeWait(waiting or SteadyClock(), patience_seconds, _POLL_SECONDS)

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`.

        Raises:
            HarnessError: the program failed, or printed something else than a code.
        """
        wanted = {
            "username": username,
            "kind": kind or "",
            "since": "" if since is None else f"{since:.6f}",
            "user_pool_id": self._user_pool_id,
        }

        def look(deadline: float) -> Code | None:
            seconds = max(deadline - self._wait.clock.time(), _SHORTEST_RUN_SECONDS)
            printed = self._run(wanted, seconds)
            return self._code(printed, username, kind) if printed else None

        return self._wait.newest_code(look, username, kind, deadline_seconds)

    def _run(self, wanted: Mapping[str, str], seconds: float) -> str:
        """Run the program once, and return what it printed."""
        too_late = Event()
        process = self._start(wanted)
        # The time limit of communicate() is by a clock that a test may have frozen.
        limit = Timer(seconds, _end_late, (process, too_late))
        with process:
            try:
                limit.start()
                printed, complaint = process.communicate(timeout=seconds + _GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                printed = complaint = ""
                too_late.set()
            finally:
                # Also if the user interrupts the run.
                limit.cancel()
                _end(process)
        if too_late.is_set():
            raise HarnessError(f"{self._named()} did not end within {seconds:g} s")
        if process.returncode:
            raise HarnessError(
                f"{self._named()} exited with status {process.returncode}"
                + _shown(complaint, printed, wanted)
            )
        return printed.strip()

    def _start(self, wanted: Mapping[str, str]) -> subprocess.Popen[str]:
        given = {f"COGNITO_{name.upper()}": value for name, value in wanted.items()}
        try:
            return subprocess.Popen(
                [_filled(word, wanted) for word in self._command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env={**os.environ, **given},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise HarnessError(f"{self._named()} cannot be run: {reason}") from error

    def _code(self, printed: str, username: str, kind: str | None) -> Code:
        if len(printed.split()) > 1:
            raise HarnessError(
                f"{self._named()} printed {len(printed.split())} words; it must print only the code"
            )
        return Code(kind or "unknown", username, Secret(printed), self.clock.time())

    def _named(self) -> str:
        # The arguments of the program may be credentials.
        return f"the mailbox command {self._command[0]!r}"


def _filled(word: str, wanted: Mapping[str, str]) -> str:
    return re.sub(r"\{(username|kind|since|user_pool_id)\}", lambda found: wanted[found[1]], word)


def _end_late(process: subprocess.Popen[str], too_late: Event) -> None:
    too_late.set()
    _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    with suppress(ProcessLookupError):  # it has just ended
        if hasattr(os, "killpg"):
            # Programs that it started keep its output open.
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()


def _shown(complaint: str, printed: str, wanted: Mapping[str, str]) -> str:
    """Return the standard error of the program, without anything that looks like a secret."""
    redactor = Redactor()
    for word in printed.split():
        redactor.register(word)
    for name, value in os.environ.items():
        if _SECRET_VARIABLE.search(name) and value not in wanted.values():
            redactor.register(value)
    text = _LIKE_A_CODE.sub(MASK, redactor.scrub(" ".join(complaint.split())))
    return f": {text[-_LONGEST_COMPLAINT:]}" if text else ""
