"""Reads the output of ``cdk synth``: a folder of templates with a manifest that lists them.

https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import NeededParameter, PoolConfiguration
from harness.pools.sources import cloudformation
from harness.pools.sources.documents import Document, is_below, read_document
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.pool_choice import FoundPools
from harness.pools.sources.references import References
from harness.pools.sources.stacks import PassedParameters, Stack, make_stack
from harness.pools.sources.template_parameters import TemplateParameters

__all__ = ["find_in_assembly", "read_assembly"]

_MANIFEST = "manifest.json"
_STACK = "aws:cloudformation:stack"
_ASSEMBLY = "cdk:cloud-assembly"
_ASSET_MANIFEST = "cdk:asset-manifest"
_NESTED_STACK = "AWS::CloudFormation::Stack"


def read_assembly(
    folder: Path, parameters: GivenParameters = NO_PARAMETERS
) -> list[PoolConfiguration]:
    """Return the user pools of all stacks, including nested stacks and those of stages.

    Args:
        folder: what cdk synth wrote.
        parameters: what the user gave for the parameters of the templates.

    Raises:
        ConfigurationError: cdk synth did not write the folder, or one of its pools or templates
            cannot be read.
    """
    return find_in_assembly(folder, parameters).read_all()


def find_in_assembly(folder: Path, parameters: GivenParameters = NO_PARAMETERS) -> FoundPools:
    """Return the user pools of all stacks, none of which is read yet.

    Args:
        folder: what cdk synth wrote.
        parameters: what the user gave for the parameters of the templates.

    Raises:
        ConfigurationError: cdk synth did not write the folder, or a resource is not an object.
    """
    assembly = _Assembly(folder, parameters)
    assembly.add_stacks_of(folder)
    assembly.references.forget()
    pools = cloudformation.find_in_stacks(assembly.references, "CDK assembly")
    return FoundPools(str(folder), pools, tuple(assembly.problems))


@dataclass
class _Assets:
    """The assets of the stacks in a folder.

    Attributes:
        files: the files, by a text that is in the URL of the asset.
        problems: why the list may not be complete.
    """

    files: dict[str, str] = field(default_factory=dict)
    problems: list[ConfigurationError] = field(default_factory=list)


@dataclass
class _Assembly:
    """The stacks of an assembly, as far as their templates can be read."""

    root: Path
    parameters: GivenParameters
    references: References = field(default_factory=References)
    problems: list[ConfigurationError] = field(default_factory=list)
    assets: dict[Path, _Assets] = field(default_factory=dict)
    #: The folders and templates that are being read, from the outside in.
    entered: list[Path] = field(default_factory=list)

    def add_stacks_of(self, folder: Path) -> None:
        """Add the stacks that the manifest of a folder lists."""
        self._add_assets_of(folder)
        for name, artifact in _artifacts(folder).items():
            with self._problems_kept(), self._entered(folder):
                if artifact.get("type") == _STACK:
                    template = self._path(folder, artifact, "templateFile")
                    self._add_stack(template, *_stack_names(name, artifact))
                elif artifact.get("type") == _ASSEMBLY:
                    self.add_stacks_of(self._path(folder, artifact, "directoryName"))

    def _add_assets_of(self, folder: Path) -> None:
        assets = self.assets.setdefault(folder, _Assets())
        for artifact in _artifacts(folder).values():
            try:
                if artifact.get("type") == _ASSET_MANIFEST:
                    assets.files.update(_assets_in(self._path(folder, artifact, "file")))
                elif artifact.get("type") == _STACK:
                    assets.files.update(_older_assets(self._metadata(folder, artifact)))
            except ConfigurationError as problem:
                assets.problems.append(problem)

    def _metadata(self, folder: Path, artifact: Mapping[str, Any]) -> Any:
        """Return the metadata of a stack, which newer manifests have in a file of its own."""
        file = artifact.get("additionalMetadataFile")
        if file is None:
            return artifact.get("metadata")
        path = self._inside(folder, file, "additionalMetadataFile", str(folder / _MANIFEST))
        return read_document(path).value

    def _add_stack(self, template: Path, name: str, *other_names: str) -> None:
        document = _template(template)
        parameters = TemplateParameters(document, self.parameters)
        self._add(template, make_stack(document, parameters, name, *other_names))

    def _add(self, template: Path, stack: Stack) -> None:
        stack.index = len(self.references.stacks)
        self.references.stacks.append(stack)
        for name in stack.of_type(_NESTED_STACK):
            with self._problems_kept(), self._entered(template):
                self._add_nested(template.parent, stack, name)

    def _add_nested(self, folder: Path, parent: Stack, name: str) -> None:
        """Add the nested stack of a resource, if its template is an asset of the assembly."""
        asset = _asset_path(parent.resource(name)) or self._asset_by_url(folder, parent, name)
        if asset is None:
            return
        path = self._inside(folder, asset, f"aws:asset:path of {parent.name}/{name}")
        document = _template(path)
        raw = _passed_parameters(parent, name)

        def each(evaluate: Callable[[Stack, Any, str], Any]) -> dict[str, Callable[[], Any]]:
            return {
                key: functools.partial(evaluate, parent, value, _parameter_path(name, key))
                for key, value in raw.items()
            }

        needed = {key: functools.partial(_needed, parent, value) for key, value in raw.items()}
        parameters = PassedParameters(
            document, each(self.references.passed), needed, f"the stack {parent.name}"
        )
        names = _other_names(parent, name)
        nested = make_stack(document, parameters, f"{parent.name}/{name}", *names)
        nested.passed = each(self.references.evaluated)
        parent.nested[name] = nested
        self._add(path, nested)

    def _asset_by_url(self, folder: Path, parent: Stack, name: str) -> str | None:
        """Return the file of a nested stack's template if the template has no metadata."""
        properties = parent.resource(name).get("Properties")
        url = str(properties.get("TemplateURL") if isinstance(properties, Mapping) else None)
        assets = self.assets.setdefault(folder, _Assets())
        found = next((path for text, path in assets.files.items() if text in url), None)
        if found is None:
            self.problems += [one for one in assets.problems if one not in self.problems]
        return found

    def _path(self, folder: Path, artifact: Mapping[str, Any], name: str) -> Path:
        properties = artifact.get("properties")
        found = properties.get(name) if isinstance(properties, Mapping) else None
        return self._inside(folder, found, name, str(folder / _MANIFEST))

    def _inside(self, folder: Path, found: Any, name: str, source: str | None = None) -> Path:
        """Return the path of a file, which must be inside the assembly, whatever names it."""
        if isinstance(found, str):
            path = Path(os.path.normpath(folder / found))
            if is_below(path, self.root):
                return path
        hint = f"it must be the name of a file in the folder {self.root}"
        raise ConfigurationError(name, given=found, source=source, hint=hint)

    @contextmanager
    def _entered(self, path: Path) -> Iterator[None]:
        if path in self.entered:
            raise ConfigurationError("assembly", given=str(path), hint="it contains itself")
        self.entered.append(path)
        try:
            yield
        finally:
            self.entered.pop()

    @contextmanager
    def _problems_kept(self) -> Iterator[None]:
        try:
            yield
        except ConfigurationError as problem:
            self.problems.append(problem)


