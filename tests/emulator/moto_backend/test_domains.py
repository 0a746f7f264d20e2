"""Domains, and identity providers, which moto keeps, as boto3 shows them."""

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


@pytest.mark.fact("H007", "M145")
def test_domains_go_through_boto3(client: Any, pool_id: str) -> None:
    """A custom domain is made, described and deleted; a prefix domain has no CloudFrontDomain."""
    assert "CloudFrontDomain" not in client.create_user_pool_domain(
        UserPoolId=pool_id, Domain="prefix"
    )
    name = "auth.example.com"
    config = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0"}
    named = {"UserPoolId": pool_id, "Domain": name}
    made = client.create_user_pool_domain(**named, CustomDomainConfig=config, ManagedLoginVersion=2)
    assert made["ManagedLoginVersion"] == 2
    shown = client.describe_user_pool_domain(Domain=name)["DomainDescription"]
    assert made["CloudFrontDomain"] == shown["CloudFrontDistribution"]
    assert client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["CustomDomain"] == name
    client.delete_user_pool_domain(**named)
    assert "CustomDomain" not in client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert client.describe_user_pool_domain(Domain=name)["DomainDescription"] == {}
