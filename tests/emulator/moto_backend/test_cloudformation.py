"""Stacks of moto's CloudFormation whose Cognito resources the emulator creates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer

pytest.importorskip("openapi_spec_validator", reason="the extra cloudformation is not installed")

STACK = Path(__file__).parents[3] / "stack" / "cognito-mfa-pool.yaml"


def client(service: str, endpoint_url: str | None = None) -> Any:
    """Return a client with dummy credentials."""
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def clients() -> Iterator[tuple[Any, Any]]:
    """CloudFormation and Cognito of one emulator."""
    with Emulator():
        yield client("cloudformation"), client("cognito-idp")


def stack(resources: dict[str, Any], **outputs: Any) -> str:
    """Return a template with these resources; types are given without their prefix."""
    found = {
        name: {"Type": f"AWS::Cognito::{kind}", "Properties": properties}
        for name, (kind, properties) in resources.items()
    }
    told = {name: {"Value": value} for name, value in outputs.items()}
    return json.dumps({"Resources": found, "Outputs": told})


def outputs(cloudformation: Any, name: str = "s") -> dict[str, str]:
    """Return the outputs of a stack."""
    described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", ())}


def refusal(call: Any, **members: Any) -> str:
    """Return the reason why CloudFormation refuses a call."""
    with pytest.raises(ClientError) as refused:
        call(**members)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    return str(refused.value.response["Error"]["Message"])


POOL = {"Pool": ("UserPool", {"UserPoolName": "stacked"})}
REF = {"Ref": "Pool"}


class TestStackTemplate:
    """The template in `stack/`."""

    def test_template_creates_its_pool(self, clients: tuple[Any, Any]) -> None:
        """The stack's pool has TOTP as its only and mandatory factor, and tracked devices."""
        cloudformation, cognito = clients
        cloudformation.create_stack(StackName="s", TemplateBody=STACK.read_text(encoding="utf-8"))
        made = outputs(cloudformation)
        pool = cognito.describe_user_pool(UserPoolId=made["UserPoolId"])["UserPool"]
        assert pool["Name"] == "cognito-mfa-pool"
        assert pool["MfaConfiguration"] == "ON"
        assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
        assert pool["DeviceConfiguration"] == {
            "ChallengeRequiredOnNewDevice": True,
            "DeviceOnlyRememberedOnUserPrompt": False,
        }
        (email,) = (one for one in pool["SchemaAttributes"] if one["Name"] == "email")
        assert email["Required"]
        assert not email["Mutable"]
        mfa = cognito.get_user_pool_mfa_config(UserPoolId=made["UserPoolId"])
        assert mfa["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
        assert "SmsMfaConfiguration" not in mfa
        client = cognito.describe_user_pool_client(
            UserPoolId=made["UserPoolId"], ClientId=made["ClientId"]
        )["UserPoolClient"]
        assert "ClientSecret" not in client
        assert set(client["ExplicitAuthFlows"]) == {
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
        }

    def test_deleting_the_stack_deletes_the_pool(self, clients: tuple[Any, Any]) -> None:
        """Deleting the stack succeeds even if the pool was deleted before."""
        cloudformation, cognito = clients
        for beforehand in (False, True):
            cloudformation.create_stack(
                StackName="s", TemplateBody=STACK.read_text(encoding="utf-8")
            )
            if beforehand:
                cognito.delete_user_pool(UserPoolId=outputs(cloudformation)["UserPoolId"])
            cloudformation.delete_stack(StackName="s")
            assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []

    def test_template_is_deployed_by_change_set_over_http(self) -> None:
        """The steps of `aws cloudformation deploy` work against a served emulator."""
        with EmulatorServer() as server:
            cloudformation = client("cloudformation", server.url)
            body = STACK.read_text(encoding="utf-8")
            for change, name in (("CREATE", "first"), ("UPDATE", "second")):
                asked = {
                    "StackName": "s",
                    "ChangeSetName": name,
                    "ChangeSetType": change,
                    "TemplateBody": body,
                    "Parameters": [{"ParameterKey": "UserPoolName", "ParameterValue": name}],
                }
                changes = cloudformation.create_change_set(**asked)["Id"]
                cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=changes)
                cloudformation.execute_change_set(ChangeSetName=changes)
                made = outputs(cloudformation)
                pool = server.emulator.engine.pools[made["UserPoolId"]]
                assert pool.name == name
                assert pool.mfa.mode == "ON"
                assert made["ClientId"] in pool.clients


