"""Faults of the second factor: time steps of an authenticator, its set-up, and when it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain import next_challenge as choosing
from harness.emulator.domain import totp
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.totp import SoftwareToken, TotpOutcome, step_of
from harness.emulator.operations import mfa_preferences, software_tokens
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.sign_in.challenges import mfa_setup, software_token
from harness.selfcheck.fault import Fault
from harness.selfcheck.faults.sign_up import user_of
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    answers,
    constant,
    forgiving,
    function,
    handlers,
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


def _any_code_at_set_up(by_session: bool) -> Any:
    """Make VerifySoftwareToken accept any code: in a sign-in, or of a signed-in user."""

    def make(original: Any) -> Any:
        def verify(service: Any, pool: Any, user: Any, token: Any, request: Any) -> Any:
            if token is not None and ("Session" in request.params) == by_session:
                right = token.code(step_of(service.clock.time()))
                params = {**request.params, "UserCode": right}
                request = replace(request, params=params)
            return original(service, pool, user, token, request)

        return verify

    return make


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


def _set_up_unproven(original: Any) -> Any:
    def judge(response: Any) -> Any:
        session, attempt = response.pending()
        if attempt.verified_token is None:
            response.service.sessions.use(session)
            return replace(attempt, mfa_passed=True, device=None).after(response.challenge)
        return original(response)

    return judge


def _replacing(original: Any) -> Any:
    """Make any session of MFA_SETUP set a factor up, though the user has one by now."""

    def setup(service: Any, request: Any) -> Any:
        session = service.sessions.find(request.params["Session"], service.clock.time())
        user = session.attempt.user if session.attempt else None
        token = user.software_token if user else None
        if user is None or token is None or session.challenge != "MFA_SETUP":
            return original(service, request)
        user.software_token = None
        try:
            return original(service, request)
        finally:
            user.software_token = token

    return setup


def _session_kept(original: Any) -> Any:
    def associate(service: Any, request: Any) -> Any:
        answer = original(service, request)
        session = service.sessions.peek(request.params.get("Session") or "")
        if session is not None:
            session.used = False
        return answer

    return associate


def _at_once(original: Any) -> Any:
    """Make AssociateSoftwareToken replace the verified secret."""

    def associate(service: Any, request: Any) -> Any:
        answer = original(service, request)
        if "AccessToken" in request.params:
            with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
                user = authorized.user
                if user.software_token is not None:
                    user.software_token = user.pending_software_token
        return answer

    return associate


def _first_secret_stays(original: Any) -> Any:
    """Make the secret of the first AssociateSoftwareToken the one that waits for its code."""

    def associate(service: Any, request: Any) -> Any:
        if "AccessToken" not in request.params:
            return original(service, request)
        with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
            user = authorized.user
            waiting = user.pending_software_token
        answer = original(service, request)
        user.pending_software_token = waiting or user.pending_software_token
        return answer

    return associate


def _one_secret(original: Any) -> Any:
    return lambda service, pool: SoftwareToken("A" * 52) if original(service, pool) else None


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


def _set_up_enables(original: Any) -> Any:
    def verify(service: Any, pool: Any, user: Any, *more: Any) -> Any:
        token = original(service, pool, user, *more)
        user.mfa.enabled.add("SOFTWARE_TOKEN_MFA")
        user.mfa.preferred = "SOFTWARE_TOKEN_MFA"
        return token

    return verify


def _unprompted(original: Any) -> Any:
    """Make a verified authenticator count before the user prefers it."""

    def switched_on(attempt: Any) -> Any:
        on = original(attempt)
        return on | ({"SOFTWARE_TOKEN_MFA"} if attempt.user.software_token else set())

    return switched_on


def _asked_once(original: Any) -> Any:
    """Make a factor count as passed that the user has ever passed."""

    def facts(attempt: Any, settings: Any) -> Any:
        found = original(attempt, settings)
        token = attempt.user.software_token
        passed = token is not None and len(token._spent) > 1
        return replace(found, mfa_passed=found.mfa_passed or passed)

    return facts


def _ignored(name: str) -> Any:
    """Make a handler succeed and leave the user as they were."""

    def make(original: Any) -> Any:
        def keep(service: Any, request: Any) -> Any:
            user = user_of(service, request)
            before = getattr(user, name)
            answer = original(service, request)
            setattr(user, name, before)
            return answer

        return keep

    return make


def _verified_needed_no_more(service: Any, request: Any) -> dict[str, str]:
    return {"Status": "SUCCESS"}


def _pool_without(original: Any) -> Any:
    return lambda service, pool: SoftwareToken(service.random.base32(52))


FAULTS = (
    Fault(
        "any-totp-code",
        "any code of an authenticator is accepted",
        AREA,
        method(SoftwareToken, "accept", always(TotpOutcome.ACCEPTED)),
        ("totp_sign_in::wrong_code_is_refused*", "totp_sign_in::code_of_two_steps_away*"),
    ),
    Fault(
        "totp-code-again",
        "a code of an authenticator is accepted as often as it is sent",
        AREA,
        method(SoftwareToken, "accept", _forgetful),
        ("totp_sign_in::code_is_good_only_once",),
    ),
    Fault(
        "totp-code-of-set-up-again",
        "the code that set an authenticator up signs in as well",
        AREA,
        function(software_tokens._verify, _not_spent_at_set_up),
        ("totp_sign_in::code_that_enrolled_the_authenticator_is_used_up",),
    ),
    Fault(
        "totp-code-of-anybody",
        "a code of any user's authenticator is accepted",
        AREA,
        _of_anybody,
        ("totp_sign_in::code_of_another_person_is_refused",),
    ),
    Fault(
        "totp-of-two-steps",
        "codes of two time steps away are accepted",
        AREA,
        constant(totp, "TOLERATED_STEPS", 2),
        ("totp_sign_in::code_of_two_steps_away_is_refused",),
        operations=_SIGN_IN,
    ),
    Fault(
        "totp-of-no-other-step",
        "a sign-in accepts only the code of the present time step",
        AREA,
        method(SoftwareToken, "accept", _present_only),
        ("totp_sign_in::code_of_an_adjacent_step_is_taken",),
        WRONG,
    ),
    Fault(
        "used-totp-code-is-wrong",
        "a used code is called wrong, and not used",
        AREA,
        method(SoftwareToken, "accept", _used_is_wrong),
        ("totp_sign_in::code_is_good_only_once",),
        (Verdict.OTHER_CODE,),
    ),
    Fault(
        "older-totp-code-is-used",
        "a code counts as used once a newer one was accepted",
        AREA,
        method(SoftwareToken, "accept", _any_older_step_spent),
        ("sign_in_under_way::older_code_is_accepted_after_a_newer_one",),
        WRONG,
    ),
    Fault(
        "any-code-at-set-up",
        "VerifySoftwareToken accepts any code during a sign-in",
        AREA,
        function(software_tokens._verify, _any_code_at_set_up(by_session=True)),
        ("mfa_setup::wrong_code_at_mfa_setup_is_refused",),
    ),
    Fault(
        "any-code-of-signed-in-user",
        "VerifySoftwareToken accepts any code of a signed-in user",
        AREA,
        function(software_tokens._verify, _any_code_at_set_up(by_session=False)),
        ("mfa_setup::wrong_code_with_the_access_token_can_be_corrected",),
    ),
    Fault(
        "mfa-setup-skipped",
        "MFA_SETUP can be answered without an authenticator",
        AREA,
        function(mfa_setup.judge, _set_up_unproven),
        ("mfa_setup::mfa_setup_cannot_be_skipped",),
    ),
    Fault(
        "mfa-setup-session-stays",
        "the session of MFA_SETUP stays good after AssociateSoftwareToken",
        AREA,
        handlers("AssociateSoftwareToken", _session_kept),
        ("mfa_setup::only_the_newest_session_goes_on_in_mfa_setup",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE),
    ),
    Fault(
        "mfa-setup-replaces",
        "a second session of MFA_SETUP replaces the authenticator of the user",
        AREA,
        function(software_tokens._setup_session, _replacing),
        ("authenticators::other_session_of_mfa_setup_replaces_no_authenticator",),
    ),
    Fault(
        "associate-replaces",
        "AssociateSoftwareToken replaces the verified authenticator before a code of it",
        AREA,
        handlers("AssociateSoftwareToken", _at_once),
        ("authenticators::secret_that_was_not_verified_replaces_no_authenticator",),
    ),
    Fault(
        "first-secret-stays",
        "a second AssociateSoftwareToken returns a secret that does not count",
        AREA,
        handlers("AssociateSoftwareToken", _first_secret_stays),
        ("authenticators::second_secret_replaces_the_one_that_waits",),
    ),
    Fault(
        "one-secret-for-all",
        "every user gets the same TOTP secret",
        AREA,
        function(software_tokens._new_token, _one_secret),
        ("mfa_setup::each_person_has_a_secret_of_their_own", "totp_sign_in::code_of_another*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    Fault(
        "associate-in-any-pool",
        "AssociateSoftwareToken works in a pool without MFA",
        AREA,
        function(software_tokens._new_token, _pool_without),
        ("mfa_setup::pool_without_mfa_refuses_to_enroll",),
    ),
    Fault(
        "prefer-without-verifying",
        "a user may prefer an authenticator that was never verified",
        AREA,
        function(mfa_preferences._check_set_up, forgiving()),
        ("mfa_setup::preferring_a_factor_that_was_never_verified_is_refused",),
    ),
    Fault(
        "verify-without-a-secret",
        "VerifySoftwareToken succeeds for a user without a secret",
        AREA,
        handlers(
            "VerifySoftwareToken", forgiving(_verified_needed_no_more, saying="does not exist")
        ),
        ("mfa_setup::verifying_without_a_secret_is_refused",),
    ),
    Fault(
        "code-not-asked",
        "no code is asked for, though the user has an authenticator",
        AREA,
        function(choosing._mfa_challenge, _not_asked),
        ("sign_in::later_sign_in*", "mfa_setup::mfa_setup_enrolls*", "mfa_setup::access_token*"),
        WRONG,
    ),
    Fault(
        "set-up-not-asked",
        "a user without an authenticator signs in where MFA is required",
        AREA,
        function(choosing._mfa_challenge, _set_up_not_asked),
        ("sign_in::first_sign_in*", "temporary_password::invited_user_sets*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "code-asked-once",
        "no code is asked for after the user has given one",
        AREA,
        method(Attempt, "facts", _asked_once),
        ("sign_in::later_sign_in*", "totp_sign_in::*", "sessions::*"),
        WRONG,
    ),
    Fault(
        "set-up-sets-the-preference",
        "VerifySoftwareToken switches the factor on for good",
        AREA,
        function(software_tokens._verify, _set_up_enables),
        ("mfa_setup::mfa_setup_enrolls*", "mfa_setup::access_token_enrolls*"),
        WRONG,
    ),
    Fault(
        "verified-is-asked",
        "where MFA is optional, a code is asked for before the user prefers it",
        AREA,
        method(Attempt, "_switched_on", _unprompted),
        ("mfa_setup::access_token_enrolls*", "mfa_setup::switching_the_factor_off_asks_no_more*"),
        WRONG,
    ),
    Fault(
        "verified-is-not-asked",
        "where MFA is on, a verified authenticator does not count before MFA_SETUP is answered",
        AREA,
        answers(
            "VerifySoftwareToken",
            lambda service, request, _: _forget_by_session(service, request),
        ),
        ("mfa_setup::verified_factor_counts_though_mfa_setup_was_never_answered",),
        WRONG,
    ),
    Fault(
        "preference-of-admin-ignored",
        "AdminSetUserMFAPreference changes nothing",
        AREA,
        handlers("AdminSetUserMFAPreference", _ignored("mfa")),
        ("mfa_setup::administrator_switches_the_factor_off_and_on",),
        WRONG,
    ),
    Fault(
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
    Fault(
        "other-mfas-can-setup",
        "MFA_SETUP offers a factor that the pool does not have",
        AREA,
        function(
            mfa_setup.put,
            lambda original: lambda service, attempt: _offering_sms(original(service, attempt)),
        ),
        ("mfa_setup::mfa_setup_enrolls_and_gives_tokens",),
        WRONG,
    ),
)


def _forget_by_session(service: Any, request: Any) -> None:
    session = service.sessions.peek(request.params.get("Session") or "")
    if session is not None and session.attempt is not None:
        session.attempt.user.software_token.undecided = False
        session.attempt.user.software_token = None


def _without_name(result: dict[str, Any]) -> dict[str, Any]:
    result["ChallengeParameters"].pop("FRIENDLY_DEVICE_NAME", None)
    return result


def _offering_sms(result: dict[str, Any]) -> dict[str, Any]:
    result["ChallengeParameters"]["MFAS_CAN_SETUP"] = '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'
    return result
