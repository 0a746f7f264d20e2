"""Faults of passwords: proving, changing, recovering and locking out."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.codes import FORGOT_PASSWORD, CodeBook, PendingCode
from harness.emulator.domain.passwords import Lockout, PasswordRecord
from harness.emulator.domain.users import RESET_REQUIRED
from harness.emulator.operations import admin_create_user, forgot_password, passwords
from harness.emulator.rules import password_policy, recovery_contact
from harness.emulator.rules.hourly_limits import LIMITS
from harness.emulator.rules.password_policy import set_password
from harness.emulator.sign_in.challenges import new_password
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.faults.sign_up import any_code, lasting_other, user_of
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    answers,
    constant,
    entry,
    forgiving,
    function,
    handlers,
    method,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "passwords"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _unchecked(module: Any) -> Any:
    """Plant passwords that are set in one module without the policy."""

    def make(original: Any) -> Any:
        def careless(*given: Any, **named: Any) -> Any:
            check = password_policy.check_policy
            password_policy.check_policy = lambda *_, **__: None
            try:
                return original(*given, **named)
            finally:
                password_policy.check_policy = check

        return careless

    return function(set_password, make, within=module)


def _former_too(module: Any) -> Any:
    """Plant passwords whose former one still signs in, where it is sent as it is."""

    def remember(original: Any) -> Any:
        def keeping(service: Any, pool: Any, user: Any, *given: Any, **named: Any) -> None:
            before = user.password
            original(service, pool, user, *given, **named)
            user.password.former = before

        return keeping

    def either(original: Any) -> Any:
        def matches(record: Any, password: str) -> bool:
            former = getattr(record, "former", None)
            return bool(original(record, password) or (former and original(former, password)))

        return matches

    return together(
        function(set_password, remember, within=module), method(PasswordRecord, "matches", either)
    )


def _former_stays(module: Any) -> Any:
    """Plant passwords that are not set at all, though the answer says so."""

    def make(original: Any) -> Any:
        def keeping(service: Any, pool: Any, user: Any, *given: Any, **named: Any) -> None:
            before = user.password
            original(service, pool, user, *given, **named)
            user.password = before

        return keeping

    return function(set_password, make, within=module)


def _code_kept(original: Any) -> Any:
    def spend(book: Any, kind: str, attribute: str = "") -> None:
        if kind != FORGOT_PASSWORD:
            original(book, kind, attribute)

    return spend


def _no_code_needed(original: Any) -> Any:
    def check(book: Any, kind: str, code: str, now: float, attribute: str = "") -> Any:
        if kind == FORGOT_PASSWORD and book.find(kind) is None:
            return PendingCode(code, "email", "", now, now)
        return original(book, kind, code, now, attribute)

    return check


def _unverified_too(original: Any) -> Any:
    return lambda pool, user: original(pool, user) or "email"


def _status(value: str) -> Any:
    return lambda service, request, _: setattr(user_of(service, request), "status", value)


def _signs_out(planter: Planter) -> None:
    def make(original: Any) -> Any:
        def change(service: Any, request: Any) -> Any:
            from harness.emulator.rules.tokens import authorized_under_lock

            with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
                pool, user = authorized.pool, authorized.user
            answer = original(service, request)
            pool.grants.revoke_all(user)
            return answer

        return change

    planter.handler("ChangePassword", make)


def _details(service: Any, request: Any) -> dict[str, Any]:
    from harness.emulator.rules.delivery import simulated_delivery

    pool = service.clients[request.params["ClientId"]].pool
    return {"CodeDeliveryDetails": simulated_delivery(pool, request.params["Username"])}


FAULTS = (
    PlantedFault(
        "any-password",
        "any password is accepted where it is sent as it is",
        AREA,
        method(PasswordRecord, "matches", always(True)),
        (
            "sign_in::wrong_password_is_refused",
            "temporary_password::wrong_temporary_password*",
            "choice_of_first_factor::wrong_password*",
            "managed_login::wrong_password_stays_on_the_page",
        ),
    ),
    PlantedFault(
        "change-with-any-password",
        "ChangePassword accepts any present password",
        AREA,
        function(passwords._check_previous, forgiving(saying="Incorrect username or password")),
        ("change_password::changing_with_a_wrong_password_is_refused",),
    ),
    PlantedFault(
        "change-without-the-password",
        "ChangePassword needs no present password",
        AREA,
        function(passwords._check_previous, forgiving(saying="OldPassword")),
        ("change_password::changing_without_the_old_password_is_refused",),
    ),
    PlantedFault(
        "change-to-any-password",
        "ChangePassword does not hold the new password against the policy",
        AREA,
        _unchecked(passwords),
        ("change_password::changing_to_a_weak_password_is_refused",),
    ),
    PlantedFault(
        "changed-password-still-works",
        "the former password still signs in after ChangePassword",
        AREA,
        _former_too(passwords),
        ("change_password::changed_password_signs_in_and_the_old_one_does_not",),
    ),
    PlantedFault(
        "change-signs-out",
        "ChangePassword revokes the tokens of the user",
        AREA,
        _signs_out,
        ("change_password::changed_password_signs_in*",),
        WRONG,
    ),
    PlantedFault(
        "change-without-a-limit",
        "ChangePassword may be tried with as many present passwords as somebody guesses",
        AREA,
        entry(LIMITS, "ChangePassword", 10**6),
        ("hourly_limits::sixth_change*",),
        operations=("ChangePassword",),
    ),
    PlantedFault(
        "recover-with-any-code",
        "ConfirmForgotPassword accepts any code",
        AREA,
        method(CodeBook, "check", any_code(FORGOT_PASSWORD)),
        (
            "password_recovery::wrong_recovery_code_is_refused",
            "managed_login_accounts::wrong_recovery_code_is_refused_on_the_page",
        ),
    ),
    PlantedFault(
        "recovery-code-for-ever",
        "the code of a recovery does not expire",
        AREA,
        method(CodeBook, "check", lasting_other(10**9, FORGOT_PASSWORD)),
        ("password_recovery::recovery_code_expires_after_an_hour",),
    ),
    PlantedFault(
        "recovery-code-for-a-day",
        "the code of a recovery lasts as long as that of a sign-up",
        AREA,
        method(CodeBook, "check", lasting_other(23 * 3600, FORGOT_PASSWORD)),
        ("password_recovery::recovery_code_expires_after_an_hour",),
    ),
    PlantedFault(
        "recovery-code-again",
        "a recovery code can be used again",
        AREA,
        method(CodeBook, "spend", _code_kept),
        ("password_recovery::recovery_code_is_good_only_once",),
    ),
    PlantedFault(
        "recover-without-a-code",
        "ConfirmForgotPassword accepts any code where none was sent",
        AREA,
        method(CodeBook, "check", _no_code_needed),
        ("password_recovery::recovery_without_a_code_is_refused",),
    ),
    PlantedFault(
        "recover-to-any-password",
        "ConfirmForgotPassword does not hold the new password against the policy",
        AREA,
        _unchecked(forgot_password),
        ("password_recovery::recovering_with_a_weak_password_is_refused",),
    ),
    PlantedFault(
        "recovered-password-stays",
        "ConfirmForgotPassword leaves the former password in place",
        AREA,
        _former_stays(forgot_password),
        (
            "password_recovery::recovered_password_signs_in_and_the_old_one_does_not",
            "managed_login_accounts::forgotten_password_is_replaced_on_the_pages",
        ),
    ),
    PlantedFault(
        "forgot-ends-the-password",
        "ForgotPassword alone ends the present password, whoever calls it",
        AREA,
        answers("ForgotPassword", _status(RESET_REQUIRED)),
        ("password_recovery::forgot_password_names_the_masked_destination",),
        WRONG,
    ),
    PlantedFault(
        "recover-by-an-unverified-address",
        "ForgotPassword sends the code to an address that is not verified",
        AREA,
        function(recovery_contact.recovery_attribute, _unverified_too, within=forgot_password),
        ("password_recovery::unconfirmed_user_has_nowhere_to_send_a_code",),
    ),
    PlantedFault(
        "recover-while-disabled",
        "ForgotPassword answers a disabled user as any other",
        AREA,
        handlers("ForgotPassword", forgiving(_details, saying="disabled")),
        ("password_recovery::disabled_user_recovers_nothing",),
    ),
    PlantedFault(
        "recover-while-temporary",
        "ForgotPassword answers a user with a temporary password as any other",
        AREA,
        handlers("ForgotPassword", forgiving(_details, saying="current state")),
        ("temporary_password::invited_user_cannot_recover_the_password",),
    ),
    PlantedFault(
        "recover-without-a-limit",
        "ConfirmForgotPassword may be tried with as many codes as somebody guesses",
        AREA,
        entry(LIMITS, "ForgotPassword", 10**6),
        ("hourly_limits::guesses_at_a_recovery_code_end_within_the_hour",),
        WRONG,
        operations=("ForgotPassword", "ConfirmForgotPassword"),
    ),
    PlantedFault(
        "reset-lets-sign-in",
        "after AdminResetUserPassword the former password still signs in",
        AREA,
        answers("AdminResetUserPassword", _status("CONFIRMED")),
        ("password_recovery::administrator_makes_a_user_recover",),
    ),
    PlantedFault(
        "recovery-leaves-the-state",
        "a user stays RESET_REQUIRED after ConfirmForgotPassword",
        AREA,
        answers("ConfirmForgotPassword", _status(RESET_REQUIRED)),
        ("password_recovery::administrator_makes_a_user_recover",),
        WRONG,
    ),
    PlantedFault(
        "temporary-password-stays",
        "NEW_PASSWORD_REQUIRED leaves the temporary password in place",
        AREA,
        _former_stays(new_password),
        ("temporary_password::temporary_password_is_good_only_once",),
    ),
    PlantedFault(
        "new-password-of-any-kind",
        "NEW_PASSWORD_REQUIRED does not hold the new password against the policy",
        AREA,
        _unchecked(new_password),
        ("temporary_password::weak_new_password_is_refused",),
    ),
    PlantedFault(
        "temporary-password-for-ever",
        "a temporary password does not expire",
        AREA,
        method(PasswordRecord, "has_expired", always(False)),
        ("temporary_password::temporary_password_expires_after_a_week",),
    ),
    PlantedFault(
        "invite-again",
        "AdminCreateUser succeeds for an existing username",
        AREA,
        function(
            admin_create_user._checked_attributes,
            forgiving(
                lambda service, pool, request: dict(user_of(service, request).attributes),
                saying="already exists",
            ),
        ),
        ("temporary_password::inviting_a_user_twice_is_refused",),
    ),
    PlantedFault(
        "set-by-administrator-for-good",
        "AdminSetUserPassword makes every password permanent",
        AREA,
        answers("AdminSetUserPassword", _status("CONFIRMED")),
        ("temporary_password::password_set_by_an_administrator*",),
        WRONG,
    ),
    PlantedFault(
        "no-lockout",
        "wrong passwords lock nobody out",
        AREA,
        method(Lockout, "failed", always(None)),
        ("sign_in::too_many_wrong_passwords_lock_out_for_a_while",),
    ),
    PlantedFault(
        "lock-does-not-grow",
        "a lock after wrong passwords lasts a second, however many there were",
        AREA,
        constant(Lockout, "LONGEST_SECONDS", 1),
        ("sign_in::too_many_wrong_passwords_lock_out_for_a_while",),
        operations=("InitiateAuth", "AdminInitiateAuth"),
    ),
    PlantedFault(
        "lock-from-the-third-on",
        "the third wrong password locks already",
        AREA,
        constant(Lockout, "FREE", 3),
        ("sign_in::too_many_wrong_passwords_lock_out_for_a_while",),
        (Verdict.OTHER_WORDS,),
        operations=("InitiateAuth", "AdminInitiateAuth"),
    ),
    PlantedFault(
        "lock-opens-for-the-right-password",
        "the right password signs in during a lock",
        AREA,
        method(Lockout, "refuse_if_locked", always(None)),
        ("sign_in::too_many_wrong_passwords_lock_out_for_a_while",),
    ),
    PlantedFault(
        "lock-never-forgets",
        "wrong passwords count for ever, and not for fifteen quiet minutes",
        AREA,
        constant(Lockout, "QUIET_SECONDS", 10**9),
        ("hourly_limits::lock_ends_with_fifteen_quiet_minutes",),
        (Verdict.OTHER_WORDS, Verdict.NOT_REFUSED),
        operations=("InitiateAuth", "AdminInitiateAuth"),
    ),
    PlantedFault(
        "lock-without-an-end",
        "locks after wrong passwords grow beyond fifteen minutes",
        AREA,
        constant(Lockout, "LONGEST_SECONDS", 10**6),
        ("hourly_limits::lock_never_lasts_longer_than_fifteen_minutes",),
        (Verdict.OTHER_WORDS,),
        operations=("InitiateAuth", "AdminInitiateAuth"),
    ),
)
