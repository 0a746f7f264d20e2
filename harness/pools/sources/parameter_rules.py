"""What one parameter of a template allows, by CloudFormation's rules.

The value of a parameter is a text, or a list of texts. Of a boolean and a number that YAML has
read, CloudFormation takes the text: ``Default: ON`` without quotes is the text ``true``
(https://github.com/ASFHyP3/hyp3/pull/2061).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import regex

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown, join
from harness.pools.sources.documents import Document
from harness.redaction import MASK

__all__ = ["ParameterRules", "as_text"]

#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
_TYPES = ("String", "Number", "List<Number>", "CommaDelimitedList")
_OF_AWS = regex.compile(r"AWS::\w+(::\w+)*(<.+>)?|List<AWS::\w+(::\w+)*>")
_STORED = "AWS::SSM::Parameter::Value<"
_NUMBER = regex.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", regex.ASCII)
_MOST_BITS = 10_000
_MEMBERS = (
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
)
#: Each limit, whether it is the lowest, and whether it is about the length of the text.
_LIMITS = {
    "MinLength": (True, True),
    "MaxLength": (False, True),
    "MinValue": (True, False),
    "MaxValue": (False, False),
}


def as_text(value: Any) -> str | None:
    """Return the text that CloudFormation takes a scalar for; ``None`` for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        # TOML has numbers in base 16 that Python cannot write in base 10.
        return None
    return str(value) if isinstance(value, (str, int, float)) else None


