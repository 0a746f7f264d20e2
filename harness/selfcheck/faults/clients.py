"""Faults of app clients: their secrets, their flows, and what they say about who exists."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.operations import initiate_auth, tokens
from harness.emulator.operations.initiate_auth import ADMIN_FLOWS, PUBLIC_FLOWS
from harness.emulator.rules.auth_flows import allowed_flows
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import constant, forgiving, function, handlers, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "app clients"
OTHER = (Verdict.OTHER_CODE, Verdict.OTHER_WORDS)
_STARTING = ("InitiateAuth", "AdminInitiateAuth")
_RESPONDING = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_SIGNING_UP = (
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "ForgotPassword",
    "ConfirmForgotPassword",
)


def _lenient(saying: str, *operations: str) -> Any:
    """Make operations accept a SECRET_HASH that is refused with these words."""
    from harness.emulator.api.request import current_request

    def make(original: Any) -> Any:
        lenient = forgiving(saying=saying)(original)

        def require(client: Any, *given: Any, **named: Any) -> None:
            request = current_request()
            here = request is not None and request.operation in operations
            (lenient if here else original)(client, *given, **named)

        return require

    return method(UserPoolClient, "require_secret_hash", make)


def _not_at_refresh(original: Any) -> Any:
    def require(client: Any, username: str, given: Any, wrong: Any = None) -> None:
        if wrong is not refusals.refresh_secret_hash_wrong:
            original(client, username, given)

    return require


def _any_name(original: Any) -> Any:
    """Make a refresh accept a SECRET_HASH over an alias of the user."""

    def require(client: Any, username: str, given: Any, wrong: Any = None) -> None:
        user = client.pool.users.by_username(username)
        try:
            original(client, username, given)
        except refusals.Refusal:
            if wrong is None or user is None:
                raise
            original(client, user.attributes["email"], given, wrong)

    return require


def _any_secret(operation: str) -> Any:
    def make(original: Any) -> Any:
        def require(client: Any, secret: Any, code: str) -> None:
            exempt = "UnauthorizedException" if operation == "RevokeToken" else "NotAuthorized"
            if not code.startswith(exempt):
                original(client, secret, code)

        return require

    return function(tokens._require_secret, make)


def _as(value: str, *operations: str) -> Any:
    """Plant operations that follow another PreventUserExistenceErrors."""

    def make(original: Any) -> Any:
        def call(service: Any, request: Any) -> Any:
            client = service.clients.get(request.params.get("ClientId"))
            if client is None:
                return original(service, request)
            before = client.settings
            client.settings = {**before, "PreventUserExistenceErrors": value}
            try:
                return original(service, request)
            finally:
                client.settings = before

        return call

    return handlers(operations, make)


def _missing_is_wrong(original: Any) -> Any:
    def call(service: Any, request: Any) -> Any:
        try:
            return original(service, request)
        except refusals.Refusal as refusal:
            if "Missing required parameter" not in refusal.message:
                raise
            raise refusals.incorrect_username_or_password() from refusal

    return call


def _flows_of(client: Any) -> frozenset[str]:
    return frozenset({*PUBLIC_FLOWS, *ADMIN_FLOWS}) if client else frozenset()


FAULTS = (
    PlantedFault(
        "no-secret-hash-at-sign-in",
        "InitiateAuth and AdminInitiateAuth need no SECRET_HASH of a client with a secret",
        AREA,
        _lenient("was not received", *_STARTING),
        ("sign_in::request_without_secret_hash_is_refused",),
    ),
    PlantedFault(
        "any-secret-hash-at-sign-in",
        "InitiateAuth and AdminInitiateAuth accept any SECRET_HASH",
        AREA,
        _lenient("Unable to verify", *_STARTING),
        ("sign_in::request_with_a_wrong_secret_hash_is_refused",),
    ),
    PlantedFault(
        "no-secret-hash-with-a-code",
        "a challenge can be answered without SECRET_HASH",
        AREA,
        _lenient("was not received", *_RESPONDING),
        ("sign_in::challenge_answered_without_secret_hash_is_refused",),
    ),
    PlantedFault(
        "any-secret-hash-with-a-code",
        "a challenge can be answered with any SECRET_HASH",
        AREA,
        _lenient("Unable to verify", *_RESPONDING),
        ("client_secrets::code_with_a_wrong_secret_hash_is_refused",),
    ),
    PlantedFault(
        "no-secret-hash-at-sign-up",
        "signing up, confirming and recovering need no SECRET_HASH",
        AREA,
        _lenient("was not received", *_SIGNING_UP),
        ("client_secrets::sign_up_and_recovery_need_the_right_secret_hash",),
    ),
    PlantedFault(
        "any-secret-hash-at-sign-up",
        "signing up, confirming and recovering accept any SECRET_HASH",
        AREA,
        _lenient("Unable to verify", *_SIGNING_UP),
        ("client_secrets::sign_up_and_recovery_need_the_right_secret_hash",),
    ),
    PlantedFault(
        "any-secret-hash-at-refresh",
        "REFRESH_TOKEN_AUTH accepts any SECRET_HASH",
        AREA,
        method(UserPoolClient, "require_secret_hash", _not_at_refresh),
        ("client_secrets::refresh_needs_the_right_secret_hash",),
    ),
    PlantedFault(
        "secret-hash-of-an-alias-at-refresh",
        "REFRESH_TOKEN_AUTH accepts a SECRET_HASH over the email address",
        AREA,
        method(UserPoolClient, "require_secret_hash", _any_name),
        ("client_secrets::secret_hash_of_a_refresh_is_over_the_internal_name",),
    ),
    PlantedFault(
        "any-secret-at-exchange",
        "GetTokensFromRefreshToken accepts any ClientSecret",
        AREA,
        _any_secret("GetTokensFromRefreshToken"),
        ("client_secrets::exchange_needs_the_client_secret",),
    ),
    PlantedFault(
        "any-secret-at-revocation",
        "RevokeToken accepts any ClientSecret",
        AREA,
        _any_secret("RevokeToken"),
        ("client_secrets::revocation_needs_the_client_secret",),
    ),
    PlantedFault(
        "any-flow",
        "every flow is allowed, whatever ExplicitAuthFlows says",
        AREA,
        function(allowed_flows, lambda _: _flows_of),
        ("sign_in::flow_that_the_client_does_not_allow_is_refused",),
    ),
    PlantedFault(
        "flow-of-administrators",
        "InitiateAuth carries out the flow of administrators, without AWS credentials",
        AREA,
        constant(initiate_auth, "PUBLIC_FLOWS", {**ADMIN_FLOWS, **PUBLIC_FLOWS}),
        ("sign_in::initiate_auth_refuses_the_administrators_flow",),
        operations=("InitiateAuth",),
    ),
    PlantedFault(
        "missing-parameter-not-named",
        "a missing parameter of InitiateAuth is called a wrong password",
        AREA,
        handlers("InitiateAuth", _missing_is_wrong),
        ("sign_in::missing_parameter_is_named",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "sign-in-reveals-who-exists",
        "a sign-in says that there is no such user, though the client hides it",
        AREA,
        _as("LEGACY", *_STARTING, *_RESPONDING),
        ("sign_in::unknown_user_looks_like_a_wrong_password",),
        OTHER,
    ),
    PlantedFault(
        "sign-in-hides-who-exists",
        "a sign-in of nobody looks like a wrong password, though the client does not hide it",
        AREA,
        _as("ENABLED", *_STARTING, *_RESPONDING),
        ("sign_in::unknown_user_is_named_as_such_where_that_is_wanted",),
        (*OTHER, Verdict.NOT_REFUSED),
    ),
    PlantedFault(
        "recovery-reveals-who-exists",
        "ForgotPassword says that there is no such user, though the client hides it",
        AREA,
        _as("LEGACY", "ForgotPassword"),
        ("password_recovery::recovery_of_an_unknown_user_looks_like_a_recovery",),
        (*OTHER, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "new-password-reveals-who-exists",
        "ConfirmForgotPassword says that there is no such user, though the client hides it",
        AREA,
        _as("LEGACY", "ConfirmForgotPassword"),
        ("password_recovery::recovery_of_an_unknown_user_looks_like_a_recovery",),
        OTHER,
    ),
    PlantedFault(
        "recovery-hides-who-exists",
        "ForgotPassword makes an answer up, though the client does not hide who exists",
        AREA,
        _as("ENABLED", "ForgotPassword"),
        ("password_recovery::recovery_of_an_unknown_user_is_refused*",),
    ),
    PlantedFault(
        "resend-reveals-who-exists",
        "ResendConfirmationCode says that there is no such user, though the client hides it",
        AREA,
        _as("LEGACY", "ResendConfirmationCode"),
        ("sign_up::resending_for_an_unknown_user_looks_like_resending",),
        (*OTHER, Verdict.ANSWERED_OTHERWISE),
    ),
    PlantedFault(
        "resend-hides-who-exists",
        "ResendConfirmationCode makes an answer up, though the client does not hide who exists",
        AREA,
        _as("ENABLED", "ResendConfirmationCode"),
        ("sign_up::confirming_or_resending_for_an_unknown_user_is_refused",),
    ),
    PlantedFault(
        "confirm-hides-who-exists",
        "ConfirmSignUp of nobody looks like a wrong code, though the client does not hide it",
        AREA,
        _as("ENABLED", "ConfirmSignUp"),
        ("sign_up::confirming_or_resending_for_an_unknown_user_is_refused",),
        OTHER,
    ),
    PlantedFault(
        "confirm-reveals-who-exists",
        "ConfirmSignUp says that there is no such user, though the client hides it",
        AREA,
        _as("LEGACY", "ConfirmSignUp"),
        ("details::confirmation_of_nobody_looks_like_a_wrong_code",),
        OTHER,
    ),
)