class TestResources:
    """Create, update, delete, Ref and GetAtt of each type."""

    def test_ref_and_getatt_return_documented_values(self, clients: tuple[Any, Any]) -> None:
        """Ref and GetAtt return what CloudFormation documents."""
        cloudformation, cognito = clients
        body = stack(
            {
                **POOL,
                "App": ("UserPoolClient", {"UserPoolId": REF, "GenerateSecret": "true"}),
                "Group": ("UserPoolGroup", {"UserPoolId": REF, "GroupName": "staff"}),
                "User": ("UserPoolUser", {"UserPoolId": REF, "Username": "ada"}),
                "Domain": ("UserPoolDomain", {"UserPoolId": REF, "Domain": "sign-in"}),
            },
            Pool=REF,
            Arn={"Fn::GetAtt": ["Pool", "Arn"]},
            Provider={"Fn::GetAtt": ["Pool", "ProviderName"]},
            Url={"Fn::GetAtt": ["Pool", "ProviderURL"]},
            Id={"Fn::GetAtt": ["Pool", "UserPoolId"]},
            App={"Ref": "App"},
            Secret={"Fn::GetAtt": ["App", "ClientSecret"]},
            Name={"Fn::GetAtt": ["App", "Name"]},
            Group={"Ref": "Group"},
            User={"Ref": "User"},
            Domain={"Ref": "Domain"},
            Distribution={"Fn::GetAtt": ["Domain", "CloudFrontDistribution"]},
        )
        cloudformation.create_stack(StackName="s", TemplateBody=body)
        made = outputs(cloudformation)
        pool_id = made["Pool"]
        assert made["Id"] == pool_id
        assert made["Arn"].endswith(f":userpool/{pool_id}")
        assert made["Provider"] == f"cognito-idp.us-east-1.amazonaws.com/{pool_id}"
        assert made["Url"] == f"https://{made['Provider']}"
        app = cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=made["App"])
        assert app["UserPoolClient"]["ClientSecret"] == made["Secret"]
        assert app["UserPoolClient"]["ClientName"] == made["Name"]
        assert (made["Group"], made["User"], made["Domain"]) == ("staff", "ada", "sign-in")
        assert cognito.get_group(UserPoolId=pool_id, GroupName="staff")
        assert cognito.admin_get_user(UserPoolId=pool_id, Username="ada")
        described = cognito.describe_user_pool_domain(Domain="sign-in")["DomainDescription"]
        assert described["CloudFrontDistribution"] == made["Distribution"]

    def test_update_changes_creates_and_deletes_resources(self, clients: tuple[Any, Any]) -> None:
        """An update changes resources in place, deletes removed ones and creates new ones."""
        cloudformation, cognito = clients
        before = {
            **POOL,
            "App": ("UserPoolClient", {"UserPoolId": REF, "ClientName": "before"}),
            "Group": ("UserPoolGroup", {"UserPoolId": REF, "GroupName": "staff"}),
            "User": ("UserPoolUser", {"UserPoolId": REF, "Username": "ada"}),
        }
        told = {"Pool": REF, "App": {"Ref": "App"}}
        cloudformation.create_stack(StackName="s", TemplateBody=stack(before, **told))
        first = outputs(cloudformation)
        after = {
            "Pool": (
                "UserPool",
                {
                    "UserPoolName": "renamed",
                    "MfaConfiguration": "OPTIONAL",
                    "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
                    "Schema": [{"Name": "badge", "AttributeDataType": "String"}],
                },
            ),
            "App": ("UserPoolClient", {"UserPoolId": REF, "ClientName": "after"}),
            "Group": (
                "UserPoolGroup",
                {"UserPoolId": REF, "GroupName": "staff", "Precedence": "3"},
            ),
        }
        cloudformation.update_stack(StackName="s", TemplateBody=stack(after, **told))
        assert outputs(cloudformation) == first
        pool = cognito.describe_user_pool(UserPoolId=first["Pool"])["UserPool"]
        assert (pool["Name"], pool["MfaConfiguration"]) == ("renamed", "OPTIONAL")
        assert "custom:badge" in [one["Name"] for one in pool["SchemaAttributes"]]
        app = cognito.describe_user_pool_client(UserPoolId=first["Pool"], ClientId=first["App"])
        assert app["UserPoolClient"]["ClientName"] == "after"
        group = cognito.get_group(UserPoolId=first["Pool"], GroupName="staff")["Group"]
        assert group["Precedence"] == 3
        assert cognito.list_users(UserPoolId=first["Pool"])["Users"] == []

    def test_immutable_property_replaces_the_resource(self, clients: tuple[Any, Any]) -> None:
        """An app client that gets a secret is replaced by a new client."""
        cloudformation, cognito = clients
        made: list[dict[str, str]] = []
        for secret in (False, True):
            app = {"UserPoolId": REF, "GenerateSecret": secret}
            body = stack({**POOL, "App": ("UserPoolClient", app)}, Pool=REF, App={"Ref": "App"})
            verb = cloudformation.update_stack if made else cloudformation.create_stack
            verb(StackName="s", TemplateBody=body)
            made.append(outputs(cloudformation))
        assert made[0]["App"] != made[1]["App"]
        listed = cognito.list_user_pool_clients(UserPoolId=made[0]["Pool"])["UserPoolClients"]
        assert [one["ClientId"] for one in listed] == [made[1]["App"]]


