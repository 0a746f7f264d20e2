"""Files and folders that describe a pool, but that only their own tool can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import load
from tests.pools.sources.files import EVERY_FORMAT, written

PLAN = "terraform show -json plan.bin > plan.json"
DESCRIBE = "aws cognito-idp describe-user-pool"
EXPORT = "pulumi stack export --file stack.json"
GET_TEMPLATE = "aws cloudformation get-template --query TemplateBody"


def message(path: Path) -> str:
    """Return the error about a file or folder that cannot be used, which is one line."""
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    text = str(refused.value)
    assert "\n" not in text
    assert str(path) in text
    return text


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('resource "aws_cognito_user_pool" "main" {\n  name = "x"\n}\n', PLAN),
        ('module "pool" {\n  source = "./pool"\n}\n', PLAN),
        ('terraform {\n  required_version = "1"\n}\n', PLAN),
        ("Terraform will perform the following actions:\n\n  # aws_cognito_user_pool.a\n", PLAN),
        ('{"@level":"info","@message":"Terraform 1.13.3"}\n{"@level":"info"}\n', PLAN),
        ("# aws_cognito_user_pool.main:\nresource ...\n    name = x", "terraform show -json"),
        ("import * as cdk from 'aws-cdk-lib';\nnew UserPool(this, 'P');\n", "run cdk synth"),
        ("from aws_cdk import (\n    aws_cognito as cognito,\n)\n", "run cdk synth"),
        ("import software.amazon.awscdk.App;\nclass A {}\n", "run cdk synth"),
        ("import { defineAuth } from '@aws-amplify/backend';\n", "npx ampx sandbox"),
        ('/// <reference path="./.sst/config.d.ts" />\nexport default $config({\n', "sst state"),
        ("import * as aws from '@pulumi/aws';\nnew aws.cognito.UserPool('a');\n", EXPORT),
        ("import pulumi_aws as aws\naws.cognito.UserPool('a')\n", EXPORT),
        ("const awsmobile = {\n  aws_user_pools_id: 'eu-west-1_A',\n};\n", DESCRIBE),
        ("import type { AWS } from '@serverless/typescript';\n", "serverless package"),
        ('version = 0.1\n[default.deploy.parameters]\nstack_name = "a"\n', "--parameters"),
        ("USERPOOL\tarn:aws:cognito-idp:eu-west-1:1:userpool/a\n", "--output json"),
        ("-----\n|     DescribeUserPool     |\n+------+\n||  UserPool ||\n", "--output json"),
    ],
)
def test_a_text(tmp_path: Path, text: str, command: str) -> None:
    """What a program or an output for people is, is told from the text, whatever its name."""
    path = tmp_path / "pool.txt"
    path.write_text(text, encoding="utf-8")
    assert command in message(path)


def test_a_saved_plan(tmp_path: Path) -> None:
    """A saved plan of Terraform is a zip file."""
    path = tmp_path / "tfplan"
    path.write_bytes(b"PK\x03\x04\x14\x00\x08\x00\xff\xfe")
    assert PLAN in message(path)


@pytest.mark.parametrize(
    ("value", "command"),
    [
        ({"UserPools": [{"Id": "eu-west-1_A", "Name": "x"}]}, DESCRIBE),
        ({"Stacks": []}, GET_TEMPLATE),
        ({"StackResources": []}, GET_TEMPLATE),
        ({"TemplateBody": "Resources: {}"}, "--query TemplateBody --output text"),
        ({"PoolName": "x", "MfaConfiguration": "ON"}, "create-user-pool"),
        ({"resource": {"aws_cognito_user_pool": {"a": {}}}}, PLAN),
        ({"version": "1.4", "auth": {"user_pool_id": "eu-west-1_A"}}, DESCRIBE),
        ({"auth": {"plugins": {"awsCognitoAuthPlugin": {}}}}, DESCRIBE),
        ({"region": "eu-west-1", "userPoolId": "eu-west-1_A"}, DESCRIBE),
        (
            {"name": "a", "runtime": "yaml", "resources": {"p": {"type": "aws:cognito:UserPool"}}},
            EXPORT,
        ),
        ({"name": "a", "runtime": "nodejs", "description": "b"}, EXPORT),
        ({"app": "npx ts-node bin/app.ts", "context": {}}, "run cdk synth"),
        ({"version": "1", "artifacts": {}}, "give the folder"),
        ({"version": "1", "cognitoConfig": {}}, "amplify build"),
        ([{"ParameterKey": "A", "ParameterValue": "b"}], "--parameters"),
        ({"Parameters": {"A": "b"}, "Tags": {}}, "--parameters"),
        (
            {"apiVersion": "cognitoidentityprovider.services.k8s.aws/v1alpha1", "kind": "UserPool"},
            "ACK, Crossplane",
        ),
        (
            {"$schema": "https://schema.management.azure.com/2019/deploymentTemplate.json#"},
            "Azure",
        ),
        ({"AWSTemplateFormatVersion": "2010-09-09", "Outputs": {}}, "without Resources"),
    ],
)
def test_data(tmp_path: Path, value: Any, command: str) -> None:
    """Data of a tool is told from its members, in JSON and in YAML."""
    assert command in message(written(tmp_path, value))
    path = tmp_path / "pool.yaml"
    path.write_text(f"# YAML\n{json.dumps(value)}", encoding="utf-8")
    assert command in message(path)


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        ((), "it is empty"),
        (("cdk.json", "cdk.out/manifest.json"), "give the folder cdk.out in it"),
        (("cdk.json",), "run cdk synth"),
        (("serverless.yaml",), "give the file serverless.yml in it"),
        (("amplify/auth/resource.ts",), "npx ampx sandbox"),
        (("sst.config.ts",), "run sst state export"),
        (("Pulumi.yaml",), EXPORT),
        (("template.yml",), "give the template in it"),
        (("main.tf", "terraform.tfstate"), "give the file terraform.tfstate"),
        (("main.tf",), PLAN),
        (("README.md",), "it must be the output of cdk synth"),
    ],
)
def test_a_folder(tmp_path: Path, files: tuple[str, ...], hint: str) -> None:
    """The folder of a project is told from its files, and the message says what to give."""
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("-", encoding="utf-8")
    assert hint in message(tmp_path)


def test_the_answer_of_get_template(tmp_path: Path) -> None:
    """The template in what get-template prints is read, with its lines."""
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": {"DeletionProtection": "ACTIVE"}}
    path = tmp_path / "template.json"
    body = {"TemplateBody": {"Resources": {"Pool": pool}}, "StagesAvailable": ["Original"]}
    path.write_text(json.dumps(body, indent=1), encoding="utf-8")
    place = load(path).pool.place("DeletionProtection")
    assert place is not None
    assert (place.path, place.line) == ("Resources.Pool.Properties.DeletionProtection", 7)


def test_everything_that_can_be_read_is_named(tmp_path: Path) -> None:
    """A file that nobody knows lists the formats; none of them is told by its name."""
    said = message(written(tmp_path, {"a": 1}))
    for part in ("CloudFormation", "tfstate", "describe-user-pool", "serverless", "pulumi", "Ampl"):
        assert part in said
    assert len(EVERY_FORMAT) == 9
