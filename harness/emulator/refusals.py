"""Every error that the emulator answers with, one builder each, with Cognito's code and text.

The fact ids name the evidence in the project's fact sheets; where Cognito's text is not known the
builder says so, and callers should assert on the code alone.
"""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(Exception):
    """An error answer of the service: a modelled code, a text and an HTTP status (A298: 400)."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


# --- requests -------------------------------------------------------------------------------


def invalid_parameter(message: str) -> Refusal:
    """InvalidParameterException with a text of the caller's."""
    return Refusal("InvalidParameterException", message)


def validation_errors(errors: Iterable[str]) -> Refusal:
    """All model violations of one request in one text (A303)."""
    found = list(errors)
    count = f"{len(found)} validation error{'' if len(found) == 1 else 's'} detected: "
    return Refusal("InvalidParameterException", count + "; ".join(found))


def missing_required_parameter(name: str) -> Refusal:
    """A member of AuthParameters or ChallengeResponses is missing (A117)."""
    return Refusal("InvalidParameterException", f"Missing required parameter {name}")


def serialization(message: str = "Unexpected field type") -> Refusal:
    """A JSON value of the wrong type, or a body that is no JSON object (A304)."""
    return Refusal("SerializationException", message)


def unknown_operation() -> Refusal:
    """X-Amz-Target names no operation of the service (A304; the text is inferred)."""
    return Refusal("UnknownOperationException", "Unknown operation")


def not_emulated(operation: str) -> Refusal:
    """A real operation that this emulator does not have."""
    return Refusal(
        "OperationNotEnabledException", f"{operation} is not emulated by the Cognito MFA harness.", 501
    )


def rate_exceeded() -> Refusal:
    """A category quota is used up (A290)."""
    return Refusal("TooManyRequestsException", "Rate exceeded")


def limit_exceeded() -> Refusal:
    """A per-user limit is used up (A045, A048, A090, A096)."""
    return Refusal(
        "LimitExceededException", "Attempt limit exceeded, please try after some time."
    )


# --- pools, clients, users ------------------------------------------------------------------


def pool_not_found(user_pool_id: str) -> Refusal:
    """No such user pool in the caller's account and region (A067)."""
    return Refusal("ResourceNotFoundException", f"User pool {user_pool_id} does not exist.")


def client_not_found(client_id: str) -> Refusal:
    """No such app client (A027)."""
    return Refusal("ResourceNotFoundException", f"User pool client {client_id} does not exist.")


def group_not_found() -> Refusal:
    """No such group in the pool."""
    return Refusal("ResourceNotFoundException", "Group not found.")


def group_exists() -> Refusal:
    """A group of that name is there already."""
    return Refusal("GroupExistsException", "A group with the name already exists.")


def user_not_found() -> Refusal:
    """No such user, in the words of most operations (A064, A126)."""
    return Refusal("UserNotFoundException", "User does not exist.")


def username_client_combination_not_found() -> Refusal:
    """No such user, in the words of ForgotPassword and ResendConfirmationCode (A051, A082)."""
    return Refusal("UserNotFoundException", "Username/client id combination not found.")


def username_exists() -> Refusal:
    """The user name is taken, in SignUp's words (A012)."""
    return Refusal("UsernameExistsException", "User already exists")


def user_account_exists() -> Refusal:
    """The user name is taken, in AdminCreateUser's words (A055)."""
    return Refusal("UsernameExistsException", "User account already exists")


def alias_exists(attribute: str) -> Refusal:
    """A verified e-mail address or phone number is another user's alias (A043)."""
    return Refusal(
        "AliasExistsException", f"An account with the given {attribute} already exists."
    )


def sign_up_not_permitted() -> Refusal:
    """AllowAdminCreateUserOnly is set (A015)."""
    return Refusal("NotAuthorizedException", "SignUp is not permitted for this user pool")


def user_disabled() -> Refusal:
    """An administrator disabled the user (A128)."""
    return Refusal("NotAuthorizedException", "User is disabled.")


def unsupported_user_state(message: str) -> Refusal:
    """AdminCreateUser RESEND for a user that is past it (A056; text unknown)."""
    return Refusal("UnsupportedUserStateException", message)


# --- passwords and codes --------------------------------------------------------------------


def invalid_password(reason: str, *, by_administrator: bool = False) -> Refusal:
    """The password breaks the policy; one reason, two wordings (A030, A031)."""
    policy = "password policy" if by_administrator else "policy"
    return Refusal("InvalidPasswordException", f"Password did not conform with {policy}: {reason}")


