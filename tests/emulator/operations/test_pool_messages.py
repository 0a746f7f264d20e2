"""Texts, triggers and policies of a pool, as DescribeUserPool shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.operations.test_pool_defaults import described
from tests.emulator.support.expect import refused

MakePool = Callable[..., str]

INVALID = "InvalidParameterException"
ROLE = "arn:aws:iam::123456789012:role/sms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
OLDER = {
    "EmailMessage": "EmailVerificationMessage",
    "EmailSubject": "EmailVerificationSubject",
    "SmsMessage": "SmsVerificationMessage",
}


@pytest.mark.fact("M019", "M023")
@pytest.mark.parametrize("newer", OLDER)
def test_text_of_the_template_has_its_older_name(
    call: Call, make_pool: MakePool, newer: str
) -> None:
    """A text in the template is shown under its older name too; a subject may have a code."""
    text = f"{newer} {{####}}"
    pool = described(call, make_pool(VerificationMessageTemplate={newer: text}))
    assert pool["VerificationMessageTemplate"][newer] == text
    assert pool[OLDER[newer]] == text
    assert not set(OLDER.values()) - {OLDER[newer]} & set(pool)


@pytest.mark.fact("M020", "M023")
@pytest.mark.parametrize("newer", OLDER)
def test_text_under_its_older_name_is_in_the_template(
    call: Call, make_pool: MakePool, newer: str
) -> None:
    """A text under its older name is shown in the template too."""
    text = f"{newer} {{####}}"
    pool = described(call, make_pool(**{OLDER[newer]: text}))
    assert pool[OLDER[newer]] == text
    assert pool["VerificationMessageTemplate"] == {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        newer: text,
    }


@pytest.mark.fact("M021")
def test_lengths_count_characters(call: Call, make_pool: MakePool) -> None:
    """Texts of three-byte characters are as long as texts of one-byte characters."""
    template = {
        "EmailMessage": "{####}" + "\u3042" * 1_000,
        "EmailMessageByLink": "{##\u3042##}" + "\u3042" * 1_000,
        "EmailSubject": "{####}" + "\u3042" * 134,
        "EmailSubjectByLink": "\u3042" * 140,
        "SmsMessage": "{####}" + "\u3042" * 134,
    }
    pool = described(call, make_pool(VerificationMessageTemplate=template))
    assert template.items() <= pool["VerificationMessageTemplate"].items()


@pytest.mark.fact("M022")
def test_invitation_is_shown_as_given(call: Call, make_pool: MakePool) -> None:
    """InviteMessageTemplate comes back unchanged."""
    invitation = {
        "EmailMessage": "{username} {####}",
        "EmailSubject": "Welcome",
        "SMSMessage": "{username} {####}",
    }
    pool = described(call, make_pool(AdminCreateUserConfig={"InviteMessageTemplate": invitation}))
    assert pool["AdminCreateUserConfig"]["InviteMessageTemplate"] == invitation


@pytest.mark.fact("M032")
def test_sms_texts_need_no_sms_configuration(call: Call, make_pool: MakePool) -> None:
    """Texts of SMS are accepted in a pool that cannot send them."""
    texts = {"SmsAuthenticationMessage": "In {####}", "SmsVerificationMessage": "Up {####}"}
    pool = described(call, make_pool(**texts))
    assert texts.items() <= pool.items()
    assert "SmsConfiguration" not in pool


@pytest.mark.fact("M030")
def test_sms_configuration_needs_no_mfa(call: Call, make_pool: MakePool) -> None:
    """SmsConfiguration is shown as given, and its members can be changed."""
    sms = {"SnsCallerArn": ROLE, "ExternalId": "x", "SnsRegion": "eu-west-1"}
    pool_id = make_pool(SmsConfiguration=sms)
    assert described(call, pool_id)["SmsConfiguration"] == sms
    other = {**sms, "SnsCallerArn": f"{ROLE}-2", "ExternalId": "y"}
    call("UpdateUserPool", UserPoolId=pool_id, SmsConfiguration=other)
    assert described(call, pool_id)["SmsConfiguration"] == other


@pytest.mark.fact("M035")
@pytest.mark.parametrize(
    "given",
    [
        {"PreTokenGeneration": FUNCTION + "a"},
        {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION + "a", "LambdaVersion": "V1_0"}},
    ],
    ids=["plain", "with a version"],
)
def test_pre_token_generation_has_both_forms(
    call: Call, make_pool: MakePool, given: dict[str, Any]
) -> None:
    """Each form is shown beside the other one, at creation and after an update."""
    both = {
        "PreTokenGeneration": FUNCTION + "a",
        "PreTokenGenerationConfig": {"LambdaArn": FUNCTION + "a", "LambdaVersion": "V1_0"},
    }
    assert described(call, make_pool(LambdaConfig=given))["LambdaConfig"] == both
    pool_id = make_pool()
    call("UpdateUserPool", UserPoolId=pool_id, LambdaConfig=given)
    assert described(call, pool_id)["LambdaConfig"] == both


@pytest.mark.fact("M033", "M034")
def test_triggers_are_replaced_as_a_whole(call: Call, make_pool: MakePool) -> None:
    """Ten triggers are shown as given; an update with one member drops the rest."""
    names = (
        "PreSignUp",
        "CustomMessage",
        "PostConfirmation",
        "PreAuthentication",
        "PostAuthentication",
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "UserMigration",
    )
    sender = {"LambdaArn": FUNCTION + "sender", "LambdaVersion": "V1_0"}
    key = {"KMSKeyID": "arn:aws:kms:us-east-1:123456789012:key/k"}
    config = {name: FUNCTION + name for name in names} | {"CustomEmailSender": sender} | key
    pool_id = make_pool(LambdaConfig=config)
    assert described(call, pool_id)["LambdaConfig"] == config
    call("UpdateUserPool", UserPoolId=pool_id, LambdaConfig=key)
    assert described(call, pool_id)["LambdaConfig"] == key


@pytest.mark.fact("M024", "M028")
def test_password_policy_is_shown_as_given(call: Call, make_pool: MakePool) -> None:
    """A whole policy comes back; a history of 24 passwords can be set to 0 again."""
    policy: dict[str, Any] = {
        "MinimumLength": 7,
        "RequireUppercase": False,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 14,
    }
    pool_id = make_pool(Policies={"PasswordPolicy": policy})
    assert described(call, pool_id)["Policies"]["PasswordPolicy"] == policy
    for history in (24, 0):
        changed = {**policy, "MinimumLength": 6, "PasswordHistorySize": history}
        call("UpdateUserPool", UserPoolId=pool_id, Policies={"PasswordPolicy": changed})
        shown = described(call, pool_id)["Policies"]["PasswordPolicy"]
        assert (shown["MinimumLength"], shown.get("PasswordHistorySize", 0)) == (6, history)


@pytest.mark.fact("M046")
@pytest.mark.parametrize("operation", ["CreateUserPool", "UpdateUserPool"])
@pytest.mark.parametrize("days", [(3, 4), (3, 3)])
def test_two_validities_of_temporary_passwords_are_refused(
    call: Call, pool_id: str, operation: str, days: tuple[int, int]
) -> None:
    """The older and the newer name of the validity exclude each other, even if they agree."""
    target = {"PoolName": "new"} if operation == "CreateUserPool" else {"UserPoolId": pool_id}
    text = (
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
        "UnusedAccountValidityDays"
    )
    with refused(INVALID, text):
        call(
            operation,
            **target,
            Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": days[0]}},
            AdminCreateUserConfig={"UnusedAccountValidityDays": days[1]},
        )


@pytest.mark.fact("M025", "M026", "M027", "M029")
@pytest.mark.parametrize(
    "given",
    [
        {"UsernameConfiguration": {"CaseSensitive": True}},
        {"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"]},
        {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}},
        {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}},
        {
            "UserPoolTier": "PLUS",
            "UserPoolAddOns": {
                "AdvancedSecurityMode": "ENFORCED",
                "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
            },
        },
    ],
)
def test_setting_is_shown_as_given(call: Call, make_pool: MakePool, given: dict[str, Any]) -> None:
    """Settings that equal a default, too, are shown once they are given."""
    assert given.items() <= described(call, make_pool(**given)).items()
