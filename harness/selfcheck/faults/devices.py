"""Faults of tracked devices: confirming, remembering, listing, and signing in on one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain import next_challenge as choosing
from harness.emulator.domain.attempt import Attempt, presented_device
from harness.emulator.domain.devices import DeviceBook, TrackedDevice, _read_token
from harness.emulator.operations import devices
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.sign_in import proceed
from harness.emulator.sign_in.challenges import device as steps
from harness.emulator.stores.device_sign_ins import DeviceSignIns
from harness.selfcheck.fault import Fault
from harness.selfcheck.faults.sign_up import user_of
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    answers,
    function,
    handlers,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "devices"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _of_anybody(planter: Planter) -> None:
    """Have a device of any user count as the user's own."""
    everything: dict[str, Any] = {}

    def issue(original: Any) -> Any:
        def noted(book: Any, device: Any) -> None:
            everything[device.key] = device
            original(book, device)

        return noted

    def confirmed(original: Any) -> Any:
        def found(book: Any, key: str) -> Any:
            if key in everything:
                book._devices.setdefault(key, everything[key])
            return original(book, key)

        return found

    planter.method(DeviceBook, "issue", issue)
    planter.method(DeviceBook, "confirmed", confirmed)


def _issued_to_anybody(original: Any) -> Any:
    def found(authorized: Any, key: str) -> Any:
        everybody = authorized.pool.users
        devices_found = (user.devices.issued(key) for user in everybody)
        return original(authorized, key) or next(filter(None, devices_found), None)

    return found


def _unknown_ignored(original: Any) -> Any:
    def presented(pool: Any, user: Any, key: Any) -> Any:
        try:
            return original(pool, user, key)
        except refusals.Refusal:
            return None

    return presented


def _unconfirmed_too(original: Any) -> Any:
    def presented(pool: Any, user: Any, key: Any) -> Any:
        device = user.devices.issued(key) if key else None
        return device if device and not device.confirmed else original(pool, user, key)

    return presented


def _facts(**changed: Any) -> Any:
    """Make the next challenge be decided by another view of the device."""

    def make(original: Any) -> Any:
        def facts(attempt: Any, settings: Any) -> Any:
            found = original(attempt, settings)
            return replace(found, **changed) if found else None

        return facts

    return make


def _proven_by_anything(original: Any) -> Any:
    def facts(attempt: Any, settings: Any) -> Any:
        found = original(attempt, settings)
        tracking = attempt.pool.device_configuration
        if not found or not tracking:
            return found
        return replace(found, may_replace_mfa=tracking["ChallengeRequiredOnNewDevice"])

    return facts


def _only_issuing_counts(original: Any) -> Any:
    def use(device: Any, now: float, source_ip: str, *, mfa_passed: bool) -> None:
        original(device, now, source_ip, mfa_passed=False)

    return use


def _tracked_code_counts(original: Any) -> Any:
    def use(device: Any, now: float, source_ip: str, *, mfa_passed: bool) -> None:
        original(device, now, source_ip, mfa_passed=mfa_passed)
        device.mfa_proven = device.mfa_proven or mfa_passed

    return use


def _new_again(original: Any) -> Any:
    """Make a sign-in on a device issue another one."""
    return lambda service, caller, attempt: original(service, caller, replace(attempt, device=None))


def _never_new(original: Any) -> Any:
    def issued(service: Any, caller: Any, attempt: Any) -> Any:
        device, _ = original(service, caller, attempt)
        return device, False

    return issued


def _group_of_each(service: Any, request: Any, answer: dict[str, Any]) -> None:
    metadata = answer.get("AuthenticationResult", {}).get("NewDeviceMetadata")
    if metadata:
        metadata["DeviceGroupKey"] = "-" + service.random.digits(8)


def _everything_listed(original: Any) -> Any:
    def page(book: Any, limit: Any, token: Any, *, remembered_only: bool) -> Any:
        return original(book, limit, token, remembered_only=False)

    return page


def _remembered_listed(original: Any) -> Any:
    def page(book: Any, limit: Any, token: Any, *, remembered_only: bool) -> Any:
        return original(book, limit, token, remembered_only=True)

    return page


def _no_pages(original: Any) -> Any:
    return lambda book, limit, token, **named: original(book, None, None, **named)


def _last_page_repeats(original: Any) -> Any:
    """Make each page begin with the last device of the page before."""

    def page(book: Any, limit: Any, token: Any, **named: Any) -> Any:
        found, following = original(book, limit, token, **named)
        if token is not None:
            number = _read_token(token)
            before = [each for each in book if each.number == number]
            return [*before, *found], following
        return found, following

    return page


