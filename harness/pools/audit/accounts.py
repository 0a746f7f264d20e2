"""Rules about passwords, recovery, sign-up and the protection of the pool itself."""

from __future__ import annotations

from typing import Any

from harness.pools.audit.expectations import (
    Absent,
    AtLeast,
    AtMost,
    Includes,
    Is,
    Satisfies,
)
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["RULES"]

_POLICY = "Policies.PasswordPolicy"
_RECOVERY = "AccountRecoverySetting.RecoveryMechanisms"


def _character_class(name: str, word: str) -> Rule:
    return Rule(
        id=f"password-{word}",
        title=f"Passwords have {word} characters",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=f"{_POLICY}.Require{name}",
        expected=Is(True),
        reason="a policy that is given requires nothing but what it says",
        fix=f"set Require{name} to true",
        elsewhere=(
            f"Prowler cognito_user_pool_password_policy_{_PROWLER[name]}",
            "Security Hub Cognito.3",
            "AWS Config cognito-user-pool-password-policy-check",
        ),
    )


_PROWLER = {
    "Lowercase": "lowercase",
    "Uppercase": "uppercase",
    "Numbers": "number",
    "Symbols": "symbol",
}


def _first_recovery(part: Part) -> Any:
    """The mechanism with priority 1; what Cognito does without any is its older way: by SMS."""
    mechanisms = part.value(_RECOVERY)
    if mechanisms is None or isinstance(mechanisms, Unknown):
        return mechanisms
    hidden = next((item for item in mechanisms if isinstance(item, Unknown)), None)
    if hidden is not None:
        return hidden
    ordered = sorted(mechanisms, key=lambda item: int(item.get("Priority", 2)))
    return ordered[0].get("Name") if ordered else None


def _is_no_phone(mechanism: Any) -> bool:
    return mechanism in ("verified_email", "admin_only")


def _allows_custom_sign_in(configuration: PoolConfiguration, _part: Part) -> bool:
    return any(
        "ALLOW_CUSTOM_AUTH" in (client.value("ExplicitAuthFlows") or ())
        for client in configuration.clients
        if not isinstance(client.value("ExplicitAuthFlows"), Unknown)
    )


def _email_can_change(_configuration: PoolConfiguration, part: Part) -> bool:
    schema = part.value("Schema") or ()
    if isinstance(schema, Unknown):
        return True
    named = [item for item in schema if not isinstance(item, Unknown)]
    return not any(item.get("Name") == "email" and not item.get("Mutable") for item in named)


