"""Faults of tracked devices: confirming, remembering, listing, and signing in on one."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.operations import devices
from harness.emulator.rules.tokens import authorized_under_lock
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.faults.sign_up import user_of
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


def _issued_to_anybody(original: Any) -> Any:
    def found(authorized: Any, key: str) -> Any:
        everybody = authorized.pool.users
        devices_found = (user.devices.issued(key) for user in everybody)
        return original(authorized, key) or next(filter(None, devices_found), None)

    return found


def _turned(original: Any) -> Any:
    def set_status(service: Any, request: Any, device: Any) -> Any:
        before = device.remembered
        answer = original(service, request, device)
        if device.remembered == before:
            device.remembered = not before
        return answer

    return set_status


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
    PlantedFault(
        "confirm-device-of-anybody",
        "ConfirmDevice confirms a key that was issued to another user",
        AREA,
        function(devices._issued_device, _issued_to_anybody),
        ("devices::device_of_another_person_cannot_be_confirmed",),
    ),
    PlantedFault(
        "confirm-device-again",
        "ConfirmDevice succeeds for a confirmed device",
        AREA,
        handlers("ConfirmDevice", _confirmed_any_time),
        ("devices::device_is_confirmed_only_once",),
    ),
    PlantedFault(
        "verifier-without-a-value",
        "ConfirmDevice accepts an empty verifier",
        AREA,
        function(devices._positive_number, _any_verifier("missing")),
        ("device_records::verifier_that_proves_nothing_is_refused",),
    ),
    PlantedFault(
        "verifier-of-zero",
        "ConfirmDevice accepts a verifier of zero, or a negative one",
        AREA,
        function(devices._positive_number, _any_verifier("not positive")),
        ("device_records::verifier_that_proves_nothing_is_refused",),
    ),
    PlantedFault(
        "confirm-device-of-an-alias",
        "ConfirmDevice confirms a device that was issued to an alias",
        AREA,
        function(devices._issued_device, _alias_owner),
        ("device_records::device_that_was_issued_to_an_alias_cannot_be_confirmed",),
    ),
    PlantedFault(
        "confirm-device-of-this-sign-in",
        "ConfirmDevice needs the access token of the sign-in that issued the device",
        AREA,
        handlers("ConfirmDevice", _own_token_only),
        ("devices::device_is_confirmed_with_the_token_of_an_earlier_sign_in",),
        WRONG,
    ),
    PlantedFault(
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
    PlantedFault(
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
    PlantedFault(
        "device-status-stays",
        "UpdateDeviceStatus changes nothing",
        AREA,
        _untouched("UpdateDeviceStatus"),
        ("devices::user_decides_about_being_remembered*", "device_sign_in::opt_in_device*"),
        WRONG,
    ),
    PlantedFault(
        "device-status-by-admin-stays",
        "AdminUpdateDeviceStatus changes nothing",
        AREA,
        _untouched("AdminUpdateDeviceStatus"),
        ("devices::administrator_remembers_and_forgets_for_the_user",),
        WRONG,
    ),
    PlantedFault(
        "forget-by-admin-forgets-nothing",
        "AdminForgetDevice keeps the device",
        AREA,
        _untouched("AdminForgetDevice"),
        ("devices::administrator_remembers_and_forgets_for_the_user",),
        WRONG,
    ),
    PlantedFault(
        "forget-forgets-nothing",
        "ForgetDevice keeps the device",
        AREA,
        _untouched("ForgetDevice"),
        (
            "devices::forgotten_device_is_gone",
            "devices::sign_in_after_forgetting*",
            "device_refusals::forgotten_device*",
        ),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    PlantedFault(
        "device-status-turns",
        "UpdateDeviceStatus with the status that the device has turns it over",
        AREA,
        function(devices._set_status, _turned),
        ("devices::remembering_a_remembered_device_changes_nothing",),
        WRONG,
    ),
    PlantedFault(
        "devices-die-with-the-password",
        "ChangePassword forgets the devices of the user",
        AREA,
        handlers("ChangePassword", _forgets_devices),
        ("device_sign_in::device_outlives_a_changed_password",),
        WRONG,
    ),
    PlantedFault(
        "devices-die-with-the-sign-out",
        "GlobalSignOut forgets the devices of the user",
        AREA,
        handlers("GlobalSignOut", _forgets_devices),
        ("device_sign_in::device_outlives_a_global_sign_out",),
        WRONG,
    ),
    PlantedFault(
        "devices-die-with-a-recovery",
        "ConfirmForgotPassword forgets the devices of the user",
        AREA,
        handlers("ConfirmForgotPassword", _forgets_devices),
        ("password_recovery::device_outlives_a_recovered_password",),
        WRONG,
    ),
    PlantedFault(
        "device-was-never-used",
        "DeviceLastAuthenticatedDate stays that of the first sign-in",
        AREA,
        method(TrackedDevice, "use", _never_authenticated),
        ("device_records::device_shows_when_it_was_last_signed_in_with",),
        WRONG,
    ),
    PlantedFault(
        "device-date-with-fractions",
        "DeviceLastAuthenticatedDate has fractions of a second",
        AREA,
        method(TrackedDevice, "_described", _exact_date),
        ("device_records::device_shows_when_it_was_last_signed_in_with",),
        WRONG,
    ),
)
