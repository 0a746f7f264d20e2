"""The outputs of a stack of moto's, as its template now says them.

moto works out a stack's outputs when it is made or updated, but not when a change set is carried
out (5.2.5), so that ``aws cloudformation deploy`` would give none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["CurrentOutputs"]


class CurrentOutputs(Mapping[str, Any]):
    """What moto's own map of outputs would hold if it were made anew at every look.

    Args:
        stack: moto's, which keeps the template of the last change set.
    """

    def __init__(self, stack: Any) -> None:
        self._stack = stack
        own = stack.output_map
        self._kind: Any = own._kind if isinstance(own, CurrentOutputs) else type(own)

    def __getitem__(self, key: str) -> Any:
        return self._current()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def exports(self) -> list[Any]:
        """What other stacks may import."""
        found: list[Any] = self._current().exports
        return found

    def _current(self) -> Any:
        template = self._stack.template
        parsed = self._stack.parse_template(template) if isinstance(template, str) else template
        return self._kind(self._stack.resource_map, parsed, self._stack.stack_id)
