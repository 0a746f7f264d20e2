"""A request to a user pool's domain, and what its handler needs besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from harness.emulator.api.request import Caller
from harness.emulator.http.wire import HttpAnswer

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Engine

__all__ = ["Handler", "Visit", "WebRequest"]

#: Parameters of one query or form; no page and no endpoint has as many.
_MOST_PARAMETERS = 100
#: Characters of an app client's id (the model of CreateUserPoolClient).
_LONGEST_ID = 128


@dataclass(frozen=True)
class WebRequest:
    """One HTTP request to a domain.

    Attributes:
        path: the path below the domain, such as ``/oauth2/authorize``.
        query: the query as it was sent.
        headers: the headers, by their names in lower case.
        base: the public address of the domain, without a slash at its end.
        cookie_path: the Path of the domain's cookies.
        secure: whether the request came by TLS.
    """

    method: str
    path: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    source_ip: str = "127.0.0.1"
    base: str = ""
    cookie_path: str = "/"
    secure: bool = False

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters of the query; of one that is sent twice, the first."""
        return _pairs(self.query)

    @cached_property
    def form(self) -> dict[str, str]:
        """The parameters of a body ``application/x-www-form-urlencoded``; empty for all others."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return {}
        return _pairs(self.body.decode("utf-8", "replace"))

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie; of one that is sent twice, the first.

        The first one is that with the longest path (RFC 6265, 5.4).
        """
        return next(iter(self.cookies(name)), None)

    def cookies(self, name: str) -> list[str]:
        """Return every value of a cookie.

        Every app on localhost has its cookies here too, so that one which is malformed must not
        hide the others, as it does in Python's own reader.
        """
        parts = [part.strip().partition("=") for part in self.headers.get("cookie", "").split(";")]
        return [
            value.strip().strip('"') for given, found, value in parts if found and given == name
        ]


@dataclass(frozen=True)
class Visit:
    """A request to a domain, with the pool whose domain it is.

    Attributes:
        domain: the name of the domain: a prefix, or the full name of a custom domain.
    """

    engine: Engine
    pool: Pool
    domain: str
    request: WebRequest

    @property
    def caller(self) -> Caller:
        """The browser or the app, as a caller of the API."""
        return Caller(
            account=self.pool.account,
            region=self.pool.region,
            partition=self.pool.partition,
            source_ip=self.request.source_ip,
            user_agent=self.request.headers.get("user-agent", ""),
        )

    def spend(self) -> None:
        """Count the request against the rates of the domain, where quotas are on (H017).

        Raises:
            Refusal: TooManyRequestsException, if a rate is used up.
        """
        quotas = self.engine.quotas
        if quotas.enabled:
            given = {**self.request.form, **self.request.parameters}
            client_id = given.get("client_id", "")[:_LONGEST_ID]
            quotas.spend_at_domain(self.caller, self.domain, client_id, self.now)

    @property
    def now(self) -> float:
        """Epoch seconds by the emulator's clock."""
        return self.engine.clock.time()


#: Answers one path of a domain.
Handler: TypeAlias = Callable[[Visit], HttpAnswer]


def _pairs(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found
