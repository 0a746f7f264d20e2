"""moto's identity pools accept the ID tokens of the emulator's user pools, and no made-up ones."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.server import EmulatorServer
from tests.emulator.server.test_server import http
from tests.emulator.support.expect import START
from tests.emulator.support.walker import new_walker


@dataclass
class Place:
    """A user who is signed in, and an identity pool that accepts the user's app client."""

    emulator: Emulator
    identity: Any
    provider: str
    identity_pool_id: str
    tokens: dict[str, Any]

    def ask(self, token: str, provider: str | None = None) -> str:
        """Return the id of the identity that a login leads to."""
        logins = {provider or self.provider: token}
        pool_id = self.identity_pool_id
        return str(self.identity.get_id(IdentityPoolId=pool_id, Logins=logins)["IdentityId"])


@pytest.fixture(scope="module", params=["aws", "server"])
def server(request: pytest.FixtureRequest) -> Iterator[EmulatorServer]:
    """A served emulator whose clock stands still, with either issuer."""
    settings = EmulatorSettings(issuer=request.param)
    emulator = Emulator(clock=VirtualClock(START, frozen=True), mock=False, settings=settings)
    with EmulatorServer(emulator=emulator) as running:
        yield running


@pytest.fixture
def place(server: EmulatorServer) -> Place:
    """A new user pool and identity pool."""
    identity = boto3.client(
        "cognito-identity",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="A",
        aws_secret_access_key="x",
    )
    walker = new_walker(server.emulator.engine)
    provider = f"cognito-idp.us-east-1.amazonaws.com/{walker.user_pool_id}"
    pool = identity.create_identity_pool(
        IdentityPoolName="users",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": walker.client_id}],
    )
    tokens = walker.by_password()["AuthenticationResult"]
    return Place(server.emulator, identity, provider, pool["IdentityPoolId"], tokens)


def refused(action: Callable[[], Any]) -> tuple[str, str, int]:
    """Return code, text and status of the refusal of a call."""
    with pytest.raises(ClientError) as caught:
        action()
    error = caught.value.response
    return (
        error["Error"]["Code"],
        error["Error"]["Message"],
        error["ResponseMetadata"]["HTTPStatusCode"],
    )


def forged(token: str, **changes: Any) -> str:
    """Return a token with other claims under the old signature; ``None`` removes a claim."""
    head, claims, signature = token.split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    read = {name: value for name, value in {**read, **changes}.items() if value is not None}
    changed = base64.urlsafe_b64encode(json.dumps(read).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}"


def test_an_id_token_of_the_user_pool_is_accepted(place: Place) -> None:
    """A user who is signed in gets an identity, credentials and an OpenID token."""
    token = place.tokens["IdToken"]
    identity_id = place.ask(token)
    logins = {place.provider: token}
    found = place.identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)
    assert found["Credentials"]["AccessKeyId"]
    assert place.identity.get_open_id_token(IdentityId=identity_id, Logins=logins)["Token"]


def test_made_up_tokens_are_refused(place: Place) -> None:
    """Each kind of wrong token gets the text of AWS."""
    token = place.tokens["IdToken"]
    other = new_walker(place.emulator.engine)
    foreign = other.by_password()["AuthenticationResult"]["IdToken"]
    cases = {
        "made up": "Not a Cognito token.",
        "a.b.c": "Not a Cognito token.",
        place.tokens["AccessToken"]: "Missing a required claim: aud",
        foreign: "Issuer doesn't match providerName",
        forged(token, sub="somebody-else"): "Couldn't verify signed token.",
        forged(token, exp=None): "Couldn't verify signed token.",
    }
    for wrong, reason in cases.items():
        expected = ("NotAuthorizedException", f"Invalid login token. {reason}", 400)
        assert refused(lambda wrong=wrong: place.ask(wrong)) == expected  # type: ignore[misc]


def test_every_operation_checks_logins(place: Place) -> None:
    """Neither credentials nor an OpenID token are had for a made-up token."""
    identity_id = place.ask(place.tokens["IdToken"])
    for call in (place.identity.get_credentials_for_identity, place.identity.get_open_id_token):
        for logins in ({place.provider: "made up"}, {}):
            arguments = {"IdentityId": identity_id, "Logins": logins}
            code, _, _ = refused(lambda call=call, given=arguments: call(**given))  # type: ignore[misc]
            assert code == "NotAuthorizedException"


def test_only_listed_app_clients_are_accepted(place: Place) -> None:
    """The identity pool must list the user pool and the app client of the token."""
    text = "Token is not from a supported provider of this identity pool."
    place.identity.update_identity_pool(
        IdentityPoolId=place.identity_pool_id,
        IdentityPoolName="users",
        AllowUnauthenticatedIdentities=True,
        CognitoIdentityProviders=[{"ProviderName": place.provider, "ClientId": "another"}],
    )
    token = place.tokens["IdToken"]
    assert refused(lambda: place.ask(token)) == ("NotAuthorizedException", text, 400)


