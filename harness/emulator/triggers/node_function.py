"""A function in a Node module: processes of Node that stay, as Lambda's environments do."""

from __future__ import annotations

import json
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

from harness.emulator.triggers.invocation import (
    CallLimits,
    FunctionError,
    message_of,
    runtime_exited,
)
from harness.emulator.triggers.node_process import (
    NodeModule,
    NodeProcess,
    ProcessEnded,
    TooSlow,
    node_command,
)
from harness.emulator.triggers.responses import ResponseError
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.triggers.events import LambdaContext

#: A handler that calls the emulator may need another process of itself; more than this many wait.
_MOST_PROCESSES = 8


class NodeFunction:
    """The handler of a Node module; it is called like a handler in Python.

    A process carries out one invocation at a time, and serves the next one afterwards. Calls at the
    same time get processes of their own, as they get environments of their own at Lambda.

    Args:
        path: the module.
        export: the name of its handler.
        limits: how long one try may take, and how many there are.
        setting: what a message calls the handler.

    Raises:
        ConfigurationError: there is no Node.
    """

    def __init__(
        self, path: Path, export: str, limits: CallLimits, setting: str = "the handler"
    ) -> None:
        node_command()
        self._setting = setting
        self._module = NodeModule(path, export)
        self._limits = limits
        self._idle: list[NodeProcess] = []
        self._lock = Lock()
        self._slots = BoundedSemaphore(_MOST_PROCESSES)

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> Any:
        """Invoke the handler and return what it returned.

        Raises:
            FunctionError: the handler raised an error, or its process ended.
            InvocationError: it did not answer in time, in any try.
            ResponseError: what it returned is no JSON.
        """
        for _ in range(self._limits.tries):
            if not self._slots.acquire(timeout=self._limits.seconds):
                continue
            try:
                return self._invoke(event, context)
            except TooSlow:
                continue
            finally:
                self._slots.release()
        raise self._limits.exhausted(self._module.label)

    def prepare(self) -> None:
        """Load the module in a first process.

        Raises:
            ConfigurationError: it cannot be loaded, or lacks its handler.
        """
        try:
            process = self._take()
        except (FunctionError, ProcessEnded, TooSlow) as error:
            words = " ".join(str(error).split()) or "it took too long"
            given = f"{self._module.path}:{self._module.export}"
            raise ConfigurationError(
                self._setting, given=given, hint=f"Node cannot load it: {words}"
            ) from error
        self._give_back(process)

    def close(self) -> None:
        """End the idle processes; a later call starts new ones."""
        with self._lock:
            processes, self._idle = self._idle, []
        for process in processes:
            process.end()

    def _invoke(self, event: dict[str, Any], context: LambdaContext) -> Any:
        try:
            process = self._take()
            message = self._answer(process, event, context)
        except ProcessEnded as ended:
            raise FunctionError(runtime_exited(context.aws_request_id, ended.status)) from None
        if "error" in message:
            raise FunctionError(message_of(message["error"]))
        try:
            return json.loads(message["result"])
        except (KeyError, TypeError, ValueError, RecursionError):
            raise ResponseError("the handler returned no JSON") from None

    def _answer(
        self, process: NodeProcess, event: dict[str, Any], context: LambdaContext
    ) -> dict[str, Any]:
        try:
            message: dict[str, Any] = process.invoke(
                event, context.in_javascript(), self._limits.seconds
            )
        except BaseException:
            # Whatever it still does, its result would be taken for that of another invocation.
            process.end()
            raise
        if message.get("ends"):
            process.end()
        else:
            self._give_back(process)
        return message

    def _take(self) -> NodeProcess:
        """Return an idle process, or a new one.

        Raises:
            FunctionError: the module cannot be loaded.
        """
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.runs:
                    return process
                process.end()
        process = NodeProcess(self._module)
        if process.failure is not None:
            process.end()
            raise FunctionError(message_of(process.failure))
        return process

    def _give_back(self, process: NodeProcess) -> None:
        with self._lock:
            self._idle.append(process)
