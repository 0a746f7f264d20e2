"""Errors in input name the file, the location and what is allowed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import load
from tests.pools.sources.files import EVERY_FORMAT, FILES, STACK, template, written

TWO_POOLS = "  Other:\n    Type: AWS::Cognito::UserPool\n    Properties: {UserPoolName: b}\n"


def message(path: Path, pool: str | None = None) -> str:
    """Return the error about a file that cannot be used."""
    with pytest.raises(ConfigurationError) as refused:
        load(path, pool)
    text = str(refused.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("properties", "parts"),
    [
        ("MfaConfigurations: 'ON'", ("line 5", "did you mean 'MfaConfiguration'?")),
        (
            "WebAuthnConfiguration: {RelyingPartyId: a.example}",
            (
                "line 5",
                "a template has WebAuthnRelyingPartyID, WebAuthnUserVerification, "
                "WebAuthnFactorConfiguration in its place",
            ),
        ),
        ("MfaConfiguration: ON", ("line 5", "write 'ON'", "Pool.Properties.MfaConfiguration")),
        ("MfaConfiguration: OF", ("OFF, ON, OPTIONAL", "did you mean 'OFF'?")),
        ("EnabledMfas: [TOTP]", ("EnabledMfas[0]", "SOFTWARE_TOKEN_MFA, SMS_MFA")),
        (
            "DeviceConfiguration:\n  ChallengeOnNewDevice: true",
            ("line 6", "ChallengeRequiredOnNewDevice"),
        ),
        (
            "Policies: {PasswordPolicy: {MinimumLength: long}}",
            ("Policies.PasswordPolicy.MinimumLength", "a whole number"),
        ),
        ("AutoVerifiedAttributes: email", ("line 5", "it must be a list")),
        ("AutoVerifiedAttributes: [mail]", ("AutoVerifiedAttributes[0]", "phone_number, email")),
        ("UsernameConfiguration: {CaseSensitive: 2}", ("true or false",)),
        ("Policies: [a]", ("it must be an object",)),
        ("UserPoolName: [a]", ("it must be a string",)),
        (
            "UserPoolName: !Sub [a]",
            ("Fn::Sub: it takes a text, or a list of a text and an object",),
        ),
    ],
)
def test_a_setting_that_is_not_valid(
    tmp_path: Path, properties: str, parts: tuple[str, ...]
) -> None:
    """The message names the file, the line, the path in it, and what is allowed."""
    path = template(tmp_path, properties)
    text = message(path)
    assert str(path) in text
    for part in parts:
        assert part in text


def test_an_unknown_property_names_the_nearest_first(tmp_path: Path) -> None:
    """The nearest property comes before the list, and the list is there once."""
    said = message(template(tmp_path, "MfaConfigurations: 'ON'"))
    assert "; did you mean 'MfaConfiguration'? allowed: AccountRecoverySetting, " in said
    assert said.count("AccountRecoverySetting") == 1


def test_several_pools(tmp_path: Path) -> None:
    """With several pools, one must be named by its logical id or name."""
    path = template(tmp_path, "UserPoolName: a", TWO_POOLS)
    listed = "allowed: Pool (PoolName 'a', no app client), Other (PoolName 'b', no app client)"
    assert f"{listed}; there are several; name one" in message(path)
    assert "did you mean 'Other'?" in message(path, "Others")
    assert load(path, "Other").name == load(path, "b").name == "Other"


def test_several_app_clients(tmp_path: Path) -> None:
    """With several app clients, an existing one must be named."""
    clients = "".join(
        f"  {name}:\n    Type: AWS::Cognito::UserPoolClient\n"
        f"    Properties: {{UserPoolId: !Ref Pool, ClientName: {name.lower()}}}\n"
        for name in ("Web", "Mobile")
    )
    found = load(template(tmp_path, "UserPoolName: a", clients))
    with pytest.raises(ConfigurationError, match="Web, Mobile; there are several"):
        found.client()
    with pytest.raises(ConfigurationError, match="did you mean 'Web'"):
        found.client("Wep")
    assert found.client("web").name == found.client("Web").name == "Web"


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("none.json", '{"a": 1}', "the members a"),
        ("list.json", "[1]", "not an object"),
        ("broken.json", '{\n "Resources": {,}}', "line 2"),
        ("broken.yaml", "a: [1\nb: 2", "neither YAML nor JSON"),
        ("tab.yaml", "a:\n\tb: 1", "neither YAML nor JSON"),
        ("empty.yaml", "", "it is empty"),
        ("text.yaml", "just words", "not an object"),
        ("no_pool.yaml", "Resources: {}", "the file has no user pool (AWS::Cognito::UserPool)"),
        ("ini.ini", "[tox]\nenvlist =\n  py310\n", "it is neither YAML nor JSON (line 1"),
        ("deep.json", "[" * 100_000, "it is nested too deeply"),
        ("deep.yaml", "a: " + "[" * 300 + "]" * 300, "it is nested too deeply"),
        ("anchors.yaml", "a: &a [*a]", "it is nested too deeply"),
        ("resource.yaml", "Resources: {Pool: 3}", "Resources.Pool"),
        ("plan.json", '{"format_version": "1.2"}', "must have values or planned_values"),
        ("new.json", '{"CognitoHarnessSnapshot": 99}', "snapshots of version 1"),
        ("true.json", '{"CognitoHarnessSnapshot": true}', "snapshots of version 1"),
        ("float.json", '{"CognitoHarnessSnapshot": 1.0}', "snapshots of version 1"),
        ("more.json", '{"CognitoHarnessSnapshot": 1, "Pool": {}}', "UserPool, MfaConfig"),
    ],
)
def test_a_file_that_is_something_else(tmp_path: Path, name: str, text: str, part: str) -> None:
    """The message names the file and says what is wrong."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    said = message(path)
    assert name in said
    assert part in said


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "No such file or directory"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, part: str) -> None:
    """The message says why."""
    path = tmp_path / "pool.yaml"
    if content is not None:
        path.write_bytes(content)
    assert part in message(path)


