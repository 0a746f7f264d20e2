"""The values that a user gives to the parameters of a template.

A value that no template can use is refused. One that several sources are read for, such as the two
sides of a comparison, must be of use to one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from harness.errors import ConfigurationError

__all__ = ["NO_PARAMETERS", "GivenParameter", "GivenParameters"]


@dataclass(frozen=True)
class GivenParameter:
    """A value that the user gave.

    Attributes:
        value: the text, a list of texts for a list parameter, or an ``Unknown`` for a value that
            only a deployment knows.
        source: where it was given, for messages: ``--parameter``, or a file with its line.
        instead_of: where an earlier value was given, whose place it has taken.
        resolved: the value behind the name of a Systems Manager parameter, if it is known.
    """

    value: Any = field(repr=False)
    source: str
    instead_of: str | None = None
    resolved: str | None = field(default=None, repr=False)

    @property
    def note(self) -> str:
        """Where the value came from, and what it has taken the place of."""
        earlier = "" if self.instead_of is None else f", instead of the value in {self.instead_of}"
        return f"{self.source}{earlier}"


@dataclass
class _Use:
    """What the sources that have been read can use."""

    depth: int = 0
    declared: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class GivenParameters:
    """All values that the user gave, by the names of the parameters.

    ``Stack:Name`` is the parameter of one stack, as ``cdk deploy --parameters`` writes it.

    Attributes:
        given: the values; a later one of the same name has taken the place of an earlier one.
    """

    given: Mapping[str, GivenParameter] = field(default_factory=lambda: MappingProxyType({}))
    _use: _Use = field(default_factory=_Use, repr=False, compare=False)

    def __getitem__(self, name: str) -> GivenParameter:
        """Return what was given for a parameter."""
        return self.given[name]

    def __contains__(self, name: object) -> bool:
        """Return whether a value was given for a parameter."""
        return name in self.given

    def declared_by(self, stack: str, names: Iterable[str]) -> dict[str, GivenParameter]:
        """Return the values for the parameters that a template declares.

        Args:
            stack: the name of the stack, which a value for it alone has in front.
            names: the names of the template's parameters.
        """
        found: dict[str, GivenParameter] = {}
        for name in names if self.given else ():
            own = f"{stack}:{name}"
            key = own if own in self.given else name
            self._use.declared.update((name, own))
            self._use.used.update((name, own))
            if key in self.given:
                found[name] = self.given[key]
        return found

    def over(self, earlier: GivenParameters) -> GivenParameters:
        """Return these values and those of ``earlier`` that these do not take the place of.

        What a template can use of the result, it can use of these.
        """
        return GivenParameters({**earlier.given, **self.given}, self._use)

    def hide(self, stack: str, name: str) -> None:
        """Note that a template declares a parameter with ``NoEcho``."""
        if self.given:
            self._use.hidden.update((name, f"{stack}:{name}"))

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the parameters whose values nobody may see."""
        return frozenset(self._use.hidden)

    def have_no_use(self, reason: str) -> None:
        """Note why a source can use no values, for the message about a value without use."""
        self._use.reasons.append(reason)

    @contextmanager
    def checked(self, source: str) -> Iterator[None]:
        """Refuse, at the end of the block, a value that no source read in it can use.

        Inside another such block, it leaves the check to that one.

        Args:
            source: the file or files, for the message.

        Raises:
            ConfigurationError: no template that was read declares one of the parameters.
        """
        use = self._use
        if not use.depth:
            use.declared, use.used, use.reasons = set(), set(), []
        use.depth += 1
        try:
            yield
        finally:
            use.depth -= 1
        if not use.depth:
            self._refuse_unused(source)

    def _refuse_unused(self, source: str) -> None:
        use = self._use
        for name, given in self.given.items():
            if name in use.used:
                continue
            allowed = sorted(one for one in use.declared if ":" in name or ":" not in one)
            reasons = dict.fromkeys(use.reasons) if not allowed else ()
            hint = "; ".join(reasons) or f"not a parameter of {source}"
            raise ConfigurationError(
                "parameter", given=name, source=given.source, allowed=allowed or None, hint=hint
            )


NO_PARAMETERS = GivenParameters()
