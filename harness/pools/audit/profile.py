"""Profiles of an audit: a preset, and a TOML file that changes it.

::

    preset = "baseline"

    [severity]
    mfa-required = "critical"

    [expect]
    password-minimum-length = 12
    device-remembered = true

    [[waiver]]
    rule = "client-no-password-flow"
    part = "LegacyClient"
    reason = "the migration trigger needs the password"
    expires = 2027-06-30
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.audit.expectations import Expectation, replaced
from harness.pools.audit.presets import PRESETS, RULES
from harness.pools.audit.rules import Severity

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Profile", "Waiver", "preset", "read_profile"]

_MEMBERS = ("preset", "severity", "expect", "rules", "waiver")
_WAIVER_MEMBERS = ("rule", "part", "reason", "expires")


@dataclass(frozen=True)
class Waiver:
    """Allows a rule to fail until a given day.

    Attributes:
        rule: the id of the rule.
        reason: why the rule may fail.
        expires: the last day of the waiver.
        part: the name of the pool or app client; ``None`` for all.
    """

    rule: str
    reason: str
    expires: date
    part: str | None = None


@dataclass(frozen=True)
class Profile:
    """The rules of an audit and how they apply.

    Attributes:
        rules: the ids of the rules, in the order of the report.
        expect: expectations that replace those of the rules, by id.
        severity: severities that replace those of the rules, by id.
        waivers: the rules that may fail.
        name: the preset and the file that changes it.
    """

    rules: tuple[str, ...]
    expect: Mapping[str, Expectation] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    name: str = ""


def preset(name: str, setting: str = "--preset", source: str | None = None) -> Profile:
    """Return the profile of a preset.

    Raises:
        ConfigurationError: there is no preset of that name.
    """
    if name not in PRESETS:
        raise ConfigurationError(setting, given=name, source=source, allowed=sorted(PRESETS))
    chosen = PRESETS[name]
    expect = {
        rule: _expectation(rule, value, f"preset {name}")
        for rule, value in chosen.items()
        if value is not None
    }
    return Profile(tuple(rule for rule in RULES if rule in chosen), expect, name=name)


def read_profile(path: Path, default: str = "baseline", *, setting: str = "--profile") -> Profile:
    """Return the profile of a TOML file.

    Args:
        path: the file.
        default: the preset that the file changes, unless it names another.
        setting: the name of the option, for error messages.

    Raises:
        ConfigurationError: the file cannot be read, or a value in it is not valid.
    """
    found, source = _loaded(path, setting), str(path)
    _only(found, _MEMBERS, "member", source)
    profile = preset(str(found.get("preset", default)), "preset", source)
    added = [_rule(name, "rules", source) for name in _list(found, "rules", source)]
    profile = replace(
        profile,
        name=f"{profile.name}, {path.name}",
        rules=tuple(rule for rule in RULES if rule in {*profile.rules, *added}),
    )
    expect = {
        _rule(rule, "expect", source): _expectation(rule, value, source)
        for rule, value in _table(found, "expect", source).items()
    }
    severity = {
        _rule(rule, "severity", source): _severity(rule, value, source)
        for rule, value in _table(found, "severity", source).items()
    }
    return replace(
        profile,
        expect={**profile.expect, **expect},
        severity=severity,
        waivers=tuple(_waiver(item, source) for item in _list(found, "waiver", source)),
    )


def _loaded(path: Path, setting: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(setting, given=str(path), hint=reason) from error
    return found


def _rule(name: Any, where: str, source: str) -> str:
    if name not in RULES:
        raise ConfigurationError(where, given=name, source=source, allowed=RULES)
    return str(name)


def _expectation(rule: str, value: Any, source: str) -> Expectation:
    _rule(rule, "expect", source)
    found = replaced(RULES[rule].expected, value)
    if found is None:
        hint = f"the rule expects {RULES[rule].expected}, and this value cannot replace that"
        raise ConfigurationError(f"expect.{rule}", given=value, source=source, hint=hint)
    return found


def _severity(rule: str, value: Any, source: str) -> Severity:
    words = {str(severity): severity for severity in Severity}
    if value not in words:
        raise ConfigurationError(f"severity.{rule}", given=value, source=source, allowed=words)
    return words[value]


def _waiver(item: Any, source: str) -> Waiver:
    if not isinstance(item, dict):
        raise ConfigurationError("waiver", given=item, source=source, hint="write it as [[waiver]]")
    _only(item, _WAIVER_MEMBERS, "waiver", source)
    rule = _rule(item.get("rule"), "waiver.rule", source)
    reason, expires = item.get("reason"), item.get("expires")
    if not isinstance(reason, str) or not reason.strip():
        hint = f"give the reason why {rule} may fail"
        raise ConfigurationError("waiver.reason", given=reason, source=source, hint=hint)
    # A datetime is a date too, but a waiver must not end in the middle of a day.
    if type(expires) is not date:
        hint = "it must be a date such as 2027-06-30, the last day of the waiver"
        raise ConfigurationError("waiver.expires", given=expires, source=source, hint=hint)
    part = item.get("part")
    return Waiver(rule, reason, expires, None if part is None else str(part))


def _table(found: Mapping[str, Any], name: str, source: str) -> Mapping[str, Any]:
    value = found.get(name, {})
    if not isinstance(value, dict):
        raise ConfigurationError(name, given=value, source=source, hint=f"write it as [{name}]")
    return value


def _list(found: Mapping[str, Any], name: str, source: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise ConfigurationError(name, given=value, source=source, hint="it must be a list")
    return value


def _only(names: Iterable[str], allowed: tuple[str, ...], what: str, source: str) -> None:
    for name in names:
        if name not in allowed:
            raise ConfigurationError(what, given=name, source=source, allowed=allowed)
