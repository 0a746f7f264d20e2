"""The rule about callback and logout URLs: which are whole addresses, and what a finding shows."""

from __future__ import annotations

from datetime import date

import pytest

from harness.pools.audit.auditing import audit
from harness.pools.audit.profile import Profile
from tests.pools.audit.pools import pool

TODAY = date(2027, 1, 15)


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://shop.example.com:8443/in?from=app", "passed"),
        ("myapp://in", "passed"),
        ("https://*.example.com/in", "failed"),
        ("/in", "failed"),
        ("https://shop.example.com/#/in", "failed"),
        ("https://", "failed"),
    ],
)
def test_callback_urls_are_whole_addresses(url: str, state: str) -> None:
    """A pattern, a path and a fragment are none, whichever list they are in."""
    for member in ("CallbackURLs", "LogoutURLs"):
        found = audit(pool(("client", member, [url])), Profile(("oauth-exact-urls",)), TODAY)
        assert [finding.state for finding in found.findings] == [state]


def test_wrong_urls_are_told_without_the_right_ones() -> None:
    """Of a hundred URLs, the finding shows those that have to be changed."""
    urls = ["https://shop.example.com/in", "https://*.example.com/in", "/in"]
    (found,) = audit(
        pool(("client", "CallbackURLs", urls)), Profile(("oauth-exact-urls",)), TODAY
    ).findings
    assert found.actual == "a list with /in, https://*.example.com/in"
