"""UpdateUserPool: what it keeps, what it resets, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.conftest import Call
from tests.emulator.operations.test_pool_defaults import described
from tests.emulator.support.expect import START, refused

MakePool = Callable[..., str]

INVALID = "InvalidParameterException"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:a"
ROLE = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
MULTI = {
    "WebAuthnConfiguration": {
        "RelyingPartyId": "example.com",
        "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
    }
}
POLICY = {
    "MinimumLength": 12,
    "RequireUppercase": False,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": False,
    "TemporaryPasswordValidityDays": 3,
}
SIGN_IN = {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}

KEPT: dict[str, Any] = {
    "Policies": {"PasswordPolicy": POLICY, "SignInPolicy": SIGN_IN},
    "UserPoolTags": {"owner": "tests"},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    "EmailConfiguration": {
        "EmailSendingAccount": "COGNITO_DEFAULT",
        "ReplyToEmailAddress": "a@b.c",
    },
    "SmsConfiguration": ROLE,
    "UserPoolTier": "PLUS",
    "DeletionProtection": "ACTIVE",
    "KeyConfiguration": {
        "KeyType": "CUSTOMER_MANAGED_KEY",
        "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k",
    },
    "IssuerConfiguration": {"Type": "UPDATED"},
}
RESET: dict[str, tuple[Any, Any]] = {
    "AutoVerifiedAttributes": (["email"], []),
    "LambdaConfig": ({"PreSignUp": FUNCTION}, {}),
    "UserPoolAddOns": ({"AdvancedSecurityMode": "AUDIT"}, {}),
    "VerificationMessageTemplate": (
        {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
        {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    ),
    "SmsAuthenticationMessage": ("Code {####}", {}),
    "DeviceConfiguration": ({"ChallengeRequiredOnNewDevice": True}, {}),
}


@pytest.mark.fact("N012", "N013")
@pytest.mark.parametrize("name", KEPT)
def test_omitted_setting_is_kept(call: Call, make_pool: MakePool, name: str) -> None:
    """UpdateUserPool keeps these settings if it does not name them."""
    pool_id = make_pool(**{name: KEPT[name]})
    call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed")
    assert described(call, pool_id)[name] == KEPT[name]


@pytest.mark.fact("N013")
@pytest.mark.parametrize("name", RESET)
def test_omitted_setting_is_reset(call: Call, make_pool: MakePool, name: str) -> None:
    """UpdateUserPool resets these settings if it does not name them."""
    given, expected = RESET[name]
    pool_id = make_pool(**{name: given})
    assert described(call, pool_id)[name] == given
    call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed")
    assert (described(call, pool_id).get(name) or {}) == (expected or {})


@pytest.mark.fact("N013")
def test_sign_up_is_open_again_after_an_update(call: Call, make_pool: MakePool) -> None:
    """AllowAdminCreateUserOnly is reset if UpdateUserPool does not name it."""
    pool_id = make_pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    call("UpdateUserPool", UserPoolId=pool_id)
    assert described(call, pool_id)["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False


@pytest.mark.fact("N013")
@pytest.mark.parametrize(
    ("mode", "factors"),
    [("OFF", MULTI), ("OPTIONAL", TOTP), ("ON", TOTP), ("ON", {**TOTP, **MULTI})],
)
def test_omitted_mfa_is_kept(call: Call, pool_id: str, mode: str, factors: dict[str, Any]) -> None:
    """UpdateUserPool without MfaConfiguration keeps the mode, the factors and the passkeys."""
    call("SetUserPoolMfaConfig", UserPoolId=pool_id, MfaConfiguration=mode, **factors)
    call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed")
    expected = {"MfaConfiguration": mode, **factors}
    assert call("GetUserPoolMfaConfig", UserPoolId=pool_id) == expected


@pytest.mark.fact("N012")
@pytest.mark.parametrize("sign_in", [None, {}])
def test_password_policy_alone_keeps_the_sign_in_policy(
    call: Call, make_pool: MakePool, sign_in: dict[str, Any] | None
) -> None:
    """SignInPolicy stays if it is omitted, and if it is empty."""
    pool_id = make_pool(Policies={"SignInPolicy": SIGN_IN})
    policies = {"PasswordPolicy": POLICY} | ({} if sign_in is None else {"SignInPolicy": sign_in})
    call("UpdateUserPool", UserPoolId=pool_id, Policies=policies)
    after = {"PasswordPolicy": POLICY, "SignInPolicy": SIGN_IN}
    assert described(call, pool_id)["Policies"] == after


@pytest.mark.fact("N012")
def test_sign_in_policy_alone_keeps_the_password_policy(call: Call, make_pool: MakePool) -> None:
    """PasswordPolicy stays if only SignInPolicy is given."""
    pool_id = make_pool(Policies={"PasswordPolicy": POLICY})
    call("UpdateUserPool", UserPoolId=pool_id, Policies={"SignInPolicy": SIGN_IN})
    after = {"PasswordPolicy": POLICY, "SignInPolicy": SIGN_IN}
    assert described(call, pool_id)["Policies"] == after


@pytest.mark.fact("N013b")
def test_attribute_that_waits_must_stay_auto_verified(call: Call, make_pool: MakePool) -> None:
    """Without AutoVerifiedAttributes an update contradicts what is kept, and nothing changes."""
    waiting = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool_id = make_pool(UserAttributeUpdateSettings=waiting)
    before = described(call, pool_id)
    text = (
        "All attributes in AttributesRequireVerificationBeforeUpdate must exist in "
        "AutoVerifiedAttributes"
    )
    with refused(INVALID, text):
        call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed")
    assert described(call, pool_id) == before
    call("UpdateUserPool", UserPoolId=pool_id, AutoVerifiedAttributes=["email"])
    assert described(call, pool_id)["UserAttributeUpdateSettings"] == waiting


@pytest.mark.fact("M041")
def test_last_waiting_attribute_leaves_an_empty_list(call: Call, make_pool: MakePool) -> None:
    """The setting stays as an object with an empty list."""
    waiting = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool_id = make_pool(UserAttributeUpdateSettings=waiting)
    none: dict[str, Any] = {"AttributesRequireVerificationBeforeUpdate": []}
    call("UpdateUserPool", UserPoolId=pool_id, UserAttributeUpdateSettings=none)
    assert described(call, pool_id)["UserAttributeUpdateSettings"] == none


@pytest.mark.fact("M036")
def test_device_configuration_is_shown_as_given(call: Call, make_pool: MakePool) -> None:
    """Both members are shown as given, and change by an update."""
    names = ("ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt")
    first = {names[0]: True, names[1]: False}
    second = {names[0]: False, names[1]: True}
    pool_id = make_pool(DeviceConfiguration=first)
    assert described(call, pool_id)["DeviceConfiguration"] == first
    call("UpdateUserPool", UserPoolId=pool_id, DeviceConfiguration=second)
    assert described(call, pool_id)["DeviceConfiguration"] == second


@pytest.mark.fact("M038", "M039")
def test_plan_and_name_change_in_place(call: Call, engine: Engine, make_pool: MakePool) -> None:
    """A pool goes from PLUS to LITE and gets another name, and stays the same pool."""
    pool_id = make_pool(UserPoolTier="PLUS")
    engine.clock.advance(5)
    call("UpdateUserPool", UserPoolId=pool_id, UserPoolTier="LITE", PoolName="renamed")
    pool = described(call, pool_id)
    assert (pool["UserPoolTier"], pool["Name"]) == ("LITE", "renamed")
    assert (pool["Id"], pool["CreationDate"]) == (pool_id, START)


@pytest.mark.fact("M040", "M044")
def test_deletion_protection_is_switched_by_an_update(call: Call, pool_id: str) -> None:
    """A protected pool stays; it may be switched off twice, and is gone once it is deleted."""
    call("UpdateUserPool", UserPoolId=pool_id, DeletionProtection="ACTIVE")
    with refused(INVALID):
        call("DeleteUserPool", UserPoolId=pool_id)
    for _ in range(2):
        call("UpdateUserPool", UserPoolId=pool_id, DeletionProtection="INACTIVE")
    call("DeleteUserPool", UserPoolId=pool_id)
    with refused("ResourceNotFoundException"):
        described(call, pool_id)


@pytest.mark.fact("M042")
def test_tags_are_visible_in_the_description(call: Call, pool_id: str) -> None:
    """A tag is in UserPoolTags until it is removed."""
    arn = described(call, pool_id)["Arn"]
    call("TagResource", ResourceArn=arn, Tags={"a": "1", "b": "2"})
    assert described(call, pool_id)["UserPoolTags"] == {"a": "1", "b": "2"}
    call("UntagResource", ResourceArn=arn, TagKeys=["a"])
    assert described(call, pool_id)["UserPoolTags"] == {"b": "2"}


def test_levels_of_step_up_are_not_emulated(call: Call, make_pool: MakePool) -> None:
    """A pool never takes AcrConfiguration silently, neither new nor later."""
    levels = {"AcrConfiguration": {"Level1": {"AcrValue": "high"}}}
    pool_id = make_pool()
    for attempt in (
        lambda: make_pool(**levels),
        lambda: call("UpdateUserPool", UserPoolId=pool_id, **levels),
    ):
        with pytest.raises(Refusal, match="AcrConfiguration is not emulated") as caught:
            attempt()
        assert caught.value.status == 501
