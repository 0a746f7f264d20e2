"""``serve --allow-origin`` and ``--allow-host``: who may use what any page must not reach."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from harness.cli.serve.sources import allowed_sources
from harness.errors import ConfigurationError
from tests.cli.processes import cognito_harness, serving

LIST = {
    "X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools",
    "Authorization": "AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/cognito-idp/aws4_request",
}


def status_of(url: str, body: bytes | None = None, **headers: str) -> int:
    """Return the status of the response to a request."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as got:
            return int(got.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_what_is_listed_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options list one each, and a variable lists several; everything else is refused."""
    monkeypatch.setenv("COGNITO_HARNESS_ALLOW_HOST", "cognito.test,cognito")
    with serving(
        "--allow-origin", "https://a.example", "--allow-origin", "https://b.example"
    ) as it:
        for origin, expected in [("https://b.example", 200), ("https://c.example", 403)]:
            body = json.dumps({"MaxResults": 1}).encode()
            assert status_of(it.url, body, **LIST, Origin=origin) == expected
        for host, expected in [("cognito:5000", 200), ("cognito.test", 200), ("other", 403)]:
            assert status_of(f"{it.url}/_harness/outbox", Host=host) == expected


@pytest.mark.parametrize(
    ("option", "text"), [("--allow-origin", "app.example"), ("--allow-host", "http://x:1")]
)
def test_an_unusable_value_is_one_line(option: str, text: str) -> None:
    """A value that is neither an origin nor a host ends the start with 2 and one line."""
    finished = cognito_harness("serve", "--port", "0", option, text)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.count("\n") == 1
    assert option in finished.stderr
    assert text in finished.stderr


def test_texts_may_list_several() -> None:
    """Commas and spaces separate; an empty text is an error, not a name."""
    found = allowed_sources(None, ["a.test, b.test", "C.test"])
    assert found.hosts == {"a.test", "b.test", "c.test"}
    assert found.origins == frozenset()
    with pytest.raises(ConfigurationError, match="cannot use ''"):
        allowed_sources([""], None)