def _confirmed_any_time(original: Any) -> Any:
    def confirm(service: Any, request: Any) -> Any:
        try:
            return original(service, request)
        except refusals.Refusal as refusal:
            if refusal.code != "DeviceKeyExistsException":
                raise
            return {"UserConfirmationNecessary": False}

    return confirm


def _any_verifier(part: str) -> Any:
    """Make ConfirmDevice take verifiers that it must refuse, those whose refusal says so."""

    def make(original: Any) -> Any:
        def number(config: Any, member: str, modulus: Any = None) -> int:
            try:
                return int(original(config, member, modulus))
            except refusals.Refusal as refusal:
                if part not in refusal.message:
                    raise
                return 1

        return number

    return make


def _own_token_only(original: Any) -> Any:
    def confirm(service: Any, request: Any) -> Any:
        with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
            issued = authorized.user.devices.issued(request.params["DeviceKey"])
            if issued and authorized.grant.device_key != issued.key:
                raise refusals.device_key_invalid()
        return original(service, request)

    return confirm


def _alias_owner(original: Any) -> Any:
    return lambda authorized, key: authorized.user.devices.issued(key)


def _devices_of_user(service: Any, request: Any) -> Any:
    if "AccessToken" in request.params:
        with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
            return authorized.user
    return user_of(service, request)


def _forgets_devices(original: Any) -> Any:
    def call(service: Any, request: Any) -> Any:
        user = _devices_of_user(service, request)
        answer = original(service, request)
        user.devices._devices.clear()
        return answer

    return call


def _untouched(operation: str) -> Any:
    """Make an operation on a device succeed without doing anything."""

    def make(original: Any) -> Any:
        def call(service: Any, request: Any) -> Any:
            user = _devices_of_user(service, request)
            device = user.devices.confirmed(request.params["DeviceKey"])
            kept = dict(user.devices._devices), device.remembered
            answer = original(service, request)
            user.devices._devices, device.remembered = kept
            return answer

        return call

    return handlers(operation, make)


def _key_again(original: Any) -> Any:
    """Make a forgotten device still count at a sign-in."""

    def forget(book: Any, key: str) -> None:
        book._devices[key].remembered = False

    return forget


def _attributes(*names: str) -> Any:
    """Make GetDevice and AdminGetDevice leave attributes out."""

    def change(service: Any, request: Any, answer: dict[str, Any]) -> None:
        device = answer["Device"]
        device["DeviceAttributes"] = [
            each for each in device["DeviceAttributes"] if each["Name"] not in names
        ]

    return answers(("GetDevice", "AdminGetDevice"), change)


def _admin_view(service: Any, request: Any, answer: dict[str, Any]) -> None:
    answer["Device"]["DeviceAttributes"].append(
        {"Name": "dev:device_sdk", "Value": "aws-sdk-unknown-unknown"}
    )


def _without(name: str) -> Any:
    def put(original: Any) -> Any:
        def made(*given: Any) -> Any:
            result = original(*given)
            result["ChallengeParameters"].pop(name, None)
            return result

        return made

    return put


def _waits_for_anything(original: Any) -> Any:
    """Make DEVICE_SRP_AUTH begin though no first factor is proven."""
    from harness.emulator.sign_in.put import open_session
    from harness.emulator.stores.device_sign_ins import DeviceSignIn

    def waiting(response: Any, session: Any, user: Any, device: Any) -> Any:
        try:
            return original(response, session, user, device)
        except refusals.Refusal as refusal:
            if "first authenticating" not in refusal.message:
                raise
            attempt = Attempt.begin(response.client, user, user.username, device)
            opened = open_session(response.service, attempt, response.challenge)
            return DeviceSignIn(attempt, opened.session)

    return waiting


def _session_needed(original: Any) -> Any:
    def judge(response: Any) -> Any:
        response.require_session()
        return original(response)

    return judge


def _not_remembered_too(original: Any) -> Any:
    return lambda response, user, key: user.devices.confirmed(key)


def _users_again(original: Any) -> Any:
    """Make a new user of a name inherit the devices of the deleted one."""
    left: dict[str, Any] = {}

    def add(directory: Any, user: Any) -> None:
        if user.username in left:
            user.devices = left[user.username]
        left[user.username] = user.devices
        original(directory, user)

    return add


def _plant_inheritance(planter: Planter) -> None:
    from harness.emulator.domain.directory import UserDirectory

    planter.method(UserDirectory, "add", _users_again)


