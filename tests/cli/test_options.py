"""Durations as users write them."""

from __future__ import annotations

import pytest

from harness.cli.options import parse_duration
from harness.errors import ConfigurationError


class TestParseDuration:
    """``30s``, ``5m``, ``24h``, ``30d`` and plain seconds."""

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("0", 0),
            ("30", 30),
            ("30s", 30),
            ("1.5s", 1.5),
            ("5m", 300),
            ("24h", 86400),
            ("24H", 86400),
            ("30d", 2_592_000),
            (" 5 m ", 300),
        ],
    )
    def test_a_duration_is_in_seconds(self, text: str, seconds: float) -> None:
        """Units are seconds, minutes, hours and days; a plain number is in seconds."""
        assert parse_duration(text) == seconds

    @pytest.mark.parametrize(
        "text", ["", "s", "-5", "+5", "5w", "5m30s", "1e3", "inf", "nan", "\u0665"]
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        """Anything else is refused with examples of what is allowed."""
        with pytest.raises(ConfigurationError, match="30s, 5m, 24h"):
            parse_duration(text)
