"""Domains, resource servers and branding are read from every source, and settings of OAuth too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness import ManagedLogin
from harness.errors import ConfigurationError
from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.sources import load
from harness.pools.sources.snapshot import render
from harness.pools.spec.conversion import spec_of
from tests.pools.sources.files import template, written

POOL_ID = "eu-central-1_AbCdEf123"
OAUTH = {
    "allowed_oauth_flows": ["code"],
    "allowed_oauth_flows_user_pool_client": True,
    "allowed_oauth_scopes": ["openid", "api/read"],
    "callback_urls": ["https://shop.example.com/in"],
    "logout_urls": ["https://shop.example.com/"],
}
LOGIN = ManagedLogin(
    callback_urls=("https://shop.example.com/in",),
    logout_urls=("https://shop.example.com/",),
    scopes=("api/read", "openid"),
    version=2,
)
CLIENT = """\
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AllowedOAuthFlows: [code]
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthScopes: [openid, api/read]
      CallbackURLs: ['https://shop.example.com/in']
      LogoutURLs: ['https://shop.example.com/']
"""
DOMAIN = """\
  Domain:
    Type: AWS::Cognito::UserPoolDomain
    Properties: {UserPoolId: !Ref Pool, Domain: shop, ManagedLoginVersion: '2'}
"""
SERVER = """\
  Api:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties:
      UserPoolId: !Ref Pool
      Identifier: api
      Name: The API
      Scopes: [{ScopeName: read, ScopeDescription: Reads}]
"""
STYLE = """\
  Style:
    Type: AWS::Cognito::ManagedLoginBranding
    Properties: {UserPoolId: !Ref Pool, ClientId: !Ref Web, UseCognitoProvidedValues: true}
