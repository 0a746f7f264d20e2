"""Stacks with domains, styles, identity providers, and the OAuth settings of app clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.emulator import Emulator
from tests.emulator.moto_backend.test_cloudformation import (
    POOL,
    REF,
    client,
    outputs,
    refusal,
    stack,
)

pytest.importorskip("openapi_spec_validator", reason="the extra cloudformation is not installed")

CODE = {
    "AllowedOAuthFlowsUserPoolClient": "true",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://shop.example.com/in"],
}


@pytest.fixture
def clients() -> Iterator[tuple[Any, Any]]:
    """CloudFormation and Cognito of one emulator."""
    with Emulator():
        yield client("cloudformation"), client("cognito-idp")


def test_ref_and_getatt_return_documented_values(clients: tuple[Any, Any]) -> None:
    """A domain is its name; a style has an id of two parts, and its own alone as attribute."""
    cloudformation, cognito = clients
    domain = {"UserPoolId": REF, "Domain": "shop", "ManagedLoginVersion": "2"}
    settings = {"categories": {"form": {"displayGraphics": True}}}
    style = {"UserPoolId": REF, "ClientId": {"Ref": "App"}, "ReturnMergedResources": True}
    template = {
        **POOL,
        "App": ("UserPoolClient", {"UserPoolId": REF, **CODE}),
        "Domain": ("UserPoolDomain", domain),
        "Style": ("ManagedLoginBranding", {**style, "Settings": settings}),
    }
    told = {
        "Pool": REF,
        "App": {"Ref": "App"},
        "Domain": {"Ref": "Domain"},
        "Style": {"Ref": "Style"},
        "Id": {"Fn::GetAtt": ["Style", "ManagedLoginBrandingId"]},
    }
    cloudformation.create_stack(StackName="s", TemplateBody=stack(template, **told))
    made = outputs(cloudformation)
    assert (made["Domain"], made["Style"]) == ("shop", f"{made['Pool']}|{made['Id']}")
    named = {"UserPoolId": made["Pool"], "ManagedLoginBrandingId": made["Id"]}
    shown = cognito.describe_managed_login_branding(**named)["ManagedLoginBranding"]
    assert shown["Settings"] == settings
    own = {**style, "UseCognitoProvidedValues": True}
    changed = {
        **template,
        "Domain": ("UserPoolDomain", {**domain, "ManagedLoginVersion": "1"}),
        "Style": ("ManagedLoginBranding", own),
    }
    cloudformation.update_stack(StackName="s", TemplateBody=stack(changed, **told))
    assert outputs(cloudformation) == made
    shown = cognito.describe_managed_login_branding(**named)["ManagedLoginBranding"]
    assert shown["UseCognitoProvidedValues"]
    described = cognito.describe_user_pool_domain(Domain="shop")["DomainDescription"]
    assert described["ManagedLoginVersion"] == 1


def test_stack_is_deleted_with_its_domain(clients: tuple[Any, Any]) -> None:
    """The domain goes before its pool; one that is gone already is no obstacle."""
    cloudformation, cognito = clients
    template = {**POOL, "Domain": ("UserPoolDomain", {"UserPoolId": REF, "Domain": "shop"})}
    for gone in (False, True):
        cloudformation.create_stack(StackName="s", TemplateBody=stack(template, Pool=REF))
        pool_id = outputs(cloudformation)["Pool"]
        if gone:
            cognito.delete_user_pool_domain(UserPoolId=pool_id, Domain="shop")
        cloudformation.delete_stack(StackName="s")
        assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []
        assert cognito.describe_user_pool_domain(Domain="shop")["DomainDescription"] == {}


def test_domain_of_another_name_replaces_the_first(clients: tuple[Any, Any]) -> None:
    """CloudFormation creates before it deletes, so Cognito refuses a second prefix.

    That is how it went: https://github.com/aws/aws-cdk/issues/10062
    """
    cloudformation, _ = clients
    first, second = (
        stack({**POOL, "Domain": ("UserPoolDomain", {"UserPoolId": REF, "Domain": name})})
        for name in ("shop", "store")
    )
    cloudformation.create_stack(StackName="s", TemplateBody=first)
    assert "User pool already has a domain configured." in refusal(
        cloudformation.update_stack, StackName="s", TemplateBody=second
    )


def test_app_client_waits_for_its_identity_provider(clients: tuple[Any, Any]) -> None:
    """The provider is created first if the app client refers to it."""
    cloudformation, cognito = clients
    provider = {
        "UserPoolId": REF,
        "ProviderName": "Company",
        "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "a"},
    }
    app = {"UserPoolId": REF, **CODE, "SupportedIdentityProviders": [{"Ref": "Provider"}]}
    template = {
        "App": ("UserPoolClient", app),
        **POOL,
        "Provider": ("UserPoolIdentityProvider", provider),
    }
    told = {"Pool": REF, "App": {"Ref": "App"}}
    cloudformation.create_stack(StackName="s", TemplateBody=stack(template, **told))
    made = outputs(cloudformation)
    named = {"UserPoolId": made["Pool"], "ClientId": made["App"]}
    shown = cognito.describe_user_pool_client(**named)["UserPoolClient"]
    assert shown["SupportedIdentityProviders"] == ["Company"]
    assert shown["AllowedOAuthFlowsUserPoolClient"] is True
    details = {**provider, "ProviderDetails": {"client_id": "b"}}
    changed = {**template, "Provider": ("UserPoolIdentityProvider", details)}
    cloudformation.update_stack(StackName="s", TemplateBody=stack(changed, **told))
    found = cognito.describe_identity_provider(UserPoolId=made["Pool"], ProviderName="Company")[
        "IdentityProvider"
    ]
    assert found["ProviderDetails"] == {"client_id": "b"}
    cloudformation.update_stack(StackName="s", TemplateBody=stack(POOL, Pool=REF))
    listed = cognito.list_identity_providers(UserPoolId=made["Pool"], MaxResults=10)
    assert listed["Providers"] == []
    cloudformation.delete_stack(StackName="s")


def test_wrong_oauth_setting_fails_the_stack(clients: tuple[Any, Any]) -> None:
    """The text of Cognito is in the error."""
    cloudformation, _ = clients
    app = {"UserPoolId": REF, **CODE, "CallbackURLs": ["http://shop.example.com"]}
    body = stack({**POOL, "App": ("UserPoolClient", app)})
    assert "http://shop.example.com cannot use the HTTP protocol." in refusal(
        cloudformation.create_stack, StackName="s", TemplateBody=body
    )
