"""``serve --issuer`` and ``--public-url``."""

from __future__ import annotations

import json
import urllib.request

import pytest

from harness.cli.serve.issuer import uncallable
from harness.emulator.http.sources import AllowedSources
from tests.cli.processes import cognito_harness, serving


def test_the_issuer_is_printed_and_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options and their variables lead to one issuer, which the start prints."""
    monkeypatch.setenv("COGNITO_HARNESS_PUBLIC_URL", "http://cognito.test:5000/")
    with serving("--issuer", "server", "--allow-host", "cognito.test") as it:
        assert it.process.stdout is not None
        lines = [it.process.stdout.readline().strip() for _ in range(3)]
        assert lines[-1] == "issuer: http://cognito.test:5000/POOL_ID"
        headers = {
            "X-Amz-Target": "AWSCognitoIdentityProviderService.CreateUserPool",
            "Authorization": "AWS4-HMAC-SHA256 Credential=A/1/us-east-1/cognito-idp/aws4_request",
        }
        body = json.dumps({"PoolName": "p"}).encode()
        with urllib.request.urlopen(urllib.request.Request(it.url, body, headers), timeout=30) as r:
            pool_id = json.load(r)["UserPool"]["Id"]
        where = f"{it.url}/{pool_id}/.well-known/openid-configuration"
        with urllib.request.urlopen(where, timeout=30) as response:
            assert json.load(response)["issuer"] == f"http://cognito.test:5000/{pool_id}"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--issuer", "amazon"), "--issuer: cannot use 'amazon'; allowed: aws, server"),
        (("--public-url", "cognito"), "--public-url: cannot use 'cognito'"),
        (("--public-url", "http://a?b"), "it has a query or a fragment"),
        (("--issuer", "server", "--host", "0.0.0.0"), "nobody can call 0.0.0.0"),
        (("--domain-style", "dns"), "--domain-style: cannot use 'dns'; allowed: path, host"),
        (
            ("--domain-style", "host", "--public-url", "http://cognito.test:5000"),
            "--domain-style: cannot use 'host'; the hosts are below localhost",
        ),
        (("--set", "domain_style=host"), "--set: cannot use 'domain_style'"),
        (("--set", "issuer=server"), "--set: cannot use 'issuer'"),
        (("--set", "public_url=http://a"), "--set: cannot use 'public_url'"),
    ],
)
def test_what_cannot_be_used_is_one_line(arguments: tuple[str, ...], named: str) -> None:
    """A wrong value ends the start with 2 and one line that names the option."""
    finished = cognito_harness("serve", "--port", "0", *arguments)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.count("\n") == 1
    assert named in finished.stderr


def test_a_public_url_that_is_refused_is_warned_of() -> None:
    """A public URL makes no host trusted, and a start that nobody could use says so."""
    listed = AllowedSources(hosts=frozenset({"cognito"}))
    assert uncallable(None, AllowedSources()) == []
    assert uncallable("http://localhost:5000", AllowedSources()) == []
    assert uncallable("http://cognito:5000", listed) == []
    (warning,) = uncallable("http://cognito:5000", AllowedSources())
    assert warning.endswith("--allow-host cognito")
