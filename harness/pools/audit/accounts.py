"""Rules about passwords, account recovery, sign-up and the protection of the pool."""

from __future__ import annotations

from typing import Any

from harness.pools.audit.conditions import (
    all_of,
    allows_custom_sign_in,
    asks_for_email_codes,
    email_can_change,
    has_mfa,
    signs_in_with,
    without,
)
from harness.pools.audit.expectations import (
    Absent,
    AtLeast,
    AtMost,
    Includes,
    Is,
    Satisfies,
)
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, Unknown
from harness.pools.configuration.possibly_equal import first_unknown

__all__ = ["RULES"]

_POLICY = "Policies.PasswordPolicy"
_RECOVERY = "AccountRecoverySetting.RecoveryMechanisms"


def _character_class(name: str, word: str) -> Rule:
    return Rule(
        id=f"password-{word}",
        title=f"Passwords need {word} characters",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=f"{_POLICY}.Require{name}",
        expected=Is(True),
        reason="a password policy requires only what it says explicitly",
        fix=f"set Require{name} to true",
        elsewhere=(
            f"Prowler cognito_user_pool_password_policy_{_PROWLER[name]}",
            "Security Hub Cognito.3",
            "AWS Config cognito-user-pool-password-policy-check",
            # cdk-nag does not look at lowercase characters.
            *(("cdk-nag AwsSolutions-COG1",) if name != "Lowercase" else ()),
        ),
    )


_PROWLER = {
    "Lowercase": "lowercase",
    "Uppercase": "uppercase",
    "Numbers": "number",
    "Symbols": "symbol",
}


def _first_recovery(part: Part) -> Any:
    """Return the recovery mechanism with the highest priority.

    Without one, Cognito uses its older behavior, which prefers SMS.
    """
    mechanisms = part.value(_RECOVERY)
    if mechanisms is None or isinstance(mechanisms, Unknown):
        return mechanisms
    if len(mechanisms) > 1 and (hidden := first_unknown(mechanisms)) is not None:
        return hidden
    found = [item if isinstance(item, Unknown) else item.get("Name") for item in mechanisms]
    if len(found) < 2:
        return found[0] if found else None
    return min(mechanisms, key=lambda item: int(item.get("Priority", 2))).get("Name")


def _avoids_phone(mechanism: Any) -> bool:
    return mechanism in ("verified_email", "admin_only")


def _avoids_email(mechanism: Any) -> bool:
    return bool(mechanism != "verified_email")


