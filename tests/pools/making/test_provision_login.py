"""A pool of a file is made with its domain, resource servers, branding and OAuth settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from harness.flows.actions import AppClient
from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import (
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
)
from harness.pools.making.domains import delete_pool
from harness.pools.making.oauth_requests import STAND_IN_CALLBACK
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.making.provision_spec import deprovision, provision
from harness.pools.making.refusal import explain_refusal
from harness.pools.sources.live import read_live
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.managed_login import ManagedLogin, ResourceServer
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.emulated import EmulatedTarget

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"}
PREFIX = Part("domain", "Domain", {"Domain": "shop", "ManagedLoginVersion": 2})
CUSTOM = Part(
    "domain", "Custom", {"Domain": "login.shop.example.com", "CustomDomainConfig": CERTIFICATE}
)
SERVER = Part(
    "resource_server",
    "Api",
    {
        "Identifier": "https://api.shop.example.com",
        "Name": "The API",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "Reads"}],
    },
)
HIDDEN = Unknown("Ref Hidden")
STYLE = Part("branding", "Style", {"ClientId": "web"})
OAUTH: dict[str, Any] = {
    "ClientName": "web",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid", "https://api.shop.example.com/read", "other/write"],
    "CallbackURLs": ["https://shop.example.com/in", "myapp://in"],
    "LogoutURLs": ["https://shop.example.com/"],
    "SupportedIdentityProviders": ["COGNITO"],
}


@pytest.fixture
def client() -> Iterator[CognitoIdentityProviderClient]:
    """A client of an emulator."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


def shop(
    *domains: Part, branding: tuple[Part, ...] = (STYLE,), **changes: object
) -> PoolConfiguration:
    """Return a pool with managed login; ``None`` removes a setting of its app client."""
    known = {name: value for name, value in {**OAUTH, **changes}.items() if value is not None}
    return PoolConfiguration(
        Origin("CloudFormation template", "shop.yaml"),
        Part("pool", "shop", {"PoolName": "shop"}),
        Part("mfa", "shop", {}),
        (Part("client", "web", known),),
        domains=domains,
        resource_servers=(SERVER,),
        branding=branding,
    )


def test_a_pool_for_good_is_as_its_file(client: CognitoIdentityProviderClient) -> None:
    """Both domains have their names, and what is read back differs in nothing of the file."""
    wanted = shop(PREFIX, CUSTOM)
    made = provision_configuration(client, wanted)
    assert made.domains == ("shop", "login.shop.example.com")
    found = read_live(client, made.user_pool_id)
    differences = drift(wanted, found).differences
    # The scope of an app client tells a resource server that is in no template.
    assert [str(item.part) for item in differences] == ["other"]
    assert [part.value("ClientId") for part in found.branding] == ["web"]
    described = client.describe_user_pool_client(
        UserPoolId=made.user_pool_id, ClientId=made.apps["web"].client_id
    )["UserPoolClient"]
    assert sorted(described["CallbackURLs"]) == ["https://shop.example.com/in", "myapp://in"]
    assert sorted(described["AllowedOAuthScopes"]) == sorted(OAUTH["AllowedOAuthScopes"])


@pytest.mark.parametrize("domains", [(PREFIX,), (CUSTOM, PREFIX), (CUSTOM,)])
def test_a_pool_of_a_run_has_a_domain_of_its_own(
    client: CognitoIdentityProviderClient, domains: tuple[Part, ...]
) -> None:
    """The domain has the harness's prefix and the highest version, and goes with the pool."""
    made = provision_configuration(client, shop(*domains), name_prefix="run1-", for_good=False)
    (name,) = made.domains
    end = made.user_pool_id.partition("_")[2].lower()
    assert name == f"mfa-harness-run1-shop-{end}"
    described = client.describe_user_pool_domain(Domain=name)["DomainDescription"]
    assert described["ManagedLoginVersion"] == (2 if PREFIX in domains else 1)
    with pytest.raises(ClientError, match="It has a domain configured"):
        client.delete_user_pool(UserPoolId=made.user_pool_id)
    delete_pool(client, made.user_pool_id)
    assert client.list_user_pools(MaxResults=9)["UserPools"] == []


def test_a_pool_without_a_domain_has_none(client: CognitoIdentityProviderClient) -> None:
    """A file whose domain is elsewhere makes a pool without pages, and keeps the OAuth settings."""
    made = provision_configuration(client, shop(), for_good=False)
    assert made.domains == ()
    described = client.describe_user_pool_client(
        UserPoolId=made.user_pool_id, ClientId=made.apps["web"].client_id
    )["UserPoolClient"]
    assert described["AllowedOAuthFlows"] == ["code"]


def test_a_domain_with_an_unknown_name(client: CognitoIdentityProviderClient) -> None:
    """A domain whose prefix only a deployment knows gets the harness's own."""
    hidden = Part("domain", "Domain", {"Domain": Unknown("Fn::Sub ${AWS::AccountId}")})
    made = provision_configuration(client, shop(hidden))
    assert made.domains[0].startswith("mfa-harness-shop-")
    assert "domain Domain: Domain" in made.left_out


