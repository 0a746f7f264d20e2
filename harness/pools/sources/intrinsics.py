"""Evaluates CloudFormation's intrinsic functions, as far as a template allows.

A value that only a deployment knows becomes
:class:`~harness.pools.configuration.pool_configuration.Unknown`. A parameter gets its Default, as
in a deployment that does not override it, and a note says so. What CloudFormation refuses is
refused.

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
from harness.pools.sources.plain_functions import (
    LONGEST,
    PLAIN_FUNCTIONS,
    FunctionRefused,
    as_text,
    first_unknown,
    selected,
    too_long,
)
from harness.pools.sources.template_parameters import TemplateParameters
from harness.pools.sources.transforms import LANGUAGE_EXTENSIONS, has_language_extensions
from harness.redaction import MASK

__all__ = ["NO_VALUE", "Functions"]

_EXTENSIONS = frozenset({"Fn::Length", "Fn::ToJsonString"})
#: What only a deployment can answer.
_DEPLOYED = frozenset(
    {
        "Fn::Cidr",
        "Fn::GetAtt",
        "Fn::GetAZs",
        "Fn::GetStackOutput",
        "Fn::ImportValue",
        "Fn::Transform",
    }
)
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html
_OF_RULES = frozenset(
    {
        "Fn::Contains",
        "Fn::EachMemberEquals",
        "Fn::EachMemberIn",
        "Fn::RefAll",
        "Fn::ValueOf",
        "Fn::ValueOfAll",
    }
)
_LONGEST_SHOWN = 200
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:(?:ssm|ssm-secure|secretsmanager):.*?\}\}", re.DOTALL)


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
        self._extended = has_language_extensions(template)
        self._mappings = _mapping(template, "Mappings")
        self._conditions = _mapping(template, "Conditions")
        self._under_way: set[str] = set()
        # Whether a condition has compared a value that nobody may see.
        self._compares_hidden = False
        #: Each condition's result and note: a few that name each other have millions of ways.
        self._known: dict[str, tuple[bool | Unknown, str | None]] = {}
        self._path = ""
        # The path of the outermost function in progress, whose result is the setting.
        self._setting: str | None = None
        self.notes: dict[str, str] = {}

    def value(self, value: Any, path: str) -> Any:
        """Evaluate a value of the template; ``NO_VALUE`` means that it is left out.

        Args:
            value: the value in the template.
            path: the path of the value, for the notes.

        Raises:
            ConfigurationError: a function does not exist, or CloudFormation refuses its argument.
        """
        if isinstance(value, list):
            return [item for item in self._items(value, path) if item is not NO_VALUE]
        if not isinstance(value, Mapping):
            return _without_dynamic_reference(value)
        outer, self._path = self._path, path
        try:
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if self._is_function(name):
                    return self._call(name, argument, path)
            return self._members(value, path)
        finally:
            self._path = outer

    def condition(self, name: Any) -> bool | Unknown:
        """Return whether a condition holds; unknown if the template alone cannot tell."""
        if not isinstance(name, str) or name not in self._conditions or name in self._under_way:
            return Unknown(f"Condition {name}")
        if name not in self._known:
            self._known[name] = self._evaluated(name)
        found, note = self._known[name]
        if note is not None:
            self.notes[self._setting or self._path] = note
        return found

    def _evaluated(self, name: str) -> tuple[bool | Unknown, str | None]:
        """Return whether a condition holds, and the note about what decided it."""
        path = join("Conditions", name)
        setting = self._setting or path
        before = self.notes.pop(setting, None)
        self._under_way.add(name)
        try:
            found = self.value(self._conditions[name], path)
        finally:
            self._under_way.discard(name)
        note = self.notes.pop(setting, None)
        if before is not None:
            self.notes[setting] = before
        known = found if isinstance(found, bool) else _unknown(f"Condition {name}", found, "")
        return known, note

    def _items(self, items: list[Any], path: str) -> list[Any]:
        return [self.value(item, join(path, index)) for index, item in enumerate(items)]

    def _members(self, members: Mapping[str, Any], path: str) -> Any:
        for key in members:
            if str(key).startswith("Fn::ForEach"):
                return self._loop(str(key), path)
            if key == "Fn::Transform":
                # It adds members to those beside it.
                return Unknown("Fn::Transform")
            if str(key).startswith("Fn::"):
                raise self._refusal(path, key, hint="a function must be the only member")
        found = {key: self.value(item, join(path, str(key))) for key, item in members.items()}
        return {key: item for key, item in found.items() if item is not NO_VALUE}

    def _loop(self, name: str, path: str) -> Unknown:
        """Return what an object is that a loop over something unknown completes."""
        if not self._extended:
            hint = f"it needs Transform: {LANGUAGE_EXTENSIONS}"
            raise self._refusal(path, name, hint=hint)
        return Unknown(name)

    def _is_function(self, name: Any) -> bool:
        # An ordinary member can also have the name Condition, such as a tag.
        if name == "Condition":
            return bool(self._under_way)
        return name == "Ref" or str(name).startswith("Fn::")

    def _call(self, name: str, argument: Any, path: str) -> Any:
        outer, self._setting = self._setting, self._setting or path
        try:
            result = self._result(name, argument, path)
            if isinstance(result, str) and len(result) > LONGEST:
                raise too_long(name)
            return _without_dynamic_reference(result)
        except FunctionRefused as refused:
            given = argument if refused.given is None else refused.given
            hint = f"{name}: {refused.hint}" if refused.hint else f"it is a key of {name}"
            raise self._refusal(path, _plain(given), refused.allowed, hint) from None
        finally:
            self._setting = outer

    def _result(self, name: str, argument: Any, path: str) -> Any:
        if name in _EXTENSIONS and not self._extended:
            raise FunctionRefused(f"it needs Transform: {LANGUAGE_EXTENSIONS}")
        if name in _OF_RULES:
            raise FunctionRefused("CloudFormation has it only in Rules")
        if name in PLAIN_FUNCTIONS:
            evaluated = self.value(argument, path)
            found = PLAIN_FUNCTIONS[name](evaluated)
            self._note_boolean(name, evaluated, path)
            return _unknown(name, evaluated) if found is None else found
        if name in _OWN:
            return _OWN[name](self, argument, path)
        if name in _DEPLOYED:
            return Unknown(_shown(name, argument))
        if name.startswith("Fn::ForEach"):
            return self._loop(name, path)
        raise self._refusal(path, name, allowed=_ALL, hint="it is no function of CloudFormation")

    def _note_boolean(self, name: str, argument: Any, path: str) -> None:
        """Say why a comparison with ON without quotes is false: YAML reads it as a boolean."""
        if name == "Fn::Equals" and any(isinstance(item, bool) for item in argument):
            for item in argument:
                if isinstance(item, str) and item.casefold() in _READ_AS_BOOLEANS:
                    note = f"Fn::Equals compares {item!r} with a boolean; quote both of them"
                    self.notes[self._setting or path] = note

    def _ref(self, argument: Any, path: str) -> Any:
        if argument == "AWS::NoValue":
            return NO_VALUE
        if not isinstance(argument, str):
            raise FunctionRefused("it takes the name of a parameter or resource")
        parameter = self._parameters.value(argument)
        if parameter is None:
            return Unknown(f"Ref {argument}")
        self.notes[self._setting or path] = parameter.note
        if not self._under_way:
            return parameter.value
        # Whether a condition holds does not tell a hidden value.
        self._compares_hidden |= parameter.hidden is not None
        return parameter.compared

    def _select(self, argument: Any, path: str) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            raise FunctionRefused("it takes a list of an index and a list")
        index = self.value(argument[0], join(path, 0))
        below = join(path, 1)
        given = argument[1]
        items = self._items(given, below) if isinstance(given, list) else self.value(given, below)
        if isinstance(items, list) and NO_VALUE in items:
            # Documented is that the list must have no null entries, not what becomes of this one.
            return Unknown("Fn::Select from a list with AWS::NoValue")
        found = selected(index, items)
        return _unknown("Fn::Select", [index, items]) if found is None else found

    def _find_in_map(self, argument: Any, path: str) -> Any:
        if not isinstance(argument, list) or len(argument) not in (3, 4):
            raise FunctionRefused("it takes the name of a mapping and two keys")
        default = self._default_value(argument[3:], path)
        keys = self._items(argument[:3], path)
        if first_unknown(keys) is not None:
            return _unknown("Fn::FindInMap", keys)
        found: Any = self._mappings
        for key in map(as_text, keys):
            if not isinstance(found, Mapping):
                raise FunctionRefused("the mapping has only one level of keys there", given=key)
            if "Fn::Transform" in found:
                return Unknown("Fn::Transform in Mappings")
            if key not in found:
                if default is None:
                    raise FunctionRefused(given=key, allowed=tuple(map(str, found)))
                return default
            found = found[key]
        return found

    def _default_value(self, given: list[Any], path: str) -> Any:
        """Return the value for keys that the mapping lacks; ``None`` if there is none."""
        if not given:
            return None
        if not self._extended:
            raise FunctionRefused(f"DefaultValue needs Transform: {LANGUAGE_EXTENSIONS}")
        if not isinstance(given[0], Mapping) or list(given[0]) != ["DefaultValue"]:
            raise FunctionRefused("its fourth item is an object with DefaultValue")
        return self.value(given[0]["DefaultValue"], path)

    def _if(self, argument: Any, path: str) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise FunctionRefused("it takes a condition and two values")
        if not isinstance(argument[0], str):
            raise FunctionRefused("it takes the name of a condition", given=argument[0])
        holds = self.condition(argument[0])
        if isinstance(holds, Unknown):
            return holds
        chosen = 1 if holds else 2
        return self.value(argument[chosen], join(path, chosen))

    def _sub(self, argument: Any, path: str) -> Any:
        text, *more = argument if isinstance(argument, list) else (argument, {})
        own = more[0] if len(more) == 1 else None
        if not isinstance(text, str) or not isinstance(own, Mapping):
            raise FunctionRefused("it takes a text, or a list of a text and an object")
        found: dict[str, Any] = {}
        length = 0

        def replaced(match: re.Match[str]) -> str:
            nonlocal length
            name = match[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name not in found:
                found[name] = self._substitute(name, own, path)
            known = "" if isinstance(found[name], Unknown) else as_text(found[name])
            length += len(known)
            if length > LONGEST:
                raise too_long("Fn::Sub")
            return known

        result = _REFERENCE.sub(replaced, text)
        return result if first_unknown(found) is None else _unknown(f"Fn::Sub {text}", found, "")

    def _substitute(self, name: str, own: Mapping[str, Any], path: str) -> Any:
        reference = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
        value = self.value(own.get(name, reference), path)
        return Unknown(f"Ref {name}") if value is NO_VALUE else value

    def _condition(self, argument: Any, _path: str) -> Any:
        return self.condition(argument)

    def _refusal(
        self, path: str, given: Any, allowed: tuple[str, ...] | None = None, hint: str | None = None
    ) -> ConfigurationError:
        outer = self._setting or path
        where = path if path in self._document.lines else outer
        if self._under_way and self._compares_hidden:
            given = MASK
        source = self._document.source(where)
        return ConfigurationError(where, given=given, source=source, allowed=allowed, hint=hint)


_Function = Callable[[Functions, Any, str], Any]
#: The functions that need more of the template than their arguments.
_OWN: dict[str, _Function] = {
    "Condition": Functions._condition,
    "Fn::FindInMap": Functions._find_in_map,
    "Fn::If": Functions._if,
    "Fn::Select": Functions._select,
    "Fn::Sub": Functions._sub,
    "Ref": Functions._ref,
}
_ALL = tuple(sorted({*_OWN, *PLAIN_FUNCTIONS, *_DEPLOYED} - {"Condition"}))
_READ_AS_BOOLEANS = frozenset({"on", "off", "yes", "no"})


def _mapping(template: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    found = template.get(section)
    return found if isinstance(found, Mapping) else {}


def _unknown(function: str, arguments: Any, of: str = " of {}") -> Unknown:
    """Return the unknown result of a function; every such result is made here.

    Args:
        function: the function.
        arguments: what it was evaluated with; one of them is unknown.
        of: how the reason names that one; empty if the function already says it.
    """
    cause = first_unknown(arguments)
    # Of nested functions, only the outermost and what is really unknown are of interest.
    root = "" if cause is None else cause.reason.rpartition(" of ")[2]
    return Unknown(function + (of.format(root) if root else ""))


def _without_dynamic_reference(value: Any) -> Any:
    """Return a value; a text is unknown if what it names is in another service."""
    found = _DYNAMIC_REFERENCE.search(value) if isinstance(value, str) else None
    return value if found is None else Unknown(found[0])


def _plain(given: Any) -> Any:
    """Return what a message shows of a value: an argument can be half of a template."""
    if isinstance(given, Unknown):
        return str(given)
    text = str(given)
    return given if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _shown(name: str, argument: Any) -> str:
    if isinstance(argument, list) and name == "Fn::GetAtt":
        return f"Fn::GetAtt {'.'.join(map(str, argument))}"
    return f"{name} {argument}" if isinstance(argument, str) else name
