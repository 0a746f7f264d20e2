"""The parameters of one template: their types, what they allow, their defaults and given values.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.pools.sources.documents import Document
from harness.pools.sources.parameters import GivenParameters

__all__ = ["ParameterValue", "TemplateParameters"]


@dataclass(frozen=True)
class ParameterValue:
    """The value of a parameter.

    Attributes:
        value: a text, or a list of texts for a list parameter.
        note: where it came from, such as ``Default of parameter Mfa``.
    """

    value: Any
    note: str


class TemplateParameters:
    """Answers what the parameters of a template are in this deployment.

    Args:
        document: the template.
        given: what the user gave.
    """

    def __init__(self, document: Document, given: GivenParameters) -> None:
        found = document.value.get("Parameters")
        self._parameters: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        self._given = given

    def value(self, name: str) -> ParameterValue | None:
        """Return the value of a parameter; ``None`` if only a deployment knows it."""
        parameter = self._parameters.get(name)
        if not isinstance(parameter, Mapping) or "Default" not in parameter:
            return None
        kind = str(parameter.get("Type", "String"))
        if kind.startswith("AWS::SSM::"):
            return None
        default = parameter["Default"]
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            default = [item.strip() for item in str(default).split(",")]
        return ParameterValue(default, f"Default of parameter {name}")
