"""The ways in which most faults are planted, to be named in a table of faults."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from harness.selfcheck.planting import Make, Planter

__all__ = [
    "always",
    "answers",
    "constant",
    "entry",
    "forgiving",
    "function",
    "handlers",
    "method",
    "requests",
    "together",
]

#: Plants a fault.
Plant = Callable[[Planter], None]


def method(owner: type, name: str, make: Make) -> Plant:
    """Return how to plant a fault in a method or a property."""
    return lambda planter: planter.method(owner, name, make)


def function(original: Any, make: Make, *, within: ModuleType | None = None) -> Plant:
    """Return how to plant a fault in a function, everywhere or within one module."""
    return lambda planter: planter.function(original, make, within=within)


def handlers(operations: str | tuple[str, ...], make: Make) -> Plant:
    """Return how to plant a fault in the handlers of operations."""
    return lambda planter: planter.handler(operations, make)


def answers(
    operations: str | tuple[str, ...], change: Callable[[Any, Any, dict[str, Any]], Any]
) -> Plant:
    """Return how to have answers changed, by ``change(service, request, answer)``."""
    return lambda planter: planter.answer(operations, change)


def requests(operations: str | tuple[str, ...], change: Callable[[dict[str, Any]], Any]) -> Plant:
    """Return how to have requests changed, by ``change(params)``."""
    return lambda planter: planter.request(operations, change)


def constant(owner: object, name: str, value: object) -> Plant:
    """Return how to replace a constant of a module or class; the fault names its operations."""
    return lambda planter: planter.attribute(owner, name, value)


def entry(table: Any, key: object, value: object) -> Plant:
    """Return how to replace an entry of a table; the fault names its operations."""
    return lambda planter: planter.entry(table, key, value)


def together(*plants: Plant) -> Plant:
    """Return how to plant what is one fault in several places."""

    def plant(planter: Planter) -> None:
        for each in plants:
            each(planter)

    return plant


def always(value: object) -> Make:
    """Make a function that returns one value, whatever it is asked."""
    return lambda original: lambda *arguments, **named: value


def forgiving(result: object = None, *, saying: str = "") -> Make:
    """Make a function that returns a result where the original refuses.

    Args:
        result: what it returns then; a callable makes it from the function's arguments.
        saying: a part of the message of the refusal; others are refused as before.
    """
    from harness.emulator.refusals import Refusal

    def make(original: Any) -> Callable[..., Any]:
        def lenient(*arguments: Any, **named: Any) -> Any:
            try:
                return original(*arguments, **named)
            except Refusal as refusal:
                if saying not in refusal.message:
                    raise
                return result(*arguments, **named) if callable(result) else result

        return lenient

    return make
