"""Faults of second factors whose codes are sent, and of the choice between second factors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain import next_challenge as choosing
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.users import MfaPreferences
from harness.emulator.operations import mfa_preferences
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.sign_in.challenges import mfa_setup, one_time_code, select_mfa
from harness.emulator.sign_in.put import put_challenge
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    constant,
    function,
    handlers,
    method,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "sent codes and the choice of a factor"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _also_accepted(planter: Planter, *, anybody: bool) -> None:
    """Accept every code that was ever sent: to the same user, or to anybody."""
    sent: list[tuple[Any, str]] = []

    def noting(original: Any) -> Any:
        def put(service: Any, attempt: Any, challenge: str, parameters: Any) -> Any:
            sent.append((attempt.user, attempt.code))
            return original(service, attempt, challenge, parameters)

        return put

    def lenient(original: Any) -> Any:
        def check(response: Any, attempt: Any, member: str) -> Any:
            given = response.responses.get(member)
            known = [code for user, code in sent if anybody or user is attempt.user]
            return None if given in known else original(response, attempt, member)

        return check

    planter.function(put_challenge, noting, within=one_time_code)
    planter.function(one_time_code._check_code, lenient)


def _of_the_last_sign_in(planter: Planter) -> None:
    """Accept the code that the user has signed in with before."""
    used: dict[int, str] = {}

    def make(original: Any) -> Any:
        def check(response: Any, attempt: Any, member: str) -> None:
            given = response.responses.get(member)
            if used.get(id(attempt.user)) != given:
                original(response, attempt, member)
            used[id(attempt.user)] = given

        return check

    planter.function(one_time_code._check_code, make)


def _spends_the_session(original: Any) -> Any:
    def check(response: Any, attempt: Any, member: str) -> None:
        try:
            original(response, attempt, member)
        except refusals.Refusal:
            session, _ = response.pending()
            response.service.sessions.use(session)
            raise

    return check


def _destination_in_full(original: Any) -> Any:
    def put(service: Any, attempt: Any, challenge: str) -> Any:
        result = original(service, attempt, challenge)
        contact = choosing.CONTACT[challenge]
        address = attempt.new_email or attempt.user.attributes.get(contact)
        result["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] = address
        return result

    return put


def _other_medium(original: Any) -> Any:
    def put(service: Any, attempt: Any, challenge: str) -> Any:
        result = original(service, attempt, challenge)
        told = result["ChallengeParameters"]
        by_sms = told["CODE_DELIVERY_DELIVERY_MEDIUM"] == "SMS"
        told["CODE_DELIVERY_DELIVERY_MEDIUM"] = "EMAIL" if by_sms else "SMS"
        return result

    return put


def _enables_the_factor(original: Any) -> Any:
    def judge(response: Any) -> Any:
        _, attempt = response.pending()
        outcome = original(response)
        user, factor = attempt.user, response.challenge
        user.mfa = MfaPreferences({*user.mfa.enabled, factor}, user.mfa.preferred)
        return outcome

    return judge


def _first_of_several(original: Any) -> Any:
    def choose(facts: Any) -> Any:
        challenge = original(facts)
        several = challenge == choosing.SELECT_MFA_TYPE
        return choosing.factors_to_choose(facts)[0] if several else challenge

    return choose


def _choice_is_preferred(original: Any) -> Any:
    def judge(response: Any) -> Any:
        outcome = original(response)
        user = outcome.user
        user.mfa = MfaPreferences(user.mfa.enabled, outcome.chosen_factor)
        return outcome

    return judge


def _without_preference(original: Any) -> Any:
    def facts(attempt: Any, settings: Any) -> Any:
        return replace(original(attempt, settings), preferred_factor=None)

    return facts


def _preference_stays(original: Any) -> Any:
    def preferences(pool: Any, user: Any, params: Any) -> Any:
        found = original(pool, user, params)
        return MfaPreferences(found.enabled, found.preferred or user.mfa.preferred)

    return preferences


def _last_factor_stays(original: Any) -> Any:
    def preferences(pool: Any, user: Any, params: Any) -> Any:
        found = original(pool, user, params)
        if pool.mfa.mode == "ON" and user.mfa.enabled and not found.enabled:
            raise refusals.mfa_preferences_conflict("MFA is required.")
        return found

    return preferences


def _set_up_even_if_off(original: Any) -> Any:
    def preferences(pool: Any, user: Any, params: Any) -> Any:
        for name, factor in mfa_preferences._SETTINGS.items():
            if name in params:
                mfa_preferences.check_set_up(pool, user, factor)
        return original(pool, user, params)

    return preferences


def _last_of_two_preferred(original: Any) -> Any:
    def preferences(pool: Any, user: Any, params: Any) -> Any:
        both = [name for name, one in params.items() if _prefers(one)]
        kept = {name: one for name, one in params.items() if name not in both[:-1]}
        return original(pool, user, kept)

    return preferences


def _prefers(setting: Any) -> bool:
    return isinstance(setting, dict) and bool(setting.get("PreferredMfa"))


def _verified_number_only(original: Any) -> Any:
    def check(pool: Any, user: Any, factor: str) -> None:
        original(pool, user, factor)
        if factor == "SMS_MFA" and user.attributes.get("phone_number_verified") != "true":
            raise refusals.no_delivery_config(factor)

    return check


def _prefers_the_token(original: Any) -> Any:
    def verify(service: Any, request: Any) -> Any:
        answer = original(service, request)
        with authorized_under_lock(service, request.params["AccessToken"]) as who:
            enabled = {*who.user.mfa.enabled, "SOFTWARE_TOKEN_MFA"}
            who.user.mfa = MfaPreferences(enabled, "SOFTWARE_TOKEN_MFA")
        return answer

    return verify


def _device_for_every_factor(original: Any) -> Any:
    def replaces(challenge: str, device: Any) -> Any:
        if challenge == "EMAIL_OTP" and device is not None:
            return device.remembered and device.may_replace_mfa
        return original(challenge, device)

    return replaces


def _device_for_totp_alone(original: Any) -> Any:
    return lambda challenge, device: challenge != "SMS_MFA" and original(challenge, device)


FAULTS = (
    PlantedFault(
        "any-sent-code",
        "any code is accepted where one was sent by SMS or email",
        AREA,
        function(one_time_code._check_code, always(None)),
        ("sent_codes::wrong_sent_code*", "email_set_up::wrong_code_at_mfa_setup*"),
    ),
    PlantedFault(
        "sent-code-of-another-session",
        "the code of another sign-in of the same user is accepted",
        AREA,
        lambda planter: _also_accepted(planter, anybody=False),
        ("sent_codes::sent_code_of_another_session_is_refused",),
    ),
    PlantedFault(
        "sent-code-of-anybody",
        "the code that was sent to any user is accepted",
        AREA,
        lambda planter: _also_accepted(planter, anybody=True),
        ("sent_codes::sent_code_of_another_user_is_refused",),
    ),
    PlantedFault(
        "sent-code-again",
        "the code of the last sign-in is accepted at the next one",
        AREA,
        _of_the_last_sign_in,
        ("sent_codes::sent_code_is_good_only_once",),
    ),
    PlantedFault(
        "wrong-sent-code-ends-the-session",
        "a wrong code by SMS or email uses its session up",
        AREA,
        function(one_time_code._check_code, _spends_the_session),
        ("sent_codes::wrong_sent_code*", "sent_codes::sent_code_of_another_session*"),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "code-destination-in-full",
        "the challenge shows the whole contact that its code went to",
        AREA,
        function(one_time_code._put, _destination_in_full),
        ("sent_codes::code_goes_to_the_contact*", "factor_choice::*", "email_set_up::address*"),
        WRONG,
    ),
    PlantedFault(
        "code-by-the-other-medium",
        "the challenge calls a text message an email, and an email a text message",
        AREA,
        function(one_time_code._put, _other_medium),
        ("sent_codes::code_goes_to_the_contact*",),
        WRONG,
    ),
    PlantedFault(
        "sms-code-proves-nothing",
        "a code by SMS leaves the phone number unverified",
        AREA,
        function(mark_verified, always(None), within=one_time_code),
        ("sent_codes::code_by_sms_proves_the_number",),
        WRONG,
    ),
    PlantedFault(
        "sent-code-turns-its-factor-on",
        "a code that nobody asked for turns its factor on",
        AREA,
        together(
            function(one_time_code.judge_sms, _enables_the_factor),
            function(one_time_code.judge_email, _enables_the_factor),
        ),
        ("sent_codes::code_that_nobody_asked_for*", "factor_choice::user_with_two_contacts*"),
        WRONG,
    ),
    PlantedFault(
        "factor-not-chosen",
        "the service chooses the second factor of a user who has several",
        AREA,
        function(choosing._mfa_challenge, _first_of_several),
        ("factor_choice::*",),
        WRONG,
    ),
    PlantedFault(
        "choice-is-preferred",
        "the factor that a user chooses becomes the preferred one",
        AREA,
        function(select_mfa.judge, _choice_is_preferred),
        ("factor_choice::choice_among*", "factor_choice::user_with_two_contacts*"),
        WRONG,
    ),
    PlantedFault(
        "preferred-factor-ignored",
        "the choice is asked of users who have a preferred factor",
        AREA,
        method(Attempt, "facts", _without_preference),
        ("factor_choice::preferred_factor_is_asked*",),
        WRONG,
    ),
    PlantedFault(
        "preference-outlives-its-factor",
        "PreferredMfaSetting stays when its factor is turned off",
        AREA,
        function(mfa_preferences._preferences, _preference_stays),
        ("factor_choice::preference_ends*", "factor_choice::all_factors_may_be_off*"),
        WRONG,
    ),
    PlantedFault(
        "last-factor-stays-on",
        "the last factor cannot be turned off where MFA is ON",
        AREA,
        function(mfa_preferences._preferences, _last_factor_stays),
        ("factor_choice::all_factors_may_be_off*",),
        WRONG,
    ),
    PlantedFault(
        "off-needs-a-set-up",
        "a factor that nobody has set up cannot be named as off",
        AREA,
        function(mfa_preferences._preferences, _set_up_even_if_off),
        ("factor_choice::factors_that_stay_off*",),
        WRONG,
    ),
    PlantedFault(
        "two-preferred-factors",
        "of two preferred factors the last one counts",
        AREA,
        function(mfa_preferences._preferences, _last_of_two_preferred),
        ("factor_choice::two_factors_cannot_be_preferred",),
    ),
    PlantedFault(
        "sms-without-a-number",
        "codes by SMS can be turned on without a phone number",
        AREA,
        function(mfa_preferences.check_set_up, always(None)),
        ("factor_choice::sms_needs_a_number*",),
    ),
    PlantedFault(
        "sms-needs-a-verified-number",
        "codes by SMS can be turned on for verified phone numbers alone",
        AREA,
        function(mfa_preferences.check_set_up, _verified_number_only),
        ("factor_choice::sms_needs_a_number*",),
        WRONG,
    ),
    PlantedFault(
        "verified-authenticator-is-preferred",
        "VerifySoftwareToken makes the authenticator the preferred factor",
        AREA,
        handlers("VerifySoftwareToken", _prefers_the_token),
        ("factor_choice::authenticator_beside_sms_is_not_preferred",),
        WRONG,
    ),
    PlantedFault(
        "email-not-set-up-at-sign-in",
        "MFA_SETUP does not offer codes by email",
        AREA,
        constant(mfa_setup, "_SET_UP", ("SOFTWARE_TOKEN_MFA",)),
        ("email_set_up::address_given*",),
        WRONG,
        operations=("RespondToAuthChallenge", "AdminRespondToAuthChallenge"),
    ),
    PlantedFault(
        "device-does-not-replace-sms",
        "a remembered device takes the place of TOTP codes alone",
        AREA,
        function(choosing._device_replaces, _device_for_totp_alone),
        ("sent_codes::remembered_device_takes_the_place*",),
        WRONG,
    ),
    PlantedFault(
        "device-replaces-email",
        "a remembered device takes the place of codes by email too",
        AREA,
        function(choosing._device_replaces, _device_for_every_factor),
        ("sent_codes::code_by_email_is_asked*",),
        WRONG,
    ),
)
