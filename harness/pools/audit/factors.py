"""Rules about second factors and tracked devices."""

from __future__ import annotations

from harness.pools.audit.conditions import all_of, has_mfa, signs_in_with, tracks_devices, without
from harness.pools.audit.expectations import Absent, Is, Present
from harness.pools.audit.rules import Rule, Severity

__all__ = ["RULES"]


_PASSWORD_ONLY = without(signs_in_with("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"))

RULES = (
    Rule(
        id="mfa-required",
        title="The pool requires a second factor",
        severity=Severity.HIGH,
        kind="mfa",
        setting="MfaConfiguration",
        expected=Is("ON"),
        reason="with OPTIONAL or OFF, a stolen password is enough for every user without a second "
        "factor; the default is OFF",
        # Cognito refuses ON without a factor (A194).
        fix="set MfaConfiguration to ON and enable TOTP (EnabledMfas: SOFTWARE_TOKEN_MFA)",
        # Security Hub and AWS Config judge only pools that allow no other first factor:
        # https://docs.aws.amazon.com/config/latest/developerguide/cognito-user-pool-mfa-enabled.html
        applies=_PASSWORD_ONLY,
        elsewhere=(
            "Prowler cognito_user_pool_mfa_enabled",
            "Security Hub Cognito.5",
            "AWS Config cognito-user-pool-mfa-enabled",
            "cfn-guard COGNITO_USER_POOL_MFA_CONFIGURATION_RULE",
            "cfn-nag F78",
            "cdk-nag AwsSolutions-COG2",
            "KICS 74a18d1a-cf02-4a31-8791-ed0967ad7fdc",
            "KICS ec28bf61-a474-4dbe-b414-6dd3a067d6f0",
        ),
    ),
    Rule(
        id="mfa-software-token",
        title="The pool offers TOTP (software tokens)",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="SoftwareTokenMfaConfiguration.Enabled",
        expected=Is(True),
        reason="without TOTP, MFA_SETUP offers no factor that works without a phone network",
        fix="enable SoftwareTokenMfaConfiguration (EnabledMfas: SOFTWARE_TOKEN_MFA)",
        elsewhere=("KICS ec28bf61-a474-4dbe-b414-6dd3a067d6f0",),
        applies=has_mfa,
    ),
    Rule(
        id="mfa-no-sms",
        title="The pool sends no MFA codes by SMS",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="SmsMfaConfiguration",
        expected=Absent(),
        reason="whoever takes over the phone number reads the codes, and each message costs money",
        # A pool keeps the SMS factor until MFA is OFF (A202).
        # Without EnabledMfas, CloudFormation makes SMS the factor of a pool with SmsConfiguration:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpool.html
        fix="enable TOTP and remove SmsMfaConfiguration (EnabledMfas: only SOFTWARE_TOKEN_MFA); in "
        "a pool that exists, set MFA to OFF in between",
        # Where codes by SMS sign in, another rule says more: mfa-apart-from-text-codes.
        applies=all_of(has_mfa, without(signs_in_with("SMS_OTP"))),
    ),
    Rule(
        id="mfa-no-email",
        title="The pool sends no MFA codes by email",
        severity=Severity.LOW,
        kind="mfa",
        setting="EmailMfaConfiguration",
        expected=Absent(),
        reason="the mailbox that recovers the password would also be the second factor",
        fix="enable TOTP and remove EmailMfaConfiguration (and EMAIL_OTP from EnabledMfas)",
        applies=all_of(has_mfa, without(signs_in_with("EMAIL_OTP"))),
    ),
    Rule(
        id="device-tracking",
        title="The pool tracks devices",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="DeviceConfiguration",
        expected=Present(),
        reason="without DeviceConfiguration no sign-in returns NewDeviceMetadata, and every "
        "sign-in asks for a code",
        fix="add DeviceConfiguration",
    ),
    Rule(
        id="device-challenge",
        title="A remembered device replaces the code",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="DeviceConfiguration.ChallengeRequiredOnNewDevice",
        expected=Is(True),
        reason="with false, every sign-in asks for a code, even on a remembered device",
        fix="set ChallengeRequiredOnNewDevice to true",
        applies=tracks_devices,
    ),
    Rule(
        id="device-remembered",
        title="Devices are remembered without asking the user, or only after asking",
        severity=Severity.LOW,
        kind="pool",
        setting="DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt",
        expected=Is(False),
        reason="with true, a device replaces a code only after the app calls UpdateDeviceStatus; "
        "with false, shared computers are remembered too",
        fix="set DeviceOnlyRememberedOnUserPrompt as your app needs it, and expect that value",
        applies=tracks_devices,
    ),
)
