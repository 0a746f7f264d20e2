"""What DescribeUserPool shows of a pool that was created with little, and of its schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.support.expect import START, refused

MakePool = Callable[..., str]

INVALID = "InvalidParameterException"
ROLE = "arn:aws:iam::123456789012:role/sms"


def described(call: Call, pool_id: str) -> dict[str, Any]:
    """Return a pool's description."""
    return dict(call("DescribeUserPool", UserPoolId=pool_id)["UserPool"])


def schema(call: Call, pool_id: str) -> dict[str, dict[str, Any]]:
    """Return a pool's SchemaAttributes by name, without the names."""
    members = described(call, pool_id)["SchemaAttributes"]
    return {member["Name"]: {n: v for n, v in member.items() if n != "Name"} for member in members}


@pytest.fixture
def bare(call: Call) -> dict[str, Any]:
    """The description of a pool that was created with only a name."""
    return described(call, call("CreateUserPool", PoolName="bare")["UserPool"]["Id"])


class TestBarePool:
    """A pool that was created with only a name."""

    @pytest.mark.fact("M001")
    def test_mfa_protection_and_users(self, bare: dict[str, Any]) -> None:
        """MFA is off, nothing protects the pool, and it has no users."""
        assert bare["MfaConfiguration"] == "OFF"
        assert bare["DeletionProtection"] == "INACTIVE"
        assert bare["EstimatedNumberOfUsers"] == 0
        assert bare["UserPoolTier"] == "ESSENTIALS"

    @pytest.mark.fact("M002", "M003", "A033", "A191")
    def test_policies(self, bare: dict[str, Any]) -> None:
        """Passwords have eight characters of four classes, and are the only first factor."""
        assert bare["Policies"]["PasswordPolicy"] == {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        }
        assert bare["Policies"]["SignInPolicy"] == {"AllowedFirstAuthFactors": ["PASSWORD"]}

    @pytest.mark.fact("M004", "M004b")
    def test_account_recovery_is_shown(self, bare: dict[str, Any]) -> None:
        """The phone comes first, then email."""
        mechanisms = bare["AccountRecoverySetting"]["RecoveryMechanisms"]
        assert {entry["Priority"]: entry["Name"] for entry in mechanisms} == {
            1: "verified_phone_number",
            2: "verified_email",
        }

    @pytest.mark.fact("M005")
    def test_messages_and_sign_up(self, bare: dict[str, Any]) -> None:
        """Users may sign up, Cognito sends the emails, and they have a code."""
        assert bare["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
        assert bare["EmailConfiguration"]["EmailSendingAccount"] == "COGNITO_DEFAULT"
        template = bare["VerificationMessageTemplate"]
        assert template["DefaultEmailOption"] == "CONFIRM_WITH_CODE"

    @pytest.mark.fact("M006", "M007")
    @pytest.mark.parametrize(
        "name",
        [
            "SmsConfiguration",
            "UsernameConfiguration",
            "DeviceConfiguration",
            "UserPoolAddOns",
            "SmsAuthenticationMessage",
            "AliasAttributes",
            "UsernameAttributes",
        ],
    )
    def test_member_is_absent(self, bare: dict[str, Any], name: str) -> None:
        """These members are absent unless they are given."""
        assert name not in bare

    @pytest.mark.fact("M006", "M007")
    @pytest.mark.parametrize("name", ["LambdaConfig", "UserPoolTags", "AutoVerifiedAttributes"])
    def test_member_is_absent_or_empty(self, bare: dict[str, Any], name: str) -> None:
        """The pool has no triggers and no tags, and verifies nothing."""
        assert not bare.get(name)

    @pytest.mark.fact("M007", "M041")
    def test_no_attribute_waits_for_verification(self, bare: dict[str, Any]) -> None:
        """UserAttributeUpdateSettings is absent or has an empty list."""
        settings = bare.get("UserAttributeUpdateSettings") or {}
        assert not settings.get("AttributesRequireVerificationBeforeUpdate")

    @pytest.mark.fact("M043")
    def test_id_and_arn(self, bare: dict[str, Any]) -> None:
        """The Id has nine letters or digits after the region, and the ARN ends with it."""
        assert re.fullmatch(r"us-east-1_[0-9A-Za-z]{9}", bare["Id"])
        assert bare["Arn"] == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{bare['Id']}"


@pytest.mark.fact("M004c")
def test_empty_recovery_setting_stays_empty(call: Call, make_pool: MakePool) -> None:
    """An empty AccountRecoverySetting gets no mechanisms."""
    pool = described(call, make_pool(AccountRecoverySetting={}))
    assert not pool["AccountRecoverySetting"].get("RecoveryMechanisms")


STANDARD = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
]


