"""User pools: creation, description, update, deletion, lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import DAY, PASSWORD, START, refused

MakePool = Callable[..., str]

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:trigger"
DEFAULT_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
DEFAULTS: dict[str, Any] = {
    "Policies": {
        "PasswordPolicy": DEFAULT_POLICY,
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "MfaConfiguration": "OFF",
    "EstimatedNumberOfUsers": 0,
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "UserPoolTags": {},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    "UserPoolTier": "ESSENTIALS",
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_phone_number"},
            {"Priority": 2, "Name": "verified_email"},
        ]
    },
}

#: Settings with values other than the defaults; each is described as it was set.
CHANGED: dict[str, Any] = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": False,
            "RequireLowercase": True,
            "RequireNumbers": False,
            "RequireSymbols": True,
            "PasswordHistorySize": 4,
            "TemporaryPasswordValidityDays": 1,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
    },
    "DeletionProtection": "ACTIVE",
    "LambdaConfig": {"PreSignUp": LAMBDA},
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "SmsVerificationMessage": "Your code is {####}",
    "EmailVerificationMessage": "Your code is {####}",
    "EmailVerificationSubject": "Code",
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
        "SmsMessage": "Your code is {####}",
        "EmailMessage": "Your code is {####}",
        "EmailSubject": "Code",
    },
    "SmsAuthenticationMessage": "Your code is {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
    "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": LAMBDA},
    "SmsConfiguration": {"SnsCallerArn": LAMBDA, "ExternalId": "x"},
    "UserPoolTags": {"owner": "tests"},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    "UserPoolTier": "PLUS",
}
#: What UpdateUserPool keeps if it is omitted (N013).
KEPT = {
    "AccountRecoverySetting",
    "DeletionProtection",
    "EmailConfiguration",
    "Policies",
    "SmsConfiguration",
    "UserPoolTags",
    "UserPoolTier",
}
FOR_GOOD: dict[str, Any] = {
    "AliasAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
}


def describe(call: Call, pool_id: str) -> dict[str, Any]:
    """Return a pool's description without its schema, which has its own tests."""
    pool = dict(call("DescribeUserPool", UserPoolId=pool_id)["UserPool"])
    del pool["SchemaAttributes"]
    return pool


@pytest.mark.fact("A033", "A191")
def test_pool_with_only_a_name_has_defaults(call: Call, engine: Engine) -> None:
    """Id, ARN and dates are generated; all other settings are defaults."""
    created = call("CreateUserPool", PoolName="my pool")["UserPool"]
    pool_id = created["Id"]
    assert re.fullmatch(r"us-east-1_[0-9A-Za-z]{9}", pool_id)
    assert created == call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert describe(call, pool_id) == {
        "Id": pool_id,
        "Name": "my pool",
        "Arn": f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}",
        "CreationDate": START,
        "LastModifiedDate": START,
        **DEFAULTS,
    }


def test_pool_has_the_region_and_account_of_the_caller(engine: Engine) -> None:
    """The id has the caller's region, the ARN the caller's region and account."""
    caller = Caller(account="999999999999", region="cn-north-1", partition="aws-cn")
    pool = engine.call("CreateUserPool", {"PoolName": "pool"}, caller)["UserPool"]
    assert pool["Id"].startswith("cn-north-1_")
    prefix = "arn:aws-cn:cognito-idp:cn-north-1:999999999999:userpool/"
    assert pool["Arn"] == prefix + pool["Id"]


def test_settings_are_described_as_set(call: Call, make_pool: MakePool) -> None:
    """Every setting is described as given, at creation and after an update."""
    created = describe(call, make_pool(**CHANGED, **FOR_GOOD))
    # The policy's days are shown here too.
    days = {"AllowAdminCreateUserOnly": True, "UnusedAccountValidityDays": 1}
    shown = {**CHANGED, **FOR_GOOD, "AdminCreateUserConfig": days}
    for name, value in shown.items():
        assert created[name] == value
    pool_id = make_pool(**FOR_GOOD)
    assert call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed", **CHANGED) == {}
    updated = describe(call, pool_id)
    for name, value in {**shown, "Name": "renamed"}.items():
        assert updated[name] == value


