"""Raw states of Terraform and OpenTofu."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import load, read
from harness.pools.sources.snapshot import render
from tests.pools.sources.files import EVERY_FORMAT, FILES, written

STATE = FILES / "terraform.tfstate"
SECRET = "1s2e3c4r5e6t7EXAMPLE"


def resource(name: str, attributes: Any, kind: str = "", **more: Any) -> dict[str, Any]:
    """Return a resource of a state with one instance; ``kind`` is ``_client`` for an app client."""
    instance = {"schema_version": 0, "attributes": attributes, **more.pop("instance", {})}
    return {
        "mode": "managed",
        "type": f"aws_cognito_user_pool{kind}",
        "name": name,
        "instances": [instance],
        **more,
    }


def state(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a state with these resources."""
    return {"version": 4, "serial": 1, "lineage": "a", "resources": list(resources), **more}


def message(path: Path) -> str:
    """Return the error about a file that cannot be used, which is one line."""
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_it_is_as_terraform_shows_it() -> None:
    """The state and the output of terraform show say the same about the pool."""
    raw, shown = load(STATE), load(EVERY_FORMAT["Terraform state"])
    assert raw.origin.format == "Terraform state"
    assert [part.members for part in raw.parts] == [part.members for part in shown.parts]
    assert raw.name == "module.sign_in.aws_cognito_user_pool.main"


def test_settings_are_at_their_lines() -> None:
    """A setting is at the address of its resource and at the line of its attribute."""
    place = load(STATE).pool.place("Policies.PasswordPolicy.MinimumLength")
    assert place is not None
    assert place.path == (
        "module.sign_in.aws_cognito_user_pool.main.password_policy[0].minimum_length"
    )
    assert place.line is not None
    assert '"minimum_length": 12' in STATE.read_text(encoding="utf-8").splitlines()[place.line - 1]


def test_instances_of_count_and_for_each(tmp_path: Path) -> None:
    """An instance has the key of its address; a deposed instance is about to be deleted."""
    found = read(
        written(
            tmp_path,
            state(
                resource("a", {"id": "1", "name": "x"}, instance={"index_key": 0}),
                resource("b", {"id": "2", "name": "y"}, instance={"index_key": "eu"}, module="m"),
                resource("c", {"id": "3", "name": "z"}, instance={"deposed": "0f"}),
                resource("d", {"id": "4", "name": "z"}, mode="data"),
                resource("web", {"user_pool_id": "2", "name": "web"}, "_client"),
            ),
        )
    )
    assert [(pool.name, [part.name for part in pool.clients]) for pool in found] == [
        ("aws_cognito_user_pool.a[0]", []),
        ('m.aws_cognito_user_pool.b["eu"]', ["aws_cognito_user_pool_client.web"]),
    ]


def test_no_secret_is_kept(tmp_path: Path) -> None:
    """Of the secret of an app client, only that there is one is kept, and no message shows it."""
    client = {"user_pool_id": "1", "name": "web", "client_secret": SECRET}
    pool = resource("main", {"id": "1", "name": "x"})
    found = load(written(tmp_path, state(pool, resource("web", client, "_client"))))
    assert found.client().value("GenerateSecret") is True
    assert SECRET not in repr(found) + render(found)
    wrong = resource("web", {**client, "access_token_validity": "long"}, "_client")
    assert SECRET not in message(written(tmp_path, state(pool, wrong)))


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (
            {"version": 3, "serial": 1, "lineage": "a", "modules": []},
            ("version: cannot use 3", "line 1", "states of version 4", "terraform show -json"),
        ),
        (
            {"version": 3, "serial": 1, "backend": {"type": "s3"}},
            ("it only says where the state is", "terraform show -json"),
        ),
        (
            {"serial": 1, "lineage": "a", "encrypted_data": "x", "encryption_version": "v0"},
            ("OpenTofu has encrypted it", "tofu show -json"),
        ),
        (state(), ("the file has no user pool (aws_cognito_user_pool)",)),
        (state(resource("main", None)), ("resources[0].instances[0]", "it has no attributes")),
        (
            state(resource("main", {"name": "x", "mfa_configuration": "MUST"})),
            ("aws_cognito_user_pool.main.mfa_configuration", "line 1", "OPTIONAL"),
        ),
    ],
)
def test_a_state_that_cannot_be_read(tmp_path: Path, value: Any, parts: tuple[str, ...]) -> None:
    """The message says why, and which command gives a file that can be read."""
    said = message(written(tmp_path, value, "terraform.tfstate"))
    for part in parts:
        assert part in said


def test_the_name_of_the_file_means_nothing(tmp_path: Path) -> None:
    """A state is recognized by its content."""
    path = tmp_path / "pulled"
    path.write_text(json.dumps(json.loads(STATE.read_text(encoding="utf-8"))), encoding="utf-8")
    assert load(path).origin.format == "Terraform state"