class ParameterRules:
    """The type of a parameter, what it allows, and its Default.

    Args:
        name: the name of the parameter.
        members: what the template says about it.
        document: the template.

    Attributes:
        default: the text of its Default; ``None`` without one.
        allowed: the texts of AllowedValues; ``None`` without them.
        is_hidden: whether nobody may see its value.
        is_stored: whether its value is in Systems Manager, under the name that is given.
        is_unchecked: whether AllowedPattern is one that only Java can read, as CloudFormation does.

    Raises:
        ConfigurationError: CloudFormation would refuse the parameter.
    """

    def __init__(self, name: str, members: Any, document: Document) -> None:
        self._name = name
        self._document = document
        self._path = join("Parameters", name)
        if not isinstance(members, Mapping):
            raise self._refusal("", members, hint="it must be an object with a Type")
        self._members = members
        for member in members:
            if member not in _MEMBERS:
                raise self._refusal(str(member), member, allowed=_MEMBERS)
        self._type = self._known_type()
        self.is_hidden = str(as_text(members.get("NoEcho"))).casefold() == "true"
        self.is_stored = self._type.startswith(_STORED)
        self.allowed = self._allowed()
        self.is_unchecked = False
        self.default = self._text("Default")
        if self.default is not None:
            self.check(self.default, document.source(join(self._path, "Default")), "Default of ")

    @property
    def source(self) -> str:
        """Where the template declares it: the file and the line."""
        return self._document.source(self._path)

    @property
    def why_never_known(self) -> str | None:
        """Why its value stays unknown whatever is given, if it does."""
        if self.is_stored:
            return f"the value of parameter {self._name} is in Systems Manager"
        return (
            f"the value of parameter {self._name} is hidden by NoEcho" if self.is_hidden else None
        )

    def typed(self, text: str) -> str | list[str]:
        """Return the value that a text stands for: of a list parameter, its items."""
        is_list = self._type.startswith("List<") or self._type == "CommaDelimitedList"
        return [item.strip() for item in text.split(",")] if is_list else text

    def check(self, value: Any, source: str, prefix: str = "") -> None:
        """Refuse a value that CloudFormation would refuse.

        Args:
            value: the text; an unknown value cannot be checked.
            source: where it was given.
            prefix: what stands in front of the parameter in the message.

        Raises:
            ConfigurationError: the value breaks a rule of the parameter.
        """
        if isinstance(value, Unknown) or self.is_stored:
            return
        problem = self._problem(str(value))
        if problem is None:
            return
        described = self._members.get("ConstraintDescription")
        hints = [problem, described, self._boolean_hint(value), f"declared in {self.source}"]
        raise ConfigurationError(
            f"{prefix}parameter {self._name}",
            given=MASK if self.is_hidden else value,
            source=source,
            allowed=self.allowed if problem == _NOT_ALLOWED else None,
            hint="; ".join(str(hint) for hint in hints if hint and hint != _NOT_ALLOWED),
        )

    def _problem(self, text: str) -> str | None:
        found = self.typed(text)
        items = found if isinstance(found, list) else [found]
        for item in items:
            if "Number" in self._type and not _NUMBER.fullmatch(item.strip()):
                return f"it must be {'numbers' if isinstance(found, list) else 'a number'}"
            if self.allowed is not None and item not in self.allowed:
                return _NOT_ALLOWED
            if not self._matches(item):
                return f"it must match {self._members['AllowedPattern']}"
            if isinstance(found, str) and (broken := self._broken_limit(item)):
                return broken
        return None

    def _matches(self, item: str) -> bool:
        """Return whether a text matches AllowedPattern, as a whole."""
        pattern = self._members.get("AllowedPattern")
        if pattern is None or self.is_unchecked:
            return True
        if _is_too_large(str(pattern)):
            self.is_unchecked = True
            return True
        try:
            return regex.fullmatch(str(pattern), item, timeout=1) is not None
        except (regex.error, TimeoutError):
            self.is_unchecked = True
            return True

    def _broken_limit(self, item: str) -> str | None:
        for limit, (is_lowest, is_length) in _LIMITS.items():
            if limit not in self._members or ("Number" in self._type) == is_length:
                continue
            bound = self._bound(limit)
            found = len(item) if is_length else float(item)
            if found < bound if is_lowest else found > bound:
                what = "its length must be" if is_length else "it must be"
                return f"{what} {'at least' if is_lowest else 'at most'} {bound:g} ({limit})"
        return None

    def _bound(self, limit: str) -> float:
        text = as_text(self._members[limit])
        if text is None or not _NUMBER.fullmatch(text):
            raise self._refusal(limit, self._members[limit], hint="it must be a number")
        return float(text)

    def _known_type(self) -> str:
        found = self._members.get("Type")
        if isinstance(found, str) and (found in _TYPES or _OF_AWS.fullmatch(found)):
            return found
        raise self._refusal("Type", found, allowed=(*_TYPES, "AWS::…", "List<AWS::…>"))

    def _allowed(self) -> tuple[str, ...] | None:
        found = self._members.get("AllowedValues")
        if found is None:
            return None
        texts = [as_text(item) for item in found] if isinstance(found, list) else [None]
        if None in texts:
            raise self._refusal("AllowedValues", found, hint="it must be a list of texts")
        return tuple(str(text) for text in texts)

    def _text(self, member: str) -> str | None:
        if member not in self._members:
            return None
        text = as_text(self._members[member])
        if text is None:
            shown = MASK if self.is_hidden else self._members[member]
            raise self._refusal(member, shown, hint="it must be a text")
        return text

    def _boolean_hint(self, text: Any) -> str | None:
        """Return what YAML has done to ON and OFF, if it may have."""
        words = self._members.get("AllowedValues") or ()
        if text not in ("true", "false") and not any(isinstance(word, bool) for word in words):
            return None
        return "YAML reads ON and OFF without quotes as true and false; write 'ON' and 'OFF'"

    def _refusal(
        self,
        member: str,
        given: Any,
        *,
        allowed: tuple[str, ...] | None = None,
        hint: str | None = None,
    ) -> ConfigurationError:
        path = join(self._path, member) if member else self._path
        source = self._document.source(path)
        if source == self._document.name:
            source = self._document.source(self._path)
        return ConfigurationError(path, given=given, source=source, allowed=allowed, hint=hint)


def _is_too_large(pattern: str) -> bool:
    """Return whether counts in counts, such as ``((a{1000}){1000}){1000}``, need all the memory."""
    groups = [int(count) for count in _COUNTED_GROUP.findall(pattern)]
    characters = [int(count) for count in _COUNTED.findall(pattern)]
    return math.prod(groups) * max(characters, default=1) > _MOST_REPEATS


_COUNTED_GROUP = regex.compile(r"\)\{(?:\d*,)?(\d{1,9})\}")
_COUNTED = regex.compile(r"(?<!\))\{(?:\d*,)?(\d{1,9})\}")
_MOST_REPEATS = 100_000
_NOT_ALLOWED = "not one of AllowedValues"
