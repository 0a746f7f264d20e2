"""The demo of a sign-in without a password: a code by email first, then a passkey."""

from __future__ import annotations

from harness.cli.demo.registration import register
from harness.cli.demo.sign_in import sign_in
from harness.cli.demo.stage import Stage
from harness.flows.handlers.base import HandlerTools, device_key
from harness.flows.passkeys import register_passkey
from harness.flows.progress import ChallengeAnswer, Progress, SignInContext, SignInResult
from harness.redaction import Secret
from harness.users.passkey import Passkey

__all__ = ["tell_passwordless"]

_WITH_CODE = (
    "USER_AUTH starts a sign-in without saying how. Cognito responds with what this user can do: "
    "without a password and without a passkey, that is a code by email."
)
_REGISTER = (
    "Only a user who has signed in can register a passkey. A browser would now ask a phone, a "
    "laptop or a security key to make it. This program has no browser, so it plays the "
    "authenticator: it makes a key pair, keeps the private key in its memory, and sends Cognito "
    "the public key."
)
_WITH_PASSKEY = (
    "The next sign-in prefers the passkey, so Cognito sends a challenge to sign at once. The "
    "signature also covers the origin of the page and a counter: it is of no use on another page, "
    "nor a second time."
)
_ONLY_AGAIN = "Cognito sends another code only for another sign-in. Type the code that it sent."
_NO_PASSKEY = "Cognito did not ask for the passkey"


def tell_passwordless(stage: Stage) -> str | None:
    """Run the demo without a password; return what went wrong, or ``None``."""
    username = register(stage, without_password=True).username
    first = _sign_in_with_code(stage, username)
    passkey = _make_passkey(stage, first.tokens.access)
    # The context of the result has the username that worked.
    known = username if first.context is None else first.context.username
    last = _sign_in_with_passkey(stage, known, passkey)
    ladders = [("Sign in with a code", first), ("Sign in with the passkey", last)]
    stage.screen.table(
        "The challenges of each sign-in",
        [(title, " > ".join((*result.steps, "tokens"))) for title, result in ladders],
    )
    if "WEB_AUTHN" not in last.steps:
        return _NO_PASSKEY
    stage.screen.say("Signed in with the passkey, without a password and without any code.")
    return None


def _sign_in_with_code(stage: Stage, username: str) -> SignInResult:
    stage.chapter("Sign in with a code from the email", _WITH_CODE)
    context = SignInContext(username, mailbox=stage.player.mailbox, first_factor="EMAIL_OTP")

    def email_otp(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
        del sign_in
        while (code := stage.player.sent_code(progress.username)) is None:
            stage.screen.say(_ONLY_AGAIN)
        responses = {"USERNAME": progress.username, "EMAIL_OTP_CODE": code}
        return ChallengeAnswer({**responses, **device_key(progress)})

    return sign_in(stage, context, {"EMAIL_OTP": email_otp})


def _make_passkey(stage: Stage, access_token: Secret) -> Passkey:
    stage.chapter("Register a passkey", _REGISTER)
    with stage.shown_calls():
        return register_passkey(stage.actions, access_token)


def _sign_in_with_passkey(stage: Stage, username: str, passkey: Passkey) -> SignInResult:
    stage.chapter("Sign in with the passkey", _WITH_PASSKEY)
    context = SignInContext(username, passkey=passkey, preferred_challenge="WEB_AUTHN")
    return sign_in(stage, context)
