"""What is wrong with a state that cannot be used."""

from __future__ import annotations

from harness.errors import HarnessError


class StateError(HarnessError):
    """A state that cannot be read or written; the text is one line."""
