"""What a failed check must say for a fault of the factors of a sign-in: a part of `MESSAGES`."""

from __future__ import annotations

__all__ = ["FACTOR_MESSAGES"]

_CHOICE_LOST = "the sign-in asked (SMS_MFA|SOFTWARE_TOKEN_MFA), expected SELECT_MFA_TYPE"

#: The words by the id of the fault.
FACTOR_MESSAGES: dict[str, str] = {
    "code-destination-in-full": (
        r"CODE_DELIVERY_DESTINATION of \w+ is '(\*\*\*@e\*\*\*|\[redacted\])', expected '"
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
}
