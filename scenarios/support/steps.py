"""The challenges of a sign-in against those that the pool demands, in sentences."""

from __future__ import annotations

from typing import cast

from harness import Device, SignInResult, check
from scenarios.support import expectations
from scenarios.support.expectations import Situation
from scenarios.support.variants import Variant

_CODE, _DEVICE, _SETUP = "SOFTWARE_TOKEN_MFA", "DEVICE_SRP_AUTH", "MFA_SETUP"


def expect_steps(steps: tuple[str, ...], variant: Variant, situation: Situation) -> None:
    """Expect that a sign-in asked what the pool demands in this situation.

    Args:
        steps: the challenges that were answered.
        variant: the pool and the flow.
        situation: what is true of the user.
    """
    expected = expectations.challenges(variant, situation)
    sentence, facts = _difference(steps, expected, situation)
    check(
        steps == expected,
        sentence,
        facts=facts,
        expected=_shown(expected),
        answered=_shown(steps),
    )


def expect_last_step(steps: tuple[str, ...], *last: str) -> None:
    """Expect that a sign-in ended with these challenges."""
    check(
        steps[-len(last) :] == last,
        f"the sign-in did not end with {_shown(last)}",
        facts="A166",
        answered=_shown(steps),
    )


def expect_new_device(result: SignInResult, variant: Variant, situation: Situation) -> None:
    """Expect that a sign-in brings a new device exactly if it must."""
    if expectations.brings_new_device(variant, situation):
        check(result.new_device is not None, "the sign-in brought no device", facts="D055")
    else:
        expect_no_device(result)


def expect_no_device(result: SignInResult) -> None:
    """Expect that a sign-in brings no new device."""
    check(result.new_device is None, "the sign-in brought a device", facts="D055, D094")


def expect_device(device: Device | None) -> Device:
    """Return the device that a sign-in issued, and fail if it issued none."""
    check(device is not None, "the sign-in brought no device", facts="D055")
    return cast("Device", device)


def _difference(
    steps: tuple[str, ...], expected: tuple[str, ...], situation: Situation
) -> tuple[str, str]:
    """Return what is different, the gravest part of it, and the facts that it is against."""
    lacking, extra = set(expected) - set(steps), set(steps) - set(expected)
    if _CODE in lacking:
        return _without_the_code(_DEVICE in steps, situation)
    if _SETUP in lacking:
        return "the sign-in gave tokens to a user without setting up a factor", "A204"
    if "NEW_PASSWORD_REQUIRED" in lacking:
        return "a temporary password signed in without a new one", "A130"
    if _DEVICE in lacking:
        return "a remembered device was not asked to prove itself", "D092, D093"
    if _CODE in extra and situation.device_remembered:
        return "a remembered device did not take the place of the code", "D053, D101"
    if _DEVICE in extra:
        return "a device that is not remembered was asked to prove itself", "D094"
    if lacking or extra:
        return "the sign-in asked other challenges than the pool demands", "A166"
    return "the challenges came in another order or number", "A166"


def _without_the_code(on_device: bool, situation: Situation) -> tuple[str, str]:
    if not on_device:
        return "the sign-in gave tokens without asking for the code", "A209, A240"
    if not situation.device_remembered:
        return "a device that is not remembered took the place of the code", "D094, D053"
    if not situation.device_passed_mfa:
        return "a device that never passed MFA took the place of the code", "D101"
    return "a device took the place of the code in a pool that asks for both", "D053"


def _shown(steps: tuple[str, ...]) -> str:
    return " > ".join(steps) or "no challenge"