def _never_authenticated(original: Any) -> Any:
    def use(device: Any, now: float, source_ip: str, *, mfa_passed: bool) -> None:
        before = device.authenticated
        original(device, now, source_ip, mfa_passed=mfa_passed)
        device.authenticated = before

    return use


def _exact_date(original: Any) -> Any:
    def described(device: Any, *attributes: Any) -> Any:
        shown = original(device, *attributes)
        return {**shown, "DeviceLastAuthenticatedDate": device.authenticated + 0.25}

    return described


FAULTS = (
    Fault(
        "device-of-anybody",
        "the device of another user counts as the user's own",
        AREA,
        _of_anybody,
        (
            "device_refusals::device_of_another_person_is_refused",
            "devices::device_of_another_person_cannot_be_seen_or_changed",
        ),
    ),
    Fault(
        "confirm-device-of-anybody",
        "ConfirmDevice confirms a key that was issued to another user",
        AREA,
        function(devices._issued_device, _issued_to_anybody),
        ("devices::device_of_another_person_cannot_be_confirmed",),
    ),
    Fault(
        "unknown-device-ignored",
        "an unknown DEVICE_KEY is ignored",
        AREA,
        function(presented_device, _unknown_ignored),
        (
            "device_refusals::unknown_device_is_refused",
            "device_refusals::forgotten_device_is_refused*",
        ),
    ),
    Fault(
        "unconfirmed-device-counts",
        "a device counts that was never confirmed",
        AREA,
        function(presented_device, _unconfirmed_too),
        ("device_refusals::unconfirmed_device_is_refused",),
    ),
    Fault(
        "forgotten-device-counts",
        "a forgotten device is only not remembered any more",
        AREA,
        method(DeviceBook, "forget", _key_again),
        ("device_refusals::forgotten_device_is_refused*", "devices::*forget*"),
        (Verdict.NOT_REFUSED, Verdict.ANSWERED_OTHERWISE),
    ),
    Fault(
        "confirm-device-again",
        "ConfirmDevice succeeds for a confirmed device",
        AREA,
        handlers("ConfirmDevice", _confirmed_any_time),
        ("devices::device_is_confirmed_only_once",),
    ),
    Fault(
        "verifier-without-a-value",
        "ConfirmDevice accepts an empty verifier",
        AREA,
        function(devices._positive_number, _any_verifier("missing")),
        ("device_records::verifier_that_proves_nothing_is_refused",),
    ),
    Fault(
        "verifier-of-zero",
        "ConfirmDevice accepts a verifier of zero, or a negative one",
        AREA,
        function(devices._positive_number, _any_verifier("not positive")),
        ("device_records::verifier_that_proves_nothing_is_refused",),
    ),
    Fault(
        "confirm-device-of-an-alias",
        "ConfirmDevice confirms a device that was issued to an alias",
        AREA,
        function(devices._issued_device, _alias_owner),
        ("device_records::device_that_was_issued_to_an_alias_cannot_be_confirmed",),
    ),
    Fault(
        "confirm-device-of-this-sign-in",
        "ConfirmDevice needs the access token of the sign-in that issued the device",
        AREA,
        handlers("ConfirmDevice", _own_token_only),
        ("devices::device_is_confirmed_with_the_token_of_an_earlier_sign_in",),
        WRONG,
    ),
    Fault(
        "confirmation-necessary-turned",
        "UserConfirmationNecessary says the opposite",
        AREA,
        answers(
            "ConfirmDevice",
            lambda s, r, answer: answer.update(
                UserConfirmationNecessary=not answer["UserConfirmationNecessary"]
            ),
        ),
        ("devices::confirmed_device_is_shown_as_the_pool_tracks_it", "main_job::*"),
        WRONG,
    ),
    Fault(
        "confirmed-is-remembered",
        "a confirmed device is remembered even where its user has to opt in",
        AREA,
        method(
            TrackedDevice,
            "confirm",
            lambda original: (
                lambda device, salt, verifier, *, name, remembered: original(
                    device, salt, verifier, name=name, remembered=True
                )
            ),
        ),
        (
            "devices::confirmed_device_is_shown_as_the_pool_tracks_it",
            "device_sign_in::opt_in_device_counts_once_remembered",
        ),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    Fault(
        "device-status-stays",
        "UpdateDeviceStatus changes nothing",
        AREA,
        _untouched("UpdateDeviceStatus"),
        ("devices::user_decides_about_being_remembered*", "device_sign_in::opt_in_device*"),
        WRONG,
    ),
    Fault(
        "device-status-by-admin-stays",
        "AdminUpdateDeviceStatus changes nothing",
        AREA,
        _untouched("AdminUpdateDeviceStatus"),
        ("devices::administrator_remembers_and_forgets_for_the_user",),
        WRONG,
    ),
    Fault(
        "forget-by-admin-forgets-nothing",
        "AdminForgetDevice keeps the device",
        AREA,
        _untouched("AdminForgetDevice"),
        ("devices::administrator_remembers_and_forgets_for_the_user",),
        WRONG,
    ),
    Fault(
        "forget-forgets-nothing",
        "ForgetDevice keeps the device",
        AREA,
        _untouched("ForgetDevice"),
        ("devices::forgotten_device_is_gone", "device_refusals::forgotten_device*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    Fault(
        "devices-not-remembered-listed",
        "ListDevices shows devices that are not remembered",
        AREA,
        method(DeviceBook, "page", _everything_listed),
        ("devices::user_decides*", "devices::confirmed_device_is_shown*"),
        WRONG,
    ),
    Fault(
        "devices-not-remembered-shown",
        "GetDevice shows a device that is not remembered",
        AREA,
        method(DeviceBook, "remembered", lambda _: DeviceBook.confirmed),
        ("devices::user_decides*", "devices::confirmed_device_is_shown*"),
    ),
    Fault(
        "devices-hidden-from-admin",
        "AdminListDevices shows remembered devices only",
        AREA,
        method(DeviceBook, "page", _remembered_listed),
        ("devices::confirmed_device_is_shown*", "devices::user_decides*"),
        WRONG,
    ),
    Fault(
        "devices-without-limit",
        "ListDevices ignores Limit",
        AREA,
        method(DeviceBook, "page", _no_pages),
        ("devices::devices_are_listed_page_by_page",),
        WRONG,
    ),
    Fault(
        "devices-twice",
        "each page of ListDevices begins with the last device of the page before",
        AREA,
        method(DeviceBook, "page", _last_page_repeats),
        ("devices::devices_are_listed_page_by_page",),
        WRONG,
    ),
    Fault(
        "device-replaces-mfa-unremembered",
        "a device that is only tracked replaces the code",
        AREA,
        method(Attempt, "_device_facts", _facts(remembered=True)),
        ("device_sign_in::opt_in_device_counts_once_remembered",),
        WRONG,
    ),
    Fault(
        "device-replaces-nothing",
        "a remembered device does not replace the code",
        AREA,
        method(Attempt, "_device_facts", _facts(may_replace_mfa=False)),
        ("device_sign_in::no_code_is_asked_on_a_remembered_device", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "device-before-mfa-replaces-it",
        "a device replaces the code though no code was ever given with it",
        AREA,
        method(Attempt, "_device_facts", _proven_by_anything),
        ("device_sign_in::device_from_before_mfa_replaces_it_after_one_code",),
        WRONG,
    ),
    Fault(
        "device-of-one-code-never-replaces",
        "only a code of the sign-in that issued a device lets it replace later ones",
        AREA,
        method(TrackedDevice, "use", _only_issuing_counts),
        ("device_sign_in::device_from_before_mfa*", "device_sign_in::device_remembered_after*"),
        WRONG,
    ),
    Fault(
        "code-with-a-tracked-device-counts",
        "a code counts for a device that was not remembered when it was given",
        AREA,
        method(TrackedDevice, "use", _tracked_code_counts),
        ("device_sign_in::device_remembered_after_its_code_asks_for_one_more",),
        WRONG,
    ),
    Fault(
        "device-not-proven",
        "a remembered device is believed without a proof",
        AREA,
        lambda planter: planter.function(
            choosing.next_challenge,
            lambda original: lambda facts: original(replace(facts, device_proven=True)),
        ),
        ("device_sign_in::remembered_device_proves_itself", "main_job::*"),
        WRONG,
    ),
    Fault(
        "device-without-a-first-factor",
        "DEVICE_SRP_AUTH begins though no first factor was proven",
        AREA,
        function(steps._waiting, _waits_for_anything),
        ("device_refusals::device_without_a_first_factor_is_refused",),
    ),
    Fault(
        "device-no-longer-remembered-proves",
        "DEVICE_SRP_AUTH goes on with a device that is not remembered any more",
        AREA,
        function(steps._remembered_device, _not_remembered_too),
        ("device_records::device_that_is_no_longer_remembered_proves_nothing",),
    ),
    Fault(
        "device-step-needs-a-session",
        "DEVICE_SRP_AUTH is refused without a Session, which many clients do not send",
        AREA,
        function(steps.judge, _session_needed),
        ("device_records::device_is_proved_without_a_session",),
        WRONG,
    ),
    Fault(
        "device-proof-needs-a-session",
        "DEVICE_PASSWORD_VERIFIER is refused without a Session",
        AREA,
        function(steps.judge_proof, _session_needed),
        ("device_records::device_is_proved_without_a_session",),
        WRONG,
    ),
    Fault(
        "device-step-without-its-key",
        "the parameters of DEVICE_PASSWORD_VERIFIER have no DEVICE_KEY",
        AREA,
        function(steps._put_verifier, _without("DEVICE_KEY")),
        ("device_records::proof_of_a_device_is_asked_with_all_that_clients_read",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "device-step-without-its-user",
        "the parameters of DEVICE_PASSWORD_VERIFIER have no USERNAME",
        AREA,
        function(steps._put_verifier, _without("USERNAME")),
        ("device_records::proof_of_a_device_is_asked_with_all_that_clients_read",),
        WRONG,
    ),
    Fault(
        "device-waits-for-the-oldest",
        "of two sign-ins that wait for a device, the older one goes on",
        AREA,
        method(
            DeviceSignIns,
            "find",
            lambda original: lambda *given: None,
        ),
        ("device_records::device_is_proved_without_a_session",),
        WRONG,
    ),
    Fault(
        "new-device-each-time",
        "a sign-in on a device issues another one",
        AREA,
        function(proceed._device, _new_again),
        ("device_sign_in::remembered_device_proves_itself", "device_sign_in::opt_in*"),
        WRONG,
    ),
    Fault(
        "no-new-device",
        "no sign-in names the device that it issues",
        AREA,
        function(proceed._device, _never_new),
        ("sign_in::first_sign_in*", "devices::every_sign_in_without_a_device*", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "group-of-each-device",
        "each device has a group key of its own",
        AREA,
        answers(("RespondToAuthChallenge", "AdminRespondToAuthChallenge"), _group_of_each),
        ("devices::every_sign_in_without_a_device_brings_another",),
        WRONG,
    ),
    Fault(
        "device-without-name",
        "the name of a device is lost",
        AREA,
        _attributes("device_name"),
        ("devices::user_and_administrator_read_what_concerns_them",),
        WRONG,
    ),
    Fault(
        "device-without-owner",
        "an administrator does not see whose a device is",
        AREA,
        _attributes("dev:device_owner"),
        ("devices::user_and_administrator_read_what_concerns_them",),
        WRONG,
    ),
    Fault(
        "device-shows-too-much",
        "the user sees what only an administrator must see",
        AREA,
        answers("GetDevice", _admin_view),
        ("devices::user_and_administrator_read_what_concerns_them",),
        WRONG,
    ),
    Fault(
        "devices-die-with-the-password",
        "ChangePassword forgets the devices of the user",
        AREA,
        handlers("ChangePassword", _forgets_devices),
        ("device_sign_in::device_outlives_a_changed_password",),
        WRONG,
    ),
    Fault(
        "devices-die-with-the-sign-out",
        "GlobalSignOut forgets the devices of the user",
        AREA,
        handlers("GlobalSignOut", _forgets_devices),
        ("device_sign_in::device_outlives_a_global_sign_out",),
        WRONG,
    ),
    Fault(
        "devices-die-with-a-recovery",
        "ConfirmForgotPassword forgets the devices of the user",
        AREA,
        handlers("ConfirmForgotPassword", _forgets_devices),
        ("password_recovery::device_outlives_a_recovered_password",),
        WRONG,
    ),
    Fault(
        "devices-outlive-their-user",
        "a new user inherits the devices of a deleted one of the same name",
        AREA,
        _plant_inheritance,
        ("device_refusals::device_of_a_deleted_user_is_refused_for_a_new_one_of_that_name",),
    ),
    Fault(
        "device-was-never-used",
        "DeviceLastAuthenticatedDate stays that of the first sign-in",
        AREA,
        method(TrackedDevice, "use", _never_authenticated),
        ("device_records::device_shows_when_it_was_last_signed_in_with",),
        WRONG,
    ),
    Fault(
        "device-date-with-fractions",
        "DeviceLastAuthenticatedDate has fractions of a second",
        AREA,
        method(TrackedDevice, "_described", _exact_date),
        ("device_records::device_shows_when_it_was_last_signed_in_with",),
        WRONG,
    ),
)
