"""Replace moto's Cognito backend with the emulator.

moto finds the URLs of a backend by the name of this file, and keeps one backend per account and
region. Our backends hold no pools: they look into the one engine. They keep only what moto handles
and the engine does not: identity providers.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends
from moto.core.models import MockAWS

from harness.emulator.engine import Engine
from harness.emulator.moto_backend.async_clients import serve_async_clients
from harness.emulator.moto_backend.own_urls import answer_own_urls

#: The installed engines; the last one answers.
_installed: list[Engine] = []


def current_engine() -> Engine:
    """Return the engine that answers for every account and region of this process.

    Raises:
        RuntimeError: no emulator is installed.
    """
    if not _installed:
        raise RuntimeError("the emulator is not installed; call harness.emulator.install() first")
    return _installed[-1]


def is_installed() -> bool:
    """Return whether an emulator answers in this process instead of moto."""
    return bool(_installed)


def install_engine(engine: Engine) -> None:
    """Make this engine answer Cognito's calls in place of moto.

    moto's ``BackendDict`` creates a backend when an account is first used and keeps it, so the
    existing ones are dropped. The URL table needs no such step: moto reads it on every call.
    """
    _installed.append(engine)
    _renew_backends()


def uninstall_engine(engine: Engine) -> None:
    """Let the engine that was installed before answer again, or moto if no other is left."""
    _installed[:] = [other for other in _installed if other is not engine]
    _renew_backends()


def add_backends(engine: Engine) -> None:
    """Give moto a backend for each region with pools, because its resets reach only those."""
    for account, region in {(pool.account, pool.region) for pool in list(engine.pools.values())}:
        # A pool from a state file may be in a region that moto does not have.
        with suppress(KeyError):
            cognitoidp_backends[account][region]


def _renew_backends() -> None:
    cognitoidp_backends.backend = TruthfulCognitoBackend if _installed else CognitoIdpBackend
    cognitoidp_backends.clear()
    serve_async_clients(bool(_installed))
    answer_own_urls(bool(_installed))
    _renew_resources()


def _renew_resources() -> None:
    """Clear the caches in which moto's CloudFormation, if loaded, keeps the resource types."""
    parsing = sys.modules.get("moto.cloudformation.parsing")
    if parsing is not None:
        for cached in (
            parsing.get_model_list,
            parsing.get_model_map,
            parsing.get_name_type_map,
        ):
            cached.cache_clear()


class MotoPoolRecord:
    """The attributes of a pool that moto's own operations read."""

    def __init__(self, pool_id: str, name: str) -> None:
        self.id = pool_id
        self.name = name
        self.identity_providers: dict[str, Any] = OrderedDict()


class MotoPools(Mapping[str, MotoPoolRecord]):
    """The engine's pools of one account and region, in the form that moto's operations read."""

    def __init__(self, account: str, region: str) -> None:
        self._owner = (account, region)
        self._records: dict[str, MotoPoolRecord] = {}

    def __getitem__(self, pool_id: str) -> MotoPoolRecord:
        pool = current_engine().pools.get(pool_id)
        if pool is None or (pool.account, pool.region) != self._owner:
            self._records.pop(pool_id, None)
            raise KeyError(pool_id)
        return self._records.setdefault(pool_id, MotoPoolRecord(pool_id, pool.name))

    def __iter__(self) -> Iterator[str]:
        for pool_id, pool in list(current_engine().pools.items()):
            if (pool.account, pool.region) == self._owner:
                yield pool_id

    def __len__(self) -> int:
        return sum(1 for _ in self)


class TruthfulCognitoBackend(CognitoIdpBackend):
    """moto's backend for one account and region, with the engine's pools in it."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        # moto annotates a plain dictionary; only reading is needed of it.
        self.user_pools = MotoPools(account_id, region_name)  # type: ignore[assignment]

    def reset(self) -> None:
        """Delete what this account has in this region, as moto does between mocks."""
        if _installed:
            current_engine().delete_region(self.account_id, self.region_name)
        super().reset()


def moto_mock() -> Any:
    """Return a mock of every AWS service in this process, not yet started."""
    from moto import mock_aws

    return mock_aws()


def start_mock(mock: Any) -> None:
    """Start a mock; if that fails, moto must not count it, because only the first one patches."""
    before = MockAWS._nested_count
    try:
        mock.start()
    except BaseException:
        if MockAWS._nested_count > before:
            mock.stop(remove_data=False)
        raise
