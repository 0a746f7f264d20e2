"""Refusals about pools, app clients, users and their configuration."""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def pool_not_found(user_pool_id: str) -> Refusal:
    """The caller's account and region have no such user pool (A067)."""
    return Refusal("ResourceNotFoundException", f"User pool {user_pool_id} does not exist.")


def client_not_found(client_id: str) -> Refusal:
    """The app client does not exist (A027)."""
    return Refusal("ResourceNotFoundException", f"User pool client {client_id} does not exist.")


def client_secret_given_and_generated() -> Refusal:
    """CreateUserPoolClient has both GenerateSecret and a ClientSecret (text unknown)."""
    return invalid_parameter("ClientSecret cannot be given together with GenerateSecret.")


def client_has_no_secret(client_id: str) -> Refusal:
    """AddUserPoolClientSecret is for app clients that have a secret already (text unknown)."""
    return invalid_parameter(f"User pool client {client_id} was created without a secret.")


def too_many_client_secrets() -> Refusal:
    """An app client has at most two secrets (text unknown)."""
    return Refusal("LimitExceededException", "An app client can have at most two secrets.")


def client_secret_not_found() -> Refusal:
    """The app client has no secret of this ClientSecretId (text unknown)."""
    return Refusal("ResourceNotFoundException", "Client secret does not exist.")


def last_client_secret() -> Refusal:
    """The last secret of an app client stays (text unknown)."""
    return invalid_parameter("The last secret of an app client cannot be deleted.")


def group_not_found() -> Refusal:
    """The pool has no such group."""
    return Refusal("ResourceNotFoundException", "Group not found.")


def group_exists() -> Refusal:
    """The pool already has a group with that name."""
    return Refusal("GroupExistsException", "A group with the name already exists.")


def user_not_found() -> Refusal:
    """The user does not exist; the text of most operations (A064, A126)."""
    return Refusal("UserNotFoundException", "User does not exist.")


def username_client_combination_not_found() -> Refusal:
    """The user does not exist; ForgotPassword's and ResendConfirmationCode's text (A051, A082)."""
    return Refusal("UserNotFoundException", "Username/client id combination not found.")


def username_exists() -> Refusal:
    """The username is taken; SignUp's text (A012)."""
    return Refusal("UsernameExistsException", "User already exists")


def user_account_exists() -> Refusal:
    """The username is taken; AdminCreateUser's text (A055)."""
    return Refusal("UsernameExistsException", "User account already exists")


def alias_exists(attribute: str) -> Refusal:
    """A verified email address or phone number is already another user's alias (A043)."""
    return Refusal("AliasExistsException", f"An account with the given {attribute} already exists.")


def sign_in_name_exists(attribute: str) -> Refusal:
    """An email address or phone number is already another user's username (A013)."""
    return Refusal(
        "UsernameExistsException", f"An account with the given {attribute} already exists."
    )


def username_format(message: str) -> Refusal:
    """The pool does not accept usernames of that format (A018, A019)."""
    return invalid_parameter(message)


def sign_up_not_permitted() -> Refusal:
    """The pool has AllowAdminCreateUserOnly, which forbids SignUp (A015)."""
    return Refusal("NotAuthorizedException", "SignUp is not permitted for this user pool")


def user_disabled() -> Refusal:
    """An administrator disabled the user (A128)."""
    return Refusal("NotAuthorizedException", "User is disabled.")


def unsupported_user_state(message: str) -> Refusal:
    """AdminCreateUser RESEND needs the status FORCE_CHANGE_PASSWORD (A056; text unknown)."""
    return Refusal("UnsupportedUserStateException", message)


def deletion_protected() -> Refusal:
    """DeleteUserPool names a pool whose DeletionProtection is ACTIVE."""
    return invalid_parameter(
        "The user pool cannot be deleted because deletion protection is activated. Deletion "
        "protection must be inactivated first."
    )


def feature_unavailable_in_tier(feature: str) -> Refusal:
    """The pool's feature plan does not include the feature (A035, A118; text unknown)."""
    return Refusal("FeatureUnavailableInTierException", f"{feature} is not available in this tier.")


def passwordless_in_lite_tier() -> Refusal:
    """The Lite plan has no first factor but the password (N002).

    The text is of a real deployment; the code is inferred from the service model:
    https://github.com/badmintoncryer/cdk-preflight/tree/5712aab5662efa18a685aeb51846a31105bc03fa/rules/cognito/pf-cognito-signin-policy-webauthn-tier
    """
    return Refusal(
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the LITE pricing tier configured: "
        "Passwordless Sign-In",
    )


