"""Reads configurations of pools from templates, plans, stacks, snapshots and live pools.

The format of a file is recognized from its content. :func:`read` returns every pool in a file,
:func:`load` returns one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources.formats import FORMATS, read_pools
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters

__all__ = ["FORMATS", "load", "read"]


def load(
    path: str | Path, pool: str | None = None, parameters: GivenParameters = NO_PARAMETERS
) -> PoolConfiguration:
    """Return the configuration of one pool in a file.

    Args:
        path: the file or folder.
        pool: which pool, by logical id, address or PoolName; not needed if there is only one.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, contains a setting that is not valid, or does
            not contain the pool; or it contains several pools and none is named.
    """
    return _chosen(read(path, parameters), pool, str(path))


def read(path: str | Path, parameters: GivenParameters = NO_PARAMETERS) -> list[PoolConfiguration]:
    """Return the configurations of all pools in a file.

    Args:
        path: the file or folder.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, has no pool, or contains a setting that is not
            valid; or a parameter is given that it does not declare.
    """
    with parameters.checked(str(path)):
        return read_pools(path, parameters)


def _chosen(found: Sequence[PoolConfiguration], name: str | None, source: str) -> PoolConfiguration:
    chosen = [
        pool for pool in found if name is None or name in (pool.name, pool.pool.value("PoolName"))
    ]
    if len(chosen) == 1:
        return chosen[0]
    hint = "there are several; name one" if len(chosen) > 1 else None
    allowed = [pool.name for pool in found]
    raise ConfigurationError("user pool", given=name, source=source, allowed=allowed, hint=hint)
