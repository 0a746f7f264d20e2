"""Checks of managed login to remove, one at a time, and the step at which a client must fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login import (
    answers,
    authorize_query,
    client_authentication,
    completion,
    logout,
    token_endpoint,
)
from harness.emulator.managed_login.client_authentication import authenticated_client
from harness.emulator.managed_login.oauth_endpoint import OAuthCall
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal
from harness.emulator.rules import page_claims
from harness.emulator.rules.oauth_tokens import code_tokens
from harness.emulator.stores.authorization_codes import AuthorizationCode, AuthorizationCodes
from harness.emulator.stores.browser_sessions import BrowserSessions
from tests.foreign_clients.choice_weaknesses import any_password
from tests.foreign_clients.weakness import Weakness
from tests.foreign_clients.weaknesses import any_totp_code_after_set_up, no_code_asked_for

__all__ = ["LOGIN_WEAKNESSES"]

Patch = pytest.MonkeyPatch


def _no_state(patch: Patch) -> None:
    def without(
        visit: Visit, asked: AuthorizeRequest, given: dict[str, str], **more: Any
    ) -> HttpAnswer:
        return answers.to_app(visit, replace(asked, state=None), given, **more)

    patch.setattr(completion, "to_app", without)


def _no_nonce(patch: Patch) -> None:
    def without(engine: Any, client: UserPoolClient, code: AuthorizationCode) -> dict[str, Any]:
        code.authorize = replace(code.authorize, nonce=None)
        return code_tokens(engine, client, code)

    patch.setattr(token_endpoint, "code_tokens", without)


def _wrong_hash(patch: Patch) -> None:
    patch.setattr(page_claims, "at_hash", lambda token: "AAAAAAAAAAAAAAAAAAAAAA")


def _cookie_of_nobody(patch: Patch) -> None:
    patch.setattr(BrowserSessions, "find", lambda self, text, pool_id, now: None)


def _codes_work_again(patch: Patch) -> None:
    known = AuthorizationCodes.known

    def unused(self: AuthorizationCodes, text: str) -> AuthorizationCode | None:
        code = known(self, text)
        if code is not None:
            code.used = False
        return code

    patch.setattr(AuthorizationCodes, "known", unused)


def _any_code(patch: Patch) -> None:
    known = AuthorizationCodes.known

    def newest(self: AuthorizationCodes, text: str) -> AuthorizationCode | None:
        return known(self, text) or next(reversed(self._codes.values()), None)

    patch.setattr(AuthorizationCodes, "known", newest)


def _no_verifier(patch: Patch) -> None:
    patch.setattr(token_endpoint, "_require_verifier", lambda code, verifier: None)


class _AnyText(str):
    """A text that equals every other one."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


def _any_redirect_at_token(patch: Patch) -> None:
    usable = token_endpoint._usable_code

    def without(call: OAuthCall, client: UserPoolClient, text: str) -> AuthorizationCode:
        code = usable(call, client, text)
        code.authorize = replace(code.authorize, redirect_uri=_AnyText(code.authorize.redirect_uri))
        return code

    patch.setattr(token_endpoint, "_usable_code", without)


def _any_redirect(patch: Patch) -> None:
    def off_domain(
        visit: Visit, client_id: str, member: str, uri: str, more: str = ""
    ) -> HttpAnswer:
        return answers._redirect(visit, uri + more)

    patch.setattr(authorize_query, "_redirect_uri", lambda client, given: str(given))
    patch.setattr(answers, "off_domain", off_domain)


def _any_secret(patch: Patch) -> None:
    # Also none: a page proves nothing.
    patch.setattr(client_authentication, "_is_secret", lambda client, given: True)
    patch.setattr(UserPoolClient, "is_confidential", False)


def _wrong_secret_uses_the_code(patch: Patch) -> None:
    def burning(call: OAuthCall) -> UserPoolClient:
        try:
            return authenticated_client(call)
        except Refusal:
            text = call.visit.request.form.get("code", "")
            code = call.visit.engine.authorization_codes.known(text)
            if code is not None:
                code.used = True
            raise

    patch.setattr(token_endpoint, "authenticated_client", burning)


def _logout_ends_nothing(patch: Patch) -> None:
    patch.setattr(BrowserSessions, "end", lambda self, text: None)
    patch.setattr(logout, "without_cookie", lambda visit, answer, name: answer)


LOGIN_WEAKNESSES = (
    Weakness("any password on the page", any_password, "wrong_password"),
    Weakness("no TOTP code on the page", no_code_asked_for, "right_password"),
    Weakness("any TOTP code on the page", any_totp_code_after_set_up, "wrong_totp_code"),
    Weakness("the state does not come back", _no_state, "right_totp_code"),
    Weakness("the nonce does not come back", _no_nonce, "right_totp_code"),
    Weakness("a wrong at_hash", _wrong_hash, "right_totp_code"),
    Weakness("the cookie signs nobody in", _cookie_of_nobody, "sign_in_by_cookie"),
    Weakness("a code works twice", _codes_work_again, "used_code"),
    Weakness("any code at the token endpoint", _any_code, "code_of_nobody"),
    Weakness("PKCE is ignored", _no_verifier, "another_verifier"),
    Weakness(
        "any redirect_uri at the token endpoint",
        _any_redirect_at_token,
        "code_for_another_redirect",
    ),
    Weakness("any redirect_uri on the page", _any_redirect, "foreign_redirect"),
    Weakness("any client secret", _any_secret, "wrong_secret"),
    Weakness(
        "a wrong secret uses the code up",
        _wrong_secret_uses_the_code,
        "right_secret_after_wrong_one",
    ),
    Weakness("the sign-out ends nothing", _logout_ends_nothing, "begin_after_sign_out"),
)
