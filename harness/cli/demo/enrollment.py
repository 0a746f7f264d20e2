"""Sets up the authenticator app: shows the secret as a QR code and verifies the first code."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from harness.cli.demo.qr import write_png
from harness.cli.demo.stage import Stage, error_code
from harness.errors import UnexpectedResult
from harness.flows.handlers.base import needed
from harness.flows.mfa import prefer_software_token
from harness.flows.progress import ChallengeAnswer, Progress
from harness.flows.sign_in import Handler, SignIn
from harness.flows.tokens import Tokens
from harness.redaction import Secret
from harness.users.authenticator import Authenticator

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import VerifySoftwareTokenResponseTypeDef

__all__ = ["ISSUER", "enroll_signed_in", "mfa_setup_handler"]

#: What an authenticator app calls the account.
ISSUER = "Cognito demo"

_SCAN = (
    "Scan this with an authenticator app. It holds the TOTP secret, from which the app computes "
    "a new code every 30 seconds (RFC 6238). Cognito returns the secret only once."
)
_SIGNED_IN = (
    "This pool lets users sign in without a second factor. The demo sets one up now, with the "
    "access token. Cognito asks for it from the next sign-in on."
)


def mfa_setup_handler(stage: Stage) -> Handler:
    """Return the handler that responds to MFA_SETUP with the player's help."""

    def answer(progress: Progress, sign_in: SignIn) -> ChallengeAnswer:
        session = needed(progress, sign_in, progress.session, "Session")
        authenticator, verified = _enroll(stage, progress.username, session=session)
        return ChallengeAnswer(
            {"USERNAME": progress.username},
            session=Secret(verified["Session"]),
            authenticator=authenticator,
        )

    return answer


def enroll_signed_in(stage: Stage, tokens: Tokens) -> Authenticator | None:
    """Set up the app for a signed-in user; return ``None`` if the pool has no TOTP."""
    stage.chapter("Set up the authenticator app", _SIGNED_IN)
    try:
        authenticator, _ = _enroll(stage, tokens.username, access_token=tokens.access)
    except ClientError as error:
        if error_code(error) != "SoftwareTokenMFANotFoundException":
            raise
        stage.screen.say("This pool does not offer TOTP, so the demo continues without it.")
        return None
    with stage.shown_calls():
        prefer_software_token(stage.actions, tokens.access)
    return authenticator


def _enroll(
    stage: Stage,
    username: str,
    *,
    session: Secret | None = None,
    access_token: Secret | None = None,
) -> tuple[Authenticator, VerifySoftwareTokenResponseTypeDef]:
    with stage.shown_calls():
        associated = stage.actions.associate_software_token(
            access_token=access_token, session=session
        )
    secret = Secret(associated["SecretCode"])
    authenticator = Authenticator(secret, stage.clock)
    _show(stage, authenticator.provisioning_uri(username, ISSUER), secret)
    if session is not None:
        # Only the newest Session is valid (A206).
        session = Secret(associated["Session"])
    return authenticator, _verify(stage, authenticator, session, access_token)


def _show(stage: Stage, uri: str, secret: Secret) -> None:
    screen = stage.screen
    screen.say(_SCAN)
    if stage.png is not None:
        write_png(uri, stage.png)
        screen.say(f"The QR code is also in this file: {stage.png}")
    if stage.player.at_terminal:
        text = secret.reveal()
        groups = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
        screen.framed("The secret, for apps that cannot scan", groups)
    # The code comes last, so that it is on the screen with the question for the app's code.
    if screen.qr_code(uri, f"otpauth://totp/{quote(ISSUER)}?secret={secret.reveal()}"):
        return
    screen.say("This terminal is too narrow or too low for the QR code.")
    if stage.player.at_terminal:
        screen.say("Type the secret into the app, or give it this URI:")
        screen.in_one_line(uri)


def _verify(
    stage: Stage,
    authenticator: Authenticator,
    session: Secret | None,
    access_token: Secret | None,
) -> VerifySoftwareTokenResponseTypeDef:
    while True:
        code = stage.player.app_code(authenticator)
        try:
            with stage.shown_calls():
                verified = stage.actions.verify_software_token(
                    code, access_token=access_token, session=session
                )
        except ClientError as error:
            stage.ask_again(error, "EnableSoftwareTokenMFAException", "CodeMismatchException")
            continue
        if verified.get("Status") != "SUCCESS":
            raise UnexpectedResult(
                f"VerifySoftwareToken returned the status {verified.get('Status')!r}"
            )
        return verified
