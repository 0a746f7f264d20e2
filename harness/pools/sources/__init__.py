"""Reads configurations of pools from templates, plans, stacks, snapshots and live pools.

The format of a file is recognized from its content. :func:`find` tells which pools a file has,
:func:`read` returns every one of them, :func:`load` returns one.
"""

from __future__ import annotations

from pathlib import Path

from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources.formats import FORMATS, find_pools
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.pool_choice import FoundPools

__all__ = ["FORMATS", "find", "load", "read"]


def load(
    path: str | Path,
    pool: str | None = None,
    parameters: GivenParameters = NO_PARAMETERS,
    option: str | None = None,
) -> PoolConfiguration:
    """Return the configuration of one pool in a file.

    A mistake in another pool of the file, or in an app client of it, does not matter.

    Args:
        path: the file or folder.
        pool: which pool, by logical id, address or PoolName, or by stack and logical id; not
            needed if there is only one.
        parameters: what the user gave for the parameters of a template.
        option: the option that names a pool, for messages.

    Raises:
        ConfigurationError: the file cannot be read, contains a setting that is not valid, or does
            not contain the pool; or it contains several pools and none is named.
    """
    return find(path, parameters).choose(pool, option).read()


def read(path: str | Path, parameters: GivenParameters = NO_PARAMETERS) -> list[PoolConfiguration]:
    """Return the configurations of all pools in a file.

    Args:
        path: the file or folder.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, has no pool, or contains a setting that is not
            valid; or a parameter is given that it does not declare.
    """
    return find(path, parameters).read_all()


def find(path: str | Path, parameters: GivenParameters = NO_PARAMETERS) -> FoundPools:
    """Return the pools that are in a file; a pool is read when it is chosen.

    Args:
        path: the file or folder.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, or has no pool; or a parameter is given that
            it does not declare.
    """
    with parameters.checked(str(path)):
        return find_pools(path, parameters)
