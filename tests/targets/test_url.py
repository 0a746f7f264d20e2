"""The URL of each target, and the calls of apps that come there."""

from __future__ import annotations

import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

import pytest

from harness.emulator.server import EmulatorServer
from harness.errors import HarnessError, MissingCapability
from harness.targets.aws import AwsTarget
from harness.targets.base import AppCall, SeesCallsOfApps, Target
from harness.targets.clients import online_client
from harness.targets.emulated import EmulatedTarget, PreflightTarget
from harness.targets.endpoint import EndpointTarget
from harness.targets.served import ServedTarget
from harness.targets.stubbed import StubbedTarget

REGION = "eu-west-1"


def watched(target: Target) -> list[AppCall]:
    """Return the calls that the target sees of an app that has the target's URL."""
    calls: list[AppCall] = []
    assert isinstance(target, SeesCallsOfApps)
    watching = target.app_calls(calls.append)
    assert watching is not None
    with watching:
        target.client().list_user_pools(MaxResults=1)
        with app_of(target) as app:
            assert app.list_user_pools(MaxResults=1)["UserPools"] == []
            with pytest.raises(app.exceptions.ResourceNotFoundException):
                app.initiate_auth(ClientId="none", AuthFlow="USER_AUTH")
    with app_of(target) as app:
        app.list_user_pools(MaxResults=1)
    return calls


class app_of:
    """The boto3 client of an app, closed at the end of the block."""

    def __init__(self, target: Target) -> None:
        self._client: Any = online_client(REGION, target.url)

    def __enter__(self) -> Any:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()


@pytest.mark.parametrize("kind", [EmulatedTarget, PreflightTarget, ServedTarget])
def test_an_emulator_of_the_run_is_served(
    kind: type[EmulatedTarget | ServedTarget], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has one URL until it stops, and sees the calls of apps with their outcome, not its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    target = kind(region=REGION, seed=1)
    target.start()
    url = target.url
    assert target.url == url
    assert url.startswith("http://127.0.0.1:")
    calls = watched(target)
    assert [(call.operation, call.outcome) for call in calls] == [
        ("ListUserPools", "ok"),
        ("InitiateAuth", "ResourceNotFoundException"),
    ]
    assert calls[0].answer == {"UserPools": []}
    assert calls[1].parameters == {"ClientId": "none", "AuthFlow": "USER_AUTH"}
    assert target.why_refused(calls[1].request_id) == target.why_refused(calls[1].request_id)
    assert "none" not in repr(calls)
    target.stop()
    target.stop()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{url}/_harness/health", timeout=5)
    with pytest.raises(HarnessError):
        _ = target.url


def test_a_server_elsewhere_is_at_its_url(server: EmulatorServer) -> None:
    """Its URL is the given one, and the calls of others there are not seen."""
    target = ServedTarget(region=REGION, endpoint_url=server.url)
    target.start()
    assert target.url == server.url
    assert target.app_calls(lambda _: None) is None
    assert EndpointTarget(server.url, region=REGION).url == server.url


def test_on_aws_it_is_the_one_of_the_region() -> None:
    """Keys and API of a pool are at the address that boto3 has for the region."""
    assert AwsTarget(region=REGION).url == "https://cognito-idp.eu-west-1.amazonaws.com"


def test_a_script_has_none() -> None:
    """There is nothing to call."""
    with pytest.raises(MissingCapability, match="no service is here"):
        _ = StubbedTarget(region=REGION).url


@pytest.mark.parametrize(
    ("profile", "outcome"),
    [
        ("drop:1", "ConnectionClosedError"),
        ("cut:1", "IncompleteReadError"),
        ("unavailable:1", "503"),
    ],
)
def test_a_call_without_a_whole_response_is_seen(profile: str, outcome: str) -> None:
    """A call whose response does not arrive has no answer; what a client says of it differs."""
    target = EmulatedTarget(region=REGION, seed=1, faults=profile)
    target.start()
    calls: list[AppCall] = []
    with target.app_calls(calls.append), app_of(target) as app, suppress(Exception):
        app.initiate_auth(ClientId="none", AuthFlow="USER_AUTH")
    target.stop()
    assert {call.outcome for call in calls} == {outcome}
    assert {str(call.answer) for call in calls} == {"{}"}


@pytest.mark.parametrize("kind", [EmulatedTarget, PreflightTarget, ServedTarget])
def test_domain_of_an_emulator(kind: type[EmulatedTarget | ServedTarget]) -> None:
    """The domain of a pool is below the URL of its emulator, whatever its name is."""
    target = kind(region=REGION)
    target.start()
    try:
        assert target.domain_url("shop") == f"{target.url}/_domain/shop"
        assert target.domain_url("a.example.com") == f"{target.url}/_domain/a.example.com"
    finally:
        target.stop()


@pytest.mark.parametrize(
    ("endpoint", "region", "domain", "url"),
    [
        ("https://cognito-idp.{}.amazonaws.com", "eu-west-1", "shop", "https://shop.auth.{}.{}"),
        (
            "https://cognito-idp.{}.amazonaws.com",
            "eu-west-1",
            "a.example.com",
            "https://a.example.com",
        ),
        (
            "https://cognito-idp-fips.{}.amazonaws.com",
            "us-east-1",
            "shop",
            "https://shop.auth-fips.{}.{}",
        ),
        (
            "https://cognito-idp.{}.amazonaws.com",
            "us-gov-west-1",
            "shop",
            "https://shop.auth-fips.{}.{}",
        ),
        ("http://127.0.0.1:9000/", "eu-west-1", "shop", "http://127.0.0.1:9000/_domain/shop"),
    ],
)
def test_domain_of_a_service(endpoint: str, region: str, domain: str, url: str) -> None:
    """On AWS a prefix is a host of AWS, and a custom domain a host; elsewhere both are paths."""
    target = EndpointTarget(endpoint.format(region), region=region)
    assert target.domain_url(domain) == url.format(region, "amazoncognito.com")


def test_stub_has_no_domain() -> None:
    """Nobody can open the pages of a script."""
    with pytest.raises(MissingCapability, match="no service is here that has the pages of shop"):
        StubbedTarget(region=REGION).domain_url("shop")
