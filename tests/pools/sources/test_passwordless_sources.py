"""First factors and passkeys of a pool are read from every format, kept, and compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.deciding import unknown_deciders
from harness.pools.configuration.defaults import completed
from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import load
from harness.pools.sources.snapshot import render
from harness.pools.spec.conversion import spec_of
from tests.pools.sources.assemblies import assembly, client, pool, stack, template
from tests.pools.sources.files import written

MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
FACTORS = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]
PASSKEYS = {
    "RelyingPartyId": "auth.example.com",
    "UserVerification": "required",
    "FactorConfiguration": MULTI_FACTOR,
}
#: The properties of a pool, as CloudFormation has them, and what the CDK and Amplify of generation
#: 2 synthesize for signInPolicy, passkeyRelyingPartyId and loginWith.
PROPERTIES: dict[str, Any] = {
    "UserPoolName": "readers",
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": FACTORS}},
    "WebAuthnRelyingPartyID": "auth.example.com",
    "WebAuthnUserVerification": "required",
    "WebAuthnFactorConfiguration": MULTI_FACTOR,
}
FLOWS = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}
RESOURCES: dict[str, Any] = {
    "Pool": pool(**PROPERTIES),
    "Site": {
        "Type": "AWS::Cognito::UserPoolClient",
        "Properties": {"UserPoolId": {"Ref": "Pool"}, **FLOWS},
    },
}
#: The arguments of Terraform's provider: a block is a list with one object.
ARGUMENTS: dict[str, Any] = {
    "name": "readers",
    "sign_in_policy": [{"allowed_first_auth_factors": FACTORS}],
    "web_authn_configuration": [
        {
            "relying_party_id": "auth.example.com",
            "user_verification": "required",
            "factor_configuration": MULTI_FACTOR,
        }
    ],
}
#: The same for Pulumi's provider, whose blocks are objects.
PULUMI: dict[str, Any] = {
    "name": "readers",
    "signInPolicy": {"allowedFirstAuthFactors": FACTORS},
    "webAuthnConfiguration": {
        "relyingPartyId": "auth.example.com",
        "userVerification": "required",
        "factorConfiguration": MULTI_FACTOR,
    },
}
POOL_ID = "eu-central-1_AbCdEf123"


def cloudformation(folder: Path) -> Path:
    """Write a template."""
    return written(folder, {"Resources": RESOURCES})


def sam(folder: Path) -> Path:
    """Write a template of SAM."""
    transform = "AWS::Serverless-2016-10-31"
    return written(folder, {"Transform": transform, "Resources": RESOURCES})


def cdk(folder: Path) -> Path:
    """Write what cdk synth writes."""
    files = {"Auth.template.json": template(RESOURCES)}
    return assembly(folder / "cdk.out", files, Auth=stack("Auth.template.json"))


def terraform(folder: Path, key: str = "planned_values") -> Path:
    """Write what terraform show -json shows of a plan."""
    app = {"name": "site", "explicit_auth_flows": ["ALLOW_USER_AUTH"], "user_pool_id": POOL_ID}
    resources = [
        {
            "address": f"{kind}.main",
            "mode": "managed",
            "type": kind,
            "name": "main",
            "values": values,
        }
        for kind, values in (
            ("aws_cognito_user_pool", {**ARGUMENTS, "id": POOL_ID}),
            ("aws_cognito_user_pool_client", app),
        )
    ]
    root = {"root_module": {"resources": resources}}
    return written(folder, {"format_version": "1.2", key: root})


def terraform_values(folder: Path) -> Path:
    """Write what terraform show -json shows of a state."""
    return terraform(folder, "values")


def terraform_state(folder: Path) -> Path:
    """Write a state of Terraform."""
    instances = [{"attributes": {**ARGUMENTS, "id": POOL_ID}}]
    resource = {
        "mode": "managed",
        "type": "aws_cognito_user_pool",
        "name": "main",
        "instances": instances,
    }
    state = {"version": 4, "lineage": "x", "resources": [resource]}
    return written(folder, state, "terraform.tfstate")


def pulumi(folder: Path) -> Path:
    """Write an export of a Pulumi stack."""
    resource = {
        "urn": "urn:pulumi:dev::x::aws:cognito/userPool:UserPool::main",
        "type": "aws:cognito/userPool:UserPool",
        "id": POOL_ID,
        "outputs": PULUMI,
    }
    return written(folder, {"version": 3, "deployment": {"resources": [resource]}})


def serverless(folder: Path) -> Path:
    """Write a service of the Serverless Framework."""
    service = {
        "service": "x",
        "provider": {"name": "aws"},
        "resources": {"Resources": RESOURCES},
    }
    return written(folder, service, "serverless.yml")


def amplify(folder: Path) -> Path:
    """Write an auth resource of Amplify of generation 1, with an override of its pool."""
    auth = folder / "backend" / "auth" / "readers" / "build"
    auth.mkdir(parents=True)
    written(auth, {"Resources": RESOURCES}, "readers-cloudformation-template.json")
    return folder


def described(folder: Path) -> Path:
    """Write what the AWS CLI prints about the pool."""
    outputs = folder / "pool"
    outputs.mkdir()
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": FACTORS}}
    shown = {"Id": POOL_ID, "Name": "readers", "Policies": policy, "MfaConfiguration": "OFF"}
    written(outputs, {"UserPool": shown})
    written(outputs, {"MfaConfiguration": "OFF", "WebAuthnConfiguration": PASSKEYS}, "mfa.json")
    return outputs


def snapshot(folder: Path) -> Path:
    """Write a snapshot of the pool of a template."""
    path = folder / "snapshot.json"
    path.write_text(render(load(cloudformation(folder))), encoding="utf-8")
    return path


FORMATS: list[Callable[[Path], Path]] = [
    cloudformation,
    sam,
    cdk,
    terraform,
    terraform_values,
    terraform_state,
    pulumi,
    serverless,
    amplify,
    described,
    snapshot,
]


@pytest.mark.parametrize("write", FORMATS, ids=lambda write: write.__name__)
def test_every_format_says_how_people_sign_in(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    """First factors and all members about passkeys are read, also while MFA is OFF (N009)."""
    found = load(write(tmp_path))
    assert found.pool.value("Policies.SignInPolicy.AllowedFirstAuthFactors") == FACTORS
    assert found.mfa.value("WebAuthnConfiguration") == PASSKEYS
    whole = completed(found)
    assert whole.mfa.members["WebAuthnConfiguration"] == PASSKEYS


@pytest.mark.parametrize("write", [cloudformation, terraform, serverless, snapshot])
def test_a_pool_is_a_specification(write: Callable[[Path], Path], tmp_path: Path) -> None:
    """The fields of a specification are what the file says."""
    found = load(write(tmp_path))
    if not found.clients:
        pytest.fail("the file has an app client")
    spec = spec_of(found)
    assert spec.first_factors == ("EMAIL_OTP", "PASSWORD", "WEB_AUTHN")
    assert spec.relying_party_id == "auth.example.com"
    assert (spec.passkeys_verify_user, spec.passkeys_count_as_mfa) == (True, True)
    assert spec.auth_flows == ("ALLOW_USER_AUTH",)


@pytest.mark.parametrize(
    ("changes", "path", "means"),
    [
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}},
            "Policies.SignInPolicy.AllowedFirstAuthFactors",
            "USER_AUTH",
        ),
        (
            {"WebAuthnRelyingPartyID": "example.com"},
            "WebAuthnConfiguration.RelyingPartyId",
            "register again",
        ),
        (
            {"WebAuthnUserVerification": "preferred"},
            "WebAuthnConfiguration.UserVerification",
            "verify",
        ),
        (
            {"WebAuthnFactorConfiguration": "SINGLE_FACTOR"},
            "WebAuthnConfiguration.FactorConfiguration",
            "MFA",
        ),
    ],
)
def test_a_difference_is_named(
    tmp_path: Path, changes: dict[str, Any], path: str, means: str
) -> None:
    """A changed member is one difference, with what it means for signing in."""
    before = load(cloudformation(tmp_path))
    changed = {**RESOURCES, "Pool": pool(**{**PROPERTIES, **changes})}
    after = load(written(tmp_path, {"Resources": changed}, "after.json"))
    (found,) = drift(before, after).found
    assert found.path == path
    assert found.means is not None
    assert means in found.means


def unknown(folder: Path, factors: Any, **properties: Any) -> PoolConfiguration:
    """Return a pool with these first factors and properties, which may need a parameter."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
    text = {
        "Parameters": {"Domain": {"Type": "String"}},
        "Resources": {
            "Pool": pool(**{"Policies": policies, **properties}),
            "Site": client({"Ref": "Pool"}),
        },
    }
    return load(written(folder, text))