@pytest.mark.fact("N012", "N013")
def test_update_keeps_and_resets_omitted_settings(
    call: Call, engine: Engine, make_pool: MakePool
) -> None:
    """Settings that UpdateUserPool omits are kept or become defaults, each as measured."""
    given = {**CHANGED, **FOR_GOOD}
    del given["UserAttributeUpdateSettings"]  # it would require AutoVerifiedAttributes
    pool_id = make_pool(**given)
    engine.clock.advance(5)
    call("UpdateUserPool", UserPoolId=pool_id)
    pool = describe(call, pool_id)
    made = {"Id", "Arn", "Name", "CreationDate", "LastModifiedDate"}
    assert {name: value for name, value in pool.items() if name not in made} == {
        **DEFAULTS,
        **FOR_GOOD,
        **{name: value for name, value in given.items() if name in KEPT},
        # Both members show the policy's days.
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": False,
            "UnusedAccountValidityDays": 1,
        },
    }
    assert (pool["CreationDate"], pool["LastModifiedDate"]) == (START, START + 5)


@pytest.mark.fact("M019")
def test_template_messages_appear_under_older_names_too(call: Call, make_pool: MakePool) -> None:
    """VerificationMessageTemplate's texts are also shown under the older members."""
    template = {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "SmsMessage": "SMS {####}",
        "EmailMessage": "Mail {####}",
        "EmailSubject": "Subject",
        "EmailMessageByLink": "{##here##}",
    }
    pool = describe(call, make_pool(VerificationMessageTemplate=template))
    assert pool["VerificationMessageTemplate"] == template
    assert pool["SmsVerificationMessage"] == "SMS {####}"
    assert pool["EmailVerificationMessage"] == "Mail {####}"
    assert pool["EmailVerificationSubject"] == "Subject"


def test_description_is_a_copy(call: Call, engine: Engine, make_pool: MakePool) -> None:
    """Changing a response, or a request after the call, does not change the pool."""
    policies: dict[str, Any] = {"PasswordPolicy": {"MinimumLength": 10}}
    pool_id = make_pool(Policies=policies)
    policies["PasswordPolicy"]["MinimumLength"] = 6
    describe(call, pool_id)["Policies"]["PasswordPolicy"]["MinimumLength"] = 6
    assert describe(call, pool_id)["Policies"]["PasswordPolicy"]["MinimumLength"] == 10


def test_password_history_of_zero_is_not_described(call: Call, make_pool: MakePool) -> None:
    """PasswordHistorySize 0 equals no password history."""
    pool_id = make_pool(Policies={"PasswordPolicy": {"PasswordHistorySize": 0}})
    assert "PasswordHistorySize" not in describe(call, pool_id)["Policies"]["PasswordPolicy"]


def test_number_of_users_is_described(call: Call, pool_id: str) -> None:
    """EstimatedNumberOfUsers follows the number of users."""
    call("AdminCreateUser", UserPoolId=pool_id, Username="alice")
    assert describe(call, pool_id)["EstimatedNumberOfUsers"] == 1


@pytest.mark.fact("A035", "A191", "A191b", "M046")
@pytest.mark.parametrize("operation", ["CreateUserPool", "UpdateUserPool"])
@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Priority": 1, "Name": "admin_only"},
                        {"Priority": 2, "Name": "verified_email"},
                    ]
                }
            },
            "InvalidParameterException",
            "Invalid account recovery setting parameter. Account recovery setting cannot use "
            "admin_only setting with any other recovery mechanisms.",
        ),
        (
            {
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 3}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 4},
            },
            "InvalidParameterException",
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays",
        ),
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}},
            "InvalidParameterException",
            None,
        ),
        (
            {
                "UserPoolTier": "LITE",
                "Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}},
            },
            "FeatureUnavailableInTierException",
            None,
        ),
        (
            {
                "UserAttributeUpdateSettings": {
                    "AttributesRequireVerificationBeforeUpdate": ["email"]
                },
                "AutoVerifiedAttributes": ["phone_number"],
            },
            "InvalidParameterException",
            None,
        ),
    ],
    ids=["admin_only", "two validities", "no password", "history", "held back"],
)
def test_contradictory_settings_are_refused(
    call: Call,
    pool_id: str,
    operation: str,
    settings: dict[str, Any],
    code: str,
    text: str | None,
) -> None:
    """Creation and update refuse settings that contradict each other."""
    before = describe(call, pool_id)
    target = {"PoolName": "new"} if operation == "CreateUserPool" else {"UserPoolId": pool_id}
    with refused(code, text):
        call(operation, **target, **settings)
    assert describe(call, pool_id) == before


