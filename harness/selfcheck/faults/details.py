"""Faults of details that apps and SDKs rely on: names, absent members, and what a refusal keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attributes import check_changes, check_client_writes
from harness.emulator.domain.directory import UserDirectory
from harness.emulator.domain.schema import Schema
from harness.emulator.operations import sign_up
from harness.emulator.rules.tokens import issue_refresh_token
from harness.emulator.rules.user_filter import Filter
from harness.emulator.service import Service
from harness.emulator.sign_in import refresh
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import device as steps
from harness.emulator.sign_in.challenges import mfa_setup, new_password, software_token
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.faults.sign_up import user_of
from harness.selfcheck.tampering import (
    always,
    answers,
    function,
    handlers,
    method,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "details"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_STARTING = ("InitiateAuth", "AdminInitiateAuth")
_ISSUING = (*_STARTING, "RespondToAuthChallenge", "AdminRespondToAuthChallenge")


def _by_username_alone(original: Any) -> Any:
    def administered(service: Any, pool: Any, name: str) -> Any:
        user = pool.users.by_username(name)
        if user is None:
            raise refusals.user_not_found()
        return user

    return administered


def _by_sub_too(original: Any) -> Any:
    return lambda service, pool, name: original(service, pool, name) or pool.users.by_sub(name)


def _address_as_username(original: Any) -> Any:
    """Make the filter for usernames find email addresses too."""

    def by_username(directory: Any, name: str) -> Any:
        of_address = [user for user in directory if user.attributes.get("email") == name]
        return original(directory, name) or next(iter(of_address), None)

    return by_username


def _any_username(original: Any) -> Any:
    def value_of(condition: Any, user: Any) -> Any:
        email = user.attributes.get("email")
        if condition.attribute == "username" and condition.value == email:
            return email
        return original(condition, user)

    return value_of


def _empty_factors(service: Any, request: Any, answer: dict[str, Any]) -> None:
    answer.setdefault("UserMFASettingList", [])


def _with_session(service: Any, request: Any, answer: dict[str, Any]) -> None:
    if answer.get("ChallengeName") == "PASSWORD_VERIFIER":
        answer["Session"] = "AYAB" + "x" * 100


def _without(name: str) -> Any:
    def make(original: Any) -> Any:
        def put(*given: Any, **named: Any) -> Any:
            result = original(*given, **named)
            result["ChallengeParameters"].pop(name, None)
            return result

        return put

    return make


def _spending(saying: str) -> Any:
    """Make a refusal with these words use up the session of the response."""

    def make(original: Any) -> Any:
        def judge(response: Any) -> Any:
            try:
                return original(response)
            except refusals.Refusal as refusal:
                if saying in refusal.message:
                    response.service.sessions.find(response.session, response.now).used = True
                raise

        return judge

    return make


def _spent_at_set_up(original: Any) -> Any:
    def verify(service: Any, request: Any) -> Any:
        try:
            return original(service, request)
        except refusals.Refusal:
            session = service.sessions.peek(request.params.get("Session") or "")
            if session is not None:
                session.used = True
            raise

    return verify


def _device_stays(original: Any) -> Any:
    """Make the device of the first request count though the code comes without its key."""

    def passed(response: Any, attempt: Any) -> Any:
        found = original(response, attempt)
        return found if found.device is not None else replace(found, device=attempt.device)

    return passed


def _forgets_the_code(original: Any) -> Any:
    def call(service: Any, request: Any) -> Any:
        try:
            return original(service, request)
        except refusals.Refusal as refusal:
            if refusal.code == "UserNotConfirmedException":
                for pool in service.pools.values():
                    for user in pool.users:
                        user.codes.spend("sign_up")
            raise

    return call


def _gives_the_disabled_away(original: Any) -> Any:
    def call(service: Any, request: Any) -> Any:
        user = user_of(service, request)
        if user is not None and not user.enabled:
            raise refusals.user_disabled()
        return original(service, request)

    return call


def _in_part(original: Any) -> Any:
    """Make the attributes that can be set be set, before the others are refused."""

    def check(pool: Any, user: Any, changes: Any) -> None:
        try:
            original(pool, user, changes)
        except refusals.Refusal:
            known = {name: value for name, value in changes.items() if name in pool.schema}
            user.attributes = {**user.attributes, **known}
            raise

    return check


def _revoked_before(original: Any) -> Any:
    def revoke(service: Any, request: Any) -> Any:
        client = service.clients[request.params["ClientId"]]
        token = client.pool.grants.refresh_token(request.params["Token"])
        if token is not None and token.grant.revoked:
            raise refusals.refresh_token_revoked()
        return original(service, request)

    return revoke


def _longer(original: Any) -> Any:
    """Make a rotated refresh token live as long as a new one."""

    def issue(service: Any, client: Any, grant: Any, **named: Any) -> str:
        return str(original(service, client, grant))

    return issue


def _without_type(service: Any, request: Any, answer: dict[str, Any]) -> None:
    answer.get("AuthenticationResult", {}).pop("TokenType", None)


def _missed_as_wrong(original: Any) -> Any:
    def judge(response: Any) -> Any:
        try:
            return original(response)
        except refusals.Refusal as refusal:
            if "Missing required parameter" not in refusal.message:
                raise
            raise refusals.incorrect_username_or_password() from refusal

    return judge


def _waiting_device(original: Any) -> Any:
    """Make an unknown key stand for the device that the sign-in waits for."""

    def remembered(response: Any, user: Any, key: str) -> Any:
        if user.devices.issued(key) is None:
            key = next((each.key for each in user.devices if each.remembered), key)
        return original(response, user, key)

    return remembered


FAULTS = (
    PlantedFault(
        "admin-by-username-alone",
        "AdminGetUser finds users by their username, and not by alias or sub",
        AREA,
        method(Service, "administered_user", _by_username_alone),
        ("details::administrator_finds_a_user_by_every_name",),
        WRONG,
    ),
    PlantedFault(
        "sub-signs-in",
        "the sub of a user signs them in",
        AREA,
        method(Service, "find_user", _by_sub_too),
        ("details::sub_is_no_name_to_sign_in_with",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE),
    ),
    PlantedFault(
        "address-found-as-username",
        "ListUsers finds an email address as a username",
        AREA,
        together(
            method(UserDirectory, "by_username", _address_as_username),
            method(Filter, "value_of", _any_username),
        ),
        ("details::address_is_no_username_in_a_filter",),
        WRONG,
    ),
    PlantedFault(
        "factors-shown-empty",
        "UserMFASettingList is empty where it must be absent",
        AREA,
        answers(("GetUser", "AdminGetUser"), _empty_factors),
        ("details::user_without_a_chosen_factor_shows_none",),
        WRONG,
    ),
    PlantedFault(
        "session-with-the-password-challenge",
        "PASSWORD_VERIFIER comes with a Session",
        AREA,
        answers(_STARTING, _with_session),
        ("details::password_challenge_has_no_session",),
        WRONG,
    ),
    PlantedFault(
        "set-up-names-nobody",
        "MFA_SETUP has no USER_ID_FOR_SRP",
        AREA,
        function(mfa_setup.put, _without("USER_ID_FOR_SRP")),
        ("details::set_up_challenge_names_the_user",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "weak-password-ends-the-session",
        "a weak password in NEW_PASSWORD_REQUIRED uses up the session",
        AREA,
        function(new_password.judge, _spending("Password")),
        ("details::new_password_can_be_chosen_again_after_a_weak_one",),
        WRONG,
    ),
    PlantedFault(
        "new-password-shows-nothing",
        "NEW_PASSWORD_REQUIRED does not show the attributes of the user",
        AREA,
        function(new_password.put, _without("userAttributes")),
        ("details::new_password_can_be_chosen_again_after_a_weak_one",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "wrong-code-ends-the-set-up",
        "a wrong code in VerifySoftwareToken uses up the session",
        AREA,
        handlers("VerifySoftwareToken", _spent_at_set_up),
        ("details::wrong_code_at_set_up_can_be_corrected",),
        WRONG,
    ),
    PlantedFault(
        "used-code-ends-the-session",
        "a used code of an authenticator uses up the session",
        AREA,
        function(software_token.judge, _spending("already been used")),
        ("details::used_code_leaves_the_session_usable",),
        WRONG,
    ),
    PlantedFault(
        "device-of-the-first-request",
        "the device of the first request counts though the code comes without its key",
        AREA,
        method(ChallengeResponse, "passed_factor", _device_stays),
        ("details::code_without_the_device_key_brings_another_device",),
        WRONG,
    ),
    PlantedFault(
        "sign-in-ends-the-code",
        "a sign-in of an unconfirmed user makes the code of the sign-up useless",
        AREA,
        handlers(_ISSUING, _forgets_the_code),
        ("details::refused_sign_in_keeps_the_code_of_the_sign_up",),
        WRONG,
    ),
    PlantedFault(
        "disabled-given-away",
        "ForgotPassword says that a user is disabled, though the client hides who exists",
        AREA,
        handlers("ForgotPassword", _gives_the_disabled_away),
        ("details::disabled_user_is_not_given_away",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "attributes-in-part",
        "UpdateUserAttributes changes what it can before it refuses the rest",
        AREA,
        function(check_changes, _in_part),
        ("details::update_of_attributes_is_all_or_nothing",),
        WRONG,
    ),
    PlantedFault(
        "verified-by-signing-up",
        "SignUp takes email_verified from the user",
        AREA,
        function(check_client_writes, always(None), within=sign_up),
        ("details::nobody_verifies_their_own_address_by_signing_up",),
    ),
    PlantedFault(
        "required-attribute-missing",
        "SignUp succeeds without an attribute that the schema requires",
        AREA,
        method(Schema, "check_required", always(None)),
        ("details::sign_up_needs_what_the_pool_requires",),
    ),
    PlantedFault(
        "revoking-twice-fails",
        "RevokeToken refuses a token that is revoked already",
        AREA,
        handlers("RevokeToken", _revoked_before),
        ("tokens::revoking_twice_is_no_error",),
        WRONG,
    ),
    PlantedFault(
        "rotation-without-an-end",
        "a rotated refresh token lives as long as a new one",
        AREA,
        function(issue_refresh_token, _longer, within=refresh),
        ("tokens::rotation_makes_no_sign_in_longer",),
    ),
    PlantedFault(
        "tokens-without-a-type",
        "tokens come without TokenType",
        AREA,
        answers((*_ISSUING, "GetTokensFromRefreshToken"), _without_type),
        ("tokens::answer_with_tokens_has_what_sdks_read",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "device-step-names-nothing",
        "a missing member of DEVICE_SRP_AUTH is called a wrong password",
        AREA,
        function(steps.judge, _missed_as_wrong),
        ("device_records::missing_member_of_the_device_is_named",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "any-device-in-the-step",
        "DEVICE_SRP_AUTH with an unknown key goes on with the device that is awaited",
        AREA,
        function(steps._remembered_device, _waiting_device),
        ("device_records::unknown_device_cannot_take_over_the_step_of_a_device",),
    ),
)