@pytest.mark.parametrize(
    ("manifest", "part"),
    [
        (None, "with manifest.json in it"),
        ({"artifacts": 3}, "it must be an object of artifacts"),
        (
            {"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {}}}},
            "templateFile",
        ),
        (
            {
                "artifacts": {
                    "S": {
                        "type": "aws:cloudformation:stack",
                        "properties": {"templateFile": "../elsewhere.json"},
                    }
                }
            },
            "a file in the folder",
        ),
    ],
)
def test_a_folder_that_cdk_did_not_write(tmp_path: Path, manifest: Any, part: str) -> None:
    """A folder needs the manifest of an assembly, which names only files inside it."""
    if manifest is not None:
        written(tmp_path, manifest, "manifest.json")
    assert part in message(tmp_path)


def test_a_nested_assembly(tmp_path: Path) -> None:
    """The stacks of a stage are in their own folder, which the manifest names."""
    shutil.copytree(EVERY_FORMAT["CDK assembly"], tmp_path / "assembly-Stage")
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}}
    written(tmp_path, {"artifacts": {"Stage": nested}}, "manifest.json")
    assert load(tmp_path).name == "Pool10E0F2A7"


def test_a_mistake_in_a_plan_has_a_location(tmp_path: Path) -> None:
    """A setting of a plan is named by its address."""
    text = (FILES / "plan.json").read_text(encoding="utf-8")
    path = tmp_path / "plan.json"
    path.write_text(text.replace('"mfa_configuration": "ON"', '"mfa_configuration": "MUST"'))
    assert "aws_cognito_user_pool.main.mfa_configuration" in message(path)


def test_yaml_in_one_line(tmp_path: Path) -> None:
    """A template in YAML's flow style, which starts like JSON, is read as YAML."""
    path = tmp_path / "pool.yaml"
    path.write_text("{Resources: {Pool: {Type: 'AWS::Cognito::UserPool'}}}", encoding="utf-8")
    assert load(path).name == "Pool"
    assert load(STACK).name == "UserPool"
