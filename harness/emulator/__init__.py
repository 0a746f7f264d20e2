"""An Amazon Cognito emulator on top of moto that refuses what Cognito refuses.

Use it around a test or a whole suite::

    from harness.emulator import Emulator

    with Emulator() as emulator:
        client = boto3.client("cognito-idp", region_name="us-east-1")
        ...
        code = emulator.outbox.messages(username="alice")[0].code
        emulator.clock.advance(24 * 3600)

It writes nothing to disk, has its own clock, and is for tests: it does not replace Cognito.
"""

from __future__ import annotations

from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.embedded import Emulator, install, uninstall
from harness.emulator.triggers.functions import LambdaFunctions
from harness.emulator.triggers.handlers import Triggers
from harness.emulator.triggers.runner import SkippedTrigger, TriggerFailure

__all__ = [
    "Emulator",
    "EmulatorSettings",
    "LambdaFunctions",
    "SkippedTrigger",
    "TriggerFailure",
    "Triggers",
    "install",
    "uninstall",
]
