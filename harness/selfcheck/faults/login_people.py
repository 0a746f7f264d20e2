"""Faults of the pages' sign-in: who may sign in on them, and which of their factors is asked."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.attempt import check_state
from harness.emulator.domain.next_challenge import SELECT_MFA_TYPE, SOFTWARE_TOKEN_MFA
from harness.emulator.managed_login import authorize_query, steps
from harness.emulator.managed_login.completion import sign_in_completed
from harness.emulator.rules import oauth_tokens
from harness.emulator.rules.migration import find_or_migrate
from harness.emulator.sign_in import on_pages
from harness.emulator.stores.browser_sessions import BrowserSessions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Make
from harness.selfcheck.tampering import Plant, always, forgiving, function, method, together
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "sign-in on the pages"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _known_from_now_on(original: Any) -> Any:
    """Make a user of whoever comes, with the password that they type."""

    def find(service: Any, client: Any, name: str, password: str) -> Any:
        pool = client.pool
        if service.find_user(pool, name) is None:
            named = {"UserPoolId": pool.pool_id, "Username": name}
            service.call("AdminCreateUser", {**named, "MessageAction": "SUPPRESS"})
            chosen = {"Password": password, "Permanent": True}
            service.call("AdminSetUserPassword", {**named, **chosen})
        return original(service, client, name, password)

    return find


def _the_first_of_the_pool(original: Any) -> Any:
    """Take an app client that nobody has for the first one of the pool."""

    def client_of(visit: Any) -> Any:
        named = visit.request.parameters.get("client_id")
        if named in visit.pool.clients:
            return original(visit)
        return next(iter(visit.pool.clients.values()))

    return client_of


def _without_a_cookie(original: Any) -> Any:
    """Give a browser without a cookie the newest session of the pool."""

    def find(sessions: Any, text: str | None, pool_id: str, now: float) -> Any:
        found = original(sessions, text, pool_id, now)
        return found or ((sessions.of_pool(pool_id) or [None])[-1] if not text else None)

    return find


def _ends_before(challenge: str) -> Make:
    """Take a sign-in for complete where a factor is to be asked."""

    def make(original: Any) -> Any:
        def show_next(visit: Any, transaction: Any, result: Any, **how: Any) -> Any:
            user = visit.engine.find_user(visit.pool, transaction.username)
            if user is None or result.get("ChallengeName") != challenge:
                return original(visit, transaction, result, **how)
            return sign_in_completed(visit, transaction, user)

        return show_next

    return make


def _signs_in(saying: str) -> Plant:
    """Let a user in whose state is in the way, before the password and again at the code."""
    return together(
        function(check_state, forgiving(saying=saying)),
        function(oauth_tokens.require_code_standing, always(None)),
    )


FAULTS = (
    PlantedFault(
        "unconfirmed-on-the-pages",
        "the pages sign in a user who is not confirmed",
        AREA,
        _signs_in("not confirmed"),
        ("managed_login_accounts::unconfirmed_user_gets_no_code_on_the_pages",),
    ),
    PlantedFault(
        "disabled-on-the-pages",
        "the pages sign in a disabled user",
        AREA,
        _signs_in("disabled"),
        ("managed_login_accounts::disabled_user_does_not_sign_in_on_the_pages",),
    ),
    PlantedFault(
        "anybody-on-the-pages",
        "the pages make a user of a person whom nobody knows",
        AREA,
        function(find_or_migrate, _known_from_now_on, within=on_pages),
        ("managed_login::unknown_user_is_refused_on_the_page",),
    ),
    PlantedFault(
        "pages-of-an-unknown-client",
        "the pages take an app client that does not exist for one that does",
        AREA,
        function(authorize_query.login_client, _the_first_of_the_pool),
        ("managed_login::unknown_app_client_is_refused_on_a_page",),
        WRONG,
    ),
    PlantedFault(
        "browser-session-without-a-cookie",
        "a browser without a cookie has the session of another one",
        AREA,
        method(BrowserSessions, "find", _without_a_cookie),
        ("managed_login_sessions::another_browser_has_no_session",),
    ),
    PlantedFault(
        "no-choice-on-the-pages",
        "the pages ask for no factor where there is a choice of several",
        AREA,
        function(steps.show_next, _ends_before(SELECT_MFA_TYPE)),
        ("managed_login_mfa::factor_is_chosen_on_the_page",),
        WRONG,
    ),
    PlantedFault(
        "no-authenticator-on-the-pages",
        "the pages do not ask for the code of an authenticator",
        AREA,
        function(steps.show_next, _ends_before(SOFTWARE_TOKEN_MFA)),
        ("managed_login_mfa::optional_factor_is_asked_only_of_who_has_it",),
        WRONG,
    ),
)
