"""The refusal of a seed: the place in its document, and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

from harness.emulator.refusals import Refusal
from harness.errors import ConfigurationError

__all__ = ["SeedRefused", "cannot_be_made", "located", "refused_at"]

#: Stands for what is refused as a whole.
_NOT_MADE = object()


class SeedRefused(ConfigurationError):
    """A seed that cannot be made; nothing was changed. The setting is the path in its document."""

    def described(self) -> dict[str, Any]:
        """Return the refusal as the control surface sends it."""
        return {
            "error": f"the seed is refused, and nothing is changed: {self}",
            "path": self.setting,
            "reason": str(self),
        }

    def _problem(self) -> str:
        if self.given is _NOT_MADE:
            where = f" (from {self.source})" if self.source else ""
            return f"{self.setting} cannot be made{where}"
        return super()._problem()


def cannot_be_made(path: str, reason: str) -> SeedRefused:
    """Return the refusal of something as a whole, such as a user; its values stay unseen.

    Args:
        path: its place in the document.
        reason: why, as a sentence.
    """
    return SeedRefused(path, given=_NOT_MADE, hint=reason)


@runtime_checkable
class HasPlaces(Protocol):
    """A seed that knows where in its file everything is."""

    def place_of(self, path: str) -> str:
        """Return the location of a path in the document, for messages."""
        ...


@contextmanager
def located(seed: object) -> Iterator[None]:
    """Name the place in the seed's file in a refusal inside the block, if the seed has one."""
    try:
        yield
    except SeedRefused as problem:
        if isinstance(seed, HasPlaces):
            problem.source = seed.place_of(problem.setting)
        raise


@contextmanager
def refused_at(path: str) -> Iterator[None]:
    """Turn a refusal of Cognito inside the block into one of the seed, with its place.

    Cognito's texts show no value that its service model marks as sensitive.
    """
    try:
        yield
    except Refusal as refusal:
        raise cannot_be_made(path, f"{refusal.code}: {refusal.message}") from None
