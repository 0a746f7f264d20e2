"""Profiles of load: a TOML file with the mix of flows, their pace and the shape of the run.

::

    [flows]                     # the weight of each flow in the mix
    SrpSignIn = 60
    RememberedDeviceSignIn = 40

    [pace]
    throughput = 1.0            # flows a second of each user; or think_time = [1.0, 3.0]

    [[stages]]                  # instead of --users, --spawn-rate and --run-time
    seconds = 60
    users = 100
    spawn_rate = 10

    [expected]                  # errors that count as successes, by the name of the request
    "InitiateAuth REFRESH_TOKEN_AUTH" = ["NotAuthorizedException"]
"""

from __future__ import annotations

import difflib
import functools
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.load.flow_names import DEFAULT_WEIGHTS, FLOWS, REQUESTS, Kind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["LoadProfile", "Pace", "ShapeStage", "load_profile_of", "read_load_profile"]

_MEMBERS = ("flows", "pace", "stages", "expected")
_PACE_MEMBERS = ("throughput", "think_time")
_STAGE_MEMBERS = ("seconds", "users", "spawn_rate")


@dataclass(frozen=True)
class Pace:
    """How long a user pauses between two flows.

    Attributes:
        throughput: flows a second of each user, pauses included; ``None`` if the user thinks.
        think_time: the shortest and the longest pause in seconds.
    """

    throughput: float | None = 1.0
    think_time: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class ShapeStage:
    """A part of a run.

    Attributes:
        seconds: how long it takes.
        users: number of users in it.
        spawn_rate: users that start or stop in a second until there are so many.
    """

    seconds: float
    users: int
    spawn_rate: float


@dataclass(frozen=True)
class LoadProfile:
    """What a load run does.

    Attributes:
        weights: the weight of each flow in the mix, by name.
        pace: how long a user pauses between two flows.
        stages: the parts of the run; without any, Locust's options say how many users there are.
        expected: the errors that count as successes, by the name of the request.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    pace: Pace = Pace()
    stages: tuple[ShapeStage, ...] = ()
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def share(self, kind: Kind | None) -> float:
        """Return the share of the mix, from 0 to 1, that takes people of a kind."""
        taking = sum(weight for name, weight in self.weights.items() if FLOWS[name] is kind)
        return taking / sum(self.weights.values())

    def why_no_ramp(self) -> str:
        """Return what keeps a ramp from using the profile, or an empty text."""
        if self.stages:
            return "it has stages, and a ramp sets the number of users itself"
        if self.pace != Pace():
            return "its pace is not one flow a second, which is the pace of a ramp"
        return ""


def read_load_profile(path: Path, *, setting: str = "--profile") -> LoadProfile:
    """Return the profile of a TOML file.

    Args:
        path: the file.
        setting: the name of the option, for error messages.

    Raises:
        ConfigurationError: the file cannot be read, or a value in it is not valid.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(setting, given=str(path), hint=reason) from error
    return load_profile_of(text, str(path), setting=setting)


def load_profile_of(text: str, source: str, *, setting: str = "--profile") -> LoadProfile:
    """Return the profile of a TOML text.

    Args:
        text: what the file has.
        source: where the text comes from, for error messages.
        setting: the name of the option, for error messages.

    Raises:
        ConfigurationError: it is not TOML, or a value in it is not valid.
    """
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(setting, given=source, hint=str(error)) from error
    _only(found, _MEMBERS, "member", source)
    weights = _table(found, "flows", source)
    return LoadProfile(
        weights=_weights(weights, source) if "flows" in found else dict(DEFAULT_WEIGHTS),
        pace=_pace(_table(found, "pace", source), source),
        stages=tuple(_stage(item, source) for item in _list(found, "stages", source)),
        expected={
            name: _errors(name, codes, source)
            for name, codes in _table(found, "expected", source).items()
        },
    )