"""


def members(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """Return the members of parts."""
    return [dict(part.members) for part in parts]


def require_shop(found: PoolConfiguration) -> None:
    """Check that a configuration is that of the shop, with the client ``web`` or ``Web``."""
    assert members(found.domains) == [{"Domain": "shop", "ManagedLoginVersion": 2}]
    (server,) = found.resource_servers
    assert server.value("Identifier") == "api"
    assert server.value("Scopes")[0]["ScopeName"] == "read"
    spec = spec_of(found)
    assert spec.managed_login == LOGIN
    assert spec.resource_servers[0].full_scopes == ("api/read",)


def test_a_template(tmp_path: Path) -> None:
    """The resources that name the pool are read, each with its line."""
    found = load(template(tmp_path, "UserPoolName: x", CLIENT + DOMAIN + SERVER + STYLE))
    require_shop(found)
    assert members(found.branding) == [{"ClientId": "Web"}]
    (domain,) = found.domains
    place, whole = domain.place("Domain"), domain.place("")
    assert place is not None
    assert place.path == "Resources.Domain.Properties.Domain"
    assert whole is not None
    assert whole.line is not None


def test_a_template_without_managed_login(tmp_path: Path) -> None:
    """An app client with OAuth is nothing without a domain, and a domain nothing without it."""
    alone = load(template(tmp_path, "UserPoolName: x", CLIENT))
    assert spec_of(alone).managed_login is None
    # The scopes of the app client tell the resource server.
    assert spec_of(alone).resource_servers[0].full_scopes == ("api/read",)
    off = CLIENT.replace("UserPoolClient: true", "UserPoolClient: false")
    assert spec_of(load(template(tmp_path, "UserPoolName: x", off + DOMAIN))).managed_login is None


def test_what_belongs_to_another_pool_is_not_read(tmp_path: Path) -> None:
    """A domain, a resource server and a style of a pool elsewhere are not those of this pool."""
    elsewhere = (DOMAIN + SERVER + STYLE).replace("!Ref Pool", POOL_ID)
    found = load(template(tmp_path, "UserPoolName: x", CLIENT + elsewhere))
    assert found.beside == ()


def test_a_mistake_makes_a_part_unknown(tmp_path: Path) -> None:
    """The pool is read all the same, and nothing wrong counts as known."""
    wrong = DOMAIN.replace("'2'", "new") + SERVER.replace("Scopes: [{", "Scopes: {x: [{").replace(
        "Reads}]", "Reads}]}"
    )
    found = load(template(tmp_path, "UserPoolName: x", CLIENT + wrong))
    for part in found.beside:
        assert set(map(type, part.members.values())) == {Unknown}


@pytest.mark.parametrize(
    "client", ["!GetAtt Web.ClientId", "{Ref: Web}", "{Fn::GetAtt: [Web, ClientId]}"]
)
def test_the_app_client_of_a_style(tmp_path: Path, client: str) -> None:
    """The app client of a style is known however it is referred to."""
    style = STYLE.replace("!Ref Web", client)
    found = load(template(tmp_path, "UserPoolName: x", CLIENT + DOMAIN + style))
    assert members(found.branding) == [{"ClientId": "Web"}]


def test_the_app_client_of_a_style_can_be_unknown(tmp_path: Path) -> None:
    """An id in a parameter may be that of any app client."""
    style = STYLE.replace("!Ref Web", "!Ref Other") + "Parameters: {Other: {Type: String}}\n"
    (found,) = load(template(tmp_path, "UserPoolName: x", CLIENT + DOMAIN + style)).branding
    assert isinstance(found.value("ClientId"), Unknown)


def test_a_domain_on_a_condition(tmp_path: Path) -> None:
    """A domain that may not be made has the condition, and one that is not made is none."""
    conditional = DOMAIN.replace("    Properties", "    Condition: HasLogin\n    Properties")
    given = "Conditions: {HasLogin: !Equals [!Ref Login, 'yes']}\nParameters: {Login: {Type: String"
    maybe = load(template(tmp_path, "UserPoolName: x", CLIENT + conditional + f"{given}}}}}\n"))
    assert maybe.domains[0].condition == Unknown("Condition HasLogin")
    off = template(
        tmp_path, "UserPoolName: x", CLIENT + conditional + f"{given}, Default: 'no'}}}}\n"
    )
    assert load(off).domains == ()


def resources() -> list[tuple[str, dict[str, Any]]]:
    """Return the resources of the shop, as Terraform has them."""
    login = {"domain": "shop", "managed_login_version": 2, "certificate_arn": None}
    server = {
        "identifier": "api",
        "name": "The API",
        "scope": [{"scope_name": "read", "scope_description": "Reads"}],
    }
    return [
        ("aws_cognito_user_pool", {"name": "x", "id": POOL_ID, "domain": "shop"}),
        (
            "aws_cognito_user_pool_client",
            {"name": "web", "id": "abc", "user_pool_id": POOL_ID, **OAUTH},
        ),
        ("aws_cognito_user_pool_domain", {"user_pool_id": POOL_ID, **login}),
        ("aws_cognito_resource_server", {"user_pool_id": POOL_ID, **server}),
        (
            "aws_cognito_managed_login_branding",
            {"user_pool_id": POOL_ID, "client_id": "abc", "use_cognito_provided_values": True},
        ),
    ]


@pytest.mark.parametrize("key", ["planned_values", "values"])
def test_terraform(tmp_path: Path, key: str) -> None:
    """A plan of a pool that exists, and a state, have the ids."""
    listed = [
        {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x", "values": values}
        for kind, values in resources()
    ]
    shown = {"format_version": "1.2", key: {"root_module": {"resources": listed}}}
    found = load(written(tmp_path, shown))
    require_shop(found)
    assert members(found.branding) == [{"ClientId": "aws_cognito_user_pool_client.x"}]


def test_terraform_plan_of_a_new_pool(tmp_path: Path) -> None:
    """A plan that has yet to make everything has only the names that the expressions mention."""
    ids = ("id", "user_pool_id", "client_id")
    listed: list[dict[str, Any]] = []
    changes, configured = [], []
    for kind, values in resources():
        known = {name: value for name, value in values.items() if name not in ids}
        address = f"{kind}.x"
        listed.append({"address": address, "mode": "managed", "type": kind, "name": "x"})
        listed[-1]["values"] = known
        unknown = {name: True for name in ids if name in values}
        changes.append({"address": address, "type": kind, "change": {"after_unknown": unknown}})
        expressions = {
            "user_pool_id": {"references": ["aws_cognito_user_pool.x.id"]},
            "client_id": {"references": ["aws_cognito_user_pool_client.x.id"]},
            **{name: {} for name in known},
        }
        configured.append({"address": address, "expressions": expressions})
    shown = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": listed}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }
    found = load(written(tmp_path, shown))
    require_shop(found)
    assert members(found.branding) == [{"ClientId": "aws_cognito_user_pool_client.x"}]


def test_raw_terraform_state(tmp_path: Path) -> None:
    """A raw state has the same resources."""
    listed = [
        {"mode": "managed", "type": kind, "name": "x", "instances": [{"attributes": values}]}
        for kind, values in resources()
    ]
    found = load(written(tmp_path, {"version": 4, "lineage": "x", "resources": listed}))
    require_shop(found)
    assert members(found.branding) == [{"ClientId": "aws_cognito_user_pool_client.x"}]


def test_pulumi(tmp_path: Path) -> None:
    """A stack of Pulumi has the arguments in camel case, some of them in the plural."""
    types = {
        "aws_cognito_user_pool": "aws:cognito/userPool:UserPool",
        "aws_cognito_user_pool_client": "aws:cognito/userPoolClient:UserPoolClient",
        "aws_cognito_user_pool_domain": "aws:cognito/userPoolDomain:UserPoolDomain",
        "aws_cognito_resource_server": "aws:cognito/resourceServer:ResourceServer",
        "aws_cognito_managed_login_branding": (
            "aws:cognito/managedLoginBranding:ManagedLoginBranding"
        ),
    }
    listed = [
        {
            "urn": f"urn:pulumi:dev::x::{types[kind]}::x",
            "type": types[kind],
            "id": values.get("id", "x"),
            "outputs": camel(
                {"scopes" if name == "scope" else name: value for name, value in values.items()}
            ),
        }
        for kind, values in resources()
    ]
    found = load(written(tmp_path, {"version": 3, "deployment": {"resources": listed}}))
    require_shop(found)
    assert members(found.branding) == [{"ClientId": "x"}]


def camel(value: Any) -> Any:
    """Return a value with its keys in camel case."""
    if isinstance(value, dict):
        return {camel_name(key): camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def camel_name(name: str) -> str:
    """Return a name of Terraform as Pulumi writes it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def answers() -> dict[str, Any]:
    """Return what the AWS CLI prints about the shop."""
    client = {
        "UserPoolId": POOL_ID,
        "ClientId": "abc",
        "ClientName": "web",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthScopes": ["openid", "api/read"],
        "CallbackURLs": ["https://shop.example.com/in"],
        "LogoutURLs": ["https://shop.example.com/"],
    }
    domain = {
        "UserPoolId": POOL_ID,
        "AWSAccountId": "123456789012",
        "Domain": "shop",
        "S3Bucket": "x",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 2,
    }
    server = {
        "UserPoolId": POOL_ID,
        "Identifier": "api",
        "Name": "The API",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "Reads"}],
    }
    return {
        "pool.json": {"UserPool": {"Id": POOL_ID, "Name": "x", "Domain": "shop"}},
        "client.json": {"UserPoolClient": client},
        "domain.json": {"DomainDescription": domain},
        "servers.json": {"ResourceServers": [server]},
    }


