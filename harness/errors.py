"""The two families of errors of the harness.

::

    Exception
    ├── HarnessError              misuse, or an environment in which the harness cannot work
    │   ├── ConfigurationError    a setting has a value that cannot be used
    │   ├── DeadlineExceeded      something did not come in time
    │   ├── MissingCapability     the target cannot do what was asked of it
    │   └── ResultUnknown         nobody can tell what became of a call
    └── AssertionError
        └── ScenarioFailure       the service responded, but not as its rules say
            ├── UnexpectedChallenge   a challenge that the sign-in cannot answer
            └── UnexpectedResult      a response that differs from the rule

The families never mix: a :class:`HarnessError` says nothing about the service, and a
:class:`ScenarioFailure` is a finding about it. Cognito's own errors stay botocore's
``ClientError`` and pass through unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "ConfigurationError",
    "DeadlineExceeded",
    "HarnessError",
    "MissingCapability",
    "ResultUnknown",
    "ScenarioFailure",
    "UnexpectedChallenge",
    "UnexpectedResult",
]


class HarnessError(Exception):
    """Misuse of the harness, or an environment in which it cannot work; never a finding."""


class ConfigurationError(HarnessError):
    """A setting has a value that cannot be used; the message is one line that says what to do.

    Args:
        setting: name of the setting as the user writes it (``--cognito-target``).
        given: the given value; ``None`` if it is missing.
        source: where the value comes from (``command line``, ``environment``, ``pytest.ini``).
        allowed: the allowed values, if they can be listed; the message names the nearest one first.
        hint: one more sentence, for example if the allowed values cannot be listed.
    """

    def __init__(
        self,
        setting: str,
        *,
        given: object = None,
        source: str | None = None,
        allowed: Iterable[str] | None = None,
        hint: str | None = None,
    ) -> None:
        self.setting = setting
        self.given = given
        self.source = source
        self.allowed = None if allowed is None else tuple(allowed)
        self.hint = hint
        super().__init__(setting)

    def __str__(self) -> str:
        """Return the whole message on one line."""
        return "; ".join(filter(None, (self._problem(), self._remedy(), _one_line(self.hint))))

    def _problem(self) -> str:
        where = f" (from {_one_line(self.source)})" if self.source else ""
        if self.given is None:
            return f"{self.setting}: no value given{where}"
        return f"{self.setting}: cannot use {self.given!r}{where}"

    def _remedy(self) -> str:
        if self.allowed is None:
            return ""
        remedy = "allowed: " + (", ".join(self.allowed) or "nothing")
        nearest = nearest_match(str(self.given), self.allowed)
        return f"did you mean {nearest!r}? {remedy}" if nearest else remedy


class DeadlineExceeded(HarnessError):
    """Something did not come in time.

    Args:
        awaited: what did not come, as the end of the sentence "there was no …".
        waited_seconds: how long the harness waited for it.
        hint: where to look next.
    """

    def __init__(self, awaited: str, waited_seconds: float, *, hint: str | None = None) -> None:
        self.awaited = awaited
        self.waited_seconds = waited_seconds
        self.hint = hint
        super().__init__(awaited, waited_seconds)

    def __str__(self) -> str:
        """Return what did not come, how long the harness waited, and the hint."""
        # With 0 seconds it looked once and did not wait.
        within = f" within {self.waited_seconds:g} s" if self.waited_seconds else ""
        message = f"there was no {self.awaited}{within}"
        return f"{message}; {self.hint}" if self.hint else message


class MissingCapability(HarnessError):
    """The target cannot do what was asked of it.

    Args:
        capability: name of the missing capability.
        target: name of the target that lacks it.
        reason: why it is needed, or why the target lacks it.
    """

    def __init__(self, capability: str, target: str, reason: str | None = None) -> None:
        self.capability = capability
        self.target = target
        self.reason = reason
        super().__init__(capability, target)

    def __str__(self) -> str:
        """Return a message of fixed form, since skipped scenarios show it."""
        message = f"target {self.target!r} has no capability {self.capability!r}"
        return f"{message}: {self.reason}" if self.reason else message


class ResultUnknown(HarnessError):
    """Nobody can tell what became of a call, so that what follows would be luck.

    Args:
        operation: name of the operation in Cognito's API.
        reason: what happened to the call, as the end of the sentence "… could not be asked: …".
    """

    #: The text of a verdict of :class:`harness.verdicts.verdict.Verdict`.
    verdict = "could not be asked"

    def __init__(self, operation: str, reason: str) -> None:
        self.operation = operation
        self.reason = reason
        super().__init__(operation, reason)

    def __str__(self) -> str:
        """Return the operation and the reason as one sentence."""
        return f"{self.operation} could not be asked: {self.reason}"


class ScenarioFailure(AssertionError):
    """The service responded, but not as its rules say."""


class UnexpectedChallenge(ScenarioFailure):
    """Cognito asked a challenge that the sign-in cannot answer.

    Args:
        challenge: Cognito's ChallengeName.
        known: names of the challenges that have a handler.
        reason: what is missing to answer it, if it has a handler.
    """

    def __init__(
        self, challenge: str, known: Iterable[str] = (), *, reason: str | None = None
    ) -> None:
        self.challenge = challenge
        self.known = tuple(known)
        self.reason = reason
        super().__init__(challenge)

    def __str__(self) -> str:
        """Return the challenge and what is missing: an answer, or else a handler."""
        known = ", ".join(self.known) or "none"
        missing = self.reason or f"it has no handler; there are handlers for: {known}"
        return f"unexpected challenge {self.challenge!r}: {missing}"


class UnexpectedResult(ScenarioFailure):
    """The response of the service differs from the rule that a scenario states.

    Args:
        message: what happened, as a sentence.
        verdict: how the service failed, as a text of :class:`harness.verdicts.verdict.Verdict`.
        facts: the numbers of the facts that the rule comes from, such as ``A037``.
        expected: what the service must answer, if the sentence does not say it.
        answered: what it answered.
    """

    def __init__(
        self,
        message: str,
        *,
        verdict: str = "answered otherwise",
        facts: str = "",
        expected: str = "",
        answered: str = "",
    ) -> None:
        self.verdict = verdict
        self.facts = facts
        self.expected = expected
        self.answered = answered
        super().__init__(message)


def nearest_match(given: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed value that ``given`` is most likely a typo of, or ``None``."""
    from difflib import get_close_matches  # with the first error; few runs have one

    by_folded = {value.casefold(): value for value in allowed}
    matches = get_close_matches(given.casefold(), by_folded, n=1)
    return by_folded[matches[0]] if matches else None


def nearest_first(given: str | None, allowed: Iterable[str]) -> list[str]:
    """Return the allowed values in their order, with the nearest one to ``given`` first."""
    values = list(allowed)
    nearest = None if given is None else nearest_match(given, values)
    return values if nearest is None else [nearest, *(one for one in values if one != nearest)]


def _one_line(text: str | None) -> str:
    return " ".join(text.split()) if text else ""
