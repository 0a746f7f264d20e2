"""Faults of authorization codes and of app clients at the token endpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from harness.emulator.managed_login import client_authentication, token_endpoint
from harness.emulator.refusals import Refusal
from harness.emulator.rules import oauth_tokens
from harness.emulator.stores.authorization_codes import AuthorizationCodes
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    function,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "OAuth 2.0 endpoints"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_LATER = 10.0**12


def _never_used(original: Any) -> Any:
    def known(codes: Any, text: str) -> Any:
        code = original(codes, text)
        if code is not None:
            code.used = False
        return code

    return known


def _never_expired(original: Any) -> Any:
    def known(codes: Any, text: str) -> Any:
        code = original(codes, text)
        if code is not None:
            code.expires_at = _LATER
        return code

    return known


def _any_code(original: Any) -> Any:
    """Take a code that was never given for the newest one."""

    def known(codes: Any, text: str) -> Any:
        every = [
            code for code in codes.exported().values() if code.authorize.code_challenge is None
        ]
        return original(codes, text) or (every or [None])[-1]

    return known


def _of_any_client(original: Any) -> Any:
    def usable(call: Any, client: Any, text: str) -> Any:
        code = call.visit.engine.authorization_codes.known(text)
        if code is not None:
            code.authorize = replace(code.authorize, client_id=client.client_id)
        return original(call, client, text)

    return usable


def _only_if_sent(original: Any) -> Any:
    def require(code: Any, verifier: str | None) -> Any:
        return None if verifier is None else original(code, verifier)

    return require


def _required_of_all(original: Any) -> Any:
    def require(code: Any, verifier: str | None) -> Any:
        if verifier is None:
            code = replace(code, authorize=replace(code.authorize, code_challenge="-"))
        return original(code, verifier)

    return require


def _any_redirect(original: Any) -> Any:
    def by_code(call: Any, client: Any, form: dict[str, str]) -> Any:
        code = call.visit.engine.authorization_codes.known(form.get("code", ""))
        own = {} if code is None else {"redirect_uri": code.authorize.redirect_uri}
        return original(call, client, {**form, **own})

    return by_code


def _any_registered_redirect(original: Any) -> Any:
    def by_code(call: Any, client: Any, form: dict[str, str]) -> Any:
        code = call.visit.engine.authorization_codes.known(form.get("code", ""))
        if code is not None and form.get("redirect_uri") in client.settings["CallbackURLs"]:
            form = {**form, "redirect_uri": code.authorize.redirect_uri}
        return original(call, client, form)

    return by_code


def _unproven(original: Any) -> Any:
    """Believe an app client that sends no secret."""

    def authenticated(call: Any) -> Any:
        request = call.visit.request
        client = call.visit.pool.clients.get(request.form.get("client_id", ""))
        sends_none = not (request.headers.get("authorization") or request.form.get("client_secret"))
        return client if client and sends_none else original(call)

    return authenticated


def _by_any_client_of_the_header(original: Any) -> Any:
    """Believe the client_id of the form, whichever app client the header proves."""

    def authenticated(call: Any) -> Any:
        visit, form = call.visit, call.visit.request.form
        if not visit.request.headers.get("authorization"):
            return original(call)
        rest = urlencode({name: text for name, text in form.items() if name != "client_id"})
        alone = replace(visit, request=replace(visit.request, body=rest.encode()))
        proven = original(replace(call, visit=alone))
        return visit.pool.clients.get(form.get("client_id", proven.client_id))

    return authenticated


def _used_up_by_a_failure(original: Any) -> Any:
    def authenticated(call: Any) -> Any:
        try:
            return original(call)
        except Refusal:
            codes = call.visit.engine.authorization_codes
            code = codes.known(call.visit.request.form.get("code", ""))
            if code is not None:
                code.used = True
            raise

    return authenticated


FAULTS = (
    PlantedFault(
        "code-twice",
        "an authorization code is exchanged more than once",
        AREA,
        method(AuthorizationCodes, "known", _never_used),
        ("oauth_codes::code_is_good_only_once",),
    ),
    PlantedFault(
        "code-for-ever",
        "an authorization code does not expire",
        AREA,
        method(AuthorizationCodes, "known", _never_expired),
        ("oauth_codes::code_lives_for_five_minutes",),
    ),
    PlantedFault(
        "code-of-any-client",
        "an authorization code is good for every app client of the pool",
        AREA,
        function(token_endpoint._usable_code, _of_any_client),
        ("oauth_codes::code_of_another_app_client_is_refused",),
    ),
    PlantedFault(
        "proof-key-ignored",
        "a code is exchanged whatever the verifier is",
        AREA,
        function(token_endpoint._require_verifier, always(None)),
        ("oauth_codes::code_needs_the_verifier_of_its_challenge",),
    ),
    PlantedFault(
        "proof-key-optional-after-all",
        "a code with a challenge is exchanged by whoever sends no verifier",
        AREA,
        function(token_endpoint._require_verifier, _only_if_sent),
        ("oauth_codes::code_needs_the_verifier_of_its_challenge",),
    ),
    PlantedFault(
        "proof-key-required",
        "a code without a challenge is refused for want of a verifier",
        AREA,
        function(token_endpoint._require_verifier, _required_of_all),
        ("oauth_codes::code_without_a_challenge_needs_no_verifier",),
        WRONG,
    ),
    PlantedFault(
        "any-redirect-at-the-token",
        "a code is exchanged with another redirect_uri than that of its request",
        AREA,
        function(token_endpoint._by_code, _any_redirect),
        ("oauth_codes::code_needs_the_redirect_uri_of_its_request",),
    ),
    PlantedFault(
        "registered-redirect-at-the-token",
        "a code is exchanged with any redirect_uri of its app client",
        AREA,
        function(token_endpoint._by_code, _any_registered_redirect),
        ("oauth_codes::code_needs_the_redirect_uri_of_its_request",),
    ),
    PlantedFault(
        "code-after-its-user",
        "a code is exchanged after its user was disabled",
        AREA,
        function(oauth_tokens.require_code_standing, always(None), within=token_endpoint),
        ("oauth_codes::code_of_a_user_who_was_disabled_is_refused",),
    ),
    PlantedFault(
        "any-client-secret-at-the-token",
        "the token endpoint takes any client secret",
        AREA,
        function(client_authentication._is_secret, always(True)),
        (
            "oauth_codes::app_must_prove_its_secret_and_the_code_stays_good",
            "oauth_tokens::app_without_its_secret_gets_no_token",
            "oauth_tokens::refresh_needs_the_client_secret",
        ),
    ),
    PlantedFault(
        "no-client-secret-at-the-token",
        "the token endpoint believes an app client that sends no secret",
        AREA,
        function(client_authentication.authenticated_client, _unproven),
        (
            "oauth_codes::app_must_prove_its_secret_and_the_code_stays_good",
            "oauth_tokens::app_without_its_secret_gets_no_token",
            "oauth_tokens::refresh_needs_the_client_secret",
        ),
    ),
    PlantedFault(
        "secret-of-another-client-at-the-token",
        "the token endpoint takes the secret of any app client for the one that the form names",
        AREA,
        function(client_authentication.authenticated_client, _by_any_client_of_the_header),
        ("oauth_codes::secret_of_another_app_client_proves_nothing",),
        WRONG,
    ),
    PlantedFault(
        "code-used-up-by-a-wrong-secret",
        "a wrong client secret uses the code up",
        AREA,
        function(client_authentication.authenticated_client, _used_up_by_a_failure),
        ("oauth_codes::app_must_prove_its_secret_and_the_code_stays_good",),
        WRONG,
    ),
    PlantedFault(
        "made-up-code",
        "a code that was never given stands for the newest one without a challenge",
        AREA,
        method(AuthorizationCodes, "known", _any_code),
        ("oauth_codes::made_up_code_is_refused",),
    ),
)
