"""Faults of details: members that are absent or wrong, and what a refusal spends."""

from __future__ import annotations

import json
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attributes import check_client_writes
from harness.emulator.domain.passwords import Lockout
from harness.emulator.operations import sign_up, user_attributes
from harness.emulator.operations.users import _factors
from harness.emulator.rules import tokens as token_rules
from harness.emulator.rules import user_filter
from harness.emulator.service import Service
from harness.emulator.sign_in import after_sign_up, refresh
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import new_password, password, software_token
from harness.emulator.sign_in.put import challenge_result
from harness.selfcheck.fault import Fault
from harness.selfcheck.tampering import answers, constant, function, handlers, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "details"
STARTS = ("InitiateAuth", "AdminInitiateAuth")
RESPONSES = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _without(challenge: str, name: str) -> Any:
    """Plant a challenge that lacks one of its parameters."""

    def change(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
        if answer.get("ChallengeName") == challenge:
            answer["ChallengeParameters"].pop(name, None)

    return answers((*STARTS, *RESPONSES), change)


def _named_by_us(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
        answer["ChallengeParameters"].setdefault("FRIENDLY_DEVICE_NAME", "My device")


def _with_the_sub(service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
        shown = answer["ChallengeParameters"]
        shown["userAttributes"] = json.dumps(
            {**json.loads(shown["userAttributes"]), "sub": service.random.sub()}
        )


def _with_a_session(service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if answer.get("ChallengeName") == "PASSWORD_VERIFIER":
        answer["Session"] = service.random.uuid()


def _bearer_in_small(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if "AuthenticationResult" in answer:
        answer["AuthenticationResult"]["TokenType"] = "bearer"


def _with_leftovers(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if "AuthenticationResult" in answer:
        answer["ChallengeParameters"] = {"USERNAME": "left over"}


def _empty_lists(original: Any) -> Any:
    return lambda user: {"UserMFASettingList": [], **original(user)}


def _no_sub(_original: Any) -> Any:
    def find(service: Any, pool: Any, name: str) -> Any:
        user = service.find_user(pool, name)
        if user is None:
            raise refusals.user_not_found()
        return user

    return find


def _by_sub_too(original: Any) -> Any:
    return lambda service, pool, name: original(service, pool, name) or pool.users.by_sub(name)


def _address_for_username(original: Any) -> Any:
    def find(pool: Any, condition: Any) -> Any:
        found = original(pool, condition)
        if condition.attribute == "username" and not found:
            return [user for user in pool.users if user.attributes.get("email") == condition.value]
        return found

    return find


def _contained(original: Any) -> Any:
    def matches(condition: Any, user: Any) -> bool:
        value = condition.value_of(user) or ""
        return bool(original(condition, user) or (condition.prefix and condition.value in value))

    return matches


def _spent_by_a_refusal(original: Any) -> Any:
    """Use up the session of a response that is refused."""

    def judge(response: Any) -> Any:
        try:
            return original(response)
        except refusals.Refusal:
            session = response.service.sessions.peek(response.session or "")
            if session is not None:
                session.used = True
            raise

    return judge


def _set_up_once(original: Any) -> Any:
    def verify(service: Any, request: Any) -> Any:
        try:
            return original(service, request)
        except refusals.Refusal:
            session = service.sessions.peek(request.params.get("Session") or "")
            if session is not None:
                session.used = True
            raise

    return verify


def _device_of_before(original: Any) -> Any:
    def passed(response: Any, attempt: Any) -> Any:
        device = attempt.device
        if device is not None:
            response.responses.setdefault("DEVICE_KEY", device.key)
        return original(response, attempt)

    return passed


def _code_spent_by_a_sign_in(original: Any) -> Any:
    def check(service: Any, client: Any, user: Any, *given: Any) -> Any:
        if user is not None:
            user.codes.spend("sign_up")
        return original(service, client, user, *given)

    return check


def _code_spent_by_srp(original: Any) -> Any:
    def put(service: Any, client: Any, name: str, *given: Any, **named: Any) -> Any:
        user = service.find_user(client.pool, name)
        if user is not None:
            user.codes.spend("sign_up")
        return original(service, client, name, *given, **named)

    return put


def _says_who_exists(original: Any) -> Any:
    def find(service: Any, client: Any, username: str) -> Any:
        if service.find_user(client.pool, username) is None:
            raise refusals.user_not_found()
        return original(service, client, username)

    return find


def _says_who_is_disabled(original: Any) -> Any:
    def call(service: Any, request: Any) -> Any:
        pool = service.clients[request.params["ClientId"]].pool
        user = service.find_user(pool, request.params["Username"])
        if user is not None and not user.enabled:
            raise refusals.user_disabled()
        return original(service, request)

    return call


def _first_ones_stay(original: Any) -> Any:
    def update(service: Any, request: Any) -> Any:
        try:
            return original(service, request)
        except refusals.Refusal:
            with token_rules.authorized_under_lock(
                service, request.params["AccessToken"]
            ) as authorized:
                first = request.params["UserAttributes"][0]
                user = authorized.user
                user.attributes = {**user.attributes, first["Name"]: first["Value"]}
            raise

    return update


def _writes_anything(_original: Any) -> Any:
    return lambda client, names: None


def _requires_nothing(original: Any) -> Any:
    def attributes(client: Any, request: Any) -> Any:
        schema = client.pool.schema
        check = type(schema).check_required
        try:
            type(schema).check_required = lambda *_: None
            return original(client, request)
        finally:
            type(schema).check_required = check

    return attributes


def _no_grace(original: Any) -> Any:
    def check(client: Any, token: Any, now: float) -> None:
        if token.rotated_at is not None:
            raise refusals.refresh_token_reused()
        original(client, token, now)

    return check


def _grace_for_ever(_original: Any) -> Any:
    return lambda client, token, now: None


def _a_new_month(original: Any) -> Any:
    def issue(service: Any, client: Any, grant: Any, *, expires_at: Any = None) -> str:
        del expires_at
        return str(original(service, client, grant))

    return issue


def _revoked_anyway(original: Any) -> Any:
    def revoke(service: Any, request: Any) -> Any:
        client = service.clients[request.params["ClientId"]]
        settings, client.settings = client.settings, {**client.settings}
        client.settings["EnableTokenRevocation"] = True
        try:
            return original(service, request)
        finally:
            client.settings = settings

    return revoke


def _ids_anyway(original: Any) -> Any:
    def common(service: Any, client: Any, grant: Any, use: str) -> dict[str, Any]:
        claims: dict[str, Any] = original(service, client, grant, use)
        return {"origin_jti": grant.origin_jti, "jti": service.random.uuid(), **claims}

    return common


def _once_alone(original: Any) -> Any:
    def revoke(service: Any, request: Any) -> Any:
        client = service.clients[request.params["ClientId"]]
        token = client.pool.grants.refresh_token(request.params["Token"])
        if token is not None and token.grant.revoked:
            raise refusals.refresh_token_revoked()
        return original(service, request)

    return revoke


def _reset_forgotten(_original: Any) -> Any:
    return lambda user: None


def _hash_unchecked(original: Any) -> Any:
    def user(response: Any) -> Any:
        secret, response.client.secret = response.client.secret, None
        try:
            return original(response)
        finally:
            response.client.secret = secret

    return user


def _proven_anyway(_original: Any) -> Any:
    return lambda service, request: service.client(request)


def _longer(original: Any) -> Any:
    def failed(lockout: Any, now: float) -> None:
        original(lockout, now)
        if lockout.failures >= lockout.FREE:
            lockout.locked_until = now + 2.0 ** (lockout.failures - lockout.FREE)

    return failed


SECRETS = ("client_secrets::sign_up_and_recovery_need_the_right_secret_hash",)
GRACE = ("tokens::rotated_refresh_token_is_good_for_the_time_of_grace",)
WEAK = ("details::new_password_can_be_chosen_again_after_a_weak_one",)

FAULTS = (
    Fault(
        "administrator-finds-no-sub",
        "AdminGetUser does not find a user by sub",
        AREA,
        method(Service, "administered_user", _no_sub),
        ("details::administrator_finds_a_user_by_every_name",),
        WRONG,
    ),
    Fault(
        "sub-signs-in",
        "the sub signs a user in where users have usernames",
        AREA,
        method(Service, "find_user", _by_sub_too),
        ("details::sub_is_no_name_to_sign_in_with",),
    ),
    Fault(
        "address-as-a-username-in-filters",
        "ListUsers finds an address as a username where it must be the sub",
        AREA,
        function(user_filter.find_users, _address_for_username),
        ("details::address_is_no_username_in_a_filter",),
        WRONG,
    ),
    Fault(
        "prefix-in-the-middle",
        "ListUsers with ^= finds what contains the text",
        AREA,
        method(user_filter.Filter, "matches", _contained),
        ("details::prefix_in_a_filter_is_the_beginning",),
        WRONG,
    ),
    Fault(
        "empty-list-of-factors",
        "UserMFASettingList is empty where it must be absent",
        AREA,
        function(_factors, _empty_lists),
        ("details::user_without_a_chosen_factor_shows_none",),
        WRONG,
    ),
    Fault(
        "password-challenge-with-a-session",
        "PASSWORD_VERIFIER has a Session",
        AREA,
        answers(STARTS, _with_a_session),
        ("details::password_challenge_has_no_session",),
        WRONG,
    ),
    Fault(
        "set-up-names-no-user",
        "MFA_SETUP has no USER_ID_FOR_SRP",
        AREA,
        _without("MFA_SETUP", "USER_ID_FOR_SRP"),
        ("details::set_up_challenge_names_the_user",),
        WRONG,
    ),
    Fault(
        "code-challenge-names-no-user",
        "SOFTWARE_TOKEN_MFA has no USER_ID_FOR_SRP",
        AREA,
        _without("SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP"),
        ("authenticators::challenge_names_the_authenticator_as_the_user_does",),
        WRONG,
    ),
    Fault(
        "friendly-name-made-up",
        "SOFTWARE_TOKEN_MFA has a name where the user gave none",
        AREA,
        answers((*STARTS, *RESPONSES), _named_by_us),
        ("authenticators::challenge_names_the_authenticator_as_the_user_does",),
        WRONG,
    ),
    Fault(
        "new-password-shows-the-sub",
        "userAttributes of NEW_PASSWORD_REQUIRED has the sub",
        AREA,
        answers((*STARTS, *RESPONSES), _with_the_sub),
        WEAK,
        WRONG,
    ),
    Fault(
        "weak-password-ends-the-session",
        "a weak new password uses up the session",
        AREA,
        function(new_password.judge, _spent_by_a_refusal),
        WEAK,
        WRONG,
    ),
    Fault(
        "wrong-code-ends-the-set-up",
        "a wrong code at VerifySoftwareToken uses up the session",
        AREA,
        handlers("VerifySoftwareToken", _set_up_once),
        ("details::wrong_code_at_set_up_can_be_corrected",),
        WRONG,
    ),
    Fault(
        "used-code-ends-the-session",
        "a code that was used before uses up the session",
        AREA,
        function(software_token.judge, _spent_by_a_refusal),
        ("details::used_code_leaves_the_session_usable",),
        WRONG,
    ),
    Fault(
        "device-key-carried-over",
        "the DEVICE_KEY of the password counts in the response with the code too",
        AREA,
        method(ChallengeResponse, "passed_factor", _device_of_before),
        ("details::code_without_the_device_key_brings_another_device",),
        WRONG,
    ),
    Fault(
        "sign-in-spends-the-sign-up-code",
        "a sign-in of an unconfirmed user makes their code useless",
        AREA,
        function(password.put, _code_spent_by_srp),
        ("details::refused_sign_in_keeps_the_code_of_the_sign_up",),
        WRONG,
    ),
    Fault(
        "confirmation-says-who-exists",
        "ConfirmSignUp says that there is no such user, though the client hides it",
        AREA,
        function(sign_up._user_to_confirm, _says_who_exists),
        ("details::confirmation_of_nobody_looks_like_a_wrong_code",),
        (Verdict.OTHER_CODE,),
    ),
    Fault(
        "recovery-says-who-is-disabled",
        "recovery says that a user is disabled, though the client hides it",
        AREA,
        handlers(("ForgotPassword", "ResendConfirmationCode"), _says_who_is_disabled),
        ("details::disabled_user_is_not_given_away",),
        WRONG,
    ),
    Fault(
        "new-password-says-who-is-disabled",
        "ConfirmForgotPassword says that a user is disabled, though the client hides it",
        AREA,
        handlers("ConfirmForgotPassword", _says_who_is_disabled),
        ("details::disabled_user_is_not_given_away",),
        (Verdict.OTHER_CODE,),
    ),
    Fault(
        "half-an-update",
        "UpdateUserAttributes keeps what it could set before it was refused",
        AREA,
        handlers("UpdateUserAttributes", _first_ones_stay),
        ("details::update_of_attributes_is_all_or_nothing",),
        WRONG,
    ),
    Fault(
        "sign-up-verified",
        "a user marks their own address as verified by SignUp",
        AREA,
        function(check_client_writes, _writes_anything, within=sign_up),
        ("details::nobody_verifies_their_own_address_by_signing_up",),
    ),
    Fault(
        "updated-to-verified",
        "a user marks their own address as verified by UpdateUserAttributes",
        AREA,
        function(check_client_writes, _writes_anything, within=user_attributes),
        ("details::nobody_verifies_their_own_address_without_its_code",),
        WRONG,
    ),
    Fault(
        "nothing-required",
        "SignUp requires no attribute",
        AREA,
        function(sign_up._sign_up_attributes, _requires_nothing),
        ("details::sign_up_needs_what_the_pool_requires",),
    ),
    Fault(
        "grace-cut-short",
        "a rotated refresh token is refused at once, whatever RetryGracePeriodSeconds is",
        AREA,
        function(refresh._check_rotation, _no_grace),
        GRACE,
        WRONG,
    ),
    Fault(
        "grace-for-ever",
        "a rotated refresh token works on after its time of grace",
        AREA,
        function(refresh._check_rotation, _grace_for_ever),
        GRACE,
    ),
    Fault(
        "a-new-month-with-each-rotation",
        "a rotated refresh token lasts thirty days from the rotation",
        AREA,
        function(token_rules.issue_refresh_token, _a_new_month),
        ("tokens::rotation_makes_no_sign_in_longer",),
    ),
    Fault(
        "revoked-where-that-is-off",
        "RevokeToken revokes where EnableTokenRevocation is off",
        AREA,
        handlers("RevokeToken", _revoked_anyway),
        ("tokens::tokens_cannot_be_revoked_where_the_client_says_so",),
    ),
    Fault(
        "origin-where-nothing-is-revoked",
        "tokens have origin_jti where EnableTokenRevocation is off",
        AREA,
        function(token_rules._common, _ids_anyway),
        ("tokens::tokens_cannot_be_revoked_where_the_client_says_so",),
        WRONG,
    ),
    Fault(
        "revoke-once",
        "RevokeToken refuses a token that was revoked before",
        AREA,
        handlers("RevokeToken", _once_alone),
        ("tokens::revoking_twice_is_no_error",),
        WRONG,
    ),
    Fault(
        "token-through-a-reset",
        "an access token works for a user who has to choose a password",
        AREA,
        function(token_rules.refuse_reset_required, _reset_forgotten),
        ("tokens::token_works_for_nobody_who_has_to_choose_a_password",),
    ),
    Fault(
        "bearer-in-small-letters",
        "TokenType is bearer",
        AREA,
        answers((*STARTS, *RESPONSES), _bearer_in_small),
        ("tokens::answer_with_tokens_has_what_sdks_read",),
        WRONG,
    ),
    Fault(
        "parameters-beside-tokens",
        "ChallengeParameters beside tokens is not empty",
        AREA,
        answers((*STARTS, *RESPONSES), _with_leftovers),
        ("tokens::answer_with_tokens_has_what_sdks_read",),
        WRONG,
    ),
    Fault(
        "any-hash-with-a-challenge",
        "a response to a challenge needs no SECRET_HASH, and may have any",
        AREA,
        method(ChallengeResponse, "user", _hash_unchecked),
        ("client_secrets::code_with_a_wrong_secret_hash_is_refused",),
    ),
    Fault(
        "no-hash-without-a-token",
        "signing up, confirming and recovering need no SecretHash, and may have any",
        AREA,
        method(Service, "proven_client", _proven_anyway),
        SECRETS,
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE),
    ),
    Fault(
        "lock-never-forgotten",
        "quiet time does not make wrong passwords free again",
        AREA,
        constant(Lockout, "QUIET_SECONDS", 10**9),
        ("hourly_limits::lock_ends_with_fifteen_quiet_minutes",),
        (Verdict.OTHER_WORDS,),
        operations=STARTS,
    ),
    Fault(
        "lock-without-end",
        "the lock after wrong passwords doubles without end",
        AREA,
        method(Lockout, "failed", _longer),
        ("hourly_limits::lock_never_lasts_longer_than_fifteen_minutes",),
        WRONG,
    ),
)
_ = (after_sign_up, challenge_result, _code_spent_by_a_sign_in)
