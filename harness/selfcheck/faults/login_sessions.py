"""Faults of the pages' sign-in: the session of a browser, and the second factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.next_challenge import NEW_PASSWORD_REQUIRED
from harness.emulator.domain.totp import step_of
from harness.emulator.managed_login import authorize, cookies, mfa_pages, sign_in_calls, steps
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


def _without_a_new_password(original: Any) -> Any:
    """Take a temporary password for one of the user's own."""

    def show_next(visit: Any, transaction: Any, result: Any, **how: Any) -> Any:
        user = visit.engine.find_user(visit.pool, transaction.username)
        if user is None or result.get("ChallengeName") != NEW_PASSWORD_REQUIRED:
            return original(visit, transaction, result, **how)
        return sign_in_completed(visit, transaction, user)

    return show_next


def _with_the_code_of_the_email(original: Any) -> Any:
    """Take a confirmed sign-up for the whole sign-in."""

    def after(service: Any, caller: Any, client: Any, name: str, proof: str) -> Any:
        result = original(service, caller, client, name, proof)
        return result and {"SignedIn": service.find_user(client.pool, name)}

    return after


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


def _of_anybody(original: Any) -> Any:
    """Take the cookie of a session for the newest session of the pool."""

    def find(sessions: Any, text: str | None, pool_id: str, now: float) -> Any:
        return original(sessions, text, pool_id, now) and sessions.of_pool(pool_id)[-1]

    return find


def _under_the_old_cookie(original: Any) -> Any:
    """Let a browser keep its cookie, which then stands for the new session too."""

    def with_session(visit: Any, answer: Any, text: str) -> Any:
        before = visit.request.cookie(SESSION)
        sessions = visit.engine.browser_sessions
        every = sessions.exported()
        if before:
            sessions.imported({**every, before: every[text]})
        return original(visit, answer, before or text)

    return with_session


def _whoever_it_is(original: Any) -> Any:
    """Take a session without a look at its user."""
    del original

    def session(visit: Any, asked: Any) -> Any:
        del asked
        text = visit.request.cookie(SESSION)
        return visit.engine.browser_sessions.find(text, visit.pool.pool_id, visit.now)

    return session


def _of_another_user(original: Any) -> Any:
    """Give the app a code for another user of the pool, if there is one."""

    def issue(service: Any, client: Any, user: Any, asked: Any, at: int) -> Any:
        others = [each for each in client.pool.users if each is not user and each.enabled]
        return original(service, client, (others or [user])[-1], asked, at)

    return issue


def _by_any_authenticator(original: Any) -> Any:
    """Take the code of any authenticator of the pool for that of the user."""

    def answer(visit: Any, transaction: Any, **responses: str) -> Any:
        member, step = "SOFTWARE_TOKEN_MFA_CODE", step_of(visit.now)
        user = visit.engine.find_user(visit.pool, transaction.username)
        tokens = [each.software_token for each in visit.pool.users if each.software_token]
        if responses.get(member) in [token.code(step) for token in tokens]:
            responses[member] = user.software_token.code(step)
        return original(visit, transaction, **responses)

    return answer


def _after_the_password(original: Any) -> Any:
    """Look at the token against forged requests on the sign-in page alone."""

    def matches(visit: Any) -> bool:
        return visit.request.path != "/login" or bool(original(visit))

    return matches


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
        "temporary-password-on-the-pages",
        "the pages give a code for a temporary password",
        AREA,
        function(steps.show_next, _without_a_new_password),
        ("managed_login_mfa::temporary_password_is_replaced_on_a_page",),
        WRONG,
    ),
    PlantedFault(
        "no-second-factor-after-a-sign-up",
        "a sign-up on the pages ends in the app without a second factor, where MFA is required",
        AREA,
        function(on_pages.after_confirmation, _with_the_code_of_the_email),
        ("managed_login_accounts::person_signs_up_on_the_page_and_ends_in_the_app",),
        WRONG,
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
        ("managed_login_mix_ups::session_of_another_pool_does_not_count",),
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
        "browser-session-of-anybody",
        "the cookie of a session signs in who was the last to sign in on the pages",
        AREA,
        method(BrowserSessions, "find", _of_anybody),
        ("managed_login_sessions::session_signs_in_its_own_user",),
        WRONG,
    ),
    PlantedFault(
        "browser-session-fixed",
        "a new sign-in keeps the cookie that the browser had before",
        AREA,
        function(cookies.with_session, _under_the_old_cookie),
        ("managed_login_sessions::another_sign_in_gives_another_session",),
        WRONG,
    ),
    PlantedFault(
        "browser-session-of-a-disabled-user",
        "the session of a browser still gives codes after its user was disabled",
        AREA,
        together(
            function(authorize._session, _whoever_it_is),
            function(oauth_tokens.require_code_standing, always(None)),
        ),
        ("managed_login_sessions::session_of_a_disabled_or_deleted_user_does_not_count",),
    ),
    PlantedFault(
        "code-for-another-user",
        "the app gets a code for another user than the one who signed in",
        AREA,
        function(oauth_tokens.issue_code, _of_another_user),
        ("managed_login_sessions::session_signs_in_its_own_user",),
        WRONG,
    ),
    PlantedFault(
        "any-authenticator-on-the-pages",
        "the pages take a code of another user's authenticator",
        AREA,
        function(sign_in_calls.answer, _by_any_authenticator, within=mfa_pages),
        ("managed_login_mfa::code_page_of_another_person_takes_no_code_of_mine",),
    ),
    PlantedFault(
        "forged-code-form-accepted",
        "the pages after the password take a form of another site",
        AREA,
        function(cookies.csrf_matches, _after_the_password),
        ("managed_login_mfa::code_form_of_another_site_is_refused",),
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
