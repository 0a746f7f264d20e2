"""Finer faults of tokens and answers: one claim, one parameter, one second of grace."""

from __future__ import annotations

import json
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain import signing
from harness.emulator.domain.attributes import check_client_writes
from harness.emulator.domain.pools import Pool
from harness.emulator.operations import initiate_auth, user_attributes
from harness.emulator.rules import tokens as token_rules
from harness.emulator.sign_in import refresh
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import answers, function, handlers, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "finer answers"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
ISSUER = ("tokens::issuer_is_the_url_of_the_pool",)
IDS = ("tokens::every_token_has_an_id_and_all_of_a_sign_in_an_origin",)
STARTS = ("InitiateAuth", "AdminInitiateAuth")
RESPONSES = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
GRACE = ("tokens::rotated_refresh_token_is_good_for_the_time_of_grace",)
WEAK = ("details::new_password_can_be_chosen_again_after_a_weak_one",)


def _claims(name: str, change: Any) -> Any:
    """Plant claims that are changed in both tokens before they are signed."""

    def make(original: Any) -> Any:
        def common(service: Any, client: Any, grant: Any, use: str) -> dict[str, Any]:
            claims = original(service, client, grant, use)
            return {**claims, name: change(claims, grant)}

        return common

    return function(token_rules._common, make)


def _typed(original: Any) -> Any:
    def segment(value: dict[str, Any]) -> str:
        header = set(value) == {"kid", "alg"}
        return str(original({**value, "typ": "JWT"} if header else value))

    return segment


def _hash_left_out(original: Any) -> Any:
    def refresh_auth(sign_in: Any) -> Any:
        client, parameters = sign_in.client, sign_in.parameters
        if parameters.get("SECRET_HASH") is not None:
            return original(sign_in)
        secret, client.secret = client.secret, None
        try:
            return original(sign_in)
        finally:
            client.secret = secret

    return refresh_auth


def _no_origin(claims: Any, grant: Any) -> Any:
    return claims.get("jti")


