"""Starts the server of ``serve``, and says what to do if it cannot listen."""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.errors import ConfigurationError, HarnessError

if TYPE_CHECKING:
    import ssl

    from harness.emulator import Emulator
    from harness.emulator.http.sources import AllowedSources
    from harness.emulator.server import ServerLimits

__all__ = ["listening"]

_PATIENCE_SECONDS = 1.0
_LONGEST_ANSWER = 10_000
#: What Windows and the others say about a port that another program has.
_IN_USE = {errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)}
#: An address of another machine, and a name that nobody knows: socket.create_server gives the
#: number of a gaierror to an ordinary OSError.
_NO_ADDRESS = {
    errno.EADDRNOTAVAIL,
    getattr(errno, "WSAEADDRNOTAVAIL", errno.EADDRNOTAVAIL),
    *(number for name, number in vars(socket).items() if name.startswith("EAI_")),
}


@contextmanager
def listening(
    host: str,
    port: int,
    emulator: Emulator,
    *,
    tls: ssl.SSLContext | None,
    limits: ServerLimits,
    sources: AllowedSources,
    allow_outgoing_http: bool,
) -> Iterator[str]:
    """Serve an emulator for a block, and yield the URL of the server.

    Args:
        host: what ``--host`` says.
        port: what ``--port`` says.
        emulator: what answers.
        tls: the TLS context; ``None`` means plain HTTP.
        limits: how much a client may send.
        sources: who may use it.
        allow_outgoing_http: whether moto may send requests.

    Raises:
        ConfigurationError: the server cannot listen there; it names the option to change.
        HarnessError: it cannot start for another reason.
    """
    # Typer's start would otherwise be as slow as the emulator's.
    from harness.emulator.server import EmulatorServer

    server = EmulatorServer(
        host,
        port,
        emulator,
        tls=tls,
        limits=limits,
        allow_origins=sources.origins,
        allow_hosts=sources.hosts,
        allow_outgoing_http=allow_outgoing_http,
        moto_on_demand=True,
    )
    try:
        server.start()
    except HarnessError as error:
        raise _explained(error, host, port) from None
    try:
        yield server.url
    finally:
        server.stop()


def _explained(error: HarnessError, host: str, port: int) -> HarnessError:
    cause = error.__cause__
    if not isinstance(cause, OSError):
        return error
    if cause.errno in _NO_ADDRESS:
        hint = "it must be an address of this machine, such as 127.0.0.1"
        return ConfigurationError("--host", given=host, hint=hint)
    if cause.errno in _IN_USE:
        who = _who_listens(host, port)
        hint = f"it is in use: {who}; stop it, or give --port 0 for a free port"
        return ConfigurationError("--port", given=port, hint=hint)
    if isinstance(cause, PermissionError):
        hint = "this user may not listen on it; 0 picks a free port"
        return ConfigurationError("--port", given=port, hint=hint)
    return error


def _who_listens(host: str, port: int) -> str:
    """Return who has the port: often it is an emulator that someone has forgotten."""
    from harness.users.mailboxes.http import open_loopback

    shown = f"[{host}]" if ":" in host.strip("[]") else host
    url = f"http://{shown}:{port}"
    try:
        with open_loopback(f"{url}/_harness/health", _PATIENCE_SECONDS) as response:
            is_emulator = json.loads(response.read(_LONGEST_ANSWER))["status"] == "ok"
    except Exception:
        # Anything can be at that port, and can answer anything.
        is_emulator = False
    if is_emulator:
        return f"an emulator is served at {url} already"
    return f"another program listens on {shown}:{port}"
