"""Domains and identity providers, which moto keeps, as Cognito shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.emulator import Emulator
from tests.emulator.moto_backend.test_installation import cognito


@pytest.fixture
def client() -> Iterator[Any]:
    """A boto3 client of an emulator."""
    with Emulator():
        yield cognito("eu-west-1")


@pytest.fixture
def pool_id(client: Any) -> str:
    """A pool."""
    return str(client.create_user_pool(PoolName="pool")["UserPool"]["Id"])


@pytest.mark.fact("M145", "M145b")
def test_prefix_domain_is_described_completely(client: Any, pool_id: str) -> None:
    """The description has account, bucket, distribution and version, and no own certificate."""
    client.create_user_pool_domain(UserPoolId=pool_id, Domain="prefix")
    domain = client.describe_user_pool_domain(Domain="prefix")["DomainDescription"]
    assert domain["AWSAccountId"] == "123456789012"
    assert {"CloudFrontDistribution", "S3Bucket", "Version"} <= set(domain)
    assert all(domain[name] for name in ("CloudFrontDistribution", "S3Bucket", "Version"))
    assert domain["Status"] == "ACTIVE"
    assert domain["CustomDomainConfig"] == {}
    assert (domain["UserPoolId"], domain["Domain"]) == (pool_id, "prefix")


def test_unknown_domain_has_no_description(client: Any, pool_id: str) -> None:
    """An unknown domain gets no members of its own."""
    assert client.describe_user_pool_domain(Domain="nowhere")["DomainDescription"] == {}


@pytest.mark.fact("M011", "M010")
def test_identities_appear_with_an_identity_provider(client: Any, pool_id: str) -> None:
    """The attribute joins the list when a provider is added, before custom attributes."""
    team = {"Name": "team", "AttributeDataType": "String"}
    client.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[team])

    def schema() -> list[dict[str, Any]]:
        pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        return list(pool["SchemaAttributes"])

    before = schema()
    assert "identities" not in [attribute["Name"] for attribute in before]
    client.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="Company",
        ProviderType="OIDC",
        ProviderDetails={"client_id": "a"},
    )
    after = schema()
    assert [attribute["Name"] for attribute in after[-2:]] == ["identities", "custom:team"]
    assert after[-2]["AttributeDataType"] == "String"
    assert after[-2]["StringAttributeConstraints"] == {}
    assert [attribute for attribute in after if attribute["Name"] != "identities"] == before


def test_only_a_custom_domain_has_dots(client: Any, pool_id: str) -> None:
    """A prefix is one label; a custom domain is shown with its whole name."""
    name = "auth.example.com"
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.create_user_pool_domain(UserPoolId=pool_id, Domain=name)
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/0"
    client.create_user_pool_domain(
        UserPoolId=pool_id, Domain=name, CustomDomainConfig={"CertificateArn": certificate}
    )
    assert client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["CustomDomain"] == name
    client.delete_user_pool_domain(UserPoolId=pool_id, Domain=name)
    assert "CustomDomain" not in client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
