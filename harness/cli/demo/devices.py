"""The device: confirmed, remembered, and then taken instead of a code."""

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
    "The sign-in has brought a key for this device. The demo makes up a device password, keeps "
    "it, and registers a verifier of it: from that Cognito can check the password, but not learn "
    "it. Then it is for you to say whether the device is to be remembered."
)
_USE = (
    "The same person, the same password, but now the device is named. Since it is remembered, "
    "Cognito lets it prove its own password by SRP and asks for no code."
)
_QUESTION = "Remember this device?"
_NOT_REMEMBERED = "The device is not remembered, so it does not replace the code."


def keep_device(stage: Stage, access_token: Secret, device: Device) -> bool:
    """Confirm a new device and ask whether to remember it; return whether it is remembered."""
    stage.chapter("Have the device remembered", _KEEP)
    with stage.shown_calls():
        necessary = confirm_device(stage.actions, access_token, device)
    return not necessary or _remember(stage, access_token, device)


def sign_in_with_device(
    stage: Stage, context: SignInContext, device: Device, *, remembered: bool
) -> tuple[SignInResult, bool]:
    """Sign in with the device until no code is asked for.

    A person who does not want it remembered is asked for a code, and may change his mind.
    Returns the last sign-in, and whether the device is remembered in the end.
    """
    stage.chapter("Sign in with the device", _USE)
    context = replace(context, device=device)
    result = sign_in(stage, context)
    # A device may count only after one more sign-in with a code while it is remembered (D098,
    # D100); who says no at first has not had that one yet.
    for _ in range(1 if remembered else 2):
        if not MFA_CHALLENGES.intersection(result.steps):
            break
        if not remembered:
            stage.screen.say(_NOT_REMEMBERED)
            remembered = _remember(stage, result.tokens.access, device)
            if not remembered:
                break
        stage.screen.say("Once more, with the device remembered:")
        result = sign_in(stage, context)
    return result, remembered


def _remember(stage: Stage, access_token: Secret, device: Device) -> bool:
    if not stage.player.says_yes(_QUESTION):
        return False
    with stage.shown_calls():
        remember_device(stage.actions, access_token, device)
    return True
