"""The secrets of the page: it contains only their names, and fetches a secret on a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from harness.emulator.domain.totp import STEP_SECONDS, key_uri, step_of

if TYPE_CHECKING:
    from harness.emulator.domain.totp import SoftwareToken
    from harness.emulator.engine import Engine
    from harness.emulator.stores.outbox import Message

_SEPARATOR = "/"


def message_secret(number: int, message: Message, part: str) -> str:
    """Return the name of a message's ``code`` or ``body``.

    The time is part of it, because numbers start again after a reset.
    """
    return _SEPARATOR.join((part, str(number), repr(message.sent_at)))


def client_secret(client_id: str) -> str:
    """Return the name of an app client's newest secret."""
    return _SEPARATOR.join(("client", client_id))


def token_secret(pool_id: str, sub: str, part: str) -> str:
    """Return the name of a user's ``totp-secret``, current ``totp-code`` or ``totp-qr``."""
    return _SEPARATOR.join((part, pool_id, sub))


def reveal(engine: Engine, name: str) -> str | None:
    """Return the secret of that name, or ``None`` if there is none."""
    kind, *rest = name.split(_SEPARATOR)
    finder = _FINDERS.get((kind, len(rest)))
    return finder(engine, *rest) if finder else None


class CodeState(NamedTuple):
    """How long the current TOTP code is shown by an authenticator app, and whether it was used."""

    seconds: int
    used: bool


def code_state(engine: Engine, name: str) -> CodeState | None:
    """Return the state of a TOTP code by the name of the secret; ``None`` for other secrets."""
    kind, *rest = name.split(_SEPARATOR)
    token = _token(engine, *rest) if kind == "totp-code" and len(rest) == 2 else None
    if token is None:
        return None
    now = engine.clock.time()
    return CodeState(STEP_SECONDS - int(now % STEP_SECONDS), token.is_spent(step_of(now)))


def user_of(name: str) -> tuple[str, str] | None:
    """Return the pool and the sub in the name of a TOTP secret; ``None`` for other secrets."""
    kind, *rest = name.split(_SEPARATOR)
    return (rest[0], rest[1]) if kind.startswith("totp-") and len(rest) == 2 else None


def _client(engine: Engine, client_id: str) -> str | None:
    client = engine.clients.get(client_id)
    return client.secrets[-1].value if client and client.is_confidential else None


def _code(engine: Engine, number: str, moment: str) -> str | None:
    message = _message(engine, number, moment)
    return message.code if message else None


def _body(engine: Engine, number: str, moment: str) -> str | None:
    message = _message(engine, number, moment)
    return message.body if message else None


def _message(engine: Engine, number: str, moment: str) -> Message | None:
    # No message has so long a number, and int() raises an error for thousands of digits.
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return None
    message = engine.outbox.at(int(number))
    return message if message and repr(message.sent_at) == moment else None


def _token_secret(engine: Engine, pool_id: str, sub: str) -> str | None:
    token = _token(engine, pool_id, sub)
    return token.secret if token else None


def _qr_code(engine: Engine, pool_id: str, sub: str) -> str | None:
    """Return the QR code that an authenticator app scans, as the address of a picture."""
    token = _token(engine, pool_id, sub)
    if token is None:
        return None
    # Only who looks at the page needs it.
    import segno

    pool = engine.pools[pool_id]
    user = pool.users.by_sub(sub)
    uri = key_uri(pool.name, user.username if user else sub, token.secret)
    picture: str = segno.make_qr(uri, error="l").svg_data_uri(scale=4, border=4, light="#fff")
    return picture


def _token_code(engine: Engine, pool_id: str, sub: str) -> str | None:
    token = _token(engine, pool_id, sub)
    return token.code(step_of(engine.clock.time())) if token else None


def _token(engine: Engine, pool_id: str, sub: str) -> SoftwareToken | None:
    pool = engine.pools.get(pool_id)
    user = pool.users.by_sub(sub) if pool else None
    return (user.software_token or user.pending_software_token) if user else None


_FINDERS: dict[tuple[str, int], Callable[..., str | None]] = {
    ("client", 1): _client,
    ("code", 2): _code,
    ("body", 2): _body,
    ("totp-secret", 2): _token_secret,
    ("totp-code", 2): _token_code,
    ("totp-qr", 2): _qr_code,
}
