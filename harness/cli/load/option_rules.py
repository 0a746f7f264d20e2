"""Which options of a load run go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError, HarnessError
from harness.settings import values as rules

__all__ = ["require_consistent"]

#: The options by the names of their arguments, and under ``given`` the names that the command line
#: itself has.
Values = Mapping[str, Any]

_RAMP = ("max_p95", "max_throttled", "max_rate", "step_time", "plot")
_SIZE = ("users", "spawn_rate", "run_time")
_REPORTS = ("csv", "html")
_POOL = ("user_pool_id", "client_id", "client_secret")
#: For each mode, the options that have no effect in it, with the reason.
_WITHOUT_EFFECT: Mapping[str, tuple[tuple[str, ...], str]] = {
    "--remove": (
        (
            *("prepare", "profile", *_SIZE, "processes", "people", *_POOL, "setting"),
            *("ramp", *_RAMP, *_REPORTS, "max_users"),
        ),
        "it only removes what the plan names",
    ),
    "--prepare": (
        ("ramp", *_RAMP, "spawn_rate", "run_time", *_REPORTS),
        "it only prepares; give it to Locust later",
    ),
    "--target preflight": (
        ("prepare", "remove", "endpoint_url", "people", "plot", *_REPORTS),
        "it only says what a run on aws would use",
    ),
    "--ramp": ((*_SIZE, "quota_share", "unpaced"), "the ramp sets the rate itself"),
    "--unpaced": (("quota_share",), "it keeps to no quotas"),
}
_NEEDS_RAMP, _NEEDS_AWS = _RAMP, ("aws_accounts", "aws_charges", "max_users")
_ON_AWS = ("aws", "preflight")
#: The files that a run writes at its end, or after the people are made.
_WRITTEN = ("people", "prepare", "plot", "html", "csv")
#: Their folders are made with them.
_WRITTEN_WITH_FOLDER = ("people", "prepare", "csv")


def require_consistent(values: Values) -> None:
    """Refuse options that contradict each other or have no effect, before anything is done.

    What the environment says is for other runs too, so only the command line is judged.

    Raises:
        HarnessError: names the first option, what was given and why it cannot be used.
    """
    for error in (*_missing(values), *_without_effect(values), *_secret_given(values)):
        raise error
    prepare = values["prepare"]
    if prepare is not None and prepare.exists():
        hint = "the file exists; `load --remove` with it deletes what was prepared, and the file"
        raise _refused(values, "prepare", hint)
    for name in _WRITTEN:
        path = values[name]
        if isinstance(path, Path):
            _require_writable(name, path)


def _without_effect(values: Values) -> Iterator[HarnessError]:
    for mode in _modes(values):
        names, reason = _WITHOUT_EFFECT[mode]
        for name in (name for name in names if name in values["given"]):
            yield _refused(values, name, f"not together with {mode}: {reason}")
    if not values["ramp"]:
        for name in (name for name in _NEEDS_RAMP if name in values["given"]):
            yield _refused(values, name, "it has an effect with --ramp only")
    if values["target"] not in _ON_AWS:
        for name in (name for name in _NEEDS_AWS if name in values["given"]):
            yield _refused(values, name, "it has an effect with --target aws or preflight only")


def _modes(values: Values) -> Iterator[str]:
    if values["target"] == "preflight":
        yield "--target preflight"
    if values["remove"] is not None:
        yield "--remove"
    if values["prepare"] is not None:
        yield "--prepare"
    if values["ramp"]:
        yield "--ramp"
    if values["unpaced"]:
        yield "--unpaced"


def _missing(values: Values) -> Iterator[HarnessError]:
    pool_id, client_id = values["user_pool_id"], values["client_id"]
    if pool_id is not None and client_id is None:
        yield ConfigurationError("--client-id", hint="--user-pool-id needs it")
    if client_id is not None and pool_id is None:
        yield ConfigurationError("--user-pool-id", hint="--client-id needs it")
    if values["client_secret"] is not None and client_id is None:
        yield ConfigurationError("--client-id", hint="--client-secret needs it")
    if values["people"] is not None and pool_id is None and values["remove"] is None:
        hint = "--people needs it: a pool made for the run is deleted"
        yield ConfigurationError("--user-pool-id", hint=hint)
    is_own = values["target"] == "server" and values["endpoint_url"] is None
    if values["prepare"] is not None and is_own and values["remove"] is None:
        hint = "--prepare needs it: the run's own emulator ends with it"
        yield ConfigurationError("--endpoint-url", hint=hint)


def _secret_given(values: Values) -> Iterator[HarnessError]:
    secret = values["client_secret"]
    if secret is not None and not secret.startswith("@"):
        yield _refused(values, "client_secret", "give @ and a file: others see a command line")


def _require_writable(name: str, path: Path) -> None:
    # Locust's CSV files have names that begin with the path.
    made = path.with_name(f"{path.name}_stats.csv") if name == "csv" else path
    while name in _WRITTEN_WITH_FOLDER and not made.parent.exists():
        made = made.parent
    try:
        rules.latencies(str(made))
    except rules.Unusable as error:
        raise ConfigurationError(_option(name), given=str(path), hint=error.hint) from None


def _refused(values: Values, name: str, hint: str) -> HarnessError:
    value = values[name]
    # A flag has no value to show, and a secret must not be shown.
    if isinstance(value, bool) or name == "client_secret":
        return HarnessError(f"{_option(name)}: {hint}")
    if isinstance(value, list):
        value = value[0]
    return ConfigurationError(
        _option(name), given=str(value) if isinstance(value, Path) else value, hint=hint
    )


def _option(name: str) -> str:
    return "--set" if name == "setting" else f"--{name.replace('_', '-')}"
