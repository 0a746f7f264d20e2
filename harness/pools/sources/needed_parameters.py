"""Finds the parameters that an unknown value of a template depends on, for messages.

It looks at the expression in the template and at the conditions that the expression names. It does
not evaluate them, so it may also name a parameter of a branch that is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import NeededParameter, Unknown
from harness.pools.sources.documents import Document
from harness.pools.sources.template_parameters import TemplateParameters

__all__ = ["NeededParameters"]

_REFERENCE = re.compile(r"\$\{\s*([^!}\s][^}\s]*)\s*\}")


class NeededParameters:
    """Finds the parameters without a known value behind the values of one template.

    Args:
        document: the template, with its Conditions.
        parameters: the template's parameters.
    """

    def __init__(self, document: Document, parameters: TemplateParameters) -> None:
        found = document.value.get("Conditions")
        self._conditions: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        self._parameters = parameters

    def noted(self, value: Any, expression: Any) -> Any:
        """Return an evaluated value whose unknown parts say which parameters they need.

        Args:
            value: the value, evaluated.
            expression: what the template has in its place.
        """
        if isinstance(value, Unknown):
            return replace(value, needs=value.needs or self.of(expression))
        if isinstance(value, Mapping):
            return {key: self.noted(item, _below(expression, key)) for key, item in value.items()}
        if isinstance(value, list):
            # Items can be left out, so their indexes say nothing.
            same = isinstance(expression, list) and len(expression) == len(value)
            return [
                self.noted(item, expression[index] if same else expression)
                for index, item in enumerate(value)
            ]
        return value

    def of(self, expression: Any) -> tuple[NeededParameter, ...]:
        """Return the parameters without a known value that an expression names."""
        names = dict.fromkeys(self._names(expression, set()))
        needed = (self._parameters.needed(name) for name in names)
        return tuple(parameter for parameter in needed if parameter is not None)

    def of_condition(self, name: Any) -> tuple[NeededParameter, ...]:
        """Return the parameters without a known value that a condition depends on."""
        return self.of({"Condition": name})

    def _names(self, expression: Any, seen: set[str]) -> Iterator[str]:
        if isinstance(expression, list):
            for item in expression:
                yield from self._names(item, seen)
        if not isinstance(expression, Mapping):
            return
        for key, argument in expression.items():
            if key == "Ref" and isinstance(argument, str):
                yield argument
            elif key == "Fn::Sub":
                text = argument[0] if isinstance(argument, list) and argument else argument
                yield from _REFERENCE.findall(text) if isinstance(text, str) else ()
            if (condition := _condition(key, argument)) and condition not in seen:
                seen.add(condition)
                yield from self._names(self._conditions.get(condition), seen)
            yield from self._names(argument, seen)


def _condition(key: str, argument: Any) -> str | None:
    """Return the condition that a function depends on, if it depends on one."""
    name = argument[0] if key == "Fn::If" and isinstance(argument, list) and argument else None
    name = argument if key == "Condition" else name
    return name if isinstance(name, str) else None


def _below(expression: Any, key: str) -> Any:
    """Return the expression of a member; of a function, the whole function."""
    plain = isinstance(expression, Mapping) and key in expression
    return expression[key] if plain else expression
