"""The limits of a served emulator: how much a client may send, how slowly, and how many connect.

The limits protect the machine of a test run from a client that goes wrong. Cognito's own numbers
are not published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TypeGuard

from harness.emulator.http.compression import MOST_BODY_BYTES
from harness.emulator.refusals import Refusal
from harness.errors import ConfigurationError


@dataclass(frozen=True)
class ServerLimits:
    """The limits of a served emulator. Seconds are of real time, not of the emulator's clock.

    Attributes:
        head_bytes: the most bytes of a request's first line and headers; more is status 431.
        cognito_body_bytes: the most bytes of the body of a Cognito call or a control request,
            before and after decompression; more is status 413.
        other_body_bytes: the same for moto's other services, such as S3.
        connections: the most open connections. When one more client connects, the connection that
            has waited longest for its client is closed.
        head_seconds: how long a client may take to send the head of a request; more is status 408.
        body_seconds: how long a client may take to send the body; more is status 408.
        idle_seconds: how long a connection may stay open without a request, or with a response
            that the client does not read.

    Raises:
        ConfigurationError: a limit is not a number above 0.
    """

    head_bytes: int = 65_536
    cognito_body_bytes: int = MOST_BODY_BYTES
    other_body_bytes: int = 67_108_864
    connections: int = 1_000
    head_seconds: float = 30
    body_seconds: float = 300
    idle_seconds: float = 600

    def __post_init__(self) -> None:
        """Check every limit."""
        for field in fields(self):
            given = getattr(self, field.name)
            whole = not field.name.endswith("_seconds")
            if not _is_number(given, whole) or not 0 < given < math.inf:
                raise ConfigurationError(
                    f"ServerLimits({field.name}=...)",
                    given=given,
                    hint=f"it must be a {'whole ' * whole}number above 0",
                )

    def most_connections(self) -> int:
        """Return how many connections can be open, also by the system's limit of open files.

        Half of the files stay free for everything else in the process.
        """
        return min(self.connections, max(_open_files() // 2, 1))


def head_too_long(most: int) -> Refusal:
    """Return the refusal of a head with more than ``most`` bytes (RFC 6585, 5)."""
    text = f"The first line and the headers are longer than {most} bytes"
    return Refusal("RequestHeaderFieldsTooLargeException", text, status=431)


def too_slow(part: str) -> Refusal:
    """Return the refusal of a request whose head or body takes too long (RFC 9110, 15.5.9)."""
    text = f"The {part} of the request did not arrive in time"
    return Refusal("RequestTimeoutException", text, status=408)


def too_many_connections(most: int) -> Refusal:
    """Return the refusal of a connection while all others are busy."""
    text = f"{most} connections are open and busy, and more are not allowed"
    return Refusal("ServiceUnavailableException", text, status=503)


def _is_number(given: object, whole: bool) -> TypeGuard[float]:
    kinds = (int,) if whole else (int, float)
    return isinstance(given, kinds) and not isinstance(given, bool)


def _open_files() -> int:
    try:
        import resource  # not on Windows
    except ImportError:
        return 8_192
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1_048_576 if soft == resource.RLIM_INFINITY else soft
