"""Records of devices: what makes them usable, what challenges say of them, and their dates."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any

import pytest

from harness import Actions, check, confirm_device, do_not_remember_device
from scenarios.support import expectations, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import member_of
from scenarios.support.choices import choice
from scenarios.support.members import (
    UNKNOWN_DEVICE,
    Member,
    MemberSignIn,
    TrackedMember,
)
from scenarios.support.pool_under_test import SECOND_FACTOR, TRACKED_DEVICES, requires
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_device
from scenarios.support.variants import Flow, SignInName, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a DeviceSecretVerifierConfig."""

    label: str
    member: str
    value: str


def _in_base64(number: int) -> str:
    data = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
    return base64.b64encode(data).decode()


FLAWS = (
    Flaw("empty_salt", "Salt", ""),
    Flaw("empty_verifier", "PasswordVerifier", ""),
    Flaw("zero_salt", "Salt", _in_base64(0)),
    Flaw("zero_verifier", "PasswordVerifier", _in_base64(0)),
    Flaw("verifier_of_zero_modulo_n", "PasswordVerifier", _in_base64(expectations.SRP_N)),
    # The number of a client that leaves out the zero byte before the sign (D028).
    Flaw("negative_salt", "Salt", _in_base64(-(2**126))),
    Flaw("negative_verifier", "PasswordVerifier", _in_base64(-(2**3070))),
)


