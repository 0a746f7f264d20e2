"""Faults of signing in on a device: what it replaces, and how it proves itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import current_request
from harness.emulator.domain import next_challenge as choosing
from harness.emulator.domain.attempt import Attempt, presented_device
from harness.emulator.domain.devices import DeviceBook, TrackedDevice
from harness.emulator.sign_in import proceed
from harness.emulator.sign_in.challenges import device as steps
from harness.emulator.sign_in.challenges import password
from harness.emulator.stores.device_sign_ins import DeviceSignIns
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    answers,
    function,
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


def _key_again(original: Any) -> Any:
    """Make a forgotten device still count at a sign-in."""

    def forget(book: Any, key: str) -> None:
        book._devices[key].remembered = False

    return forget


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


def _password_or_device(original: Any) -> Any:
    def check(service: Any, client: Any, user: Any, given: str) -> Any:
        try:
            return original(service, client, user, given)
        except refusals.Refusal:
            request = current_request()
            key = (request.params.get("AuthParameters") or {}).get("DEVICE_KEY") if request else ""
            device = user.devices.issued(key or "") if user else None
            if device is None or not device.remembered:
                raise
            return user

    return check


FAULTS = (
    PlantedFault(
        "device-of-anybody",
        "the device of another user counts as the user's own",
        AREA,
        _of_anybody,
        (
            "device_refusals::device_of_another_person_is_refused",
            "devices::device_of_another_person_cannot_be_seen_or_changed",
        ),
    ),
    PlantedFault(
        "unknown-device-ignored",
        "an unknown DEVICE_KEY is ignored",
        AREA,
        function(presented_device, _unknown_ignored),
        (
            "device_refusals::unknown_device_is_refused",
            "device_refusals::forgotten_device_is_refused*",
        ),
    ),
    PlantedFault(
        "unconfirmed-device-counts",
        "a device counts that was never confirmed",
        AREA,
        function(presented_device, _unconfirmed_too),
        ("device_refusals::unconfirmed_device_is_refused",),
    ),
    PlantedFault(
        "forgotten-device-counts",
        "a forgotten device is only not remembered any more",
        AREA,
        method(DeviceBook, "forget", _key_again),
        ("device_refusals::forgotten_device_is_refused*", "devices::*forget*"),
    ),
    PlantedFault(
        "device-replaces-mfa-unremembered",
        "a device that is only tracked replaces the code",
        AREA,
        method(Attempt, "_device_facts", _facts(remembered=True)),
        ("device_sign_in::opt_in_device_counts_once_remembered",),
        WRONG,
    ),
    PlantedFault(
        "device-replaces-nothing",
        "a remembered device does not replace the code",
        AREA,
        method(Attempt, "_device_facts", _facts(may_replace_mfa=False)),
        ("device_sign_in::no_code_is_asked_on_a_remembered_device", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "device-before-mfa-replaces-it",
        "a device replaces the code though no code was ever given with it",
        AREA,
        method(Attempt, "_device_facts", _proven_by_anything),
        ("device_sign_in::device_from_before_mfa_replaces_it_after_one_code",),
        WRONG,
    ),
    PlantedFault(
        "device-of-one-code-never-replaces",
        "only a code of the sign-in that issued a device lets it replace later ones",
        AREA,
        method(TrackedDevice, "use", _only_issuing_counts),
        ("device_sign_in::device_from_before_mfa*", "device_sign_in::device_remembered_after*"),
        WRONG,
    ),
    PlantedFault(
        "code-with-a-tracked-device-counts",
        "a code counts for a device that was not remembered when it was given",
        AREA,
        method(TrackedDevice, "use", _tracked_code_counts),
        ("device_sign_in::device_remembered_after_its_code_asks_for_one_more",),
        WRONG,
    ),
    PlantedFault(
        "device-replaces-the-password",
        "a remembered device replaces the password",
        AREA,
        function(password.check_password, _password_or_device),
        ("device_refusals::device_without_the_password_is_refused",),
    ),
    PlantedFault(
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
    PlantedFault(
        "device-without-a-first-factor",
        "DEVICE_SRP_AUTH begins though no first factor was proven",
        AREA,
        function(steps._waiting, _waits_for_anything),
        ("device_refusals::device_without_a_first_factor_is_refused",),
    ),
    PlantedFault(
        "device-no-longer-remembered-proves",
        "DEVICE_SRP_AUTH goes on with a device that is not remembered any more",
        AREA,
        function(steps._remembered_device, _not_remembered_too),
        ("device_records::device_that_is_no_longer_remembered_proves_nothing",),
    ),
    PlantedFault(
        "device-step-needs-a-session",
        "DEVICE_SRP_AUTH is refused without a Session, which many clients do not send",
        AREA,
        function(steps.judge, _session_needed),
        ("device_records::device_is_proved_without_a_session",),
        WRONG,
    ),
    PlantedFault(
        "device-proof-needs-a-session",
        "DEVICE_PASSWORD_VERIFIER is refused without a Session",
        AREA,
        function(steps.judge_proof, _session_needed),
        ("device_records::device_is_proved_without_a_session",),
        WRONG,
    ),
    PlantedFault(
        "device-step-without-its-key",
        "the parameters of DEVICE_PASSWORD_VERIFIER have no DEVICE_KEY",
        AREA,
        function(steps._put_verifier, _without("DEVICE_KEY")),
        ("device_records::proof_of_a_device_is_asked_with_all_that_clients_read",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "device-step-without-its-user",
        "the parameters of DEVICE_PASSWORD_VERIFIER have no USERNAME",
        AREA,
        function(steps._put_verifier, _without("USERNAME")),
        ("device_records::proof_of_a_device_is_asked_with_all_that_clients_read",),
        WRONG,
    ),
    PlantedFault(
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
    PlantedFault(
        "new-device-each-time",
        "a sign-in on a device issues another one",
        AREA,
        function(proceed._device, _new_again),
        ("device_sign_in::remembered_device_proves_itself", "device_sign_in::opt_in*"),
        WRONG,
    ),
    PlantedFault(
        "no-new-device",
        "no sign-in names the device that it issues",
        AREA,
        function(proceed._device, _never_new),
        ("sign_in::first_sign_in*", "devices::every_sign_in_without_a_device*", "main_job::*"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    PlantedFault(
        "group-of-each-device",
        "each device has a group key of its own",
        AREA,
        answers(("RespondToAuthChallenge", "AdminRespondToAuthChallenge"), _group_of_each),
        ("devices::every_sign_in_without_a_device_brings_another",),
        WRONG,
    ),
    PlantedFault(
        "devices-outlive-their-user",
        "a new user inherits the devices of a deleted one of the same name",
        AREA,
        _plant_inheritance,
        ("device_refusals::device_of_a_deleted_user_is_refused_for_a_new_one_of_that_name",),
        (Verdict.NOT_REFUSED, Verdict.ANSWERED_OTHERWISE),
    ),
)
