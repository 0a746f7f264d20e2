"""Redaction: every request, response and text passes through here before it is shown.

Three tools work together. :class:`Secret` keeps a value out of every ``repr``. :func:`redact`
hides the members whose names in Cognito's API mark them as secret. A :class:`Redactor` knows the
literal secrets of a run and removes them from any text.
"""

from __future__ import annotations

import json
import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["MASK", "Redactor", "Secret", "listening_for_secrets", "redact"]

#: The text shown instead of a secret.
MASK = "[redacted]"

# Member names are compared without case and underscores, since Cognito writes SecretHash in one
# operation and SECRET_HASH in another.
_SECRET_MEMBERS = frozenset(
    {
        "accesstoken",
        "answer",
        "authorization",
        "clientsecret",
        "clientsecretvalue",
        "codeverifier",  # of PKCE: with it, whoever has the code gets the tokens
        "credential",
        "devicepassword",
        "devicesecretverifierconfig",
        "idtoken",
        "newpassword",
        "password",
        "presignedurl",  # of a user import job: whoever has it can upload a file
        "passwordclaimsignature",
        "previouspassword",
        "proposedpassword",
        "refreshtoken",
        "secrethash",
        "session",
        "signature",
        "temporarypassword",
        "token",
    }
)
# Values of ANSWER that are no secret: it can also be the choice of a factor (A175, N025).
_CHOICES = frozenset(
    {"EMAIL_MFA", "EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"}
    | {"SMS_MFA", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "WEB_AUTHN"}
)
# Names that end in "code" but hold no secret code.
_NOT_CODES = frozenset({"httpstatuscode", "statuscode", "errorcode"})
# Public, but hundreds of characters long, so only the beginning is shown.
_LONG_MEMBERS = frozenset(
    {
        "attestationobject",
        "authenticatordata",
        "clientdatajson",
        "passwordclaimsecretblock",
        "publickey",
        "secretblock",
        "srpa",
        "srpb",
    }
)
_LONG_SHOWN = 12

# Cognito's standard attributes (OpenID Connect Core 1.0, section 5.1) except those that reveal
# nothing about a person: sub, locale, zoneinfo, updated_at, *_verified.
_PERSONAL_ATTRIBUTES = frozenset(
    {
        "address",
        "birthdate",
        "email",
        "family_name",
        "gender",
        "given_name",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "preferred_username",
        "profile",
        "website",
    }
)
_ATTRIBUTE_PARAMETER = "userAttributes."

# A text that may be a token, and the start of a token: base64 of the start of a JSON object.
_DOTTED = re.compile(r"[\w.-]{13,}")
_TOKEN_BEGINS, _SHORTEST_HEADER = "eyJ", 11
# A text may be long, and crafted to make a search slow. So every pattern is bounded, or starts
# only at the start of a word.
_OTPAUTH_SECRET = re.compile(r"(otpauth://\S{0,2000}?[?&]secret=)[^&\s\"']+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+%'-])([\w.+%'-])[\w.+%'-]*@(\w)[\w-]*(?:\.[\w-]+)+")
_PHONE_NUMBER = re.compile(r"(?<![\w+])\+\d{5,13}(\d{2})(?!\d)")

# A text that was cut, as in pytest's assertions; and a word that may be a part of a long secret.
_CUT = re.compile(r"(\.{3,}|…)")
_LONG_PART, _LONG_SECRET, _SHORTEST_REST = 16, 32, 3
_LONG_WORD = re.compile(rf"[^\s'\"]{{{_LONG_PART},}}")

_listeners: list[Callable[[str], None]] = []


@contextmanager
def listening_for_secrets(listener: Callable[[str], None]) -> Iterator[None]:
    """Call a function with the text of each :class:`Secret` that is made inside the block.

    Args:
        listener: called in the thread that makes the secret.
    """
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class Secret:
    """A secret text, shown only by :meth:`reveal`.

    It is not a ``str``, so it cannot get into a request, a log or a failure message unnoticed.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        for listener in _listeners:
            listener(value)

    def reveal(self) -> str:
        """Return the secret text."""
        return self._value

    def __repr__(self) -> str:
        """Return the mask, never the text."""
        return MASK

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Return whether the texts of two secrets are equal; a plain ``str`` never equals one."""
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        """Return a hash of the text."""
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        """Return whether the text is not empty."""
        return bool(self._value)


