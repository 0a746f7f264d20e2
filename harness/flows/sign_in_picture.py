"""The sign-ins in a list of calls, as a small picture: what was asked, and where each one ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from harness.flows.call import Call, chosen_factor, failure_of, started_flow

__all__ = ["SignInPath", "picture_of", "sign_in_paths"]

_INITIATE = frozenset({"InitiateAuth", "AdminInitiateAuth"})
_RESPOND = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
TOKENS = "tokens"


@dataclass
class SignInPath:
    """One sign-in.

    Attributes:
        rungs: the flow, and then each challenge that was asked; ``tokens`` at the end.
        errors: the errors at each rung, by its place.
        choices: the factor that was chosen at a rung, by its place.
        pending: the challenge that waits for a response; ``None`` with tokens or without a start.
        again: what came of responses to challenges that were over.
    """

    rungs: list[str]
    errors: dict[int, list[str]] = field(default_factory=dict)
    pending: str | None = None
    again: list[str] = field(default_factory=list)
    choices: dict[int, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether the last thing that happened was an error."""
        return len(self.rungs) - 1 in self.errors

    def add(self, call: Call) -> None:
        """Take over what a call of this sign-in led to."""
        challenge = call.parameters.get("ChallengeName")
        if challenge is not None and challenge != self.pending:
            outcome = "accepted" if call.ok else f"refused: {call.outcome}"
            self.again.append(f"{challenge} again [{outcome}]")
            return
        place = len(self.rungs) - 1
        if not call.ok:
            self.errors.setdefault(place, []).append(failure_of(call))
            return
        if (chosen := chosen_factor(call)) is not None:
            self.choices[place] = chosen
        self.pending = call.answer.get("ChallengeName")
        self.rungs.append(self.pending or TOKENS)

    def __str__(self) -> str:
        """Return the rungs with their errors, and where it ended."""
        shown = (self._rung(place) for place in range(len(self.rungs)))
        end = "" if self.refused or self.pending is None else " > (no response sent)"
        return ", then ".join([" > ".join(shown) + end, *self.again])

    def _rung(self, place: int) -> str:
        chosen, errors = self.choices.get(place), self.errors.get(place)
        rung = self.rungs[place] if chosen is None else f"{self.rungs[place]} ({chosen})"
        return f"{rung} [refused: {', '.join(_counted(errors))}]" if errors else rung


def sign_in_paths(calls: Iterable[Call]) -> list[SignInPath]:
    """Return each sign-in of a list of calls, in the order in which they began."""
    found: list[SignInPath] = []
    for call in calls:
        if call.operation in _INITIATE:
            found.append(SignInPath([started_flow(call)]))
            found[-1].add(call)
        elif call.operation in _RESPOND:
            _path_of(call, found).add(call)
    return found


def picture_of(calls: Sequence[Call], most: int = 6) -> list[str]:
    """Return one line for each of the newest sign-ins; the first line counts those before them."""
    paths = sign_in_paths(calls)
    first = max(len(paths) - most, 0)
    lines = [f"{first} sign-ins before these"] if first else []
    return lines + [
        f"{number}. {path}" for number, path in enumerate(paths[first:], start=first + 1)
    ]


def _path_of(call: Call, found: list[SignInPath]) -> SignInPath:
    """Return the newest sign-in in which this challenge is pending, or a new one."""
    challenge = str(call.parameters.get("ChallengeName"))
    for path in reversed(found):
        if path.pending == challenge:
            return path
    for path in reversed(found):
        if challenge in path.rungs:  # answered a second time
            return path
    found.append(SignInPath([challenge], pending=challenge))
    return found[-1]


def _counted(errors: list[str]) -> list[str]:
    return [
        error if errors.count(error) == 1 else f"{error} x {errors.count(error)}"
        for error in dict.fromkeys(errors)
    ]
