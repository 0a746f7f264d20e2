"""Where configurations of pools are read from: templates, plans, snapshots and live pools.

The file itself tells what it is. :func:`read` gives every pool that is in it, :func:`load` the
one that is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import cdk, cloudformation, snapshot, terraform
from harness.pools.sources.documents import Document, read_document

__all__ = ["FORMATS", "load", "read"]

#: What can be read, as a message lists it.
FORMATS = (
    "a CloudFormation or SAM template (YAML or JSON)",
    "what cdk synth writes (a template or the folder cdk.out)",
    "what terraform show -json prints",
    "a snapshot by cognito-harness snapshot",
)


def load(path: str | Path, pool: str | None = None) -> PoolConfiguration:
    """Return the configuration of one pool of a file.

    Args:
        path: the file, or a folder that cdk synth has written.
        pool: which one, by logical id, address or PoolName; may be left out where there is one.

    Raises:
        ConfigurationError: the file cannot be read, has a setting that cannot be, has no pool,
            or has several of which none is named.
    """
    return _chosen(read(path), pool, str(path))


def read(path: str | Path) -> list[PoolConfiguration]:
    """Return the configurations of all pools in a file.

    Raises:
        ConfigurationError: the file cannot be read, or has a setting that cannot be.
    """
    if Path(path).is_dir():
        return cdk.read_assembly(Path(path))
    document = read_document(path)
    if snapshot.recognizes(document):
        return snapshot.read(document)
    if terraform.recognizes(document):
        return terraform.read(document)
    if cloudformation.recognizes(document):
        return cloudformation.read(document)
    raise _unrecognized(document)


def _unrecognized(document: Document) -> ConfigurationError:
    found = document.value
    given = f"the members {', '.join(map(str, found))}" if isinstance(found, dict) else "no object"
    return ConfigurationError(
        document.name, given=given, hint=f"it is none of these: {'; '.join(FORMATS)}"
    )


def _chosen(found: Sequence[PoolConfiguration], name: str | None, source: str) -> PoolConfiguration:
    chosen = [
        pool for pool in found if name is None or name in (pool.name, pool.pool.value("PoolName"))
    ]
    if len(chosen) == 1:
        return chosen[0]
    hint = "there are several; name one" if len(chosen) > 1 else None
    if not found:
        hint = "there is no user pool in it"
    allowed = [pool.name for pool in found]
    raise ConfigurationError("user pool", given=name, source=source, allowed=allowed, hint=hint)
