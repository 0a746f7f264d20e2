"""Faults of users: their states, attributes and dates, and how they are found."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import check_state
from harness.emulator.domain.attributes import check_client_writes, mark_verified, merged
from harness.emulator.domain.codes import ATTRIBUTE_VERIFICATION, CodeBook
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import MfaPreferences, User
from harness.emulator.operations import user_attributes
from harness.emulator.rules.hourly_limits import LIMITS
from harness.emulator.sign_in.challenges import new_password
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.faults.sign_up import any_code, lasting_other, user_of
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    answers,
    entry,
    forgiving,
    function,
    handlers,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _not_refused(saying: str) -> Any:
    return function(check_state, forgiving(saying=saying))


def _status_shown(value: str) -> Any:
    def change(service: Any, request: Any, answer: dict[str, Any]) -> None:
        answer["UserStatus"] = value

    return answers("AdminGetUser", change)


def _refused_as_wrong_password(original: Any) -> Any:
    def check(client: Any, user: Any) -> None:
        try:
            original(client, user)
        except refusals.Refusal as refusal:
            raise refusals.incorrect_username_or_password() from refusal

    return check


def _still_disabled(service: Any, request: Any, answer: dict[str, Any]) -> None:
    user_of(service, request).enabled = False


def _touched_by_refusal(*operations: str) -> Any:
    """Plant a refused call that moves the date of the last change."""

    def make(original: Any) -> Any:
        def call(service: Any, request: Any) -> Any:
            try:
                return original(service, request)
            except refusals.Refusal:
                for pool in service.pools.values():
                    for user in pool.users:
                        user.touch(user.modified + 1)
                raise

        return call

    return handlers(operations, make)


def _never_touched(planter: Planter) -> None:
    planter.method(User, "touch", always(None))


def _created_with_each_change(original: Any) -> Any:
    def touch(user: Any, moment: float) -> None:
        original(user, moment)
        user.created = moment

    return touch


def _verified_still(original: Any) -> Any:
    """Make a changed address keep the mark that it is verified."""

    def change(user: Any, changes: Any) -> dict[str, str]:
        attributes: dict[str, str] = original(user, changes)
        if "email" in changes and user.attributes.get("email_verified") == "true":
            attributes["email_verified"] = "true"
        return attributes

    return change


def _present_address(original: Any) -> Any:
    def details(service: Any, request: Any) -> Any:
        answer = original(service, request)
        for each in answer["CodeDeliveryDetailsList"]:
            each["Destination"] = "o***@o***"
        return answer

    return details


def _taken_over(original: Any) -> Any:
    return lambda *given, force=False, **named: original(*given, force=True, **named)


def _sub_shown(service: Any, request: Any, answer: dict[str, Any]) -> None:
    pairs = {each["Name"]: each["Value"] for each in answer["UserAttributes"]}
    answer["Username"] = pairs["email"]


def _all_readable(original: Any) -> Any:
    return lambda client, attributes: {
        name: value for name, value in attributes.items() if name != "given_name"
    }


def _anything_settable(planter: Planter) -> None:
    planter.function(new_password._check_settable, always(None))
    planter.function(check_client_writes, always(None), within=new_password)


def _preference_kept(original: Any) -> Any:
    """Make a factor that is switched off stay preferred."""

    def preferences(pool: Any, user: Any, params: Any) -> Any:
        before = user.mfa
        after = original(pool, user, params)
        return MfaPreferences(after.enabled | before.enabled, after.preferred or before.preferred)

    return preferences


def _delete() -> Any:
    from harness.emulator.operations import users

    return users._delete


def _preferences() -> Any:
    from harness.emulator.operations import mfa_preferences

    return mfa_preferences._preferences


FAULTS = (
    PlantedFault(
        "unconfirmed-signs-in",
        "an unconfirmed user signs in",
        "user states",
        _not_refused("not confirmed"),
        ("sign_in::unconfirmed_user_is_refused_before_the_password_is_looked_at",),
    ),
    PlantedFault(
        "unconfirmed-is-a-wrong-password",
        "an unconfirmed user is told that the password is wrong",
        "user states",
        function(check_state, _refused_as_wrong_password),
        ("sign_in::unconfirmed_user_is_refused_before_the_password_is_looked_at",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "disabled-signs-in",
        "a disabled user signs in",
        "user states",
        _not_refused("disabled"),
        ("sign_in::disabled_user_is_refused_until_enabled_again",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_WORDS),
    ),
    PlantedFault(
        "enabling-does-nothing",
        "AdminEnableUser leaves the user disabled",
        "user states",
        answers("AdminEnableUser", _still_disabled),
        ("sign_in::disabled_user_is_refused_until_enabled_again",),
        WRONG,
    ),
    PlantedFault(
        "disabling-does-nothing",
        "AdminDisableUser leaves the user enabled",
        "user states",
        answers("AdminDisableUser", lambda s, r, _: setattr(user_of(s, r), "enabled", True)),
        ("sign_in::disabled_user*", "password_recovery::disabled_user*", "sign_out::tokens_of*"),
        (Verdict.NOT_REFUSED, Verdict.OTHER_WORDS),
    ),
    PlantedFault(
        "everybody-is-confirmed",
        "AdminGetUser shows every user as confirmed",
        "user states",
        _status_shown("CONFIRMED"),
        ("sign_up::sign_up_sends_a_code*", "temporary_password::password_set_by*"),
        WRONG,
    ),
    PlantedFault(
        "deleting-deletes-nothing",
        "DeleteUser keeps the user",
        "user states",
        lambda planter: planter.function(_delete(), always(None)),
        ("sign_out::tokens_of_a_deleted_user_are_dead",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE),
    ),
    PlantedFault(
        "verify-with-any-code",
        "VerifyUserAttribute accepts any code",
        "attributes",
        method(CodeBook, "check", any_code(ATTRIBUTE_VERIFICATION)),
        ("attributes::new_address_is_verified_by_the_code_sent_to_it",),
    ),
    PlantedFault(
        "new-address-is-verified",
        "a changed email address counts as verified without a code",
        "attributes",
        function(merged, _verified_still, within=user_attributes),
        ("attributes::new_address_is_verified_by_the_code_sent_to_it",),
        WRONG,
    ),
    PlantedFault(
        "verify-verifies-nothing",
        "VerifyUserAttribute leaves the address unverified",
        "attributes",
        function(mark_verified, always(None), within=user_attributes),
        ("attributes::new_address_is_verified_by_the_code_sent_to_it",),
        WRONG,
    ),
    PlantedFault(
        "verify-steals-aliases",
        "VerifyUserAttribute takes an alias from the user who has verified it",
        "attributes",
        function(mark_verified, _taken_over, within=user_attributes),
        ("attributes::address_of_another_person_cannot_be_verified",),
    ),
    PlantedFault(
        "code-to-the-former-address",
        "UpdateUserAttributes names another address than the new one",
        "attributes",
        handlers("UpdateUserAttributes", _present_address),
        ("attributes::new_address_is_verified_by_the_code_sent_to_it",),
        WRONG,
    ),
    PlantedFault(
        "verify-without-a-limit",
        "VerifyUserAttribute may be tried with as many codes as somebody guesses",
        "attributes",
        entry(LIMITS, "VerifyUserAttribute", 10**6),
        ("hourly_limits::sixteenth_verification_within_an_hour_is_refused",),
        (Verdict.OTHER_CODE,),
        operations=("VerifyUserAttribute",),
    ),
    PlantedFault(
        "verification-codes-without-a-limit",
        "GetUserAttributeVerificationCode sends as many codes as are asked for",
        "attributes",
        entry(LIMITS, "GetUserAttributeVerificationCode", 10**6),
        ("hourly_limits::sixth_verification_code_within_an_hour_is_refused",),
        operations=("GetUserAttributeVerificationCode",),
    ),
    PlantedFault(
        "verification-code-for-ever",
        "the code of an attribute does not expire",
        "attributes",
        method(CodeBook, "check", lasting_other(10**9, ATTRIBUTE_VERIFICATION)),
        ("flows_and_codes::code_of_a_new_address_expires_after_a_day",),
    ),
    PlantedFault(
        "users-verify-themselves-at-first",
        "a user marks their own address as verified in NEW_PASSWORD_REQUIRED",
        "attributes",
        _anything_settable,
        ("temporary_password::attributes_that_only_cognito_sets_are_refused",),
    ),
    PlantedFault(
        "get-user-names-the-address",
        "GetUser returns the email address in place of the username",
        "attributes",
        answers("GetUser", _sub_shown),
        ("sign_up::signed_in_user_reads_the_own_attributes", "totp_sign_in::right_code*"),
        WRONG,
    ),
    PlantedFault(
        "attributes-not-readable",
        "GetUser does not show an attribute that the app client may read",
        "attributes",
        method(UserPoolClient, "readable", _all_readable),
        ("sign_up::signed_in_user_reads_the_own_attributes",),
        WRONG,
    ),
    PlantedFault(
        "off-stays-on",
        "SetUserMFAPreference does not switch a factor off",
        "attributes",
        lambda planter: planter.function(_preferences(), _preference_kept),
        ("mfa_setup::switching_the_factor_off_asks_no_more_where_mfa_is_optional",),
        WRONG,
    ),
    PlantedFault(
        "change-of-a-refusal",
        "a refused sign-in moves the date of the last change of the user",
        "dates",
        _touched_by_refusal("InitiateAuth", "RespondToAuthChallenge"),
        ("sign_in::wrong_password*", "sign_in::*refused*", "sessions::*refused", "sessions::*once"),
        WRONG,
    ),
    PlantedFault(
        "no-date-of-change",
        "UserLastModifiedDate stays the date of the sign-up",
        "dates",
        _never_touched,
        ("pool_rules::user_shows_when_they_were_changed",),
        WRONG,
    ),
    PlantedFault(
        "created-when-changed",
        "UserCreateDate moves with each change",
        "dates",
        method(User, "touch", _created_with_each_change),
        ("pool_rules::user_shows_when_they_were_changed",),
        WRONG,
    ),
)
