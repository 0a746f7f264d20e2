"""Signs in through all challenges; asks again after a wrong password or code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from botocore.exceptions import ClientError

from harness.cli.demo.enrollment import mfa_setup_handler
from harness.cli.demo.stage import Stage
from harness.errors import ConfigurationError
from harness.flows.handlers.base import device_key
from harness.flows.handlers.passwords import new_password_required
from harness.flows.progress import ChallengeAnswer, Progress, SignInContext, SignInResult
from harness.flows.sign_in import Handler, SignIn
from harness.redaction import Secret

__all__ = ["MFA_CHALLENGES", "sign_in"]

#: The challenges that ask for an MFA code.
MFA_CHALLENGES = frozenset({"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"})

_ASK_AGAIN = (
    "CodeMismatchException",
    "ExpiredCodeException",
    "InvalidPasswordException",
)


def sign_in(
    stage: Stage, context: SignInContext, more: Mapping[str, Handler] | None = None
) -> SignInResult:
    """Sign in and show every call; ``more`` has further handlers by ChallengeName.

    The ``context`` of the result has the username and password that finally worked.
    """
    chosen: list[Secret] = []
    handlers = {**_handlers(stage, chosen), **(more or {})}
    signing_in = SignIn(stage.actions, stage.engine, stage.clock, handlers)
    while True:
        try:
            result = _walk(stage, signing_in, context)
        except ClientError as error:
            context = _corrected(stage, context, error)
        else:
            password = chosen[-1] if chosen else context.password
            return replace(result, context=replace(context, password=password))


def _handlers(stage: Stage, chosen: list[Secret]) -> dict[str, Handler]:
    """Return handlers that ask the player; they add new passwords to ``chosen``."""

    def software_token_mfa(progress: Progress, sign_in: SignIn) -> ChallengeAnswer:
        del sign_in
        authenticator = progress.context.authenticator or progress.authenticator
        code = stage.player.app_code(authenticator)
        responses = {"USERNAME": progress.username, "SOFTWARE_TOKEN_MFA_CODE": code}
        return ChallengeAnswer({**responses, **device_key(progress)})

    def new_password(progress: Progress, sign_in: SignIn) -> ChallengeAnswer:
        chosen.append(stage.player.password("A new password"))
        context = replace(progress.context, new_password=chosen[-1])
        return new_password_required(replace(progress, context=context), sign_in)

    return {
        "MFA_SETUP": mfa_setup_handler(stage),
        "SOFTWARE_TOKEN_MFA": software_token_mfa,
        "NEW_PASSWORD_REQUIRED": new_password,
    }


def _walk(stage: Stage, signing_in: SignIn, context: SignInContext) -> SignInResult:
    with stage.shown_calls():
        progress = signing_in.start(context, stage.auth_flow)
    while not progress.done:
        progress = _answer(stage, signing_in, progress)
    return progress.result()


def _answer(stage: Stage, signing_in: SignIn, progress: Progress) -> Progress:
    # A wrong code does not use up the Session (A144, A229), so the player can respond to the same
    # challenge again.
    while True:
        try:
            with stage.shown_calls():
                return signing_in.answer(progress)
        except ClientError as error:
            stage.ask_again(error, *_ASK_AGAIN)


def _corrected(stage: Stage, context: SignInContext, error: ClientError) -> SignInContext:
    """Return what to try next; raise ``error`` if nothing the player types can help."""
    text = error.response["Error"]["Message"]
    if text.endswith("is not enabled for the client.") or text.startswith("Auth flow not enabled"):
        raise ConfigurationError(
            "--auth-flow", given=stage.auth_flow, hint=f"Cognito says: {text}"
        ) from error
    stage.ask_again(error, "NotAuthorizedException", "UserNotFoundException")
    if text.startswith("Invalid session"):
        stage.screen.say("That took too long: the sign-in has expired and starts again.")
        return context
    if text.startswith("User does not exist"):
        return replace(context, username=stage.player.username())
    if not text.startswith(("Incorrect username or password", "Password attempts exceeded")):
        raise error
    return replace(context, password=stage.player.password("Password, once more"))