class TestResourceServers:
    """Resource servers, and app clients with their scopes."""

    def test_scopes_of_the_stack_can_be_used(self, clients: tuple[Any, Any]) -> None:
        """The client waits for the resource server; an update changes the scopes."""
        cloudformation, cognito = clients
        scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
        server = {"UserPoolId": REF, "Identifier": "api", "Name": "API", "Scopes": scopes}
        joined = {"Fn::Join": ["/", [{"Ref": "Server"}, "read"]]}
        app = {"UserPoolId": REF, "ClientName": "web", "AllowedOAuthScopes": [joined]}
        template = {
            **POOL,
            "Server": ("UserPoolResourceServer", server),
            "App": ("UserPoolClient", app),
        }
        cloudformation.create_stack(
            StackName="s", TemplateBody=stack(template, Pool=REF, App={"Ref": "App"})
        )
        made = outputs(cloudformation)
        described = cognito.describe_user_pool_client(UserPoolId=made["Pool"], ClientId=made["App"])
        assert described["UserPoolClient"]["AllowedOAuthScopes"] == ["api/read"]
        more = {**server, "Scopes": [*scopes, {"ScopeName": "write", "ScopeDescription": "Write"}]}
        changed = {**template, "Server": ("UserPoolResourceServer", more)}
        cloudformation.update_stack(StackName="s", TemplateBody=stack(changed, Pool=REF))
        (shown,) = cognito.list_resource_servers(UserPoolId=made["Pool"])["ResourceServers"]
        assert [scope["ScopeName"] for scope in shown["Scopes"]] == ["read", "write"]
        cloudformation.update_stack(StackName="s", TemplateBody=stack(POOL, Pool=REF))
        assert cognito.list_resource_servers(UserPoolId=made["Pool"])["ResourceServers"] == []


