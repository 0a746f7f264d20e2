"""The person who uses a client: reads emails and has an authenticator app."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp
import zxingcpp
from PIL import Image

from harness.targets.control import ControlSurface, ServedClock
from harness.users.authenticator import Authenticator
from harness.users.mailboxes.http import served_outbox

__all__ = ["Person"]


@dataclass
class Person:
    """A person with a password, a mailbox on the served emulator and an authenticator app."""

    url: str
    user_pool_id: str
    username: str = "ada"
    password: str = field(default="Correct-Horse-7", repr=False)
    wrong_password: str = field(default="Wrong-Horse-7", repr=False)
    _authenticator: Authenticator | None = field(default=None, repr=False)

    @property
    def email(self) -> str:
        """The address that codes are sent to."""
        return f"{self.username}@example.com"

    @property
    def phone_number(self) -> str:
        """The phone number that codes are sent to."""
        return "+12065550100"

    def newest_code(self) -> str:
        """Return the code in the newest email or text message."""
        read = served_outbox(self.url)
        messages = read(username=self.username, user_pool_id=self.user_pool_id, kind=None)
        return str(messages[0]["code"])

    def wrong_code(self) -> str:
        """Return a code that was not sent."""
        return _other_than([self.newest_code()])

    def take_secret(self, answer: Mapping[str, Any]) -> None:
        """Give the authenticator app the secret that a client shows, as text or as a QR code."""
        secret = _scanned(answer["picture"]) if "picture" in answer else str(answer["secret"])
        self._authenticator = Authenticator(secret, ServedClock(ControlSurface(self.url)))

    def totp_code(self) -> str:
        """Return an unused code; if there is none, move the clock."""
        return self._authenticator_app().code()

    def wrong_totp_code(self) -> str:
        """Return a code that the authenticator app shows neither now nor just before or after."""
        return _other_than([self._authenticator_app().peek(offset) for offset in (-2, -1, 0, 1, 2)])

    def _authenticator_app(self) -> Authenticator:
        assert self._authenticator is not None, "the client has shown no secret"
        return self._authenticator


def _scanned(picture: str) -> str:
    """Read the secret from a picture of a QR code, a PNG in base64."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        (code,) = zxingcpp.read_barcodes(image)
    return pyotp.parse_uri(code.text).secret


def _other_than(codes: list[str]) -> str:
    digits = len(codes[0])
    return next(code for code in (f"{n:0{digits}d}" for n in range(10)) if code not in codes)
