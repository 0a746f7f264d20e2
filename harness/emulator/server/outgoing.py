"""Stop moto from sending HTTP requests of its own while an emulator is served.

moto delivers SNS messages, EventBridge events, Firehose records and API Gateway integrations to any
URL that a client has given. A server that calls URLs for its clients reaches addresses that they
cannot reach themselves. On AWS too, the call succeeds when the delivery fails, so that the client
gets its normal response, and a warning says what was not sent.
"""

from __future__ import annotations

import logging
import sys
from threading import Lock
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["OutgoingHttp"]

_LOG = logging.getLogger("harness.emulator")
_MOST_REMEMBERED = 1_000
_REMEDY = "serve --allow-outgoing-http sends such requests"


class OutgoingHttp:
    """Blocks moto's requests in this process from `block` to `unblock`, for several servers.

    Everything else in the process may send requests as before. Without moto there is nothing to
    block, and `requests` need not be imported.
    """

    _lock: ClassVar[Lock] = Lock()
    _blocking: ClassVar[int] = 0
    _warned: ClassVar[set[str]] = set()
    _send: ClassVar[Any] = None

    @classmethod
    def block(cls) -> None:
        """Block moto's requests until `unblock` was called as often as this method."""
        with cls._lock:
            cls._blocking += 1
            if "moto" in sys.modules:
                cls._replace()

    @classmethod
    def moto_is_loaded(cls) -> None:
        """Take note that moto has been imported: from now on it could send requests."""
        with cls._lock:
            if cls._blocking:
                cls._replace()

    @classmethod
    def _replace(cls) -> None:
        if cls._send is None:
            session = _session()
            cls._send, session.send = session.send, _send_unless_moto

    @classmethod
    def unblock(cls) -> None:
        """Undo one call of `block`."""
        with cls._lock:
            cls._blocking -= 1
            if not cls._blocking:
                cls._warned.clear()
                if cls._send is not None and _session().send is _send_unless_moto:
                    _session().send, cls._send = cls._send, None

    @classmethod
    def is_blocked(cls) -> bool:
        """Return whether moto may send nothing now."""
        return cls._blocking > 0

    @classmethod
    def send(cls, session: Any, request: PreparedRequest, options: dict[str, Any]) -> Any:
        """Send a request, and return its response."""
        return cls._send(session, request, **options)

    @classmethod
    def warn(cls, request: PreparedRequest) -> str:
        """Return what is said about a request that is not sent; log it once for each address."""
        url = urlsplit(request.url or "")
        # Path and query may have secrets.
        address = f"{url.scheme}://{(url.hostname or '')[:100]}"
        text = f"moto did not send {request.method} to {address}; {_REMEDY}"
        with cls._lock:
            is_new = address not in cls._warned and len(cls._warned) < _MOST_REMEMBERED
            if is_new:
                cls._warned.add(address)
        if is_new:
            _LOG.warning(text)
        return text


def _session() -> Any:
    """Return what sends moto's requests.

    `responses`, under moto's mock, replaces a method of the adapter, and none of this class.
    """
    from requests import Session

    return Session


def _send_unless_moto(session: Any, request: PreparedRequest, **options: Any) -> Any:
    if not (OutgoingHttp.is_blocked() and _is_sent_by_moto()):
        return OutgoingHttp.send(session, request, options)
    from requests import Response

    response = Response()
    response.status_code, response.reason = 503, "Not sent"
    response.request, response.url = request, request.url or ""
    response._content = f"{OutgoingHttp.warn(request)}\n".encode()
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


def _is_sent_by_moto() -> bool:
    """Return whether the code that uses `requests` is moto's, not a handler that moto runs."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module != __name__ and module.partition(".")[0] != "requests":
            return module.partition(".")[0] == "moto"
        frame = frame.f_back
    return False
