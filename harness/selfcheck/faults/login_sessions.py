"""Faults of the pages' sign-in: the session of a browser, and the second factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.managed_login import authorize, steps
from harness.emulator.managed_login.authorize_query import checked_query
from harness.emulator.managed_login.completion import sign_in_completed
from harness.emulator.managed_login.cookies import SESSION, with_session
from harness.emulator.rules import oauth_tokens
from harness.emulator.sign_in import on_pages
from harness.emulator.stores.browser_sessions import BrowserSessions
from harness.emulator.stores.login_transactions import LoginTransactions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    function,
    method,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "sign-in on the pages"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_EARLY = 0.0
_LATER = 1_000_000.0
_WITHOUT_A_FACTOR = (
    "managed_login_mfa::password_alone_gives_no_code_where_mfa_is_required",
    "managed_login_mfa::set_up_that_is_left_out_gives_no_code",
    "managed_login_mfa::authenticator_is_set_up_on_the_page_and_asked_next_time",
)


def _at_once(original: Any) -> Any:
    """Take a password for the whole sign-in."""

    def show_next(visit: Any, transaction: Any, result: Any, **how: Any) -> Any:
        user = visit.engine.find_user(visit.pool, transaction.username)
        if user is None or on_pages.signed_in(result) is not None:
            return original(visit, transaction, result, **how)
        return sign_in_completed(visit, transaction, user)

    return show_next


def _session_too_early(original: Any) -> Any:
    """Give a browser its session with the password already."""

    def show_next(visit: Any, transaction: Any, result: Any, **how: Any) -> Any:
        answer = original(visit, transaction, result, **how)
        user = visit.engine.find_user(visit.pool, transaction.username)
        if user is None:
            return answer
        text = visit.engine.browser_sessions.open(visit.pool.pool_id, user, visit.now)
        return with_session(visit, answer, text)

    return show_next


def _by_any_pool(original: Any) -> Any:
    def session(visit: Any, asked: Any) -> Any:
        every = visit.engine.browser_sessions.exported()
        return every.get(visit.request.cookie(SESSION)) or original(visit, asked)

    return session


def _made_up(original: Any) -> Any:
    """Take any cookie for the newest session of the pool."""

    def find(sessions: Any, text: str | None, pool_id: str, now: float) -> Any:
        found = original(sessions, text, pool_id, now)
        return found or ((sessions.of_pool(pool_id) or [None])[-1] if text else None)

    return find


def _at_any_time(original: Any) -> Any:
    def find(store: Any, text: str | None, pool_id: str, now: float) -> Any:
        del now
        return original(store, text, pool_id, _EARLY)

    return find


def _prolonged(original: Any) -> Any:
    def find(store: Any, text: str | None, pool_id: str, now: float) -> Any:
        session = original(store, text, pool_id, now)
        if session is not None:
            object.__setattr__(session, "expires_at", now + 3600)
        return session

    return find


def _until_sign_out(original: Any) -> Any:
    """End the session with the tokens of its user."""

    def session(visit: Any, asked: Any) -> Any:
        found = original(visit, asked)
        return None if found is None or found.user.sign_outs else found

    return session


def _beside_prompt(value: str) -> Any:
    """Take a request as if it had not this value of prompt."""

    def make(original: Any) -> Any:
        def checked(visit: Any) -> Any:
            asked = original(visit)
            if not hasattr(asked, "prompt"):
                return asked
            return replace(asked, prompt=tuple(one for one in asked.prompt if one != value))

        return checked

    return make


def _for_long(original: Any) -> Any:
    return lambda service, session, until: original(service, session, until + _LATER)


FAULTS = (
    PlantedFault(
        "no-second-factor-on-the-pages",
        "the pages give a code for the password alone, where MFA is required",
        AREA,
        function(steps.show_next, _at_once),
        _WITHOUT_A_FACTOR,
        (Verdict.NOT_REFUSED, Verdict.ANSWERED_OTHERWISE),
    ),
    PlantedFault(
        "session-before-the-second-factor",
        "a browser has its session before the second factor was asked",
        AREA,
        function(steps.show_next, _session_too_early),
        _WITHOUT_A_FACTOR[:2],
    ),
    PlantedFault(
        "session-of-another-pool",
        "the cookie of one pool's pages signs in on those of another",
        AREA,
        together(
            function(authorize._session, _by_any_pool),
            function(oauth_tokens.require_code_standing, always(None)),
        ),
        ("managed_login_sessions::session_of_another_pool_does_not_count",),
    ),
    PlantedFault(
        "made-up-browser-session",
        "any cookie is taken for a session",
        AREA,
        method(BrowserSessions, "find", _made_up),
        (
            "managed_login_sessions::made_up_session_does_not_count",
            "managed_login_sessions::sign_out_ends_the_session_and_leads_back_to_the_app",
        ),
    ),
    PlantedFault(
        "browser-session-for-ever",
        "the session of a browser does not end after an hour",
        AREA,
        method(BrowserSessions, "find", _at_any_time),
        ("managed_login_sessions::session_ends_an_hour_after_the_sign_in",),
    ),
    PlantedFault(
        "browser-session-prolonged",
        "each sign-in by cookie prolongs the session",
        AREA,
        method(BrowserSessions, "find", _prolonged),
        ("managed_login_sessions::session_ends_an_hour_after_the_sign_in",),
    ),
    PlantedFault(
        "no-browser-session",
        "a browser that has signed in is asked for the password each time",
        AREA,
        function(authorize._session, always(None)),
        (
            "managed_login_sessions::second_sign_in_needs_no_page",
            "managed_login_sessions::other_app_client_signs_in_by_the_same_session",
        ),
        WRONG,
    ),
    PlantedFault(
        "session-ends-with-the-tokens",
        "GlobalSignOut ends the session of the browser too",
        AREA,
        function(authorize._session, _until_sign_out),
        ("managed_login_sessions::sign_out_of_the_tokens_leaves_the_session",),
        WRONG,
    ),
    PlantedFault(
        "prompt-none-ignored",
        "prompt=none shows the sign-in page to a browser without a session",
        AREA,
        function(checked_query, _beside_prompt("none"), within=authorize),
        ("managed_login_sessions::prompt_none_gives_a_code_with_a_session_and_an_error_without",),
    ),
    PlantedFault(
        "prompt-login-ignored",
        "prompt=login does not ask a signed-in browser for the password",
        AREA,
        function(checked_query, _beside_prompt("login"), within=authorize),
        ("managed_login_sessions::prompt_login_asks_again_and_keeps_the_session",),
    ),
    PlantedFault(
        "sign-in-without-end",
        "a sign-in on the pages goes on after any time",
        AREA,
        together(
            method(LoginTransactions, "find", _at_any_time),
            function(on_pages.keep_open, _for_long),
        ),
        ("managed_login_sessions::sign_in_must_be_finished_in_five_minutes",),
    ),
)
