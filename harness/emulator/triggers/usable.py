"""The handlers that an emulator can be given: one set for all pools, or one for each function."""

from __future__ import annotations

from typing import TypeAlias

from harness.emulator.triggers.functions import LambdaFunctions
from harness.emulator.triggers.handlers import Triggers
from harness.errors import ConfigurationError

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
