"""What a handler is, and what several of them need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from harness.errors import UnexpectedChallenge, UnexpectedResult
from harness.flows.progress import Progress
from harness.srp.group import SrpError

if TYPE_CHECKING:
    from harness.flows.sign_in import SignIn

__all__ = ["Handler", "device_key", "needed", "proof_of"]

T = TypeVar("T")


class Handler(Protocol):
    """Answers one kind of challenge."""

    def __call__(self, progress: Progress, sign_in: SignIn) -> Mapping[str, str]:
        """Return ChallengeResponses for the pending challenge, SECRET_HASH aside.

        Return an :class:`~harness.flows.progress.Answer` if there is more to hand on.
        """
        ...


def needed(progress: Progress, sign_in: SignIn, value: T | None, what: str) -> T:
    """Return ``value``, which the pending challenge cannot be answered without.

    Raises:
        UnexpectedChallenge: it is ``None``: whoever wrote the scenario did not expect this.
    """
    if value is None:
        raise UnexpectedChallenge(
            progress.challenge_name or "none",
            sign_in.handlers,
            reason=f"the sign-in of {progress.context.username!r} has no {what} to answer it with",
        )
    return value


def device_key(progress: Progress) -> dict[str, str]:
    """Return DEVICE_KEY as a response if the person signs in with a device.

    Cognito makes a new device when the last answer has none, whatever was sent before (D057).
    """
    device = progress.context.device
    return {} if device is None else {"DEVICE_KEY": device.key}


@contextmanager
def proof_of(progress: Progress) -> Iterator[None]:
    """Report a challenge with which no SRP proof can be made as a finding about the service."""
    try:
        yield
    except SrpError as error:
        raise UnexpectedResult(f"{progress.challenge_name} cannot be answered: {error}") from error