RULES = (
    Rule(
        id="password-minimum-length",
        title="Passwords must be long",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=f"{_POLICY}.MinimumLength",
        expected=AtLeast(8, " characters"),
        reason="long passwords are hard to guess",
        fix="raise MinimumLength",
        elsewhere=(
            "Prowler cognito_user_pool_password_policy_minimum_length_14",
            "Security Hub Cognito.3",
            "AWS Config cognito-user-pool-password-policy-check",
            "cdk-nag AwsSolutions-COG1",
        ),
    ),
    _character_class("Lowercase", "lowercase"),
    _character_class("Uppercase", "uppercase"),
    _character_class("Numbers", "numeric"),
    _character_class("Symbols", "symbol"),
    Rule(
        id="password-history",
        title="Old passwords cannot be reused",
        severity=Severity.LOW,
        kind="pool",
        setting=f"{_POLICY}.PasswordHistorySize",
        expected=AtLeast(5, " passwords"),
        reason="otherwise a user can reset a leaked password to the same password",
        fix="raise PasswordHistorySize (at most 24; not available in the LITE tier)",
    ),
    Rule(
        id="temporary-password-validity",
        title="Temporary passwords expire",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=f"{_POLICY}.TemporaryPasswordValidityDays",
        expected=AtMost(7, " days"),
        reason="anyone who finds an old invitation email can sign in with it",
        fix="lower TemporaryPasswordValidityDays",
        elsewhere=(
            "Prowler cognito_user_pool_temporary_password_expiration",
            "Security Hub Cognito.3",
            "AWS Config cognito-user-pool-password-policy-check",
        ),
    ),
    Rule(
        id="recovery-not-by-phone",
        title="Password recovery does not prefer SMS",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=_RECOVERY,
        expected=Satisfies(_avoids_phone, "verified_email or admin_only first"),
        reason="whoever takes over the phone number can set a new password; without this setting a "
        "pool prefers SMS",
        # Beside email MFA, Cognito refuses verified_email as the only mechanism (M064).
        fix="list verified_email with priority 1; if email is also a second factor, use admin_only "
        "alone",
        read=_first_recovery,
    ),
    Rule(
        id="recovery-apart-from-email-mfa",
        title="The mailbox of the second factor does not recover the password",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=_RECOVERY,
        expected=Satisfies(_avoids_email, "not verified_email first"),
        reason="whoever reads the mailbox sets a new password with one code and signs in with the "
        "next",
        # M061
        fix="use admin_only alone, or TOTP instead of email as the second factor",
        applies=all_of(has_mfa, asks_for_email_codes),
        read=_first_recovery,
    ),
    Rule(
        id="recovery-apart-from-email-codes",
        title="The mailbox that signs in does not recover the password",
        severity=Severity.LOW,
        kind="pool",
        setting=_RECOVERY,
        expected=Satisfies(_avoids_email, "not verified_email first"),
        reason="sign-in by code and by a recovered password are then one factor: whoever reads the "
        "mailbox once can set a password and keep the account",
        fix="use admin_only alone, or take EMAIL_OTP out of AllowedFirstAuthFactors",
        applies=signs_in_with("EMAIL_OTP"),
        read=_first_recovery,
        facts=("N029",),
    ),
    Rule(
        id="verified-email",
        title="Email addresses are verified",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="AutoVerifiedAttributes",
        expected=Includes("email"),
        reason="otherwise sign-up sends no verification code, and users cannot recover passwords",
        fix="add email to AutoVerifiedAttributes",
    ),
    Rule(
        id="verify-before-update",
        title="A new email address takes effect only after verification",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
        expected=Includes("email"),
        reason="otherwise a mistyped address locks the user out, and a new address is at once a "
        "sign-in alias",
        # Cognito refuses an attribute that AutoVerifiedAttributes does not have (N013).
        fix="add email to AttributesRequireVerificationBeforeUpdate, and to AutoVerifiedAttributes "
        "if it is not there",
        applies=email_can_change,
    ),
    Rule(
        id="confirm-by-code",
        title="A code confirms a sign-up",
        severity=Severity.INFO,
        kind="pool",
        setting="VerificationMessageTemplate.DefaultEmailOption",
        expected=Is("CONFIRM_WITH_CODE"),
        reason="mail scanners open links, and a test cannot use them",
        fix="set DefaultEmailOption to CONFIRM_WITH_CODE",
    ),
    Rule(
        id="no-self-registration",
        title="Only administrators create users",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="AdminCreateUserConfig.AllowAdminCreateUserOnly",
        expected=Is(True),
        reason="anyone who signs up gets tokens that your services accept",
        fix="set AllowAdminCreateUserOnly to true, or waive this rule for a public app",
        elsewhere=("Prowler cognito_user_pool_self_registration_disabled",),
    ),
    Rule(
        id="case-insensitive-names",
        title="Usernames ignore upper and lower case",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UsernameConfiguration.CaseSensitive",
        expected=Is(False),
        reason="otherwise Ada@ and ada@ are two users; the setting cannot be changed later, and "
        "its default in the API is true",
        fix="set CaseSensitive to false when you create the pool",
    ),
    Rule(
        id="deletion-protection",
        title="The pool cannot be deleted by mistake",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="DeletionProtection",
        expected=Is("ACTIVE"),
        reason="passwords and devices of a deleted pool cannot be restored",
        fix="set DeletionProtection to ACTIVE",
        elsewhere=(
            "Prowler cognito_user_pool_deletion_protection_enabled",
            "Security Hub Cognito.6",
        ),
    ),
    Rule(
        id="threat-protection",
        title="Threat protection blocks attacks",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UserPoolAddOns.AdvancedSecurityMode",
        expected=Is("ENFORCED"),
        reason="otherwise leaked passwords and unusual sign-ins go unnoticed or are only logged",
        fix="set AdvancedSecurityMode to ENFORCED (tier PLUS)",
        elsewhere=(
            "Prowler cognito_user_pool_advanced_security_enabled",
            "Security Hub Cognito.1",
            "AWS Config cognito-user-pool-advanced-security-enabled",
            "cdk-nag AwsSolutions-COG3",
            "cdk-nag AwsSolutions-COG8",
        ),
    ),
    Rule(
        id="threat-protection-custom-auth",
        title="Threat protection covers custom authentication",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode",
        expected=Is("ENFORCED"),
        reason="threat protection covers custom authentication only if this setting says so",
        fix="set AdvancedSecurityAdditionalFlows.CustomAuthMode to ENFORCED beside "
        "AdvancedSecurityMode (tier PLUS)",
        elsewhere=(
            "Security Hub Cognito.4",
            "AWS Config cognito-userpool-cust-auth-threat-full-check",
        ),
        applies=allows_custom_sign_in,
    ),
    Rule(
        id="own-email-sender",
        title="Emails come from your own SES account",
        severity=Severity.LOW,
        kind="pool",
        setting="EmailConfiguration.EmailSendingAccount",
        expected=Is("DEVELOPER"),
        reason="Cognito's own sender stops after 50 emails a day; sign-ups then wait a day",
        fix="verify an identity in SES, give it as EmailConfiguration.SourceArn, and set "
        "EmailSendingAccount to DEVELOPER",
        # Where codes sign people in, more depends on it: first-factor-email-sender.
        applies=without(signs_in_with("EMAIL_OTP")),
    ),
    Rule(
        id="no-code-capture",
        title="Codes go only to users",
        severity=Severity.HIGH,
        kind="pool",
        setting="LambdaConfig.CustomEmailSender",
        expected=Absent(),
        reason="a custom sender can read every code; senders for tests do not belong in production",
        fix="remove CustomEmailSender, or waive this rule if it is your email service",
    ),
)