class TestRefusals:
    """Resources and updates that CloudFormation or Cognito refuses."""

    @pytest.mark.parametrize(
        ("kind", "properties", "text"),
        [
            ("UserPool", {"PoolName": "a"}, "#: extraneous key [PoolName] is not permitted"),
            (
                "UserPool",
                {"Policies": {"PasswordPolicy": {"MinLength": 8}}},
                "#/Policies/PasswordPolicy: extraneous key [MinLength] is not permitted",
            ),
            (
                "UserPool",
                {"Schema": [{"Nam": "email"}]},
                "#/Schema/0: extraneous key [Nam] is not permitted",
            ),
            ("UserPool", {"EnabledMfas": ["TOTP"]}, "TOTP is not a valid enum value"),
            ("UserPool", {"MfaConfiguration": "MUST"}, "'mfaConfiguration' failed to satisfy"),
            (
                "UserPool",
                {"MfaConfiguration": "ON"},
                "SMS MFA, Email MFA, or Software Token MFA must be enabled",
            ),
            (
                "UserPoolClient",
                {"UserPoolId": "us-east-1_Missing01"},
                "User pool us-east-1_Missing01 does not exist",
            ),
            ("UserPoolUser", {"TemporaryPassword": "x"}, "extraneous key [TemporaryPassword]"),
        ],
    )
    def test_invalid_resource_is_refused_and_rolled_back(
        self, clients: tuple[Any, Any], kind: str, properties: dict[str, Any], text: str
    ) -> None:
        """The error names the problem, and nothing of the stack remains."""
        cloudformation, cognito = clients
        body = stack({"Wrong": (kind, properties)})
        said = refusal(cloudformation.create_stack, StackName="s", TemplateBody=body)
        assert text in said
        assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []

    @pytest.mark.parametrize(
        ("before", "after", "text"),
        [
            (
                {},
                {"UsernameAttributes": ["email"]},
                "Updates are not allowed for property - UsernameAttributes.",
            ),
            (
                {"UsernameConfiguration": {"CaseSensitive": True}},
                {"UsernameConfiguration": {"CaseSensitive": False}},
                "Updates are not allowed for property - UsernameConfiguration.",
            ),
            (
                {"Schema": [{"Name": "email", "Required": True}]},
                {"Schema": []},
                "Existing schema attributes cannot be modified or deleted.",
            ),
        ],
    )
    def test_update_of_immutable_property_is_refused(
        self, clients: tuple[Any, Any], before: Any, after: Any, text: str
    ) -> None:
        """An update cannot change what Cognito fixes at creation."""
        cloudformation, _ = clients
        body = stack({"Pool": ("UserPool", before)})
        cloudformation.create_stack(StackName="s", TemplateBody=body)
        body = stack({"Pool": ("UserPool", after)})
        assert text in refusal(cloudformation.update_stack, StackName="s", TemplateBody=body)

    def test_unknown_getatt_attribute_is_refused(self, clients: tuple[Any, Any]) -> None:
        """GetAtt of an attribute that the type does not have is refused."""
        cloudformation, _ = clients
        body = stack(POOL, Wrong={"Fn::GetAtt": ["Pool", "Name"]})
        said = refusal(cloudformation.create_stack, StackName="s", TemplateBody=body)
        assert "does not support attribute type Name" in said


def test_types_are_registered_only_while_installed() -> None:
    """moto knows the resource types only while an emulator is installed."""
    from moto.cloudformation.parsing import get_model_map

    for _ in range(2):
        with Emulator():
            assert "AWS::Cognito::UserPool" in get_model_map()
        assert "AWS::Cognito::UserPool" not in get_model_map()
    with mock_aws():
        cloudformation = client("cloudformation")
        with pytest.warns(UserWarning, match="not supported by moto"):
            cloudformation.create_stack(StackName="s", TemplateBody=stack(POOL))