def first_factors_without_password() -> Refusal:
    """AllowedFirstAuthFactors without PASSWORD (N005).

    The text is of real deployments, which settles what the documentation leaves open:
    https://github.com/badmintoncryer/cdk-preflight/tree/5712aab5662efa18a685aeb51846a31105bc03fa/rules/cognito/pf-cognito-signin-policy-password-required
    """
    return invalid_parameter(
        "Password should be configured as one of the allowed first auth factors."
    )


def software_token_as_first_factor() -> Refusal:
    """SOFTWARE_TOKEN in AllowedFirstAuthFactors, which only reports have (N004; text unknown)."""
    return invalid_parameter("SOFTWARE_TOKEN can not be configured as AuthFactor")


def email_mfa_needs_sender() -> Refusal:
    """EmailMfaConfiguration in a pool with Cognito's own sender (N007, M052)."""
    return invalid_parameter(
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an "
        "EmailSendingAccount of COGNITO_DEFAULT"
    )


def sms_otp_without_sms() -> Refusal:
    """SMS_OTP as first factor in a pool that cannot send text messages (N006)."""
    return invalid_parameter(
        "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS "
        "configuration"
    )


def passkeys_as_single_factor() -> Refusal:
    """SetUserPoolMfaConfig ON where a passkey alone signs in (N038)."""
    return invalid_parameter(
        "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn "
        "is an allowed first auth factor"
    )


def passkeys_without_mfa() -> Refusal:
    """UpdateUserPool adds WEB_AUTHN to a pool where MFA is ON (N038)."""
    return invalid_parameter(
        "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA"
    )


def recovery_by_factor(mechanism: str, factor: str) -> Refusal:
    """A second factor is the only way to recover the password (M063; M064, text unknown)."""
    return invalid_parameter(
        "Invalid account recovery setting parameter. Account Recovery Setting cannot use "
        f"{mechanism} as a recovery mechanism when {factor} is configured."
    )


def resource_server_exists(identifier: str, user_pool_id: str) -> Refusal:
    """The pool has a resource server with this identifier; the text is moto's."""
    text = f"{identifier} already exists in user pool {user_pool_id}."
    return Refusal("InvalidParameterException", text)


def resource_server_not_found(identifier: str) -> Refusal:
    """The pool has no resource server with this identifier (the text is our own)."""
    return Refusal("ResourceNotFoundException", f"Resource server {identifier} does not exist.")


def mfa_cannot_be_turned_on() -> Refusal:
    """UpdateUserPool cannot turn MFA from OFF to ON (A200)."""
    return invalid_parameter(
        "Cannot turn MFA functionality ON, once the user pool has been created."
    )


def mfa_off_with_factors() -> Refusal:
    """SetUserPoolMfaConfig has OFF together with a factor (A193)."""
    return invalid_parameter(
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
    )


def mfa_with_passwordless() -> Refusal:
    """MFA is ON in a pool with EMAIL_OTP or SMS_OTP as a first factor (A198)."""
    return invalid_parameter(
        "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is "
        "enabled"
    )


def mfa_without_factors() -> Refusal:
    """SetUserPoolMfaConfig has ON or OPTIONAL without a factor (A194)."""
    return invalid_parameter(
        "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be "
        "enabled."
    )


def sms_configuration_required() -> Refusal:
    """A pool that cannot send SMS was created or updated with MFA (A199)."""
    return invalid_parameter(
        "SMS configuration and Auto verification for phone_number are required when MFA is "
        "required/optional"
    )


def mixed_auth_flows() -> Refusal:
    """ExplicitAuthFlows mix legacy and ALLOW_ values (A106; text unknown)."""
    return invalid_parameter(
        "ExplicitAuthFlows cannot hold legacy values together with values that begin with ALLOW_."
    )


def rotation_with_refresh_flow() -> Refusal:
    """RefreshTokenRotation excludes ALLOW_REFRESH_TOKEN_AUTH (A265; text unknown)."""
    return invalid_parameter(
        "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation."
    )


def token_validity_range() -> Refusal:
    """A token validity is out of range (A257 to A259; the text is inferred)."""
    return invalid_parameter("Invalid range for token validity.")


def invalid_client_attributes(access: str) -> Refusal:
    """ReadAttributes or WriteAttributes have names that an app client cannot have there."""
    return invalid_parameter(f"Invalid {access} attributes specified while creating a client")
