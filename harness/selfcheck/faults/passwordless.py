"""Faults of users without a password: who becomes one, and what the session of a sign-up is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.operations import admin_create_user, passwords
from harness.emulator.rules.first_factors import first_factor_facts
from harness.emulator.rules.registration import needs_no_password
from harness.emulator.sign_in import after_sign_up
from harness.emulator.stores.sessions import Sessions, SignUpState
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import always, answers, function, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "users without a password"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _without_session(service: Any, request: Any, answer: dict[str, Any]) -> None:
    answer.pop("Session", None)


def _of_whichever_user(original: Any) -> Any:
    """Find the session of a sign-up for whichever user the request names."""

    def find(service: Any, client: Any, user: Any, text: str, purpose: str) -> Any:
        session = service.sessions.peek(text)
        if session is None or not isinstance(session.about, SignUpState):
            return original(service, client, user, text, purpose)
        return original(service, client, session.about.user, text, purpose)

    return find


def _for_every_sign_up(original: Any) -> Any:
    def use(sessions: Any, session: Any) -> None:
        if not isinstance(session.about, SignUpState):
            original(sessions, session)

    return use


def _for_ever(original: Any) -> Any:
    def find(sessions: Any, text: str, now: float) -> Any:
        session = sessions.peek(text)
        signed_up = session is not None and isinstance(session.about, SignUpState)
        return original(sessions, text, session.expires_at - 1 if signed_up else now)

    return find


def _with_password(original: Any) -> Any:
    return lambda pool, user: replace(original(pool, user), has_password=True)


FAULTS = (
    PlantedFault(
        "no-session-of-a-sign-up",
        "ConfirmSignUp returns no Session, so nobody signs in with it",
        AREA,
        answers("ConfirmSignUp", _without_session),
        ("passwordless_people::confirmed_sign_up_signs_in*",),
        WRONG,
    ),
    PlantedFault(
        "session-of-a-sign-up-again",
        "the Session of ConfirmSignUp signs in as often as it is sent",
        AREA,
        method(Sessions, "use", _for_every_sign_up),
        ("passwordless_people::session_of_a_sign_up_is_good_only_once",),
    ),
    PlantedFault(
        "session-of-a-sign-up-of-anybody",
        "the Session of ConfirmSignUp signs another user in",
        AREA,
        function(after_sign_up._find, _of_whichever_user),
        ("passwordless_people::session_of_a_sign_up_is_good_only_once",),
    ),
    PlantedFault(
        "session-of-a-sign-up-for-ever",
        "the Session of ConfirmSignUp does not expire",
        AREA,
        method(Sessions, "find", _for_ever),
        ("passwordless_people::session_of_a_sign_up_expires",),
    ),
    PlantedFault(
        "password-of-nobody-offered",
        "users without a password are offered one",
        AREA,
        function(first_factor_facts, _with_password),
        ("passwordless_people::user_without_a_password_signs_in_by_code",),
        WRONG,
    ),
    PlantedFault(
        "first-password-again",
        "who has signed up without a password never needs the present one",
        AREA,
        function(passwords._check_previous, always(None)),
        ("passwordless_people::first_password_needs_no_previous_one",),
    ),
    PlantedFault(
        "sign-up-without-password-and-contact",
        "everybody signs up without a password, also without a contact for codes",
        AREA,
        function(needs_no_password, always(True)),
        (
            "passwordless_people::sign_up_without_password_and_contact*",
            "passwordless_people::sign_up_without_password_needs_codes",
        ),
    ),
    PlantedFault(
        "invited-without-password-and-contact",
        "AdminCreateUser makes users with neither a password nor a contact for codes",
        AREA,
        function(admin_create_user._check_passwordless, always(None)),
        ("passwordless_people::user_of_an_administrator_needs_no_password",),
    ),
)
