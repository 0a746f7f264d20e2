"""Domains, styles, OAuth settings and identity providers of a seed document."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.seeds import apply_seed, export_seed
from harness.emulator.seeds.refused import SeedRefused
from tests.emulator.seeds.documents import POOL_ID, shop
from tests.emulator.seeds.test_made_pools import seeded

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0"
PAGES: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["http://localhost:3000/callback"],
}
MACHINE: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["api/read"],
}
SCOPES = [{"ScopeName": "read", "ScopeDescription": "Read"}]


def document(*clients: dict[str, Any], **configuration: Any) -> dict[str, Any]:
    """Return the document of a shop with members of its configuration, and these app clients."""
    found = shop()
    pool = found["pools"][0]
    pool["configuration"].update(configuration)
    pool["clients"] += clients
    return found


def describe(engine: Engine, name: str) -> dict[str, Any]:
    """Return the description of a domain."""
    found = engine.call("DescribeUserPoolDomain", {"Domain": name})
    return dict(found["DomainDescription"])


def exported(engine: Engine, *, secrets: bool = True) -> dict[str, Any]:
    """Return the exported document."""
    return export_seed(engine, secrets=secrets).document


def changed_pool(engine: Engine) -> dict[str, Any]:
    """Return the exported pool, written out: another attribute makes it differ from the file."""
    squad = {"Name": "squad", "AttributeDataType": "String"}
    engine.call("AddCustomAttributes", {"UserPoolId": POOL_ID, "CustomAttributes": [squad]})
    pool: dict[str, Any] = exported(engine)["pools"][0]
    return pool


def test_names_alone_make_domains() -> None:
    """A prefix and a custom domain need no more; an export has them as the file has."""
    names = {"Domain": "shop", "CustomDomain": "auth.example.com"}
    engine = seeded(document(**names))
    assert describe(engine, "shop")["ManagedLoginVersion"] == 1
    assert describe(engine, "auth.example.com")["UserPoolId"] == POOL_ID
    assert names.items() <= changed_pool(engine)["configuration"].items()


def test_domains_have_the_members_of_the_request() -> None:
    """The version and the certificate are as the document says, and in an export too."""
    domains = {
        "shop": {"Domain": "shop", "ManagedLoginVersion": 2},
        "auth.example.com": {
            "Domain": "auth.example.com",
            "ManagedLoginVersion": 1,
            "CustomDomainConfig": {"CertificateArn": CERTIFICATE},
        },
    }
    engine = seeded(document(UserPoolDomains=domains))
    assert describe(engine, "shop")["ManagedLoginVersion"] == 2
    shown = describe(engine, "auth.example.com")
    assert shown["CustomDomainConfig"] == {"CertificateArn": CERTIFICATE}
    assert changed_pool(engine)["configuration"]["UserPoolDomains"] == domains


def test_certificate_may_be_left_out() -> None:
    """A template may not know it, and nothing here reads it."""
    domains = {"auth.example.com": {"CustomDomainConfig": {"SecurityPolicy": "TLS_V1"}}}
    shown = describe(seeded(document(UserPoolDomains=domains)), "auth.example.com")
    assert shown["CustomDomainConfig"]["SecurityPolicy"] == "TLS_V1"
    assert ":us-east-1:" in shown["CustomDomainConfig"]["CertificateArn"]


def test_snapshot_has_resource_servers_by_their_identifiers() -> None:
    """So it can be pasted into a file, which has a list of them otherwise."""
    server = {"Identifier": "api", "Name": "API", "Scopes": SCOPES}
    found = [
        seeded(document(ResourceServers=servers)).pools[POOL_ID].resource_servers
        for servers in ([server], {"api": server})
    ]
    assert found[0] == found[1] == {"api": {"Name": "API", "Scopes": SCOPES}}


def test_style_is_there_and_exported() -> None:
    """Its id follows from the file; one that was changed is as it is now."""
    client = {"name": "pages", "settings": PAGES}
    given = document(client, ManagedLoginBranding={"pages": {"ClientId": "pages"}})
    engine = seeded(given)
    (style,) = engine.pools[POOL_ID].branded_clients.values()
    assert style.provided
    assert [style] == list(seeded(given).pools[POOL_ID].branded_clients.values())
    named = {"UserPoolId": POOL_ID, "ManagedLoginBrandingId": style.branding_id}
    engine.call("UpdateManagedLoginBranding", {**named, "Settings": {"a": 1}})
    styles = exported(engine)["pools"][0]["configuration"]["ManagedLoginBranding"]
    assert styles == {"pages": {"Settings": {"a": 1}}}
    again = seeded(exported(engine))
    shown = again.call("DescribeManagedLoginBranding", named)["ManagedLoginBranding"]
    assert shown["Settings"] == {"a": 1}


def test_style_of_no_app_client_is_refused() -> None:
    """The names are those of the file."""
    styles = document(ManagedLoginBranding={"pages": {}})
    with pytest.raises(SeedRefused, match=r"ManagedLoginBranding\.pages.*no app client") as caught:
        apply_seed(Engine(), {"document": styles})
    assert "web" in str(caught.value)


def test_changed_domain_is_exported() -> None:
    """A domain that was made later is in the export, and in a pool that is made from it."""
    engine = seeded()
    named = {"UserPoolId": POOL_ID, "Domain": "store", "ManagedLoginVersion": 2}
    engine.call("CreateUserPoolDomain", named)
    again = seeded(exported(engine))
    assert describe(again, "store") == describe(engine, "store")


@pytest.mark.parametrize(
    ("entry", "place", "reason"),
    [
        ({"Domain": "my-aws"}, "Domain", "reserved word: aws"),
        ({"CustomDomain": "example.com"}, "CustomDomain", "not a valid subdomain"),
        ({"UserPoolDomains": {"a": {"Colour": 1}}}, "UserPoolDomains.a.Colour", "Colour"),
        (
            {"Domain": "b", "UserPoolDomains": {"a": {}}},
            "Domain",
            "already has a domain configured",
        ),
    ],
)
def test_wrong_domain_is_refused_with_its_place(
    entry: dict[str, Any], place: str, reason: str
) -> None:
    """As Cognito would refuse it, and nothing is made."""
    engine = Engine()
    with pytest.raises(SeedRefused, match=r"pools\[0\]\.configuration") as caught:
        apply_seed(engine, {"document": document(**entry)})
    assert f"configuration.{place}" in str(caught.value)
    assert reason in str(caught.value)
    assert not engine.pools


def test_domain_of_a_pool_that_stays_is_refused() -> None:
    """One name is one pool's, also if the other one is not of the seed; its own it may keep."""
    engine = Engine()
    other = engine.call("CreateUserPool", {"PoolName": "other"})["UserPool"]["Id"]
    engine.call("CreateUserPoolDomain", {"UserPoolId": other, "Domain": "shop"})
    found = {"document": document(Domain="shop")}
    with pytest.raises(SeedRefused, match=f"user pool {other}, which stays, has this domain"):
        apply_seed(engine, found)
    engine.call("DeleteUserPoolDomain", {"UserPoolId": other, "Domain": "shop"})
    apply_seed(engine, found)
    apply_seed(engine, found)
    assert describe(engine, "shop")["UserPoolId"] == POOL_ID