def test_output_of_the_aws_cli(tmp_path: Path) -> None:
    """A folder has what each command prints, and what none tells is unknown."""
    for name, value in answers().items():
        written(tmp_path, value, name)
    written(tmp_path, {"MfaConfiguration": "OFF"}, "mfa.json")
    found = load(tmp_path)
    require_shop(found)
    assert set(found.not_shown) == {"branding"}


def test_output_of_one_command(tmp_path: Path) -> None:
    """describe-user-pool alone shows the name of the domain, and says how to learn the rest."""
    found = load(written(tmp_path, answers()["pool.json"]))
    (domain,) = found.domains
    assert domain.value("Domain") == "shop"
    said = domain.value("ManagedLoginVersion")
    assert said == Unknown("aws cognito-idp describe-user-pool-domain tells it")
    assert found.not_shown["resource_server"] == Unknown(
        "aws cognito-idp list-resource-servers tells them"
    )


def test_a_snapshot_keeps_everything(tmp_path: Path) -> None:
    """A snapshot that is read again does not differ from what it was made of."""
    before = load(template(tmp_path, "UserPoolName: x", CLIENT + DOMAIN + SERVER + STYLE))
    path = tmp_path / "snapshot.json"
    path.write_text(render(before), encoding="utf-8")
    after = load(path)
    require_shop(after)
    assert members(after.branding) == [{"ClientId": "Web"}]
    assert drift(before, after).differences == ()
    assert render(after) == render(before)


def test_a_snapshot_says_what_it_does_not_have(tmp_path: Path) -> None:
    """What could not be read stays unknown, and an older snapshot has none of it."""
    shown = load(written(tmp_path, answers()["pool.json"]))
    path = tmp_path / "snapshot.json"
    path.write_text(render(shown), encoding="utf-8")
    assert load(path).not_shown == shown.not_shown
    older = load(written(tmp_path, {"CognitoHarnessSnapshot": 1, "Name": "x"}))
    assert set(older.not_shown) == {"domain", "resource_server", "branding"}
    full = load(template(tmp_path, "UserPoolName: x", DOMAIN + SERVER))
    assert drift(older, full).found == []
    assert len(drift(older, full).unknown) == 2


@pytest.mark.parametrize("member", ["UserPoolDomains", "ResourceServers", "ManagedLoginBranding"])
def test_a_snapshot_of_another_form_is_refused(tmp_path: Path, member: str) -> None:
    """A mistake in a snapshot has its member."""
    snapshot = {"CognitoHarnessSnapshot": 1, "Name": "x", member: ["x"]}
    with pytest.raises(ConfigurationError, match=f"{member}: cannot use"):
        load(written(tmp_path, snapshot))
