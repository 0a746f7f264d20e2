"""Faults of tokens: claims, signatures, refreshing, revoking and signing out."""

from __future__ import annotations

import base64
import json
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.signing import SigningKey, SigningKeys, read_token
from harness.emulator.rules import tokens
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    answers,
    function,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "tokens"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_ISSUING = (
    "InitiateAuth",
    "AdminInitiateAuth",
    "RespondToAuthChallenge",
    "AdminRespondToAuthChallenge",
    "GetTokensFromRefreshToken",
)
_SAYS = ("sign_in::tokens_say_who_signed_in_and_on_what", "tokens::*")


def _claims(use: str, change: Any) -> Any:
    """Plant other claims in access or ID tokens, by ``change(claims)``."""

    def make(original: Any) -> Any:
        def sign(key: Any, claims: dict[str, Any]) -> Any:
            if claims.get("token_use") == use:
                claims = dict(claims)
                change(claims)
            return original(key, claims)

        return sign

    return method(SigningKey, "sign", make)


def _unsigned(original: Any) -> Any:
    """Make the signature of an access token not matter."""
    return lambda key, token: True


def _alg_none(original: Any) -> Any:
    def verified(service: Any, token: str) -> Any:
        parts = token.split(".")
        if len(parts) == 3 and not parts[2]:
            padded = parts[1] + "=" * (-len(parts[1]) % 4)
            claims = json.loads(base64.urlsafe_b64decode(padded))
            pool = service.pools.get(str(claims.get("iss")).rpartition("/")[2])
            if pool is not None:
                return pool, claims
        return original(service, token)

    return verified