def test_aliases_and_username_attributes_are_exclusive(make_pool: MakePool) -> None:
    """AliasAttributes and UsernameAttributes cannot be combined."""
    text = "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
    with refused("InvalidParameterException", text):
        make_pool(AliasAttributes=["email"], UsernameAttributes=["email"])


@pytest.mark.fact("M040")
def test_protected_pool_cannot_be_deleted(call: Call, make_pool: MakePool) -> None:
    """Deletion protection must be switched off first."""
    pool_id = make_pool(DeletionProtection="ACTIVE")
    text = (
        "The user pool cannot be deleted because deletion protection is activated. Deletion "
        "protection must be inactivated first."
    )
    with refused("InvalidParameterException", text):
        call("DeleteUserPool", UserPoolId=pool_id)
    call("UpdateUserPool", UserPoolId=pool_id, DeletionProtection="INACTIVE")
    assert call("DeleteUserPool", UserPoolId=pool_id) == {}


@pytest.mark.fact("A027", "A067", "M044", "M086")
def test_deleted_pool_is_gone_with_its_clients(call: Call, pool_id: str, client_id: str) -> None:
    """Neither a deleted pool nor its app clients can be used."""
    call("DeleteUserPool", UserPoolId=pool_id)
    with refused("ResourceNotFoundException", f"User pool {pool_id} does not exist."):
        call("DescribeUserPool", UserPoolId=pool_id)
    with refused("ResourceNotFoundException", f"User pool client {client_id} does not exist."):
        call("SignUp", ClientId=client_id, Username="alice", Password=PASSWORD)


def test_pools_are_listed_in_pages(call: Call, engine: Engine, make_pool: MakePool) -> None:
    """The caller's own pools are listed in pages; the last page has no token."""
    mine = [make_pool(PoolName=f"pool {number}") for number in range(5)]
    engine.call("CreateUserPool", {"PoolName": "other"}, Caller(region="eu-west-1"))
    first = call("ListUserPools", MaxResults=3)
    second = call("ListUserPools", MaxResults=3, NextToken=first["NextToken"])
    assert [pool["Id"] for pool in first["UserPools"] + second["UserPools"]] == mine
    assert "NextToken" not in second
    assert first["UserPools"][0] == {
        "Id": mine[0],
        "Name": "pool 0",
        "LambdaConfig": {},
        "CreationDate": START,
        "LastModifiedDate": START,
    }
    engine.clock.advance(DAY)
    with refused("InvalidParameterException"):
        call("ListUserPools", MaxResults=3, NextToken=first["NextToken"])


def test_pool_creation_generates_no_key(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """No signing key is generated before the first token, however many pools there are."""
    from harness.emulator.domain.signing import SigningKeys

    def draw(*_: object) -> None:
        pytest.fail("a key was drawn")

    monkeypatch.setattr(SigningKeys, "_keys", draw)
    for _ in range(3):
        call("CreateUserPool", PoolName="pool")


@pytest.mark.fact("D061", "D.22")
def test_device_group_key_is_unique_per_pool(engine: Engine, make_pool: MakePool) -> None:
    """The key is a dash and eight letters or digits, and differs between pools."""
    keys = {engine.pools[make_pool()].device_group_key for _ in range(5)}
    assert len(keys) == 5
    assert all(re.fullmatch(r"-[0-9A-Za-z]{8}", key) for key in keys)


def test_clearing_affects_one_account_and_region(engine: Engine) -> None:
    """Clearing a backend leaves pools of other accounts and regions."""
    callers = [Caller(), Caller(region="eu-west-1"), Caller(account="999999999999")]
    kept = [engine.call("CreateUserPool", {"PoolName": "p"}, caller) for caller in callers][1:]
    engine.delete_region("123456789012", "us-east-1")
    assert list(engine.pools) == [answer["UserPool"]["Id"] for answer in kept]
    engine.reset()
    assert engine.pools == {}
