"""What the calls of a failing test tell about its newest call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from harness.flows.call import Call

__all__ = [
    "INCORRECT",
    "INITIATE",
    "RESPOND",
    "Clues",
    "Rule",
    "is_weekday_of",
    "moment_of",
    "says",
    "sent_with",
    "span",
]

RESPOND = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
INITIATE = ("InitiateAuth", "AdminInitiateAuth")
INCORRECT = "Incorrect username or password."
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIMESTAMP = re.compile(
    r"(?P<weekday>\w{3}) (?P<month>\w{3}) (?P<day>\d{1,2}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) UTC (?P<year>\d{4})"
)


@dataclass(frozen=True)
class Clues:
    """What is known about a failure.

    Attributes:
        calls: the calls of the test.
        text: the failure's own sentence.
        verdict: how a check turned out; empty if the failure is of no check.
    """

    calls: Sequence[Call]
    text: str = ""
    verdict: str = ""

    @property
    def refused(self) -> Call | None:
        """The newest call, if it was refused."""
        return self.calls[-1] if self.calls and not self.calls[-1].ok else None

    @property
    def message(self) -> str:
        """What the newest call was refused with: code and text."""
        return f"{self.refused.outcome} {self.refused.message}" if self.refused else ""

    def responses(self) -> Mapping[str, str]:
        """Return ChallengeResponses or AuthParameters of the newest call."""
        return sent_with(self.refused) if self.refused else {}

    def is_response_to(self, *challenges: str) -> bool:
        """Return whether the newest call is a refused response to one of these challenges."""
        call = self.refused
        return call is not None and call.parameters.get("ChallengeName") in challenges

    def question(self) -> Mapping[str, str]:
        """Return the ChallengeParameters that the newest call responds to."""
        wanted = self.refused.parameters.get("ChallengeName") if self.refused else None
        for call in reversed(self.calls[:-1]):
            if call.ok and call.answer.get("ChallengeName") == wanted:
                return call.answer.get("ChallengeParameters") or {}
        return {}

    def offered(self) -> Sequence[str]:
        """Return AvailableChallenges of the newest SELECT_CHALLENGE; empty if there was none."""
        for call in reversed(self.calls[:-1]):
            if call.ok and call.answer.get("ChallengeName") == "SELECT_CHALLENGE":
                return tuple(call.answer.get("AvailableChallenges") or ())
        return ()

    def earlier(self, *operations: str) -> Iterator[Call]:
        """Yield earlier calls of these operations that succeeded, newest first."""
        return (
            call for call in reversed(self.calls[:-1]) if call.ok and call.operation in operations
        )

    @property
    def is_wrong_proof(self) -> bool:
        """Whether the newest call is an SRP proof that was refused as a wrong password."""
        proofs = ("PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER")
        return self.is_response_to(*proofs) and INCORRECT in self.message

    @property
    def device_key(self) -> str | None:
        """The device key that the newest call sent."""
        parameters = self.refused.parameters if self.refused else {}
        key = self.responses().get("DEVICE_KEY") or parameters.get("DeviceKey")
        return None if key is None else str(key)

    def was_issued(self, key: str) -> bool:
        """Return whether a sign-in of these calls brought a device with this key."""
        sign_ins = (call for call in self.calls if call.operation in (*INITIATE, *RESPOND))
        return any(key in str(call.answer.get("AuthenticationResult")) for call in sign_ins)


#: Returns what a likely cause says, or ``None`` if it does not fit.
Rule = Callable[[Clues], "str | None"]


def says(pattern: str, text: str) -> Rule:
    """Return the rule that gives a text if the refusal matches a pattern."""
    return lambda clues: text if re.search(pattern, clues.message) else None


def sent_with(call: Call) -> Mapping[str, Any]:
    """Return ChallengeResponses or AuthParameters of a call."""
    sent = call.parameters.get("ChallengeResponses") or call.parameters.get("AuthParameters")
    return sent if isinstance(sent, Mapping) else {}


def moment_of(text: str) -> datetime | None:
    """Return the moment of a TIMESTAMP; ``None`` if it has another form."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None or found["month"] not in _MONTHS:
        return None
    names = ("year", "day", "hour", "minute", "second")
    year, day, hour, minute, second = (int(found[name]) for name in names)
    month = _MONTHS.index(found["month"]) + 1
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def is_weekday_of(moment: datetime, text: str) -> bool:
    """Return whether a TIMESTAMP has the weekday of its moment."""
    return text[:3] == _WEEKDAYS[moment.weekday()]


def span(seconds: float) -> str:
    """Return a length of time as a reader would say it."""
    minutes = round(abs(seconds) / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
