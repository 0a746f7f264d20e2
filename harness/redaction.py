"""What may be shown: the one gate that requests, answers and texts pass before any output.

Three means, used together: :class:`Secret` keeps a value out of every ``repr``, :func:`redact`
hides what Cognito's member names say is secret, and a :class:`Redactor` also knows the literal
values of a run and removes them from any text.
"""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["MASK", "Redactor", "Secret", "redact"]

#: What stands in the place of a secret.
MASK = "[redacted]"

# Member names are compared without case and underscores, since Cognito writes the same thing as
# SecretHash in one operation and as SECRET_HASH in another.
_SECRET_MEMBERS = frozenset(
    {
        "accesstoken",
        "answer",
        "authorization",
        "clientsecret",
        "credential",
        "devicepassword",
        "devicesecretverifierconfig",
        "idtoken",
        "newpassword",
        "password",
        "passwordclaimsignature",
        "previouspassword",
        "proposedpassword",
        "refreshtoken",
        "secrethash",
        "session",
        "temporarypassword",
        "token",
    }
)
# Names that end like a code and are none.
_NOT_CODES = frozenset({"httpstatuscode", "statuscode", "errorcode"})
# Public, but hundreds of characters long: shown by their beginning.
_LONG_MEMBERS = frozenset({"srpa", "srpb", "secretblock", "passwordclaimsecretblock"})
_LONG_SHOWN = 12

# OpenID Connect Core 1.0, section 5.1, that is Cognito's standard attributes, less those that
# say nothing about a person (sub, locale, zoneinfo, updated_at, *_verified).
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

# What may hold tokens, and how one begins: base64 of the beginning of a JSON object.
_DOTTED = re.compile(r"[\w.-]{13,}")
_TOKEN_BEGINS, _SHORTEST_HEADER = "eyJ", 11
# Texts may be long, and made to be slow to search: every pattern is bounded or begins where a
# word begins.
_OTPAUTH_SECRET = re.compile(r"(otpauth://\S{0,2000}?[?&]secret=)[^&\s\"']+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+%'-])([\w.+%'-])[\w.+%'-]*@(\w)[\w-]*(?:\.[\w-]+)+")
_PHONE_NUMBER = re.compile(r"(?<![\w+])\+\d{5,13}(\d{2})(?!\d)")


class Secret:
    """A text that shows itself only when asked to.

    It is no ``str``, so it cannot slip into a request, a log or a failure message unnoticed.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        """Return the mask, never the text."""
        return MASK

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Two secrets are equal when their texts are; a plain ``str`` is never equal to one."""
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        """Return a hash of the text."""
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        """Return whether the text is not empty."""
        return bool(self._value)


def redact(value: Any) -> Any:
    """Return a copy of a request or an answer that may be shown.

    Secrets are told by Cognito's member names and replaced by ``[redacted]``; e-mail addresses,
    telephone numbers and the attributes of a person are masked; long public values are cut.
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

    #: Shorter values are not searched for: they would tear holes into every text. Cognito's
    #: shortest secrets, codes and passwords, have six characters.
    SHORTEST = 4

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: set[str] = set()
        self._longest_first: list[str] = []

    def register(self, value: Secret | str) -> None:
        """Learn a secret, in every spelling that JSON, URLs, HTML or ``repr`` may give it."""
        text = value.reveal() if isinstance(value, Secret) else value
        if len(text) < self.SHORTEST:
            return
        with self._lock:
            self._spellings.update(_spellings(text))
            self._longest_first.clear()

    def scrub(self, text: str) -> str:
        """Return ``text`` without the known secrets, and masked as :func:`redact` does it."""
        for spelling in self._in_order():
            if spelling in text:
                text = text.replace(spelling, MASK)
        return _mask_text(text)

    def redact(self, value: Any) -> Any:
        """Return :func:`redact` of ``value``, with every text in it scrubbed as well."""
        return _map_texts(redact(value), self.scrub)

    def _in_order(self) -> list[str]:
        """The spellings, longest first: a secret may begin with another one."""
        with self._lock:
            if not self._longest_first:
                self._longest_first.extend(sorted(self._spellings, key=len, reverse=True))
            return list(self._longest_first)


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
    return {"Name": attribute["Name"], "Value": _mask_attribute(name, attribute["Value"])}


def _mask_attribute(name: str, value: Any) -> Any:
    masked = redact(value)
    if not value or not _is_personal(name):
        return masked
    # Addresses and numbers stay recognisable, as in Cognito's own CodeDeliveryDetails.
    recognisable = name in {"email", "phone_number"} and masked != value
    return masked if recognisable else MASK


def _is_personal(name: str) -> bool:
    return name in _PERSONAL_ATTRIBUTES or name.startswith(("custom:", "dev:custom:"))


def _shorten(value: str) -> str:
    return value if len(value) <= _LONG_SHOWN else f"{value[:_LONG_SHOWN]}… ({len(value)} chars)"


def _mask_text(text: str) -> str:
    text = _DOTTED.sub(_mask_tokens, text)
    text = _OTPAUTH_SECRET.sub(rf"\1{MASK}", text)
    if "@" in text:  # without one the search would try every beginning of a long word
        text = _EMAIL.sub(r"\1***@\2***", text)
    return _PHONE_NUMBER.sub(r"+***\1", text)


def _mask_tokens(found: re.Match[str]) -> str:
    """Three parts are a JWS, as Cognito's access and ID tokens; five a JWE, as refresh tokens."""
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
