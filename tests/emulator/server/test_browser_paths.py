"""Addresses that people open in a browser lead to the page, or say where the domains are."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.client import Config

from harness.emulator.server import EmulatorServer
from tests.emulator.server.test_server import http

PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer() as running:
        yield running


def test_the_root_leads_a_browser_to_the_page(server: EmulatorServer) -> None:
    """A browser is sent to the page, under any host name; programs get S3's response."""
    for host in ("localhost:5000", "evil.example"):
        status, headers, _ = http(server, "GET", "/", Accept=PAGE, Host=host)
        assert (status, headers["location"]) == (302, "/_harness/")
    assert http(server, "HEAD", "/", Accept=PAGE)[0] == 302
    for others in ({"Accept": "*/*"}, {"Accept": PAGE, "Authorization": "AWS A:x"}):
        status, _, body = http(server, "GET", "/", **others)
        assert status != 302
        assert b"<" in body


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/login?client_id=x&response_type=code",
        "/login/continue",
        "/logout",
        "/signup",
        "/confirmUser",
        "/forgotPassword",
        "/confirmForgotPassword",
        "/resendcode",
        "/error",
        "/oauth2/authorize?client_id=x",
        "/oauth2/token",
        "/oauth2/userInfo",
        "/oauth2/revoke",
        "/saml2/idpresponse",
        "/saml2/logout",
        "/passkeys/add",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_managed_login_without_a_domain_says_where_it_is(
    server: EmulatorServer, method: str, path: str
) -> None:
    """One line names the path, without its query, and every page may read it."""
    secret = {"Authorization": "Basic Y2xpZW50OnNlY3JldA=="}
    status, headers, body = http(server, method, path, b"", Accept=PAGE, **secret)
    text = body.decode()
    assert (status, text.count("\n")) == (404, 1)
    bare = path.partition("?")[0]
    expected = f"{method} {bare}: managed login and its OAuth endpoints are below the domain"
    assert text.startswith(expected)
    assert f"/_domain/NAME{bare};" in text
    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("bucket", ["login", "oauth2", "error"])
def test_signed_requests_reach_buckets_of_these_names(server: EmulatorServer, bucket: str) -> None:
    """moto's S3 has these buckets for signed requests and presigned URLs."""
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="A",
        aws_secret_access_key="x",
        config=Config(s3={"addressing_style": "path"}),
    )
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="token", Body=b"kept")
    assert s3.get_object(Bucket=bucket, Key="token")["Body"].read() == b"kept"
    address = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "token"})
    status, _, body = http(server, "GET", address.removeprefix(server.url))
    assert (status, body) == (200, b"kept")


@pytest.mark.parametrize("path", ["/loginpage", "/logins/x", "/oauth2x/token", "/a/login"])
def test_other_paths_are_not_taken(server: EmulatorServer, path: str) -> None:
    """Paths that managed login does not have stay with S3."""
    assert http(server, "GET", path, Accept=PAGE)[0] == 404
