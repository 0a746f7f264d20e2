"""Faults of /oauth2/authorize: what it gives to the app, and what it takes.

Beside them are those of the forms that it leads to, and of signing out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.managed_login import (
    answers,
    authorize_query,
    cookies,
    rendering,
)
from harness.emulator.rules import oauth_tokens
from harness.emulator.stores.browser_sessions import BrowserSessions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    forgiving,
    function,
    method,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "requests of managed login"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _other_state(change: Any) -> Any:
    """Have the app get another state than the one that it sent."""

    def make(original: Any) -> Any:
        def to_app(visit: Any, asked: Any, parameters: Any, **how: Any) -> Any:
            return original(visit, replace(asked, state=change(asked.state)), parameters, **how)

        return to_app

    return make


def _without_nonce(original: Any) -> Any:
    def issue(service: Any, client: Any, user: Any, asked: Any, at: int) -> Any:
        return original(service, client, user, replace(asked, nonce=None), at)

    return issue


def _in_the_query(original: Any) -> Any:
    def to_app(visit: Any, asked: Any, parameters: Any, **how: Any) -> Any:
        del how
        return original(visit, asked, parameters)

    return to_app


def _with_refresh_token(original: Any) -> Any:
    def implicit(*arguments: Any) -> Any:
        return {**original(*arguments), "refresh_token": "eyJ"}

    return implicit


def _without_oauth_too(original: Any) -> Any:
    """Take an app client that is not enabled for OAuth 2.0."""

    def client_of(visit: Any) -> Any:
        client = visit.pool.clients.get(visit.request.parameters.get("client_id", ""))
        return client or original(visit)

    return client_of


def _as_html(original: Any) -> Any:
    return lambda: original().overlay(autoescape=False)


def _without_header(*names: str) -> Any:
    def make(original: Any) -> Any:
        def headers() -> dict[str, str]:
            return {name: value for name, value in original().items() if name not in names}

        return headers

    return make


def _without_cookie_too(original: Any) -> Any:
    def matches(visit: Any) -> bool:
        return visit.request.cookie(cookies.CSRF) is None or original(visit)

    return matches


def _any_token(original: Any) -> Any:
    def matches(visit: Any) -> bool:
        return bool(visit.request.cookie(cookies.CSRF)) and bool(visit.request.form.get("_csrf"))

    return matches


FAULTS = (
    PlantedFault(
        "state-not-returned",
        "the app does not get its state back",
        AREA,
        function(answers.to_app, _other_state(lambda state: None)),
        ("managed_login::state_comes_back_as_it_was_sent",),
        WRONG,
    ),
    PlantedFault(
        "state-changed",
        "the app gets another state back than the one that it sent",
        AREA,
        function(answers.to_app, _other_state(lambda state: state and state.swapcase())),
        ("managed_login::state_comes_back_as_it_was_sent",),
        WRONG,
    ),
    PlantedFault(
        "state-made-up",
        "an app that sent no state gets one",
        AREA,
        function(answers.to_app, _other_state(lambda state: state or "none")),
        ("managed_login::no_state_comes_back_that_was_not_sent",),
        WRONG,
    ),
    PlantedFault(
        "nonce-dropped",
        "the ID token does not have the nonce of the request",
        AREA,
        function(oauth_tokens.issue_code, _without_nonce),
        ("managed_login::nonce_of_the_app_is_in_the_id_token",),
        WRONG,
    ),
    PlantedFault(
        "pages-without-oauth",
        "the pages serve an app client that is not enabled for OAuth 2.0",
        AREA,
        function(authorize_query.login_client, _without_oauth_too),
        ("managed_login_mix_ups::app_client_without_oauth_is_refused_on_a_page",),
    ),
    PlantedFault(
        "typed-text-as-html",
        "what somebody types is a part of the page's HTML",
        AREA,
        function(rendering._environment, _as_html),
        ("managed_login::typed_text_adds_nothing_to_the_page",),
        WRONG,
    ),
    PlantedFault(
        "pages-in-a-frame",
        "another site can show the sign-in page in a frame",
        AREA,
        function(rendering.page_headers, _without_header("X-Frame-Options")),
        ("managed_login::sign_in_page_is_in_no_frame_and_no_cache",),
        WRONG,
    ),
    PlantedFault(
        "pages-in-a-cache",
        "caches may keep the pages",
        AREA,
        function(answers.common_headers, _without_header("Cache-Control")),
        ("managed_login::sign_in_page_is_in_no_frame_and_no_cache",),
        WRONG,
    ),
    PlantedFault(
        "implicit-nonce-dropped",
        "the ID token of the implicit flow does not have the nonce of the request",
        AREA,
        function(oauth_tokens.implicit_tokens, _without_nonce),
        ("managed_login::implicit_flow_gives_tokens_in_the_fragment",),
        WRONG,
    ),
    PlantedFault(
        "forged-form-accepted",
        "a form is accepted whatever its token against forged requests is",
        AREA,
        function(cookies.csrf_matches, always(True)),
        ("managed_login::form_of_another_site_is_refused",),
    ),
    PlantedFault(
        "form-without-a-cookie-accepted",
        "a form is accepted from a browser that has no token against forged requests",
        AREA,
        function(cookies.csrf_matches, _without_cookie_too),
        ("managed_login::form_of_another_site_is_refused",),
    ),
    PlantedFault(
        "any-form-token",
        "a form is accepted with any token against forged requests",
        AREA,
        function(cookies.csrf_matches, _any_token),
        ("managed_login::form_of_another_site_is_refused",),
    ),
    PlantedFault(
        "scopes-unchecked-at-authorize",
        "an app gets scopes that it does not have",
        AREA,
        function(authorize_query._check_scopes, always(None)),
        ("managed_login::scope_that_the_app_does_not_have_is_refused",),
    ),
    PlantedFault(
        "authorize-unchecked",
        "a request with a missing or forbidden parameter is not refused",
        AREA,
        function(authorize_query._check, forgiving()),
        (
            "managed_login::flow_that_the_app_does_not_have_is_refused",
            "managed_login::plain_challenge_is_refused",
            "managed_login::missing_response_type_is_refused",
        ),
    ),
    PlantedFault(
        "implicit-tokens-in-the-query",
        "the tokens of the implicit flow are in the query, which servers log",
        AREA,
        function(answers.to_app, _in_the_query),
        ("managed_login::implicit_flow_gives_tokens_in_the_fragment",),
        WRONG,
    ),
    PlantedFault(
        "implicit-refresh-token",
        "the implicit flow gives a refresh token",
        AREA,
        function(oauth_tokens.implicit_tokens, _with_refresh_token),
        ("managed_login::implicit_flow_gives_tokens_in_the_fragment",),
        WRONG,
    ),
    PlantedFault(
        "sign-out-keeps-the-session",
        "the session of a browser goes on after it has signed out",
        AREA,
        method(BrowserSessions, "end", always(None)),
        ("managed_login_sessions::sign_out_ends_the_session_and_leads_back_to_the_app",),
    ),
    PlantedFault(
        "sign-out-does-nothing",
        "a sign-out keeps the session and its cookie",
        AREA,
        together(
            method(BrowserSessions, "end", always(None)),
            function(cookies.without_cookie, lambda original: lambda visit, answer, name: answer),
        ),
        ("managed_login_sessions::sign_out_*",),
    ),
)
