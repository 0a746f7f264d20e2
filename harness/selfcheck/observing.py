"""Observe the emulator while a scenario runs: the operations, the functions entered, its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from harness.selfcheck.planting import Planter, place_of

__all__ = ["Observer"]

_EMULATOR = f"{Path(__file__).parent.parent / 'emulator'}{os.sep}"


class Observer:
    """Notes what the calls of one scenario do; `clear` begins the next one.

    Args:
        entering: whether to note the functions entered as well, which makes calls slower.

    Attributes:
        operations: the operations that were called.
        entered: the places of the emulator's functions that the calls entered.
        errors: the errors that are no refusals: the emulator itself broke.
    """

    def __init__(self, *, entering: bool) -> None:
        self._entering = entering
        self._seen: set[CodeType] = set()
        self.operations: set[str] = set()
        self.errors: list[str] = []

    @property
    def entered(self) -> set[str]:
        """The places of the emulator's functions that the calls entered."""
        return {place_of(code) for code in self._seen if code.co_filename.startswith(_EMULATOR)}

    def clear(self) -> None:
        """Forget everything."""
        self._seen.clear()
        self.operations.clear()
        self.errors.clear()

    def install(self, planter: Planter) -> None:
        """Observe every call from now on; the faults must be planted already."""
        from harness.emulator.engine import Engine

        planter.method(Engine, "call", self._observed)

    def _observed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        from harness.emulator.refusals import Refusal

        def call(engine: Any, operation: str, params: dict[str, Any], caller: Any = None) -> Any:
            self.operations.add(operation)
            before = sys.getprofile()
            if self._entering:
                sys.setprofile(self._note)
            try:
                return original(engine, operation, params, caller)
            except Refusal:
                raise
            except Exception as error:
                self.errors.append(f"{operation}: {type(error).__name__}")
                raise
            finally:
                if self._entering:
                    sys.setprofile(before)

        return call

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call":
            self._seen.add(frame.f_code)