@choice("choice 14")
@requires(TRACKED_DEVICES)
@varied(flaw=FLAWS)
def test_verifier_that_proves_nothing_is_refused(
    cognito_actions: Actions,
    flaw: Flaw,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ConfirmDevice is refused with a verifier by which nobody could sign in, or everybody."""
    result = sign_in(member)
    device, access = expect_device(result.new_device), result.tokens.access
    config = {**device.verifier_config(), flaw.member: flaw.value}
    with unchanged(member.person), refused(refusals.DEVICE_VERIFIER_UNUSABLE):
        cognito_actions.confirm_device(access, device.key, config)
    confirm_device(cognito_actions, access, device)


@requires(TRACKED_DEVICES, SECOND_FACTOR)
@varied(sign_in_name=(SignInName.EMAIL, SignInName.EMAIL_ALIAS))
def test_device_that_was_issued_to_an_alias_cannot_be_confirmed(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A device belongs to the name of the last response, and only that of the user counts."""
    asked = sign_in.until("SOFTWARE_TOKEN_MFA", member)
    code = member.second_factor.code()
    result = sign_in.give_code(asked, code, username=member.person.email).result()
    device = expect_device(result.new_device)
    with unchanged(member.person), refused(refusals.INVALID_DEVICE_KEY):
        confirm_device(cognito_actions, result.tokens.access, device)


@varied(flow=(Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_SRP_AUTH))
def test_proof_of_a_device_is_asked_with_all_that_clients_read(
    sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """DEVICE_PASSWORD_VERIFIER names user and device, and has what the SRP proof needs."""
    device = tracked_member.device
    asked = sign_in.until("DEVICE_PASSWORD_VERIFIER", tracked_member.member, device=device)
    for name in ("SALT", "SECRET_BLOCK", "SRP_B"):
        what = f"DEVICE_PASSWORD_VERIFIER has no {name}"
        check(bool(asked.challenge_parameters.get(name)), what, facts="D104c")
    found = asked.challenge_parameters.get("DEVICE_KEY")
    what = "DEVICE_PASSWORD_VERIFIER does not name the device in DEVICE_KEY"
    check(found == device.key, what, facts="D104b", expected=device.key, answered=found)
    result = sign_in.answer(asked).result()
    named = asked.challenge_parameters.get("USERNAME")
    what = "DEVICE_PASSWORD_VERIFIER does not name the user in USERNAME"
    check(named == result.username, what, facts="D104c", expected=result.username, answered=named)


@varied(flow=(Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_SRP_AUTH))
def test_device_is_proved_without_a_session(
    sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """Clients that send no Session in the steps of the device sign in too."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until("DEVICE_SRP_AUTH", member, device=device)
    with accepted("DEVICE_SRP_AUTH without a Session", facts="D103"):
        proof = sign_in.answer(replace(asked, session=None))
    named = proof.challenge_name
    what = f"DEVICE_SRP_AUTH without a Session led to {named}"
    check(named == "DEVICE_PASSWORD_VERIFIER", what, facts="D103")
    with accepted("DEVICE_PASSWORD_VERIFIER without a Session", facts="D103"):
        done = sign_in.answer(replace(proof, session=None)).done
    check(done, "DEVICE_PASSWORD_VERIFIER without a Session gave no tokens", facts="D103")


@varied(missing=("DEVICE_KEY", "SRP_A"))
def test_missing_member_of_the_device_is_named(
    missing: str, sign_in: MemberSignIn, tracked_member: TrackedMember, unchanged: Unchanged
) -> None:
    """DEVICE_SRP_AUTH without DEVICE_KEY or SRP_A is refused, and the error names it."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until("DEVICE_SRP_AUTH", member, device=device)
    answer = sign_in.walker.prepare(asked)
    del answer[missing]
    refusal = refusals.MISSING_PARAMETER.about(name=missing)
    with unchanged(member.person), refused(refusal):
        sign_in.walker.submit(asked, answer)
    sign_in.answer(asked)


def test_unknown_device_cannot_take_over_the_step_of_a_device(
    sign_in: MemberSignIn, tracked_member: TrackedMember, unchanged: Unchanged
) -> None:
    """DEVICE_SRP_AUTH with a key that the user has no device of is refused."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until("DEVICE_SRP_AUTH", member, device=device)
    answer = sign_in.walker.prepare(asked)
    answer["DEVICE_KEY"] = UNKNOWN_DEVICE.key
    with unchanged(member.person), refused(refusals.DEVICE_NOT_REMEMBERED):
        sign_in.walker.submit(asked, answer)


def test_device_that_is_no_longer_remembered_proves_nothing(
    cognito_actions: Actions, sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """DEVICE_SRP_AUTH is refused once the device is not remembered any more."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until("DEVICE_SRP_AUTH", member, device=device)
    access = sign_in(member, device=device).tokens.access
    do_not_remember_device(cognito_actions, access, device)
    with refused(refusals.DEVICE_NOT_REMEMBERED):
        sign_in.answer(asked)


@pytest.mark.cognito_needs("clock")
def test_device_shows_when_it_was_last_signed_in_with(
    cognito_actions: Actions,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    tracked_member: TrackedMember,
) -> None:
    """A sign-in on the device moves its last two dates, and never the first."""
    member, device = tracked_member.member, tracked_member.device
    before = _dates(cognito_actions, member, device.key)
    time_passes(expectations.HOUR)
    sign_in(member)
    unmoved = _dates(cognito_actions, member, device.key) == before
    check(unmoved, "a sign-in without the device moved its dates", facts="D076")
    sign_in(member, device=device)
    after = _dates(cognito_actions, member, device.key)
    check(after[0] == before[0], "a sign-in moved the date of creation", facts="D076")
    for index, name in enumerate(_MOVING, start=1):
        hours = (after[index] - before[index]).total_seconds() / expectations.HOUR
        check(1 <= hours < 1.1, f"a sign-in after an hour moved {name} by {hours}", facts="D076")
    whole = after[2].microsecond == 0
    check(whole, "DeviceLastAuthenticatedDate is not in whole seconds", facts="D076")


_MOVING = ("DeviceLastModifiedDate", "DeviceLastAuthenticatedDate")


def _dates(actions: Actions, member: Member, key: str) -> list[Any]:
    """Return the dates of a device: of its creation, its last change, and its last sign-in."""
    seen = actions.admin_get_device(member.person.username, key)
    return [
        member_of(seen, f"Device.{name}", of="AdminGetDevice")
        for name in ("DeviceCreateDate", *_MOVING)
    ]
