"""The demo from start to end."""

from __future__ import annotations

from dataclasses import replace

from harness.cli.demo.devices import keep_device, sign_in_with_device
from harness.cli.demo.enrollment import enroll_signed_in
from harness.cli.demo.registration import register
from harness.cli.demo.sign_in import MFA_CHALLENGES, sign_in
from harness.cli.demo.stage import Stage
from harness.flows.progress import SignInContext, SignInResult

__all__ = ["tell"]

_FIRST = (
    "Cognito responds to a sign-in with one challenge after another, and finally with tokens. "
    "Most challenges come with a Session, which the client sends back and which expires after a "
    "few minutes."
)
_ELSEWHERE = (
    "The same user on another computer, which Cognito has never seen. The sign-in names no "
    "device, so Cognito asks for a code. No code works twice, so it must be a new one."
)
_REAL = (
    "A new user in this pool is a real user who gets real emails, and on AWS they count toward "
    "your bill. The demo can delete the user at the end."
)
_NO_DEVICE = "the sign-in returned no device key: this pool does not track devices"
_CODE_DESPITE_DEVICE = (
    "Cognito asked for a code despite the remembered device: "
    "ChallengeRequiredOnNewDevice of this pool is false"
)
_NO_PROOF = "Cognito did not ask the remembered device to prove itself"


def tell(stage: Stage) -> str | None:
    """Run the whole demo; return what went wrong, or ``None``."""
    if stage.existing_pool:
        stage.screen.say(_REAL)
    new_user = not stage.existing_pool or stage.player.says_yes(
        "Sign up a new user? (n: sign in as an existing user)"
    )
    username = register(stage).username if new_user else stage.player.username()
    leaves_user = stage.existing_pool and new_user
    try:
        last, finding = _sign_ins(stage, username)
        leaves_user = leaves_user and not _deleted(stage, last)
    finally:
        if leaves_user:
            stage.screen.say(f"The user {username} stays in the pool.")
    return finding


def _sign_ins(stage: Stage, username: str) -> tuple[SignInResult, str | None]:
    first, context = _first_sign_in(stage, username)
    ladders = [_ladder("Sign in for the first time", first)]
    if first.new_device is None:
        return first, _NO_DEVICE
    remembered = keep_device(stage, first.tokens.access, first.new_device)
    if context.authenticator or MFA_CHALLENGES.intersection(first.steps):
        stage.chapter("Sign in from somewhere else", _ELSEWHERE)
        ladders.append(_ladder("Sign in from somewhere else", sign_in(stage, context)))
    last, remembered = sign_in_with_device(stage, context, first.new_device, remembered=remembered)
    ladders.append(_ladder("Sign in with the device", last))
    stage.screen.table("The challenges of each sign-in", ladders)
    return last, _verdict(stage, last) if remembered else None


def _first_sign_in(stage: Stage, username: str) -> tuple[SignInResult, SignInContext]:
    """Sign in, set up a second factor if needed, and return how to sign in from now on."""
    stage.chapter("Sign in for the first time", _FIRST)
    context = SignInContext(
        username=username,
        password=stage.player.password("Password"),
        mailbox=stage.player.mailbox,
        device_name="cognito-harness demo",
        friendly_device_name="Authenticator app",
    )
    first = sign_in(stage, context)
    authenticator = first.authenticator
    if authenticator is None and not MFA_CHALLENGES.intersection(first.steps):
        authenticator = enroll_signed_in(stage, first.tokens)
    # The context of the result has the username and password that worked.
    return first, replace(first.context or context, authenticator=authenticator)


def _ladder(title: str, result: SignInResult) -> tuple[str, str]:
    return title, " > ".join((*result.steps, "tokens"))


def _verdict(stage: Stage, last: SignInResult) -> str | None:
    if "DEVICE_PASSWORD_VERIFIER" not in last.steps:
        return _NO_PROOF
    if MFA_CHALLENGES.intersection(last.steps):
        return _CODE_DESPITE_DEVICE
    stage.screen.say("Signed in with the device and without any code.")
    return None


def _deleted(stage: Stage, last: SignInResult) -> bool:
    if not stage.existing_pool or not stage.player.says_yes("Delete the user now?"):
        return False
    with stage.shown_calls():
        stage.actions.delete_user(last.tokens.access)
    return True
