"""A setting: a value with its source, read from the command line, the environment or a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from harness.errors import ConfigurationError
from harness.redaction import Secret
from harness.settings import values as rules
from harness.settings.options import OPTIONS

__all__ = ["BY_NAME", "COMMAND_LINE", "DEFAULT", "Setting", "apply_rule", "gather", "read"]

Value = TypeVar("Value", covariant=True)

#: Source of a value that the user did not give.
DEFAULT = "default"
#: Source of a value that the user gave for this run alone.
COMMAND_LINE = "command line"
#: The options by name.
BY_NAME = {option.name: option for option in OPTIONS}


@dataclass(frozen=True)
class Setting(Generic[Value]):
    """A value and its source."""

    value: Value
    source: str

    @property
    def shown(self) -> str:
        """The value as text; of a secret, only whether it is set."""
        if isinstance(self.value, Secret):
            return "set"
        return "not set" if self.value is None else str(self.value)

    def __str__(self) -> str:
        """Return the value with its source; of a secret, only whether it is set."""
        return f"{self.shown} ({self.source})"


def gather(
    command_line: Mapping[str, str | None],
    environment: Mapping[str, str],
    file: Mapping[str, str | None],
    file_name: str,
) -> dict[str, Setting[str]]:
    """Return the text given for each option, from the source that takes precedence.

    Args:
        command_line: texts by option name; ``None`` means not given.
        environment: the environment variables; an empty one means not given.
        file: texts by option name; ``None`` or empty means not given.
        file_name: name of the file, shown as the source.
    """
    gathered = {}
    for option in OPTIONS:
        if (text := command_line.get(option.name)) is not None:
            gathered[option.name] = Setting(text, COMMAND_LINE)
        elif text := environment.get(option.variable):
            gathered[option.name] = Setting(text, f"environment {option.variable}")
        elif text := file.get(option.name):
            gathered[option.name] = Setting(text, file_name)
    return gathered


def read(
    given: Mapping[str, Setting[str]], name: str, rule: Callable[[str], Value]
) -> Setting[Value] | None:
    """Return a setting, checked by its rule, or ``None`` if it was not given.

    Raises:
        ConfigurationError: the rule refuses the value.
    """
    text = given.get(name)
    if text is None:
        return None
    return apply_rule(rule, text, BY_NAME[name].flag)


def apply_rule(rule: Callable[[str], Value], text: Setting[str], setting: str) -> Setting[Value]:
    """Return a setting, checked by a rule.

    Args:
        rule: turns the text into a value.
        text: the text and its source.
        setting: name of the setting for the error message.

    Raises:
        ConfigurationError: the rule refuses the value.
    """
    try:
        return Setting(rule(text.value), text.source)
    except rules.Unusable as error:
        raise ConfigurationError(
            setting,
            given=text.value if error.shown is None else error.shown,
            source=text.source,
            allowed=error.allowed,
            hint=error.hint,
        ) from error
