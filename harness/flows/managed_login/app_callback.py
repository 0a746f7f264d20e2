"""The callback of an app on a loopback port, which gets the code as a real app does."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

import requests

from harness.clock import steady_seconds
from harness.errors import DeadlineExceeded, HarnessError
from harness.flows.managed_login.browser import Departure, is_loopback

__all__ = ["AppCallback", "deliver"]

_HOST = "127.0.0.1"
_PAGE = (
    b"<!doctype html><html lang='en'><title>Signed in</title>"
    b"<p>The app got the redirect. You can close this page.</p></html>"
)
_TIMEOUT = 30.0
#: Seconds until a server that is to stop notices it.
_POLL = 0.05


class AppCallback:
    """Listens on a loopback port, and keeps each redirect that arrives; use it in ``with``.

    Args:
        port: the port; 0 takes a free one.
        path: the path of the redirect URI, which may be empty, and its query if it has one.
        host: its host: a name or an address of the loopback interface.
    """

    def __init__(self, port: int = 0, path: str = "/callback", *, host: str = _HOST) -> None:
        self.path = path
        self._host = host
        self._arrived: list[Departure] = []
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer((_HOST, port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL,), name="app-callback", daemon=True
        )

    @property
    def url(self) -> str:
        """The redirect URI, to be registered at the app client letter for letter (H023)."""
        return f"http://{self._host}:{self._server.server_address[1]}{self.path}"

    def start(self) -> AppCallback:
        """Start to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening; stopping twice does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def wait(self, deadline_seconds: float = 30.0) -> Departure:
        """Return the oldest redirect that nobody has asked for yet; wait for it.

        Args:
            deadline_seconds: how long to wait, in real time.

        Raises:
            DeadlineExceeded: none came in time.
        """
        until = steady_seconds() + deadline_seconds
        with self._changed:
            while not self._arrived:
                left = until - steady_seconds()
                if left <= 0 or not self._changed.wait(left):
                    raise DeadlineExceeded(
                        f"redirect to {self.url}",
                        deadline_seconds,
                        hint="is that address registered at the app client?",
                    )
            return self._arrived.pop(0)

    def __enter__(self) -> AppCallback:
        """Start to listen."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self.stop()

    def _take(self, target: str) -> bool:
        # A browser asks for "/" where the address has no path.
        path = urlsplit(self.path).path or "/"
        if urlsplit(target).path != path:
            return False
        with self._changed:
            base = self.url.removesuffix(self.path)
            self._arrived.append(Departure(base + target, f"GET {path} of the app"))
            self._changed.notify_all()
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class CallbackHandler(BaseHTTPRequestHandler):
            """Answers the browser."""

            def do_GET(self) -> None:
                """Keep the redirect, and say that it came."""
                self.send_response(200 if take(self.path) else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(_PAGE)))
                self.end_headers()
                self.wfile.write(_PAGE)

            def log_message(self, format: str, *args: object) -> None:
                """Print nothing: the path has the code."""

        return CallbackHandler


def deliver(departure: Departure) -> int:
    """Have the browser follow a redirect to an app on this machine; return the app's status.

    Raises:
        HarnessError: it leads to another machine, or nothing listens there.
    """
    if not is_loopback(departure.url):
        raise HarnessError(
            f"the redirect to {departure.address} leads off this machine; give its query to your "
            "app's own test client instead"
        )
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(departure.url, allow_redirects=False, timeout=_TIMEOUT)
    except requests.RequestException as error:
        # The text of the error repeats the URL with the code.
        raise HarnessError(
            f"nothing answers at {departure.address} ({type(error).__name__})"
        ) from None
    return answer.status_code
