"""The public URL and the issuer of the settings."""

from __future__ import annotations

import pytest

from harness.emulator.core.settings import EmulatorSettings
from harness.errors import ConfigurationError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://cognito.test:5000", "http://cognito.test:5000"),
        ("http://cognito.test:5000/", "http://cognito.test:5000"),
        ("https://Example.com/auth/", "https://Example.com/auth"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_only_the_slash_at_the_end_is_taken_away(given: str, kept: str) -> None:
    """Clients compare issuers as text, so that a public URL stays as it was given."""
    assert EmulatorSettings(public_url=given).public_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "cognito.test:5000",
        "ftp://cognito.test",
        "http://",
        "http:///path",
        "http://a?",
        "http://a/#",
        "http://u:p@a",
        "http://a:b",
        "http://a:99999",
        "http://a:0",
        "http://a:",
        "http://a b",
        "http://a\n",
        "http://a\x00b",
        "http://[::1",
        "http://ä.example",
        "http://a/" + "x" * 1_000,
    ],
)
def test_what_is_not_an_address_is_one_line(given: str) -> None:
    """A text that clients could not call, or that no issuer may be, is refused in one line."""
    with pytest.raises(ConfigurationError) as caught:
        EmulatorSettings(public_url=given)
    assert str(caught.value).startswith("public_url: cannot use ")
    assert "\n" not in str(caught.value)


def test_an_unknown_issuer_names_the_allowed_ones() -> None:
    """There are two issuers, and the message lists them."""
    with pytest.raises(ConfigurationError, match="did you mean 'server'\\? allowed: aws, server"):
        EmulatorSettings(issuer="sever")
