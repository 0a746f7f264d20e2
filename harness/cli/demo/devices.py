"""The chapters about the device: confirm it, remember it, and sign in with it instead of a code."""

from __future__ import annotations

from dataclasses import replace

from harness.cli.demo.sign_in import MFA_CHALLENGES, sign_in
from harness.cli.demo.stage import Stage
from harness.flows.devices import confirm_device, remember_device
from harness.flows.progress import SignInContext, SignInResult
from harness.redaction import Secret
from harness.users.device import Device

__all__ = ["keep_device", "sign_in_with_device"]

_KEEP = (
    "The sign-in returned a key for this device. The demo generates a device password, keeps it, "
    "and registers a verifier for it. With the verifier Cognito can check the password without "
    "knowing it. Then you decide whether to remember the device."
)
_USE = (
    "The same user and the same password, but now the sign-in names the device. Cognito "
    "remembers it, so the device proves its own password with SRP and no code is needed."
)
_USE_IN_ANY_POOL = (
    "The same user and the same password, but now the sign-in names the device. Cognito "
    "remembers it, so the device proves its own password with SRP. Whether a code is needed too is "
    "a setting of the pool (ChallengeRequiredOnNewDevice)."
)
_USE_NOT_REMEMBERED = (
    "The same user and the same password, and the sign-in names the device. You said no, so "
    "Cognito knows the device but does not remember it: it does not take the device in place of "
    "a code."
)
_QUESTION = "Remember this device?"
_NOT_REMEMBERED = "The device is not remembered, so it does not replace the code."
_IN_THE_END = "The device is not remembered in the end: each sign-in with it needs a code."


def keep_device(stage: Stage, access_token: Secret, device: Device) -> bool:
    """Confirm a new device and ask whether to remember it; return whether it is remembered."""
    stage.chapter("Remember the device", _KEEP)
    with stage.shown_calls():
        necessary = confirm_device(stage.actions, access_token, device)
    return not necessary or _remember(stage, access_token, device)


def sign_in_with_device(
    stage: Stage, context: SignInContext, device: Device, *, remembered: bool
) -> tuple[SignInResult, bool]:
    """Sign in with the device until Cognito asks for no code.

    If the device is not remembered, Cognito asks for a code; the player can still change that.

    Returns:
        The last sign-in, and whether the device is remembered in the end.
    """
    usual = _USE_IN_ANY_POOL if stage.existing_pool else _USE
    stage.chapter("Sign in with the device", usual if remembered else _USE_NOT_REMEMBERED)
    context = replace(context, device=device)
    result = sign_in(stage, context)
    # A device may count only after one more sign-in with a code while it is remembered (D098,
    # D100). Without a yes at first, that sign-in is still to come.
    for _ in range(1 if remembered else 2):
        if not MFA_CHALLENGES.intersection(result.steps):
            break
        if not remembered:
            stage.screen.say(_NOT_REMEMBERED)
            remembered = _remember(stage, result.tokens.access, device)
            if not remembered:
                stage.screen.say(_IN_THE_END)
                break
        stage.screen.say("Once more, now that the device is remembered:")
        result = sign_in(stage, context)
    return result, remembered


def _remember(stage: Stage, access_token: Secret, device: Device) -> bool:
    if not stage.player.says_yes(_QUESTION):
        return False
    with stage.shown_calls():
        remember_device(stage.actions, access_token, device)
    return True
