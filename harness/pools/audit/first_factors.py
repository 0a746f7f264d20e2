"""Rules about pools in which a password is not the only first factor.

A second factor cannot be required everywhere. Cognito refuses MfaConfiguration ON in a pool that
allows EMAIL_OTP or SMS_OTP, and accepts it beside WEB_AUTHN only if a passkey with user
verification counts as two factors (N038). Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

from typing import Any

from harness.pools.audit.conditions import (
    MULTI_FACTOR,
    all_of,
    has_mfa,
    lets_nobody_choose,
    signs_in_with,
    without,
)
from harness.pools.audit.expectations import Absent, Includes, Is, Lacks, Satisfies
from harness.pools.audit.rules import Rule, Severity

__all__ = ["RULES"]

_FACTORS = "Policies.SignInPolicy.AllowedFirstAuthFactors"
_WITHOUT_PASSWORD = ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
_SENDS_CODES = signs_in_with("EMAIL_OTP", "SMS_OTP")
_HAS_CHOICE = signs_in_with(*_WITHOUT_PASSWORD)
#: These judge a pool whatever its first factors are.
_ELSEWHERE = (
    "Prowler cognito_user_pool_mfa_enabled",
    "cfn-guard COGNITO_USER_POOL_MFA_CONFIGURATION_RULE",
    "cfn-nag F78",
    "cdk-nag AwsSolutions-COG2",
    "KICS 74a18d1a-cf02-4a31-8791-ed0967ad7fdc",
    "KICS ec28bf61-a474-4dbe-b414-6dd3a067d6f0",
)


def _has_passwordless(tier: Any) -> bool:
    return tier in ("ESSENTIALS", "PLUS")


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
        fix=f"set MfaConfiguration to ON, with TOTP, and {MULTI_FACTOR} as WebAuthnConfiguration."
        "FactorConfiguration (in CloudFormation WebAuthnFactorConfiguration); Cognito refuses ON "
        "beside SINGLE_FACTOR",
        elsewhere=_ELSEWHERE,
        applies=all_of(
            signs_in_with("WEB_AUTHN"), signs_in_with("PASSWORD"), without(_SENDS_CODES)
        ),
        facts=("N033", "N038"),
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
        facts=("N032", "N038"),
    ),
    Rule(
        id="mfa-apart-from-email-codes",
        title="The mailbox that signs in is not the second factor",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="EmailMfaConfiguration",
        expected=Absent(),
        reason="whoever reads the mailbox is signed in as every user without MFA, and needs only "
        "the password of the others, which the mailbox may recover",
        fix="enable TOTP and remove EmailMfaConfiguration (and EMAIL_OTP from EnabledMfas), or "
        "take EMAIL_OTP out of AllowedFirstAuthFactors",
        applies=all_of(has_mfa, signs_in_with("EMAIL_OTP")),
        facts=("N029", "N032"),
    ),
    Rule(
        id="mfa-apart-from-text-codes",
        title="The phone number that signs in is not the second factor",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="SmsMfaConfiguration",
        expected=Absent(),
        reason="whoever takes over the phone number is signed in as every user without MFA, and "
        "needs only the password of the others",
        fix="enable TOTP and remove SmsMfaConfiguration (EnabledMfas: only SOFTWARE_TOKEN_MFA), or "
        "take SMS_OTP out of AllowedFirstAuthFactors",
        applies=all_of(has_mfa, signs_in_with("SMS_OTP")),
        facts=("N029", "N032"),
    ),
    Rule(
        id="first-factor-usable",
        title="Somebody can use the first factors",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=_FACTORS,
        expected=Lacks(_WITHOUT_PASSWORD),
        reason="no app client allows ALLOW_USER_AUTH, so no one can sign in with them; users sign "
        "up without a password and are locked out",
        fix="add ALLOW_USER_AUTH to ExplicitAuthFlows of an app client, or allow PASSWORD alone",
        applies=lets_nobody_choose,
        facts=("N001", "N054"),
    ),
    Rule(
        id="first-factor-tier",
        title="The tier of the pool has its first factors",
        severity=Severity.HIGH,
        kind="pool",
        setting="UserPoolTier",
        expected=Satisfies(_has_passwordless, "ESSENTIALS or PLUS"),
        reason="the tier LITE has codes and passkeys neither as first factors nor in USER_AUTH, "
        "and Cognito refuses the pool",
        fix="set UserPoolTier to ESSENTIALS, or allow PASSWORD alone",
        applies=_HAS_CHOICE,
        facts=("N002",),
    ),
    Rule(
        id="first-factor-email-sender",
        title="Codes for sign-in come from your own SES account",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="EmailConfiguration.EmailSendingAccount",
        expected=Is("DEVELOPER"),
        # Real pools with Cognito's own sender were seen to send such codes.
        reason="Cognito's own sender stops after 50 emails a day, and then no one gets a code; "
        "AWS's guide says that codes for sign-in need SES",
        fix="verify an identity in SES, give it as EmailConfiguration.SourceArn, and set "
        "EmailSendingAccount to DEVELOPER",
        applies=signs_in_with("EMAIL_OTP"),
        facts=("N007",),
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
        fix="add WEB_AUTHN to AllowedFirstAuthFactors and set WebAuthnConfiguration.RelyingPartyId "
        "(in CloudFormation WebAuthnRelyingPartyID)",
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
        facts=("N029", "N038"),
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
        facts=("N029", "N038"),
    ),
)
