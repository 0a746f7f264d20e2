"""What follows from a pool for its people: attributes, verified contacts, second factors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.pools.sources import load
from harness.pools.spec.conversion import spec_of
from harness.pools.spec.people import PoolPeople
from harness.pools.spec.pool_spec import PoolSpec

BOTH: Any = ("email", "phone_number")


def people(**fields: Any) -> PoolPeople:
    """Return the people of a pool."""
    return PoolPeople(PoolSpec(**fields))


@pytest.mark.parametrize(
    ("fields", "contact"),
    [
        ({}, "email"),
        ({"auto_verified": ()}, None),
        ({"auto_verified": BOTH}, "phone_number"),
        ({"auto_verified": BOTH, "write_attributes": ("email",)}, "email"),
        ({"auto_verified": ("phone_number",)}, "phone_number"),
        ({"required_attributes": ("phone_number",)}, "email"),
        ({"write_attributes": ("name",)}, None),
        ({"write_attributes": ("name",), "sign_in_names": "email"}, "email"),
    ],
)
def test_code_of_a_sign_up_goes_to_one_contact(fields: dict[str, Any], contact: str | None) -> None:
    """The code goes by SMS if it can, else by email, and nowhere without a contact to verify."""
    found = people(**fields)
    assert found.sign_up_contact == contact
    assert found.verified == (() if contact is None else (contact,))


def test_administrator_verifies_every_contact() -> None:
    """Where only administrators create users, all contacts of a user are verified."""
    closed = people(allow_admin_create_user_only=True, auto_verified=BOTH)
    assert closed.verified == ("phone_number", "email")


@pytest.mark.parametrize(
    ("fields", "contact"),
    [
        ({}, "email"),
        ({"auto_verified": ()}, None),
        ({"recovery_by_administrator_only": True}, None),
        ({"recovery_order": ("phone_number",)}, None),
        ({"mfa": "ON", "second_factors": ("EMAIL_OTP",)}, None),
        ({"auto_verified": BOTH, "recovery_order": BOTH}, "phone_number"),
    ],
)
def test_recovery_needs_a_verified_contact(fields: dict[str, Any], contact: str | None) -> None:
    """A recovery code goes to the first verified contact that is no second factor."""
    assert people(**fields).recovery_contact == contact


@pytest.mark.parametrize(
    ("fields", "set_up", "sent"),
    [
        ({}, False, None),
        ({"mfa": "ON"}, True, None),
        ({"mfa": "ON", "second_factors": ("SMS_MFA",)}, False, "SMS_MFA"),
        ({"mfa": "ON", "second_factors": ("SMS_MFA",), "auto_verified": BOTH}, False, "SMS_MFA"),
        ({"mfa": "ON", "second_factors": ("SOFTWARE_TOKEN_MFA", "EMAIL_OTP")}, True, "EMAIL_OTP"),
        ({"mfa": "OPTIONAL", "second_factors": ("EMAIL_OTP",)}, False, None),
    ],
)
def test_second_factor_is_set_up_or_sent(
    fields: dict[str, Any], set_up: bool, sent: str | None
) -> None:
    """TOTP is set up first; where MFA is ON, codes are sent to the contacts that people have."""
    found = people(**fields)
    assert (found.set_up_totp, found.sent_factor) == (set_up, sent)


def test_links_are_followed_only_in_emails() -> None:
    """CONFIRM_WITH_LINK says nothing about a code that comes by SMS."""
    assert people(confirms_by_link=True).follow_links
    assert not people(confirms_by_link=True, auto_verified=BOTH).follow_links


def test_app_client_may_read_and_write_what_it_says() -> None:
    """Without ReadAttributes and WriteAttributes everything is allowed."""
    some = people(write_attributes=("email",), read_attributes=("name",))
    assert (some.may_write("email"), some.may_write("name")) == (True, False)
    assert (some.may_read("email"), some.may_read("name")) == (False, True)
    assert people().may_read("email")
    assert people().may_write("email")


TEMPLATE = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [phone_number, email]
      MfaConfiguration: "ON"
      EnabledMfas: [SMS_MFA]
      SmsConfiguration: {SnsCallerArn: !GetAtt Role.Arn}
      AccountRecoverySetting:
        RecoveryMechanisms:
          - {Name: verified_phone_number, Priority: 2}
          - {Name: verified_email, Priority: 1}
      UserAttributeUpdateSettings: {AttributesRequireVerificationBeforeUpdate: [email]}
      VerificationMessageTemplate: {DefaultEmailOption: CONFIRM_WITH_LINK}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, WriteAttributes: [email], ReadAttributes: [name, email]}
"""


def test_specification_of_a_file_says_it_all(tmp_path: Path) -> None:
    """Everything about people is read from the file, however late its values are known."""
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    spec = spec_of(load(file))
    assert spec.second_factors == ("SMS_MFA",)
    assert spec.recovery_order == ("email", "phone_number")
    assert spec.update_needs_verification == ("email",)
    assert spec.confirms_by_link
    assert spec.write_attributes == ("email",)
    assert spec.read_attributes == ("email", "name")
