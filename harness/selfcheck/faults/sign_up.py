"""Faults of signing up, confirming and resending codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain import contacts
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.codes import SIGN_UP, CodeBook
from harness.emulator.domain.users import CONFIRMED
from harness.emulator.operations import sign_up
from harness.emulator.rules import registration
from harness.emulator.rules.hourly_limits import LIMITS
from harness.emulator.rules.password_policy import check_policy
from harness.emulator.triggers.sign_up import pre_sign_up
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    answers,
    entry,
    forgiving,
    function,
    handlers,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS", "any_code", "lasting_other", "set_attribute", "user_of"]

AREA = "sign-up"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def user_of(service: Any, request: Any) -> Any:
    """Return the user that a request names."""
    params = request.params
    if "UserPoolId" in params:
        pool = service.pools[params["UserPoolId"]]
        return service.administered_user(pool, params["Username"])
    return service.find_user(service.clients[params["ClientId"]].pool, params["Username"])


def set_attribute(service: Any, request: Any, name: str, value: str) -> None:
    """Give the user of a request another value of an attribute."""
    user = user_of(service, request)
    user.attributes = {**user.attributes, name: value}


def _confirmed_at_once(original: Any) -> Any:
    return lambda *arguments: replace(original(*arguments), confirmed=True)


def any_code(*kinds: str) -> Any:
    """Make any code count as the pending one of these kinds."""

    def make(original: Any) -> Any:
        def check(book: Any, kind: str, code: str, now: float, attribute: str = "") -> Any:
            pending = book.find(kind, attribute)
            trusted = kind in kinds and pending is not None
            return original(book, kind, pending.value if trusted else code, now, attribute)

        return check

    return make


def lasting_other(seconds: float, *kinds: str) -> Any:
    """Make codes of these kinds expire some seconds later, or earlier if that is negative."""

    def make(original: Any) -> Any:
        def check(book: Any, kind: str, code: str, now: float, attribute: str = "") -> Any:
            return original(book, kind, code, now - seconds * (kind in kinds), attribute)

        return check

    return make


def _old_codes_too(planter: Any) -> None:
    """Have a code stay good after a newer one was sent."""
    older: dict[int, list[Any]] = {}

    def put(original: Any) -> Any:
        def keep(book: Any, kind: str, code: Any) -> None:
            before = book.find(kind, code.attribute)
            older.setdefault(id(book), []).extend([before] if before else [])
            original(book, kind, code)

        return keep

    def check(original: Any) -> Any:
        def among(book: Any, kind: str, code: str, now: float, attribute: str = "") -> Any:
            found = [each for each in older.get(id(book), ()) if each.value == code]
            return found[0] if found else original(book, kind, code, now, attribute)

        return among

    planter.method(CodeBook, "put", put)
    planter.method(CodeBook, "check", check)


def _answered_with(service: Any, request: Any) -> dict[str, Any]:
    user = user_of(service, request)
    return {"CodeDeliveryDetails": contacts.delivery_details("email", user.attributes["email"])}


FAULTS = (
    PlantedFault(
        "sign-up-takes-names-over",
        "SignUp gives the name of an existing user to a new one",
        AREA,
        function(sign_up._check_free, forgiving()),
        ("sign_up::sign_up_with_a_name_that_is_taken_is_refused",),
    ),
    PlantedFault(
        "sign-up-confirms",
        "SignUp confirms the user without a code",
        AREA,
        function(pre_sign_up, _confirmed_at_once, within=sign_up),
        ("sign_up::sign_up_sends_a_code*", "main_job::*"),
        WRONG,
    ),
    PlantedFault(
        "sign-up-verifies",
        "SignUp marks the email address as verified before its code has come",
        AREA,
        answers("SignUp", lambda s, r, _: set_attribute(s, r, "email_verified", "true")),
        ("sign_up::sign_up_sends_a_code*", "sign_up::admin_confirm_sign_up_confirms_without*"),
        WRONG,
    ),
    PlantedFault(
        "destination-in-full",
        "CodeDeliveryDetails shows the whole address",
        AREA,
        function(contacts.mask_email, lambda _: lambda address: address),
        ("sign_up::sign_up_sends_a_code*", "sign_up::resent_code*", "password_recovery::forgot*"),
        WRONG,
    ),
    PlantedFault(
        "destination-of-another-form",
        "CodeDeliveryDetails masks the address with one star for each letter",
        AREA,
        function(contacts.mask_email, lambda _: lambda text: text[:1] + "*" * (len(text) - 1)),
        ("sign_up::sign_up_sends_a_code*", "sign_up::resent_code*", "password_recovery::forgot*"),
        WRONG,
    ),
    PlantedFault(
        "sign-up-names-no-destination",
        "SignUp does not say where the code went",
        AREA,
        answers("SignUp", lambda s, r, answer: answer.pop("CodeDeliveryDetails", None)),
        ("sign_up::sign_up_sends_a_code*",),
        WRONG,
    ),
    PlantedFault(
        "username-like-an-alias",
        "a username that looks like an alias is accepted",
        AREA,
        function(registration.check_username, forgiving(saying="configured for")),
        ("sign_up::username_like_an_alias_is_refused",),
    ),
    PlantedFault(
        "username-no-address",
        "a plain username is accepted where usernames are email addresses",
        AREA,
        function(registration.check_username, forgiving(saying="should be an email")),
        ("sign_up::username_that_is_not_an_address_is_refused",),
    ),
    PlantedFault(
        "address-as-internal-username",
        "the username is the email address where it must be the sub",
        AREA,
        function(registration.internal_name, lambda _: lambda pool, username, sub: username),
        ("sign_up::sign_up_names_the_user",),
        WRONG,
    ),
    PlantedFault(
        "sign-up-with-any-password",
        "SignUp does not hold the password against the policy",
        AREA,
        function(check_policy, forgiving(), within=sign_up),
        ("sign_up::sign_up_with_a_weak_password_is_refused",),
    ),
    PlantedFault(
        "sign-up-sub-changes",
        "SignUp returns another UserSub than the user has",
        AREA,
        answers("SignUp", lambda s, r, answer: answer.update(UserSub=s.random.sub())),
        ("sign_up::sign_up_names_the_user",),
        WRONG,
    ),
    PlantedFault(
        "confirm-with-any-code",
        "ConfirmSignUp accepts any code",
        AREA,
        method(CodeBook, "check", any_code(SIGN_UP)),
        (
            "sign_up::confirm_sign_up_with_a_wrong_code_is_refused",
            "managed_login_accounts::wrong_code_confirms_no_sign_up",
        ),
    ),
    PlantedFault(
        "sign-up-code-for-ever",
        "the code of a sign-up does not expire",
        AREA,
        method(CodeBook, "check", lasting_other(10**9, SIGN_UP)),
        ("sign_up::sign_up_code_expires_after_a_day",),
    ),
    PlantedFault(
        "sign-up-code-for-an-hour",
        "the code of a sign-up expires after an hour",
        AREA,
        method(CodeBook, "check", lasting_other(-23 * 3600, SIGN_UP)),
        ("sign_up::sign_up_code_confirms_until_the_day_is_over",),
        WRONG,
    ),
    PlantedFault(
        "old-code-after-resend",
        "a code stays good after a newer one was sent",
        AREA,
        _old_codes_too,
        ("sign_up::resent_code_confirms_and_makes_the_old_one_useless",),
    ),
    PlantedFault(
        "confirm-again",
        "ConfirmSignUp succeeds for a user who is confirmed",
        AREA,
        handlers("ConfirmSignUp", forgiving({}, saying="Current status")),
        ("sign_up::confirming_twice_is_refused",),
    ),
    PlantedFault(
        "resend-for-confirmed",
        "ResendConfirmationCode answers for a confirmed user as for any other",
        AREA,
        handlers("ResendConfirmationCode", forgiving(_answered_with, saying="already confirmed")),
        ("sign_up::confirming_twice_is_refused",),
    ),
    PlantedFault(
        "confirm-verifies-nothing",
        "ConfirmSignUp leaves the email address unverified",
        AREA,
        function(mark_verified, always(None), within=sign_up),
        ("sign_up::confirm_sign_up_with_the_code_confirms_user_and_address",),
        WRONG,
    ),
    PlantedFault(
        "confirm-steals-aliases",
        "ConfirmSignUp takes an alias from the user who has verified it",
        AREA,
        function(
            mark_verified,
            lambda original: (
                lambda *given, force=False, **named: original(*given, force=True, **named)
            ),
            within=sign_up,
        ),
        ("sign_up::an_alias_is_taken_only_when_the_second_user_confirms",),
    ),
    PlantedFault(
        "admin-confirm-verifies",
        "AdminConfirmSignUp marks the email address as verified",
        AREA,
        answers(
            "AdminConfirmSignUp", lambda s, r, _: set_attribute(s, r, "email_verified", "true")
        ),
        ("sign_up::admin_confirm_sign_up_confirms_without_verifying",),
        WRONG,
    ),
    PlantedFault(
        "admin-confirm-again",
        "AdminConfirmSignUp succeeds for a user who is confirmed",
        AREA,
        handlers("AdminConfirmSignUp", forgiving({}, saying="Current status")),
        ("sign_up::admin_confirm_sign_up_confirms_without_verifying",),
    ),
    PlantedFault(
        "resend-to-nobody",
        "ResendConfirmationCode sends the code to an address of its own making",
        AREA,
        answers(
            "ResendConfirmationCode",
            lambda s, r, answer: answer["CodeDeliveryDetails"].update(Destination="x***@y***"),
        ),
        ("sign_up::resent_code_confirms_and_makes_the_old_one_useless",),
        WRONG,
    ),
    PlantedFault(
        "resend-confirms",
        "ResendConfirmationCode confirms the user",
        AREA,
        answers(
            "ResendConfirmationCode",
            lambda s, r, _: setattr(user_of(s, r) or s, "status", CONFIRMED),
        ),
        ("sign_up::resent_code*", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.OTHER_CODE),
    ),
    PlantedFault(
        "confirm-without-a-limit",
        "ConfirmSignUp may be tried as often as somebody guesses",
        AREA,
        entry(LIMITS, "ConfirmSignUp", 10**6),
        ("hourly_limits::sixteenth_confirmation*",),
        (Verdict.OTHER_CODE,),
        operations=("ConfirmSignUp",),
    ),
    PlantedFault(
        "resend-without-a-limit",
        "ResendConfirmationCode sends as many codes as are asked for",
        AREA,
        entry(LIMITS, "ResendConfirmationCode", 10**6),
        ("hourly_limits::sixth_resent_code*",),
        operations=("ResendConfirmationCode",),
    ),
)
