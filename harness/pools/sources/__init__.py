"""Reads configurations of pools from templates, plans, snapshots and live pools.

The format of a file is recognized from its content. :func:`find` tells which pools a file has,
:func:`read` returns every one of them, :func:`load` returns one.
"""

from __future__ import annotations

from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import cdk, cloudformation, snapshot, terraform
from harness.pools.sources.documents import Document, read_document
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.pool_choice import FoundPools, ready

__all__ = ["FORMATS", "find", "load", "read"]

#: The formats that can be read, as a message lists them.
FORMATS = (
    "a CloudFormation or SAM template (YAML or JSON)",
    "the output of cdk synth (a template or the folder cdk.out)",
    "the output of terraform show -json",
    "a snapshot from cognito-harness snapshot",
)


def load(
    path: str | Path, pool: str | None = None, parameters: GivenParameters = NO_PARAMETERS
) -> PoolConfiguration:
    """Return the configuration of one pool in a file.

    A mistake in another pool of the file, or in an app client of it, does not matter.

    Args:
        path: the file, or a folder that cdk synth wrote.
        pool: which pool, by logical id, address or PoolName, or by stack and logical id; not
            needed if there is only one.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, contains a setting that is not valid, or does
            not contain the pool; or it contains several pools and none is named.
    """
    return find(path, parameters).choose(pool).read()


def read(path: str | Path, parameters: GivenParameters = NO_PARAMETERS) -> list[PoolConfiguration]:
    """Return the configurations of all pools in a file.

    Args:
        path: the file, or a folder that cdk synth wrote.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, has no pool, or contains a setting that is not
            valid.
    """
    return find(path, parameters).read_all()


def find(path: str | Path, parameters: GivenParameters = NO_PARAMETERS) -> FoundPools:
    """Return the pools that are in a file; a pool is read when it is chosen.

    Args:
        path: the file, or a folder that cdk synth wrote.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, or has no pool.
    """
    if Path(path).is_dir():
        return _some(cdk.find_in_assembly(Path(path), parameters), cloudformation.POOL)
    document = read_document(path)
    if snapshot.recognizes(document):
        return ready(document.name, snapshot.read(document))
    if terraform.recognizes(document):
        return _some(terraform.find(document), terraform.POOL)
    if cloudformation.recognizes(document):
        return _some(cloudformation.find(document, None, parameters), cloudformation.POOL)
    raise _unrecognized(document)


def _some(found: FoundPools, resource_type: str) -> FoundPools:
    """Return the pools of a source that has some; refuse a source without one."""
    if not found.pools and not found.problems:
        hint = f"the file has no user pool ({resource_type})"
        raise ConfigurationError("file", given=found.source, hint=hint)
    return found


def _unrecognized(document: Document) -> ConfigurationError:
    found = document.value
    problem = "it is not an object"
    if isinstance(found, dict):
        problem = f"it has the members {', '.join(map(str, found))}"
    hint = f"{problem}, but must be one of these: {'; '.join(FORMATS)}"
    return ConfigurationError("file", given=document.name, hint=hint)
