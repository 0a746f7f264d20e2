"""Plant a fault from outside: replace functions, methods and entries of tables of the emulator.

The emulator has no switch for faults and does not know about them. A planter notes what it has
replaced, so that a fault is tried on the scenarios that enter it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

__all__ = ["Make", "Planter", "place_of"]

_PACKAGE = "harness.emulator"

#: Makes the replacement of a function, given the function itself.
Make = Callable[[Any], Callable[..., Any]]


class Planter:
    """Replaces parts of the emulator, and puts them back.

    Attributes:
        entered: the places of the functions that were replaced.
        operations: the operations whose handlers were replaced.
    """

    def __init__(self) -> None:
        self.entered: set[str] = set()
        self.operations: set[str] = set()
        self._undo: list[Callable[[], None]] = []

    def undo(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    def attribute(self, owner: object, name: str, value: object) -> None:
        """Replace an attribute of a module or a class, such as a constant."""
        missing = object()
        before = vars(owner).get(name, missing)
        setattr(owner, name, value)
        if before is missing:
            self._undo.append(lambda: delattr(owner, name))
        else:
            self._undo.append(lambda: setattr(owner, name, before))

    def entry(self, table: Any, key: object, value: object) -> None:
        """Replace an entry of a table."""
        before = table[key]
        table[key] = value
        self._undo.append(lambda: table.__setitem__(key, before))

    def method(self, owner: type, name: str, make: Make) -> None:
        """Replace a method or a property of a class; an inherited one for this class alone."""
        before = next(vars(each)[name] for each in owner.__mro__ if name in vars(each))
        kind = type(before) if isinstance(before, classmethod | staticmethod) else None
        original = before.fget if isinstance(before, property) else before
        if kind is not None:
            original = before.__func__
        self._note(original)
        made = _named(make(original), original)
        whole: object = made if kind is None else kind(made)
        self.attribute(owner, name, property(made) if isinstance(before, property) else whole)

    def function(self, original: Any, make: Make, *, within: ModuleType | None = None) -> None:
        """Replace a function in every module that imported it by name, and in their tables.

        Args:
            original: the function.
            make: makes its replacement.
            within: the only module that gets the replacement.
        """
        self._note(original)
        made = _named(make(original), original)
        for module in _modules() if within is None else (within,):
            for name, value in list(vars(module).items()):
                if value is original:
                    self.attribute(module, name, made)
                elif isinstance(value, dict) and not name.startswith("__"):
                    self._in_table(value, original, made)

    def handler(self, operations: str | tuple[str, ...], make: Make) -> None:
        """Replace the handlers of operations: what a request becomes, or what it is answered."""
        from harness.emulator.operations.table import OPERATIONS

        for operation in (operations,) if isinstance(operations, str) else operations:
            self.operations.add(operation)
            original = OPERATIONS[operation]
            self.entry(OPERATIONS, operation, _named(make(original), original))

    def answer(
        self, operations: str | tuple[str, ...], change: Callable[[Any, Any, dict[str, Any]], None]
    ) -> None:
        """Have answers of operations changed in place by ``change(service, request, answer)``."""

        def make(original: Any) -> Callable[..., Any]:
            def changed(service: Any, request: Any) -> Any:
                answer = original(service, request)
                change(service, request, answer)
                return answer

            return changed

        self.handler(operations, make)

    def request(
        self, operations: str | tuple[str, ...], change: Callable[[dict[str, Any]], None]
    ) -> None:
        """Have the parameters of requests changed in place before operations see them."""
        from copy import deepcopy
        from dataclasses import replace

        def make(original: Any) -> Callable[..., Any]:
            def changed(service: Any, request: Any) -> Any:
                params = deepcopy(request.params)
                change(params)
                return original(service, replace(request, params=params))

            return changed

        self.handler(operations, make)

    def _in_table(self, table: dict[Any, Any], original: Any, made: Callable[..., Any]) -> None:
        for key, value in list(table.items()):
            if value is original:
                self.entry(table, key, made)
            elif isinstance(value, tuple) and hasattr(value, "_replace"):
                fields = getattr(value, "_fields", ())
                new = {name: made for name in fields if getattr(value, name) is original}
                if new:
                    self.entry(table, key, value._replace(**new))

    def _note(self, original: Any) -> None:
        code = getattr(_innermost(original), "__code__", None)
        if isinstance(code, CodeType):
            self.entered.add(place_of(code))


def place_of(code: CodeType) -> str:
    """Return where a function is written, as file and line."""
    _, _, file = code.co_filename.replace("\\", "/").rpartition("/harness/")
    return f"{file}:{code.co_firstlineno}"


def _innermost(function: Any) -> Any:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _named(made: Callable[..., Any], original: Any) -> Callable[..., Any]:
    """Give a replacement the name of what it replaces, for messages."""
    if isinstance(made, FunctionType):
        functools.update_wrapper(made, original)
    return made


def _modules() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name == _PACKAGE or name.startswith(f"{_PACKAGE}."):
            yield module
