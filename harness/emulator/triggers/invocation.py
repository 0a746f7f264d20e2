"""What invoking a function outside this code has in common: its limits, and how it fails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from harness.errors import ConfigurationError

#: The most bytes that Lambda returns of a function:
#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_BYTES = 6 * 1024 * 1024

#: What Cognito says of a function that did not answer in time (T002).
TIMEOUT = "Socket timeout while invoking Lambda function"


class FunctionError(Exception):
    """A function raised an error; the text is its errorMessage."""


class InvocationError(Exception):
    """A function could not be invoked.

    Attributes:
        error: what Cognito says of it, such as ``AccessDeniedException``.
    """

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(detail)
        self.error = error


@dataclass(frozen=True)
class CallLimits:
    """How long Cognito waits for a function, and how often it tries (T003).

    Attributes:
        seconds: the time for one try.
        tries: the number of tries.
    """

    seconds: float
    tries: int

    @classmethod
    def checked(cls, seconds: Any, tries: Any) -> CallLimits:
        """Return the limits.

        Raises:
            ConfigurationError: a number is out of range.
        """
        if not _is_number(seconds) or not 0 < seconds <= 900:
            raise ConfigurationError(
                "timeout", given=seconds, hint="it must be a number of seconds from 0.001 to 900"
            )
        if type(tries) is not int or not 1 <= tries <= 10:
            raise ConfigurationError("tries", given=tries, hint="it must be from 1 to 10")
        return cls(float(seconds), tries)

    def exhausted(self, what: str) -> InvocationError:
        """Return the error of a function that never answered in time."""
        times = "once" if self.tries == 1 else f"in {self.tries} tries"
        return InvocationError(TIMEOUT, f"{what} did not answer in {self.seconds:g} s {times}")


@runtime_checkable
class Closes(Protocol):
    """A handler with something to start before it is called and to end at last."""

    def prepare(self) -> None:
        """Start and check it."""

    def close(self) -> None:
        """End it."""


def error_in(payload: Any) -> str | None:
    """Return errorMessage of a payload that is an error of a function; ``None`` if it is none.

    Lambda marks errors with a header. Runtime interface emulators do not, so their form has to do:
    https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
    """
    if not isinstance(payload, dict) or not {"errorMessage", "errorType"} <= payload.keys():
        return None
    return message_of(payload)


def message_of(payload: Any) -> str:
    """Return errorMessage of an error's payload; Lambda's own text if there is none."""
    message = payload.get("errorMessage") if isinstance(payload, dict) else None
    return message if isinstance(message, str) else "Unhandled"


def runtime_exited(request_id: str, status: int) -> str:
    """Return errorMessage of a function whose process ended.

    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
    """
    ended = f"with error: exit status {status}" if status else "without providing a reason"
    return f"RequestId: {request_id} Error: Runtime exited {ended}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
