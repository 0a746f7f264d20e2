"""Exit codes, and the one line on stderr that says what went wrong."""

from __future__ import annotations

import os
import re
import sys
import traceback
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

import typer

from harness.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HarnessError,
    ScenarioFailure,
    nearest_match,
)
from harness.redaction import Redactor

__all__ = ["TRACEBACK_VARIABLE", "ExitCode", "complain", "report"]

#: If this variable is set, an unexpected error also prints its traceback.
TRACEBACK_VARIABLE = "COGNITO_HARNESS_TRACEBACK"

# Some versions of Typer depend on Click and others bundle it; Typer's own names stay the same.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]


class ExitCode(IntEnum):
    """The exit code of the process."""

    EXPECTED = 0
    FINDING = 1
    MISUSE = 2
    #: What shells report for a program that Ctrl-C ended: 128 plus the number of the signal.
    INTERRUPTED = 130


def complain(message: str) -> None:
    """Print one line on stderr, with secrets removed."""
    line = " ".join(Redactor().scrub(message).split())
    print(f"cognito-harness: {line}", file=sys.stderr, flush=True)


def report(error: BaseException) -> ExitCode:
    """Print one line about an error and return its exit code."""
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        if sys.stderr.isatty():
            # The cursor is still on the line of the prompt, behind the ^C that the terminal shows.
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
    hint = f"see cognito-harness {command} --help".replace("  ", " ")
    what = _missing(error) or _unknown(error) or _without_value(error) or _as_sentence(error)
    return f"{what}{'' if what.endswith('?') else ';'} {hint}"


def _missing(error: Exception) -> str | None:
    """Return the message for an option or argument that was not given."""
    parameter = getattr(error, "param", None)
    if type(error).__name__ != "MissingParameter" or parameter is None:
        return None
    is_option = parameter.param_type_name == "option"
    name = parameter.opts[0] if is_option else parameter.metavar or str(parameter.name).upper()
    variables = parameter.envvar if isinstance(parameter.envvar, (list, tuple)) else ()
    names = [parameter.envvar] if isinstance(parameter.envvar, str) else variables
    hint = f"give it, or set {' or '.join(names)}" if names else "the command needs it"
    return str(ConfigurationError(name, hint=hint))


def _unknown(error: Exception) -> str | None:
    """Return the message for an option that does not exist, or belongs to a command."""
    name = getattr(error, "option_name", None)
    if type(error).__name__ != "NoSuchOption" or name is None:
        return None
    similar = " or ".join(getattr(error, "possibilities", None) or ())
    also = f"; did you mean {similar}?" if similar else ""
    context = getattr(error, "ctx", None)
    commands: dict[str, Any] = getattr(context and context.command, "commands", {})
    owners = [key for key, one in commands.items() if any(name in p.opts for p in one.params)]
    if owners:
        also = f" before the command; did you mean cognito-harness {owners[0]} {name}?"
    return f"there is no option {name}{also}"


def _without_value(error: Exception) -> str | None:
    """Return the message for an option that is given without its value."""
    name, context = getattr(error, "option_name", None), getattr(error, "ctx", None)
    if type(error).__name__ != "BadOptionUsage" or context is None or "requires" not in str(error):
        return None
    found = [one for one in context.command.params if name in one.opts]
    hint = f"write {name} {found[0].metavar or 'VALUE'}" if found else None
    return str(ConfigurationError(str(name), hint=hint))


def _as_sentence(error: Exception) -> str:
    text = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    text = re.sub(r"[.;]? [Dd]id you mean", "; did you mean", text)
    command = re.fullmatch(r"No such command '(.*)'", text)
    if command:
        # Older versions of Typer suggest none.
        commands = getattr(getattr(getattr(error, "ctx", None), "command", None), "commands", {})
        near = nearest_match(command[1], tuple(commands))
        return f"no such command {command[1]!r}" + (f"; did you mean {near!r}?" if near else "")
    extra = re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", text)
    if extra:
        return f"no place for {extra[1]!r}: the command takes no such argument"
    return text[:1].lower() + text[1:]


def _explain_boto(error: BaseException) -> tuple[ExitCode, str] | None:
    # An error of botocore cannot occur before botocore is imported.
    if "botocore" not in sys.modules:
        return None
    from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

    if isinstance(error, ClientError):
        refused = error.response.get("Error", {})
        code, text = refused.get("Code", "error"), refused.get("Message", "")
        return ExitCode.FINDING, f"{error.operation_name} was refused: {code}: {text}"
    if isinstance(error, EndpointConnectionError):
        url = urlsplit(str(error.kwargs.get("endpoint_url")))
        if url.hostname in ("127.0.0.1", "localhost", "::1"):
            where = f"{url.scheme}://{url.netloc}"
            hint = "start one with `cognito-harness serve`"
            return ExitCode.MISUSE, f"no emulator at {where}; {hint}"
    if isinstance(error, BotoCoreError):
        return ExitCode.MISUSE, str(error)
    return None


def _explain_unexpected(error: BaseException) -> tuple[ExitCode, str]:
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(type(error), error, error.__traceback__)
    message = f"{type(error).__name__}: {error}; set {TRACEBACK_VARIABLE}=1 for a traceback"
    return ExitCode.FINDING, message
