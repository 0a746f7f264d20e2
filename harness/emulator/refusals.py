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


def filter_attribute(name: str) -> Refusal:
    """A Filter on what cannot be searched (A078)."""
    return invalid_parameter(f"Invalid search attribute: {name}")


def filter_unparsable() -> Refusal:
    """A Filter that does not follow the grammar (A078)."""
    return invalid_parameter("Error while parsing filter.")


def pagination_token_invalid() -> Refusal:
    """A PaginationToken or NextToken that is unknown, expired or another list's."""
    return invalid_parameter("Invalid pagination token.")


def serialization(message: str = "Unexpected field type") -> Refusal:
    """A JSON value of the wrong type, or a body that is no JSON object (A304)."""
    return Refusal("SerializationException", message)


def unknown_operation() -> Refusal:
    """X-Amz-Target names no operation of the service (A304; the text is inferred)."""
    return Refusal("UnknownOperationException", "Unknown operation")


def not_emulated(operation: str) -> Refusal:
    """A real operation that this emulator does not have."""
    return Refusal(
        "OperationNotEnabledException",
        f"{operation} is not emulated by the Cognito MFA harness.",
        501,
    )


def rate_exceeded() -> Refusal:
    """A category quota is used up (A290)."""
    return Refusal("TooManyRequestsException", "Rate exceeded")


def limit_exceeded() -> Refusal:
    """A per-user limit is used up (A045, A048, A090, A096)."""
    return Refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")


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
    return Refusal("AliasExistsException", f"An account with the given {attribute} already exists.")


def sign_in_name_exists(attribute: str) -> Refusal:
    """An e-mail address or phone number is another account's sign-in name already (A013)."""
    return Refusal(
        "UsernameExistsException", f"An account with the given {attribute} already exists."
    )


def username_format(message: str) -> Refusal:
    """A user name of a form that the pool does not take (A018, A019)."""
    return invalid_parameter(message)


def sign_up_not_permitted() -> Refusal:
    """AllowAdminCreateUserOnly is set (A015)."""
    return Refusal("NotAuthorizedException", "SignUp is not permitted for this user pool")


def user_disabled() -> Refusal:
    """An administrator disabled the user (A128)."""
    return Refusal("NotAuthorizedException", "User is disabled.")


def unsupported_user_state(message: str) -> Refusal:
    """AdminCreateUser RESEND for a user that is past it (A056; text unknown)."""
    return Refusal("UnsupportedUserStateException", message)


# --- configuration --------------------------------------------------------------------------


def deletion_protected() -> Refusal:
    """DeleteUserPool where DeletionProtection is ACTIVE."""
    return invalid_parameter(
        "The user pool cannot be deleted because deletion protection is activated. Deletion "
        "protection must be inactivated first."
    )


def feature_unavailable_in_tier(feature: str) -> Refusal:
    """A feature that the pool's plan does not have (A035, A118; text unknown)."""
    return Refusal("FeatureUnavailableInTierException", f"{feature} is not available in this tier.")


def email_mfa_needs_sender() -> Refusal:
    """E-mail MFA with Cognito's own sender (A202; text unknown)."""
    return invalid_parameter("Email MFA requires an EmailSendingAccount of DEVELOPER.")


def mfa_cannot_be_turned_on() -> Refusal:
    """UpdateUserPool from OFF to ON (A200)."""
    return invalid_parameter(
        "Cannot turn MFA functionality ON, once the user pool has been created."
    )


def mfa_off_with_factors() -> Refusal:
    """SetUserPoolMfaConfig OFF together with a factor (A193)."""
    return invalid_parameter(
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
    )


def mfa_with_passwordless() -> Refusal:
    """MFA ON where EMAIL_OTP or SMS_OTP is a first factor (A198)."""
    return invalid_parameter(
        "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is "
        "enabled"
    )


def mfa_without_factors() -> Refusal:
    """SetUserPoolMfaConfig ON or OPTIONAL without a factor (A194)."""
    return invalid_parameter(
        "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be "
        "enabled."
    )


def sms_configuration_required() -> Refusal:
    """MFA at creation or update of a pool that cannot send text messages (A199)."""
    return invalid_parameter(
        "SMS configuration and Auto verification for phone_number are required when MFA is "
        "required/optional"
    )


def mixed_auth_flows() -> Refusal:
    """ExplicitAuthFlows with old and new names (A106; text unknown)."""
    return invalid_parameter(
        "ExplicitAuthFlows cannot hold legacy values together with values that begin with ALLOW_."
    )


def rotation_with_refresh_flow() -> Refusal:
    """RefreshTokenRotation beside ALLOW_REFRESH_TOKEN_AUTH (A265; text unknown)."""
    return invalid_parameter(
        "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation."
    )


def token_validity_range() -> Refusal:
    """A token validity out of its range (A257 to A259; the text is inferred)."""
    return invalid_parameter("Invalid range for token validity.")


def invalid_client_attributes(access: str) -> Refusal:
    """ReadAttributes or WriteAttributes that the client cannot have."""
    return invalid_parameter(f"Invalid {access} attributes specified while creating a client")


# --- attributes -----------------------------------------------------------------------------


