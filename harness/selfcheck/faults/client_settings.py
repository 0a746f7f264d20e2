"""Settings of app clients that have another value than was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.selfcheck.fault import Kind, PlantedFault
from harness.selfcheck.mishearing import altered, misheard
from harness.selfcheck.planting import Planter
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

POOL: Kind = "pool"
AREA = "client settings"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
OTHER = (Verdict.OTHER_CODE, Verdict.OTHER_WORDS)
_FORBIDDEN = ("sign_in::flow_that_the_client_does_not_allow_is_refused",)
_LIVES = ("expiry::tokens_live_as_long_as_the_client_says",)
_ROTATION = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
_UNITS = "TokenValidityUnits"


def _allowing(flow: str) -> Any:
    return misheard("client", "ExplicitAuthFlows", lambda asked: sorted({*(asked or ()), flow}))


def _losing(flow: str) -> Any:
    return misheard(
        "client", "ExplicitAuthFlows", lambda asked: [each for each in asked or () if each != flow]
    )


def _one_more_flow(asked: Any) -> Any:
    return asked if len(asked or ()) > 1 else [*(asked or ()), "ALLOW_REFRESH_TOKEN_AUTH"]


#: Allows refreshing where one flow alone was asked for.
_refreshing_allowed = misheard("client", "ExplicitAuthFlows", _one_more_flow)


def _no_secret(service: Any, client_id: str) -> None:
    service.clients[client_id].secret = None


def _own_secret(service: Any, client_id: str) -> None:
    client = service.clients[client_id]
    client.secret = client.secret or "a secret that nobody was told"


def _legacy_or_enabled(asked: Any) -> str:
    return "LEGACY" if asked == "ENABLED" else "ENABLED"


def _rotating(service: Any, client_id: str) -> None:
    # No request can ask for rotation beside the flow of refreshing, which clients here allow.
    client = service.clients[client_id]
    client.settings = {"RefreshTokenRotation": _ROTATION, **client.settings}


def _hours_for_minutes(asked: Any) -> Any:
    return {**asked, "AccessToken": "hours"} if (asked or {}).get("AccessToken") else asked


def _same_for_id(planter: Planter) -> None:
    misheard("client", "IdTokenValidity", lambda asked: asked and asked + 1)(planter)


def _fault(*given: Any, **named: Any) -> PlantedFault:
    return replace(PlantedFault(*given, **named), kind=POOL)


FAULTS = (
    _fault(
        "password-flow-allowed",
        "ExplicitAuthFlows allows USER_PASSWORD_AUTH, which was not asked for",
        AREA,
        _allowing("ALLOW_USER_PASSWORD_AUTH"),
        _FORBIDDEN,
    ),
    _fault(
        "srp-flow-allowed",
        "ExplicitAuthFlows allows USER_SRP_AUTH, which was not asked for",
        AREA,
        _allowing("ALLOW_USER_SRP_AUTH"),
        _FORBIDDEN,
    ),
    _fault(
        "admin-flow-allowed",
        "ExplicitAuthFlows allows ADMIN_USER_PASSWORD_AUTH, which was not asked for",
        AREA,
        _allowing("ALLOW_ADMIN_USER_PASSWORD_AUTH"),
        _FORBIDDEN,
    ),
    _fault(
        "password-flow-lost",
        "ExplicitAuthFlows does not allow USER_PASSWORD_AUTH, which was asked for",
        AREA,
        _losing("ALLOW_USER_PASSWORD_AUTH"),
        ("sign_in::*sign_in_asks*", "main_job::*"),
        WRONG,
    ),
    _fault(
        "srp-flow-lost",
        "ExplicitAuthFlows does not allow USER_SRP_AUTH, which was asked for",
        AREA,
        _losing("ALLOW_USER_SRP_AUTH"),
        ("sign_in::*sign_in_asks*", "main_job::*"),
        WRONG,
    ),
    _fault(
        "admin-flow-lost",
        "ExplicitAuthFlows does not allow ADMIN_USER_PASSWORD_AUTH, which was asked for",
        AREA,
        _losing("ALLOW_ADMIN_USER_PASSWORD_AUTH"),
        ("sign_in::*sign_in_asks*", "main_job::*"),
        WRONG,
    ),
    _fault(
        "refresh-flow-lost",
        "ExplicitAuthFlows does not allow REFRESH_TOKEN_AUTH, which was asked for",
        AREA,
        _losing("ALLOW_REFRESH_TOKEN_AUTH"),
        ("refresh::refresh_token_renews*", "refresh::device_of_the_sign_in*"),
        WRONG,
    ),
    _fault(
        "refresh-flow-allowed",
        "ExplicitAuthFlows allows REFRESH_TOKEN_AUTH, which was not asked for",
        AREA,
        _refreshing_allowed,
        ("flows_and_codes::refresh_flow_that_the_client_does_not_allow_is_refused",),
    ),
    _fault(
        "secret-ignored",
        "the app client has no secret, though it shows one",
        AREA,
        altered("client", _no_secret, "ClientSecret"),
        ("sign_in::request_without*", "sign_in::request_with_a_wrong*", "client_secrets::*"),
    ),
    _fault(
        "secret-unasked",
        "the app client has a secret that it does not show",
        AREA,
        altered("client", _own_secret, "ClientSecret"),
        ("main_job::*", "sign_up::sign_up_sends_a_code*"),
        WRONG,
    ),
    _fault(
        "existence-revealed-or-hidden",
        "PreventUserExistenceErrors is LEGACY in place of ENABLED, and the other way round",
        AREA,
        misheard("client", "PreventUserExistenceErrors", _legacy_or_enabled),
        ("sign_in::unknown_user*", "password_recovery::recovery_of_an_unknown*"),
        (*OTHER, Verdict.NOT_REFUSED),
    ),
    _fault(
        "session-a-minute-longer",
        "AuthSessionValidity is one minute more",
        AREA,
        misheard("client", "AuthSessionValidity", lambda asked: min((asked or 3) + 1, 15)),
        ("sessions::session_expires_after_three_minutes",),
    ),
    _fault(
        "access-token-lives-longer",
        "AccessTokenValidity is one unit more",
        AREA,
        misheard("client", "AccessTokenValidity", lambda asked: asked and asked + 1),
        _LIVES,
        WRONG,
    ),
    _fault(
        "id-token-lives-longer",
        "IdTokenValidity is one unit more",
        AREA,
        _same_for_id,
        _LIVES,
        WRONG,
    ),
    _fault(
        "refresh-token-lives-longer",
        "RefreshTokenValidity is one day more",
        AREA,
        misheard("client", "RefreshTokenValidity", lambda asked: (asked or 30) + 1),
        ("expiry::refresh_token_expires_after_thirty_days",),
    ),
    _fault(
        "hours-for-minutes",
        "TokenValidityUnits counts access tokens in hours and not in minutes",
        AREA,
        misheard("client", _UNITS, _hours_for_minutes),
        _LIVES,
        WRONG,
    ),
    _fault(
        "revocation-off",
        "EnableTokenRevocation is off",
        AREA,
        misheard("client", "EnableTokenRevocation", lambda _: False),
        ("sign_out::revok*", "tokens::every_token_has_an_id*"),
        WRONG,
    ),
    _fault(
        "rotation-on",
        "RefreshTokenRotation is on",
        AREA,
        altered("client", _rotating, "RefreshTokenRotation"),
        ("refresh::refresh_token_renews_the_other_two",),
        WRONG,
    ),
    _fault(
        "rotation-with-grace",
        "RetryGracePeriodSeconds is a minute in place of nothing",
        AREA,
        misheard(
            "client",
            "RefreshTokenRotation",
            lambda asked: asked and {**asked, "RetryGracePeriodSeconds": 60},
        ),
        ("refresh::rotated_refresh_token_is_good_only_once",),
    ),
    _fault(
        "reads-less",
        "ReadAttributes leaves given_name out",
        AREA,
        misheard("client", "ReadAttributes", lambda _: ["email", "email_verified"]),
        ("sign_up::signed_in_user_reads_the_own_attributes",),
        WRONG,
    ),
    _fault(
        "writes-less",
        "WriteAttributes leaves the email address out",
        AREA,
        misheard("client", "WriteAttributes", lambda _: ["given_name", "family_name"]),
        ("sign_up::sign_up_sends_a_code*", "main_job::*"),
        WRONG,
    ),
)
