"""Stacks: templates with the parameters that they get, from the user or from a parent stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import NeededParameter
from harness.pools.sources.documents import Document
from harness.pools.sources.for_each import with_loops_expanded
from harness.pools.sources.intrinsics import Functions
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameter, GivenParameters
from harness.pools.sources.template_parameters import ParameterValue, TemplateParameters

__all__ = [
    "POOL",
    "POOL_CLIENT",
    "Passed",
    "PassedParameters",
    "Stack",
    "is_list_parameter",
    "make_stack",
]

POOL = "AWS::Cognito::UserPool"
POOL_CLIENT = "AWS::Cognito::UserPoolClient"

#: What a parent stack gives to the parameters of a nested one, evaluated when it is needed.
Passed = Mapping[str, Callable[[], Any]]
#: Which parameter of the parent is needed to know it.
Needed = Mapping[str, Callable[[], NeededParameter | None]]


class PassedParameters(TemplateParameters):
    """The parameters of a nested stack: those that its parent gives, and the Defaults of the rest.

    Args:
        document: the template of the nested stack.
        passed: what the parent gives; ``None`` if only a deployment knows it.
        needed: which parameter of the parent is needed to know it.
        source: the parent, for notes.
    """

    def __init__(self, document: Document, passed: Passed, needed: Needed, source: str) -> None:
        super().__init__(document, NO_PARAMETERS)
        self._document = document
        self._passed = passed
        self._needed = needed
        self._source = source

    def value(self, name: str) -> ParameterValue | None:
        """Return the value of a parameter; ``None`` if only a deployment knows it.

        Raises:
            ConfigurationError: the parameter does not allow what the parent gives.
        """
        if name not in self._passed:
            return super().value(name)
        found = self._passed[name]()
        if found is None:
            return None
        given = GivenParameter(_as_text(found), self._source)
        return TemplateParameters(self._document, GivenParameters({name: given})).value(name)

    def needed(self, name: str) -> NeededParameter | None:
        """Return how to give a parameter without a known value; ``None`` if it is known."""
        return self._needed[name]() if name in self._needed else super().needed(name)


@dataclass
class Stack:
    """A template as one stack.

    Attributes:
        document: the template.
        functions: evaluates the values of the template.
        index: the place of the stack among those that are deployed together.
        name: the name of the stack; empty for a template that stands alone.
        other_names: more names of the stack.
        passed: what its parent gives to its parameters, with marks for references to pools.
        nested: the nested stacks that can be followed, by logical id.
    """

    document: Document
    functions: Functions
    index: int = 0
    name: str = ""
    other_names: tuple[str, ...] = ()
    passed: Passed = field(default_factory=dict)
    nested: dict[str, Stack] = field(default_factory=dict)

    @property
    def resources(self) -> Mapping[str, Any]:
        """The resources of the template, by logical id."""
        found = self.document.value.get("Resources")
        return found if isinstance(found, Mapping) else {}

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The outputs of the template."""
        found = self.document.value.get("Outputs")
        return found if isinstance(found, Mapping) else {}

    def resource(self, name: str) -> Mapping[str, Any]:
        """Return a resource.

        Raises:
            ConfigurationError: it is not an object.
        """
        found = self.resources[name]
        if isinstance(found, Mapping):
            return found
        path = f"Resources.{name}"
        source = self.document.source(path)
        raise ConfigurationError(path, given=found, source=source, hint="it must be an object")

    def of_type(self, wanted: str) -> list[str]:
        """Return the logical ids of the resources of a type, without those that are not made.

        A resource whose condition is unknown or cannot be used is included.
        """
        return [
            name
            for name in self.resources
            if self.resource(name).get("Type") == wanted and self._may_be_made(name)
        ]

    def is_made(self, name: str) -> bool:
        """Return whether a resource is made: its condition holds, or is unknown.

        Raises:
            ConfigurationError: the condition cannot be used.
        """
        condition = self.resource(name).get("Condition")
        return condition is None or self.functions.condition(condition) is not False

    def events(self, kind: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield the events of one type: the logical ids of function and event, the properties."""
        for name in self.resources:
            properties = self.resource(name).get("Properties")
            events = properties.get("Events") if isinstance(properties, Mapping) else None
            for event, found in events.items() if isinstance(events, Mapping) else ():
                if isinstance(found, Mapping) and found.get("Type") == kind and self.is_made(name):
                    below = found.get("Properties")
                    yield name, event, below if isinstance(below, Mapping) else {}

    def _may_be_made(self, name: str) -> bool:
        try:
            return self.is_made(name)
        except ConfigurationError:
            return True


def make_stack(
    document: Document, parameters: TemplateParameters, name: str = "", *other_names: str
) -> Stack:
    """Return a template as a stack, with its loops expanded.

    Args:
        document: the template.
        parameters: its parameters.
        name: the name of the stack.
        other_names: more names of the stack.

    Raises:
        ConfigurationError: a loop of the template cannot be used.
    """
    expanded = with_loops_expanded(document, parameters)
    functions = Functions(expanded, parameters)
    return Stack(expanded, functions, name=name, other_names=other_names)


def is_list_parameter(document: Document, name: str) -> bool:
    """Return whether a parameter of a template is a list."""
    parameters = document.value.get("Parameters")
    parameter = parameters.get(name) if isinstance(parameters, Mapping) else None
    kind = str(parameter.get("Type")) if isinstance(parameter, Mapping) else ""
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
