"""Signing in on a tracked device: instead of the second factor, or in addition to it."""

from __future__ import annotations

from collections.abc import Callable

from harness import (
    Actions,
    Clock,
    PersonFactory,
    confirm_device,
    do_not_remember_device,
    enrol,
    remember_device,
)
from scenarios.support.answers import Claims
from scenarios.support.expectations import Situation
from scenarios.support.members import Member, MemberSignIn, TrackedMember
from scenarios.support.steps import (
    expect_device,
    expect_last_step,
    expect_no_device,
    expect_steps,
)
from scenarios.support.variants import (
    INSTEAD_OF_MFA,
    OPT_IN,
    TRACKED,
    WITH_MFA,
    Client,
    Devices,
    Flow,
    Mfa,
    SignInName,
    Variant,
    varied,
)


@varied(
    mfa=Mfa,
    devices=TRACKED,
    sign_in_name=SignInName,
    client=Client,
    flow=Flow,
    engines=True,
)
def test_remembered_device_proves_itself(
    sign_in: MemberSignIn, tracked_member: TrackedMember, variant: Variant
) -> None:
    """A remembered device replaces the second factor, or is proved in addition to it."""
    result = sign_in(tracked_member.member, device=tracked_member.device)
    enrolled = variant.mfa is not Mfa.OFF
    situation = Situation(enrolled=enrolled, device_remembered=True)
    expect_steps(result.steps, variant, situation)
    expect_no_device(result)
    Claims.of_access(result.tokens).expect("device_key", tracked_member.device.key, facts="A245")


@varied(mfa=WITH_MFA, devices=INSTEAD_OF_MFA, client=Client, flow=Flow)
def test_no_code_is_asked_on_a_remembered_device(
    sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """Password and device are enough, any number of times, without the authenticator."""
    for _ in range(2):
        result = sign_in(tracked_member.member, device=tracked_member.device, authenticator=None)
        expect_last_step(result.steps, "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")


@varied(mfa=Mfa, devices=OPT_IN)
def test_opt_in_device_counts_once_remembered(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, variant: Variant
) -> None:
    """Where users opt in, a device counts at sign-in only while it is remembered."""
    enrolled = variant.mfa is not Mfa.OFF
    result = sign_in(member)
    device, access = expect_device(result.new_device), result.tokens.access
    confirm_device(cognito_actions, access, device)
    tracked = Situation(enrolled, device_remembered=False)
    remembered = Situation(enrolled, device_remembered=True)

    only_tracked = sign_in(member, device=device)
    expect_steps(only_tracked.steps, variant, tracked)
    expect_no_device(only_tracked)
    remember_device(cognito_actions, access, device)
    expect_steps(sign_in(member, device=device).steps, variant, remembered)
    do_not_remember_device(cognito_actions, access, device)
    expect_steps(sign_in(member, device=device).steps, variant, tracked)


@varied(mfa=[Mfa.OPTIONAL], devices=INSTEAD_OF_MFA)
def test_device_from_before_mfa_replaces_it_after_one_code(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    variant: Variant,
) -> None:
    """A device remembered before MFA was turned on requires one code, and then none."""
    member = newcomer()
    result = sign_in(member)
    device, access = expect_device(result.new_device), result.tokens.access
    confirm_device(cognito_actions, access, device)
    remember_device(cognito_actions, access, device)
    enrolled = Member(member.person, enrol(cognito_actions, access, cognito_clock))
    for passed in (False, True):
        situation = Situation(enrolled=True, device_remembered=True, device_passed_mfa=passed)
        steps = sign_in(enrolled, device=device).steps
        expect_steps(steps, variant, situation)


@varied(mfa=[Mfa.OPTIONAL], devices=[Devices.OPT_IN_INSTEAD_OF_MFA])
def test_device_remembered_after_its_code_asks_for_one_more(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    variant: Variant,
) -> None:
    """A code given while the device was only tracked does not count: one more is required."""
    member = newcomer()
    result = sign_in(member)
    device, access = expect_device(result.new_device), result.tokens.access
    confirm_device(cognito_actions, access, device)
    enrolled = Member(member.person, enrol(cognito_actions, access, cognito_clock))
    only_tracked = Situation(enrolled=True, device_remembered=False)
    expect_steps(sign_in(enrolled, device=device).steps, variant, only_tracked)
    remember_device(cognito_actions, access, device)
    for passed in (False, True):
        situation = Situation(enrolled=True, device_remembered=True, device_passed_mfa=passed)
        steps = sign_in(enrolled, device=device).steps
        expect_steps(steps, variant, situation)


@varied(mfa=Mfa)
def test_device_outlives_a_changed_password(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    variant: Variant,
) -> None:
    """After ChangePassword the device still works, together with the new password."""
    member, device, new = tracked_member.member, tracked_member.device, cognito_people.password()
    access = sign_in(member, device=device).tokens.access
    cognito_actions.change_password(access, member.person.password, new)
    enrolled = variant.mfa is not Mfa.OFF
    situation = Situation(enrolled=enrolled, device_remembered=True)
    result = sign_in(member.with_password(new), device=device)
    expect_steps(result.steps, variant, situation)


@varied(mfa=Mfa)
def test_device_outlives_a_global_sign_out(
    cognito_actions: Actions, sign_in: MemberSignIn, tracked_member: TrackedMember, variant: Variant
) -> None:
    """GlobalSignOut revokes tokens, and keeps devices remembered."""
    member, device = tracked_member.member, tracked_member.device
    cognito_actions.global_sign_out(sign_in(member, device=device).tokens.access)
    enrolled = variant.mfa is not Mfa.OFF
    situation = Situation(enrolled=enrolled, device_remembered=True)
    expect_steps(sign_in(member, device=device).steps, variant, situation)
