"""Rules about pools in which a password is not the only first factor: passkeys and codes.

A second factor cannot be required everywhere. Cognito refuses MfaConfiguration ON in a pool that
allows EMAIL_OTP or SMS_OTP, and accepts it beside WEB_AUTHN only if a passkey with user
verification counts as two factors (N038). Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

from harness.pools.audit.conditions import (
    all_of,
    any_of,
    has_mfa,
    has_passkeys,
    signs_in_with,
    without,
)
from harness.pools.audit.expectations import Includes, Is, Lacks
from harness.pools.audit.rules import Rule, Severity

__all__ = ["RULES"]

_FACTORS = "Policies.SignInPolicy.AllowedFirstAuthFactors"
_MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
_SENDS_CODES = signs_in_with("EMAIL_OTP", "SMS_OTP")
#: These judge a pool whatever its first factors are.
_ELSEWHERE = (
    "Prowler cognito_user_pool_mfa_enabled",
    "cfn-guard COGNITO_USER_POOL_MFA_CONFIGURATION_RULE",
    "cfn-nag F78",
    "cdk-nag AwsSolutions-COG2",
    "KICS 74a18d1a-cf02-4a31-8791-ed0967ad7fdc",
    "KICS ec28bf61-a474-4dbe-b414-6dd3a067d6f0",
)

RULES = (
    Rule(
        id="mfa-beside-passkeys",
        title="A pool with passkeys requires a second factor after a password",
        severity=Severity.HIGH,
        kind="mfa",
        setting="MfaConfiguration",
        expected=Is("ON"),
        reason="passkeys protect only those who use them: with OPTIONAL or OFF, a stolen password "
        "is still enough for every user without a second factor",
        fix=f"set MfaConfiguration to ON, with TOTP and with {_MULTI_FACTOR} as "
        "WebAuthnConfiguration.FactorConfiguration; Cognito refuses ON beside SINGLE_FACTOR",
        elsewhere=_ELSEWHERE,
        applies=all_of(
            signs_in_with("WEB_AUTHN"), signs_in_with("PASSWORD"), without(_SENDS_CODES)
        ),
    ),
    Rule(
        id="mfa-beside-codes",
        title="A pool with codes as the first factor lets users protect their passwords",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="MfaConfiguration",
        expected=Is("OPTIONAL"),
        reason="with OFF, no user can set up a second factor, and a stolen password is enough; "
        "Cognito refuses ON as long as EMAIL_OTP or SMS_OTP is a first factor",
        fix="set MfaConfiguration to OPTIONAL and enable TOTP; for ON, first take EMAIL_OTP and "
        "SMS_OTP out of AllowedFirstAuthFactors",
        elsewhere=_ELSEWHERE,
        applies=all_of(_SENDS_CODES, signs_in_with("PASSWORD")),
    ),
    Rule(
        id="passkey-second-factor",
        title="A passkey with user verification counts as two factors",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="WebAuthnConfiguration.FactorConfiguration",
        expected=Is(_MULTI_FACTOR),
        # Reported of real pools. A passkey alone is allowed beside MFA only in the other mode:
        # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnMfaSettingsType.html
        reason="with SINGLE_FACTOR, whoever has set up a second factor can no longer sign in with "
        "a passkey",
        fix=f"set WebAuthnConfiguration.FactorConfiguration to {_MULTI_FACTOR} (tier ESSENTIALS or "
        "PLUS)",
        applies=all_of(has_mfa, signs_in_with("WEB_AUTHN")),
    ),
    Rule(
        id="passkey-user-verification",
        title="Passkeys verify the user",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="WebAuthnConfiguration.UserVerification",
        expected=Is("required"),
        reason="with preferred, a key is enough that only detects that a person is present",
        fix="set WebAuthnConfiguration.UserVerification to required",
        applies=any_of(has_passkeys, signs_in_with("WEB_AUTHN")),
    ),
    Rule(
        id="first-factor-passkeys",
        title="Users can choose a passkey instead of a code",
        severity=Severity.LOW,
        kind="pool",
        setting=_FACTORS,
        expected=Includes("WEB_AUTHN"),
        reason="a code that one types can be phished; if codes and passwords are all there is, no "
        "user can choose anything safer",
        fix="add WEB_AUTHN to AllowedFirstAuthFactors and set WebAuthnConfiguration.RelyingPartyId",
        applies=_SENDS_CODES,
    ),
    Rule(
        id="first-factor-no-sms",
        title="A text message alone does not sign anyone in",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=_FACTORS,
        expected=Lacks(("SMS_OTP",)),
        reason="whoever takes over the phone number is signed in, and no second factor can be "
        "required beside it",
        # A pool needs PASSWORD (A191).
        fix="take SMS_OTP out of AllowedFirstAuthFactors; keep PASSWORD and offer WEB_AUTHN",
    ),
    Rule(
        id="first-factor-no-email",
        title="An email alone does not sign anyone in",
        severity=Severity.LOW,
        kind="pool",
        setting=_FACTORS,
        expected=Lacks(("EMAIL_OTP",)),
        reason="whoever reads the mailbox is signed in, and no second factor can be required "
        "beside it",
        # A pool needs PASSWORD (A191).
        fix="take EMAIL_OTP out of AllowedFirstAuthFactors; keep PASSWORD and offer WEB_AUTHN",
    ),
)