class TestSchema:
    """SchemaAttributes."""

    @pytest.mark.fact("M009", "M010", "M011")
    @pytest.mark.parametrize("given", [[], [{"Name": "address", "Mutable": False}]])
    def test_standard_attributes_have_their_order(
        self, call: Call, make_pool: MakePool, given: list[dict[str, Any]]
    ) -> None:
        """All twenty are listed in Cognito's order, without identities; custom ones come last."""
        custom = {"Name": "team", "AttributeDataType": "String"}
        names = list(schema(call, make_pool(Schema=[custom, *given])))
        assert names == [*STANDARD, "custom:team"]

    @pytest.mark.fact("M009")
    def test_standard_attributes_have_their_constraints(self, call: Call, pool_id: str) -> None:
        """Strings have 0 to 2048 characters, with two exceptions; other types differ."""
        shown = schema(call, pool_id)
        limits = {"sub": ("1", "2048"), "birthdate": ("10", "10")}
        others = ("email_verified", "phone_number_verified", "updated_at")
        for name in set(STANDARD) - set(others):
            least, most = limits.get(name, ("0", "2048"))
            constraints = {"MinLength": least, "MaxLength": most}
            assert shown[name]["StringAttributeConstraints"] == constraints, name
            assert shown[name]["Required"] is (name == "sub")
            assert shown[name]["Mutable"] is (name != "sub")
        for name in others[:2]:
            assert shown[name]["AttributeDataType"] == "Boolean"
            assert not any("Constraints" in member for member in shown[name])
        assert shown["updated_at"]["NumberAttributeConstraints"] == {"MinValue": "0"}

    @pytest.mark.fact("M012", "M013")
    def test_redefined_standard_attribute_is_shown_as_given(
        self, call: Call, make_pool: MakePool
    ) -> None:
        """Given constraints come back; a string without constraints has 0 to 2048 characters."""
        limits = {"MinLength": "5", "MaxLength": "10"}
        email = {
            "Name": "email",
            "AttributeDataType": "String",
            "Mutable": False,
            "Required": True,
            "StringAttributeConstraints": limits,
        }
        plain = {"Name": "nickname", "AttributeDataType": "String", "Mutable": True}
        shown = schema(call, make_pool(Schema=[email, plain]))
        assert shown["email"]["StringAttributeConstraints"] == limits
        assert (shown["email"]["Mutable"], shown["email"]["Required"]) == (False, True)
        constraints = {"MinLength": "0", "MaxLength": "2048"}
        assert shown["nickname"]["StringAttributeConstraints"] == constraints

    @pytest.mark.fact("M014", "M014b", "M016")
    @pytest.mark.parametrize(
        ("data_type", "given", "expected"),
        [
            ("String", {}, {"StringAttributeConstraints": {}}),
            ("Number", {}, {"NumberAttributeConstraints": {}}),
            ("Boolean", {}, {}),
            (
                "String",
                {"StringAttributeConstraints": {"MaxLength": "9"}},
                {"StringAttributeConstraints": {"MaxLength": "9"}},
            ),
        ],
    )
    def test_custom_attribute_shows_only_given_constraints(
        self,
        call: Call,
        make_pool: MakePool,
        data_type: str,
        given: dict[str, Any],
        expected: dict[str, Any],
    ) -> None:
        """Strings and numbers always show constraints, but none is filled in."""
        custom = {"Name": "x", "AttributeDataType": data_type, **given}
        shown = schema(call, make_pool(Schema=[custom]))["custom:x"]
        assert {name: shown[name] for name in shown if "Constraints" in name} == expected

    @pytest.mark.fact("M015")
    def test_developer_attribute_has_its_prefix(self, call: Call, make_pool: MakePool) -> None:
        """DeveloperOnlyAttribute adds dev: to the name."""
        custom = {"Name": "x", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}
        assert "dev:custom:x" in schema(call, make_pool(Schema=[custom]))

    @pytest.mark.fact("M017", "M018")
    def test_attribute_can_be_added_once(self, call: Call, pool_id: str) -> None:
        """An added attribute shows at once in the same pool, and cannot be added again."""
        before = described(call, pool_id)
        team = {"Name": "team", "AttributeDataType": "Number"}
        call("AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=[team])
        after = described(call, pool_id)
        assert after["SchemaAttributes"][:-1] == before["SchemaAttributes"]
        assert after["SchemaAttributes"][-1]["Name"] == "custom:team"
        assert (after["Id"], after["CreationDate"]) == (before["Id"], START)
        with refused(INVALID):
            call("AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=[team])

    @pytest.mark.fact("M047")
    def test_required_custom_attribute_is_refused(self, call: Call, make_pool: MakePool) -> None:
        """A custom attribute cannot be required."""
        custom = {"Name": "x", "AttributeDataType": "String", "Required": True}
        with refused(INVALID, "Required custom attributes are not supported currently."):
            make_pool(Schema=[custom])
