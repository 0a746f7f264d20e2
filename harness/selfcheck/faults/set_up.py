"""Faults of setting an authenticator up, and of choosing a factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.attempt import switched_on
from harness.emulator.domain.totp import SoftwareToken, step_of
from harness.emulator.operations import mfa_preferences, software_tokens
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.sign_in.challenges import mfa_setup
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.faults.sign_up import user_of
from harness.selfcheck.tampering import (
    answers,
    forgiving,
    function,
    handlers,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "second factor"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


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


def _set_up_enables(original: Any) -> Any:
    def verify(service: Any, pool: Any, user: Any, *more: Any) -> Any:
        token = original(service, pool, user, *more)
        user.mfa.enabled.add("SOFTWARE_TOKEN_MFA")
        user.mfa.preferred = "SOFTWARE_TOKEN_MFA"
        return token

    return verify


def _unprompted(original: Any) -> Any:
    """Make a verified authenticator count before the user prefers it."""

    def switched_on(pool: Any, user: Any) -> Any:
        token = ("SOFTWARE_TOKEN_MFA",) if user.software_token else ()
        return tuple(dict.fromkeys((*original(pool, user), *token)))

    return switched_on


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


def _forget_by_session(service: Any, request: Any) -> None:
    session = service.sessions.peek(request.params.get("Session") or "")
    if session is not None and session.attempt is not None:
        session.attempt.user.software_token.undecided = False
        session.attempt.user.software_token = None


def _offering_sms(result: dict[str, Any]) -> dict[str, Any]:
    result["ChallengeParameters"]["MFAS_CAN_SETUP"] = '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'
    return result


FAULTS = (
    PlantedFault(
        "any-code-at-set-up",
        "VerifySoftwareToken accepts any code during a sign-in",
        AREA,
        function(software_tokens._verify, _any_code_at_set_up(by_session=True)),
        ("mfa_setup::wrong_code_at_mfa_setup_is_refused",),
    ),
    PlantedFault(
        "any-code-of-signed-in-user",
        "VerifySoftwareToken accepts any code of a signed-in user",
        AREA,
        function(software_tokens._verify, _any_code_at_set_up(by_session=False)),
        ("mfa_setup::wrong_code_with_the_access_token_can_be_corrected",),
    ),
    PlantedFault(
        "mfa-setup-skipped",
        "MFA_SETUP can be answered without an authenticator",
        AREA,
        function(mfa_setup.judge, _set_up_unproven),
        ("mfa_setup::mfa_setup_cannot_be_skipped",),
    ),
    PlantedFault(
        "mfa-setup-session-stays",
        "the session of MFA_SETUP stays good after AssociateSoftwareToken",
        AREA,
        handlers("AssociateSoftwareToken", _session_kept),
        ("mfa_setup::only_the_newest_session_goes_on_in_mfa_setup",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE),
    ),
    PlantedFault(
        "mfa-setup-replaces",
        "a second session of MFA_SETUP replaces the authenticator of the user",
        AREA,
        function(software_tokens._setup_session, _replacing),
        ("authenticators::other_session_of_mfa_setup_replaces_no_authenticator",),
    ),
    PlantedFault(
        "associate-replaces",
        "AssociateSoftwareToken replaces the verified authenticator before a code of it",
        AREA,
        handlers("AssociateSoftwareToken", _at_once),
        ("authenticators::secret_that_was_not_verified_replaces_no_authenticator",),
    ),
    PlantedFault(
        "first-secret-stays",
        "a second AssociateSoftwareToken returns a secret that does not count",
        AREA,
        handlers("AssociateSoftwareToken", _first_secret_stays),
        ("authenticators::second_secret_replaces_the_one_that_waits",),
    ),
    PlantedFault(
        "one-secret-for-all",
        "every user gets the same TOTP secret",
        AREA,
        function(software_tokens._new_token, _one_secret),
        ("mfa_setup::each_person_has_a_secret_of_their_own", "totp_sign_in::code_of_another*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    PlantedFault(
        "associate-in-any-pool",
        "AssociateSoftwareToken works in a pool without MFA",
        AREA,
        function(software_tokens._new_token, _pool_without),
        ("mfa_setup::pool_without_mfa_refuses_to_enroll",),
    ),
    PlantedFault(
        "prefer-without-verifying",
        "a user may prefer an authenticator that was never verified",
        AREA,
        function(mfa_preferences.check_set_up, forgiving()),
        ("mfa_setup::preferring_a_factor_that_was_never_verified_is_refused",),
    ),
    PlantedFault(
        "verify-without-a-secret",
        "VerifySoftwareToken succeeds for a user without a secret",
        AREA,
        handlers(
            "VerifySoftwareToken", forgiving(_verified_needed_no_more, saying="does not exist")
        ),
        ("mfa_setup::verifying_without_a_secret_is_refused",),
    ),
    PlantedFault(
        "set-up-sets-the-preference",
        "VerifySoftwareToken switches the factor on for good",
        AREA,
        function(software_tokens._verify, _set_up_enables),
        ("mfa_setup::mfa_setup_enrolls*", "mfa_setup::access_token_enrolls*"),
        WRONG,
    ),
    PlantedFault(
        "verified-is-asked",
        "where MFA is optional, a code is asked for before the user prefers it",
        AREA,
        function(switched_on, _unprompted),
        ("mfa_setup::access_token_enrolls*", "mfa_setup::switching_the_factor_off_asks_no_more*"),
        WRONG,
    ),
    PlantedFault(
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
    PlantedFault(
        "preference-of-admin-ignored",
        "AdminSetUserMFAPreference changes nothing",
        AREA,
        handlers("AdminSetUserMFAPreference", _ignored("mfa")),
        ("mfa_setup::administrator_switches_the_factor_off_and_on",),
        WRONG,
    ),
    PlantedFault(
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
