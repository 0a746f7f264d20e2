"""Reads configurations of pools from templates, plans, snapshots and live pools.

The format of a file is recognized from its content. :func:`read` returns every pool in a file,
:func:`load` returns one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import cdk, cloudformation, snapshot, terraform
from harness.pools.sources.documents import Document, read_document
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters

__all__ = ["FORMATS", "load", "read"]

#: The formats that can be read, as a message lists them.
FORMATS = (
    "a CloudFormation or SAM template (YAML or JSON)",
    "the output of cdk synth (a template or the folder cdk.out)",
    "the output of terraform show -json",
    "a snapshot from cognito-harness snapshot",
)

_PLANNED = (
    "the values of the variables are in {} already; give them to terraform plan with -var or "
    "-var-file, and show that plan with terraform show -json"
)


def load(
    path: str | Path, pool: str | None = None, parameters: GivenParameters = NO_PARAMETERS
) -> PoolConfiguration:
    """Return the configuration of one pool in a file.

    Args:
        path: the file, or a folder that cdk synth wrote.
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
        path: the file, or a folder that cdk synth wrote.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file cannot be read, has no pool, or contains a setting that is not
            valid; or a parameter is given that it does not declare.
    """
    with parameters.checked(str(path)):
        return _read(path, parameters)


def _read(path: str | Path, parameters: GivenParameters) -> list[PoolConfiguration]:
    if Path(path).is_dir():
        return _some(cdk.read_assembly(Path(path), parameters), path, cloudformation.POOL)
    document = read_document(path)
    if snapshot.recognizes(document):
        parameters.have_no_use(f"{path} is a snapshot, which has values in place of parameters")
        return snapshot.read(document)
    if terraform.recognizes(document):
        parameters.have_no_use(_PLANNED.format(path))
        return _some(terraform.read(document), path, terraform.POOL)
    if cloudformation.recognizes(document):
        return _some(cloudformation.read(document, None, parameters), path, cloudformation.POOL)
    raise _unrecognized(document)


def _some(
    found: list[PoolConfiguration], path: str | Path, resource_type: str
) -> list[PoolConfiguration]:
    """Return the pools of a file that has some; refuse a file without one."""
    if not found:
        hint = f"the file has no user pool ({resource_type})"
        raise ConfigurationError("file", given=str(path), hint=hint)
    return found


def _unrecognized(document: Document) -> ConfigurationError:
    found = document.value
    problem = "it is not an object"
    if isinstance(found, dict):
        problem = f"it has the members {', '.join(map(str, found))}"
    hint = f"{problem}, but must be one of these: {'; '.join(FORMATS)}"
    return ConfigurationError("file", given=document.name, hint=hint)


def _chosen(found: Sequence[PoolConfiguration], name: str | None, source: str) -> PoolConfiguration:
    chosen = [
        pool for pool in found if name is None or name in (pool.name, pool.pool.value("PoolName"))
    ]
    if len(chosen) == 1:
        return chosen[0]
    hint = "there are several; name one" if len(chosen) > 1 else None
    allowed = [pool.name for pool in found]
    raise ConfigurationError("user pool", given=name, source=source, allowed=allowed, hint=hint)