def test_identity_providers_are_left_out(client: CognitoIdentityProviderClient) -> None:
    """Cognito refuses an identity provider that the pool does not have, and the note says so."""
    wanted = shop(SupportedIdentityProviders=["COGNITO", "Google"])
    made = provision_configuration(client, wanted)
    described = client.describe_user_pool_client(
        UserPoolId=made.user_pool_id, ClientId=made.apps["web"].client_id
    )["UserPoolClient"]
    assert described["SupportedIdentityProviders"] == ["COGNITO"]
    noted = made.left_out["client web: SupportedIdentityProviders"]
    assert "Google: the pool that is made has no identity provider" in str(noted)


def test_a_refused_domain_names_its_line(client: CognitoIdentityProviderClient) -> None:
    """What Cognito refuses about a domain points to the domain in the file."""
    place = SourceLocation("Resources.Domain.Properties.Domain", 12)
    wrong = Part("domain", "Domain", {"Domain": "shop-on-aws"}, {"Domain": place, "": place})
    with pytest.raises(ClientError) as caught:
        provision_configuration(client, shop(wrong))
    said = explain_refusal(caught.value, shop(wrong))
    assert said.startswith("CreateUserPoolDomain is refused: InvalidParameterException: ")
    assert said.endswith("see shop.yaml, line 12, Resources.Domain.Properties.Domain")
    assert client.list_user_pools(MaxResults=9)["UserPools"] == []


@pytest.mark.parametrize("version", [1, 2])
def test_a_specification_is_described_as_it_was_made(
    client: CognitoIdentityProviderClient, version: int
) -> None:
    """A pool that is made of a specification and described has the same managed login."""
    login = ManagedLogin(scopes=("api/read", "openid"), version=version)
    spec = PoolSpec(managed_login=login, resource_servers=(ResourceServer("api", ("read",)),))
    made = provision(client, spec, name_prefix="run1-", tags={})
    found = describe_pool(client, AppClient(made.user_pool_id, made.app.client_id))
    assert found.spec.managed_login == login
    assert found.spec.resource_servers[0].full_scopes == ("api/read",)
    assert found.domain == made.domain
    deprovision(client, made)
    assert client.list_user_pools(MaxResults=9)["UserPools"] == []


def test_a_client_for_machines(client: CognitoIdentityProviderClient) -> None:
    """An app client with client_credentials alone is made as Cognito demands it."""
    login = ManagedLogin(flows=("client_credentials",), scopes=("api/read",))
    spec = PoolSpec(
        client_secret=True,
        managed_login=login,
        resource_servers=(ResourceServer("api", ("read",)),),
    )
    made = provision(client, spec, name_prefix="run1-", tags={})
    assert made.app.client_secret is not None
    found = describe_pool(client, made.app).spec.managed_login
    assert found is not None
    assert found.flows == ("client_credentials",)


@pytest.mark.parametrize(
    ("more", "callbacks"),
    [
        ({}, [STAND_IN_CALLBACK]),
        ({"DefaultRedirectURI": "https://a.example"}, ["https://a.example"]),
        (
            {"CallbackURLs": ["myapp://in", HIDDEN], "DefaultRedirectURI": "https://a.example"},
            ["https://a.example", "myapp://in"],
        ),
        ({"CallbackURLs": ["myapp://in", HIDDEN]}, ["myapp://in"]),
    ],
)
def test_a_callback_that_only_a_deployment_knows(
    client: CognitoIdentityProviderClient, more: dict[str, Any], callbacks: list[str]
) -> None:
    """The default redirect URI is one of the unknown URLs; otherwise a stand-in leads nowhere."""
    made = provision_configuration(client, shop(**{"CallbackURLs": [HIDDEN], **more}))
    described = client.describe_user_pool_client(
        UserPoolId=made.user_pool_id, ClientId=made.apps["web"].client_id
    )["UserPoolClient"]
    assert sorted(described["CallbackURLs"]) == callbacks
    assert described["AllowedOAuthFlows"] == ["code"]
    assert [path for path in made.left_out if path.startswith("client web: CallbackURLs")]


@pytest.mark.parametrize("member", ["AllowedOAuthFlows", "AllowedOAuthScopes"])
def test_oauth_is_off_where_its_use_is_unknown(
    client: CognitoIdentityProviderClient, member: str
) -> None:
    """Cognito refuses the switch without flows or scopes, so the app client is made without it."""
    hidden: dict[str, Any] = {member: HIDDEN}
    made = provision_configuration(client, shop(**hidden))
    described = client.describe_user_pool_client(
        UserPoolId=made.user_pool_id, ClientId=made.apps["web"].client_id
    )["UserPoolClient"]
    assert not described.get("AllowedOAuthFlowsUserPoolClient")


def test_a_file_without_callback_urls_is_refused(client: CognitoIdentityProviderClient) -> None:
    """A mistake of the file is none that a stand-in hides."""
    with pytest.raises(ClientError, match="CreateUserPoolClient"):
        provision_configuration(client, shop(CallbackURLs=None))
