"""Faults of the tokens for apps: refreshed, revoked, of an app itself, and at userInfo."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.managed_login import (
    client_authentication,
    revoke,
    token_endpoint,
    user_info,
)
from harness.emulator.operations.tokens import revoke_refresh_token
from harness.emulator.rules import oauth_scopes, page_claims, tokens
from harness.emulator.sign_in import refresh
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    function,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "OAuth 2.0 endpoints"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _all_of_the_pool(original: Any) -> Any:
    return lambda client: sorted({*original(client), *client.pool.scopes})


def _the_first_alone(original: Any) -> Any:
    return lambda client: original(client)[:1]


def _without_the_body(original: Any) -> Any:
    """Read a client secret in the header alone."""

    def credentials(call: Any) -> Any:
        given = original(call)
        sent = call.visit.request.form.get("client_secret", "")
        return replace(given, secrets=tuple(each for each in given.secrets if each != sent))

    return credentials


def _past_its_end(original: Any) -> Any:
    def standing(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        return original(service, pool, {**claims, "exp": 10**12})

    return standing


def _not_of_the_pages(original: Any) -> Any:
    """Refuse the tokens of the pages."""

    def accepted(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        if claims.get("version") == 2:
            raise refusals.access_token_scope()
        return original(service, pool, claims)

    return accepted


def _of_somebody(original: Any) -> Any:
    """Name the app itself as a user."""

    def claims(client_id: str, *given: Any) -> Any:
        return {**original(client_id, *given), "username": client_id}

    return claims


def _any_client(original: Any) -> Any:
    def usable(service: Any, client: Any, text: str) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is None:
            return original(service, client, text)
        before, token.grant.client_id = token.grant.client_id, client.client_id
        try:
            return original(service, client, text)
        finally:
            token.grant.client_id = before

    return usable


def _rotated_too(original: Any) -> Any:
    def usable(service: Any, client: Any, text: str) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is not None:
            token.rotated_at = None
        return original(service, client, text)

    return usable


def _without_scopes(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.scopes = grant.scopes, ("openid",)
        try:
            return original(service, client, grant)
        finally:
            grant.scopes = before

    return refreshed


def _without_signature(original: Any) -> Any:
    """Believe any text that has the claims of an access token."""
    del original

    @contextmanager
    def bearer(service: Any, token: str) -> Iterator[Any]:
        part = [*token.split("."), ""][1]
        try:
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except ValueError:
            claims = {}
        pool = service.pools.get(str(claims.get("iss")).rpartition("/")[2])
        if pool is None:
            tokens._verified(service, token)
        with pool.lock:
            yield tokens._standing(service, pool, claims)

    return bearer


def _by_the_id_alone(original: Any) -> Any:
    """Believe an app client without its secret."""

    def authenticated(call: Any) -> Any:
        named = call.visit.request.form.get("client_id", "")
        return call.visit.pool.clients.get(named) or original(call)

    return authenticated


def _of_any_client(original: Any) -> Any:
    def revoked(client: Any, text: str) -> Any:
        token = client.pool.grants.refresh_token(text)
        owner = client if token is None else client.pool.clients[token.grant.client_id]
        return original(owner, text)

    return revoked


def _without_its_device(original: Any) -> Any:
    """Take the refresh token of a tracked device as one of the pages, which have no device."""

    def usable(service: Any, client: Any, text: str) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is not None:
            token.grant.device_key, token.grant.from_pages = None, True
        return original(service, client, text)

    return usable


def _at_any_pool(original: Any) -> Any:
    def claims(visit: Any, authorized: Any) -> Any:
        return original(replace(visit, pool=authorized.pool), authorized)

    return claims


def _as_if_openid(original: Any) -> Any:
    def claims(visit: Any, authorized: Any) -> Any:
        with_openid = f"{authorized.claims['scope']} openid"
        return original(
            visit, replace(authorized, claims={**authorized.claims, "scope": with_openid})
        )

    return claims


def _every_attribute(original: Any) -> Any:
    return lambda attributes, scopes: attributes


def _with_booleans(original: Any) -> Any:
    def claims(visit: Any, authorized: Any) -> Any:
        given = original(visit, authorized)
        return {
            name: value == "true" if name.endswith("_verified") else value
            for name, value in given.items()
        }

    return claims


def _any_scope(original: Any) -> Any:
    def accepted(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        return original(service, pool, {**claims, "scope": tokens.USER_SCOPE})

    return accepted


def _without(name: str) -> Any:
    """Leave a claim out."""

    def make(original: Any) -> Any:
        def claims(*arguments: Any) -> Any:
            made = original(*arguments)
            made.pop(name, None)
            return made

        return claims

    return make


def _with_all_scopes(original: Any) -> Any:
    def claims(given: Any, grant: Any) -> Any:
        return {**original(given, grant), "scope": "email openid phone profile"}

    return claims


FAULTS = (
    PlantedFault(
        "machine-scopes-unchecked",
        "an app gets scopes for itself that it does not have",
        AREA,
        function(oauth_scopes.machine_scopes, _all_of_the_pool),
        ("oauth_tokens::app_gets_no_scope_that_is_not_its_own",),
    ),
    PlantedFault(
        "machine-scopes-cut-short",
        "an app that asks for no scope gets the first of its own alone",
        AREA,
        function(oauth_scopes.machine_scopes, _the_first_alone),
        ("oauth_tokens::app_that_asks_for_no_scope_gets_all_of_its_own",),
        WRONG,
    ),
    PlantedFault(
        "machine-token-of-a-user",
        "the token that an app gets for itself names a user",
        AREA,
        function(page_claims.machine_access_claims, _of_somebody),
        ("oauth_tokens::app_gets_a_token_for_itself",),
        WRONG,
    ),
    PlantedFault(
        "secret-in-the-body-ignored",
        "a client secret counts in the header alone",
        AREA,
        function(client_authentication._credentials, _without_the_body),
        ("oauth_codes::secret_is_taken_in_the_body_too",),
        WRONG,
    ),
    PlantedFault(
        "page-token-closed-to-the-api",
        "the operations of the API take no token of the pages",
        AREA,
        function(tokens._accepted, _not_of_the_pages),
        ("oauth_tokens::token_with_the_scope_of_the_api_opens_its_operations",),
        WRONG,
    ),
    PlantedFault(
        "user-info-after-the-end",
        "userInfo answers an access token that has expired",
        AREA,
        function(tokens._standing, _past_its_end),
        ("oauth_tokens::user_info_takes_no_expired_token",),
    ),
    PlantedFault(
        "page-refresh-at-any-client",
        "a refresh token of the pages is good at every app client",
        AREA,
        function(refresh.usable_page_token, _any_client),
        ("oauth_tokens::refresh_token_of_another_app_client_is_refused",),
    ),
    PlantedFault(
        "rotated-page-token-again",
        "the token endpoint takes a refresh token that was rotated out",
        AREA,
        function(refresh.usable_page_token, _rotated_too),
        ("oauth_tokens::rotated_refresh_token_is_good_only_once",),
    ),
    PlantedFault(
        "refresh-loses-scopes",
        "a refreshed access token does not have the scopes of the sign-in",
        AREA,
        function(refresh.refreshed, _without_scopes),
        ("oauth_tokens::refresh_gives_new_tokens_of_the_same_sign_in",),
        WRONG,
    ),
    PlantedFault(
        "revocation-at-the-endpoint-ignored",
        "a refresh token works after it was revoked at /oauth2/revoke",
        AREA,
        function(revoke_refresh_token, always(None), within=revoke),
        ("oauth_tokens::revoked_refresh_token_ends_the_tokens",),
    ),
    PlantedFault(
        "revocation-without-a-secret",
        "a refresh token is revoked by whoever knows the id of its app client",
        AREA,
        function(client_authentication.authenticated_client, _by_the_id_alone, within=revoke),
        ("oauth_tokens::revocation_needs_the_client_secret",),
    ),
    PlantedFault(
        "revocation-by-another-client",
        "an app client revokes the refresh tokens of another one",
        AREA,
        function(revoke_refresh_token, _of_any_client, within=revoke),
        ("managed_login_mix_ups::refresh_token_is_not_revoked_by_another_app_client",),
        WRONG,
    ),
    PlantedFault(
        "machine-grant-for-any-client",
        "an app client without the grant client_credentials gets a token for itself",
        AREA,
        function(token_endpoint._flows, always(["code", "client_credentials"])),
        ("oauth_tokens::app_of_people_gets_no_token_for_itself",),
    ),
    PlantedFault(
        "tracked-device-unproven-at-the-token",
        "the token endpoint refreshes a sign-in of the API whose device is tracked",
        AREA,
        function(refresh.usable_page_token, _without_its_device),
        ("oauth_tokens::refresh_token_of_the_api_is_refused_beside_devices",),
    ),
    PlantedFault(
        "user-info-of-another-pool",
        "userInfo answers the token of another pool",
        AREA,
        function(user_info._claims, _at_any_pool),
        ("managed_login_mix_ups::user_info_takes_no_token_of_another_pool",),
    ),
    PlantedFault(
        "unsigned-token-at-user-info",
        "userInfo believes a token that Cognito has not signed",
        AREA,
        function(tokens.bearer_under_lock, _without_signature),
        ("oauth_tokens::user_info_takes_no_forged_token",),
    ),
    PlantedFault(
        "user-info-without-openid",
        "userInfo answers a token without the scope openid",
        AREA,
        function(user_info._claims, _as_if_openid),
        ("oauth_tokens::user_info_takes_no_token_*",),
    ),
    PlantedFault(
        "user-info-tells-all",
        "userInfo tells attributes that the scopes do not allow",
        AREA,
        function(oauth_scopes.user_info_attributes, _every_attribute),
        ("oauth_tokens::user_info_has_the_attributes_that_the_scopes_allow",),
        WRONG,
    ),
    PlantedFault(
        "booleans-at-user-info",
        "email_verified of userInfo is a boolean",
        AREA,
        function(user_info._claims, _with_booleans),
        ("oauth_tokens::user_info_has_the_attributes_that_the_scopes_allow",),
        WRONG,
    ),
    PlantedFault(
        "scopes-ignored-by-the-api",
        "the operations of the API take a token without the scope for them",
        AREA,
        function(tokens._accepted, _any_scope),
        ("oauth_tokens::token_without_the_scope_of_the_api_opens_no_operation",),
    ),
    PlantedFault(
        "more-scopes-than-asked",
        "an access token has more scopes than were asked",
        AREA,
        function(page_claims.page_access_claims, _with_all_scopes),
        ("managed_login::tokens_have_the_scopes_that_were_asked",),
        WRONG,
    ),
    PlantedFault(
        "page-token-without-a-version",
        "an access token of the pages has no version",
        AREA,
        function(page_claims.page_access_claims, _without("version")),
        ("managed_login::code_with_pkce_gives_tokens",),
        WRONG,
    ),
    PlantedFault(
        "id-token-without-a-hash",
        "the ID token does not have the hash of its access token",
        AREA,
        function(page_claims.page_id_claims, _without("at_hash")),
        ("oauth_codes::id_token_is_bound_to_its_access_token",),
        WRONG,
    ),
)