def _without(challenge: str, name: str) -> Any:
    """Plant a challenge that lacks one of its parameters."""

    def change(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
        if answer.get("ChallengeName") == challenge:
            answer["ChallengeParameters"].pop(name, None)

    return answers((*STARTS, *RESPONSES), change)


def _named_by_us(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
        answer["ChallengeParameters"].setdefault("FRIENDLY_DEVICE_NAME", "My device")


def _with_the_sub(service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
        shown = answer["ChallengeParameters"]
        shown["userAttributes"] = json.dumps(
            {**json.loads(shown["userAttributes"]), "sub": service.random.sub()}
        )


def _bearer_in_small(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if "AuthenticationResult" in answer:
        answer["AuthenticationResult"]["TokenType"] = "bearer"


def _with_leftovers(_service: Any, _request: Any, answer: dict[str, Any]) -> None:
    if "AuthenticationResult" in answer:
        answer["ChallengeParameters"] = {"USERNAME": "left over"}


def _says_who_is_disabled(original: Any) -> Any:
    def call(service: Any, request: Any) -> Any:
        pool = service.clients[request.params["ClientId"]].pool
        user = service.find_user(pool, request.params["Username"])
        if user is not None and not user.enabled:
            raise refusals.user_disabled()
        return original(service, request)

    return call


def _writes_anything(_original: Any) -> Any:
    return lambda client, names: None


def _no_grace(original: Any) -> Any:
    def check(client: Any, token: Any, now: float) -> None:
        if token.rotated_at is not None:
            raise refusals.refresh_token_reused()
        original(client, token, now)

    return check


def _grace_for_ever(_original: Any) -> Any:
    return lambda client, token, now: None


def _revoked_anyway(original: Any) -> Any:
    def revoke(service: Any, request: Any) -> Any:
        client = service.clients[request.params["ClientId"]]
        settings, client.settings = client.settings, {**client.settings}
        client.settings["EnableTokenRevocation"] = True
        try:
            return original(service, request)
        finally:
            client.settings = settings

    return revoke


def _ids_anyway(original: Any) -> Any:
    def common(service: Any, client: Any, grant: Any, use: str) -> dict[str, Any]:
        claims: dict[str, Any] = original(service, client, grant, use)
        return {"origin_jti": grant.origin_jti, "jti": service.random.uuid(), **claims}

    return common


FAULTS = (
    PlantedFault(
        "issuer-over-http",
        "the issuer of tokens begins with http",
        AREA,
        method(Pool, "issuer", lambda original: lambda pool: original(pool).replace("s:", ":")),
        ISSUER,
        WRONG,
    ),
    PlantedFault(
        "an-origin-for-each-token",
        "origin_jti differs between the tokens of a sign-in",
        AREA,
        _claims("origin_jti", _no_origin),
        IDS,
        WRONG,
    ),
    PlantedFault(
        "header-with-a-type",
        "the header of tokens has typ",
        AREA,
        function(signing._segment, _typed),
        ("tokens::tokens_are_signed_with_two_keys",),
        WRONG,
    ),
    PlantedFault(
        "no-hash-at-refresh",
        "REFRESH_TOKEN_AUTH needs no SECRET_HASH",
        AREA,
        function(initiate_auth._refresh_auth, _hash_left_out),
        ("client_secrets::refresh_needs_the_right_secret_hash",),
    ),
    PlantedFault(
        "code-challenge-names-no-user",
        "SOFTWARE_TOKEN_MFA has no USER_ID_FOR_SRP",
        AREA,
        _without("SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP"),
        ("authenticators::challenge_names_the_authenticator_as_the_user_does",),
        WRONG,
    ),
    PlantedFault(
        "friendly-name-made-up",
        "SOFTWARE_TOKEN_MFA has a name where the user gave none",
        AREA,
        answers((*STARTS, *RESPONSES), _named_by_us),
        ("authenticators::challenge_names_the_authenticator_as_the_user_does",),
        WRONG,
    ),
    PlantedFault(
        "new-password-shows-the-sub",
        "userAttributes of NEW_PASSWORD_REQUIRED has the sub",
        AREA,
        answers((*STARTS, *RESPONSES), _with_the_sub),
        WEAK,
        WRONG,
    ),
    PlantedFault(
        "new-password-says-who-is-disabled",
        "ConfirmForgotPassword says that a user is disabled, though the client hides it",
        AREA,
        handlers("ConfirmForgotPassword", _says_who_is_disabled),
        ("details::disabled_user_is_not_given_away",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "grace-cut-short",
        "a rotated refresh token is refused at once, whatever RetryGracePeriodSeconds is",
        AREA,
        function(refresh._check_rotation, _no_grace),
        GRACE,
        WRONG,
    ),
    PlantedFault(
        "grace-for-ever",
        "a rotated refresh token works on after its time of grace",
        AREA,
        function(refresh._check_rotation, _grace_for_ever),
        GRACE,
    ),
    PlantedFault(
        "revoked-where-that-is-off",
        "RevokeToken revokes where EnableTokenRevocation is off",
        AREA,
        handlers("RevokeToken", _revoked_anyway),
        ("tokens::tokens_cannot_be_revoked_where_the_client_says_so",),
    ),
    PlantedFault(
        "origin-where-nothing-is-revoked",
        "tokens have origin_jti where EnableTokenRevocation is off",
        AREA,
        function(token_rules._common, _ids_anyway),
        ("tokens::tokens_cannot_be_revoked_where_the_client_says_so",),
        WRONG,
    ),
    PlantedFault(
        "parameters-beside-tokens",
        "ChallengeParameters beside tokens is not empty",
        AREA,
        answers((*STARTS, *RESPONSES), _with_leftovers),
        ("tokens::answer_with_tokens_has_what_sdks_read",),
        WRONG,
    ),
    PlantedFault(
        "bearer-in-small-letters",
        "TokenType is bearer",
        AREA,
        answers((*STARTS, *RESPONSES), _bearer_in_small),
        ("tokens::answer_with_tokens_has_what_sdks_read",),
        WRONG,
    ),
    PlantedFault(
        "updated-to-verified",
        "a user marks their own address as verified by UpdateUserAttributes",
        AREA,
        function(check_client_writes, _writes_anything, within=user_attributes),
        ("details::nobody_verifies_their_own_address_without_its_code",),
        WRONG,
    ),
)
