"""The parameters of one template: their types, what they allow, their defaults and given values.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import NeededParameter, Unknown
from harness.pools.sources.documents import Document
from harness.pools.sources.parameter_rules import ParameterRules
from harness.pools.sources.parameters import GivenParameter, GivenParameters

__all__ = ["ParameterValue", "TemplateParameters", "stack_of"]

#: How cdk synth names the template of a stack.
_TEMPLATE = ".template.json"


@dataclass(frozen=True)
class ParameterValue:
    """The value of a parameter.

    Attributes:
        value: a text, a list of texts for a list parameter, or an ``Unknown``.
        note: where it came from, such as ``Default of parameter Mfa``.
        hidden: the value behind an ``Unknown`` that stands for it because nobody may see it.
    """

    value: Any
    note: str
    hidden: Any = field(default=None, repr=False)

    @property
    def compared(self) -> Any:
        """The value that a condition compares."""
        return self.value if self.hidden is None else self.hidden


class TemplateParameters:
    """Answers what the parameters of a template are in this deployment.

    Args:
        document: the template.
        given: what the user gave.

    Raises:
        ConfigurationError: CloudFormation would refuse a parameter, its Default or its value.
    """

    def __init__(self, document: Document, given: GivenParameters) -> None:
        stack = stack_of(document.name)
        self._rules = {
            str(name): ParameterRules(str(name), parameter, document)
            for name, parameter in _declared(document).items()
        }
        for name, rules in self._rules.items():
            if rules.is_hidden:
                given.hide(stack, name)
        self._given = given.declared_by(stack, self._rules)
        for name, value in self._given.items():
            self._rules[name].check(value.value, value.source)

    def value(self, name: str) -> ParameterValue | None:
        """Return the value of a parameter; ``None`` if only a deployment knows it."""
        rules, given = self._rules.get(name), self._given.get(name)
        if rules is None or (given is None and rules.default is None):
            return None
        note = (
            f"Default of parameter {name}" if given is None else f"parameter {name}: {given.note}"
        )
        if rules.is_unchecked:
            note += ", which its AllowedPattern could not be compared with"
        if rules.is_stored and (given is None or given.resolved is None):
            # A given value and a Default are only its name in Systems Manager.
            return None
        value = self._typed(rules, given)
        if rules.is_hidden:
            return ParameterValue(Unknown(f"parameter {name} has NoEcho"), note, value)
        return ParameterValue(value, note)

    @staticmethod
    def _typed(rules: ParameterRules, given: GivenParameter | None) -> Any:
        text: Any = rules.default if given is None else given.value
        if rules.is_stored and given is not None:
            return given.resolved
        return text if isinstance(text, Unknown) else rules.typed(text)

    def needed(self, name: str) -> NeededParameter | None:
        """Return how to give a parameter without a known value; ``None`` if it is known."""
        rules = self._rules.get(name)
        found = self.value(name)
        if rules is None or (found is not None and not isinstance(found.value, Unknown)):
            return None
        return NeededParameter(name, rules.allowed or (), rules.why_never_known)

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the parameters with NoEcho."""
        return frozenset(name for name, rules in self._rules.items() if rules.is_hidden)

    def passed(self) -> dict[str, str]:
        """Return the given values as CreateStack takes them.

        Raises:
            ConfigurationError: a value is not a text, or a parameter has neither a value nor a
                Default.
        """
        for name, rules in self._rules.items():
            if rules.default is None and name not in self._given:
                allowed = f" (allowed: {', '.join(rules.allowed)})" if rules.allowed else ""
                hint = f"it has no Default; give --parameter {name}=VALUE{allowed}"
                raise ConfigurationError(f"parameter {name}", source=rules.source, hint=hint)
        for name, given in self._given.items():
            if isinstance(given.value, Unknown):
                hint = f"{given.value.reason}; a stack needs a text"
                raise ConfigurationError(f"parameter {name}", source=given.source, hint=hint)
        return {name: given.value for name, given in self._given.items()}


def stack_of(template: str) -> str:
    """Return the name of the stack of a template, which cdk synth names the file after."""
    name = PurePath(template).name
    return name.removesuffix(_TEMPLATE) if name.endswith(_TEMPLATE) else PurePath(name).stem


def _declared(document: Document) -> Mapping[Any, Any]:
    found = document.value.get("Parameters")
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        hint = "it must be an object of parameters"
        source = document.source("Parameters")
        raise ConfigurationError("Parameters", given=found, source=source, hint=hint)
    return found
