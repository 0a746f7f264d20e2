"""Faults of sessions, and of sign-ins under way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.next_challenge import CONTACT
from harness.emulator.operations import software_tokens
from harness.emulator.sign_in import challenge_response
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.stores.sessions import Sessions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    forgiving,
    function,
    handlers,
    method,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "sessions"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _used_again(original: Any) -> Any:
    """Make a used session as good as a new one."""

    def find(store: Any, text: str, now: float) -> Any:
        session = store._sessions.get(text)
        if session is not None:
            session.used = False
        return original(store, text, now)

    return find


def _used_is_expired(original: Any) -> Any:
    def find(store: Any, text: str, now: float) -> Any:
        session = store._sessions.get(text)
        if session is not None and session.used:
            raise refusals.session_expired()
        return original(store, text, now)

    return find


def _later(seconds: float) -> Any:
    return lambda original: lambda store, text, now: original(store, text, now - seconds)


def _sent_a_minute_longer(original: Any) -> Any:
    def find(store: Any, text: str, now: float) -> Any:
        session = store.peek(text)
        sent = session is not None and session.challenge in CONTACT
        return original(store, text, now - 60 if sent else now)

    return find


def _newest_instead(original: Any) -> Any:
    """Make an unknown session stand for the newest one."""

    def find(store: Any, text: str, now: float) -> Any:
        known = text in store._sessions
        return original(store, text if known else [*store._sessions][-1], now)

    return find


def _lax(*parts: str) -> Any:
    """Make sessions count that differ in these parts: client, user or challenge."""

    def make(original: Any) -> Any:
        def same(response: Any, session: Any, user: Any, *, unknown: Any = None) -> None:
            seen = session
            if "client" in parts:
                seen = replace(seen, client_id=response.client.client_id)
            if "user" in parts:
                seen = replace(seen, username=user.username, about=None)
            original(response, seen, user, unknown=unknown)

        return same

    return make


def _user_of_the_session(planter: Planter) -> None:
    """Have a session of another user continue as the user whose name is sent."""
    planter.method(ChallengeResponse, "require_same_sign_in", _lax("user"))

    def pending(original: Any) -> Any:
        def continued(response: Any) -> Any:
            session, attempt = original(response)
            user = response.user() or attempt.user
            begun = {"password": user.password, "sign_outs": user.sign_outs}
            return session, replace(attempt, user=user, **begun)

        return continued

    planter.method(ChallengeResponse, "pending", pending)


def _any_challenge(original: Any) -> Any:
    def opened(response: Any, text: str, user: Any, **named: Any) -> Any:
        session = response.service.sessions.find(text, response.now)
        before, session.challenge = session.challenge, response.challenge
        try:
            return original(response, text, user, **named)
        finally:
            session.challenge = before

    return opened


def _any_session_sets_up(original: Any) -> Any:
    def setup(service: Any, request: Any) -> Any:
        session = service.sessions.find(request.params["Session"], service.clock.time())
        return session, session.attempt

    return setup


def _put_again(service: Any, request: Any) -> dict[str, Any]:
    return {"ChallengeName": request.params["ChallengeName"], "ChallengeParameters": {}}


def _not_missed(original: Any) -> Any:
    def required(response: Any) -> str:
        return str(response.session or [*response.service.sessions._sessions][-1])

    return required


def _one_at_a_time(original: Any) -> Any:
    """Make a new session of a user end the ones before."""

    def opened(store: Any, client: Any, username: str, *more: Any) -> Any:
        for session in store._sessions.values():
            session.used = session.used or session.username == username
        return original(store, client, username, *more)

    return opened


def _blind_to(state: str) -> Any:
    """Make a response not look at whether the user may still sign in."""

    def make(original: Any) -> Any:
        def check(client: Any, user: Any) -> None:
            try:
                original(client, user)
            except refusals.Refusal as refusal:
                if state not in refusal.message:
                    raise

        return check

    return make


def _uninterrupted(by_password: bool) -> Any:
    """Make a new password, or a sign-out, not interrupt a sign-in."""

    def make(original: Any) -> Any:
        def interrupted(attempt: Any) -> bool:
            if by_password:
                return bool(attempt.user.sign_outs != attempt.sign_outs)
            return bool(attempt.by_password and attempt.user.password is not attempt.password)

        return interrupted

    return make


def _used_by_asking(original: Any) -> Any:
    """Make a session count as used once it was sent, even with a wrong code."""

    def pending(response: Any) -> Any:
        session, attempt = original(response)
        response.service.sessions.use(session)
        return replace(session, used=False), attempt

    return pending


FAULTS = (
    PlantedFault(
        "session-again",
        "a session can be answered again",
        AREA,
        method(Sessions, "find", _used_again),
        ("sessions::session_is_good_only_once", "sessions::session_of_mfa_setup*"),
    ),
    PlantedFault(
        "new-password-again",
        "the session of NEW_PASSWORD_REQUIRED sets another password again",
        AREA,
        together(
            method(Sessions, "find", _used_again),
            method(Attempt, "interrupted", _uninterrupted(by_password=True)),
        ),
        ("temporary_password::session_of_new_password_is_good_only_once",),
    ),
    PlantedFault(
        "used-session-is-expired",
        "a used session is called expired",
        AREA,
        method(Sessions, "find", _used_is_expired),
        ("sessions::session_is_good_only_once",),
        (Verdict.OTHER_WORDS,),
    ),
    PlantedFault(
        "session-for-ever",
        "a session does not expire",
        AREA,
        method(Sessions, "find", _later(10**9)),
        ("sessions::session_expires_after_three_minutes", "sessions::session_lives_as_long*"),
    ),
    PlantedFault(
        "session-for-two-minutes",
        "a session expires a minute too early",
        AREA,
        method(Sessions, "find", _later(-60)),
        ("sessions::session_is_good_for_nearly_three_minutes",),
        WRONG,
    ),
    PlantedFault(
        "session-of-anybody",
        "a session counts for whichever user the response names",
        AREA,
        _user_of_the_session,
        ("sessions::session_of_another_person_is_refused",),
    ),
    PlantedFault(
        "session-of-any-client",
        "a session is good at every app client",
        AREA,
        method(ChallengeResponse, "require_same_sign_in", _lax("client")),
        ("sign_in_under_way::session_of_another_app_client_is_refused",),
    ),
    PlantedFault(
        "session-of-any-challenge",
        "the session of one challenge answers another",
        AREA,
        method(ChallengeResponse, "open_session", _any_challenge),
        ("sign_in_under_way::session_of_one_challenge_answers_no_other",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE),
    ),
    PlantedFault(
        "session-of-any-challenge-sets-up",
        "AssociateSoftwareToken accepts a session that waits for a code",
        AREA,
        function(software_tokens._setup_session, _any_session_sets_up),
        ("sign_in_under_way::session_of_a_code_sets_up_no_authenticator",),
    ),
    PlantedFault(
        "made-up-session",
        "a session that was never issued stands for the newest one",
        AREA,
        method(Sessions, "find", _newest_instead),
        ("sessions::made_up_session_is_refused",),
    ),
    PlantedFault(
        "no-session",
        "a response without a session counts for the newest sign-in",
        AREA,
        method(ChallengeResponse, "require_session", _not_missed),
        ("sessions::missing_session_is_named",),
    ),
    PlantedFault(
        "empty-response",
        "a response without members puts the challenge again",
        AREA,
        handlers(
            ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"),
            forgiving(_put_again, saying="challenge responses"),
        ),
        ("temporary_password::response_without_members_is_refused",),
    ),
    PlantedFault(
        "one-sign-in-at-a-time",
        "a second sign-in of a user ends the first one under way",
        AREA,
        method(Sessions, "open_for", _one_at_a_time),
        ("sessions::two_sign_ins_side_by_side*",),
        WRONG,
    ),
    PlantedFault(
        "sign-in-outlives-disabling",
        "a user who was disabled finishes a sign-in under way",
        AREA,
        together(
            function(check_state, _blind_to("disabled"), within=challenge_response),
            method(Attempt, "require_standing", always(None)),
            method(Attempt, "interrupted", _uninterrupted(by_password=False)),
        ),
        ("sign_in_under_way::session_dies_with_the_account",),
    ),
    PlantedFault(
        "sign-in-outlives-a-new-password",
        "a sign-in under way goes on after the password was replaced",
        AREA,
        method(Attempt, "interrupted", _uninterrupted(by_password=True)),
        ("sign_in_under_way::code_finishes*", "sign_in_under_way::device_finishes*"),
    ),
    PlantedFault(
        "sign-in-outlives-a-sign-out",
        "a sign-in under way goes on after a global sign-out",
        AREA,
        method(Attempt, "interrupted", _uninterrupted(by_password=False)),
        ("sign_in_under_way::code_finishes*", "sign_in_under_way::device_finishes*"),
    ),
    PlantedFault(
        "wrong-code-ends-the-session",
        "a wrong code uses up the session",
        AREA,
        method(ChallengeResponse, "pending", _used_by_asking),
        ("totp_sign_in::wrong_code_is_refused_and_can_be_corrected",),
        WRONG,
    ),
    PlantedFault(
        "sent-code-a-minute-longer",
        "a code by SMS or email is good a minute longer than its session",
        AREA,
        method(Sessions, "find", _sent_a_minute_longer),
        ("sent_codes::sent_code_is_good_for_as_long*",),
    ),
)
