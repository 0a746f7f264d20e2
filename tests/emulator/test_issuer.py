"""The issuer of a pool: one for tokens and discovery, and never one that a request names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

import boto3
import pytest
import requests

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.http.discovery import openid_configuration
from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError
from tests.emulator.support.expect import START, refused
from tests.emulator.support.walker import Walker, claims_of, new_walker, tokens_of

PUBLIC_URL = "https://cognito.test:5000/auth"


def issuers_of(walker: Walker) -> set[str]:
    """Return the issuers in the user's tokens and in the pool's OpenID configuration."""
    tokens = tokens_of(walker.by_password())
    document = json.loads(openid_configuration(walker.engine, walker.user_pool_id).body)
    found = {claims_of(tokens[name])["iss"] for name in ("AccessToken", "IdToken")}
    return {*found, document["issuer"]}


@pytest.fixture
def of_a_server() -> Engine:
    """An engine whose issuer is the address of a server."""
    settings = EmulatorSettings(seed=1, issuer="server", public_url=PUBLIC_URL + "/")
    return Engine(clock=VirtualClock(START, frozen=True), settings=settings)


@pytest.mark.fact("A249", "A277")
def test_on_aws_the_issuer_is_the_address_of_the_pool(engine: Engine) -> None:
    """Tokens and discovery have the one issuer that AWS would write."""
    walker = new_walker(engine)
    expected = f"https://cognito-idp.us-east-1.amazonaws.com/{walker.user_pool_id}"
    assert issuers_of(walker) == {expected}


def test_a_server_has_one_issuer(of_a_server: Engine) -> None:
    """Tokens and discovery have the public URL with the id of the pool, and so do the keys."""
    walker = new_walker(of_a_server)
    expected = f"{PUBLIC_URL}/{walker.user_pool_id}"
    assert issuers_of(walker) == {expected}
    document = json.loads(openid_configuration(of_a_server, walker.user_pool_id).body)
    assert document["jwks_uri"] == f"{expected}/.well-known/jwks.json"


def test_access_tokens_and_refreshes_work_with_it(of_a_server: Engine) -> None:
    """GetUser finds the pool by the issuer, and a refreshed token has the same one."""
    walker = new_walker(of_a_server)
    tokens = tokens_of(walker.by_password())
    assert of_a_server.call("GetUser", {"AccessToken": tokens["AccessToken"]})["Username"]
    params = {
        "ClientId": walker.client_id,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    }
    renewed = of_a_server.call("InitiateAuth", params)["AuthenticationResult"]
    assert claims_of(renewed["IdToken"])["iss"] == f"{PUBLIC_URL}/{walker.user_pool_id}"


def test_the_updated_issuer_of_a_pool_is_obeyed(engine: Engine) -> None:
    """IssuerConfiguration changes the host, for tokens, discovery and keys alike."""
    walker = new_walker(engine)
    before = tokens_of(walker.by_password())["AccessToken"]
    update = {"UserPoolId": walker.user_pool_id, "IssuerConfiguration": {"Type": "UPDATED"}}
    engine.call("UpdateUserPool", update)
    expected = f"https://issuer-cognito-idp.us-east-1.amazonaws.com/{walker.user_pool_id}"
    assert issuers_of(walker) == {expected}
    # The keys stay, and so do the sessions of those who are signed in.
    assert engine.call("GetUser", {"AccessToken": before})["Username"]
    update["IssuerConfiguration"] = {"Type": "ORIGINAL"}
    engine.call("UpdateUserPool", update)
    assert issuers_of(walker) == {expected.replace("issuer-", "")}


def test_the_lite_plan_has_no_updated_issuer(engine: Engine) -> None:
    """A pool of the plan LITE cannot have it."""
    request = {
        "PoolName": "lite",
        "UserPoolTier": "LITE",
        "IssuerConfiguration": {"Type": "UPDATED"},
    }
    with refused("FeatureUnavailableInTierException"):
        engine.call("CreateUserPool", request)


@pytest.fixture
def in_process() -> Iterator[Emulator]:
    """An emulator under moto's mock."""
    with Emulator(seed=1) as emulator:
        yield emulator


@pytest.mark.parametrize("kind", ["ORIGINAL", "UPDATED"])
@pytest.mark.fact("A276", "A277")
def test_keys_are_found_through_the_issuer_in_process(
    in_process: Emulator, kind: Literal["ORIGINAL", "UPDATED"]
) -> None:
    """Under moto's mock, ``requests`` reaches discovery and keys below either issuer."""
    cognito = boto3.client("cognito-idp", region_name="us-east-1")
    pool = cognito.create_user_pool(PoolName="p", IssuerConfiguration={"Type": kind})["UserPool"]
    issuer = in_process.engine.pools[pool["Id"]].issuer
    document = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
    assert document["issuer"] == issuer
    keys = requests.get(document["jwks_uri"], timeout=5).json()["keys"]
    assert {key["use"] for key in keys} == {"sig"}


def test_without_an_address_nothing_starts() -> None:
    """In process no server has an address, so that the settings must name one."""
    settings = EmulatorSettings(issuer="server")
    client = boto3.client("cognito-idp", region_name="us-east-1")
    for start in (
        lambda: Emulator(settings=settings).start(),
        lambda: Emulator(settings=settings).attach(client),
    ):
        with pytest.raises(ConfigurationError, match="public_url: no value given; issuer='server'"):
            start()


def test_a_start_that_was_refused_can_be_repeated() -> None:
    """After the refusal the emulator is not half started."""
    emulator = Emulator(settings=EmulatorSettings(issuer="server"), mock=False)
    with pytest.raises(ConfigurationError):
        emulator.start()
    with EmulatorServer(emulator=emulator) as server:
        walker = new_walker(emulator.engine)
        assert issuers_of(walker) == {f"{server.url}/{walker.user_pool_id}"}


def test_a_server_on_every_address_needs_a_public_url() -> None:
    """Nobody can call 0.0.0.0, so that it cannot be an issuer; the port stays free."""
    emulator = Emulator(settings=EmulatorSettings(issuer="server"), mock=False)
    with pytest.raises(ConfigurationError, match="--public-url, public_url: no value given"):
        EmulatorServer("0.0.0.0", emulator=emulator).start()
