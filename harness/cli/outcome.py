"""Exit codes, and the one line that says what went wrong."""

from __future__ import annotations

import os
import re
import sys
import traceback
from enum import IntEnum

import typer

from harness.errors import DeadlineExceeded, HarnessError, ScenarioFailure
from harness.redaction import Redactor

__all__ = ["TRACEBACK_VARIABLE", "ExitCode", "complain", "report"]

#: Set to anything, it lets an error that should not have happened show where it happened.
TRACEBACK_VARIABLE = "COGNITO_HARNESS_TRACEBACK"

# Typer brings Click along or asks for it, depending on its version; its own names are the same.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]


class ExitCode(IntEnum):
    """What the process tells its caller."""

    EXPECTED = 0
    FINDING = 1
    MISUSE = 2
    #: What shells report for a program that ended at Ctrl-C: 128 and the signal's number.
    INTERRUPTED = 130


def complain(message: str) -> None:
    """Print one line on stderr, without anything secret in it."""
    line = " ".join(Redactor().scrub(message).split())
    print(f"cognito-harness: {line}", file=sys.stderr, flush=True)


def report(error: BaseException) -> ExitCode:
    """Say in one line what happened, and return the exit code it means."""
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        if sys.stderr.isatty():
            # The cursor stands behind a prompt and the terminal's own ^C.
            print(file=sys.stderr)
        complain("stopped")
        return ExitCode.INTERRUPTED
    code, message = _explain(error)
    complain(message)
    return code


def _explain(error: BaseException) -> tuple[ExitCode, str]:
    if isinstance(error, _UsageError):
        return ExitCode.MISUSE, _usage(error)
    if isinstance(error, (DeadlineExceeded, ScenarioFailure)):
        return ExitCode.FINDING, str(error)
    if isinstance(error, HarnessError):
        return ExitCode.MISUSE, str(error)
    return _explain_boto(error) or _explain_unexpected(error)


def _usage(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path.partition(" ")[2] if context is not None else ""
    message = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    # Typer shows several variables as Python's list of them.
    message = re.sub(r"'\[(.*?)\]'", lambda found: found[1].replace("'", ""), message)
    hint = f"see cognito-harness {command} --help".replace("  ", " ")
    return f"{message}; {hint}"


def _explain_boto(error: BaseException) -> tuple[ExitCode, str] | None:
    # An error of botocore can only have come if something has imported it.
    if "botocore" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ClientError):
        refused = error.response.get("Error", {})
        code, text = refused.get("Code", "error"), refused.get("Message", "")
        return ExitCode.FINDING, f"{error.operation_name} was refused: {code}: {text}"
    if isinstance(error, BotoCoreError):
        return ExitCode.MISUSE, str(error)
    return None


def _explain_unexpected(error: BaseException) -> tuple[ExitCode, str]:
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(type(error), error, error.__traceback__)
    message = f"{type(error).__name__}: {error}; set {TRACEBACK_VARIABLE}=1 to see where"
    return ExitCode.FINDING, message
