"""What a failed check must say for a fault of the factors of a sign-in: a part of `MESSAGES`."""

from __future__ import annotations

__all__ = ["FACTOR_MESSAGES"]

_CHOICE_LOST = "the sign-in asked (SMS_MFA|SOFTWARE_TOKEN_MFA), expected SELECT_MFA_TYPE"
_LIST_INSTEAD = (
    "unexpected challenge 'SELECT_CHALLENGE': the test expected tokens|"
    "the sign-in asked SELECT_CHALLENGE, expected (EMAIL|SMS)_OTP"
)

#: The words by the id of the fault.
FACTOR_MESSAGES: dict[str, str] = {
    "code-destination-in-full": (
        r"CODE_DELIVERY_DESTINATION of \w+ is '(\*\*\*@e\*\*\*|\[redacted\])', expected '"
    ),
    "code-by-the-other-medium": (
        "CODE_DELIVERY_DELIVERY_MEDIUM of SMS_MFA is 'EMAIL', expected 'SMS'|"
        "CODE_DELIVERY_DELIVERY_MEDIUM of EMAIL_OTP is 'SMS', expected 'EMAIL'"
    ),
    "sms-code-proves-nothing": "a code by SMS did not verify the phone number",
    "sent-code-turns-its-factor-on": (
        rf"{_CHOICE_LOST}|UserMFASettingList is \['\w+'\], expected \[\]"
    ),
    "factor-not-chosen": _CHOICE_LOST,
    "choice-is-preferred": _CHOICE_LOST,
    "preferred-factor-ignored": "the sign-in asked SELECT_MFA_TYPE, expected SMS_MFA",
    "preference-outlives-its-factor": r"PreferredMfaSetting is '\w+', expected None",
    "last-factor-stays-on": "turning every factor off where MFA is ON was refused",
    "off-needs-a-set-up": "a preference with two factors that stay off was refused",
    "sms-needs-a-verified-number": "turning SMS on for a number that is not verified was refused",
    "verified-authenticator-is-preferred": (
        "PreferredMfaSetting is 'SOFTWARE_TOKEN_MFA', expected None"
    ),
    "email-not-set-up-at-sign-in": "EMAIL_OTP in MFAS_CAN_SETUP is False, expected True",
    "device-does-not-replace-sms": "a device did not take the place of SMS_MFA",
    "device-replaces-email": "a device took the place of EMAIL_OTP",
    "first-factors-of-everybody": (
        r"AvailableChallenges, sorted is \['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP', 'SMS_OTP', "
        r"'WEB_AUTHN'\], expected"
    ),
    "unavailable-preference-refused": (
        "InitiateAuth was refused: .* is not one of the challenges that can be chosen"
    ),
    "preferred-first-factor-ignored": _LIST_INSTEAD,
    "password-chosen-in-vain": _LIST_INSTEAD,
    "stranger-without-codes": (
        r"AvailableChallenges, sorted is \['PASSWORD', 'PASSWORD_SRP'\], expected \['EMAIL_OTP'|"
        "an unknown user is not asked for a code, as a known one is"
    ),
    "code-in-place-of-the-temporary-password": (
        "the sign-in asked (EMAIL|SMS)_OTP, expected SELECT_CHALLENGE"
    ),
    "newest-first-code-alone": "RespondToAuthChallenge was refused: CodeMismatchException",
    "code-ends-the-password": (
        r"AvailableChallenges, sorted is \['EMAIL_OTP'\], expected \['EMAIL_OTP', 'PASSWORD'"
    ),
    "no-mfa-after-a-choice": (
        "the sign-in asked nothing more and gave tokens, expected SOFTWARE_TOKEN_MFA"
    ),
    "first-factor-enough-for-everybody": (
        "the sign-in asked (EMAIL_OTP|WEB_AUTHN), expected SELECT_CHALLENGE"
    ),
    "device-of-a-choice-ignored": "unexpected challenge 'SOFTWARE_TOKEN_MFA'",
    "one-registration-challenge": "two registrations have the same challenge",
    "passkey-without-name": "the passkey has no name",
    "user-verification-for-everybody": (
        "RespondToAuthChallenge was refused: NotAuthorizedException: Passkey could not be verified"
    ),
    "passkey-not-offered": (
        r"AvailableChallenges, sorted is \['PASSWORD', 'PASSWORD_SRP'\], expected .*'WEB_AUTHN'"
    ),
    "one-passkey-alone-offered": r"allowCredentials is \['[^']*'\], expected \['[^']*', '",
    "passkey-is-no-mfa": "the way to tokens is 'SELECT_CHALLENGE > .*', expected 'WEB_AUTHN'",
    "passkey-stays-on-for-mfa": (
        "SetUserMFAPreference was refused: .* requires enabling an additional MFA setting"
    ),
    "no-session-of-a-sign-up": "ConfirmSignUp returned no Session",
    "password-of-nobody-offered": (
        r"AvailableChallenges, sorted is \['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP'\], "
        r"expected \['EMAIL_OTP'\]"
    ),
    "custom-challenge-names-no-user": "CUSTOM_CHALLENGE has no parameter USERNAME",
    "any-custom-answer": (
        "the sign-in asked nothing more and gave tokens, expected CUSTOM_CHALLENGE"
    ),
    "custom-without-the-password": (
        r"what was asked, sorted is \['CUSTOM_CHALLENGE'.*expected .*'PASSWORD_VERIFIER'"
    ),
    "new-secret-ignored": "the new secret was refused",
    "secrets-listed-in-full": "ListUserPoolClientSecrets shows a secret",
    "settings-without-effect": r"MFAOptions of GetUser is \[\], expected \[\{",
    "settings-not-shown": r"MFAOptions of GetUser is \[\], expected \[\{",
}
