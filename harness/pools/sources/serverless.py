"""Reads the user pools of a Serverless Framework service: ``serverless.yml``.

What is below ``resources`` is CloudFormation, so it is read as a template, after the variables of
the framework are resolved. Triggers are events of functions.

https://www.serverless.com/framework/docs/providers/aws/guide/resources
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Part,
    PoolConfiguration,
    SourceFormat,
    SourceLocation,
    Unknown,
    join,
)
from harness.pools.sources import cloudformation
from harness.pools.sources.documents import Document
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.serverless_triggers import add_triggers
from harness.pools.sources.serverless_variables import ServerlessVariables, has_variables

__all__ = ["is_included_template", "read", "read_included_template", "recognizes"]

_FORMAT: SourceFormat = "Serverless service"
_SECTIONS = ("Conditions", "Mappings", "Parameters", "Resources")
PACKAGED = "run serverless package, and give .serverless/cloudformation-template-update-stack.json"


def recognizes(document: Document) -> bool:
    """Return whether a document is a service: an object with service and provider."""
    return isinstance(document.value, Mapping) and {"service", "provider"} <= set(document.value)


def is_included_template(document: Document) -> bool:
    """Return whether a template has variables of the framework: a service includes it."""
    return cloudformation.recognizes(document) and has_variables(document.value)


def read(
    document: Document, parameters: GivenParameters = NO_PARAMETERS
) -> list[PoolConfiguration]:
    """Return the user pools below ``resources``, and those that only an event names.

    Args:
        document: the service.
        parameters: what the user gave for the parameters of the template.

    Raises:
        ConfigurationError: the pools are in other files, or a property is not valid.
    """
    service: Mapping[str, Any] = document.value
    template = _ServiceTemplate(document, ServerlessVariables(service))
    found = service.get("resources")
    items = found if isinstance(found, list) else [found]
    for index, item in enumerate(items):
        template.add(item, join("resources", index) if isinstance(found, list) else "resources")
    template.add_triggers(service.get("functions"))
    pools = template.pools(parameters)
    if not pools and template.elsewhere:
        hint = f"it is in another file; give that file, or {PACKAGED}"
        path, given = template.elsewhere[0]
        raise ConfigurationError(path, given=given, source=document.source(path), hint=hint)
    return pools


def read_included_template(
    document: Document, parameters: GivenParameters = NO_PARAMETERS
) -> list[PoolConfiguration]:
    """Return the user pools of a template that a service includes with ``${file(…)}``.

    Args:
        document: the template; what it takes from the service is unknown.
        parameters: what the user gave for the parameters of the template.

    Raises:
        ConfigurationError: a property is not valid.
    """
    template = _ServiceTemplate(document, ServerlessVariables({}))
    template.add(document.value, "")
    return template.pools(parameters)


class _ServiceTemplate:
    """The CloudFormation template of a service, put together from its parts."""

    def __init__(self, document: Document, variables: ServerlessVariables) -> None:
        self._document = document
        self._variables = variables
        self._sections: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
        self._lines: dict[str, int] = {}
        self.elsewhere: list[tuple[str, str]] = []

    def add(self, item: Any, path: str) -> None:
        """Add one of the objects below ``resources``; note it if it is in another file."""
        value = self._variables.resolved(item, path)
        if isinstance(value, Unknown):
            self.elsewhere.append((path, str(item)))
        elif isinstance(value, Mapping):
            self._refuse_extensions(value, path)
            for section in _SECTIONS:
                self._add_section(section, value.get(section), join(path, section), item)
        elif value is not None:
            source = self._document.source(path)
            raise ConfigurationError(path, given=value, source=source, hint="it must be an object")

    def _add_section(self, section: str, value: Any, path: str, item: Any) -> None:
        if isinstance(value, Unknown):
            self.elsewhere.append((path, str(item[section])))
            return
        for name, member in (value or {}).items() if isinstance(value, Mapping) else ():
            below = join(path, str(name))
            if isinstance(member, Unknown):
                self.elsewhere.append((below, str(item[section][name])))
                continue
            self._sections[section][str(name)] = member
            self._move_lines(below, f"{section}.{name}")

    def _move_lines(self, before: str, after: str) -> None:
        """Note the lines of a part of the file under its path in the template."""
        for path, line in self._document.lines.items():
            rest = path.removeprefix(before)
            if path == before or (rest != path and rest[:1] in (".", "[")):
                self._lines[after + rest] = line
        notes = self._variables.notes
        for path in [path for path in notes if path.startswith((f"{before}.", f"{before}["))]:
            notes[after + path.removeprefix(before)] = notes[path]

    def _refuse_extensions(self, value: Mapping[str, Any], path: str) -> None:
        # https://www.serverless.com/framework/docs/providers/aws/guide/resources
        for name in value.get("extensions") or ():
            kind = self._sections["Resources"].get(name, {}).get("Type")
            if kind in (cloudformation.POOL, cloudformation.POOL_CLIENT):
                where = f"{path}.extensions.{name}"
                source = self._document.source(where)
                hint = f"extensions of a pool are not read; {PACKAGED}"
                raise ConfigurationError(where, given=name, source=source, hint=hint)

    def add_triggers(self, functions: Any) -> None:
        """Add the triggers that the events of functions declare."""
        resolved = self._variables.resolved(functions, "functions")
        self._lines |= add_triggers(
            self._sections["Resources"], resolved, self._document.lines, cloudformation.POOL
        )

    def pools(self, parameters: GivenParameters) -> list[PoolConfiguration]:
        """Return the pools of the template, with the notes about fallbacks."""
        value = {name: found for name, found in self._sections.items() if found}
        template = Document(self._document.name, {"Resources": {}, **value}, self._lines)
        notes = dict(self._settings_with_notes())
        return [
            replace(
                pool,
                pool=_noted(pool.pool, notes),
                mfa=_noted(pool.mfa, notes),
                clients=tuple(_noted(client, notes) for client in pool.clients),
                other_clients=pool.other_clients or self._other_clients(),
            )
            for pool in cloudformation.read(template, _FORMAT, parameters)
        ]

    def _settings_with_notes(self) -> Iterator[tuple[str, str]]:
        for path, note in self._variables.notes.items():
            # A note about an argument of a function is one about its setting.
            yield path.partition(".Fn::")[0], note

    def _other_clients(self) -> Unknown | None:
        if not self.elsewhere:
            return None
        path, given = self.elsewhere[0]
        return Unknown(f"{path} is {given}; {PACKAGED}")


def _noted(part: Part, notes: Mapping[str, str]) -> Part:
    places = {
        path: SourceLocation(place.path, place.line, place.note or notes.get(place.path))
        for path, place in part.places.items()
    }
    return replace(part, places=places)
