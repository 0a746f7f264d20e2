"""What Terraform's provider sends for arguments that a plan leaves out.

https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/cognitoidp/user_pool.go
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.pools.configuration.defaults import completed
from harness.pools.sources import load
from harness.targets.emulated import EmulatedTarget
from tests.pools.sources.files import EVERY_FORMAT, written

LEVEL = {
    "name": "level",
    "attribute_data_type": "Number",
    "developer_only_attribute": None,
    "mutable": None,
    "required": None,
    "number_attribute_constraints": [{"min_value": "1", "max_value": "9"}],
    "string_attribute_constraints": [],
}


def planned(folder: Path, **values: Any) -> Mapping[str, Any]:
    """Return the members of CreateUserPool of a pool with these arguments."""
    pool = {
        "address": "aws_cognito_user_pool.p",
        "mode": "managed",
        "type": "aws_cognito_user_pool",
        "name": "p",
        "values": {"name": "p", **values},
    }
    shown = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [pool]}}}
    return load(written(folder, shown)).pool.members


def test_an_attribute_is_immutable_without_the_argument(tmp_path: Path) -> None:
    """The provider sends false for mutable, while Cognito's own default is true."""
    (attribute,) = planned(tmp_path, schema=[LEVEL])["Schema"]
    assert attribute == {
        "Name": "level",
        "AttributeDataType": "Number",
        "DeveloperOnlyAttribute": False,
        "Mutable": False,
        "Required": False,
        "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
    }


@pytest.mark.parametrize("name", ["level", "email"])
def test_an_explicit_argument_wins(tmp_path: Path, name: str) -> None:
    """What the configuration says is sent."""
    given = {**LEVEL, "name": name, "mutable": True, "required": name == "email"}
    (attribute,) = planned(tmp_path, schema=[given])["Schema"]
    assert (attribute["Mutable"], attribute["Required"]) == (True, name == "email")


def test_a_standard_attribute_is_immutable_too(tmp_path: Path) -> None:
    """A block for email without mutable makes an email address that nobody can change."""
    path = tmp_path / "pool.json"
    planned(tmp_path, schema=[{"name": "email", "attribute_data_type": "String", "required": True}])
    assert completed(load(path)).pool.value("Schema") == [
        {"Name": "email", "Mutable": False, "Required": True}
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {
                "device_configuration": [
                    {
                        "challenge_required_on_new_device": None,
                        "device_only_remembered_on_user_prompt": None,
                    }
                ]
            },
            {},
        ),
        (
            {
                "device_configuration": [
                    {
                        "challenge_required_on_new_device": False,
                        "device_only_remembered_on_user_prompt": None,
                    }
                ]
            },
            {"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False}},
        ),
        ({"admin_create_user_config": [{"allow_admin_create_user_only": None}]}, {}),
        ({"account_recovery_setting": [{"recovery_mechanism": []}]}, {}),
        ({"lambda_config": [{"pre_sign_up": None, "kms_key_id": ""}]}, {}),
        ({"deletion_protection": None, "username_configuration": []}, {}),
        (
            {
                "password_policy": [
                    {
                        "minimum_length": 8,
                        "require_numbers": None,
                        "temporary_password_validity_days": 0,
                        "password_history_size": 0,
                    }
                ]
            },
            {"Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 0}}},
        ),
        (
            {
                "schema": [
                    {
                        "name": "nick",
                        "attribute_data_type": "String",
                        "mutable": True,
                        "string_attribute_constraints": [{"max_length": None, "min_length": ""}],
                    }
                ]
            },
            {
                "Schema": [
                    {
                        "Name": "nick",
                        "AttributeDataType": "String",
                        "DeveloperOnlyAttribute": False,
                        "Mutable": True,
                        "Required": False,
                    }
                ]
            },
        ),
    ],
)
def test_what_a_plan_leaves_out(
    tmp_path: Path, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    """A block without arguments is not sent, nor a validity of 0."""
    assert planned(tmp_path, **values) == {"PoolName": "p", **expected}


def test_a_plan_and_its_state_agree() -> None:
    """The state after apply shows the same attributes as the plan."""
    plan, state = (
        completed(load(EVERY_FORMAT[name])).pool.value("Schema")
        for name in ("Terraform plan", "Terraform state")
    )
    assert plan == state


def test_the_email_factor_without_texts_is_on(tmp_path: Path) -> None:
    """The block email_mfa_configuration is the switch, and its texts are optional."""
    block = [{"message": None, "subject": None}]
    planned(tmp_path, mfa_configuration="ON", email_mfa_configuration=block)
    assert load(tmp_path / "pool.json").mfa.value("EmailMfaConfiguration") == {}


def test_an_immutable_attribute_is_made_and_described(tmp_path: Path) -> None:
    """A pool that is made of the plan has the immutable attribute."""
    request = planned(tmp_path, schema=[LEVEL])
    target = EmulatedTarget(region="us-east-1")
    target.start()
    try:
        made = target.client().create_user_pool(**request)["UserPool"]
    finally:
        target.stop()
    (level,) = (found for found in made["SchemaAttributes"] if found["Name"] == "custom:level")
    assert level["Mutable"] is False
