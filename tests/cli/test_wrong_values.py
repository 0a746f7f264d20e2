"""A value that cannot be used: one line that names the option, the value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from harness.cli.app import app
from tests.cli.conftest import CommandLine
from tests.reports.runs.records import ordinary_record, write
from tests.support.sources import ROOT

_TEMPLATE = str(ROOT / "stack" / "cognito-mfa-pool.yaml")
_ENDPOINT = ("--endpoint-url", "http://127.0.0.1:1")
_POOL = ("--user-pool-id", "us-east-1_AbCdEf123", "--client-id", "1example2")
#: What a command needs besides the option, so that nothing else is wrong.
_NEEDED: dict[str, tuple[str, ...]] = {
    "code": (*_ENDPOINT, "--username", "ada"),
    "clock": _ENDPOINT,
    "seed": _ENDPOINT,
    "export": _ENDPOINT,
    "provision": (*_ENDPOINT, "--spec", _TEMPLATE),
    "snapshot": ("--user-pool-id", "us-east-1_AbCdEf123"),
    "audit": (_TEMPLATE,),
    "diff": (_TEMPLATE, _TEMPLATE),
    "sweep": ("--aws-accounts", "111122223333"),
    "report": ("run.jsonl",),
    "latencies": ("latencies.json",),
    "conform": _ENDPOINT,
    "login-url": _ENDPOINT,
}
_ALSO: dict[tuple[str, str], tuple[str, ...]] = {
    ("serve", "--tls-ca"): ("--tls",),
    ("snapshot", "--output"): _ENDPOINT,
    ("load", "--plot"): ("--ramp",),
    ("load", "--people"): (*_ENDPOINT, *_POOL),
    ("load", "--prepare"): _ENDPOINT,
    ("load", "--journal"): (*_ENDPOINT, *_POOL),
    ("load", "--client-id"): ("--user-pool-id", "us-east-1_AbCdEf123"),
    ("conform", "--expected"): ("--against", "run.jsonl"),
    ("demo", "--user-pool-id"): ("--client-id", "1example2"),
    ("demo", "--client-id"): ("--user-pool-id", "us-east-1_AbCdEf123"),
    ("demo", "--endpoint-url"): _POOL,
    ("report", "--latency-bound"): ("--compare", "before.jsonl"),
    ("load", "--client-secret"): (*_ENDPOINT, *_POOL),
    ("load", "--aws-accounts"): ("--target", "aws", "--aws-charges", "acknowledged"),
    **{
        ("conform", option): ("--mailbox", "command", "--mailbox-command", "codes")
        for option in ("--mailbox-deadline", "--mailbox-address", "--mailbox-pattern")
    },
}
#: Options that take any text: a name is looked up, and a pattern or an expression is matched.
_FREE = {
    ("code", "--username"),
    *(("login-url", f"--{name}") for name in ("client", "redirect-uri", "scope")),
    *(("login-url", f"--{name}") for name in ("state", "nonce", "login-hint")),
    ("provision", "--stack-name"),
    ("provision", "--pool"),
    ("audit", "--pool"),
    ("diff", "--pool"),
    ("diff", "--pool-after"),
    ("selfcheck", "--faults"),
    ("conform", "-k"),
    ("conform", "--mailbox-command"),
    ("conform", "--imap-user"),
}
#: Options whose value is a path: there is nothing below a file.
_FILES = ("FILE", "FOLDER", "PREFIX", "BEFORE", "RECORD", "@FILE")
_MISSING = "a-file/no-such-file"
_NONSENSE = "no(n)sense"


def _options() -> Iterator[tuple[str, str, str]]:
    """Yield each option that has a value: the command, its name, and a value it cannot have."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for one in command.params:
            if one.param_type_name == "option" and not one.is_flag:
                option = max(one.opts, key=len)
                if (name, option) not in _FREE:
                    yield name, option, _wrong(one)


def _wrong(parameter: Any) -> str:
    if parameter.metavar == "@FILE":
        return f"@{_MISSING}"
    if parameter.metavar == "REGEX":
        return "("
    return _MISSING if parameter.metavar in _FILES else _NONSENSE


@pytest.mark.parametrize(("command", "option", "value"), list(_options()))
def test_a_wrong_value_is_one_line(
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
    option: str,
    value: str,
) -> None:
    """Exit code 2, and a line with the option, the value and what it must be; no traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").touch()
    write(ordinary_record(), tmp_path / "run.jsonl")
    needed = _NEEDED.get(command, ())
    if (command, option) == ("provision", "--stack"):
        needed = _ENDPOINT
    if option in needed:
        place = needed.index(option)
        needed = (*needed[:place], *needed[place + 2 :])
    more = _ALSO.get((command, option), ())

    outcome = cli(command, *needed, *more, option, value)

    assert outcome.code == 2, outcome
    assert outcome.err.count("\n") == 1
    line = outcome.err.removeprefix("cognito-harness: ")
    assert re.match(rf"{re.escape(option)}[^:]*: cannot use .*; \S+", line), line
    assert value in line
    assert "Traceback" not in outcome.err