@pytest.mark.parametrize(
    "name", ["WebAuthnRelyingPartyID", "WebAuthnUserVerification", "WebAuthnFactorConfiguration"]
)
@pytest.mark.parametrize("factors", [FACTORS, {"Ref": "Domain"}, ["PASSWORD", {"Ref": "Domain"}]])
def test_unknown_passkeys_decide(tmp_path: Path, name: str, factors: Any) -> None:
    """Where WEB_AUTHN is a first factor, or may be one, nobody knows how people sign in."""
    found = unknown(tmp_path, factors, **{name: {"Ref": "Domain"}})
    deciding = {one.path.split(".")[0] for one in unknown_deciders(found)}
    assert "WebAuthnConfiguration" in deciding
    with pytest.raises(ConfigurationError, match="this setting affects sign-in"):
        spec_of(found)


def test_unknown_passkeys_of_a_pool_without_any_decide_nothing(tmp_path: Path) -> None:
    """A relying party that no one can use is no hindrance."""
    found = unknown(tmp_path, ["PASSWORD", "EMAIL_OTP"], WebAuthnRelyingPartyID={"Ref": "Domain"})
    assert unknown_deciders(found) == ()


@pytest.mark.fact("N039")
@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
def test_a_passkey_is_no_second_factor_of_a_pool(tmp_path: Path, mode: str) -> None:
    """MFA with passkeys alone is refused at the file, as Cognito refuses it."""
    changed = {**RESOURCES, "Pool": pool(**PROPERTIES, MfaConfiguration=mode)}
    with pytest.raises(ConfigurationError, match="refuses it without a second factor"):
        load(written(tmp_path, {"Resources": changed}))


def test_outputs_for_an_app_are_no_pool(tmp_path: Path) -> None:
    """What Amplify of generation 2 writes for the app names its passwordless ways, and no more."""
    auth = {
        "user_pool_id": POOL_ID,
        "passwordless": {
            "email_otp_enabled": True,
            "web_authn": {"relying_party_id": "auth.example.com"},
        },
    }
    path = tmp_path / "amplify_outputs.json"
    path.write_text(json.dumps({"version": "1.4", "auth": auth}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="only has the ids of the pool, for an app"):
        load(path)
