"""Evaluates CloudFormation's intrinsic functions, as far as a template allows.

A value that only a deployment knows becomes
:class:`~harness.pools.configuration.pool_configuration.Unknown`. A parameter gets its Default, as
in a deployment that does not override it, and a note says so.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown, join
from harness.pools.sources.documents import Document
from harness.pools.sources.needed_parameters import NeededParameters
from harness.pools.sources.template_parameters import TemplateParameters

__all__ = ["NO_VALUE", "Functions"]

_REFERENCE = re.compile(r"\$\{([^}]*)\}")


class _NoValue:
    """The result of ``Ref AWS::NoValue``: the setting is left out."""


NO_VALUE = _NoValue()


class Functions:
    """Evaluates the values of one template.

    Args:
        document: the template, with its Mappings and Conditions.
        parameters: the template's parameters.

    Attributes:
        needed: finds the parameters that an unknown value depends on.
        notes: which parameter's Default was used, by path.
    """

    def __init__(self, document: Document, parameters: TemplateParameters) -> None:
        template = document.value
        self._document = document
        self._parameters = parameters
        self.needed = NeededParameters(document, parameters)
        self._mappings = _mapping(template, "Mappings")
        self._conditions = _mapping(template, "Conditions")
        self._under_way: set[str] = set()
        self._path = ""
        # The path of the outermost function in progress, whose result is the setting.
        self._setting: str | None = None
        self.notes: dict[str, str] = {}

    def value(self, value: Any, path: str) -> Any:
        """Evaluate a value of the template; ``NO_VALUE`` means that it is left out.

        Args:
            value: the value in the template.
            path: the path of the value, for the notes.
        """
        if isinstance(value, list):
            items = [self.value(item, join(path, index)) for index, item in enumerate(value)]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, Mapping):
            return value
        outer, self._path = self._path, path
        try:
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if name in _FUNCTIONS or str(name).startswith("Fn::"):
                    return self._call(name, argument, path)
            return self._members(value, path)
        finally:
            self._path = outer

    def condition(self, name: Any) -> bool | Unknown:
        """Return whether a condition holds; unknown if the template alone cannot tell."""
        if name not in self._conditions or name in self._under_way:
            return Unknown(f"Condition {name}")
        self._under_way.add(name)
        try:
            found = self.value(self._conditions[name], self._path)
        finally:
            self._under_way.discard(name)
        return found if isinstance(found, bool) else Unknown(f"Condition {name}")

    def _members(self, members: Mapping[str, Any], path: str) -> dict[str, Any]:
        found = {key: self.value(item, join(path, str(key))) for key, item in members.items()}
        return {key: item for key, item in found.items() if item is not NO_VALUE}

    def _call(self, name: str, argument: Any, path: str) -> Any:
        outer, self._setting = self._setting, self._setting or path
        try:
            return self._result(name, argument, path)
        finally:
            self._setting = outer

    def _result(self, name: str, argument: Any, path: str) -> Any:
        function = _FUNCTIONS.get(name)
        try:
            found = None if function is None else function(self, argument, path)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            source = self._document.source(path)
            hint = f"{name} does not accept this argument"
            raise ConfigurationError(path, given=argument, source=source, hint=hint) from None
        return Unknown(_shown(name, argument)) if found is None else found

    def _ref(self, argument: Any, path: str) -> Any:
        if argument == "AWS::NoValue":
            return NO_VALUE
        parameter = self._parameters.value(argument) if isinstance(argument, str) else None
        if parameter is None:
            return None
        self.notes[self._setting or path] = parameter.note
        # Whether a condition holds does not tell a hidden value.
        return parameter.compared if self._under_way else parameter.value

    def _find_in_map(self, argument: Any, path: str) -> Any:
        keys = self.value(argument, path)
        found: Any = self._mappings
        for key in keys[:3] if isinstance(keys, list) else [None]:
            found = found.get(str(key)) if isinstance(found, Mapping) else None
        return found

    def _if(self, argument: Any, path: str) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            return None
        holds = self.condition(argument[0])
        if isinstance(holds, Unknown):
            return holds
        return self.value(argument[1] if holds else argument[2], path)

    def _join(self, argument: Any, path: str) -> Any:
        found = self.value(argument, path)
        if not (isinstance(found, list) and len(found) == 2 and isinstance(found[1], list)):
            return None
        texts = found[1]
        return (
            None
            if any(isinstance(text, Unknown) for text in texts)
            else found[0].join(map(str, texts))
        )

    def _sub(self, argument: Any, path: str) -> Any:
        text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
        unknown = False

        def replaced(found: re.Match[str]) -> str:
            nonlocal unknown
            name = found[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            value = self.value(own.get(name, {"Ref": name}), path)
            unknown = unknown or isinstance(value, Unknown)
            return str(value)

        result = _REFERENCE.sub(replaced, text)
        return None if unknown else result

    def _equals(self, argument: Any, path: str) -> Any:
        first, second = self.value(argument, path)
        if isinstance(first, Unknown) or isinstance(second, Unknown):
            return None
        return _as_text(first) == _as_text(second)

    def _and(self, argument: Any, path: str) -> Any:
        found = self.value(argument, path)
        if any(item is False for item in found):
            return False
        return None if any(isinstance(item, Unknown) for item in found) else all(found)

    def _or(self, argument: Any, path: str) -> Any:
        found = self.value(argument, path)
        if any(item is True for item in found):
            return True
        return None if any(isinstance(item, Unknown) for item in found) else any(found)

    def _not(self, argument: Any, path: str) -> Any:
        (found,) = self.value(argument, path)
        return None if isinstance(found, Unknown) else not found

    def _condition(self, argument: Any, _path: str) -> Any:
        return self.condition(argument)


_Function = Callable[[Functions, Any, str], Any]
_FUNCTIONS: dict[str, _Function] = {
    "Ref": Functions._ref,
    "Condition": Functions._condition,
    "Fn::And": Functions._and,
    "Fn::Equals": Functions._equals,
    "Fn::FindInMap": Functions._find_in_map,
    "Fn::If": Functions._if,
    "Fn::Join": Functions._join,
    "Fn::Not": Functions._not,
    "Fn::Or": Functions._or,
    "Fn::Sub": Functions._sub,
}


def _mapping(template: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    found = template.get(section)
    return found if isinstance(found, Mapping) else {}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(name: str, argument: Any) -> str:
    if isinstance(argument, list) and name == "Fn::GetAtt":
        return f"Fn::GetAtt {'.'.join(map(str, argument))}"
    return f"{name} {argument}" if isinstance(argument, str) else name
