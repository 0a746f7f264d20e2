"""Faults of CUSTOM_AUTH: what the triggers of a pool ask, and who may answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.attempt import CustomSignIn
from harness.emulator.rules.auth_flows import allowed_flows
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import custom
from harness.emulator.stores.sessions import Sessions
from harness.emulator.triggers.challenge import (
    define_auth_challenge,
    verify_auth_challenge_response,
)
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import always, function, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "challenges of triggers"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _nameless(original: Any) -> Any:
    def put(service: Any, sign_in: Any) -> Any:
        result = original(service, sign_in)
        result["ChallengeParameters"].pop("USERNAME")
        return result

    return put


def _never_fails(original: Any) -> Any:
    return lambda triggers, sign_in: replace(original(triggers, sign_in), fail=False)


def _reusable(original: Any) -> Any:
    def use(sessions: Any, session: Any) -> None:
        if not isinstance(session.about, CustomSignIn):
            original(sessions, session)

    return use


def _of_any_user(original: Any) -> Any:
    def require(response: Any, session: Any, user: Any, *, unknown: Any = None) -> None:
        if not isinstance(session.about, CustomSignIn):
            original(response, session, user, unknown=unknown)

    return require


def _for_everybody(original: Any) -> Any:
    return lambda client: original(client) | {"CUSTOM_AUTH"}


def _password_skipped(original: Any) -> Any:
    """Ask a custom challenge where DefineAuthChallenge wants the password."""

    def follow(service: Any, sign_in: Any) -> Any:
        if sign_in.srp_a is None:
            return original(service, sign_in)
        return custom._put(service, replace(sign_in, srp_a=None))

    return follow


FAULTS = (
    PlantedFault(
        "custom-challenge-names-no-user",
        "CUSTOM_CHALLENGE has no USERNAME",
        AREA,
        function(custom._put, _nameless),
        ("custom_auth::right_answer_signs_in*",),
        WRONG,
    ),
    PlantedFault(
        "any-custom-answer",
        "every answer to CUSTOM_CHALLENGE is right",
        AREA,
        function(verify_auth_challenge_response, always(True)),
        ("custom_auth::wrong_answers_end_the_sign_in",),
        WRONG,
    ),
    PlantedFault(
        "custom-failure-ignored",
        "a sign-in goes on that DefineAuthChallenge fails",
        AREA,
        function(define_auth_challenge, _never_fails),
        ("custom_auth::wrong_answers_end_the_sign_in",),
    ),
    PlantedFault(
        "custom-session-again",
        "a session of CUSTOM_CHALLENGE can be answered again",
        AREA,
        method(Sessions, "use", _reusable),
        ("custom_auth::wrong_answers_end_the_sign_in",),
    ),
    PlantedFault(
        "custom-session-of-anybody",
        "a session of CUSTOM_CHALLENGE counts for whichever user the response names",
        AREA,
        method(ChallengeResponse, "require_same_sign_in", _of_any_user),
        ("custom_auth::answer_of_another_user_is_refused",),
    ),
    PlantedFault(
        "custom-without-the-password",
        "the password is not asked for, though the triggers want it first",
        AREA,
        function(custom.next_round, _password_skipped),
        ("custom_auth::password_and_mfa_can_come_before*",),
        WRONG,
    ),
    PlantedFault(
        "custom-auth-not-asked-for",
        "CUSTOM_AUTH is open to app clients that do not allow it",
        AREA,
        function(allowed_flows, _for_everybody),
        ("custom_auth::custom_challenges_need_a_client*",),
    ),
)
