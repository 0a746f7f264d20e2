"""Parses the ``NAME=VALUE`` texts of ``serve --set`` into the emulator's settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from harness.cli.options import parse_number
from harness.emulator.core.public_url import check_domain_style
from harness.emulator.core.settings import EmulatorSettings
from harness.errors import ConfigurationError

__all__ = ["make_settings"]

_OPTION = "--set"
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


#: Fields that have options of their own.
_OWN_OPTIONS = ("seed", "issuer", "public_url", "domain_style")


def make_settings(
    seed: int | None,
    assignments: Iterable[str],
    issuer: str = "aws",
    public_url: str | None = None,
    domain_style: str = "path",
) -> EmulatorSettings:
    """Return the emulator's settings.

    Args:
        seed: the seed, which has its own option.
        issuer: the issuer, which has one too.
        public_url: the public URL, which has one too.
        domain_style: where domains are, which has one too.
        assignments: the other fields of EmulatorSettings, each as ``NAME=VALUE``.

    Raises:
        ConfigurationError: a field does not exist, its value has the wrong type, or two of them
            do not go together.
    """
    check_domain_style(domain_style, public_url, "--domain-style")
    chosen = dict(_parse(text) for text in assignments)
    return EmulatorSettings(
        seed=seed, issuer=issuer, public_url=public_url, domain_style=domain_style, **chosen
    )


def _parse(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    defaults = {field.name: field.default for field in fields(EmulatorSettings)}
    for own in _OWN_OPTIONS:
        del defaults[own]
    if name not in defaults:
        raise ConfigurationError(_OPTION, given=name, allowed=sorted(defaults))
    if not separator:
        raise ConfigurationError(f"{_OPTION} {name}", hint=f"write {name}=VALUE")
    return name, _convert(name, value, defaults[name])


def _convert(name: str, value: str, default: object) -> Any:
    option = f"{_OPTION} {name}"
    if isinstance(default, str):
        return _profile(option, value)
    if isinstance(default, bool):
        if value.casefold() not in _BOOLEANS:
            raise ConfigurationError(option, given=value, allowed=_BOOLEANS)
        return _BOOLEANS[value.casefold()]
    return parse_number(option, value, 0)


def _profile(option: str, text: str) -> str:
    """Check a fault profile now, before anything starts, and return its text."""
    from harness.emulator.stores.fault_profile_text import read_profile

    read_profile(text, option)
    return text
