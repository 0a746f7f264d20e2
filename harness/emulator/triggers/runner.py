"""Calls handlers, checks what they return, and keeps their failures."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.refusals import Refusal
from harness.emulator.triggers.functions import LambdaFunctions
from harness.emulator.triggers.handlers import FIELDS, Trigger
from harness.emulator.triggers.invocation import InvocationError, runtime_exited
from harness.emulator.triggers.lambda_config import FunctionName, function_of
from harness.emulator.triggers.responses import ResponseError, read_response

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.pools import Pool
    from harness.emulator.triggers.events import LambdaContext, Occasion
    from harness.emulator.triggers.functions import TriggerHandlers

#: The failures that are kept: each holds the frames of its error, and a served emulator runs long.
KEPT_FAILURES = 1_000

_LOGGER = logging.getLogger("harness.emulator.triggers")


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


@dataclass(frozen=True)
class SkippedTrigger:
    """A trigger of a pool that would have run, but has no handler here.

    Attributes:
        trigger: the name of the trigger in LambdaConfig.
        user_pool_id: the pool.
        function_arn: the function that the pool's LambdaConfig names.
    """

    trigger: str
    user_pool_id: str
    function_arn: str


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
        has_any: whether there is any handler.
        failures: the newest failures, oldest first.
        skipped: the triggers that pools name a function for and that were passed over so far.
    """

    def __init__(self, triggers: TriggerHandlers, random: Randomness) -> None:
        self.triggers = triggers
        self._random = random
        self._by_function = isinstance(triggers, LambdaFunctions)
        self._given: frozenset[str] = frozenset()
        if not isinstance(triggers, LambdaFunctions):
            self._given = frozenset(name for name in FIELDS if triggers.find(name) is not None)
        self.has_any = bool(triggers) if self._by_function else bool(self._given)
        self.failures: list[TriggerFailure] = []
        self.skipped: dict[SkippedTrigger, None] = {}

    def runs(self, pool: Pool, trigger: str) -> bool:
        """Return whether a trigger of a pool runs.

        With handlers for all pools it runs if there is one for it. With handlers of functions it
        runs if the pool's LambdaConfig names a function. One without a handler is passed over, and
        that is said once, unless it is to be refused (T001).
        """
        if trigger in self._given or self._handler(pool, trigger) is not None:
            return True
        function = function_of(pool, trigger)
        if function is None:
            return False
        if isinstance(self.triggers, LambdaFunctions) and self.triggers.refuses_unmapped:
            return True
        self._skip(SkippedTrigger(trigger, pool.pool_id, function))
        return False

    def forget(self) -> None:
        """Forget failures and what was passed over."""
        self.failures.clear()
        self.skipped.clear()

    def close(self) -> None:
        """End what the handlers have started."""
        if isinstance(self.triggers, LambdaFunctions):
            self.triggers.close()

    def _handler(self, pool: Pool, trigger: str) -> Trigger | None:
        if isinstance(self.triggers, LambdaFunctions):
            return self.triggers.find(pool, trigger)
        return self.triggers.find(trigger)

    def _skip(self, skipped: SkippedTrigger) -> None:
        if skipped in self.skipped:
            return
        self.skipped[skipped] = None
        _LOGGER.warning(
            "%s: %s of LambdaConfig is not called: %s has no handler here",
            skipped.user_pool_id,
            skipped.trigger,
            skipped.function_arn,
        )

    def run(
        self,
        occasion: Occasion,
        unreadable: Callable[[], Refusal] = refusals.trigger_response_invalid,
    ) -> dict[str, Any]:
        """Call the handler of an occasion and return the members of its response.

        Args:
            occasion: the occasion.
            unreadable: the refusal where its response cannot be read.

        Raises:
            Refusal: UserLambdaValidationException with the text of what the handler raised (A184),
                UnexpectedLambdaException if the function could not be invoked (T001, T002), or
                that of a response which cannot be read.
        """
        try:
            returned = self._call(occasion, occasion.event())
            return read_response(occasion.shape, returned)
        except HandlerError as failure:
            self.note(occasion, str(failure), failure.cause)
            raise refusals.trigger_failed(occasion.trigger, str(failure)) from failure.cause
        except InvocationError as failure:
            self.note(occasion, str(failure), failure)
            raise refusals.trigger_not_invoked(occasion.trigger, failure.error) from failure
        except ResponseError as failure:
            self.note(occasion, str(failure))
            raise unreadable() from failure

    def run_aside(self, occasion: Occasion, event: dict[str, Any]) -> None:
        """Call the handler of a custom sender; ignore its result and only keep its failure."""
        try:
            self._call(occasion, event)
        except HandlerError as failure:
            self.note(occasion, str(failure), failure.cause)
        except (InvocationError, ResponseError) as failure:
            self.note(occasion, str(failure), failure)

    def note(self, occasion: Occasion, reason: str, error: BaseException | None = None) -> None:
        """Keep a failure, and drop the oldest of too many."""
        del self.failures[: max(0, len(self.failures) + 1 - KEPT_FAILURES)]
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
        handler = self._handler(occasion.pool, occasion.trigger)
        if handler is None:
            # Who may not invoke a function does not learn whether there is one.
            function = function_of(occasion.pool, occasion.trigger)
            raise InvocationError("AccessDeniedException", f"{function} has no handler here")
        context = _context(occasion.pool, occasion.trigger, self._random.uuid())
        with occasion.pool.lock.released():
            return _returned(handler, event, context)


def _returned(handler: Trigger, event: dict[str, Any], context: LambdaContext) -> Any:
    """Return the handler's result; event and result pass through JSON, so no object is shared.

    Raises:
        HandlerError: the handler raised anything, or its result cannot be written as JSON.
        InvocationError: it stands for a function that could not be invoked.
        ResponseError: its result has NaN or Infinity, which Python writes and JSON does not have.
    """
    try:
        result = handler(json.loads(json.dumps(event)), context)
    except (InvocationError, ResponseError):
        raise
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
    return runtime_exited(context.aws_request_id, status)


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

    made_up = f"arn:{pool.partition}:lambda:{pool.region}:{pool.account}:function:{trigger}"
    arn = function_of(pool, trigger) or made_up
    function = FunctionName.read(arn)
    return LambdaContext(
        function_name=function.name if function else trigger,
        invoked_function_arn=arn,
        aws_request_id=request_id,
        function_version=(function.qualifier if function else "") or "$LATEST",
    )
