"""Faults of USER_AUTH: what it offers, what it accepts as a first factor, and what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.attempt import Attempt, FirstFactorSignIn
from harness.emulator.domain.first_factors import (
    FIRST_FACTORS,
    FirstFactorFacts,
    simulated_first_factors,
)
from harness.emulator.operations import initiate_auth
from harness.emulator.operations.initiate_auth import SignInRequest
from harness.emulator.rules.auth_flows import allowed_flows
from harness.emulator.rules.first_factors import (
    available_challenges,
    first_factor_facts,
    require_available,
)
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import password, select_challenge
from harness.emulator.stores.sessions import Sessions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import always, function, method, requests, together
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "choice of the first factor"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_STARTS = ("InitiateAuth", "AdminInitiateAuth")
_ANSWERS = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")


def _reusable(original: Any) -> Any:
    def use(sessions: Any, session: Any) -> None:
        if not isinstance(session.about, FirstFactorSignIn):
            original(sessions, session)

    return use


def _for_ever(original: Any) -> Any:
    def find(sessions: Any, text: str, now: float) -> Any:
        session = sessions.peek(text)
        waits = session is not None and isinstance(session.about, FirstFactorSignIn)
        return original(sessions, text, session.expires_at - 1 if waits else now)

    return find


def _of_any_user(original: Any) -> Any:
    def require(response: Any, session: Any, user: Any, *, unknown: Any = None) -> None:
        if not isinstance(session.about, FirstFactorSignIn):
            original(response, session, user, unknown=unknown)

    return require


def _everything(original: Any) -> Any:
    return lambda pool, user: FIRST_FACTORS


def _password_alone(original: Any) -> Any:
    return lambda allowed, mode: ("PASSWORD_SRP", "PASSWORD")


def _not_temporary(original: Any) -> Any:
    return lambda pool, user: replace(original(pool, user), must_change_password=False)


def _passes_mfa(original: Any) -> Any:
    def begin(*given: Any) -> Any:
        return replace(original(*given), mfa_passed=True)

    return begin


def _past_mfa_by_srp(original: Any) -> Any:
    def judge(response: Any) -> Any:
        outcome = original(response)
        chosen = response.session is not None and isinstance(outcome, Attempt)
        return replace(outcome, mfa_passed=True) if chosen else outcome

    return judge


def _no_preference(params: dict[str, Any]) -> None:
    (params.get("AuthParameters") or {}).pop("PREFERRED_CHALLENGE", None)


def _preference_without_proof(params: dict[str, Any]) -> None:
    given = params.get("AuthParameters") or {}
    needed = {"PASSWORD": "PASSWORD", "PASSWORD_SRP": "SRP_A"}.get(
        given.get("PREFERRED_CHALLENGE", "")
    )
    if needed is not None and needed not in given:
        del given["PREFERRED_CHALLENGE"]


def _refuses_preference(original: Any) -> Any:
    def begin(sign_in: Any, user: Any, username: str, preferred: str) -> Any:
        if preferred and user is not None:
            require_available(sign_in.client.pool, user, preferred)
        return original(sign_in, user, username, preferred)

    return begin


def _asks_again(original: Any) -> Any:
    """Put the choice again in place of the password's next step."""

    def judge(response: Any, user: Any, session: Any) -> Any:
        return select_challenge.put(response.service, session.about)

    return judge


def _user_auth_too(original: Any) -> Any:
    return lambda client: original(client) | {"USER_AUTH"}


def _without_device(params: dict[str, Any]) -> None:
    by_choice = params.get("AuthFlow") == "USER_AUTH"
    if by_choice or params.get("ChallengeName") == "PASSWORD_VERIFIER":
        for name in ("AuthParameters", "ChallengeResponses"):
            (params.get(name) or {}).pop("DEVICE_KEY", None)


def _user_or_none(original: Any) -> Any:
    def user(sign_in: Any, name: str, password: str | None = None) -> Any:
        if sign_in.flow != "USER_AUTH":
            return original(sign_in, name, password)
        return sign_in.service.find_user(sign_in.client.pool, name)

    return user


