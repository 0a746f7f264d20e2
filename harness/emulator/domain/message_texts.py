"""The texts of messages: what the pool says, or Cognito's own words.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.emulator.domain.pools import Pool

#: The placeholders of a message: for the code, a link and, in invitations, the user name.
CODE = "{####}"
LINK = "{##Click Here##}"
USERNAME = "{username}"

#: The part behind ``CustomMessage_`` and ``CustomEmailSender_`` for each kind of message.
INVITATION_CAUSE = "AdminCreateUser"
_CAUSES = {
    "sign_up": "SignUp",
    "resend": "ResendCode",
    "forgot_password": "ForgotPassword",
    "admin_reset": "ForgotPassword",
    "invitation": INVITATION_CAUSE,
    "mfa": "Authentication",
}
#: Codes for attributes: asked for by the user, or sent because the attribute changed.
_ASKED_FOR = "GetUserAttributeVerificationCode"


def cause_of(kind: str, operation: str) -> str:
    """Why a message is sent, in the words of the triggers' sources."""
    changed = "VerifyUserAttribute" if operation == _ASKED_FOR else "UpdateUserAttribute"
    return _CAUSES.get(kind, changed)


@dataclass(frozen=True)
class Template:
    """A message before the code is put in; an SMS has no subject."""

    body: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)

    def filled(self, code: str, username: str) -> Template:
        """The message as it is sent."""
        body = self.body.replace(CODE, code).replace(USERNAME, username)
        return Template(body, self.subject)


_VERIFICATION = Template("Your confirmation code is {####}.", "Your verification code")
_AUTHENTICATION = Template("Your authentication code is {####}.", "Your authentication code")
_INVITATION = Template(
    "Your username is {username} and temporary password is {####}.", "Your temporary password"
)


def template(pool: Pool, kind: str, medium: str) -> Template:
    """The message of a kind for ``EMAIL`` or ``SMS``: the pool's own, or the words of old."""
    if kind == "invitation":
        config = pool.settings.get("AdminCreateUserConfig") or {}
        own = config.get("InviteMessageTemplate") or {}
        return _first(medium, own, ("SMSMessage", "EmailMessage", "EmailSubject"), _INVITATION)
    if kind == "mfa":
        sms = {**pool.settings, **(pool.mfa.sms or {})}
        own = {**(pool.mfa.email or {}), "Sms": sms.get("SmsAuthenticationMessage")}
        return _first(medium, own, ("Sms", "Message", "Subject"), _AUTHENTICATION)
    names = ("SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject")
    return _first(medium, pool.settings, names, _VERIFICATION)


def _first(
    medium: str, own: Mapping[str, Any], names: tuple[str, str, str], default: Template
) -> Template:
    """The pool's texts by their names (SMS, e-mail, subject); the default where one is absent."""
    sms, email, subject = names
    if medium == "SMS":
        return Template(own.get(sms) or default.body)
    return Template(own.get(email) or default.body, own.get(subject) or default.subject)
