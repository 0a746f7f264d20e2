"""Calls handlers, checks what they return, and keeps their failures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.triggers.handlers import FIELDS, Trigger, Triggers
from harness.emulator.triggers.responses import ResponseError, read_response

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.pools import Pool
    from harness.emulator.triggers.events import LambdaContext, Occasion


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
    error: BaseException | None = field(default=None, repr=False)


class HandlerError(Exception):
    """A handler raised an error or returned something that JSON cannot hold.

    The text is Lambda's errorMessage.
    """

    def __init__(self, text: str, cause: BaseException) -> None:
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
        except ResponseError as failure:
            self.note(occasion, str(failure))

    def note(self, occasion: Occasion, reason: str, error: BaseException | None = None) -> None:
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
    """Return the handler's result; event and result pass through JSON, so no object is shared.

    Raises:
        HandlerError: the handler raised anything, or its result cannot be written as JSON.
        ResponseError: its result has NaN or Infinity, which Python writes and JSON does not have.
    """
    try:
        result = handler(json.loads(json.dumps(event)), context)
    except BaseException as error:
        if _is_interrupt(error):
            raise
        raise HandlerError(_error_message(error, context), error) from error
    try:
        # In UTF-8, as Lambda sends it, which has no form for half of a surrogate pair.
        content = json.dumps(result, ensure_ascii=False).encode()
        return json.loads(content, parse_constant=_refuse_constant)
    except ResponseError:
        raise
    except Exception as error:
        # This is the text of Lambda's Python runtime.
        text = f"Unable to marshal response: {_text_of(error)}"
        raise HandlerError(text, error) from error


def _is_interrupt(error: BaseException) -> bool:
    """Return whether a person pressed Ctrl-C, which Python raises in the main thread only."""
    return isinstance(error, KeyboardInterrupt) and current_thread() is main_thread()


def _error_message(error: BaseException, context: LambdaContext) -> str:
    """Return Lambda's errorMessage for what a handler raised.

    Lambda's Python runtime reports an `Exception`. Anything else ends its process, and Lambda
    reports that:
    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
    """
    if isinstance(error, Exception):
        return _text_of(error)
    code = error.code if isinstance(error, SystemExit) else 1
    status = code if isinstance(code, int) else 0 if code is None else 1
    ended = f"with error: exit status {status}" if status else "without providing a reason"
    return f"RequestId: {context.aws_request_id} Error: Runtime exited {ended}"


def _text_of(error: Exception) -> str:
    """Return the text of an error in characters that a response can have."""
    try:
        text = str(error)
    except Exception:
        text = type(error).__name__
    return text.encode("utf-8", "replace").decode()


def _refuse_constant(name: str) -> None:
    raise ResponseError(f"the handler returned {name}, which JSON does not have")


def _context(pool: Pool, trigger: str, request_id: str) -> LambdaContext:
    """Return the context of a call; its ARN is from LambdaConfig, or made up without one."""
    from harness.emulator.triggers.events import LambdaContext

    config = (pool.settings.get("LambdaConfig") or {}).get(trigger)
    given = config.get("LambdaArn") if isinstance(config, dict) else config
    made_up = f"arn:{pool.partition}:lambda:{pool.region}:{pool.account}:function:{trigger}"
    arn = given or made_up
    return LambdaContext(
        function_name=arn.split(":")[6] if arn.count(":") >= 6 else trigger,
        invoked_function_arn=arn,
        aws_request_id=request_id,
    )
