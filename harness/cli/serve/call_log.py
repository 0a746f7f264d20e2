"""``serve --log-json``: one line of JSON on stderr for each call, without the request itself."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.options import Panel
from harness.clock import utc_of

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.emulator.engine import Engine
    from harness.emulator.stores.call_log import LoggedCall

__all__ = ["LogJsonOption", "log_calls"]

LogJsonOption = Annotated[
    bool,
    typer.Option(
        "--log-json",
        help="Write one line of JSON to stderr for each call.",
        rich_help_panel=Panel.OUTPUT,
    ),
]


def log_calls(emulator: Emulator, *, wanted: bool) -> None:
    """Write a line for each Cognito call from now on, if that is wanted."""
    if not wanted:
        return

    def write(call: LoggedCall) -> None:
        line = json.dumps(described(call, emulator.engine))
        try:
            print(line, file=sys.stderr, flush=True)
        except BrokenPipeError:
            # The rest of the buffer would fail again at exit and change the exit code:
            # https://docs.python.org/3/library/signal.html#note-on-sigpipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
            raise

    emulator.engine.call_log.watch(write)


def described(call: LoggedCall, engine: Engine) -> dict[str, Any]:
    """Return the fields of a call's log line.

    Names that neither Cognito nor the emulator knows are left out: they could be secrets.
    """
    from harness.emulator.api.service_model import is_operation

    moment = utc_of(call.at)
    return {
        "time": moment.isoformat(timespec="milliseconds"),
        "operation": call.operation if is_operation(call.operation) else None,
        "pool": call.pool_id if call.pool_id in engine.pools else None,
        "status": call.status,
        "error": call.code or None,
        "milliseconds": round(call.milliseconds, 3),
    }
