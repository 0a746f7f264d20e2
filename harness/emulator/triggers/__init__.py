"""Lambda triggers: handlers as Python callables.

The emulator calls a handler wherever Cognito would invoke the Lambda function of a real user
pool::

    def confirm_colleagues(event, context):
        if event["request"]["userAttributes"]["email"].endswith("@example.com"):
            event["response"]["autoConfirmUser"] = True
        return event

    with Emulator(triggers=Triggers(pre_sign_up=confirm_colleagues)) as emulator:
        ...

`handlers` has one set of handlers for all pools, `functions` those of the Lambda functions that a
pool's LambdaConfig names. `events` has what a handler gets, `responses` what it may return,
and `runner` the call itself. The other modules say when each trigger runs and what it changes.
"""

from __future__ import annotations

from harness.emulator.triggers.functions import LambdaFunctions, TriggerHandlers
from harness.emulator.triggers.handlers import Trigger, Triggers
from harness.emulator.triggers.runner import SkippedTrigger, TriggerFailure

__all__ = [
    "LambdaFunctions",
    "SkippedTrigger",
    "Trigger",
    "TriggerFailure",
    "TriggerHandlers",
    "Triggers",
]
