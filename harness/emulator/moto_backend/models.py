"""moto's Cognito backend, replaced by the emulator; the file's name is how moto finds its URLs.

moto keeps one backend per account and region. Ours hold no pools of their own: they are windows
on the one engine, and keep only what moto does and the engine does not (identity providers,
resource servers and domains).
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends

from harness.emulator.engine import Engine

#: The engines that were put in and not taken out again; the last one answers.
_installed: list[Engine] = []


def current_engine() -> Engine:
    """The engine that answers for every account and region of this process."""
    if not _installed:
        raise RuntimeError("the emulator is not installed; call harness.emulator.install() first")
    return _installed[-1]


def is_installed() -> bool:
    """Whether an emulator answers in this process instead of moto."""
    return bool(_installed)


def put_in(engine: Engine) -> None:
    """Let moto build our backends from now on, and this engine answer.

    ``BackendDict`` makes a backend at the first touch of an account and keeps it, so the old ones
    must go; the URL table is read anew on every call.
    """
    _installed.append(engine)
    _renew_backends()


def take_out(engine: Engine) -> None:
    """Let the engine of before answer again, or moto itself where no other one is left."""
    _installed[:] = [other for other in _installed if other is not engine]
    _renew_backends()


def _renew_backends() -> None:
    cognitoidp_backends.backend = TruthfulCognitoBackend if _installed else CognitoIdpBackend
    cognitoidp_backends.clear()
    _renew_resources()


def _renew_resources() -> None:
    """Let moto's CloudFormation, where it is in use, look anew at what resources there are."""
    parsing = sys.modules.get("moto.cloudformation.parsing")
    if parsing is not None:
        for cached in (
            parsing.get_model_list,
            parsing.get_model_map,
            parsing.get_name_type_map,
        ):
            cached.cache_clear()


class MotoPoolRecord:
    """What moto's own operations need to find on a pool."""

    def __init__(self, pool_id: str, name: str) -> None:
        self.id = pool_id
        self.name = name
        self.identity_providers: dict[str, Any] = OrderedDict()
        self.resource_servers: dict[str, Any] = OrderedDict()


class MotoPools(Mapping[str, MotoPoolRecord]):
    """The engine's pools of one account and region, as moto's operations look them up."""

    def __init__(self, account: str, region: str) -> None:
        self._place = (account, region)
        self._records: dict[str, MotoPoolRecord] = {}

    def __getitem__(self, pool_id: str) -> MotoPoolRecord:
        pool = current_engine().pools.get(pool_id)
        if pool is None or (pool.account, pool.region) != self._place:
            self._records.pop(pool_id, None)
            raise KeyError(pool_id)
        return self._records.setdefault(pool_id, MotoPoolRecord(pool_id, pool.name))

    def __iter__(self) -> Iterator[str]:
        for pool_id, pool in list(current_engine().pools.items()):
            if (pool.account, pool.region) == self._place:
                yield pool_id

    def __len__(self) -> int:
        return sum(1 for _ in self)


class TruthfulCognitoBackend(CognitoIdpBackend):
    """One account's Cognito in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.user_pools = MotoPools(account_id, region_name)  # type: ignore[assignment]

    def reset(self) -> None:
        """Forget what this account has in this region, as moto does between mocks."""
        if _installed:
            current_engine().delete_region(self.account_id, self.region_name)
        super().reset()


def moto_mock() -> Any:
    """A mock of every AWS service in this process, not yet started."""
    from moto import mock_aws

    return mock_aws()