def password_history() -> Refusal:
    """The password was used before (A035; text unknown)."""
    return Refusal(
        "PasswordHistoryPolicyViolationException", "Password has previously been used"
    )


def incorrect_username_or_password() -> Refusal:
    """The first factor failed, or must look as if it had (A125, A100, D048, D109)."""
    return Refusal("NotAuthorizedException", "Incorrect username or password.")


def password_attempts_exceeded() -> Refusal:
    """The user is locked for a while after wrong passwords (A133)."""
    return Refusal("NotAuthorizedException", "Password attempts exceeded")


def user_not_confirmed() -> Refusal:
    """Sign-in before the sign-up was confirmed (A127)."""
    return Refusal("UserNotConfirmedException", "User is not confirmed.")


def password_reset_required() -> Refusal:
    """An administrator asked for a new password (A129; the text is inferred)."""
    return Refusal("PasswordResetRequiredException", "Password reset required for the user")


def temporary_password_expired() -> Refusal:
    """The temporary password is older than TemporaryPasswordValidityDays (A061)."""
    return Refusal(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    )


def code_mismatch() -> Refusal:
    """A wrong confirmation or recovery code (A037, A092)."""
    return Refusal(
        "CodeMismatchException", "Invalid verification code provided, please try again."
    )


def code_expired() -> Refusal:
    """A confirmation or recovery code that is too old, or was never sent (A038, A092)."""
    return Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")


def cannot_be_confirmed(status: str) -> Refusal:
    """ConfirmSignUp of a user who is not UNCONFIRMED (A039, A053)."""
    return Refusal(
        "NotAuthorizedException", f"User cannot be confirmed. Current status is {status}"
    )


def already_confirmed() -> Refusal:
    """ResendConfirmationCode for a confirmed user (A050)."""
    return Refusal("InvalidParameterException", "User is already confirmed.")


def password_cannot_be_reset() -> Refusal:
    """Recovery in a state that has no password to recover (A063, A085)."""
    return Refusal(
        "NotAuthorizedException", "User password cannot be reset in the current state."
    )


def no_verified_contact() -> Refusal:
    """Recovery of a user who has nowhere to send the code to (A084)."""
    return Refusal(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    )


def contact_administrator() -> Refusal:
    """Account recovery is left to administrators (A087)."""
    return Refusal("NotAuthorizedException", "Contact administrator to reset password.")


# --- app clients ----------------------------------------------------------------------------


def secret_hash_missing(client_id: str) -> Refusal:
    """The app client has a secret, the request has no SECRET_HASH (A120)."""
    return Refusal(
        "NotAuthorizedException",
        f"Client {client_id} is configured with secret but SECRET_HASH was not received",
    )


def secret_hash_wrong(client_id: str) -> Refusal:
    """SECRET_HASH of another secret, user name or client (A121)."""
    return Refusal(
        "NotAuthorizedException", f"Unable to verify secret hash for client {client_id}"
    )


def refresh_secret_hash_wrong(client_id: str) -> Refusal:
    """The wording of the refresh flow (A121, A308)."""
    return Refusal(
        "NotAuthorizedException", f"SecretHash does not match for the client: {client_id}"
    )


def flow_not_enabled(flow: str) -> Refusal:
    """The app client does not allow the flow; each flow has its own words (A108 to A111)."""
    texts = {
        "USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client",
        "USER_SRP_AUTH": "USER_SRP_AUTH is not enabled for the client.",
        "CUSTOM_AUTH": "CUSTOM_AUTH is not enabled for the client.",
    }
    return Refusal(
        "InvalidParameterException", texts.get(flow, "Auth flow not enabled for this client")
    )


def auth_method_not_supported() -> Refusal:
    """An administrators' flow through the public call, or the other way round (A112)."""
    return Refusal("InvalidParameterException", "Initiate Auth method not supported")


# --- sessions and challenges ----------------------------------------------------------------


def session_invalid() -> Refusal:
    """A Session that is no session, or another user's or client's (A143)."""
    return Refusal("NotAuthorizedException", "Invalid session for the user.")


def session_expired() -> Refusal:
    """A Session older than AuthSessionValidity (A141)."""
    return Refusal("NotAuthorizedException", "Invalid session for the user, session is expired.")


def session_used() -> Refusal:
    """A Session that was answered before (A142)."""
    return Refusal(
        "NotAuthorizedException", "Invalid session for the user, session can only be used once."
    )


