"""The call of a handler: what it is passed, what it may not break, and what its failure means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.core.randomness import Randomness
from harness.emulator.domain.pools import Pool
from harness.emulator.triggers.events import LambdaContext, Occasion
from harness.emulator.triggers.handlers import FIELDS, Trigger, Triggers
from harness.emulator.triggers.responses import AnswerError, read_response


@dataclass(frozen=True)
class TriggerFailure:
    """A handler that failed, or whose answer could not be used, with the reason.

    Callers of the API see only what Cognito would say; here is what helps to mend the handler.

    Attributes:
        trigger: its name in LambdaConfig; source: the triggerSource of the event.
        error: what the handler raised, or ``None``.
    """

    trigger: str
    source: str
    user_pool_id: str
    username: str
    reason: str
    error: Exception | None = field(default=None, repr=False)


class HandlerError(Exception):
    """A handler raised an error, or returned what is no JSON; the text is Lambda's errorMessage."""

    def __init__(self, text: str, cause: Exception) -> None:
        super().__init__(text)
        self.cause = cause


class TriggerRunner:
    """Calls the handlers of one engine and keeps their failures."""

    def __init__(self, triggers: Triggers, random: Randomness) -> None:
        self.triggers = triggers
        self._random = random
        #: The names of the triggers that have a handler.
        self.given = frozenset(name for name in FIELDS if triggers.find(name) is not None)
        #: Whether any handler was given.
        self.has_any = bool(self.given)
        self.failures: list[TriggerFailure] = []

    def run(self, occasion: Occasion) -> dict[str, Any]:
        """Call the handler of an occasion and return the members of its response.

        Raises UserLambdaValidationException with the text of what the handler raised (A184), and
        InvalidLambdaResponseException for an answer that cannot be read.
        """
        try:
            answer = self._call(occasion, occasion.event())
            return read_response(occasion.trigger, answer)
        except HandlerError as failure:
            self.note(occasion, str(failure), failure.cause)
            raise refusals.trigger_failed(occasion.trigger, str(failure)) from failure.cause
        except AnswerError as failure:
            self.note(occasion, str(failure))
            raise refusals.trigger_answer_invalid() from failure

    def run_aside(self, occasion: Occasion, event: dict[str, Any]) -> None:
        """Call the handler of a custom sender; what it returns or raises reaches nobody."""
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
            return _answer(handler, event, context)


def _answer(handler: Trigger, event: dict[str, Any], context: LambdaContext) -> Any:
    """What the handler returns, sent there and back as JSON, so that it keeps nothing of ours."""
    try:
        answer = handler(json.loads(json.dumps(event)), context)
    except Exception as error:
        raise HandlerError(str(error), error) from error
    try:
        return json.loads(json.dumps(answer))
    except (TypeError, ValueError) as error:
        # The wording of Lambda's Python runtime.
        raise HandlerError(f"Unable to marshal response: {error}", error) from error


def _context(pool: Pool, trigger: str, request_id: str) -> LambdaContext:
    """The context of a call; the ARN is the pool's own for that trigger, where it has one."""
    config = (pool.settings.get("LambdaConfig") or {}).get(trigger)
    given = config.get("LambdaArn") if isinstance(config, dict) else config
    made_up = f"arn:{pool.partition}:lambda:{pool.region}:{pool.account}:function:{trigger}"
    arn = given or made_up
    return LambdaContext(
        function_name=arn.split(":")[6] if arn.count(":") >= 6 else trigger,
        invoked_function_arn=arn,
        aws_request_id=request_id,
    )