def attribute_undetermined(name: str) -> Refusal:
    """A new user's attribute that the pool's schema does not have (A017)."""
    return invalid_parameter(
        "Attributes did not conform to the schema: "
        f"Type for attribute {{{name}}} could not be determined"
    )


def attributes_nonconforming(reasons: Iterable[tuple[str, str]]) -> Refusal:
    """A new user's attributes that are missing or do not fit, all in one text (A016)."""
    lines = "\n".join(f"{name}: {reason}" for name, reason in reasons)
    return invalid_parameter(f"Attributes did not conform to the schema: {lines}")


def attribute_unknown(name: str) -> Refusal:
    """The change of an attribute that the pool's schema does not have; the line end is real."""
    return attribute_misfit(name, "Attribute does not exist in the schema.\n")


def attribute_misfit(name: str, reason: str) -> Refusal:
    """The change of an attribute to a value that does not fit."""
    return invalid_parameter(f"user.{name}: {reason}")


def attribute_immutable(name: str) -> Refusal:
    """The change of an attribute that was not declared Mutable."""
    return attribute_misfit(name, "Attribute cannot be updated. (changing an immutable attribute)")


def attribute_not_verifiable(name: str) -> Refusal:
    """A verification code for what is no contact, or what the user does not have (text unknown)."""
    return invalid_parameter(f"No verification code can be sent for attribute {name}.")


def nothing_to_verify(attribute: str) -> Refusal:
    """A verified flag without the address or number that it is about."""
    subject, thing = {
        "email": ("Email", "an email"),
        "phone_number": ("Phone Number", "a phone number"),
    }[attribute]
    return invalid_parameter(f"{subject} is required to verify/un-verify {thing}")


def requested_attributes_missing() -> Refusal:
    """ListUsers with AttributesToGet that the schema does not have."""
    return invalid_parameter("One or more requested attributes do not exist.")


def preferred_username_at_sign_up() -> Refusal:
    """An alias that only a confirmed user may have (A026)."""
    return invalid_parameter(
        "Preferred username cannot be provided for unconfirmed account, since user pool is "
        "configured for preferred username alias."
    )


def unauthorized_attribute() -> Refusal:
    """An attribute outside the app client's WriteAttributes."""
    return Refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute")


# --- passwords and codes --------------------------------------------------------------------


def invalid_password(reason: str, *, by_administrator: bool = False) -> Refusal:
    """The password breaks the policy; one reason, two wordings (A030, A031)."""
    policy = "password policy" if by_administrator else "policy"
    return Refusal("InvalidPasswordException", f"Password did not conform with {policy}: {reason}")


def password_history() -> Refusal:
    """The password was used before (A035; text unknown)."""
    return Refusal("PasswordHistoryPolicyViolationException", "Password has previously been used")


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
    return Refusal("CodeMismatchException", "Invalid verification code provided, please try again.")


def code_expired() -> Refusal:
    """A confirmation or recovery code that is too old, or was never sent (A038, A092)."""
    return Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")


def cannot_be_confirmed(status: str) -> Refusal:
    """ConfirmSignUp of a user who is not UNCONFIRMED (A039, A053)."""
    return Refusal(
        "NotAuthorizedException", f"User cannot be confirmed. Current status is {status}"
    )


def cannot_resend_codes() -> Refusal:
    """The user has nothing that the pool verifies, so there is no code to send again."""
    return Refusal(
        "NotAuthorizedException", "Cannot resend codes. Auto verification not turned on."
    )


def already_confirmed() -> Refusal:
    """ResendConfirmationCode for a confirmed user (A050)."""
    return Refusal("InvalidParameterException", "User is already confirmed.")


def password_cannot_be_reset() -> Refusal:
    """Recovery in a state that has no password to recover (A063, A085)."""
    return Refusal("NotAuthorizedException", "User password cannot be reset in the current state.")


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
    return Refusal("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}")


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


def custom_auth_not_configured() -> Refusal:
    """CUSTOM_AUTH in a pool without the triggers that make it (A110)."""
    return Refusal(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    )


def client_secret_wrong(client_id: str, code: str = "NotAuthorizedException") -> Refusal:
    """ClientSecret, given plainly, is missing or another one (A266, A269; text unknown)."""
    return Refusal(code, f"Unable to verify secret for client {client_id}")


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


def mfa_preferences_conflict(reason: str) -> Refusal:
    """Two preferred factors, or a preferred one that is not on (A239; text unknown)."""
    return Refusal("InvalidParameterException", f"Invalid MFA preference: {reason}")


def access_token_or_session() -> Refusal:
    """Both AccessToken and Session, or neither (A211; text unknown)."""
    return Refusal(
        "InvalidParameterException", "Exactly one of AccessToken and Session must be given."
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


def unsupported_token_type() -> Refusal:
    """RevokeToken of something that is no refresh token (A269; text unknown)."""
    return Refusal("UnsupportedTokenTypeException", "Unsupported token type")


def revocation_not_enabled() -> Refusal:
    """RevokeToken for a client without EnableTokenRevocation (A269; text unknown)."""
    return Refusal(
        "UnsupportedOperationException", "Token revocation is not enabled for this client."
    )


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
