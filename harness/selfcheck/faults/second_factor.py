"""Faults of the second factor: time steps of an authenticator, its set-up, and when it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain import next_challenge as choosing
from harness.emulator.domain import totp
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.totp import SoftwareToken, TotpOutcome, step_of
from harness.emulator.operations import software_tokens
from harness.emulator.sign_in.challenges import software_token
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    constant,
    function,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "second factor"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_SIGN_IN = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge", "VerifySoftwareToken")


def _forgetful(original: Any) -> Any:
    def accept(token: Any, code: str, now: float) -> Any:
        token._spent.clear()
        return original(token, code, now)

    return accept


def _of_anybody(planter: Planter) -> None:
    everybody: list[Any] = []

    def make(original: Any) -> Any:
        def accept(token: Any, code: str, now: float) -> Any:
            everybody.append(token)
            verdict = original(token, code, now)
            fits = any(each._fits(code, step_of(now)) for each in everybody)
            return TotpOutcome.ACCEPTED if fits and verdict is TotpOutcome.MISMATCH else verdict

        return accept

    planter.method(SoftwareToken, "accept", make)


def _not_spent_at_set_up(original: Any) -> Any:
    def verify(*given: Any) -> Any:
        token = original(*given)
        token._spent.clear()
        return token

    return verify


def _used_is_wrong(original: Any) -> Any:
    def accept(token: Any, code: str, now: float) -> Any:
        verdict = original(token, code, now)
        return TotpOutcome.MISMATCH if verdict is TotpOutcome.USED else verdict

    return accept


def _present_only(original: Any) -> Any:
    def accept(token: Any, code: str, now: float) -> Any:
        set_up = bool(token._spent)
        if set_up and not token._fits(code, step_of(now)):
            return TotpOutcome.MISMATCH
        return original(token, code, now)

    return accept


def _any_older_step_spent(original: Any) -> Any:
    def accept(token: Any, code: str, now: float) -> Any:
        newest = max(token._spent, default=-1)
        if any(token._fits(code, step) for step in range(max(newest - 2, 0), max(newest, 0))):
            return TotpOutcome.USED
        return original(token, code, now)

    return accept


def _not_asked(original: Any) -> Any:
    def choose(facts: Any) -> Any:
        challenge = original(facts)
        return None if challenge == "SOFTWARE_TOKEN_MFA" else challenge

    return choose


def _set_up_not_asked(original: Any) -> Any:
    def choose(facts: Any) -> Any:
        challenge = original(facts)
        return None if challenge == "MFA_SETUP" else challenge

    return choose


def _asked_once(original: Any) -> Any:
    """Make a factor count as passed that the user has ever passed."""

    def facts(attempt: Any, settings: Any) -> Any:
        found = original(attempt, settings)
        token = attempt.user.software_token
        passed = token is not None and len(token._spent) > 1
        return replace(found, mfa_passed=found.mfa_passed or passed)

    return facts


def _without_name(result: dict[str, Any]) -> dict[str, Any]:
    result["ChallengeParameters"].pop("FRIENDLY_DEVICE_NAME", None)
    return result


FAULTS = (
    PlantedFault(
        "any-totp-code",
        "any code of an authenticator is accepted",
        AREA,
        method(SoftwareToken, "accept", always(TotpOutcome.ACCEPTED)),
        (
            "totp_sign_in::wrong_code_is_refused*",
            "totp_sign_in::code_of_two_steps_away*",
            "managed_login_mfa::wrong_code_is_refused_on_the_page",
        ),
    ),
    PlantedFault(
        "totp-code-again",
        "a code of an authenticator is accepted as often as it is sent",
        AREA,
        method(SoftwareToken, "accept", _forgetful),
        (
            "totp_sign_in::code_is_good_only_once",
            "managed_login_mfa::used_code_is_refused_on_the_page",
        ),
    ),
    PlantedFault(
        "totp-code-of-set-up-again",
        "the code that set an authenticator up signs in as well",
        AREA,
        function(software_tokens._verify, _not_spent_at_set_up),
        ("totp_sign_in::code_that_enrolled_the_authenticator_is_used_up",),
    ),
    PlantedFault(
        "totp-code-of-anybody",
        "a code of any user's authenticator is accepted",
        AREA,
        _of_anybody,
        ("totp_sign_in::code_of_another_person_is_refused",),
    ),
    PlantedFault(
        "totp-of-two-steps",
        "codes of two time steps away are accepted",
        AREA,
        constant(totp, "TOLERATED_STEPS", 2),
        ("totp_sign_in::code_of_two_steps_away_is_refused",),
        operations=_SIGN_IN,
    ),
    PlantedFault(
        "totp-of-no-other-step",
        "a sign-in accepts only the code of the present time step",
        AREA,
        method(SoftwareToken, "accept", _present_only),
        ("totp_sign_in::code_of_an_adjacent_step_is_taken",),
        WRONG,
    ),
    PlantedFault(
        "used-totp-code-is-wrong",
        "a used code is called wrong, and not used",
        AREA,
        method(SoftwareToken, "accept", _used_is_wrong),
        ("totp_sign_in::code_is_good_only_once",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "older-totp-code-is-used",
        "a code counts as used once a newer one was accepted",
        AREA,
        method(SoftwareToken, "accept", _any_older_step_spent),
        ("sign_in_under_way::older_code_is_accepted_after_a_newer_one",),
        WRONG,
    ),
    PlantedFault(
        "code-not-asked",
        "no code is asked for, though the user has an authenticator",
        AREA,
        function(choosing._mfa_challenge, _not_asked),
        (
            "sign_in::later_sign_in*",
            "mfa_setup::mfa_setup_enrolls*",
            "mfa_setup::access_token*",
            "mfa_setup::switching_the_factor_off_still*",
        ),
        WRONG,
    ),
    PlantedFault(
        "set-up-not-asked",
        "a user without an authenticator signs in where MFA is required",
        AREA,
        function(choosing._mfa_challenge, _set_up_not_asked),
        ("sign_in::first_sign_in*", "temporary_password::invited_user_sets*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "code-asked-once",
        "no code is asked for after the user has given one",
        AREA,
        method(Attempt, "facts", _asked_once),
        ("sign_in::later_sign_in*", "totp_sign_in::*", "sessions::*"),
        WRONG,
    ),
    PlantedFault(
        "no-friendly-name",
        "SOFTWARE_TOKEN_MFA does not name the authenticator as its user does",
        AREA,
        function(
            software_token.put,
            lambda original: lambda service, attempt: _without_name(original(service, attempt)),
        ),
        ("authenticators::challenge_names_the_authenticator_as_the_user_does",),
        WRONG,
    ),
)
