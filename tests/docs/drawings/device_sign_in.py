"""The picture of a sign-in on a remembered device, call by call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.docs.drawings.svg import GREEN, PALE, TEAL, arrow, document, line, words

__all__ = ["FIRST", "LATER", "Exchange", "device_sign_in"]


@dataclass(frozen=True)
class Exchange:
    """A call with its response.

    Attributes:
        call: the operation, and the flow or challenge that it names.
        sends: what it sends that matters here.
        answer: the challenge that comes next, or what comes with the tokens.
        keeps: what the device remembers, or works out, then.
    """

    call: str
    sends: str
    answer: str
    keeps: str = ""


#: The sign-in that makes the device a remembered one.
FIRST = (
    Exchange("InitiateAuth USER_SRP_AUTH", "USERNAME, SRP_A", "PASSWORD_VERIFIER"),
    Exchange(
        "RespondToAuthChallenge PASSWORD_VERIFIER",
        "a proof of the password",
        "SOFTWARE_TOKEN_MFA",
    ),
    Exchange(
        "RespondToAuthChallenge SOFTWARE_TOKEN_MFA",
        "the code of the authenticator app",
        "tokens, and NewDeviceMetadata",
        "device key, group key, a random password",
    ),
    Exchange(
        "ConfirmDevice",
        "device key; a verifier and a salt of that password",
        "the device is remembered",
    ),
)
#: Every later one on the same device.
LATER = (
    Exchange("InitiateAuth USER_SRP_AUTH", "USERNAME, SRP_A, DEVICE_KEY", "PASSWORD_VERIFIER"),
    Exchange(
        "RespondToAuthChallenge PASSWORD_VERIFIER",
        "a proof of the password, DEVICE_KEY",
        "DEVICE_SRP_AUTH",
    ),
    Exchange(
        "RespondToAuthChallenge DEVICE_SRP_AUTH",
        "a new SRP_A, DEVICE_KEY",
        "DEVICE_PASSWORD_VERIFIER",
    ),
    Exchange(
        "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER",
        "a proof of the device's password, DEVICE_KEY",
        "tokens, and no code was asked for",
    ),
)
_WIDTH, _DEVICE, _CLIENT, _COGNITO = 940, 130, 300, 850
_ROW = 62


def device_sign_in() -> str:
    """Return the picture as SVG."""
    parts: list[str] = []
    top = 30
    for title, exchanges in (
        ("The first sign-in on this device", FIRST),
        ("A later one: the password, the device's proof, no code", LATER),
    ):
        parts += _part(title, exchanges, top)
        top += 62 + _ROW * len(exchanges)
    return document("Signing in first with a code, later with a device", _WIDTH, top - 8, parts)


def _part(title: str, exchanges: tuple[Exchange, ...], top: int) -> Iterator[str]:
    yield words(24, top, title, weight="700", size=15, color=TEAL)
    end = top + 30 + _ROW * len(exchanges)
    for x, name in ((_DEVICE, "stored on the device"), (_CLIENT, "app"), (_COGNITO, "Cognito")):
        yield words(x, top + 24, name, anchor="middle", color=PALE, size=12)
        yield line(x, top + 32, x, end, color="#cfd6dc")
    for number, exchange in enumerate(exchanges):
        yield from _exchange(exchange, top + 50 + number * _ROW)


def _exchange(exchange: Exchange, top: int) -> Iterator[str]:
    yield words(_CLIENT + 10, top, exchange.call, weight="600", size=13)
    yield words(_CLIENT + 10, top + 24, exchange.sends, size=12, color=PALE)
    yield arrow(_CLIENT, top + 7, _COGNITO, top + 7)
    is_last = exchange.answer.startswith(("tokens", "the device"))
    color = GREEN if is_last else PALE
    yield words(_COGNITO - 12, top + 24, exchange.answer, size=12, anchor="end", color=color)
    yield arrow(_COGNITO, top + 31, _CLIENT, top + 31, color=color, dash="5 3")
    if exchange.keeps:
        yield arrow(_CLIENT, top + 31, _DEVICE, top + 31, color=PALE, dash="2 3")
        yield words(20, top + 22, exchange.keeps, size=12)
