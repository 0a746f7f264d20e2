"""Finer faults of devices and rules: one date, one letter, one call more or less."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.devices import DeviceBook, TrackedDevice
from harness.emulator.domain.directory import UserDirectory
from harness.emulator.domain.pools import Pool
from harness.emulator.operations import devices, list_users, sign_up
from harness.emulator.rules import hourly_limits, password_policy
from harness.emulator.rules.hourly_limits import LIMITS
from harness.emulator.sign_in.challenges import device
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    constant,
    entry,
    function,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "finer rules"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
VERIFIER = ("device_records::verifier_that_proves_nothing_is_refused",)
DATES = ("device_records::device_shows_when_it_was_last_signed_in_with",)
MISSING = ("device_records::missing_member_of_the_device_is_named",)
CASE = ("pool_rules::case_of_names_does_not_matter_where_the_pool_ignores_it",)
HISTORY = ("pool_rules::password_of_before_is_refused_for_as_long_as_the_pool_remembers_it",)
CHANGED = ("pool_rules::user_shows_when_they_were_changed",)


def _not_held_to_n(original: Any) -> Any:
    return lambda config, member, modulus=None: original(config, member)


def _waits_for_any(original: Any) -> Any:
    """Take the device of the sign-in where the response names none."""

    def judge(response: Any) -> Any:
        session = response.service.sessions.peek(response.session or "")
        if session is not None and session.attempt is not None and session.attempt.device:
            response.responses.setdefault("DEVICE_KEY", session.attempt.device.key)
        return original(response)

    return judge


def _unproven(original: Any) -> Any:
    def judge(response: Any) -> Any:
        response.responses.setdefault("SRP_A", "2")
        return original(response)

    return judge


def _keeps(name: str) -> Any:
    """Plant a use of a device that leaves one of its dates as it was."""

    def make(original: Any) -> Any:
        def use(tracked: Any, now: float, source_ip: str, *, mfa_passed: bool) -> None:
            before = getattr(tracked, name)
            original(tracked, now, source_ip, mfa_passed=mfa_passed)
            setattr(tracked, name, before)

        return use

    return method(TrackedDevice, "use", make)


def _made_anew(original: Any) -> Any:
    def use(tracked: Any, now: float, source_ip: str, *, mfa_passed: bool) -> None:
        original(tracked, now, source_ip, mfa_passed=mfa_passed)
        tracked.created = now

    return use


def _all_used(original: Any) -> Any:
    def issue(book: Any, new: Any) -> None:
        for tracked in book:
            tracked.authenticated = new.created
        original(book, new)

    return issue


def _only_of_usernames(original: Any) -> Any:
    return lambda users, attribute, value: users._by_alias.get((attribute, value))


def _as_typed(original: Any) -> Any:
    def check(service: Any, pool: Any, username: str, attributes: Any) -> None:
        found = service.find_user(pool, username)
        if found is None or username in (found.username, found.attributes.get("email")):
            original(service, pool, username, attributes)

    return check


def _only_the_present(original: Any) -> Any:
    def check(pool: Any, user: Any, password: str) -> None:
        if user.password is not None and user.password.matches(password):
            original(pool, user, password)

    return check


def _not_for_administrators(original: Any) -> Any:
    def set_password(*given: Any, by_administrator: bool = False, **named: Any) -> None:
        check = password_policy._check_history
        if by_administrator:
            password_policy._check_history = lambda *_: None
        try:
            original(*given, by_administrator=by_administrator, **named)
        finally:
            password_policy._check_history = check

    return set_password


def _for_ever(original: Any) -> Any:
    def check(pool: Any, user: Any, password: str) -> None:
        if any(record.matches(password) for record in user.password_history):
            from harness.emulator import refusals

            raise refusals.password_history()

    return check


def _of_all_users(original: Any) -> Any:
    counted: dict[str, list[float]] = {}

    def count(user: Any, operation: str, now: float) -> None:
        own, user.hourly = user.hourly, counted
        try:
            original(user, operation, now)
        finally:
            user.hourly = own

    return count


def _listed_as_created(original: Any) -> Any:
    def described(user: Any, names: Any = None) -> dict[str, Any]:
        return {**original(user, names), "UserLastModifiedDate": user.created}

    return described


FAULTS = (
    PlantedFault(
        "verifier-modulo-n",
        "ConfirmDevice accepts a verifier that is zero modulo N, by which everybody signs in",
        AREA,
        function(devices._positive_number, _not_held_to_n),
        VERIFIER,
    ),
    PlantedFault(
        "device-key-left-out",
        "DEVICE_SRP_AUTH needs no DEVICE_KEY",
        AREA,
        function(device.judge, _waits_for_any),
        MISSING,
    ),
    PlantedFault(
        "public-value-left-out",
        "DEVICE_SRP_AUTH needs no SRP_A",
        AREA,
        function(device.judge, _unproven),
        MISSING,
    ),
    PlantedFault(
        "last-change-not-shown",
        "a sign-in on a device does not move DeviceLastModifiedDate",
        AREA,
        _keeps("modified"),
        DATES,
        WRONG,
    ),
    PlantedFault(
        "device-made-anew",
        "a sign-in on a device moves DeviceCreateDate",
        AREA,
        method(TrackedDevice, "use", _made_anew),
        DATES,
        WRONG,
    ),
    PlantedFault(
        "every-sign-in-counts",
        "a sign-in without a device moves DeviceLastAuthenticatedDate of all the user's devices",
        AREA,
        method(DeviceBook, "issue", _all_used),
        DATES,
        WRONG,
    ),
    PlantedFault(
        "case-matters-in-aliases",
        "a pool that ignores case does so for usernames alone",
        AREA,
        method(UserDirectory, "by_alias", _only_of_usernames),
        CASE,
        WRONG,
    ),
    PlantedFault(
        "twin-in-other-letters",
        "SignUp accepts a name that differs from another user's only in case",
        AREA,
        function(sign_up._check_free, _as_typed),
        ("pool_rules::name_in_other_letters_is_taken_where_the_pool_ignores_case",),
    ),
    PlantedFault(
        "days-too-few",
        "a temporary password lasts one day, whatever the pool says",
        AREA,
        method(Pool, "temporary_password_days", always(1)),
        ("pool_rules::temporary_password_is_good_for_the_days_that_the_pool_says",),
        WRONG,
    ),
    PlantedFault(
        "history-of-one",
        "only the present password is refused, whatever PasswordHistorySize is",
        AREA,
        function(password_policy._check_history, _only_the_present),
        HISTORY,
    ),
    PlantedFault(
        "history-without-administrators",
        "AdminSetUserPassword sets a password that the history forbids",
        AREA,
        function(password_policy.set_password, _not_for_administrators),
        HISTORY,
    ),
    PlantedFault(
        "history-for-ever",
        "no password is ever accepted again, whatever PasswordHistorySize is",
        AREA,
        function(password_policy._check_history, _for_ever),
        HISTORY,
        WRONG,
    ),
    PlantedFault(
        "change-not-listed",
        "ListUsers shows the date of creation as UserLastModifiedDate",
        AREA,
        function(list_users.described_user, _listed_as_created, within=list_users),
        CHANGED,
        WRONG,
    ),
    PlantedFault(
        "fourteen-confirmations",
        "ConfirmSignUp takes fourteen codes in an hour",
        AREA,
        entry(LIMITS, "ConfirmSignUp", 14),
        ("hourly_limits::sixteenth_confirmation_within_an_hour_is_refused",),
        (Verdict.OTHER_CODE,),
        operations=("ConfirmSignUp",),
    ),
    PlantedFault(
        "limits-for-a-day",
        "a limit of an hour lasts a day",
        AREA,
        constant(hourly_limits, "_HOUR", 86_400),
        ("hourly_limits::sixth_resent_code_within_an_hour_is_refused",),
        WRONG,
        operations=("ResendConfirmationCode",),
    ),
    PlantedFault(
        "limits-of-all-users",
        "the calls of all users count against the limit of one",
        AREA,
        function(hourly_limits.count_hourly, _of_all_users),
        ("hourly_limits::*",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.OTHER_CODE),
    ),
)