FAULTS = (
    PlantedFault(
        "session-of-a-first-factor-again",
        "a session of the choice or of a first factor can be answered again",
        AREA,
        method(Sessions, "use", _reusable),
        (
            "first_factor_codes::first_code_is_good_only_once",
            "choice_of_first_factor::session_of_the_choice_is_good_only_once",
            "passkey_sign_in::proof_of_an_earlier_sign_in_is_refused",
        ),
    ),
    PlantedFault(
        "session-of-a-first-factor-for-ever",
        "a session of the choice or of a first factor does not expire",
        AREA,
        method(Sessions, "find", _for_ever),
        (
            "first_factor_codes::first_code_is_good_for_as_long*",
            "choice_of_first_factor::session_of_the_choice_expires",
            "passkey_sign_in::challenge_of_a_sign_in_expires",
        ),
    ),
    PlantedFault(
        "session-of-a-first-factor-of-anybody",
        "a session of the choice counts for whichever user the response names",
        AREA,
        method(ChallengeResponse, "require_same_sign_in", _of_any_user),
        ("choice_of_first_factor::session_of_another_user_chooses_nothing",),
    ),
    PlantedFault(
        "first-factors-of-everybody",
        "AvailableChallenges lists what no user of the pool can use",
        AREA,
        function(available_challenges, _everything, within=initiate_auth),
        ("choice_of_first_factor::user_is_offered*", "choice_of_first_factor::contact_that*"),
        WRONG,
    ),
    PlantedFault(
        "unavailable-factor-chosen",
        "a first factor can be chosen that the user was not offered",
        AREA,
        function(require_available, always(None), within=select_challenge),
        (
            "choice_of_first_factor::choice_of_what_is_not_offered_is_refused",
            "choice_of_first_factor::temporary_password*",
            "mfa_after_first_factor::code_is_no_first_factor*",
        ),
    ),
    PlantedFault(
        "unavailable-preference-refused",
        "a preference that the user cannot follow is an error",
        AREA,
        function(initiate_auth._begin_choice, _refuses_preference),
        ("choice_of_first_factor::preference_that_a_user_cannot_follow*",),
        WRONG,
    ),
    PlantedFault(
        "preferred-first-factor-ignored",
        "PREFERRED_CHALLENGE has no effect",
        AREA,
        requests(_STARTS, _no_preference),
        ("first_factor_codes::code_is_enough*", "choice_of_first_factor::preferred_password_is*"),
        WRONG,
    ),
    PlantedFault(
        "preference-without-proof",
        "a preferred password without the password gives the list",
        AREA,
        requests(_STARTS, _preference_without_proof),
        ("choice_of_first_factor::preferred_password_has_to_come_with_it",),
    ),
    PlantedFault(
        "password-chosen-in-vain",
        "to choose the password leads to the choice again",
        AREA,
        together(
            function(select_challenge._by_password, _asks_again),
            function(select_challenge._by_srp, _asks_again),
        ),
        ("choice_of_first_factor::chosen_password_gives_tokens",),
        WRONG,
    ),
    PlantedFault(
        "stranger-without-codes",
        "a user who does not exist is offered the password alone, which gives them away",
        AREA,
        function(simulated_first_factors, _password_alone),
        ("choice_of_first_factor::unknown_user_is_*",),
        WRONG,
    ),
    PlantedFault(
        "stranger-by-choice-simulated",
        "USER_AUTH simulates a user who does not exist, also where that may be said",
        AREA,
        method(SignInRequest, "user", _user_or_none),
        ("choice_of_first_factor::unknown_user_is_named*",),
    ),
    PlantedFault(
        "code-in-place-of-the-temporary-password",
        "an invited user signs in with a code, and keeps the temporary password",
        AREA,
        function(first_factor_facts, _not_temporary),
        ("choice_of_first_factor::temporary_password_is_the_only_factor*",),
        WRONG,
    ),
    PlantedFault(
        "user-auth-not-asked-for",
        "USER_AUTH is open to app clients that do not allow it",
        AREA,
        function(allowed_flows, _user_auth_too),
        ("choice_of_first_factor::choice_needs_a_client_that_allows_it",),
    ),
    PlantedFault(
        "no-mfa-after-a-choice",
        "no second factor is asked for after the password of USER_AUTH",
        AREA,
        together(
            function(initiate_auth._preferred_password, _passes_mfa),
            function(select_challenge._by_password, _passes_mfa),
            function(password.judge, _past_mfa_by_srp),
        ),
        ("mfa_after_first_factor::password_of_a_choice_is_followed_by_mfa",),
        WRONG,
    ),
    PlantedFault(
        "first-factor-enough-for-everybody",
        "codes and passkeys are first factors of users who must pass MFA, too",
        AREA,
        method(FirstFactorFacts, "needs_mfa", always(False)),
        (
            "mfa_after_first_factor::code_is_no_first_factor*",
            "mfa_after_first_factor::passkey_that_is_not_for_mfa*",
            "mfa_after_first_factor::passkey_of_a_single_factor*",
        ),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    PlantedFault(
        "device-of-a-choice-ignored",
        "a remembered device takes no code's place after the password of USER_AUTH",
        AREA,
        together(requests(_STARTS, _without_device), requests(_ANSWERS, _without_device)),
        ("mfa_after_first_factor::remembered_device_takes_the_place*",),
        WRONG,
    ),
)
