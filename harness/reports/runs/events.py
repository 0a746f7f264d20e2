"""What happens in a scenario, as the rows of a sequence diagram, from its API calls.

A record holds calls only. What the mailbox, the authenticator app and the device did is derived
from the members of the calls, and marked so: whether a code was the right one is not recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.reports.runs.recorded_call import RecordedCall

__all__ = ["LANES", "CallStep", "Event", "events_of", "merged", "span"]

#: The lanes of a diagram, from left to right.
LANES = ("authenticator", "device", "client", "Cognito", "mailbox")
_CLIENT, _COGNITO = "client", "Cognito"
#: A pause between two calls that is shown as a row of its own.
_PAUSE_SECONDS = 5.0
_PROOFS = {
    "SOFTWARE_TOKEN_MFA": ("authenticator", "TOTP code"),
    "SMS_MFA": ("mailbox", "code"),
    "EMAIL_OTP": ("mailbox", "code"),
    "DEVICE_SRP_AUTH": ("device", "SRP A"),
    "DEVICE_PASSWORD_VERIFIER": ("device", "proof"),
}
_USES_OF = {
    "VerifySoftwareToken": ("authenticator", "TOTP code"),
    "ConfirmDevice": ("device", "verifier"),
    "ConfirmSignUp": ("mailbox", "code"),
    "ConfirmForgotPassword": ("mailbox", "code"),
    "VerifyUserAttribute": ("mailbox", "code"),
}
_SENDS = {"AdminResetUserPassword": "code", "AdminCreateUser": "invitation"}
_SHOWN_MEMBERS = 3


@dataclass(frozen=True)
class Event:
    """One row of a diagram.

    Attributes:
        kind: ``ask`` (a request), ``answer``, ``challenge`` or ``error`` (a response), ``derived``
            or ``pause``.
        source: the lane where it begins.
        target: the lane where it ends.
        text: what is sent.
        detail: the step of a request, the text of an error.
        call: the place of the call in the step.
    """

    kind: str
    source: str
    target: str
    text: str
    detail: str = ""


@dataclass(frozen=True)
class CallStep:
    """A call with what belongs to it, perhaps several times in a row.

    Attributes:
        call: the first of these calls.
        events: its rows.
        after_seconds: when it started, after the first call of the scenario.
        times: how often the same call with the same outcome follows.
    """

    call: RecordedCall
    events: tuple[Event, ...]
    after_seconds: float
    times: int = 1


def events_of(calls: Sequence[RecordedCall]) -> list[CallStep]:
    """Return the steps of a scenario."""
    steps: list[CallStep] = []
    before: RecordedCall | None = None
    for call in calls:
        events = (*_pause(before, call), *_before(call), _request(call), _response(call))
        events = (*events, *_afterwards(call))
        steps.append(CallStep(call, events, call.started_at - calls[0].started_at))
        before = call
    return steps


def merged(steps: Sequence[CallStep]) -> list[CallStep]:
    """Return the steps, with those that only repeat the one before them counted there."""
    found: list[CallStep] = []
    for step in steps:
        last = found[-1] if found else None
        if last is not None and last.events == step.events:
            found[-1] = CallStep(last.call, last.events, last.after_seconds, last.times + 1)
        else:
            found.append(step)
    return found


def span(seconds: float) -> str:
    """Return a time in the two units that tell most: ``12 ms``, ``3.2 s``, ``1 h 5 min``."""
    if seconds < 0:
        return f"-{span(-seconds)}"
    if seconds < 0.0995:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.00995 else f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    for unit, size, smaller, part in (
        ("d", 86_400, "h", 3_600),
        ("h", 3_600, "min", 60),
        ("min", 60, "s", 1),
    ):
        whole, rest = divmod(round(seconds / part), size // part)
        if whole:
            return f"{whole} {unit} {rest} {smaller}" if rest else f"{whole} {unit}"
    return f"{seconds:.0f} s"


def _pause(before: RecordedCall | None, call: RecordedCall) -> Iterator[Event]:
    if before is None:
        return
    gap = call.started_at - before.started_at - before.latency_seconds
    if abs(gap) >= _PAUSE_SECONDS:
        text = f"{span(gap)} later" if gap > 0 else f"the clock goes back by {span(-gap)}"
        yield Event("pause", _CLIENT, _CLIENT, text)


def _before(call: RecordedCall) -> Iterator[Event]:
    """Yield where the client has a code, a proof or a verifier from."""
    proof = _PROOFS.get(call.step) or _USES_OF.get(call.operation)
    if proof is not None:
        yield Event("derived", proof[0], _CLIENT, proof[1])


def _request(call: RecordedCall) -> Event:
    return Event("ask", _CLIENT, _COGNITO, call.operation, call.step)


def _response(call: RecordedCall) -> Event:
    if not call.ok:
        return Event("error", _COGNITO, _CLIENT, call.outcome, call.message)
    if call.challenge:
        return Event("challenge", _COGNITO, _CLIENT, call.challenge)
    return Event("answer", _COGNITO, _CLIENT, _answered(call))


def _answered(call: RecordedCall) -> str:
    if call.gives_tokens:
        return "tokens"
    names = [str(name) for name, value in call.answer.items() if value not in ({}, [])]
    shown = ", ".join(names[:_SHOWN_MEMBERS])
    return f"{shown}, …" if len(names) > _SHOWN_MEMBERS else shown or "done"


def _afterwards(call: RecordedCall) -> Iterator[Event]:
    """Yield what a response causes elsewhere: a message, a new secret."""
    if not call.ok:
        return
    medium = _medium(call)
    if medium:
        yield Event("derived", _COGNITO, "mailbox", medium)
    if call.operation == "AssociateSoftwareToken":
        yield Event("derived", _CLIENT, "authenticator", "TOTP secret")
    new_device = _members_of(call.answer.get("AuthenticationResult")).get("NewDeviceMetadata")
    if new_device:
        yield Event("derived", _CLIENT, "device", "new key")


def _medium(call: RecordedCall) -> str:
    """Return what Cognito says that it has sent, or what it sends with this operation."""
    answer = call.answer
    parameters = _members_of(answer.get("ChallengeParameters"))
    if answer.get("CodeDeliveryDetails") or answer.get("CodeDeliveryDetailsList"):
        return "code"
    if parameters.get("CODE_DELIVERY_DELIVERY_MEDIUM"):
        return "code"
    if call.parameters.get("MessageAction") == "SUPPRESS":
        return ""
    return _SENDS.get(call.operation, "")


def _members_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
