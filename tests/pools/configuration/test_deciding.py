"""The settings that decide how people sign in: only they must be known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.deciding import DECIDING, unknown_deciders
from harness.pools.configuration.pool_configuration import Kind, Part, PoolConfiguration, Unknown
from harness.pools.configuration.service_members import member_names
from harness.pools.sources import load
from harness.pools.spec.conversion import spec_of
from tests.pools.audit.pools import pool

HIDDEN = Unknown("Ref Parameter")
NAMED = {"Name": "email"}
REQUIRED = {"Name": "name", "Required": True}

#: Unknown values that decide nothing.
OPEN: list[tuple[Kind, str, Any]] = [
    ("pool", "PoolName", HIDDEN),
    ("pool", "AdminCreateUserConfig.InviteMessageTemplate.EmailMessage", HIDDEN),
    ("pool", "AdminCreateUserConfig.InviteMessageTemplate", HIDDEN),
    ("pool", "VerificationMessageTemplate.EmailSubject", HIDDEN),
    ("pool", "EmailConfiguration.SourceArn", HIDDEN),
    ("pool", "LambdaConfig.PreSignUp", HIDDEN),
    ("pool", "Schema", [{"Name": "tenant", "StringAttributeConstraints": {"MaxLength": HIDDEN}}]),
    ("pool", "Schema", [{"Name": HIDDEN, "AttributeDataType": "String"}]),
    ("mfa", "SmsMfaConfiguration", {"SmsConfiguration": {"SnsCallerArn": HIDDEN}}),
    ("mfa", "EmailMfaConfiguration", {"Message": HIDDEN}),
    ("client", "CallbackURLs", [HIDDEN]),
    ("client", "RefreshTokenRotation", {"Feature": "DISABLED"}),
]
#: Unknown values that decide.
DECISIVE: list[tuple[Kind, str, Any]] = [
    ("mfa", "MfaConfiguration", HIDDEN),
    ("mfa", "SmsMfaConfiguration", HIDDEN),
    ("pool", "AdminCreateUserConfig", HIDDEN),
    ("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly", HIDDEN),
    ("pool", "Policies", HIDDEN),
    ("pool", "Policies.PasswordPolicy.MinimumLength", HIDDEN),
    ("pool", "AutoVerifiedAttributes", [HIDDEN]),
    ("pool", "AccountRecoverySetting.RecoveryMechanisms", [HIDDEN]),
    ("pool", "Schema", HIDDEN),
    ("pool", "Schema", [HIDDEN]),
    ("pool", "Schema", [{"Name": HIDDEN, "Required": True}]),
    ("pool", "Schema", [{**NAMED, "Required": HIDDEN}]),
    ("pool", "Schema", [{**NAMED, "Mutable": HIDDEN}]),
    ("pool", "Schema", [{**REQUIRED, "StringAttributeConstraints": {"MaxLength": HIDDEN}}]),
    ("client", "ExplicitAuthFlows", ["ALLOW_USER_SRP_AUTH", HIDDEN]),
    ("client", "WriteAttributes", HIDDEN),
]


@pytest.mark.parametrize("change", OPEN, ids=lambda change: f"{change[0]}.{change[1]}")
def test_what_decides_nothing_can_stay_unknown(change: tuple[Kind, str, Any]) -> None:
    """The texts of messages, ARNs and optional attributes change no sign-in."""
    assert unknown_deciders(pool(change)) == ()


@pytest.mark.parametrize("change", DECISIVE, ids=lambda change: f"{change[0]}.{change[1]}")
def test_what_decides_is_named(change: tuple[Kind, str, Any]) -> None:
    """Each unknown setting that decides is found, at its path or at a part of it."""
    kind, path, _ = change
    (found,) = unknown_deciders(pool(change))
    assert found.part.kind == kind
    assert found.path.startswith(path)
    assert found.value is HIDDEN


def test_factors_decide_nothing_without_mfa() -> None:
    """While MFA is OFF, Cognito keeps no second factor."""
    changes: list[tuple[Kind, str, Any]] = [
        ("mfa", "MfaConfiguration", "OFF"),
        ("mfa", "SmsMfaConfiguration", HIDDEN),
    ]
    assert unknown_deciders(pool(*changes)) == ()


def test_only_the_chosen_app_client_decides() -> None:
    """An unknown flow of another app client does not count if one is named, else it does."""
    whole = pool()
    other = Part("client", "Other", {"ExplicitAuthFlows": HIDDEN})
    both = PoolConfiguration(whole.origin, whole.pool, whole.mfa, (*whole.clients, other))
    assert unknown_deciders(both, whole.clients[0].name) == ()
    assert [found.part.name for found in unknown_deciders(both)] == ["Other"]


@pytest.mark.parametrize("kind", DECIDING)
def test_every_path_begins_with_a_member_of_the_request(kind: Kind) -> None:
    """No path can be misspelled so that it never matches."""
    assert {path.split(".")[0].removesuffix("[]") for path in DECIDING[kind]} <= {
        *member_names(kind)
    }


TEMPLATE = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [email]
      Schema:
        - {Name: name, Required: true}
        - {Name: email, Required: !Ref Wanted}
      AdminCreateUserConfig:
        AllowAdminCreateUserOnly: true
        InviteMessageTemplate: {EmailMessage: !Sub 'Your code is {####}: ${Site.DomainName}'}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
Parameters:
  Wanted: {Type: String}
"""


def test_unknown_text_of_an_invitation_is_no_hindrance(tmp_path: Path) -> None:
    """A pool whose invitation is unknown has a specification."""
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE.replace("!Ref Wanted", "false"), encoding="utf-8")
    assert spec_of(load(file)).allow_admin_create_user_only


def test_message_names_the_place_in_the_file(tmp_path: Path) -> None:
    """The place of an attribute is its own, although the schema is sorted by its defaults."""
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"Pool\.Properties\.Schema\[1\]\.Required"):
        spec_of(load(file))
