"""The fast path: pass Cognito's calls to the engine without moto's request objects.

Once moto is loaded, it finds the account and region of a request. This happens once for each kind
of caller, and the result is kept. Before, no access key can belong to another account, so that only
the region is looked for. Unusual requests take the slow path through moto.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from harness.emulator.api.request import ACCOUNT, Caller
from harness.emulator.http import wire
from harness.emulator.http.region import (
    ACCOUNT_SETTING,
    SIGNATURE,
    UNUSUAL_HEADERS,
    partition_of,
    region_without_moto,
)
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer
from harness.emulator.operations.table import OPERATIONS

if TYPE_CHECKING:
    from harness.emulator.embedded import Emulator
    from harness.emulator.server.messages import HttpRequest
    from harness.emulator.server.rest_of_aws import RestOfAws

#: How many kinds of callers are kept.
_MOST_CALLERS = 4_096


class FastPath:
    """Answers the Cognito calls that need no request objects of moto, and mostly no thread.

    Args:
        emulator: the emulator that is served.
        aws: moto, loaded or not.
    """

    def __init__(self, emulator: Emulator, aws: RestOfAws) -> None:
        self._emulator = emulator
        self._aws = aws
        self._moto = _Moto(aws) if emulator.has_moto else None
        self._regions: dict[tuple[str, str, str], tuple[str, str]] = {}

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a Cognito call; return ``None`` if it needs the slow path or may wait."""
        return None if self._emulator.engine.may_wait else self._answer(request)

    def answer_without_moto(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a call that may wait; return ``None`` if moto is loaded or has to read it."""
        return None if self._emulator.has_moto else self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpAnswer | None:
        target = request.header("x-amz-target")
        if target.removeprefix(TARGET_PREFIX) not in OPERATIONS:
            return None
        caller = self._caller(request)
        if caller is None:
            return None
        signed = "authorization" in request.headers
        return wire.answer(self._emulator.engine, target, request.body, caller, signed=signed)

    def _caller(self, request: HttpRequest) -> Caller | None:
        headers = request.headers
        if request.target != "/" or not UNUSUAL_HEADERS.isdisjoint(headers):
            return None
        signature = headers.get("authorization")
        match = None if signature is None else SIGNATURE.fullmatch(signature)
        if signature is not None and match is None:
            return None
        kind = (
            match["scope"] if match else "",
            headers.get("host", ""),
            headers.get("user-agent", ""),
        )
        if self._emulator.has_moto:
            return self._caller_by_moto(kind, request)
        return self._caller_without_moto(kind, request)

    def _caller_without_moto(
        self, kind: tuple[str, str, str], request: HttpRequest
    ) -> Caller | None:
        known = self._regions.get(kind)
        if known is None:
            signature, host, agent = kind
            region = region_without_moto(request.headers, signature or None, host, agent)
            if region is None:
                return None
            if len(self._regions) >= _MOST_CALLERS:
                self._regions.clear()
            known = self._regions[kind] = (region, partition_of(region))
        return Caller(ACCOUNT, known[0], known[1], request.peer or "127.0.0.1", kind[2])

    def _caller_by_moto(self, kind: tuple[str, str, str], request: HttpRequest) -> Caller | None:
        if self._moto is None:
            self._moto = _Moto(self._aws)
        return self._moto.caller(kind, request)


class _Moto:
    """moto's part in the fast path, once it is loaded."""

    def __init__(self, aws: RestOfAws) -> None:
        from moto import settings
        from moto.cognitoidp.models import cognitoidp_backends
        from moto.iam.models import get_account_id_from
        from moto.utilities.utils import get_partition

        self._settings, self._backends = settings, cognitoidp_backends
        self._account_of, self._partition_of = get_account_id_from, get_partition
        self._aws = aws
        self._known_callers: dict[tuple[str, str, str], tuple[str, str]] = {}

    def caller(self, kind: tuple[str, str, str], request: HttpRequest) -> Caller | None:
        """Return who sent a request; ``None`` if the slow path has to find out."""
        if self._checks_permissions():
            return None
        access_key, region = self._known_callers.get(kind) or self._ask(kind, request)
        account = self._account_of(access_key)
        self._ensure_backend(account, region)
        partition = self._partition_of(region)
        return Caller(account, region, partition, request.peer or "127.0.0.1", kind[2])

    def _ask(self, kind: tuple[str, str, str], request: HttpRequest) -> tuple[str, str]:
        """Return access key and region.

        Raises:
            Refusal: there is no such region.
        """
        read = self._aws.read_cognito(request)
        if len(self._known_callers) >= _MOST_CALLERS:
            self._known_callers.clear()
        found = self._known_callers[kind] = (read.access_key, read.region)
        return found

    def _checks_permissions(self) -> bool:
        """Return whether IAM counts or checks calls, or one account is set for all calls."""
        counted = float("inf") != self._settings.INITIAL_NO_AUTH_ACTION_COUNT
        return counted or ACCOUNT_SETTING in os.environ

    def _ensure_backend(self, account: str, region: str) -> None:
        """Create moto's backend if there is none, because resets reach only existing ones."""
        backends = self._backends.get(account)
        # moto's ``in`` is true for every region that exists; its keys are those with a backend.
        if backends is None or region not in backends.keys():  # noqa: SIM118
            self._backends[account][region]
