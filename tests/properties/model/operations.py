"""Which part of the model judges which request."""

from __future__ import annotations

from collections.abc import Callable

from tests.properties.model import (
    administration,
    choice,
    devices,
    first_proofs,
    passkeys,
    password_proofs,
    passwords,
    pool_changes,
    registration,
    second_factor,
    set_up,
    sign_in,
)
from tests.properties.model.case import Case, Params
from tests.properties.model.world import World

Judge = Callable[[World, Params], Case]

#: By the challenge that is responded to.
ANSWERS: dict[str, Judge] = {
    "PASSWORD_VERIFIER": password_proofs.password_verifier,
    "SELECT_CHALLENGE": choice.select_challenge,
    "EMAIL_OTP": first_proofs.sign_in_code,
    "SMS_OTP": first_proofs.sign_in_code,
    "WEB_AUTHN": first_proofs.web_authn,
    "NEW_PASSWORD_REQUIRED": second_factor.new_password_required,
    "MFA_SETUP": second_factor.mfa_setup,
    "SELECT_MFA_TYPE": second_factor.select_mfa_type,
    "SOFTWARE_TOKEN_MFA": second_factor.software_token_mfa,
    "SMS_MFA": second_factor.sms_mfa,
    "DEVICE_SRP_AUTH": devices.device_srp_auth,
    "DEVICE_PASSWORD_VERIFIER": devices.device_password_verifier,
}


def _answer(world: World, params: Params) -> Case:
    return ANSWERS[params["ChallengeName"]](world, params)


#: By the operation; the two operations that respond to challenges use the table above.
OPERATIONS: dict[str, Judge] = {
    "AdminConfirmSignUp": registration.admin_confirm_sign_up,
    "AdminCreateUser": registration.admin_create_user,
    "AdminDeleteUser": administration.delete_user,
    "AdminDisableUser": administration.admin_disable_user,
    "AdminEnableUser": administration.admin_enable_user,
    "AdminForgetDevice": devices.forget_device,
    "AdminGetDevice": devices.get_device,
    "AdminGetUserAuthFactors": passkeys.get_user_auth_factors,
    "AdminInitiateAuth": sign_in.initiate_auth,
    "AdminResetUserPassword": passwords.admin_reset_user_password,
    "AdminRespondToAuthChallenge": _answer,
    "AdminSetUserMFAPreference": set_up.set_user_mfa_preference,
    "AdminSetUserPassword": passwords.admin_set_user_password,
    "AdminUpdateDeviceStatus": devices.update_device_status,
    "AdminUserGlobalSignOut": administration.global_sign_out,
    "AssociateSoftwareToken": set_up.associate_software_token,
    "ChangePassword": passwords.change_password,
    "CompleteWebAuthnRegistration": passkeys.complete_registration,
    "ConfirmDevice": devices.confirm_device,
    "ConfirmForgotPassword": passwords.confirm_forgot_password,
    "ConfirmSignUp": registration.confirm_sign_up,
    "DeleteUser": administration.delete_user,
    "DeleteWebAuthnCredential": passkeys.delete_credential,
    "ForgetDevice": devices.forget_device,
    "ForgotPassword": passwords.forgot_password,
    "GetDevice": devices.get_device,
    "GetTokensFromRefreshToken": sign_in.get_tokens_from_refresh_token,
    "GetUser": administration.get_user,
    "GetUserAttributeVerificationCode": registration.get_user_attribute_verification_code,
    "GetUserAuthFactors": passkeys.get_user_auth_factors,
    "GlobalSignOut": administration.global_sign_out,
    "InitiateAuth": sign_in.initiate_auth,
    "ListDevices": administration.list_devices,
    "ListWebAuthnCredentials": passkeys.list_credentials,
    "ResendConfirmationCode": registration.resend_confirmation_code,
    "RespondToAuthChallenge": _answer,
    "RevokeToken": sign_in.revoke_token,
    "SetUserMFAPreference": set_up.set_user_mfa_preference,
    "SetUserPoolMfaConfig": pool_changes.set_user_pool_mfa_config,
    "SignUp": registration.sign_up,
    "StartWebAuthnRegistration": passkeys.start_registration,
    "UpdateDeviceStatus": devices.update_device_status,
    "UpdateUserPool": pool_changes.update_user_pool,
    "VerifySoftwareToken": set_up.verify_software_token,
    "VerifyUserAttribute": registration.verify_user_attribute,
}


def judge(world: World, operation: str, params: Params) -> Case:
    """Return which rules require a refusal of a request, and what follows if none does."""
    return OPERATIONS[operation](world, params)