def redact(value: Any) -> Any:
    """Return a copy of a request or response that may be shown.

    Members with secret names in Cognito's API become ``[redacted]``. Email addresses, phone
    numbers and personal attributes are masked. Long public values are cut.
    """
    if isinstance(value, Mapping):
        return _redact_mapping(value)
    if isinstance(value, str):
        return _mask_text(value)
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if isinstance(value, Sequence | AbstractSet):
        return [redact(item) for item in value]
    return value


class Redactor:
    """Knows the literal secrets of a run and removes them from any text."""

    #: Shorter values are not removed: they occur in any text by chance. Cognito's shortest secrets,
    #: codes and passwords, have six characters.
    SHORTEST = 4

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: set[str] = set()
        self._longest_first: list[str] = []
        self._rests = _Rests(())

    def register(self, value: Secret | str) -> None:
        """Remember a secret, in each spelling that JSON, URLs, HTML or ``repr`` may use."""
        text = value.reveal() if isinstance(value, Secret) else value
        if len(text) < self.SHORTEST:
            return
        with self._lock:
            self._spellings.update(_spellings(text))
            self._longest_first.clear()

    def scrub(self, text: str) -> str:
        """Return ``text`` without the known secrets, and masked like in :func:`redact`.

        What is left of a secret that was cut, next to the dots of the cut, is removed as well.
        """
        spellings, rests = self._in_order()
        for spelling in spellings:
            if spelling in text:
                text = text.replace(spelling, MASK)
        return _mask_text(_mask_long_parts(_mask_rests(text, rests), spellings))

    def redact(self, value: Any) -> Any:
        """Return ``value`` redacted by :func:`redact`, with all texts in it scrubbed."""
        return _map_texts(redact(value), self.scrub)

    def _in_order(self) -> tuple[list[str], _Rests]:
        """Return the spellings, longest first, since a secret may begin with another one."""
        with self._lock:
            if not self._longest_first:
                self._longest_first.extend(sorted(self._spellings, key=len, reverse=True))
                self._rests = _Rests(self._longest_first)
            return list(self._longest_first), self._rests


def _redact_mapping(mapping: Mapping[Any, Any]) -> dict[Any, Any]:
    if set(mapping) == {"Name", "Value"}:
        return _redact_attribute(mapping)
    return {_redact_key(name): _redact_member(name, item) for name, item in mapping.items()}


def _redact_key(name: Any) -> Any:
    return _mask_text(name) if isinstance(name, str) else name


def _redact_member(name: Any, value: Any) -> Any:
    plain = str(name).replace("_", "").lower()
    if plain == "error" and isinstance(value, Mapping):
        # botocore keeps the exception's name under Error.Code.
        return {key: redact(item) for key, item in value.items()}
    if value is None or isinstance(value, bool):
        return value
    if plain == "answer" and isinstance(value, str) and value in _CHOICES:
        return value
    if plain == "credential" and isinstance(value, Mapping):
        # A passkey's registration; only the signatures of sign-ins, which are texts, are secret.
        return redact(value)
    if _is_secret_member(plain):
        return MASK
    if plain in _LONG_MEMBERS and isinstance(value, str):
        return _shorten(value)
    if str(name).startswith(_ATTRIBUTE_PARAMETER):
        return _mask_attribute(str(name)[len(_ATTRIBUTE_PARAMETER) :], value)
    return redact(value)


def _is_secret_member(plain: str) -> bool:
    if plain in _SECRET_MEMBERS:
        return True
    return plain.endswith("code") and plain not in _NOT_CODES


def _redact_attribute(attribute: Mapping[Any, Any]) -> dict[Any, Any]:
    name = str(attribute["Name"])
    if _is_secret_member(name.replace("_", "").lower()):  # ValidationData may have anything
        return {"Name": attribute["Name"], "Value": MASK}
    return {"Name": attribute["Name"], "Value": _mask_attribute(name, attribute["Value"])}


