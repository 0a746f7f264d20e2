"""Every operation with a call of it, what the call sends, and an answer that Cognito may give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.flows.actions import Actions, AppClient
from harness.redaction import Secret

POOL, CLIENT = "us-east-1_AbCdEf123", "1h57kf5cpq17m0eml12EXAMPLE"
TOKEN = "a.b.c"
CLIENT_SECRET = "51-character-client-secret-as-cognito-makes-them-12"
# Computed by: printf %s "alice$CLIENT" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64
HASH_OF_ALICE = "Jb8s/wNxLz8nn1sz8t9HGEJ6n6672UEEnwa7/I0bEWo="
PLAIN = AppClient(POOL, CLIENT)
WITH_SECRET = AppClient(POOL, CLIENT, Secret(CLIENT_SECRET))

CODE = {"CodeDeliveryDetails": {"Destination": "a***@e***", "DeliveryMedium": "EMAIL"}}
RESULT = {"AuthenticationResult": {"AccessToken": TOKEN, "ExpiresIn": 3600}}
DEVICE_KEY = "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211"
VERIFIER = {"Salt": "AA==", "PasswordVerifier": "AA=="}
DEVICE = {"Device": {"DeviceKey": DEVICE_KEY}}
ATTRIBUTES = [{"Name": "email", "Value": "alice@example.com"}]
TOTP_ON = {"Enabled": True, "PreferredMfa": True}
CREATED = {"User": {"Username": "alice"}}

Case = tuple[Callable[[Actions], Any], dict[str, Any], dict[str, Any]]

#: By operation: a call, the members it sends beside ClientId or UserPoolId, and an answer.
CASES: dict[str, Case] = {
    "sign_up": (
        lambda a: a.sign_up("alice", Secret("Pass-word-1"), {"email": "alice@example.com"}),
        {"Username": "alice", "Password": "Pass-word-1", "UserAttributes": ATTRIBUTES},
        {"UserConfirmed": False, "UserSub": "34c84488", **CODE},
    ),
    "resend_confirmation_code": (
        lambda a: a.resend_confirmation_code("alice"),
        {"Username": "alice"},
        CODE,
    ),
    "confirm_sign_up": (
        lambda a: a.confirm_sign_up("alice", Secret("123456"), force_alias_creation=True),
        {"Username": "alice", "ConfirmationCode": "123456", "ForceAliasCreation": True},
        {},
    ),
    "forgot_password": (lambda a: a.forgot_password("alice"), {"Username": "alice"}, CODE),
    "confirm_forgot_password": (
        lambda a: a.confirm_forgot_password("alice", "123456", Secret("Pass-word-2")),
        {"Username": "alice", "ConfirmationCode": "123456", "Password": "Pass-word-2"},
        {},
    ),
    "initiate_auth": (
        lambda a: a.initiate_auth("USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": "x"}),
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "alice", "PASSWORD": "x"},
        },
        RESULT,
    ),
    "respond_to_auth_challenge": (
        lambda a: a.respond_to_auth_challenge(
            "SMS_MFA", {"USERNAME": "alice", "SMS_MFA_CODE": "1"}, session=Secret("s" * 20)
        ),
        {
            "ChallengeName": "SMS_MFA",
            "ChallengeResponses": {"USERNAME": "alice", "SMS_MFA_CODE": "1"},
            "Session": "s" * 20,
        },
        RESULT,
    ),
    "admin_initiate_auth": (
        lambda a: a.admin_initiate_auth("USER_SRP_AUTH", {"USERNAME": "alice", "SRP_A": "2"}),
        {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "alice", "SRP_A": "2"}},
        RESULT,
    ),
    "admin_respond_to_auth_challenge": (
        lambda a: a.admin_respond_to_auth_challenge("SMS_MFA", {"USERNAME": "alice"}),
        {"ChallengeName": "SMS_MFA", "ChallengeResponses": {"USERNAME": "alice"}},
        RESULT,
    ),
    "get_tokens_from_refresh_token": (
        lambda a: a.get_tokens_from_refresh_token(Secret(TOKEN), device_key=DEVICE_KEY),
        {"RefreshToken": TOKEN, "DeviceKey": DEVICE_KEY},
        RESULT,
    ),
    "revoke_token": (lambda a: a.revoke_token(Secret(TOKEN)), {"Token": TOKEN}, {}),
    "global_sign_out": (
        lambda a: a.global_sign_out(Secret(TOKEN)),
        {"AccessToken": TOKEN},
        {},
    ),
    "admin_user_global_sign_out": (
        lambda a: a.admin_user_global_sign_out("alice"),
        {"Username": "alice"},
        {},
    ),
    "associate_software_token": (
        lambda a: a.associate_software_token(session=Secret("s" * 20)),
        {"Session": "s" * 20},
        {"SecretCode": "JBSWY3DPEHPK3PXP", "Session": "t" * 20},
    ),
    "verify_software_token": (
        lambda a: a.verify_software_token(
            Secret("123456"), access_token=Secret(TOKEN), friendly_device_name="phone"
        ),
        {"UserCode": "123456", "AccessToken": TOKEN, "FriendlyDeviceName": "phone"},
        {"Status": "SUCCESS"},
    ),
    "set_user_mfa_preference": (
        lambda a: a.set_user_mfa_preference(
            Secret(TOKEN), software_token={"Enabled": True, "PreferredMfa": True}
        ),
        {"AccessToken": TOKEN, "SoftwareTokenMfaSettings": TOTP_ON},
        {},
    ),
    "admin_set_user_mfa_preference": (
        lambda a: a.admin_set_user_mfa_preference("alice", sms={"Enabled": False}),
        {"Username": "alice", "SMSMfaSettings": {"Enabled": False}},
        {},
    ),
    "start_web_authn_registration": (
        lambda a: a.start_web_authn_registration(Secret(TOKEN)),
        {"AccessToken": TOKEN},
        {"CredentialCreationOptions": {"challenge": "AAAA"}},
    ),
    "complete_web_authn_registration": (
        lambda a: a.complete_web_authn_registration(Secret(TOKEN), {"id": "AAAA"}),
        {"AccessToken": TOKEN, "Credential": {"id": "AAAA"}},
        {},
    ),
    "list_web_authn_credentials": (
        lambda a: a.list_web_authn_credentials(Secret(TOKEN), max_results=2, next_token="next"),
        {"AccessToken": TOKEN, "MaxResults": 2, "NextToken": "next"},
        {"Credentials": []},
    ),
    "delete_web_authn_credential": (
        lambda a: a.delete_web_authn_credential(Secret(TOKEN), "AAAA"),
        {"AccessToken": TOKEN, "CredentialId": "AAAA"},
        {},
    ),
    "get_user_auth_factors": (
        lambda a: a.get_user_auth_factors(Secret(TOKEN)),
        {"AccessToken": TOKEN},
        {"Username": "alice", "ConfiguredUserAuthFactors": ["PASSWORD"]},
    ),
    "admin_get_user_auth_factors": (
        lambda a: a.admin_get_user_auth_factors("alice"),
        {"Username": "alice"},
        {"Username": "alice", "ConfiguredUserAuthFactors": ["PASSWORD"]},
    ),
    "confirm_device": (
        lambda a: a.confirm_device(Secret(TOKEN), DEVICE_KEY, VERIFIER, device_name="phone"),
        {
            "AccessToken": TOKEN,
            "DeviceKey": DEVICE_KEY,
            "DeviceSecretVerifierConfig": VERIFIER,
            "DeviceName": "phone",
        },
        {"UserConfirmationNecessary": True},
    ),
    "update_device_status": (
        lambda a: a.update_device_status(Secret(TOKEN), DEVICE_KEY, "not_remembered"),
        {
            "AccessToken": TOKEN,
            "DeviceKey": DEVICE_KEY,
            "DeviceRememberedStatus": "not_remembered",
        },
        {},
    ),
    "get_device": (
        lambda a: a.get_device(Secret(TOKEN), DEVICE_KEY),
        {"AccessToken": TOKEN, "DeviceKey": DEVICE_KEY},
        DEVICE,
    ),
    "list_devices": (
        lambda a: a.list_devices(Secret(TOKEN), limit=2, pagination_token="next"),
        {"AccessToken": TOKEN, "Limit": 2, "PaginationToken": "next"},
        {"Devices": []},
    ),
    "forget_device": (
        lambda a: a.forget_device(Secret(TOKEN), DEVICE_KEY),
        {"AccessToken": TOKEN, "DeviceKey": DEVICE_KEY},
        {},
    ),
    "admin_get_device": (
        lambda a: a.admin_get_device("alice", DEVICE_KEY),
        {"Username": "alice", "DeviceKey": DEVICE_KEY},
        DEVICE,
    ),
    "admin_list_devices": (
        lambda a: a.admin_list_devices("alice", limit=2),
        {"Username": "alice", "Limit": 2},
        {"Devices": []},
    ),
    "admin_forget_device": (
        lambda a: a.admin_forget_device("alice", DEVICE_KEY),
        {"Username": "alice", "DeviceKey": DEVICE_KEY},
        {},
    ),
    "admin_update_device_status": (
        lambda a: a.admin_update_device_status("alice", DEVICE_KEY),
        {"Username": "alice", "DeviceKey": DEVICE_KEY, "DeviceRememberedStatus": "remembered"},
        {},
    ),
    "get_user": (
        lambda a: a.get_user(Secret(TOKEN)),
        {"AccessToken": TOKEN},
        {"Username": "alice", "UserAttributes": []},
    ),
    "delete_user": (lambda a: a.delete_user(Secret(TOKEN)), {"AccessToken": TOKEN}, {}),
    "change_password": (
        lambda a: a.change_password(Secret(TOKEN), Secret("Pass-word-1"), "Pass-word-2"),
        {
            "AccessToken": TOKEN,
            "PreviousPassword": "Pass-word-1",
            "ProposedPassword": "Pass-word-2",
        },
        {},
    ),
    "update_user_attributes": (
        lambda a: a.update_user_attributes(Secret(TOKEN), {"email": "alice@example.com"}),
        {"AccessToken": TOKEN, "UserAttributes": ATTRIBUTES},
        {"CodeDeliveryDetailsList": []},
    ),
    "get_user_attribute_verification_code": (
        lambda a: a.get_user_attribute_verification_code(Secret(TOKEN), "email"),
        {"AccessToken": TOKEN, "AttributeName": "email"},
        CODE,
    ),
    "verify_user_attribute": (
        lambda a: a.verify_user_attribute(Secret(TOKEN), "email", Secret("123456")),
        {"AccessToken": TOKEN, "AttributeName": "email", "Code": "123456"},
        {},
    ),
    "list_users": (
        lambda a: a.list_users(filter='username = "alice"', attributes_to_get=["email"], limit=1),
        {"Filter": 'username = "alice"', "AttributesToGet": ["email"], "Limit": 1},
        {"Users": []},
    ),
    "admin_get_user": (
        lambda a: a.admin_get_user("alice"),
        {"Username": "alice"},
        {"Username": "alice"},
    ),
    "admin_create_user": (
        lambda a: a.admin_create_user(
            "alice",
            temporary_password=Secret("Pass-word-1"),
            attributes={"email": "alice@example.com"},
            message_action="SUPPRESS",
        ),
        {
            "Username": "alice",
            "TemporaryPassword": "Pass-word-1",
            "UserAttributes": ATTRIBUTES,
            "MessageAction": "SUPPRESS",
        },
        CREATED,
    ),
    "admin_confirm_sign_up": (
        lambda a: a.admin_confirm_sign_up("alice"),
        {"Username": "alice"},
        {},
    ),
    "admin_set_user_password": (
        lambda a: a.admin_set_user_password("alice", Secret("Pass-word-1"), permanent=True),
        {"Username": "alice", "Password": "Pass-word-1", "Permanent": True},
        {},
    ),
    "admin_reset_user_password": (
        lambda a: a.admin_reset_user_password("alice"),
        {"Username": "alice"},
        {},
    ),
    "admin_update_user_attributes": (
        lambda a: a.admin_update_user_attributes("alice", {"email": "alice@example.com"}),
        {"Username": "alice", "UserAttributes": ATTRIBUTES},
        {},
    ),
    "admin_disable_user": (lambda a: a.admin_disable_user("alice"), {"Username": "alice"}, {}),
    "admin_enable_user": (lambda a: a.admin_enable_user("alice"), {"Username": "alice"}, {}),
    "admin_delete_user": (lambda a: a.admin_delete_user("alice"), {"Username": "alice"}, {}),
}

FOR_CLIENT_AND_POOL = {"admin_initiate_auth", "admin_respond_to_auth_challenge"}
FOR_CLIENT = {
    "sign_up",
    "resend_confirmation_code",
    "confirm_sign_up",
    "forgot_password",
    "confirm_forgot_password",
    "initiate_auth",
    "respond_to_auth_challenge",
    "get_tokens_from_refresh_token",
    "revoke_token",
}
WITH_SECRET_HASH = FOR_CLIENT - {
    "initiate_auth",
    "respond_to_auth_challenge",
    "get_tokens_from_refresh_token",
    "revoke_token",
}


def is_for_admin(operation: str) -> bool:
    """Return whether an operation is signed by an administrator."""
    return operation.startswith("admin_") or operation == "list_users"


def expected_request(operation: str) -> dict[str, Any]:
    """Return all that an operation sends for an app client without a secret."""
    whose: dict[str, Any] = {}
    if is_for_admin(operation):
        whose["UserPoolId"] = POOL
    if operation in FOR_CLIENT | FOR_CLIENT_AND_POOL:
        whose["ClientId"] = CLIENT
    return {**whose, **CASES[operation][1]}
