"""What a setting means for signing in, for those who are told that it has changed."""

from __future__ import annotations

import re

__all__ = ["effect_of"]

#: Path of a setting, or its beginning, and what it decides; the first that fits counts.
_EFFECTS: tuple[tuple[str, str], ...] = (
    (
        r"mfa\.MfaConfiguration",
        "ON asks everybody for a second factor and new users for MFA_SETUP; OPTIONAL asks those "
        "who set one up; OFF asks nobody",
    ),
    (
        r"mfa\.SoftwareTokenMfaConfiguration",
        "whether TOTP applications can be set up and are asked for (SOFTWARE_TOKEN_MFA)",
    ),
    (r"mfa\.SmsMfaConfiguration", "whether codes come by SMS (SMS_MFA, SELECT_MFA_TYPE)"),
    (r"mfa\.EmailMfaConfiguration", "whether codes come by e-mail (EMAIL_OTP, SELECT_MFA_TYPE)"),
    (r"mfa\.WebAuthnConfiguration", "whether and how passkeys sign in"),
    (
        r"pool\.DeviceConfiguration\.ChallengeRequiredOnNewDevice",
        "true: a remembered device replaces the code; false: the code is asked for besides",
    ),
    (
        r"pool\.DeviceConfiguration\.DeviceOnlyRememberedOnUserPrompt",
        "true: ConfirmDevice answers UserConfirmationNecessary, and only UpdateDeviceStatus makes "
        "the device count; false: every confirmed device counts",
    ),
    (
        r"pool\.DeviceConfiguration",
        "whether sign-ins bring NewDeviceMetadata and ask for device proofs at all",
    ),
    (
        r"client\.ExplicitAuthFlows",
        "a flow that is not listed is refused: sign-in by it fails with InvalidParameterException "
        "or NotAuthorizedException",
    ),
    (
        r"client\.GenerateSecret",
        "with a secret every call needs SECRET_HASH, and is refused without it",
    ),
    (
        r"client\.AuthSessionValidity",
        "minutes that a challenge waits for its answer; then the session is invalid",
    ),
    (
        r"client\.PreventUserExistenceErrors",
        "ENABLED answers for unknown users as for wrong passwords; LEGACY tells "
        "UserNotFoundException",
    ),
    (
        r"client\.EnableTokenRevocation",
        "whether RevokeToken works and tokens carry origin_jti",
    ),
    (
        r"client\.RefreshTokenRotation",
        "ENABLED refreshes by GetTokensFromRefreshToken, and each refresh token once",
    ),
    (
        r"client\.(Access|Id|Refresh)TokenValidity|client\.TokenValidityUnits",
        "how long tokens live",
    ),
    (r"client\.(Read|Write)Attributes", "which attributes the app sees in tokens, and may change"),
    (
        r"pool\.UsernameAttributes",
        "what users sign in with; it cannot change, so the pool is another one, with no users",
    ),
    (
        r"pool\.AliasAttributes",
        "what users may sign in with besides; it cannot change, so the pool is another one",
    ),
    (
        r"pool\.UsernameConfiguration",
        "whether Ada and ada are one user; it cannot change, so the pool is another one",
    ),
    (
        r"pool\.AutoVerifiedAttributes",
        "whether sign-up sends a code, and whether the address counts as verified after it",
    ),
    (
        r"pool\.VerificationMessageTemplate\.DefaultEmailOption",
        "CONFIRM_WITH_LINK sends a link instead of a code: ConfirmSignUp has nothing to enter",
    ),
    (
        r"pool\.AdminCreateUserConfig\.AllowAdminCreateUserOnly",
        "true refuses SignUp with NotAuthorizedException",
    ),
    (
        r"pool\.Policies\.PasswordPolicy",
        "which passwords are refused with InvalidPasswordException, and how long temporary ones "
        "last",
    ),
    (
        r"pool\.Policies\.SignInPolicy",
        "which first factors USER_AUTH offers",
    ),
    (
        r"pool\.AccountRecoverySetting",
        "where the code of ForgotPassword goes, or that it is refused",
    ),
    (
        r"pool\.UserAttributeUpdateSettings",
        "whether a changed address waits for its code before it counts",
    ),
    (r"pool\.LambdaConfig", "functions that take part in sign-up, sign-in, messages and tokens"),
    (r"pool\.Schema", "which attributes sign-up has to give, and which can be changed"),
    (
        r"pool\.UserPoolAddOns",
        "ENFORCED can block sign-ins by risk, also those of a test runner",
    ),
    (r"pool\.(EmailConfiguration|SmsConfiguration)", "who sends the codes, and how many a day"),
)


def effect_of(kind: str, path: str) -> str | None:
    """Return what a setting decides about signing up and in; ``None`` where it decides nothing.

    Args:
        kind: ``pool``, ``mfa`` or ``client``.
        path: the path of the setting in Cognito's names.
    """
    setting = f"{kind}.{path}"
    return next((text for pattern, text in _EFFECTS if re.match(pattern, setting)), None)
