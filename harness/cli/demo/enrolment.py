"""Setting up the authenticator app: the secret as a QR code, and the first code."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

__all__ = ["ISSUER", "enrol_signed_in", "mfa_setup_handler"]

#: What an authenticator app calls the account.
ISSUER = "Cognito demo"

_SCAN = (
    "Scan this with an authenticator app. It holds the TOTP secret, from which the app makes "
    "another code every 30 seconds (RFC 6238). Cognito gives it out this once."
)
_SIGNED_IN = (
    "This pool lets people in without a second factor. So it is set up now, with the access "
    "token, and asked for from the next sign-in on."
)


def mfa_setup_handler(stage: Stage) -> Handler:
    """Return the handler that answers MFA_SETUP together with the player."""

    def answer(progress: Progress, sign_in: SignIn) -> ChallengeAnswer:
        session = needed(progress, sign_in, progress.session, "Session")
        authenticator, verified = _enrol(stage, progress.username, session=session)
        return ChallengeAnswer(
            {"USERNAME": progress.username},
            session=Secret(verified["Session"]),
            authenticator=authenticator,
        )

    return answer


def enrol_signed_in(stage: Stage, tokens: Tokens) -> Authenticator | None:
    """Set the app up for somebody who is signed in; ``None`` where the pool has no TOTP."""
    stage.chapter("Set up the authenticator app", _SIGNED_IN)
    try:
        authenticator, _ = _enrol(stage, tokens.username, access_token=tokens.access)
    except ClientError as error:
        if error_code(error) != "SoftwareTokenMFANotFoundException":
            raise
        stage.screen.say("This pool has no TOTP at all, so the demo goes on without it.")
        return None
    with stage.told():
        prefer_software_token(stage.actions, tokens.access)
    return authenticator


def _enrol(
    stage: Stage,
    username: str,
    *,
    session: Secret | None = None,
    access_token: Secret | None = None,
) -> tuple[Authenticator, VerifySoftwareTokenResponseTypeDef]:
    with stage.told():
        associated = stage.actions.associate_software_token(
            access_token=access_token, session=session
        )
    secret = Secret(associated["SecretCode"])
    authenticator = Authenticator(secret, stage.clock)
    _show(stage, authenticator.provisioning_uri(username, ISSUER), secret)
    if session is not None:
        # Only the newest Session goes on (A206).
        session = Secret(associated["Session"])
    return authenticator, _verify(stage, authenticator, session, access_token)


def _show(stage: Stage, uri: str, secret: Secret) -> None:
    stage.screen.say(_SCAN)
    write_png(uri, stage.png)
    if not stage.screen.qr_code(uri):
        stage.screen.say("This terminal is too narrow to draw it.")
    stage.screen.say(f"The same as a picture: {stage.png}")
    if stage.player.at_terminal:
        text = secret.reveal()
        groups = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
        stage.screen.framed("The secret, for apps that cannot scan", groups)


def _verify(
    stage: Stage,
    authenticator: Authenticator,
    session: Secret | None,
    access_token: Secret | None,
) -> VerifySoftwareTokenResponseTypeDef:
    while True:
        code = stage.player.app_code(authenticator)
        try:
            with stage.told():
                verified = stage.actions.verify_software_token(
                    code, access_token=access_token, session=session
                )
        except ClientError as error:
            stage.ask_again(error, "EnableSoftwareTokenMFAException", "CodeMismatchException")
            continue
        if verified.get("Status") != "SUCCESS":
            raise UnexpectedResult(f"VerifySoftwareToken answered {verified.get('Status')!r}")
        return verified
