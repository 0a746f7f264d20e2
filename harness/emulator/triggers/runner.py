"""Calls handlers, checks what they return, and keeps their failures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.core.randomness import Randomness
from harness.emulator.domain.pools import Pool
from harness.emulator.triggers.events import LambdaContext, Occasion
from harness.emulator.triggers.handlers import FIELDS, Trigger, Triggers
from harness.emulator.triggers.responses import ResponseError, read_response


@dataclass(frozen=True)
class TriggerFailure:
    """A failed call of a handler, or one whose response could not be used.

    API callers only get Cognito's error; this has the details that help to fix the handler.

    Attributes:
        trigger: the name of the trigger in LambdaConfig.
        source: triggerSource of the event.
        user_pool_id: the pool.
        username: userName of the event.
        reason: what went wrong.
        error: the exception that the handler raised, or ``None``.
    """

    trigger: str
    source: str
    user_pool_id: str
    username: str
    reason: str
    error: Exception | None = field(default=None, repr=False)


class HandlerError(Exception):
    """A handler raised an error or returned something that JSON cannot hold.

    The text is Lambda's errorMessage.
    """

    def __init__(self, text: str, cause: Exception) -> None:
        super().__init__(text)
        self.cause = cause


class TriggerRunner:
    """Calls the handlers of one engine and keeps their failures.

    Attributes:
        triggers: the handlers.
        given: the names of the triggers that have a handler.
        has_any: whether there is any handler.
        failures: the failures so far, oldest first.
    """

    def __init__(self, triggers: Triggers, random: Randomness) -> None:
        self.triggers = triggers
        self._random = random
        self.given = frozenset(name for name in FIELDS if triggers.find(name) is not None)
        self.has_any = bool(self.given)
        self.failures: list[TriggerFailure] = []

    def run(self, occasion: Occasion) -> dict[str, Any]:
        """Call the handler of an occasion and return the members of its response.

        Raises:
            Refusal: UserLambdaValidationException with the text of what the handler raised (A184),
                or InvalidLambdaResponseException if its response cannot be read.
        """
        try:
            returned = self._call(occasion, occasion.event())
            return read_response(occasion.trigger, returned)
        except HandlerError as failure:
            self.note(occasion, str(failure), failure.cause)
            raise refusals.trigger_failed(occasion.trigger, str(failure)) from failure.cause
        except ResponseError as failure:
            self.note(occasion, str(failure))
            raise refusals.trigger_response_invalid() from failure

    def run_aside(self, occasion: Occasion, event: dict[str, Any]) -> None:
        """Call the handler of a custom sender; ignore its result and only keep its failure."""
        try:
            self._call(occasion, event)
        except HandlerError as failure:
            self.note(occasion, str(failure), failure.cause)

    def note(self, occasion: Occasion, reason: str, error: Exception | None = None) -> None:
        """Keep a failure."""
        self.failures.append(
            TriggerFailure(
                trigger=occasion.trigger,
                source=occasion.source,
                user_pool_id=occasion.pool.pool_id,
                username=occasion.username,
                reason=reason,
                error=error,
            )
        )

    def _call(self, occasion: Occasion, event: dict[str, Any]) -> Any:
        handler = self.triggers.find(occasion.trigger)
        assert handler is not None, occasion.trigger
        context = _context(occasion.pool, occasion.trigger, self._random.uuid())
        with occasion.pool.lock.released():
            return _returned(handler, event, context)


def _returned(handler: Trigger, event: dict[str, Any], context: LambdaContext) -> Any:
    """Return the handler's result; event and result pass through JSON, so no object is shared."""
    try:
        result = handler(json.loads(json.dumps(event)), context)
    except Exception as error:
        raise HandlerError(str(error), error) from error
    try:
        return json.loads(json.dumps(result))
    except (TypeError, ValueError) as error:
        # This is the text of Lambda's Python runtime.
        raise HandlerError(f"Unable to marshal response: {error}", error) from error


def _context(pool: Pool, trigger: str, request_id: str) -> LambdaContext:
    """Return the context of a call; its ARN is from LambdaConfig, or made up without one."""
    config = (pool.settings.get("LambdaConfig") or {}).get(trigger)
    given = config.get("LambdaArn") if isinstance(config, dict) else config
    made_up = f"arn:{pool.partition}:lambda:{pool.region}:{pool.account}:function:{trigger}"
    arn = given or made_up
    return LambdaContext(
        function_name=arn.split(":")[6] if arn.count(":") >= 6 else trigger,
        invoked_function_arn=arn,
        aws_request_id=request_id,
    )