@pytest.mark.fact("H011")
@pytest.mark.parametrize(
    "secret",
    [{"secret": "a" * 24}, {"added_secrets": ["b" * 24]}, {"settings": {"GenerateSecret": True}}],
)
def test_machine_needs_one_of_the_secrets(secret: dict[str, Any]) -> None:
    """A pinned, an added or a generated one; without any it is refused as by Cognito."""
    server = {"Identifier": "api", "Name": "api", "Scopes": SCOPES}
    settings = {**MACHINE, **secret.get("settings", {})}
    client = {"name": "m2m", **secret, "settings": settings}
    engine = seeded(document(client, ResourceServers=[server]))
    assert any(each.is_confidential for each in engine.pools[POOL_ID].clients.values())
    bare = document({"name": "m2m", "settings": MACHINE}, ResourceServers=[server])
    with pytest.raises(SeedRefused, match="does not have a client secret"):
        apply_seed(Engine(), {"document": bare})
    seeded(exported(engine, secrets=False))


@pytest.mark.fact("H018")
def test_identity_providers_of_app_clients_are_believed() -> None:
    """A seed has none of its own, and the pool that it describes has them."""
    providers = ["COGNITO", "Google"]
    client = {"name": "pages", "settings": {**PAGES, "SupportedIdentityProviders": providers}}
    engine = seeded(document(client))
    assert engine.pools[POOL_ID].identity_providers == ["Google"]
    request = {"UserPoolId": POOL_ID, "ClientName": "other"}
    assert engine.call(
        "CreateUserPoolClient", {**request, "SupportedIdentityProviders": ["Google"]}
    )
    with pytest.raises(Refusal, match="The provider Facebook does not exist"):
        engine.call("CreateUserPoolClient", {**request, "SupportedIdentityProviders": ["Facebook"]})
    (note,) = export_seed(engine, secrets=True).notes
    assert "identity providers are not part of a seed file" in note
