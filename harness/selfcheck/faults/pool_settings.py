"""Settings of pools that have another value than was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.pools import MfaConfiguration
from harness.selfcheck.fault import Kind, PlantedFault
from harness.selfcheck.mishearing import altered, misheard
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

POOL: Kind = "pool"
AREA = "pool settings"
POLICY = "Policies.PasswordPolicy"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
ANYHOW = (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED)
_WEAK = ("sign_up::sign_up_with_a_weak_password_is_refused",)
_TRACKING = "DeviceConfiguration"


def _with_totp(service: Any, pool_id: str) -> None:
    service.pools[pool_id].mfa = MfaConfiguration("OPTIONAL", software_token={"Enabled": True})


def _flag(name: str, value: bool) -> Any:
    """Return how to move a flag of DeviceConfiguration, where devices are tracked."""
    return misheard("pool", _TRACKING, lambda asked: asked and {**asked, name: value})


def _less(asked: Any) -> Any:
    return None if asked is None else asked - 1


def _mode(before: str, after: str) -> Any:
    return misheard("mfa", "MfaConfiguration", lambda asked: after if asked == before else asked)


def _class(name: str) -> Any:
    return misheard("pool", f"{POLICY}.{name}", lambda asked: False)


def _fault(*given: Any, **named: Any) -> PlantedFault:
    return replace(PlantedFault(*given, **named), kind=POOL)


FAULTS = (
    _fault(
        "policy-a-letter-shorter",
        "MinimumLength is one less",
        AREA,
        misheard("pool", f"{POLICY}.MinimumLength", _less),
        (*_WEAK, "password_recovery::recovering_with*", "temporary_password::weak_new*"),
    ),
    _fault(
        "policy-without-uppercase",
        "RequireUppercase is off",
        AREA,
        _class("RequireUppercase"),
        _WEAK,
    ),
    _fault(
        "policy-without-lowercase",
        "RequireLowercase is off",
        AREA,
        _class("RequireLowercase"),
        _WEAK,
    ),
    _fault(
        "policy-without-numbers", "RequireNumbers is off", AREA, _class("RequireNumbers"), _WEAK
    ),
    _fault(
        "policy-without-symbols",
        "RequireSymbols is off",
        AREA,
        _class("RequireSymbols"),
        (*_WEAK, "change_password::changing_to_a_weak*"),
    ),
    _fault(
        "temporary-password-a-day-longer",
        "TemporaryPasswordValidityDays is one more",
        AREA,
        misheard("pool", f"{POLICY}.TemporaryPasswordValidityDays", lambda asked: (asked or 7) + 1),
        ("temporary_password::temporary_password_expires*", "pool_rules::temporary_password*"),
    ),
    _fault(
        "history-one-shorter",
        "PasswordHistorySize is one less",
        AREA,
        misheard("pool", f"{POLICY}.PasswordHistorySize", _less),
        ("pool_rules::password_of_before_is_refused*",),
    ),
    _fault(
        "nothing-auto-verified",
        "AutoVerifiedAttributes is empty",
        AREA,
        misheard("pool", "AutoVerifiedAttributes", lambda _: []),
        ("sign_up::sign_up_sends_a_code*",),
        WRONG,
    ),
    _fault(
        "case-heeded",
        "a pool that must ignore case is case-sensitive",
        AREA,
        misheard("pool", "UsernameConfiguration.CaseSensitive", lambda _: True),
        ("pool_rules::case_of_names*", "pool_rules::name_in_other_letters_is_taken*"),
        ANYHOW,
    ),
    _fault(
        "case-ignored",
        "a pool that must be case-sensitive ignores case",
        AREA,
        misheard("pool", "UsernameConfiguration.CaseSensitive", lambda _: False),
        ("pool_rules::name_in_other_letters_is_unknown_where_case_matters",),
    ),
    _fault(
        "sign-up-open",
        "AllowAdminCreateUserOnly is off",
        AREA,
        misheard("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly", lambda _: False),
        ("sign_up::sign_up_is_refused_where_only_administrators_make_users",),
    ),
    _fault(
        "sign-up-closed",
        "AllowAdminCreateUserOnly is on",
        AREA,
        misheard("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly", lambda _: True),
        ("sign_up::sign_up_sends_a_code*", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE,),
    ),
    _fault(
        "device-beside-mfa",
        "ChallengeRequiredOnNewDevice is off: a device does not replace the code",
        AREA,
        _flag("ChallengeRequiredOnNewDevice", value=False),
        ("device_sign_in::no_code_is_asked*", "device_sign_in::remembered_device*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    _fault(
        "device-instead-of-mfa",
        "ChallengeRequiredOnNewDevice is on: a device replaces the code",
        AREA,
        _flag("ChallengeRequiredOnNewDevice", value=True),
        ("device_sign_in::remembered_device*", "device_sign_in::opt_in_device*"),
        WRONG,
    ),
    _fault(
        "devices-always-remembered",
        "DeviceOnlyRememberedOnUserPrompt is off: users do not have to opt in",
        AREA,
        _flag("DeviceOnlyRememberedOnUserPrompt", value=False),
        ("devices::confirmed_device_is_shown*", "device_sign_in::opt_in_device*"),
        WRONG,
    ),
    _fault(
        "devices-tracked-anyway",
        "DeviceConfiguration is set: devices are tracked",
        AREA,
        misheard(
            "pool",
            _TRACKING,
            lambda asked: (
                asked
                or {
                    "ChallengeRequiredOnNewDevice": False,
                    "DeviceOnlyRememberedOnUserPrompt": False,
                }
            ),
        ),
        ("devices::pool_without_tracking*", "sign_in::first_sign_in*"),
        ANYHOW,
    ),
    _fault(
        "devices-not-tracked",
        "DeviceConfiguration is absent: devices are not tracked",
        AREA,
        misheard("pool", _TRACKING, lambda _: None),
        ("sign_in::first_sign_in*", "devices::every_sign_in_without*", "main_job::*"),
        WRONG,
    ),
    _fault(
        "aliases-instead-of-usernames",
        "email addresses are aliases and not usernames",
        AREA,
        lambda planter: (misheard("pool", "UsernameAttributes", lambda _: None)(planter),)[0],
        ("sign_up::sign_up_names_the_user", "sign_up::username_that_is_not_an_address*"),
        ANYHOW,
    ),
    _fault(
        "no-aliases",
        "AliasAttributes is empty: nobody signs in with an email address",
        AREA,
        misheard("pool", "AliasAttributes", lambda _: None),
        ("sign_up::username_like_an_alias*", "sign_up::an_alias_is_taken*"),
    ),
    _fault(
        "recovery-by-everybody",
        "AccountRecoverySetting allows recovery where only administrators may reset passwords",
        AREA,
        misheard("pool", "AccountRecoverySetting", lambda _: None),
        ("pool_rules::nobody_recovers_a_password_where_only_administrators_may",),
    ),
    _fault(
        "recovery-by-administrators",
        "AccountRecoverySetting leaves recovery to administrators",
        AREA,
        misheard(
            "pool",
            "AccountRecoverySetting",
            lambda _: {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
        ),
        ("password_recovery::forgot_password*", "password_recovery::recovered_password*"),
        WRONG,
    ),
    _fault(
        "address-changes-later",
        "a new address waits for its code before it replaces the former one",
        AREA,
        misheard(
            "pool",
            "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
            lambda _: ["email"],
        ),
        ("attributes::new_address_is_verified_by_the_code_sent_to_it",),
        WRONG,
    ),
    _fault(
        "mfa-optional-instead-of-on",
        "MfaConfiguration is OPTIONAL in place of ON",
        AREA,
        _mode("ON", "OPTIONAL"),
        ("sign_in::first_sign_in*", "temporary_password::invited_user_sets*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    _fault(
        "mfa-on-instead-of-optional",
        "MfaConfiguration is ON in place of OPTIONAL",
        AREA,
        _mode("OPTIONAL", "ON"),
        ("sign_in::first_sign_in*", "mfa_setup::switching_the_factor_off*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    _fault(
        "mfa-optional-instead-of-off",
        "MfaConfiguration is OPTIONAL in place of OFF",
        AREA,
        altered("pool", _with_totp, "MfaConfiguration", "SoftwareTokenMfaConfiguration"),
        ("mfa_setup::pool_without_mfa_refuses_to_enroll",),
    ),
    _fault(
        "no-totp",
        "SoftwareTokenMfaConfiguration is off: the pool has no authenticators",
        AREA,
        misheard("mfa", "SoftwareTokenMfaConfiguration.Enabled", lambda _: False),
        ("mfa_setup::mfa_setup_enrolls*", "mfa_setup::access_token_enrolls*", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
)
