"""The protocols of handlers, and what several handlers need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from harness.errors import UnexpectedChallenge, UnexpectedResult
from harness.flows.progress import ChallengeAnswer, Progress, SignInContext
from harness.srp.group import SrpError
from harness.users.mailboxes.base import can_read

if TYPE_CHECKING:
    from harness.clock import Clock
    from harness.flows.actions import Actions

__all__ = [
    "HandlerTools",
    "StandardHandler",
    "can_read_code_of",
    "device_key",
    "needed",
    "proof_of",
]

T = TypeVar("T")

_BY_SMS = ("SMS_MFA", "SMS_OTP")


class HandlerTools(Protocol):
    """The part of a :class:`~harness.flows.sign_in.SignIn` that the standard handlers use."""

    @property
    def actions(self) -> Actions:
        """The operations of the app client that signs in."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock for TIMESTAMP, new authenticators and awaited codes."""
        ...

    @property
    def handlers(self) -> Mapping[str, object]:
        """The handlers by ChallengeName; an error message lists the names."""
        ...


class StandardHandler(Protocol):
    """A handler that comes with the harness; it answers one kind of challenge."""

    def __call__(self, progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
        """Return the ChallengeResponses for the pending challenge, without SECRET_HASH."""
        ...


def needed(progress: Progress, sign_in: HandlerTools, value: T | None, what: str) -> T:
    """Return ``value``, which is needed to answer the pending challenge.

    Args:
        progress: the sign-in with the pending challenge.
        sign_in: has the handlers, for the error message.
        value: what is needed.
        what: name of the value, for the error message.

    Raises:
        UnexpectedChallenge: the value is ``None``, so the scenario did not expect the challenge.
    """
    if value is None:
        raise UnexpectedChallenge(
            progress.challenge_name or "none",
            sign_in.handlers,
            reason=f"the sign-in of {progress.context.username!r} has no {what} to answer it with",
        )
    return value


def device_key(progress: Progress) -> dict[str, str]:
    """Return DEVICE_KEY as a challenge response if the sign-in has a device.

    Cognito makes a new device if the last challenge response has no key, even if earlier requests
    had one (D057).
    """
    device = progress.context.device
    return {} if device is None else {"DEVICE_KEY": device.key}


def can_read_code_of(challenge: str, context: SignInContext) -> bool:
    """Return whether the context has a mailbox that can have the code of a challenge."""
    medium = "SMS" if challenge in _BY_SMS else "EMAIL"
    return context.mailbox is not None and can_read(context.mailbox, medium)


@contextmanager
def proof_of(progress: Progress) -> Iterator[None]:
    """Turn an :class:`SrpError` into a finding: the challenge allows no SRP proof."""
    try:
        yield
    except SrpError as error:
        raise UnexpectedResult(f"{progress.challenge_name} cannot be answered: {error}") from error
