"""Specifications with unknown fields: which settings they depend on, and what fits them."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from harness.pools.configuration.deciding import DECIDING, UnknownDecider
from harness.pools.configuration.known_members import known_configuration
from harness.pools.configuration.pool_configuration import Kind, Part, Unknown
from harness.pools.sources import load
from harness.pools.spec.conversion import spec_of
from harness.pools.spec.partly_known import (
    PartlyKnownSpec,
    fields_of,
    partly_known_spec,
    unknown_fields,
)
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.spec_match import mismatches
from tests.pools.sources.files import template

WEB = """
  Web: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref Pool}}
Parameters: {X: {Type: String}}
"""
#: Settings that a specification does not describe.
IN_NO_FIELD = (
    "ReadAttributes",
    "UserAttributeUpdateSettings",
    "VerificationMessageTemplate",
    "WriteAttributes",
)


def decider(kind: Kind, path: str) -> UnknownDecider:
    """Return an unknown setting."""
    return UnknownDecider(Part(kind, "x", {}), path, Unknown("Ref X"))


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind, paths in DECIDING.items() for path in paths]
)
def test_every_deciding_setting_has_its_fields(kind: Kind, path: str) -> None:
    """A setting that decides is behind a field, or is one that a specification leaves open."""
    names = fields_of(decider(kind, path.replace("[]", "[0]")))
    assert set(names) <= {field.name for field in fields(PoolSpec)}
    assert bool(names) != path.startswith(IN_NO_FIELD)


@pytest.mark.parametrize(
    ("kind", "path", "names"),
    [
        ("pool", "AliasAttributes[1]", {"sign_in_names"}),
        (
            "pool",
            "AdminCreateUserConfig",
            {"allow_admin_create_user_only", "temporary_password_validity_days"},
        ),
        ("pool", "Policies.PasswordPolicy.MinimumLength", {"password_policy"}),
        ("mfa", "SoftwareTokenMfaConfiguration.Enabled", {"mfa"}),
        ("client", "TokenValidityUnits.IdToken", {"id_token_validity"}),
    ],
)
def test_fields_of_parts_and_wholes(kind: Kind, path: str, names: set[str]) -> None:
    """An item of a list and a whole structure decide about the fields that they are part of."""
    assert set(fields_of(decider(kind, path))) == names


def test_an_unknown_field_fits_no_value(tmp_path: Path) -> None:
    """Whatever a test needs, a pool whose MFA is unknown is not known to have it."""
    path = template(tmp_path, "MfaConfiguration: !Ref X\nEnabledMfas: [SOFTWARE_TOKEN_MFA]", WEB)
    found = partly_known_spec(load(path), "Web")
    assert unknown_fields(found) == {"mfa"}
    for wanted in ("ON", "OFF", "OPTIONAL"):
        asked = replace(PoolSpec(), mfa=wanted, auth_flows=found.auth_flows)
        assert [each.field for each in mismatches(asked, found)] == ["mfa"]


def test_a_field_that_a_test_leaves_open_does_not_matter(tmp_path: Path) -> None:
    """An unknown field counts only if the test asks about it."""
    found = partly_known_spec(
        load(template(tmp_path, "AutoVerifiedAttributes: !Ref X", WEB)), "Web"
    )
    asked = replace(PoolSpec(), auth_flows=found.auth_flows)
    assert mismatches(asked, found) == []
    named = mismatches(asked, found, {"auto_verified"})
    assert [each.field for each in named] == ["auto_verified"]


def test_a_known_pool_has_an_ordinary_specification(tmp_path: Path) -> None:
    """Without unknown settings nothing changes; other unknown values change nothing either."""
    path = template(tmp_path, "UserPoolName: !Ref X\nDeviceConfiguration: {}", WEB)
    found = partly_known_spec(load(path), "Web")
    assert not isinstance(found, PartlyKnownSpec)
    assert found == spec_of(load(path))


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("AliasAttributes: [email, !Ref X]", {"AliasAttributes": ["email"]}),
        ("AliasAttributes: [!Ref X]", {}),
        ("DeviceConfiguration: {ChallengeRequiredOnNewDevice: !Ref X}", {}),
        (
            "Schema: [{Name: !Ref X, Required: true}, {Name: level}]",
            {"Schema": [{"Name": "level"}]},
        ),
        ("LambdaConfig: {PreSignUp: !Ref X}", {}),
        (
            "SmsConfiguration: {SnsCallerArn: !Ref X}",
            {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/stand-in"}},
        ),
    ],
)
def test_what_is_left_of_the_members(
    tmp_path: Path, setting: str, expected: dict[str, object]
) -> None:
    """A list or structure of which nothing is known is left out as a whole."""
    found = known_configuration(load(template(tmp_path, setting, WEB)))
    assert found.pool.members == expected


def test_mfa_is_off_without_a_known_factor(tmp_path: Path) -> None:
    """ON with unknown factors would be refused by Cognito, so MFA is left off."""
    path = template(tmp_path, "MfaConfiguration: 'ON'\nEnabledMfas: [!Ref X]", WEB)
    found = known_configuration(load(path))
    assert found.mfa.members == {}
    assert unknown_fields(partly_known_spec(load(path), "Web")) == {"mfa"}