def _template(path: Path) -> Document:
    document = read_document(path)
    # A stack without resources has a template without Resources.
    if isinstance(document.value, Mapping) and isinstance(
        document.value.get("Resources", {}), Mapping
    ):
        return document
    raise ConfigurationError("template", given=str(path), hint="it is not a template")


def _stack_names(name: str, artifact: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of a stack: first the one that cdk ls shows."""
    properties = artifact.get("properties")
    stack_name = properties.get("stackName") if isinstance(properties, Mapping) else None
    found = [artifact.get("displayName"), name, stack_name]
    return tuple(dict.fromkeys(one for one in found if isinstance(one, str)))


def _other_names(parent: Stack, name: str) -> Iterator[str]:
    yield from (f"{other}/{name}" for other in parent.other_names)
    # Such as App/Inner.NestedStack/Inner.NestedStackResource, for the construct App/Inner.
    path = str(_metadata(parent.resource(name)).get("aws:cdk:path", ""))
    if path.endswith(".NestedStackResource"):
        yield path.rpartition("/")[0].removesuffix(".NestedStack")


def _assets_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the files of an asset manifest, each with the key of the object that it becomes."""
    document = read_document(path)
    files = document.value.get("files") if isinstance(document.value, Mapping) else None
    for asset in files.values() if isinstance(files, Mapping) else ():
        source, destinations = (
            asset.get(name) if isinstance(asset, Mapping) else None
            for name in ("source", "destinations")
        )
        if isinstance(source, Mapping) and isinstance(destinations, Mapping):
            for one in destinations.values():
                key = one.get("objectKey") if isinstance(one, Mapping) else None
                if isinstance(key, str) and isinstance(source.get("path"), str):
                    yield key, source["path"]


def _older_assets(metadata: Any) -> Iterator[tuple[str, str]]:
    """Yield the files in the metadata of a stack, where assets were before asset manifests."""
    for entries in metadata.values() if isinstance(metadata, Mapping) else ():
        for entry in entries if isinstance(entries, list) else ():
            data = entry.get("data") if isinstance(entry, Mapping) else None
            if isinstance(data, Mapping) and entry.get("type") == "aws:cdk:asset":
                found = data.get("id"), data.get("path")
                if isinstance(found[0], str) and isinstance(found[1], str):
                    yield found[0], found[1]


def _metadata(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    found = resource.get("Metadata")
    return found if isinstance(found, Mapping) else {}


def _asset_path(resource: Mapping[str, Any]) -> str | None:
    """Return the file of a nested stack's template.

    https://docs.aws.amazon.com/cdk/v2/guide/assets.html
    """
    found = _metadata(resource).get("aws:asset:path")
    return found if isinstance(found, str) else None


def _needed(parent: Stack, value: Any) -> NeededParameter | None:
    return next(iter(parent.functions.needed.of(value)), None)


def _passed_parameters(parent: Stack, name: str) -> Mapping[str, Any]:
    properties = parent.resource(name).get("Properties")
    found = properties.get("Parameters") if isinstance(properties, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _parameter_path(resource: str, parameter: str) -> str:
    return f"Resources.{resource}.Properties.Parameters.{parameter}"


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
