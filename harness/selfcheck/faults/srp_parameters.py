"""Faults of the parameters of SRP: salts, public values, names."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.sign_in.challenges import password
from harness.emulator.stores.srp_challenges import (
    SrpChallenges,
)
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import function, handlers, method
from harness.srp.group import parse_hex
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "proofs"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _zero_accepted(original: Any) -> Any:
    def public_value(srp_a: str) -> int:
        try:
            return int(original(srp_a))
        except refusals.Refusal:
            return parse_hex(srp_a, "SRP_A") if srp_a.strip("0123456789abcdefABCDEF") == "" else 1

    return public_value


def _new_each_time(original: Any) -> Any:
    def made_up(store: Any, pool: Any, name: str, user: Any = None) -> Any:
        return original(store, pool, f"{name} {store._random.uuid()}", user)

    return made_up


def _same_b(original: Any) -> Any:
    from harness.srp.server import ServerExchange

    return lambda store, verifier: ServerExchange(verifier, 2**255 + 1)


def _names_the_alias(original: Any) -> Any:
    def put(service: Any, client: Any, name: str, *more: Any, **named: Any) -> Any:
        result = original(service, client, name, *more, **named)
        result["ChallengeParameters"]["USER_ID_FOR_SRP"] = name
        return result

    return put


def _session_needed(original: Any, service: Any, request: Any) -> Any:
    by_password = request.params["ChallengeName"] == "PASSWORD_VERIFIER"
    if by_password and not request.params.get("Session"):
        raise refusals.missing_required_parameter("Session")
    return original(service, request)


FAULTS = (
    PlantedFault(
        "srp-a-of-zero",
        "SRP_A may be 0 modulo N, with which anyone could sign in",
        AREA,
        function(password.public_value, _zero_accepted),
        ("sign_in::srp_a_that_would_give_the_key_away_is_refused",),
    ),
    PlantedFault(
        "made-up-salt-changes",
        "the salt of a user who does not exist is another one each time, which gives them away",
        AREA,
        method(SrpChallenges, "made_up", _new_each_time),
        ("sign_in::unknown_user_gets_the_same_made_up_salt",),
        WRONG,
    ),
    PlantedFault(
        "same-srp-b",
        "SRP_B is made with the same secret each time",
        AREA,
        method(SrpChallenges, "exchange", _same_b),
        ("sign_in::unknown_user_gets_the_same_made_up_salt",),
        WRONG,
    ),
    PlantedFault(
        "user-id-for-srp-is-the-alias",
        "USER_ID_FOR_SRP is the name that was sent, not the internal username",
        AREA,
        function(password.put, _names_the_alias),
        ("sign_in::first_sign_in*", "sign_in::later_sign_in*", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "srp-session-instead-of-block",
        "PASSWORD_VERIFIER cannot be answered without a Session",
        AREA,
        handlers(
            ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"),
            lambda original: lambda service, request: _session_needed(original, service, request),
        ),
        ("sign_in::*sign_in_asks_what_the_pool_demands", "main_job::*", "change_password::*"),
        (Verdict.ANSWERED_OTHERWISE,),
    ),
)
