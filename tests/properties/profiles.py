"""Decides how many Hypothesis examples each test takes."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def share(part: float) -> settings:
    """Return settings with this multiple of the profile's examples; less than 1 for many tests."""
    examples = max(2, int(settings().max_examples * part))
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck))
