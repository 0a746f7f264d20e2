"""Reads the user pools of a Serverless Framework service: ``serverless.yml``.

What is below ``resources`` is CloudFormation, so it is read as a template, after the variables of
the framework are resolved. Triggers are events of functions.

https://www.serverless.com/framework/docs/providers/aws/guide/resources
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Part,
    PoolConfiguration,
    SourceFormat,
    SourceLocation,
    Unknown,
)
from harness.pools.sources import cloudformation
from harness.pools.sources.documents import Document
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.pool_choice import FoundPools
from harness.pools.sources.serverless_files import FilePart, ServerlessFiles, in_yaml_1_2
from harness.pools.sources.serverless_triggers import add_triggers
from harness.pools.sources.serverless_variables import ServerlessVariables, has_variables

__all__ = ["find", "find_in_included_template", "is_included_template", "recognizes"]

_FORMAT: SourceFormat = "Serverless service"
_SECTIONS = ("Conditions", "Mappings", "Parameters", "Resources")
_PACKAGED = "run serverless package, and give .serverless/cloudformation-template-update-stack.json"


def recognizes(document: Document) -> bool:
    """Return whether a document is a service: an object with service and provider."""
    return isinstance(document.value, Mapping) and {"service", "provider"} <= set(document.value)


def is_included_template(document: Document) -> bool:
    """Return whether a template has variables of the framework: a service includes it."""
    return cloudformation.recognizes(document) and has_variables(document.value)


def find(document: Document, parameters: GivenParameters = NO_PARAMETERS) -> FoundPools:
    """Return the user pools below ``resources``, and those that only an event names.

    Args:
        document: the service.
        parameters: what the user gave for the parameters of the template, and for the options and
            the environment of the deployment.

    Raises:
        ConfigurationError: the pools are in files that cannot be read, or a property is not valid.
    """
    document = in_yaml_1_2(document)
    template = _ServiceTemplate(document, document.value, parameters)
    whole = FilePart(document, "", document.value)
    resources = whole.member("resources")
    for part in resources.items() if isinstance(resources.value, list) else [resources]:
        template.add(part)
    template.add_triggers(whole.member("functions").value)
    pools = template.pools()
    if not pools.pools and template.elsewhere:
        part = template.elsewhere[0]
        hint = f"what it names cannot be read here; {_PACKAGED}"
        raise ConfigurationError(part.path, given=part.value, source=part.source, hint=hint)
    return pools


def find_in_included_template(
    document: Document, parameters: GivenParameters = NO_PARAMETERS
) -> FoundPools:
    """Return the user pools of a template that a service includes with ``${file(…)}``.

    Args:
        document: the template; what it takes from the service is unknown.
        parameters: what the user gave for the parameters of the template, and for the options and
            the environment of the deployment.

    Raises:
        ConfigurationError: a property is not valid.
    """
    document = in_yaml_1_2(document)
    template = _ServiceTemplate(document, {}, parameters)
    template.add(FilePart(document, "", document.value))
    return template.pools()


class _ServiceTemplate:
    """The CloudFormation template of a service, put together from its parts."""

    def __init__(
        self, document: Document, service: Mapping[str, Any], parameters: GivenParameters
    ) -> None:
        self._document = document
        self._files = ServerlessFiles(document.name)
        self._variables = ServerlessVariables(service, self._files, parameters)
        self._parameters = parameters
        self._sections: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
        self._lines: dict[str, int] = {}
        #: The resources that are in included files, by their paths in the template.
        self._included: dict[str, FilePart] = {}
        self._extensions: list[FilePart] = []
        self.elsewhere: list[FilePart] = []

    def add(self, part: FilePart) -> None:
        """Add one of the objects below ``resources``."""
        found = self._entered(part)
        if found is None:
            return
        self._extensions += found.member("extensions").members()
        for section in _SECTIONS:
            members = self._entered(found.member(section))
            for member in members.members() if members else ():
                self._add_member(section, member)

    def _entered(self, part: FilePart) -> FilePart | None:
        """Return the object that a part is or names; ``None`` if there is none that can be read."""
        part = self._files.entered(part)
        if isinstance(part.value, Mapping) or part.value is None:
            return part if part.value else None
        value = self._variables.resolved(part.value, part.path)
        if isinstance(value, Mapping):
            return FilePart(part.document, part.path, value)
        if isinstance(value, Unknown):
            self.elsewhere.append(part)
            return None
        hint = "it must be an object"
        raise ConfigurationError(part.path, given=part.value, source=part.source, hint=hint)

    def _add_member(self, section: str, part: FilePart) -> None:
        found = self._entered(part)
        name = part.path.rpartition(".")[2]
        path = f"{section}.{name}"
        if found is not None:
            self._sections[section][name] = self._variables.resolved(found.value, path)
            self._lines |= {path + rest: line for rest, line in found.lines()}
            if found.document is not self._document:
                self._included[path] = found

    def _refuse_extensions(self) -> None:
        # https://www.serverless.com/framework/docs/providers/aws/guide/resources
        for part in self._extensions:
            name = part.path.rpartition(".")[2]
            kind = self._sections["Resources"].get(name, {}).get("Type")
            if kind in (cloudformation.POOL, cloudformation.POOL_CLIENT):
                hint = f"extensions of pools and app clients are not read; {_PACKAGED}"
                raise ConfigurationError(part.path, given=name, source=part.source, hint=hint)

    def add_triggers(self, functions: Any) -> None:
        """Add the triggers that the events of functions declare."""
        resolved = self._variables.resolved(functions, "functions")
        self._lines |= add_triggers(
            self._sections["Resources"], resolved, self._document.lines, cloudformation.POOL
        )

    def pools(self) -> FoundPools:
        """Return the pools of the template, with the notes about fallbacks."""
        self._refuse_extensions()
        value = {name: found for name, found in self._sections.items() if found}
        template = Document(self._document.name, {"Resources": {}, **value}, self._lines)
        try:
            return cloudformation.find(template, _FORMAT, self._parameters).each(self._read)
        except ConfigurationError as error:
            raise self._located(error) from None

    def _read(self, read: Callable[[], PoolConfiguration]) -> PoolConfiguration:
        try:
            pool = read()
        except ConfigurationError as error:
            raise self._located(error) from None
        notes = dict(self._settings_with_notes())
        return replace(
            pool,
            pool=self._noted(pool.pool, notes),
            mfa=self._noted(pool.mfa, notes),
            clients=tuple(self._noted(client, notes) for client in pool.clients),
            other_clients=pool.other_clients or self._other_clients(),
        )

    def _settings_with_notes(self) -> Iterator[tuple[str, str]]:
        for path, note in self._variables.notes.items():
            # A note about an argument of a function is one about its setting.
            yield path.partition(".Fn::")[0], note

    def _other_clients(self) -> Unknown | None:
        if not self.elsewhere:
            return None
        part = self.elsewhere[0]
        return Unknown(f"{part.path} is {part.value}; {_PACKAGED}")

    def _noted(self, part: Part, notes: Mapping[str, str]) -> Part:
        places = {}
        for path, place in part.places.items():
            note = place.note or notes.get(place.path)
            included = self._included_part(place.path)
            file = included.document.name if included else None
            places[path] = SourceLocation(place.path, place.line, note, file)
        return replace(part, places=places)

    def _located(self, error: ConfigurationError) -> ConfigurationError:
        included = self._included_part(error.setting)
        if included is None:
            return error
        return ConfigurationError(
            error.setting,
            given=error.given,
            source=included.source,
            allowed=error.allowed,
            hint=error.hint,
        )

    def _included_part(self, path: str) -> FilePart | None:
        """Return the part of an included file that has a path of the template."""
        for start, part in self._included.items():
            rest = path.removeprefix(start)
            if path == start or (rest != path and rest[:1] in (".", "[")):
                return FilePart(part.document, part.path + rest, None)
        return None
