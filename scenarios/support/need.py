"""What a scenario needs from a given pool, and how a need looks at the pool's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness import GivenPool, PoolPeople, PoolSpec

__all__ = ["Need", "all_classes", "changeable", "signs_in_without_sent_codes"]


@dataclass(frozen=True)
class Need:
    """Something that a scenario needs from a pool in addition to what a variant says.

    Attributes:
        kind: where the setting is: ``pool``, ``mfa`` (its MFA configuration) or ``client``.
        path: the setting, with Cognito's names.
        why: what is needed, as the end of the sentence "the scenario needs that ...".
        holds: returns whether a value of the setting meets the need.
        holds_for: returns whether the whole pool meets the need, where other settings decide too.
    """

    kind: str
    path: str
    why: str
    holds: Callable[[Any], bool] = bool
    holds_for: Callable[[PoolSpec], bool] | None = None

    def is_met(self, given: GivenPool) -> bool:
        """Return whether a pool meets the need."""
        if self.holds_for is not None:
            return self.holds_for(given.spec)
        return self.holds(given.setting(self.kind, self.path))


def changeable(name: str) -> Callable[[Any], bool]:
    """Return whether an attribute can be changed, by the pool's Schema."""
    return lambda schema: all(one.get("Mutable", True) for one in schema if one["Name"] == name)


def signs_in_without_sent_codes(spec: PoolSpec) -> bool:
    """Return whether a first sign-in asks for no code that is sent."""
    people = PoolPeople(spec)
    return spec.mfa != "ON" or (people.set_up_totp and people.sent_factor is None)


def all_classes(policy: Any) -> bool:
    """Return whether a password policy requires every class of characters."""
    classes = ("Lowercase", "Numbers", "Symbols", "Uppercase")
    return all(policy[f"Require{name}"] for name in classes)
