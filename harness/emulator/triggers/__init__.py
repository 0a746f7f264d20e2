"""The user's own trigger logic: Lambda handlers as Python callables.

Given to the emulator, they take part in every call that would invoke the Lambda functions of a
real user pool::

    def confirm_colleagues(event, context):
        if event["request"]["userAttributes"]["email"].endswith("@example.com"):
            event["response"]["autoConfirmUser"] = True
        return event

    with Emulator(triggers=Triggers(pre_sign_up=confirm_colleagues)) as emulator:
        ...

Inside: `given` is what the user gives, `events` what a handler is passed, `answers` what it may
return, `running` the call itself; the other modules say when each trigger runs and what follows.
"""

from __future__ import annotations

from harness.emulator.triggers.handlers import Trigger, Triggers
from harness.emulator.triggers.runner import TriggerFailure

__all__ = ["Trigger", "TriggerFailure", "Triggers"]
