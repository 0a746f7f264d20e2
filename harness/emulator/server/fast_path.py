"""The short way of Cognito's calls to the engine, past the request objects of moto.

What moto makes of a request, its account and its region, is asked of moto once for each kind of
caller and remembered. Whatever is out of the ordinary goes the long way.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from moto import settings
from moto.cognitoidp.models import cognitoidp_backends
from moto.iam.models import get_account_id_from
from moto.utilities.utils import get_partition

from harness.emulator.api.request import Caller
from harness.emulator.embedded import Emulator
from harness.emulator.http import wire
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer
from harness.emulator.moto_backend.responses import TruthfulCognitoResponse, read_wsgi
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.server.messages import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIEnvironment

#: A signature as SDKs write it. Nothing in it but the credential can look like one to moto.
_SIGNATURE = re.compile(
    r"(AWS4-HMAC-SHA256 Credential=[^/,\s]+/[^/,\s]+/[^/,\s]+/[^/,\s]+/aws4_request)"
    r"(?:, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]+)?"
)
#: What sends a request the long way: compressed bodies, and an account by header.
_UNUSUAL = frozenset({"content-encoding", "x-moto-account-id"})
#: Kinds of callers that are remembered.
_MOST = 4_096


class FastPath:
    """Answers what it can; environment: makes of a request what moto reads."""

    def __init__(
        self, emulator: Emulator, environment: Callable[[HttpRequest], WSGIEnvironment]
    ) -> None:
        self._emulator = emulator
        self._environment = environment
        self._places: dict[tuple[str, str, str], tuple[str, str]] = {}

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """The answer of a Cognito call; ``None`` where it has to go the long way, or may wait."""
        target = request.header("x-amz-target")
        engine = self._emulator.engine
        if target.removeprefix(TARGET_PREFIX) not in OPERATIONS or engine.may_wait:
            return None
        caller = self._caller(request)
        if caller is None:
            return None
        signed = "authorization" in request.headers
        return wire.answer(engine, target, request.body, caller, signed=signed)

    def _caller(self, request: HttpRequest) -> Caller | None:
        headers = request.headers
        if request.target != "/" or not _UNUSUAL.isdisjoint(headers) or _checks_permissions():
            return None
        signature = headers.get("authorization")
        found = None if signature is None else _SIGNATURE.fullmatch(signature)
        if signature is not None and found is None:
            return None
        kind = (found[1] if found else "", headers.get("host", ""), headers.get("user-agent", ""))
        access_key, region = self._places.get(kind) or self._ask_moto(kind, request)
        account = get_account_id_from(access_key)
        _touch(account, region)
        return Caller(account, region, get_partition(region), request.peer or "127.0.0.1", kind[2])

    def _ask_moto(self, kind: tuple[str, str, str], request: HttpRequest) -> tuple[str, str]:
        """Access key and region; raises Refusal where there is no such region."""
        read: TruthfulCognitoResponse = read_wsgi(self._emulator.engine, self._environment(request))
        if len(self._places) >= _MOST:
            self._places.clear()
        self._places[kind] = (read.access_key, read.region)
        return self._places[kind]


def _checks_permissions() -> bool:
    """Whether moto's IAM counts or judges calls, or one account is set for all of them."""
    return float("inf") != settings.INITIAL_NO_AUTH_ACTION_COUNT or "MOTO_ACCOUNT_ID" in os.environ


def _touch(account: str, region: str) -> None:
    """See that there is a backend, for moto's resets to reach it."""
    backends = cognitoidp_backends.get(account)
    if backends is None or region not in backends.keys():  # noqa: SIM118
        cognitoidp_backends[account][region]
