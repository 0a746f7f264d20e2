"""Read a fault profile: from the compact form, from a TOML file, or from a file's members.

The compact form is for one line::

    throttle@InitiateAuth:0.1,internal:0.02,slow:0.05:200-800,email-late:0.1:30s,seed:7

and a file says the same at more length::

    seed = 7

    [[fault]]
    kind = "throttle"
    operations = ["InitiateAuth"]
    rate = 0.1

    [[fault]]
    kind = "slow"
    rate = 0.05
    milliseconds = [200, 800]
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeGuard

from harness.clock import seconds_in
from harness.emulator.stores.fault_profile import KINDS, FaultProfile, FaultRule
from harness.errors import ConfigurationError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["OFF", "members_of_file", "profile_of", "read_profile"]

#: What turns a profile off.
OFF = "off"
_FORM = (
    "write KIND[@OPERATION+OPERATION]:RATE[:DELAY], with commas between several, "
    f"the name of a .toml file, or {OFF}"
)
_MILLISECONDS = "write milliseconds, such as 500 or 200-800, up to 600000"
_SECONDS = "write a duration with its unit, such as 30s, 5m, 2h, 1d or 1h30m"
_SLOW = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?(?:ms)?", re.ASCII)
_RATE = re.compile(r"\d+(?:\.\d+)?(?:[eE]-?\d+)?|\.\d+", re.ASCII)
_ITEM_MEMBERS = ("kind", "operations", "rate", "milliseconds", "seconds")
_MEMBERS = ("fault", "seed")
_HIGHEST_SEED = 2**53


def read_profile(text: str, setting: str, seed: int | None = None) -> FaultProfile | None:
    """Return the profile that a text is or names; ``None`` if it turns the profile off.

    Args:
        text: the compact form, or the name of a file that ends with ``.toml``.
        setting: where the text was given, for the error message.
        seed: the seed of a profile that names none; without one it is drawn and can be read there.

    Raises:
        ConfigurationError: the profile cannot be used.
    """
    if text.strip() == OFF:
        return None
    if text.strip().lower().endswith(".toml"):
        path = Path(text.strip()).expanduser()
        return profile_of(members_of_file(path, setting), setting, seed, source=str(path))
    rules, own_seed = [], None
    for item in (part.strip() for part in text.split(",")):
        if item.startswith("seed:"):
            if own_seed is not None:
                raise ConfigurationError(
                    setting, given=item, hint="seed is given twice; once is allowed"
                )
            own_seed = _seed(item.removeprefix("seed:"), setting)
        else:
            rules.append(_rule(item, setting))
    return _checked(rules, seed if own_seed is None else own_seed, setting, text)


def profile_of(
    members: Mapping[str, Any], setting: str, seed: int | None = None, source: str | None = None
) -> FaultProfile:
    """Return the profile that the members of a file or of a control request describe.

    Raises:
        ConfigurationError: the profile cannot be used.
    """
    _only(members, _MEMBERS, setting, source)
    items = members.get("fault", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ConfigurationError(setting, given="fault", source=source, hint="write it [[fault]]")
    rules = [_rule_of(item, setting, source) for item in items]
    own_seed = members.get("seed")
    if own_seed is not None:
        seed = _seed(own_seed, setting, source)
    return _checked(rules, seed, setting, None, source)


def _checked(
    rules: list[FaultRule],
    seed: int | None,
    setting: str,
    given: str | None,
    source: str | None = None,
) -> FaultProfile:
    if not rules:
        raise ConfigurationError(setting, given=given or source, hint=f"it has no fault; {_FORM}")
    profile = FaultProfile(rules, random.SystemRandom().getrandbits(32) if seed is None else seed)
    try:
        profile.check()
    except ValueError as problem:
        given = given if given is not None else profile.text()
        raise ConfigurationError(setting, given=given, source=source, hint=str(problem)) from None
    return profile


def _rule(item: str, setting: str) -> FaultRule:
    """Return the rule of one item of the compact form."""
    head, *rest = item.split(":")
    kind, at, names = head.partition("@")
    _known_kind(kind, setting, item)
    operations = tuple(names.split("+")) if at else ()
    if not rest or len(rest) > 2 or not _RATE.fullmatch(rest[0]):
        raise ConfigurationError(setting, given=item, hint=f"{_FORM}; RATE is from 0 to 1")
    least, most = _delay(kind, rest[1] if len(rest) == 2 else None, setting, item)
    return FaultRule(kind, float(rest[0]), operations, least, most)


def _delay(kind: str, text: str | None, setting: str, item: str) -> tuple[float, float]:
    if kind == "email-late":
        return _late(text or "", setting, item)
    if kind != "slow":
        if text is not None:
            hint = f"{kind} has no delay; slow and email-late have one"
            raise ConfigurationError(setting, given=item, hint=hint)
        return 0.0, 0.0
    match = _SLOW.fullmatch(text or "")
    if match is None:
        raise ConfigurationError(setting, given=item, hint=f"slow needs a delay: {_MILLISECONDS}")
    return _from_milliseconds(match[1]), _from_milliseconds(match[2] or match[1])


def _late(text: str, setting: str, item: str) -> tuple[float, float]:
    """Return the delay of an email; a number without a unit would be read as milliseconds."""
    seconds = seconds_in(text) if text[-1:].isalpha() else None
    if seconds is None:
        raise ConfigurationError(setting, given=item, hint=f"email-late needs a delay: {_SECONDS}")
    return seconds, seconds


def _rule_of(item: Mapping[str, Any], setting: str, source: str | None) -> FaultRule:
    """Return the rule of one ``[[fault]]``."""
    _only(item, _ITEM_MEMBERS, setting, source)
    kind, rate, names = item.get("kind"), item.get("rate"), item.get("operations", [])
    _known_kind(kind, setting, kind, source)
    if not _is_number(rate):
        hint = f"rate of {kind}: a number from 0 to 1"
        raise ConfigurationError(setting, given=rate, source=source, hint=hint)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        hint = f"operations of {kind}: a list of names; all operations without it"
        raise ConfigurationError(setting, given=names, source=source, hint=hint)
    least, most = _delay_of(str(kind), item, setting, source)
    return FaultRule(str(kind), float(rate), tuple(names), least, most)


def _delay_of(
    kind: str, item: Mapping[str, Any], setting: str, source: str | None
) -> tuple[float, float]:
    member = {"slow": "milliseconds", "email-late": "seconds"}.get(kind)
    for other in {"milliseconds", "seconds"} & set(item) - {member}:
        hint = f"{kind} has no {other}; {f'it has {member}' if member else 'it has no delay'}"
        raise ConfigurationError(setting, given=item[other], source=source, hint=hint)
    if member is None:
        return 0.0, 0.0
    given = item.get(member)
    ends: list[Any] = given if isinstance(given, list) and kind == "slow" else [given]
    if len(ends) not in (1, 2) or not all(_is_number(end) for end in ends):
        form = "500 or [200, 800]" if kind == "slow" else "30"
        hint = f"{kind} needs {member}, such as {form}"
        raise ConfigurationError(setting, given=given, source=source, hint=hint)
    if kind == "slow":
        return _from_milliseconds(repr(ends[0])), _from_milliseconds(repr(ends[-1]))
    return float(ends[0]), float(ends[-1])


def _from_milliseconds(text: str) -> float:
    """Return seconds; a decimal number, because a division of floats loses the last digit."""
    return float(Decimal(text).scaleb(-3))


def _known_kind(kind: Any, setting: str, given: Any, source: str | None = None) -> None:
    if kind not in KINDS:
        raise ConfigurationError(setting, given=given, source=source, allowed=KINDS, hint=_FORM)


def _seed(value: Any, setting: str, source: str | None = None) -> int:
    number = int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,16}", value) else value
    if type(number) is not int or not 0 <= number <= _HIGHEST_SEED:
        hint = f"seed is a whole number from 0 to {_HIGHEST_SEED}"
        raise ConfigurationError(setting, given=value, source=source, hint=hint)
    return number


def _only(
    members: Mapping[str, Any], allowed: Iterable[str], setting: str, source: str | None
) -> None:
    for name in members:
        if name not in allowed:
            raise ConfigurationError(setting, given=name, source=source, allowed=allowed)


def _is_number(value: object) -> TypeGuard[float]:
    # A file may have any number, also one that is too large for a float, and "nan".
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def members_of_file(path: Path, setting: str) -> dict[str, Any]:
    """Return the members of a TOML file.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(setting, given=str(path), hint=reason) from error
    return found
