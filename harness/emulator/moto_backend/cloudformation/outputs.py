"""Keep the outputs of a moto stack in step with its template.

moto 5.2.5 computes a stack's outputs when it creates or updates the stack, but not when it executes
a change set, so ``aws cloudformation deploy`` would leave a stack without outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["CurrentOutputs"]


class CurrentOutputs(Mapping[str, Any]):
    """A stack's outputs, computed from the current template on every access.

    Args:
        stack: moto's stack, which has the template of the last change set.
    """

    def __init__(self, stack: Any) -> None:
        self._stack = stack
        original = stack.output_map
        replaced = isinstance(original, CurrentOutputs)
        self._kind: Any = original._kind if replaced else type(original)

    def __getitem__(self, key: str) -> Any:
        return self._current()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def exports(self) -> list[Any]:
        """The outputs that other stacks may import."""
        exports: list[Any] = self._current().exports
        return exports

    def _current(self) -> Any:
        template = self._stack.template
        parsed = self._stack.parse_template(template) if isinstance(template, str) else template
        return self._kind(self._stack.resource_map, parsed, self._stack.stack_id)
