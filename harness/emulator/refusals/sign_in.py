"""Refusals during a sign-in: about app client, session, challenge, second factor and device."""

from __future__ import annotations

from collections.abc import Iterable

from harness.emulator.refusals.requests import Refusal


def secret_hash_missing(client_id: str) -> Refusal:
    """The app client has a secret, but the request has no SECRET_HASH (A120)."""
    return Refusal(
        "NotAuthorizedException",
        f"Client {client_id} is configured with secret but SECRET_HASH was not received",
    )


def secret_hash_wrong(client_id: str) -> Refusal:
    """SECRET_HASH is that of another secret, username or client (A121)."""
    return Refusal("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}")


def refresh_secret_hash_wrong(client_id: str) -> Refusal:
    """SECRET_HASH is wrong; the text of the refresh flow (A121, A308)."""
    return Refusal(
        "NotAuthorizedException", f"SecretHash does not match for the client: {client_id}"
    )


def flow_not_enabled(flow: str) -> Refusal:
    """The app client does not allow the flow; each flow has its own text (A108 to A111)."""
    texts = {
        "USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client",
        "USER_SRP_AUTH": "USER_SRP_AUTH is not enabled for the client.",
        "CUSTOM_AUTH": "CUSTOM_AUTH is not enabled for the client.",
    }
    return Refusal(
        "InvalidParameterException", texts.get(flow, "Auth flow not enabled for this client")
    )


def auth_method_not_supported() -> Refusal:
    """The operation does not have the flow: an Admin flow in InitiateAuth, or vice versa (A112)."""
    return Refusal("InvalidParameterException", "Initiate Auth method not supported")


def custom_auth_not_configured() -> Refusal:
    """CUSTOM_AUTH needs triggers that the pool does not have (A110)."""
    return Refusal(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    )


def user_not_migrated(client_id: str) -> Refusal:
    """UserMigration returned nothing that a user can be made of (T011)."""
    return Refusal("UserNotFoundException", f"Exception migrating user in app client {client_id}")


def client_secret_wrong(client_id: str, code: str = "NotAuthorizedException") -> Refusal:
    """ClientSecret is missing or wrong (A266, A269; text unknown)."""
    return Refusal(code, f"Unable to verify secret for client {client_id}")


def session_invalid() -> Refusal:
    """A Session is unknown, or belongs to another user or app client (A143)."""
    return Refusal("NotAuthorizedException", "Invalid session for the user.")


def session_expired() -> Refusal:
    """A Session is older than AuthSessionValidity (A141)."""
    return Refusal("NotAuthorizedException", "Invalid session for the user, session is expired.")


def session_used() -> Refusal:
    """A Session was used before (A142)."""
    return Refusal(
        "NotAuthorizedException", "Invalid session for the user, session can only be used once."
    )


def timestamp_unparsable() -> Refusal:
    """TIMESTAMP does not follow the pattern (A154, D026)."""
    return Refusal(
        "InvalidParameterException",
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
    )


def srp_a_invalid() -> Refusal:
    """SRP_A is zero, a multiple of N, or not hexadecimal (A157, D043; text unknown)."""
    return Refusal("InvalidParameterException", "Invalid SRP_A value.")


def cannot_modify_provided_attribute(name: str) -> Refusal:
    """The response to NEW_PASSWORD_REQUIRED changes an attribute that has a value (A168)."""
    return Refusal("NotAuthorizedException", f"Cannot modify an already provided {name}")


def cannot_modify_non_mutable_attribute(name: str) -> Refusal:
    """The response to NEW_PASSWORD_REQUIRED has an attribute that no client may set.

    Apps that send all userAttributes back get it for ``email_verified``:
    https://github.com/aws-amplify/aws-sdk-ios/issues/2203
    """
    return Refusal("InvalidParameterException", f"Cannot modify the non-mutable attribute {name}")


def new_password_attributes_missing(names: Iterable[str]) -> Refusal:
    """The response to NEW_PASSWORD_REQUIRED lacks required attributes.

    https://github.com/amazon-archives/aws-cognito-angular-quickstart/issues/116
    """
    missing = " and ".join(names)
    return Refusal("InvalidParameterException", f"Invalid attributes given, {missing} is missing")


def device_before_first_factor() -> Refusal:
    """The response to DEVICE_SRP_AUTH belongs to no sign-in whose first factor is proven.

    https://github.com/aws-amplify/amplify-js/issues/10582
    """
    return Refusal(
        "NotAuthorizedException",
        "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating",
    )


