"""Devices that are not accepted: unknown, another user's, or with the wrong password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness import Actions, PersonFactory, Secret, check, forget_device
from scenarios.support import refusals
from scenarios.support.acceptance import accepted
from scenarios.support.expectations import Situation
from scenarios.support.members import UNKNOWN_DEVICE, Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import TRACKED_DEVICES, requires
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_device, expect_steps
from scenarios.support.variants import BY_SRP, TRACKED, Flow, Mfa, Variant, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


@varied(mfa=Mfa, devices=TRACKED)
def test_forgotten_device_is_refused_and_the_code_asked_again(
    cognito_actions: Actions,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """Sign-in on a forgotten device is refused; without it the second factor is asked for."""
    member, device = tracked_member.member, tracked_member.device
    forget_device(cognito_actions, sign_in(member, device=device).tokens.access, device)
    with unchanged(member.person), refused(refusals.UNKNOWN_DEVICE):
        sign_in(member, device=device)
    situation = Situation(enrolled=variant.mfa is not Mfa.OFF)
    result = sign_in(member)
    expect_steps(result.steps, variant, situation)
    again = expect_device(result.new_device).key == device.key
    check(not again, "the key of a forgotten device was issued again", facts="D124")


@varied(devices=TRACKED, flow=BY_SRP)
def test_same_password_challenge_is_answered_without_the_forgotten_device(
    cognito_actions: Actions, sign_in: MemberSignIn, tracked_member: TrackedMember, variant: Variant
) -> None:
    """After `Device does not exist.` the same PASSWORD_VERIFIER accepts a response without a key.

    Amplify and amazon-cognito-identity-js recover this way (D106): the refusal must not use up the
    challenge, and must come before the second factor is asked for.
    """
    member, device = tracked_member.member, tracked_member.device
    forget_device(cognito_actions, sign_in(member, device=device).tokens.access, device)
    asked = sign_in.start(member)
    with refused(refusals.UNKNOWN_DEVICE):
        sign_in.answer(asked, DEVICE_KEY=device.key)
    with accepted("a response without the forgotten device", facts="D106"):
        progress = sign_in.answer(asked)
    while not progress.done:
        progress = sign_in.answer(progress)
    situation = Situation(enrolled=variant.mfa is not Mfa.OFF)
    expect_steps(progress.steps, variant, situation)


@requires(TRACKED_DEVICES)
@varied(flow=Flow)
def test_unknown_device_is_refused(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A device key that was never issued is refused with the first factor."""
    with unchanged(member.person), refused(refusals.UNKNOWN_DEVICE):
        sign_in(member, device=UNKNOWN_DEVICE)


@requires(TRACKED_DEVICES)
@varied(flow=Flow)
def test_unconfirmed_device_is_refused(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A device that a sign-in issued and that was never confirmed is refused."""
    device = expect_device(sign_in(member).new_device)
    with unchanged(member.person), refused(refusals.UNKNOWN_DEVICE):
        sign_in(member, device=device)


@varied(flow=Flow)
def test_device_of_another_person_is_refused(
    another_member: Member,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
) -> None:
    """Another user's device is refused, even with its password."""
    owner, device = tracked_member.member, tracked_member.device
    with (
        unchanged(owner.person, another_member.person),
        refused(refusals.UNKNOWN_DEVICE),
    ):
        sign_in(another_member, device=device)
    sign_in.works_for(owner, device=device)


@varied(engines=True)
def test_wrong_device_password_is_refused(
    sign_in: MemberSignIn, tracked_member: TrackedMember, unchanged: Unchanged
) -> None:
    """A device that proves a wrong password is refused, and the right password still works."""
    member, device = tracked_member.member, tracked_member.device
    impostor = replace(device, password=Secret("not the password of this device"))
    asked = sign_in.until("DEVICE_PASSWORD_VERIFIER", member, device=impostor)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.answer(asked)
    sign_in.works_for(member, device=device)


@requires(TRACKED_DEVICES)
def test_device_confirmed_with_another_verifier_never_counts(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """ConfirmDevice accepts any verifier; sign-in with a device that does not match is refused."""
    first, second = sign_in(member), sign_in(member)
    device, other = expect_device(first.new_device), expect_device(second.new_device)
    cognito_actions.confirm_device(first.tokens.access, device.key, other.verifier_config())
    cognito_actions.update_device_status(first.tokens.access, device.key, "remembered")
    with refused(refusals.WRONG_PASSWORD):
        sign_in(member, device=device)


@varied(flow=Flow)
def test_device_without_the_password_is_refused(
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
) -> None:
    """A remembered device does not replace the password."""
    mistaken = tracked_member.member.with_password(cognito_people.password())
    with unchanged(mistaken.person), refused(refusals.WRONG_PASSWORD):
        sign_in(mistaken, device=tracked_member.device)


def test_device_of_a_deleted_user_is_refused_for_a_new_one_of_that_name(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
) -> None:
    """Deleting a user deletes their devices, also for a later user of the same name."""
    person, device = tracked_member.member.person, tracked_member.device
    actions = cognito_actions
    actions.admin_delete_user(person.username)
    actions.admin_create_user(
        person.username, attributes=person.verified_attributes, message_action="SUPPRESS"
    )
    actions.admin_set_user_password(person.username, person.password)
    with refused(refusals.UNKNOWN_DEVICE):
        sign_in(Member(person), device=device)


@varied(flow=Flow)
def test_device_without_a_first_factor_is_refused(
    sign_in: MemberSignIn, tracked_member: TrackedMember, unchanged: Unchanged
) -> None:
    """DEVICE_SRP_AUTH is refused unless a first factor was proved before."""
    member, device = tracked_member.member, tracked_member.device
    waiting = sign_in.until("DEVICE_SRP_AUTH", member, device=device)
    answer = sign_in.walker.prepare(waiting)
    sign_in.walker.submit(waiting, answer)
    # The pending sign-in has finished, and no other one is pending.
    alone = replace(waiting, session=None)
    with unchanged(member.person), refused(refusals.DEVICE_ALONE):
        sign_in.walker.submit(alone, answer)
