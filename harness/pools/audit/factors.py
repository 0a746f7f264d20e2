"""Rules about second factors and tracked devices: the settings that this harness is about."""

from __future__ import annotations

from harness.pools.audit.expectations import Absent, Is, Present
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration

__all__ = ["RULES"]


def _has_mfa(configuration: PoolConfiguration, _part: Part) -> bool:
    return bool(configuration.mfa.value("MfaConfiguration") != "OFF")


def _tracks_devices(_configuration: PoolConfiguration, part: Part) -> bool:
    return part.value("DeviceConfiguration") is not None


def _has_passkeys(_configuration: PoolConfiguration, part: Part) -> bool:
    return part.value("WebAuthnConfiguration") is not None


RULES = (
    Rule(
        id="mfa-required",
        title="A second factor is required",
        severity=Severity.HIGH,
        kind="mfa",
        setting="MfaConfiguration",
        expected=Is("ON"),
        reason="with OPTIONAL or OFF a stolen password is enough for every user who set up none; "
        "a configuration that says nothing means OFF",
        fix="set MfaConfiguration to ON",
        elsewhere=(
            "Prowler cognito_user_pool_mfa_enabled",
            "Security Hub Cognito.5",
            "AWS Config cognito-user-pool-mfa-enabled",
            "cfn-nag F78",
            "KICS 74a18d1a-cf02-4a31-8791-ed0967ad7fdc",
        ),
    ),
    Rule(
        id="mfa-software-token",
        title="Software tokens (TOTP) are a factor",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="SoftwareTokenMfaConfiguration.Enabled",
        expected=Is(True),
        reason="without them MFA_SETUP offers nothing that works without a telephone network",
        fix="enable SoftwareTokenMfaConfiguration (EnabledMfas: SOFTWARE_TOKEN_MFA)",
        elsewhere=("KICS ec28bf61-a474-4dbe-b414-6dd3a067d6f0",),
        applies=_has_mfa,
    ),
    Rule(
        id="mfa-no-sms",
        title="No codes by SMS",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="SmsMfaConfiguration",
        expected=Absent(),
        reason="text messages are read by whoever takes over the number, and each one costs money",
        fix="leave SmsMfaConfiguration out (no SMS_MFA in EnabledMfas)",
        applies=_has_mfa,
    ),
    Rule(
        id="mfa-no-email",
        title="No codes by e-mail",
        severity=Severity.LOW,
        kind="mfa",
        setting="EmailMfaConfiguration",
        expected=Absent(),
        reason="the mailbox that recovers the password would be the second factor as well",
        fix="leave EmailMfaConfiguration out (no EMAIL_OTP in EnabledMfas)",
        applies=_has_mfa,
    ),
    Rule(
        id="passkey-user-verification",
        title="Passkeys verify their user",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="WebAuthnConfiguration.UserVerification",
        expected=Is("required"),
        reason="with preferred, a key that only shows that somebody is there is enough",
        fix="set WebAuthnConfiguration.UserVerification to required",
        applies=_has_passkeys,
    ),
    Rule(
        id="device-tracking",
        title="Devices are tracked",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="DeviceConfiguration",
        expected=Present(),
        reason="without DeviceConfiguration no sign-in brings NewDeviceMetadata, and every sign-in "
        "asks for a code",
        fix="add DeviceConfiguration",
    ),
    Rule(
        id="device-challenge",
        title="A remembered device replaces the code",
        severity=Severity.MEDIUM,
        kind="pool",
        setting="DeviceConfiguration.ChallengeRequiredOnNewDevice",
        expected=Is(True),
        reason="with false users are asked for a code with every device, remembered or not",
        fix="set ChallengeRequiredOnNewDevice to true",
        applies=_tracks_devices,
    ),
    Rule(
        id="device-remembered",
        title="Devices are remembered as decided: always, or when the user says so",
        severity=Severity.LOW,
        kind="pool",
        setting="DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt",
        expected=Is(False),
        reason="with true an app has to call UpdateDeviceStatus, or no device replaces a code; "
        "with false a shared computer is remembered as well",
        fix="set DeviceOnlyRememberedOnUserPrompt as your app is made, and expect just that",
        applies=_tracks_devices,
    ),
)
