"""AuthParameters and ChallengeResponses: what was sent, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from harness.emulator import refusals


class Parameters(dict[str, str]):
    """The members that have a value: null and empty ones count as absent (D086)."""

    @classmethod
    def given(cls, members: Mapping[str, str | None] | None) -> Parameters:
        """Read the member of a request, which may be absent as a whole."""
        return cls({name: value for name, value in (members or {}).items() if value})

    def required(self, *names: str) -> list[str]:
        """Return these members; the first one that is missing is refused by name (A117)."""
        for name in names:
            if name not in self:
                raise refusals.missing_required_parameter(name)
        return [self[name] for name in names]
