"""An empty page at another port of this machine, where tests run scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

__all__ = ["other_port"]


class _Page(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        """Give the page."""
        body = b"<!doctype html><title>elsewhere</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def other_port() -> Iterator[int]:
    """Serve an empty page at another port of this machine until the end of the block."""
    other = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = Thread(target=other.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield other.server_address[1]
    finally:
        other.shutdown()
        thread.join()
        other.server_close()
