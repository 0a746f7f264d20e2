"""The fast path: pass Cognito's calls to the engine without moto's request objects.

moto finds the account and region of a request. This happens once for each kind of caller, and the
result is kept. Unusual requests take the slow path through moto.
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

#: A signature as SDKs write it. moto can find only one credential in it.
_SIGNATURE = re.compile(
    r"(AWS4-HMAC-SHA256 Credential=[^/,\s]+/[^/,\s]+/[^/,\s]+/[^/,\s]+/aws4_request)"
    r"(?:, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]+)?"
)
#: Headers that need the slow path: compressed bodies, and an account in a header.
_UNUSUAL = frozenset({"content-encoding", "x-moto-account-id"})
#: How many kinds of callers are kept.
_MOST_CALLERS = 4_096


class FastPath:
    """Answers the Cognito calls that need neither moto nor a thread.

    Args:
        emulator: the emulator that is served.
        environment: turns a request into the WSGI environment that moto reads.
    """

    def __init__(
        self, emulator: Emulator, environment: Callable[[HttpRequest], WSGIEnvironment]
    ) -> None:
        self._emulator = emulator
        self._environment = environment
        self._known_callers: dict[tuple[str, str, str], tuple[str, str]] = {}

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a Cognito call; return ``None`` if it needs the slow path or may wait."""
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
        match = None if signature is None else _SIGNATURE.fullmatch(signature)
        if signature is not None and match is None:
            return None
        kind = (match[1] if match else "", headers.get("host", ""), headers.get("user-agent", ""))
        access_key, region = self._known_callers.get(kind) or self._ask_moto(kind, request)
        account = get_account_id_from(access_key)
        _ensure_backend(account, region)
        return Caller(account, region, get_partition(region), request.peer or "127.0.0.1", kind[2])

    def _ask_moto(self, kind: tuple[str, str, str], request: HttpRequest) -> tuple[str, str]:
        """Return access key and region.

        Raises:
            Refusal: there is no such region.
        """
        read: TruthfulCognitoResponse = read_wsgi(self._emulator.engine, self._environment(request))
        if len(self._known_callers) >= _MOST_CALLERS:
            self._known_callers.clear()
        self._known_callers[kind] = (read.access_key, read.region)
        return self._known_callers[kind]


def _checks_permissions() -> bool:
    """Return whether moto's IAM counts or checks calls, or one account is set for all calls."""
    return float("inf") != settings.INITIAL_NO_AUTH_ACTION_COUNT or "MOTO_ACCOUNT_ID" in os.environ


def _ensure_backend(account: str, region: str) -> None:
    """Create moto's backend if there is none, because moto's resets reach only existing ones."""
    backends = cognitoidp_backends.get(account)
    # moto's ``in`` is true for every region that exists; its keys are those with a backend.
    if backends is None or region not in backends.keys():  # noqa: SIM118
        cognitoidp_backends[account][region]
