"""Reads the user pools of an Amplify project of generation 1: a folder with ``backend/auth``.

Each auth resource is a template with the file of its parameters beside it; newer versions of the
CLI write both into ``build``. https://docs.amplify.aws/gen1/javascript/tools/cli/reference/files/
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, SourceLocation
from harness.pools.sources import cloudformation
from harness.pools.sources.documents import Document, read_document
from harness.pools.sources.parameter_files import read_parameters
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.pool_choice import FoundPool, FoundPools

__all__ = ["auth_resources", "find", "with_totp"]

_TEMPLATES = ("*cloudformation-template.json", "*cloudformation-template.yml")
_PARAMETERS = "parameters.json"
#: Where the auth resources are, from the project, from its folder amplify, and from below.
_AUTH = ("amplify/backend/auth", "backend/auth", "auth", ".")


def auth_resources(folder: Path) -> list[Path]:
    """Return the folders of the auth resources in a project or in a folder of it."""
    if _is_auth_resource(folder):
        return [folder]
    for below in _AUTH:
        place = folder / below
        if place.is_dir() and (below != "." or folder.name == "auth"):
            return sorted(item for item in place.iterdir() if _is_auth_resource(item))
    return []


def find(
    folders: Sequence[Path], name: str, parameters: GivenParameters = NO_PARAMETERS
) -> FoundPools:
    """Return the user pools of the auth resources.

    Args:
        folders: the folders of the auth resources.
        name: the folder as the user wrote it.
        parameters: what the user gave; it wins over the files of parameters.

    Raises:
        ConfigurationError: the CLI has not written the template yet, or a file is not valid.
    """
    found: list[FoundPool] = []
    missing: list[Path] = []
    for folder in folders:
        template = _template(folder)
        if template is None:
            missing.append(folder)
            continue
        document = read_document(template)
        if cloudformation.recognizes(document):
            given = _with_file(parameters, template.parent, folder)
            pools = cloudformation.find(document, "Amplify project", given)
            found += pools.each(functools.partial(_with_totp, document)).pools
    if not found and missing:
        hint = (
            f"{missing[0].name} has no *cloudformation-template file; run amplify build, which "
            "writes it into build"
        )
        raise ConfigurationError("folder", given=name, hint=hint)
    return FoundPools(name, tuple(found))


def _is_auth_resource(folder: Path) -> bool:
    return folder.is_dir() and (
        _template(folder) is not None or (folder / "cli-inputs.json").is_file()
    )


def _template(folder: Path) -> Path | None:
    for place in (folder / "build", folder):
        for pattern in _TEMPLATES:
            if matches := sorted(place.glob(pattern)):
                return matches[0]
    return None


def _with_file(parameters: GivenParameters, *folders: Path) -> GivenParameters:
    """Return the parameters of the first folder that has the file, and over them the user's."""
    for folder in folders:
        path = folder / _PARAMETERS
        if path.is_file():
            found = dict(read_parameters(str(path)))
            return replace(parameters, given={**found, **parameters.given})
    return parameters


def _with_totp(document: Document, read: Callable[[], PoolConfiguration]) -> PoolConfiguration:
    return with_totp(read(), document)


def with_totp(pool: PoolConfiguration, document: Document) -> PoolConfiguration:
    """Switch TOTP on where Amplify's custom resource does it instead of the user pool.

    Args:
        pool: a pool of the template.
        document: the template, of Amplify or not.
    """
    resource = document.value["Resources"].get(cloudformation.AMPLIFY_TOTP)
    properties = resource.get("Properties") if isinstance(resource, Mapping) else None
    enabled = properties.get("totpEnabled") if isinstance(properties, Mapping) else None
    if enabled not in (True, "true"):
        return pool
    path = "SoftwareTokenMfaConfiguration"
    place = f"Resources.{cloudformation.AMPLIFY_TOTP}.Properties.totpEnabled"
    members = {**pool.mfa.members, path: {"Enabled": True}}
    places = {**pool.mfa.places, path: SourceLocation(place, document.lines.get(place))}
    return replace(pool, mfa=Part("mfa", pool.mfa.name, members, places))