def claim_signature_not_base64() -> Refusal:
    """PASSWORD_CLAIM_SIGNATURE is not base64.

    https://github.com/ministackorg/ministack/pull/1758
    """
    return Refusal(
        "InvalidParameterException",
        "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.",
    )


def software_token_code_mismatch() -> Refusal:
    """The response to SOFTWARE_TOKEN_MFA has a wrong TOTP code (A224)."""
    return Refusal("CodeMismatchException", "Invalid code received for user")


def software_token_code_used() -> Refusal:
    """A TOTP code was used before (A226)."""
    return Refusal("ExpiredCodeException", "Your software token has already been used once.")


def one_time_code_mismatch() -> Refusal:
    """An SMS or email MFA code is wrong (A225)."""
    return Refusal("CodeMismatchException", "Invalid code or auth state for the user.")


def password_challenge_required() -> Refusal:
    """A user with a temporary password chooses a first factor without a password (N021)."""
    return Refusal("InvalidParameterException", "Password Challenge is Required to SignIn")


def first_factor_unavailable() -> Refusal:
    """ANSWER to SELECT_CHALLENGE is none of AvailableChallenges (N018, N025; text unknown)."""
    return Refusal(
        "InvalidParameterException", "ANSWER is not one of the challenges that can be chosen."
    )


def first_factor_not_enough() -> Refusal:
    """The sign-in needs MFA, and the first factor has none after it (N032, N035; text unknown)."""
    return Refusal("NotAuthorizedException", "This authentication factor does not satisfy MFA.")


def software_token_not_enabled_mismatch(*, by_session: bool) -> Refusal:
    """VerifySoftwareToken has a wrong TOTP code: M116 with a Session, A216 with an AccessToken."""
    return Refusal(
        "EnableSoftwareTokenMFAException",
        "Code mismatch" if by_session else "Code mismatch and fail enable Software Token MFA",
    )


def software_token_not_on_pool() -> Refusal:
    """The pool has no TOTP factor (A220)."""
    return Refusal(
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA has not been enabled by the userPool.",
    )


def software_token_not_on_user() -> Refusal:
    """The user has no software token (A221)."""
    return Refusal(
        "SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user."
    )


def software_token_to_delete_not_found() -> Refusal:
    """AdminDeleteSoftwareToken names a user without one (A223; code and text unknown)."""
    return Refusal("ResourceNotFoundException", "Software Token MFA does not exist for the user.")


def no_delivery_config(factor: str) -> Refusal:
    """The user switches on a factor that they have not set up (A236, A237)."""
    return Refusal(
        "InvalidParameterException",
        f"User does not have delivery config set to turn on {factor}",
    )


def mfa_option_invalid() -> Refusal:
    """SetUserSettings knows SMS to phone_number only (text unknown)."""
    return Refusal(
        "InvalidParameterException",
        "MFAOptions can only have the delivery medium SMS and the attribute phone_number.",
    )


def mfa_preferences_conflict(reason: str) -> Refusal:
    """Two factors are preferred, or one that is not switched on (A239; text unknown)."""
    return Refusal("InvalidParameterException", f"Invalid MFA preference: {reason}")


def access_token_or_session() -> Refusal:
    """The request has both AccessToken and Session, or neither (A211; text unknown)."""
    return Refusal(
        "InvalidParameterException", "Exactly one of AccessToken and Session must be given."
    )


def device_not_found() -> Refusal:
    """A device key is unknown, forgotten, unconfirmed or another user's (D106).

    Clients compare the text.
    """
    return Refusal("ResourceNotFoundException", "Device does not exist.")


def device_key_invalid() -> Refusal:
    """ConfirmDevice has a key that was not issued to the user (section B7)."""
    return Refusal("InvalidParameterException", "Invalid device key given.")


def device_key_exists() -> Refusal:
    """ConfirmDevice names a device that is already confirmed (section D, 13; text unknown)."""
    return Refusal("DeviceKeyExistsException", "Device key already exists.")


def device_verifier_invalid(reason: str) -> Refusal:
    """ConfirmDevice has a verifier that could never sign in (section D, 14; text unknown)."""
    return Refusal("InvalidParameterException", f"Invalid DeviceSecretVerifierConfig: {reason}")
