"""Trigger handlers for the tests: some record their events, some fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.clock import VirtualClock
from harness.emulator import EmulatorSettings, Triggers
from harness.emulator.engine import Engine
from tests.emulator.support.expect import START

Event = dict[str, Any]


class Recorder:
    """A handler that records its events and sets members of the response.

    Args:
        answers: the members, one set per call; the last set also serves later calls.
    """

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.events: list[Event] = []
        self.contexts: list[Any] = []
        self._answers = answers or ({},)

    def __call__(self, event: Event, context: Any) -> Event:
        """Record the event and return it as a Lambda function would."""
        self.events.append(event)
        self.contexts.append(context)
        answer = self._answers[min(len(self.events), len(self._answers)) - 1]
        return {**event, "response": {**event.get("response", {}), **answer}}

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The request of each event."""
        return [event["request"] for event in self.events]

    @property
    def sources(self) -> list[str]:
        """The triggerSource of each event."""
        return [event["triggerSource"] for event in self.events]


def raising(error: BaseException) -> Callable[[Event, Any], Any]:
    """Return a handler that raises."""

    def handler(event: Event, context: Any) -> Any:
        raise error

    return handler


def raising_once(error: Exception) -> Callable[[Event, Any], Any]:
    """Return a handler that raises the first time and then returns the event."""
    errors = [error]

    def handler(event: Event, context: Any) -> Any:
        if errors:
            raise errors.pop()
        return event

    return handler


def returning(answer: Any) -> Callable[[Event, Any], Any]:
    """Return a handler that returns the given value instead of the event."""
    return lambda event, context: answer


def engine_with(**triggers: Any) -> Engine:
    """Return an engine with a frozen clock and these triggers."""
    return Engine(
        clock=VirtualClock(START, frozen=True),
        settings=EmulatorSettings(seed=1),
        triggers=Triggers(**triggers),
    )


class Quiz:
    """The three triggers of a custom sign-in: questions with their right answers, one by one.

    A question is repeated until the answer is right; ``tries`` wrong answers fail the sign-in.
    """

    def __init__(self, *answers: str, tries: int = 3) -> None:
        self.answers = answers
        self.tries = tries
        self.sessions: list[list[dict[str, Any]]] = []
        self.defined: list[Event] = []
        self.created: list[Event] = []
        self.verified: list[Event] = []

    def define(self, event: Event, context: Any) -> Event:
        """Ask for the password first if the client began with it, then the questions."""
        self.defined.append(event)
        session = event["request"]["session"]
        self.sessions.append(session)
        rounds = [one for one in session if one["challengeName"] == "CUSTOM_CHALLENGE"]
        right = sum(one["challengeResult"] for one in rounds)
        response = event["response"]
        response["issueTokens"] = right == len(self.answers)
        response["failAuthentication"] = len(rounds) - right >= self.tries
        begins = [one["challengeName"] for one in session] == ["SRP_A"]
        response["challengeName"] = "PASSWORD_VERIFIER" if begins else "CUSTOM_CHALLENGE"
        return event

    def create(self, event: Event, context: Any) -> Event:
        """Ask the first question that has no right answer yet."""
        self.created.append(event)
        rounds = event["request"]["session"]
        number = sum(
            one["challengeResult"] for one in rounds if one["challengeName"] == "CUSTOM_CHALLENGE"
        )
        event["response"]["publicChallengeParameters"] = {"question": f"number {number}"}
        event["response"]["privateChallengeParameters"] = {"answer": self.answers[number]}
        event["response"]["challengeMetadata"] = f"QUESTION-{number}"
        return event

    def verify(self, event: Event, context: Any) -> Event:
        """Compare the answer with the expected one."""
        self.verified.append(event)
        expected = event["request"]["privateChallengeParameters"]["answer"]
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == expected
        return event

    def triggers(self) -> dict[str, Any]:
        """Return the fields of `Triggers`."""
        return {
            "define_auth_challenge": self.define,
            "create_auth_challenge": self.create,
            "verify_auth_challenge_response": self.verify,
        }