def test_an_expired_token_is_refused(place: Place) -> None:
    """A token expires by the emulator's clock, and is still accepted for five minutes."""
    place.emulator.clock.advance(3_600 + 299)
    assert place.ask(place.tokens["IdToken"])
    place.emulator.clock.advance(1)
    end = int(place.emulator.clock.time()) - 300
    text = f"Invalid login token. Token expired: {end} >= {end}"
    expected = ("NotAuthorizedException", text, 400)
    assert refused(lambda: place.ask(place.tokens["IdToken"])) == expected


def test_guests_need_an_identity_pool_that_allows_them(place: Place) -> None:
    """Without a login, only an identity pool for guests gives an identity."""
    pool_id = place.identity_pool_id
    text = "Unauthenticated access is not supported for this identity pool."
    found = refused(lambda: place.identity.get_id(IdentityPoolId=pool_id))
    assert found == ("NotAuthorizedException", text, 400)
    guests = place.identity.create_identity_pool(
        IdentityPoolName="guests", AllowUnauthenticatedIdentities=True
    )
    assert place.identity.get_id(IdentityPoolId=guests["IdentityPoolId"])["IdentityId"]


@pytest.mark.parametrize("provider", ["graph.facebook.com", "accounts.google.com", "own.developer"])
def test_other_providers_are_not_emulated(place: Place, provider: str) -> None:
    """A login that cannot be checked is not accepted, and says so."""
    code, text, status = refused(lambda: place.ask("any", provider))
    assert (code, status) == ("OperationNotEnabledException", 501)
    assert f"a login of '{provider}' is not emulated" in text
    code, _, status = refused(
        lambda: place.identity.get_open_id_token_for_developer_identity(
            IdentityPoolId=place.identity_pool_id, Logins={provider: "any"}
        )
    )
    assert (code, status) == ("OperationNotEnabledException", 501)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\x1f\x8b", b'{"Logins": "all"}', b"[" * 100_000])
def test_unreadable_bodies_are_refused(server: EmulatorServer, body: bytes) -> None:
    """A body whose logins cannot be read is refused before moto reads it."""
    target = "AWSCognitoIdentityService.GetId"
    status, _, answer = http(server, "POST", "/", body, X_Amz_Target=target)
    assert (status, json.loads(answer)["__type"]) == (400, "SerializationException")


SIGNED = "AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/cognito-identity/aws4_request"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"X_Amz_Target": "AWSCognitoIdentityService.x.GetId"}),
        ("/", {"X_Amz_Target": "X.GetId", "Authorization": SIGNED}),
        ("/", {"X_Amz_Target": "awscognitoidentityservice.GetId", "Authorization": SIGNED}),
        ("/", {"X_Amz_Target": "AWSCognitoIdentityService.get_id"}),
        ("/", {"X_Amz_Target": "AWSCognitoIdentityService.Get Id"}),
        ("/?Action=GetId", {"Authorization": SIGNED}),
        ("/?Action=GetId", {"X_Amz_Target": "X.ListIdentityPools", "Authorization": SIGNED}),
        ("/", {"X_Amz_Target": "X.GetCredentialsForIdentity", "Authorization": SIGNED}),
        ("//", {"X_Amz_Target": "X.GetOpenIdToken", "Authorization": SIGNED}),
    ],
    ids=str,
)
def test_every_way_to_an_operation_checks_logins(
    place: Place, server: EmulatorServer, path: str, headers: dict[str, str]
) -> None:
    """moto finds the operation in several spellings and places; none gets a made-up login in."""
    identity_id = place.ask(place.tokens["IdToken"])
    body = {
        "IdentityPoolId": place.identity_pool_id,
        "IdentityId": identity_id,
        "Logins": {place.provider: "made up"},
    }
    _, _, answer = http(server, "POST", path, body, **headers)
    assert b"IdentityId" not in answer
    assert b"Token" not in answer.replace(b"Not a Cognito token", b"")


def test_what_was_checked_is_what_moto_reads(place: Place, server: EmulatorServer) -> None:
    """Neither an address nor a form gives moto another identity pool than the one checked."""
    guests = place.identity.create_identity_pool(
        IdentityPoolName="guests", AllowUnauthenticatedIdentities=True
    )
    body = {"IdentityPoolId": guests["IdentityPoolId"]}
    target = {"X_Amz_Target": "AWSCognitoIdentityService.GetId"}
    path = f"/?IdentityPoolId={place.identity_pool_id}"
    identity_id = json.loads(http(server, "POST", path, body, **target)[2])["IdentityId"]
    found = place.identity.list_identities(IdentityPoolId=guests["IdentityPoolId"], MaxResults=9)
    assert identity_id in [identity["IdentityId"] for identity in found["Identities"]]