def _weights(table: Mapping[str, Any], source: str) -> dict[str, float]:
    _only(table, FLOWS, "flows", source)
    weights = {
        name: _number(f"flows.{name}", weight, source, least=0.0) for name, weight in table.items()
    }
    if not any(weights.values()):
        hint = f"give a weight to one of: {', '.join(FLOWS)}"
        raise ConfigurationError("flows", given=dict(table), source=source, hint=hint)
    return weights


def _pace(table: Mapping[str, Any], source: str) -> Pace:
    _only(table, _PACE_MEMBERS, "pace", source)
    if len(table) > 1:
        hint = "give either throughput or think_time"
        raise ConfigurationError("pace", given=dict(table), source=source, hint=hint)
    if "throughput" in table:
        return Pace(_number("pace.throughput", table["throughput"], source, above=0.0))
    if "think_time" in table:
        return Pace(None, _think_time(table["think_time"], source))
    return Pace()


def _think_time(value: Any, source: str) -> tuple[float, float]:
    pair = value if isinstance(value, list) else [value, value]
    if len(pair) != 2:
        hint = "it must be seconds, or the least and the most seconds such as [1.0, 3.0]"
        raise ConfigurationError("pace.think_time", given=value, source=source, hint=hint)
    least, most = (_number("pace.think_time", one, source, least=0.0) for one in pair)
    if least > most:
        hint = "the first number must not be above the second"
        raise ConfigurationError("pace.think_time", given=value, source=source, hint=hint)
    return least, most


def _stage(item: Any, source: str) -> ShapeStage:
    if not isinstance(item, dict):
        raise ConfigurationError("stages", given=item, source=source, hint="write it as [[stages]]")
    _only(item, _STAGE_MEMBERS, "stages", source)
    users = item.get("users")
    if isinstance(users, bool) or not isinstance(users, int) or users < 0:
        hint = "it must be a whole number, 0 or more"
        raise ConfigurationError("stages.users", given=users, source=source, hint=hint)
    return ShapeStage(
        seconds=_number("stages.seconds", item.get("seconds"), source, above=0.0),
        users=users,
        spawn_rate=_number("stages.spawn_rate", item.get("spawn_rate"), source, above=0.0),
    )


def _errors(name: str, codes: Any, source: str) -> frozenset[str]:
    _only([name], REQUESTS, "expected", source)
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        hint = 'it must be a list of error codes such as ["NotAuthorizedException"]'
        raise ConfigurationError(f"expected.{name}", given=codes, source=source, hint=hint)
    for code in codes:
        if code not in _error_codes():
            near = difflib.get_close_matches(code, _error_codes(), n=1)
            hint = "Cognito has no such error" + "".join(f"; did you mean {one!r}?" for one in near)
            raise ConfigurationError(f"expected.{name}", given=code, source=source, hint=hint)
    return frozenset(codes)


@functools.cache
def _error_codes() -> tuple[str, ...]:
    """Return Cognito's error codes, from botocore's model."""
    # Imported here, since few profiles expect errors.
    from botocore.session import get_session

    model = get_session().get_service_model("cognito-idp")
    return tuple(sorted(shape.name for shape in model.error_shapes))


def _number(
    name: str,
    value: Any,
    source: str,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < least or value <= above:
        bound = f"above {above:g}" if above > -math.inf else f"of {least:g} or more"
        hint = f"it must be a number {bound}"
        raise ConfigurationError(name, given=value, source=source, hint=hint)
    return float(value)


def _table(found: Mapping[str, Any], name: str, source: str) -> Mapping[str, Any]:
    value = found.get(name, {})
    if not isinstance(value, dict):
        raise ConfigurationError(name, given=value, source=source, hint=f"write it as [{name}]")
    return value


def _list(found: Mapping[str, Any], name: str, source: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise ConfigurationError(name, given=value, source=source, hint=f"write it as [[{name}]]")
    return value


def _only(names: Iterable[str], allowed: Iterable[str], what: str, source: str) -> None:
    for name in names:
        if name not in allowed:
            raise ConfigurationError(what, given=name, source=source, allowed=allowed)
