"""Reads the output of ``cdk synth``: a folder of templates with a manifest that lists them.

https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import cloudformation
from harness.pools.sources.documents import read_document
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters

__all__ = ["read_assembly"]

_MANIFEST = "manifest.json"
_STACK = "aws:cloudformation:stack"
_NESTED = "cdk:cloud-assembly"


def read_assembly(
    folder: Path, parameters: GivenParameters = NO_PARAMETERS
) -> list[PoolConfiguration]:
    """Return the user pools of all stacks, including those in nested assemblies.

    Args:
        folder: what cdk synth wrote.
        parameters: what the user gave for the parameters of the templates.

    Raises:
        ConfigurationError: cdk synth did not write the folder.
    """
    return [
        pool
        for template in _templates(folder)
        for pool in cloudformation.read(read_document(template), "CDK assembly", parameters)
    ]


def _templates(folder: Path) -> Iterator[Path]:
    for artifact in _artifacts(folder).values():
        properties = artifact.get("properties") or {}
        if artifact.get("type") == _STACK:
            yield folder / _named(folder, properties, "templateFile")
        elif artifact.get("type") == _NESTED:
            yield from _templates(folder / _named(folder, properties, "directoryName"))


def _artifacts(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    path = folder / _MANIFEST
    if not path.is_file():
        hint = f"it must be the output of cdk synth, with {_MANIFEST} in it"
        raise ConfigurationError("folder", given=str(folder), hint=hint)
    document = read_document(path)
    found = document.value.get("artifacts") if isinstance(document.value, Mapping) else None
    if not isinstance(found, Mapping) or not all(
        isinstance(artifact, Mapping) for artifact in found.values()
    ):
        hint = "it must be an object of artifacts"
        raise ConfigurationError("artifacts", given=found, source=str(path), hint=hint)
    return found


def _named(folder: Path, properties: Mapping[str, Any], name: str) -> str:
    found = properties.get(name)
    # Only files inside the assembly are read, whatever the manifest says.
    if not isinstance(found, str) or Path(found).is_absolute() or ".." in Path(found).parts:
        hint = "it must be the name of a file in the same folder"
        raise ConfigurationError(name, given=found, source=str(folder / _MANIFEST), hint=hint)
    return found
