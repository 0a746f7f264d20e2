"""The custom domain of a pool is found in every source that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load
from harness.pools.sources.snapshot import render
from tests.pools.sources.files import template, written

DOMAIN = "login.example.com"
POOL_ID = "eu-central-1_AbCdEf123"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/x"


def domain(pool: str = "!Ref Pool", name: str = DOMAIN, *, custom: bool = True) -> str:
    """Return a domain as a resource of a template."""
    config = f"\n      CustomDomainConfig: {{CertificateArn: '{CERTIFICATE}'}}" if custom else ""
    return (
        f"  Domain:\n    Type: AWS::Cognito::UserPoolDomain\n    Properties:\n"
        f"      UserPoolId: {pool}\n      Domain: {name}{config}\n"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (domain(), DOMAIN),
        (domain(custom=False, name="shop"), None),
        (domain(pool=POOL_ID), None),
        (
            domain(name="!Ref Name") + "Parameters: {Name: {Type: String}}\n",
            Unknown("Ref Name"),
        ),
        (domain(name="!Sub 'login.${AWS::Region}.x'"), Unknown("Fn::Sub of Ref AWS::Region")),
        ("", None),
    ],
    ids=["custom", "prefix", "of another pool", "parameter", "region", "none"],
)
def test_a_template(tmp_path: Path, more: str, expected: Any) -> None:
    """The resource that names the pool and has a certificate gives it its domain."""
    found = load(template(tmp_path, "UserPoolName: x", more)).custom_domain
    if isinstance(expected, Unknown):
        assert isinstance(found, Unknown)
    else:
        assert found == expected


def test_a_mistake_in_a_domain_does_not_matter(tmp_path: Path) -> None:
    """The pool is read all the same, and its domain is unknown."""
    found = load(template(tmp_path, "UserPoolName: x", domain(name="!Select [3, [a]]")))
    assert isinstance(found.custom_domain, Unknown)
    listed = load(template(tmp_path, "UserPoolName: x", domain(name="[a]")))
    assert isinstance(listed.custom_domain, Unknown)


def plan(folder: Path, key: str, **values: Any) -> Path:
    """Write a plan or a state with a pool and a domain."""
    resources = [
        {
            "address": f"{kind}.x",
            "mode": "managed",
            "type": kind,
            "name": "x",
            "values": found,
        }
        for kind, found in (
            ("aws_cognito_user_pool", {"name": "x", "id": POOL_ID}),
            ("aws_cognito_user_pool_domain", {"user_pool_id": POOL_ID, **values}),
        )
    ]
    shown = {"format_version": "1.2", key: {"root_module": {"resources": resources}}}
    return written(folder, shown)


@pytest.mark.parametrize("key", ["planned_values", "values"])
def test_terraform(tmp_path: Path, key: str) -> None:
    """A domain with a certificate is the pool's own."""
    found = load(plan(tmp_path, key, domain=DOMAIN, certificate_arn=CERTIFICATE))
    assert found.custom_domain == DOMAIN
    assert load(plan(tmp_path, key, domain="shop", certificate_arn="")).custom_domain is None


def test_a_state_shows_it(tmp_path: Path) -> None:
    """A pool in a state of Terraform or Pulumi has its domain as an attribute."""
    attributes = {"name": "x", "id": POOL_ID, "custom_domain": DOMAIN, "domain": "shop"}
    resource = {
        "mode": "managed",
        "type": "aws_cognito_user_pool",
        "name": "x",
        "instances": [{"attributes": attributes}],
    }
    state = {"version": 4, "lineage": "x", "resources": [resource]}
    assert load(written(tmp_path, state)).custom_domain == DOMAIN
    pulumi = {
        "urn": "urn:pulumi:dev::x::aws:cognito/userPool:UserPool::x",
        "type": "aws:cognito/userPool:UserPool",
        "id": POOL_ID,
        "outputs": {"name": "x", "customDomain": DOMAIN},
    }
    exported = {"version": 3, "deployment": {"resources": [pulumi]}}
    assert load(written(tmp_path, exported)).custom_domain == DOMAIN


def test_a_described_pool_and_its_snapshot(tmp_path: Path) -> None:
    """DescribeUserPool shows it, and a snapshot keeps it."""
    shown = {"Id": POOL_ID, "Name": "x", "CustomDomain": DOMAIN, "Domain": "shop"}
    found = load(written(tmp_path, {"UserPool": shown}))
    assert found.custom_domain == DOMAIN
    path = tmp_path / "snapshot.json"
    path.write_text(render(found), encoding="utf-8")
    assert load(path).custom_domain == DOMAIN


@pytest.mark.parametrize("value", [True, 7, ["x"], {"x": 1}])
def test_a_snapshot_with_another_value_is_refused(tmp_path: Path, value: Any) -> None:
    """A domain is a text, or unknown."""
    snapshot = {"CognitoHarnessSnapshot": 1, "Name": "x", "CustomDomain": value}
    with pytest.raises(ConfigurationError, match="CustomDomain: cannot use"):
        load(written(tmp_path, snapshot))