def _for_ever(original: Any) -> Any:
    def accepted(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        return original(service, pool, {**claims, "exp": 10**12})

    return accepted


def _any_use(original: Any) -> Any:
    """Make an ID token do for an access token."""

    def verified(service: Any, token: str) -> Any:
        try:
            return original(service, token)
        except refusals.Refusal as refusal:
            if refusal.message != "Invalid Access Token" or token.count(".") != 2:
                raise
            _, claims = read_token(token)
            pool = service.pools[str(claims["iss"]).rpartition("/")[2]]
            extra = {
                "client_id": claims["aud"],
                "scope": tokens.USER_SCOPE,
                "username": claims["cognito:username"],
            }
            return pool, {**claims, **extra}

    return verified


def _one_key(original: Any) -> Any:
    return lambda keys: (original(keys)[0], original(keys)[0])


def _readable(original: Any) -> Any:
    def issue(book: Any, token: Any, random: Any, now: float) -> str:
        from harness.emulator.domain.grants import _digest

        original(book, token, random, now)
        text = f"header.{random.uuid()}.signature"
        book._refresh_tokens[_digest(text)] = token
        return text

    return issue


def _in_answer(change: Any) -> Any:
    """Plant other members of AuthenticationResult, by ``change(result)``."""

    def changed(service: Any, request: Any, answer: dict[str, Any]) -> None:
        if "AuthenticationResult" in answer:
            change(answer["AuthenticationResult"])

    return answers(_ISSUING, changed)


def _email_in_access(original: Any) -> Any:
    def access(service: Any, client: Any, grant: Any, override: Any = None) -> Any:
        _, claims = read_token(original(service, client, grant, override))
        claims["email"] = grant.user.attributes.get("email", "")
        return client.pool.keys.access.sign(claims)

    return access


FAULTS = (
    PlantedFault(
        "issuer-with-a-slash",
        "the issuer of tokens ends with a slash",
        AREA,
        method(Pool, "issuer", lambda original: lambda pool: original(pool) + "/"),
        ("tokens::issuer_is_the_url_of_the_pool",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "issuer-without-region",
        "the issuer of tokens does not name the region",
        AREA,
        method(
            Pool,
            "issuer",
            lambda _: lambda pool: f"https://cognito-idp.amazonaws.com/{pool.pool_id}",
        ),
        ("tokens::issuer_is_the_url_of_the_pool",),
        WRONG,
    ),
    PlantedFault(
        "times-as-text",
        "the times in ID tokens are texts",
        AREA,
        _claims("id", lambda claims: claims.update(exp=str(claims["exp"]))),
        ("tokens::claims_have_the_types_that_libraries_expect",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "verified-as-text",
        "email_verified of ID tokens is a text",
        AREA,
        _claims("id", lambda claims: claims.update(email_verified="true")),
        ("tokens::claims_have_the_types_that_libraries_expect",),
        WRONG,
    ),
    PlantedFault(
        "email-in-access-token",
        "access tokens have the email address of their user",
        AREA,
        function(tokens.access_token, _email_in_access),
        ("tokens::access_token_says_nothing_about_the_person",),
        WRONG,
    ),
    PlantedFault(
        "audience-in-access-token",
        "access tokens have an audience",
        AREA,
        _claims("access", lambda claims: claims.update(aud=claims["client_id"])),
        ("tokens::access_token_says_nothing_about_the_person",),
        WRONG,
    ),
    PlantedFault(
        "no-audience",
        "ID tokens do not name their app client",
        AREA,
        _claims("id", lambda claims: claims.update(aud="")),
        _SAYS,
        WRONG,
    ),
    PlantedFault(
        "client-of-another-name",
        "access tokens do not name their app client",
        AREA,
        _claims("access", lambda claims: claims.update(client_id=claims["client_id"].upper())),
        _SAYS,
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "uses-mixed-up",
        "token_use of ID tokens is access",
        AREA,
        _claims("id", lambda claims: claims.update(token_use="access")),
        _SAYS,
        (Verdict.ANSWERED_OTHERWISE, Verdict.OTHER_CODE),
    ),
    PlantedFault(
        "no-scope",
        "access tokens have another scope",
        AREA,
        _claims("access", lambda claims: claims.update(scope="openid " + claims["scope"])),
        _SAYS,
        WRONG,
    ),
    PlantedFault(
        "email-in-username",
        "cognito:username of ID tokens is the email address",
        AREA,
        _claims("id", lambda claims: claims.update({"cognito:username": claims["email"]})),
        _SAYS,
        WRONG,
    ),
    PlantedFault(
        "no-email-in-id-token",
        "ID tokens have no email address",
        AREA,
        _claims("id", lambda claims: claims.pop("email", None)),
        _SAYS,
        WRONG,
    ),
    PlantedFault(
        "sub-of-another",
        "access and ID token name different subjects",
        AREA,
        _claims("id", lambda claims: claims.update(sub=claims["sub"][::-1])),
        _SAYS,
        WRONG,
    ),
    PlantedFault(
        "no-device-in-access-token",
        "access tokens do not name the device of the sign-in",
        AREA,
        _claims("access", lambda claims: claims.pop("device_key", None)),
        (*_SAYS, "device_sign_in::remembered_device_proves_itself"),
        WRONG,
    ),
    PlantedFault(
        "expires-in-of-another-token",
        "ExpiresIn is another time than the access token has",
        AREA,
        _in_answer(lambda result: result.update(ExpiresIn=result["ExpiresIn"] + 60)),
        (*_SAYS, "expiry::tokens_live_as_long_as_the_client_says"),
        WRONG,
    ),
    PlantedFault(
        "access-token-for-a-day",
        "the access token says that it lasts a day",
        AREA,
        _claims("access", lambda claims: claims.update(exp=claims["iat"] + 86_400)),
        (*_SAYS, "expiry::access_token_expires_after_an_hour"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    PlantedFault(
        "one-id-for-all",
        "access and ID token have one jti",
        AREA,
        _claims("access", lambda claims: claims.update(jti=claims.get("origin_jti"))),
        ("tokens::every_token_has_an_id*", "refresh::refresh_token_renews*"),
        WRONG,
    ),
    PlantedFault(
        "one-signing-key",
        "access and ID tokens are signed with one key",
        AREA,
        method(SigningKeys, "_keys", _one_key),
        ("tokens::tokens_are_signed_with_two_keys",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "refresh-token-readable",
        "a refresh token is a signed text that everybody can read",
        AREA,
        method(GrantBook, "issue_refresh_token", _readable),
        ("tokens::refresh_token_is_sealed",),
        WRONG,
    ),
    PlantedFault(
        "signature-not-checked",
        "the signature of an access token is not checked",
        AREA,
        method(SigningKey, "signed", _unsigned),
        ("tokens::changed_access_token_is_refused",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE, Verdict.OTHER_WORDS),
    ),
    PlantedFault(
        "token-without-signature",
        "an access token without a signature is believed",
        AREA,
        function(tokens._verified, _alg_none),
        ("tokens::changed_access_token_is_refused",),
    ),
    PlantedFault(
        "id-token-for-access-token",
        "an ID token does for an access token",
        AREA,
        function(tokens._verified, _any_use),
        ("sign_out::id_token_is_no_access_token",),
    ),
    PlantedFault(
        "access-token-for-ever",
        "an access token is accepted after it has expired",
        AREA,
        function(tokens._accepted, _for_ever),
        ("expiry::access_token_expires_after_an_hour", "refresh::renewed_tokens_outlive*"),
    ),
)
