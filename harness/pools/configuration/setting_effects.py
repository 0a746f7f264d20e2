"""The effect of each setting on sign-up and sign-in, for reports about changed settings."""

from __future__ import annotations

import re

__all__ = ["effect_of"]

#: A pattern for the start of a setting's path, and its effect; the first match counts.
_EFFECTS: tuple[tuple[str, str], ...] = (
    (
        r"mfa\.MfaConfiguration",
        "ON asks every user for a second factor, and new users for MFA_SETUP; OPTIONAL asks users "
        "who set one up; OFF asks no one",
    ),
    (
        r"mfa\.SoftwareTokenMfaConfiguration",
        "whether users can set up and use an authenticator app (SOFTWARE_TOKEN_MFA)",
    ),
    (r"mfa\.SmsMfaConfiguration", "whether MFA codes come by SMS (SMS_MFA, SELECT_MFA_TYPE)"),
    (r"mfa\.EmailMfaConfiguration", "whether MFA codes come by email (EMAIL_OTP, SELECT_MFA_TYPE)"),
    (
        r"mfa\.WebAuthnConfiguration\.RelyingPartyId",
        "the domain that passkeys belong to; after a change users must register again",
    ),
    (
        r"mfa\.WebAuthnConfiguration\.UserVerification",
        "required: only authenticators that verify their user, by PIN or finger, are accepted; "
        "preferred: others are too",
    ),
    (
        r"mfa\.WebAuthnConfiguration\.FactorConfiguration",
        "MULTI_FACTOR_WITH_USER_VERIFICATION: a passkey can satisfy MFA alone; SINGLE_FACTOR: a "
        "user with a second factor signs in with a password",
    ),
    (r"mfa\.WebAuthnConfiguration", "whether and how users sign in with passkeys"),
    (
        r"pool\.DeviceConfiguration\.ChallengeRequiredOnNewDevice",
        "true: a remembered device replaces the MFA code; false: Cognito asks for the code anyway",
    ),
    (
        r"pool\.DeviceConfiguration\.DeviceOnlyRememberedOnUserPrompt",
        "true: ConfirmDevice returns UserConfirmationNecessary, and a device counts only after "
        "UpdateDeviceStatus; false: every confirmed device counts",
    ),
    (
        r"pool\.DeviceConfiguration",
        "whether sign-ins return NewDeviceMetadata and ask devices for proofs",
    ),
    (
        r"client\.ExplicitAuthFlows",
        "sign-in with a flow that is not listed fails with InvalidParameterException or "
        "NotAuthorizedException",
    ),
    (
        r"client\.GenerateSecret",
        "with a secret, every call needs SECRET_HASH and fails without it",
    ),
    (
        r"client\.AuthSessionValidity",
        "how many minutes a challenge waits for its response before the session expires",
    ),
    (
        r"client\.PreventUserExistenceErrors",
        "ENABLED hides whether a user exists; LEGACY reveals it with UserNotFoundException",
    ),
    (
        r"client\.EnableTokenRevocation",
        "whether RevokeToken works and tokens contain origin_jti",
    ),
    (
        r"client\.RefreshTokenRotation",
        "ENABLED: only GetTokensFromRefreshToken refreshes, and each refresh token works once",
    ),
    (
        r"client\.(Access|Id|Refresh)TokenValidity|client\.TokenValidityUnits",
        "how long tokens are valid",
    ),
    (r"client\.(Read|Write)Attributes", "which attributes the app can read and change"),
    (
        r"client\.(CallbackURLs|DefaultRedirectURI|LogoutURLs)",
        "where managed login sends browsers, and codes or tokens with them",
    ),
    (
        r"client\.AllowedOAuth(Flows|FlowsUserPoolClient|Scopes)",
        "which OAuth grants and scopes the app can use",
    ),
    (
        r"client\.SupportedIdentityProviders",
        "which identity providers users can sign in with at managed login",
    ),
    (
        r"domain\.ManagedLoginVersion",
        "1 shows the classic hosted UI; 2 shows managed login, and only to app clients that have a "
        "branding",
    ),
    (
        r"domain\.Domain",
        "where the sign-in page and the OAuth endpoints are; apps that have another one do not "
        "reach them",
    ),
    (r"domain\.CustomDomainConfig", "whether the domain is one of your own, or Cognito's"),
    (r"resource_server\.Scopes", "which scopes app clients can have, and access tokens contain"),
    (
        r"pool\.UsernameAttributes",
        "what users sign in with; it cannot change, so this is another pool without these users",
    ),
    (
        r"pool\.AliasAttributes",
        "what users can also sign in with; it cannot change, so this is another pool",
    ),
    (
        r"pool\.UsernameConfiguration",
        "whether Ada and ada are one user; it cannot change, so this is another pool",
    ),
    (
        r"pool\.AutoVerifiedAttributes",
        "whether sign-up sends a verification code and verifies the address",
    ),
    (
        r"pool\.VerificationMessageTemplate\.DefaultEmailOption",
        "CONFIRM_WITH_LINK sends a link instead of a code, so ConfirmSignUp cannot be used",
    ),
    (
        r"pool\.AdminCreateUserConfig\.AllowAdminCreateUserOnly",
        "true: SignUp fails with NotAuthorizedException",
    ),
    (
        r"pool\.Policies\.PasswordPolicy",
        "which passwords fail with InvalidPasswordException, and how long temporary passwords are "
        "valid",
    ),
    (
        r"pool\.Policies\.SignInPolicy",
        "which first factors USER_AUTH offers: password, codes by email or SMS, passkeys",
    ),
    (
        r"pool\.AccountRecoverySetting",
        "where ForgotPassword sends its code, or whether it fails",
    ),
    (
        r"pool\.UserAttributeUpdateSettings",
        "whether a changed address takes effect only after verification",
    ),
    (
        r"pool\.LambdaConfig",
        "Lambda functions that take part in sign-up, sign-in, messages and tokens",
    ),
    (r"pool\.Schema", "which attributes sign-up must give, and which can change"),
    (
        r"pool\.UserPoolAddOns",
        "ENFORCED can block risky sign-ins, including those of a test runner",
    ),
    (r"pool\.(EmailConfiguration|SmsConfiguration)", "who sends the codes, and how many per day"),
)


def effect_of(kind: str, path: str) -> str | None:
    """Return the effect of a setting on sign-up and sign-in; ``None`` if it has none.

    Args:
        kind: the kind of the part, such as ``pool``.
        path: the path of the setting under Cognito's names.
    """
    setting = f"{kind}.{path}"
    return next((text for pattern, text in _EFFECTS if re.match(pattern, setting)), None)
