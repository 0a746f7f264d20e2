"""The handlers of Lambda functions by their ARNs: each pool runs those of its LambdaConfig."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from harness.emulator.triggers.function_targets import handler_of, import_from_here
from harness.emulator.triggers.handlers import Trigger, Triggers
from harness.emulator.triggers.invocation import CallLimits, Closes
from harness.emulator.triggers.lambda_config import FunctionName, function_of
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool

#: What may become of a function that LambdaConfig names and that has no handler.
UNMAPPED = ("skip", "refuse")


class LambdaFunctions:
    """The handlers of Lambda functions, as a pool's LambdaConfig names them.

    A function is given by its ARN or its name, each with or without a version or alias; the most
    exact one counts. Its handler is a callable like those of `Triggers`, or a text:

    - ``module:function`` or ``path/to/file.py:function``: Python,
    - ``path/to/index.mjs:handler`` (also .js and .cjs): a Node module, in a process of its own,
    - ``http://127.0.0.1:3001``: an endpoint with Lambda's Invoke API, such as that of
      ``sam local start-lambda``. The path of one function can follow, such as
      ``/2015-03-31/functions/function/invocations`` for a Lambda runtime interface emulator.

    ::

        functions = LambdaFunctions({"arn:aws:lambda:...:function:check": check, "greet": "m:f"})
        with Emulator(triggers=functions) as emulator:
            ...

    Args:
        functions: the handlers by the functions that they stand for.
        unmapped: what becomes of a function that LambdaConfig names and that has no handler:
            ``skip`` passes over it and says so once, ``refuse`` gives the error of a function that
            Cognito may not invoke (T001).
        timeout: how many seconds an endpoint or a Node module has for one try (T003).
        tries: how often one that does not answer in time is called (T003).

    Raises:
        ConfigurationError: a function or a handler cannot be used.
    """

    def __init__(
        self,
        functions: Mapping[str, Trigger | str],
        *,
        unmapped: str = "skip",
        timeout: float = 5.0,
        tries: int = 3,
    ) -> None:
        if unmapped not in UNMAPPED:
            raise ConfigurationError("unmapped", given=unmapped, allowed=UNMAPPED)
        self.refuses_unmapped = unmapped == "refuse"
        self.targets = {name: _described(given) for name, given in functions.items()}
        self._limits = CallLimits.checked(timeout, tries)
        self._handlers: dict[str, Trigger] = {}
        for name, given in functions.items():
            self._add(name, given, "LambdaFunctions", f"the handler of {name}")

    @classmethod
    def from_texts(cls, texts: Iterable[str], setting: str, **how: Any) -> LambdaFunctions:
        """Return the functions of texts such as ``check=module:function``.

        Modules are found in the current directory too.

        Args:
            texts: a function and its handler each.
            setting: what a message calls such a text, such as ``--trigger``.
            how: the other arguments of `LambdaFunctions`.

        Raises:
            ConfigurationError: a text cannot be used, or names a function again.
        """
        import_from_here()
        functions = cls({}, **how)
        for text in texts:
            name, separator, target = (part.strip() for part in text.partition("="))
            if not separator or not name or not target:
                hint = "it must be FUNCTION=HANDLER, such as check=module:function"
                raise ConfigurationError(setting, given=text, hint=hint)
            if name in functions.targets:
                raise ConfigurationError(setting, given=text, hint=f"{name} has a handler already")
            functions._add(name, target, setting, f"{setting} {name}")
            functions.targets[name] = target
        return functions

    def _add(self, name: str, given: Trigger | str, setting: str, handler: str) -> None:
        _check_name(name, setting)
        self._handlers[name] = _usable(given, handler, self._limits)

    def __repr__(self) -> str:
        return f"LambdaFunctions({self.targets!r})"

    def __bool__(self) -> bool:
        return bool(self._handlers)

    def find(self, pool: Pool, trigger: str) -> Trigger | None:
        """Return the handler of the function that the pool has for a trigger."""
        arn = function_of(pool, trigger)
        function = FunctionName.read(arn) if arn else None
        keys = function.keys() if function else iter(())
        return next((self._handlers[key] for key in keys if key in self._handlers), None)

    def prepare(self) -> None:
        """Start what takes time, and check it: load every Node module once.

        Raises:
            ConfigurationError: a module cannot be loaded, or lacks its handler.
        """
        for handler in self._closing():
            handler.prepare()

    def close(self) -> None:
        """End the processes of Node modules; a later call starts them again."""
        for handler in self._closing():
            handler.close()

    def _closing(self) -> list[Closes]:
        handlers: list[object] = list(self._handlers.values())
        return [handler for handler in handlers if isinstance(handler, Closes)]


def _check_name(name: str, setting: str) -> None:
    if FunctionName.read(name) is None:
        raise ConfigurationError(
            setting,
            given=name,
            hint="a function is given by its ARN or its name, "
            "such as arn:aws:lambda:us-east-1:123456789012:function:check or check",
        )


def _usable(given: Trigger | str, setting: str, limits: CallLimits) -> Trigger:
    if isinstance(given, str):
        return handler_of(given, setting, limits)
    if not callable(given):
        raise ConfigurationError(
            setting,
            given=given,
            hint="it must be a callable that takes the event and the context, or a text such as "
            "module:function",
        )
    return given


def _described(given: Trigger | str) -> str:
    return given if isinstance(given, str) else getattr(given, "__qualname__", type(given).__name__)


#: What ``triggers=`` takes.
TriggerHandlers: TypeAlias = Triggers | LambdaFunctions


def usable_triggers(given: object) -> TriggerHandlers:
    """Return given handlers; ``None`` stands for no handler.

    Raises:
        ConfigurationError: it is something else, such as a dictionary.
    """
    if given is None:
        return Triggers()
    if not isinstance(given, (Triggers, LambdaFunctions)):
        raise ConfigurationError(
            "triggers",
            given=given.__name__ if isinstance(given, type) else type(given).__name__,
            hint="it must be None or harness.emulator.Triggers(pre_sign_up=handler, ...), or "
            "harness.emulator.LambdaFunctions({arn: handler, ...})",
        )
    return given
