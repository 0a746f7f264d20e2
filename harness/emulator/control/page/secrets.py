"""The secrets of the page: it contains only their names, and fetches a secret on a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.emulator.domain.totp import step_of

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
    """Return the name of a user's ``totp-secret`` or current ``totp-code``."""
    return _SEPARATOR.join((part, pool_id, sub))


def reveal(engine: Engine, name: str) -> str | None:
    """Return the secret of that name, or ``None`` if there is none."""
    kind, *rest = name.split(_SEPARATOR)
    finder = _FINDERS.get((kind, len(rest)))
    return finder(engine, *rest) if finder else None


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
}
