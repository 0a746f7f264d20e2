"""The values that a user gives to the parameters of a template or the variables of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["NO_PARAMETERS", "GivenParameter", "GivenParameters"]


@dataclass(frozen=True)
class GivenParameter:
    """A value that the user gave.

    Attributes:
        value: the text, or a list of texts for a list parameter.
        source: where it was given, for messages: ``--parameter``, or a file with its line.
    """

    value: Any
    source: str


@dataclass(frozen=True)
class GivenParameters:
    """All values that the user gave, by the names of the parameters.

    Attributes:
        given: the values; a later one of the same name has taken the place of an earlier one.
    """

    given: Mapping[str, GivenParameter] = field(default_factory=lambda: MappingProxyType({}))

    def __getitem__(self, name: str) -> GivenParameter:
        """Return what was given for a parameter."""
        return self.given[name]

    def __contains__(self, name: object) -> bool:
        """Return whether a value was given for a parameter."""
        return name in self.given


NO_PARAMETERS = GivenParameters()
