"""Passkeys through boto3: documents in and out, domains, and who signs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.emulator import Emulator
from harness.users.passkey import Passkey
from tests.emulator.moto_backend.test_installation import cognito
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.passkeys import SIGN_IN

#: An ACM certificate, which a custom domain needs and nobody looks at.
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator in this process."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Any:
    """A boto3 client of an emulator."""
    return cognito("eu-west-1")


@pytest.fixture
def pool_id(client: Any) -> str:
    """A pool that allows passkeys and has no relying party."""
    return str(client.create_user_pool(PoolName="pool", Policies=SIGN_IN)["UserPool"]["Id"])


@pytest.fixture
def token(client: Any, pool_id: str) -> str:
    """The access token of a user of the pool."""
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"]
    app = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=flows
    )
    client.admin_create_user(UserPoolId=pool_id, Username="alice", MessageAction="SUPPRESS")
    client.admin_set_user_password(
        UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True
    )
    found = client.initiate_auth(
        ClientId=app["UserPoolClient"]["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    return str(found["AuthenticationResult"]["AccessToken"])


@pytest.mark.fact("N040", "N042", "N048")
def test_public_client_registers_a_passkey(client: Any, pool_id: str, token: str) -> None:
    """A client without AWS credentials can; the documents pass as they are, nulls included."""
    client.set_user_pool_mfa_config(
        UserPoolId=pool_id, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    public = boto3.client("cognito-idp", "eu-west-1", config=Config(signature_version=UNSIGNED))
    options = public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    assert options["rp"] == {"id": "example.com", "name": "example.com"}
    credential = Passkey.create(options).registration
    credential["response"]["unknown"] = {"inner": [None, {"more": None}]}
    public.complete_web_authn_registration(AccessToken=token, Credential=credential)
    (listed,) = public.list_web_authn_credentials(AccessToken=token)["Credentials"]
    assert listed["CredentialId"] == credential["id"]
    assert listed["CreatedAt"].tzinfo is not None
    found = public.get_user_auth_factors(AccessToken=token)
    assert found["ConfiguredUserAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]
    signed = client.admin_get_user_auth_factors(UserPoolId=pool_id, Username="alice")
    assert signed["ConfiguredUserAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]
    public.delete_web_authn_credential(AccessToken=token, CredentialId=credential["id"])
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        public.admin_get_user_auth_factors(UserPoolId=pool_id, Username="alice")


@pytest.mark.fact("N010")
def test_relying_party_is_a_domain_of_the_pool(client: Any, pool_id: str, token: str) -> None:
    """First the prefix domain, then the custom one; without both there is none."""

    def party() -> str:
        started = client.start_web_authn_registration(AccessToken=token)
        return str(started["CredentialCreationOptions"]["rp"]["id"])

    with pytest.raises(client.exceptions.WebAuthnConfigurationMissingException):
        party()
    client.create_user_pool_domain(UserPoolId=pool_id, Domain="shop")
    assert party() == "shop.auth.eu-west-1.amazoncognito.com"
    client.create_user_pool_domain(
        UserPoolId=pool_id,
        Domain="auth.example.com",
        CustomDomainConfig={"CertificateArn": CERTIFICATE},
    )
    assert party() == "auth.example.com"
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.set_user_pool_mfa_config(
            UserPoolId=pool_id, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
        )
    client.delete_user_pool_domain(UserPoolId=pool_id, Domain="auth.example.com")
    assert party() == "shop.auth.eu-west-1.amazoncognito.com"


def test_every_error_is_one_that_boto3_knows(client: Any, pool_id: str, token: str) -> None:
    """So that a client can catch it by its class."""
    client.set_user_pool_mfa_config(
        UserPoolId=pool_id, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )
    options = client.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    for origin in ("https://evil.org", "https://example.com"):
        credential = Passkey.create(options, origin=origin).registration
        with pytest.raises(ClientError) as caught:
            client.complete_web_authn_registration(AccessToken=token, Credential=credential)
        assert type(caught.value) is not ClientError
        assert credential["response"]["attestationObject"] not in str(caught.value)


def test_no_credential_reaches_the_call_log(
    emulator: Emulator, client: Any, pool_id: str, token: str
) -> None:
    """Neither in the text of an error nor in its reason."""
    with pytest.raises(ClientError):
        client.complete_web_authn_registration(AccessToken=token, Credential={"id": "secret-id"})
    (call,) = emulator.engine.call_log.newest(1)
    assert call.operation == "CompleteWebAuthnRegistration"
    assert "secret-id" not in json.dumps(call)