RULES = (
    Rule(
        id="password-minimum-length",
        title="Passwords are long",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=f"{_POLICY}.MinimumLength",
        expected=AtLeast(8, " characters"),
        reason="length is what makes guessing expensive",
        fix="raise MinimumLength",
        elsewhere=(
            "Prowler cognito_user_pool_password_policy_minimum_length_14",
            "Security Hub Cognito.3",
            "AWS Config cognito-user-pool-password-policy-check",
        ),
    ),
    _character_class("Lowercase", "lowercase"),
    _character_class("Uppercase", "uppercase"),
    _character_class("Numbers", "numeric"),
    _character_class("Symbols", "symbol"),
    Rule(
        id="password-history",
        title="Old passwords are not used again",
        severity=Severity.LOW,
        kind="pool",
        setting=f"{_POLICY}.PasswordHistorySize",
        expected=AtLeast(5, " passwords"),
        reason="a reset after a leak otherwise ends with the leaked password",
        fix="set PasswordHistorySize (0 to 24; not in the tier LITE)",
    ),
    Rule(
        id="temporary-password-validity",
        title="Temporary passwords end",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=f"{_POLICY}.TemporaryPasswordValidityDays",
        expected=AtMost(7, " days"),
        reason="an invitation in an old mailbox is a way in",
        fix="set TemporaryPasswordValidityDays to 7 or less",
        elsewhere=(
            "Prowler cognito_user_pool_temporary_password_expiration",
            "Security Hub Cognito.3",
        ),
    ),
    Rule(
        id="recovery-not-by-phone",
        title="Passwords are not recovered by SMS first",
        severity=Severity.MEDIUM,
        kind="pool",
        setting=_RECOVERY,
        expected=Satisfies(_is_no_phone, "verified_email or admin_only first"),
        reason="whoever takes over the number would have password and account; a pool that says "
        "nothing prefers SMS",
        fix="list verified_email with priority 1",
        read=_first_recovery,
    ),
    Rule(
        id="verified-email",
        title="E-mail addresses are verified",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="AutoVerifiedAttributes",
        expected=Includes("email"),
        reason="otherwise sign-up sends no code, and nobody is there to recover a password for",
        fix="add email to AutoVerifiedAttributes",
    ),
    Rule(
        id="verify-before-update",
        title="A new e-mail address counts once it is verified",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
        expected=Includes("email"),
        reason="otherwise a mistyped address locks its user out, and a changed one is at once the "
        "name to sign in with",
        fix="add email to AttributesRequireVerificationBeforeUpdate",
        applies=_email_can_change,
    ),
    Rule(
        id="confirm-by-code",
        title="Sign-ups are confirmed by code",
        severity=Severity.INFO,
        kind="pool",
        setting="VerificationMessageTemplate.DefaultEmailOption",
        expected=Is("CONFIRM_WITH_CODE"),
        reason="a link is opened by mail scanners, and no test can enter it",
        fix="set DefaultEmailOption to CONFIRM_WITH_CODE",
    ),
    Rule(
        id="no-self-registration",
        title="Only administrators make users",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="AdminCreateUserConfig.AllowAdminCreateUserOnly",
        expected=Is(True),
        reason="whoever signs up has a token that your services accept",
        fix="set AllowAdminCreateUserOnly to true, or waive this rule for a public app",
        elsewhere=("Prowler cognito_user_pool_self_registration_disabled",),
    ),
    Rule(
        id="case-insensitive-names",
        title="User names are the same in upper and lower case",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UsernameConfiguration.CaseSensitive",
        expected=Is(False),
        reason="Ada@ and ada@ would be two users; it cannot be changed later, and the default of "
        "the API is true",
        fix="set CaseSensitive to false when the pool is made",
    ),
    Rule(
        id="deletion-protection",
        title="The pool cannot be deleted by mistake",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="DeletionProtection",
        expected=Is("ACTIVE"),
        reason="passwords and devices cannot be restored",
        fix="set DeletionProtection to ACTIVE",
        elsewhere=(
            "Prowler cognito_user_pool_deletion_protection_enabled",
            "Security Hub Cognito.6",
        ),
    ),
    Rule(
        id="threat-protection",
        title="Threat protection acts",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UserPoolAddOns.AdvancedSecurityMode",
        expected=Is("ENFORCED"),
        reason="leaked passwords and sign-ins from nowhere are not noticed, or only noted",
        fix="set AdvancedSecurityMode to ENFORCED (tier PLUS)",
        elsewhere=(
            "Prowler cognito_user_pool_advanced_security_enabled",
            "Security Hub Cognito.1",
            "AWS Config cognito-user-pool-advanced-security-enabled",
        ),
    ),
    Rule(
        id="threat-protection-custom-auth",
        title="Threat protection acts in custom sign-ins too",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode",
        expected=Is("ENFORCED"),
        reason="custom authentication is left out unless it is named",
        fix="set AdvancedSecurityAdditionalFlows.CustomAuthMode to ENFORCED",
        elsewhere=(
            "Security Hub Cognito.4",
            "AWS Config cognito-userpool-cust-auth-threat-full-check",
        ),
        applies=_allows_custom_sign_in,
    ),
    Rule(
        id="own-email-sender",
        title="Mails are sent by an account of one's own",
        severity=Severity.LOW,
        kind="pool",
        setting="EmailConfiguration.EmailSendingAccount",
        expected=Is("DEVELOPER"),
        reason="Cognito's own sender ends after 50 mails a day, and sign-ups wait until tomorrow",
        fix="configure SES and set EmailSendingAccount to DEVELOPER",
    ),
    Rule(
        id="no-code-capture",
        title="Codes go to users only",
        severity=Severity.HIGH,
        kind="pool",
        setting="LambdaConfig.CustomEmailSender",
        expected=Absent(),
        reason="a custom sender reads every code; the ones made for tests have no place in "
        "production",
        fix="remove CustomEmailSender, or waive this rule where it is your mail service",
    ),
)