def _mask_attribute(name: str, value: Any) -> Any:
    masked = redact(value)
    if not value or not _is_personal(name):
        return masked
    # Addresses and phone numbers stay recognizable, as in Cognito's own CodeDeliveryDetails.
    recognizable = name in {"email", "phone_number"} and masked != value
    return masked if recognizable else MASK


def _is_personal(name: str) -> bool:
    return name in _PERSONAL_ATTRIBUTES or name.startswith(("custom:", "dev:custom:"))


def _shorten(value: str) -> str:
    return value if len(value) <= _LONG_SHOWN else f"{value[:_LONG_SHOWN]}… ({len(value)} chars)"


def _mask_text(text: str) -> str:
    text = _DOTTED.sub(_mask_tokens, text)
    text = _OTPAUTH_SECRET.sub(rf"\1{MASK}", text)
    if "@" in text:  # without this check, the search is slow on long words
        text = _EMAIL.sub(r"\1***@\2***", text)
    return _PHONE_NUMBER.sub(r"+***\1", text)


def _mask_rests(text: str, rests: _Rests) -> str:
    """Mask the beginning of a secret before the dots of a cut, and its end after them."""
    pieces = _CUT.split(text)
    for place in range(0, len(pieces), 2):
        if place + 1 < len(pieces):
            pieces[place] = rests.without_beginning(pieces[place])
        if place > 0:
            pieces[place] = rests.without_end(pieces[place])
    return "".join(pieces)


class _Rests:
    """The beginnings and the ends of secrets, in alphabetical order.

    The one secret that may begin with a text follows it in this order. So a text with many cuts
    costs little however many secrets there are.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._longest = max(map(len, secrets), default=0)
        self._forwards = sorted(secrets)
        self._backwards = sorted(secret[::-1] for secret in secrets)
        self._beginnings = {secret[:_SHORTEST_REST] for secret in self._forwards}
        self._ends = {secret[-_SHORTEST_REST:] for secret in self._forwards}

    def without_beginning(self, text: str) -> str:
        """Return a text that was cut at its end, without the beginning of a secret there."""
        first = max(0, len(text) - self._longest)
        for start in range(first, len(text) - _SHORTEST_REST + 1):
            near = text[start : start + _SHORTEST_REST] in self._beginnings
            if near and _begins_one(text[start:], self._forwards):
                return text[:start] + MASK
        return text

    def without_end(self, text: str) -> str:
        """Return a text that was cut at its beginning, without the end of a secret there."""
        for end in range(min(len(text), self._longest), _SHORTEST_REST - 1, -1):
            near = text[end - _SHORTEST_REST : end] in self._ends
            if near and _begins_one(text[:end][::-1], self._backwards):
                return MASK + text[end:]
        return text


def _begins_one(text: str, ordered: Sequence[str]) -> bool:
    place = bisect_left(ordered, text)
    return place < len(ordered) and ordered[place].startswith(text)


def _mask_long_parts(text: str, secrets: Iterable[str]) -> str:
    """Mask long words that begin or end like a part of a long secret, such as a token in a diff."""
    long = [secret for secret in secrets if len(secret) >= _LONG_SECRET]
    if not long:
        return text

    def masked(found: re.Match[str]) -> str:
        ends = (found[0][:_LONG_PART], found[0][-_LONG_PART:])
        return MASK if any(end in secret for secret in long for end in ends) else found[0]

    return _LONG_WORD.sub(masked, text)


def _mask_tokens(found: re.Match[str]) -> str:
    """Mask tokens: JWS with three parts (access and ID tokens), JWE with five (refresh tokens)."""
    parts, shown = found[0].split("."), list[str]()
    position = 0
    while position < len(parts):
        part, following = parts[position], len(parts) - position - 1
        begins = part.find(_TOKEN_BEGINS)
        if begins >= 0 and len(part) - begins >= _SHORTEST_HEADER and following >= 2:
            shown.append(part[:begins] + MASK)
            position += min(4, following)
        else:
            shown.append(part)
        position += 1
    return ".".join(shown)


def _spellings(text: str) -> Iterator[str]:
    import html  # its table of entities is large, and runs without Cognito have no secrets

    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield repr(text)[1:-1]
    yield quote(text, safe="")
    yield quote_plus(text)
    yield html.escape(text)


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    return value
