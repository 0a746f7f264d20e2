"""The texts of messages: the pool's own, or Cognito's defaults.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.emulator.domain.codes import RESEND, SIGN_UP
from harness.emulator.domain.pools import Pool

#: The placeholders of a message: for the code, for a link and, in invitations, for the username.
CODE = "{####}"
LINK = "{##Click Here##}"
USERNAME = "{username}"
#: A link with any text of its own. In an email with a link, Cognito takes ``{####}`` for one
#: without a text: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/521
#: No link begins within another one: a message that only ever begins them is read in linear time.
_ANY_LINK = re.compile(r"\{##((?:(?!\{##).)*?)##\}", re.DOTALL)

#: The part of triggerSource after ``CustomMessage_`` or ``CustomEmailSender_``, by kind of message.
INVITATION_CAUSE = "AdminCreateUser"
_CAUSES = {
    "sign_up": "SignUp",
    "resend": "ResendCode",
    "forgot_password": "ForgotPassword",
    "admin_reset": "ForgotPassword",
    "invitation": INVITATION_CAUSE,
    "mfa": "Authentication",
}
#: The operation by which a user requests a code for an attribute. Other operations send such a
#: code because the attribute changed.
_CODE_REQUEST = "GetUserAttributeVerificationCode"


def cause_of(kind: str, operation: str) -> str:
    """Return the second part of triggerSource for a message of that kind."""
    attribute = "VerifyUserAttribute" if operation == _CODE_REQUEST else "UpdateUserAttribute"
    return _CAUSES.get(kind, attribute)


@dataclass(frozen=True)
class Template:
    """A message with placeholders; an SMS has no subject.

    Attributes:
        by_link: whether the message has a link in the place of the code.
    """

    body: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    by_link: bool = False

    def filled(self, code: str, username: str, link: str = "") -> Template:
        """Return the message with the code, or the link that has it, and the username filled in.

        Args:
            code: the code.
            username: the username.
            link: an address whose characters need no escaping in HTML.
        """
        if self.by_link:
            body = _ANY_LINK.sub(lambda it: f'<a href="{link}">{it[1] or "##"}</a>', self.body)
        else:
            body = self.body.replace(CODE, code)
        return replace(self, body=body.replace(USERNAME, username))


_VERIFICATION = Template("Your confirmation code is {####}.", "Your verification code")
_VERIFICATION_BY_LINK = Template(
    "Please click the link below to verify your email address. {##Verify Email##}",
    "Your verification link",
)
_AUTHENTICATION = Template("Your authentication code is {####}.", "Your authentication code")
_INVITATION = Template(
    "Your username is {username} and temporary password is {####}.", "Your temporary password"
)
#: The invitation of a user without a password. Its text is unknown; it has no place for one (N054).
_INVITATION_WITHOUT_PASSWORD = Template("Your username is {username}.", "Your account")


def sends_link(pool: Pool, kind: str, medium: str) -> bool:
    """Return whether a message has a link in the place of its code (H042c).

    DefaultEmailOption says so for emails of a sign-up. Every other email has a code, also one that
    verifies a changed address: https://github.com/aws-amplify/amplify-js/issues/2777
    """
    own = pool.settings.get("VerificationMessageTemplate") or {}
    by_link = own.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"
    return by_link and medium == "EMAIL" and kind in (SIGN_UP, RESEND)


def has_link(text: str) -> bool:
    """Return whether a text has the placeholder of a link."""
    return _ANY_LINK.search(text) is not None


def template(pool: Pool, kind: str, medium: str, *, password: bool = True) -> Template:
    """Return the template of a kind for ``EMAIL`` or ``SMS``: the pool's own, or the default.

    A sign-in code has the same texts as an MFA code (N008).

    Args:
        pool: the pool.
        kind: the kind of the message.
        medium: ``EMAIL`` or ``SMS``.
        password: whether an invitation has a temporary password.
    """
    if kind == "invitation":
        config = pool.settings.get("AdminCreateUserConfig") or {}
        own = config.get("InviteMessageTemplate") or {}
        default = _INVITATION if password else _INVITATION_WITHOUT_PASSWORD
        return _first(medium, own, ("SMSMessage", "EmailMessage", "EmailSubject"), default)
    if sends_link(pool, kind, medium):
        own = pool.settings["VerificationMessageTemplate"]
        names = ("SmsMessage", "EmailMessageByLink", "EmailSubjectByLink")
        return replace(_first(medium, own, names, _VERIFICATION_BY_LINK), by_link=True)
    if kind == "mfa":
        sms = {**pool.settings, **(pool.mfa.sms or {})}
        own = {**(pool.mfa.email or {}), "Sms": sms.get("SmsAuthenticationMessage")}
        return _first(medium, own, ("Sms", "Message", "Subject"), _AUTHENTICATION)
    names = ("SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject")
    return _first(medium, pool.settings, names, _VERIFICATION)


def _first(
    medium: str, own: Mapping[str, Any], names: tuple[str, str, str], default: Template
) -> Template:
    """Return the pool's own texts; a text that the pool does not have is the default's.

    Args:
        medium: ``EMAIL`` or ``SMS``.
        own: the settings with the pool's texts.
        names: the names of the settings for SMS, email and subject.
        default: Cognito's texts.
    """
    sms, email, subject = names
    if medium == "SMS":
        return Template(own.get(sms) or default.body)
    return Template(own.get(email) or default.body, own.get(subject) or default.subject)
