"""Durations and numbers as users write them."""

from __future__ import annotations

import pytest

from harness.cli.options import parse_decimal, parse_duration
from harness.errors import ConfigurationError


class TestParseDuration:
    """``30s``, ``5m``, ``24h``, ``30d``, ``1h30m`` and plain seconds."""

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
            ("1h30m", 5400),
            ("1H 30M", 5400),
            ("2d1.5h10s", 178_210),
            ("5m30s", 330),
        ],
    )
    def test_a_duration_is_in_seconds(self, text: str, seconds: float) -> None:
        """Units are seconds, minutes, hours and days; a plain number is in seconds."""
        assert parse_duration(text) == seconds

    @pytest.mark.parametrize(
        "text",
        [
            *("", "s", "-5", "+5", "5w", "1e3", "inf", "nan", "1_000", "0x1"),
            # Units in the wrong order, twice, or without a number.
            *("30m1h", "5m5m", "1h30", "h", "-1h", "1h-30m", "500ms"),
            # Digits and letters that are not ASCII.
            *("\u0665", "\u0665m", "5\u217f"),
            # Longer than the calendar, and no float.
            *("9" * 20, "3000000d", "9" * 400 + "d"),
        ],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        """Anything else is refused with examples of what is allowed."""
        with pytest.raises(ConfigurationError, match="30s, 5m, 24h"):
            parse_duration(text)

    @pytest.mark.parametrize(
        ("text", "part"), [("1s", "at least 2s"), ("1d1s", "at most 1d"), ("2", None), ("1d", None)]
    )
    def test_bounds_are_named(self, text: str, part: str | None) -> None:
        """A duration out of its bounds is refused with the bound; the bounds are allowed."""
        if part is None:
            assert parse_duration(text, "--wait", shortest="2s", longest="1d")
            return
        with pytest.raises(ConfigurationError, match=rf"--wait: cannot use '{text}'; .*{part}"):
            parse_duration(text, "--wait", shortest="2s", longest="1d")


class TestParseDecimal:
    """Numbers with a decimal point."""

    @pytest.mark.parametrize(("text", "number"), [("1", 1.0), ("0.5", 0.5), (" 12.25 ", 12.25)])
    def test_a_number_is_read(self, text: str, number: float) -> None:
        """ASCII digits, with a point or without."""
        assert parse_decimal("--rate", text) == number

    @pytest.mark.parametrize(
        "text", ["", "0", "-1", "nan", "inf", "1e3", "1_0", "\u0665", ".5", "9" * 400, "101"]
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        """The message has the option, the text, and the bound."""
        with pytest.raises(ConfigurationError, match=r"^--rate: cannot use .*above 0 and at most"):
            parse_decimal("--rate", text, most=100)