def timestamp_unparsable() -> Refusal:
    """TIMESTAMP in another form than the pattern (A154, D026)."""
    return Refusal(
        "InvalidParameterException",
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
    )


def srp_a_invalid() -> Refusal:
    """SRP_A is not hexadecimal, zero or a multiple of N (A157, D043; text unknown)."""
    return Refusal("InvalidParameterException", "Invalid SRP_A value.")


def cannot_modify_provided_attribute(name: str) -> Refusal:
    """NEW_PASSWORD_REQUIRED may not change an attribute that has a value (A168)."""
    return Refusal("NotAuthorizedException", f"Cannot modify an already provided {name}")


# --- MFA ------------------------------------------------------------------------------------


def software_token_code_mismatch() -> Refusal:
    """A wrong TOTP code as the answer to SOFTWARE_TOKEN_MFA (A224)."""
    return Refusal("CodeMismatchException", "Invalid code received for user")


def software_token_code_used() -> Refusal:
    """A TOTP code that was accepted before (A226)."""
    return Refusal("ExpiredCodeException", "Your software token has already been used once.")


def one_time_code_mismatch() -> Refusal:
    """A wrong SMS or e-mail MFA code (A225)."""
    return Refusal("CodeMismatchException", "Invalid code or auth state for the user.")


def software_token_not_enabled_mismatch() -> Refusal:
    """A wrong TOTP code at VerifySoftwareToken (A216)."""
    return Refusal(
        "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"
    )


def software_token_not_on_pool() -> Refusal:
    """The pool has no TOTP factor (A220)."""
    return Refusal(
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA has not been enabled by the userPool.",
    )


def software_token_not_on_user() -> Refusal:
    """Nothing was associated for this user (A221)."""
    return Refusal(
        "SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user."
    )


def no_delivery_config(factor: str) -> Refusal:
    """Switching on a factor that the user has not set up (A236, A237)."""
    return Refusal(
        "InvalidParameterException",
        f"User does not have delivery config set to turn on {factor}",
    )


# --- tokens ---------------------------------------------------------------------------------


def access_token_invalid() -> Refusal:
    """A malformed token, or a token that is no access token (A274)."""
    return Refusal("NotAuthorizedException", "Invalid Access Token")


def access_token_signature() -> Refusal:
    """A token that no key of ours signed (A274, A275)."""
    return Refusal("NotAuthorizedException", "Could not verify signature for Access Token")


def access_token_expired() -> Refusal:
    """A token past its exp (A274)."""
    return Refusal("NotAuthorizedException", "Access Token has expired")


def access_token_revoked() -> Refusal:
    """A token of a sign-in that was revoked or signed out (A272)."""
    return Refusal("NotAuthorizedException", "Access Token has been revoked")


def access_token_scope() -> Refusal:
    """A token without aws.cognito.signin.user.admin (A072)."""
    return Refusal("NotAuthorizedException", "Access Token does not have required scopes")


def refresh_token_invalid() -> Refusal:
    """A foreign refresh token, or one that needs another device key (A261, D115 to D118)."""
    return Refusal("NotAuthorizedException", "Invalid Refresh Token")


def refresh_token_expired() -> Refusal:
    """A refresh token past RefreshTokenValidity (A262)."""
    return Refusal("NotAuthorizedException", "Refresh Token has expired")


def refresh_token_revoked() -> Refusal:
    """A refresh token that was revoked or signed out (A262)."""
    return Refusal("NotAuthorizedException", "Refresh Token has been revoked")


def refresh_token_reused() -> Refusal:
    """A rotated-out refresh token after its grace period (A267; text unknown)."""
    return Refusal("RefreshTokenReuseException", "Refresh token has already been used.")


# --- devices --------------------------------------------------------------------------------


def device_not_found() -> Refusal:
    """A key that is unknown, forgotten, unconfirmed or another user's (D106; clients match it)."""
    return Refusal("ResourceNotFoundException", "Device does not exist.")


def device_key_invalid() -> Refusal:
    """ConfirmDevice with a key that was not issued to this user (section B7)."""
    return Refusal("InvalidParameterException", "Invalid device key given.")


def device_key_exists() -> Refusal:
    """ConfirmDevice a second time (section D, 13; text unknown)."""
    return Refusal("DeviceKeyExistsException", "Device key already exists.")


def device_verifier_invalid(reason: str) -> Refusal:
    """ConfirmDevice with a verifier that could never sign in (section D, 14; text unknown)."""
    return Refusal("InvalidParameterException", f"Invalid DeviceSecretVerifierConfig: {reason}")
