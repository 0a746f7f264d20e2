"""How many examples the tests of a folder full of examples take each."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def share(part: float) -> settings:
    """So many times the examples of the profile: a part for tests that there are many of."""
    examples = max(2, int(settings().max_examples * part))
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck))
