"""Exported stacks of Pulumi."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load, read
from harness.pools.sources.snapshot import render
from tests.pools.sources.files import EVERY_FORMAT, FILES, written

STACK = FILES / "pulumi.json"
SIGNATURE = "4dabf18193072939515e22adb298388d"
MARK = "1b47061264138c4ac30d75fd1eb44270"
PLAIN = "1s2e3c4r5e6t7EXAMPLE"
ENCRYPTED = {SIGNATURE: MARK, "ciphertext": "v1:EXAMPLE"}
SHOWN = {SIGNATURE: MARK, "plaintext": json.dumps(PLAIN)}


def resource(name: str, kind: str, outputs: Any, **more: Any) -> dict[str, Any]:
    """Return a resource of a stack; ``kind`` is ``UserPool`` or ``UserPoolClient``."""
    token = f"aws:cognito/{kind[0].lower()}{kind[1:]}:{kind}"
    urn = f"urn:pulumi:dev::app::{token}::{name}"
    found = {"urn": urn, "custom": True, "id": f"{name}-id", "type": token, "outputs": outputs}
    return {**found, **more}


def stack(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return an exported stack with these resources."""
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(resources)}}


def test_it_is_as_terraform_shows_it() -> None:
    """Pulumi's provider is made from Terraform's, so both say the same about the pool."""
    found, shown = load(STACK), load(EVERY_FORMAT["Terraform state"])
    assert [part.members for part in found.parts] == [part.members for part in shown.parts]
    assert (found.name, found.client().name) == ("main", "app")


def test_settings_are_at_their_lines() -> None:
    """A setting is at the name of its resource and at the line of its output."""
    place = load(STACK).pool.place("Policies.PasswordPolicy.MinimumLength")
    assert place is not None
    assert place.path == "main.password_policy.minimum_length"
    assert place.line is not None
    assert '"minimumLength": 12' in STACK.read_text(encoding="utf-8").splitlines()[place.line - 1]


def test_names_that_pulumi_changes(tmp_path: Path) -> None:
    """Lists have a name in the plural, and the keys of tags stay as they are."""
    outputs = {
        "name": "x",
        "schemas": [{"name": "plan", "attributeDataType": "String", "mutable": True}],
        "tags": {"costCenter": "a"},
        "lambdaConfig": {"preSignUp": "arn:aws:lambda:eu-west-1:1:function:f"},
    }
    found = load(written(tmp_path, stack(resource("main", "UserPool", outputs))))
    assert found.pool.value("Schema[0].Name") == "plan"
    assert found.pool.value("UserPoolTags") == {"costCenter": "a"}
    assert found.pool.value("LambdaConfig.PreSignUp") == "arn:aws:lambda:eu-west-1:1:function:f"


@pytest.mark.parametrize("secret", [ENCRYPTED, SHOWN], ids=["encrypted", "--show-secrets"])
def test_a_secret_is_never_kept(tmp_path: Path, secret: dict[str, str]) -> None:
    """An encrypted value is unknown, in plain text too; an app client only says it has a secret."""
    pool = resource("main", "UserPool", {"name": "x", "mfaConfiguration": secret})
    client = resource(
        "web",
        "UserPoolClient",
        {"name": "web", "userPoolId": "main-id", "clientSecret": secret},
    )
    found = load(written(tmp_path, stack(pool, client)))
    assert found.mfa.value("MfaConfiguration") == Unknown("a secret of Pulumi")
    assert found.client().value("GenerateSecret") is True
    assert PLAIN not in repr(found) + render(found)


def test_only_what_the_stack_keeps(tmp_path: Path) -> None:
    """A replaced resource is about to be deleted; without outputs, the inputs count."""
    old = resource("main", "UserPool", {"name": "old"}, delete=True)
    new = resource("main", "UserPool", None, inputs={"name": "new"})
    web = resource("web", "UserPoolClient", {"name": "web", "userPoolId": "other"})
    found = read(written(tmp_path, stack(old, new, web)))
    assert [pool.pool.value("PoolName") for pool in found] == ["new"]
    assert found[0].clients == ()


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda resources: {"version": 3, "checkpoint": {"latest": {"resources": resources}}},
        lambda resources: {"version": 1, "latest": {"resources": resources}},
    ],
    ids=["file of a backend", "sst state export"],
)
def test_other_forms(tmp_path: Path, wrapped: Any) -> None:
    """A file of a backend and SST's export hold the same resources."""
    found = load(written(tmp_path, wrapped([resource("main", "UserPool", {"name": "x"})])))
    assert found.origin.format == "Pulumi stack"
    assert found.pool.value("PoolName") == "x"


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (
            stack({"type": "aws-native:cognito:UserPool", "outputs": {"userPoolName": "x"}}),
            "aws cognito-idp describe-user-pool",
        ),
        ({"version": 3, "deployment": {}}, "no user pool (aws:cognito/userPool:UserPool)"),
        (
            stack(resource("main", "UserPool", {"mfaConfiguration": "MUST"})),
            "main.mfa_configuration",
        ),
    ],
)
def test_a_stack_that_cannot_be_read(tmp_path: Path, value: Any, part: str) -> None:
    """The message says why, or where the mistake is."""
    with pytest.raises(ConfigurationError) as refused:
        load(written(tmp_path, value))
    assert part in str(refused.value)


def test_an_app_client_whose_pool_is_a_secret(tmp_path: Path) -> None:
    """An app client with an encrypted userPoolId may belong to the pool, and is not dropped."""
    web = resource("web", "UserPoolClient", {"name": "web app", "userPoolId": SHOWN})
    pool = load(written(tmp_path, stack(resource("main", "UserPool", {"name": "x"}), web)))
    assert pool.clients == ()
    (client,) = pool.unassigned
    assert (client.name, client.client_name) == ("web", "web app")
    assert client.remedy == '"userPoolId": "main-id"'
    assert PLAIN not in str(client)
    assert pool.client("web").value("ClientName") == "web app"
