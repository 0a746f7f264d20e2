"""Resolves the variables of a Serverless Framework service, as far as its file alone allows.

A variable names sources in order: ``${opt:stage, self:provider.stage, 'dev'}``. A deployment can
set options and the environment, so the next source is used as in one that does not, and a note
says so. What programs, stores and other stacks return is unknown.

https://www.serverless.com/framework/docs/providers/aws/guide/variables
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.pools.configuration.pool_configuration import (
    NeededParameter,
    Unknown,
    join,
    split,
    walk,
)
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.serverless_files import ServerlessFiles

__all__ = ["ServerlessVariables", "has_variables"]

#: A source with an address; CloudFormation's own ``${AWS::Region}`` has a second colon.
_SOURCE = re.compile(r"([a-zA-Z][\w.-]*(?:\([^)]*\))?):(?!:)(.*)", re.DOTALL)
_OF_FRAMEWORK = re.compile(
    r"\$\{\s*(?:(?:self|opt|env|sls|param|ssm|s3|cf|aws|git|output|state|vault)[(:](?!:)"
    r"|file\(|strToBool\()"
)
_TEXT = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_WORDS = {"true": True, "false": False, "null": None}
#: https://github.com/svdgraaf/serverless-pseudo-parameters
_PSEUDO = re.compile(r"#\{AWS::\w+\}")
#: The sources that whoever deploys the service gives.
_GIVEN = ("opt", "env", "param")
_MAY_BE_UNSET = re.compile(r"(?:self|opt|env|param):")
#: A variable that refers to itself never ends, and a few that refer to each other grow.
_DEEPEST = 20
_LONGEST = 100_000
_MOST_VALUES = 100_000
_CIRCLE = Unknown("a variable that refers to itself")
_MISSING = object()


def has_variables(value: Any) -> bool:
    """Return whether a value contains a variable of the framework anywhere."""
    if isinstance(value, str):
        return _OF_FRAMEWORK.search(value) is not None
    if isinstance(value, Mapping):
        return any(has_variables(item) for item in value.values())
    return isinstance(value, list) and any(has_variables(item) for item in value)


class ServerlessVariables:
    """Resolves the variables in the values of one service.

    Args:
        service: the content of ``serverless.yml``; empty for a file that only a service includes.
        files: the files that the service includes.
        parameters: what the user gave for options, parameters and the environment: ``opt:stage``.

    Attributes:
        notes: which fallback was used for a value that a deployment can set, by path.
    """

    def __init__(
        self,
        service: Mapping[str, Any],
        files: ServerlessFiles,
        parameters: GivenParameters = NO_PARAMETERS,
    ) -> None:
        self._service = service
        self._files = files
        self._parameters = parameters
        self._used: list[str] = []
        self._known: dict[tuple[int, str], tuple[Any, list[str]]] = {}
        self._under_way: set[tuple[int, str]] = set()
        self._values = 0
        self.notes: dict[str, str] = {}

    def resolved(self, value: Any, path: str) -> Any:
        """Return a value with its variables replaced; one that is not known is ``Unknown``.

        Args:
            value: a value of the file.
            path: its path, for the notes.
        """
        return self._value(value, path, 0)

    def _value(self, value: Any, path: str | None, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self._members(value, path, depth)
        if isinstance(value, list):
            return [
                self._value(item, None if path is None else join(path, index), depth)
                for index, item in enumerate(value)
            ]
        if not isinstance(value, str):
            return value
        if path is None:
            return self._text(value, depth)
        self._used.clear()
        found = self._text(value, depth)
        if self._used and not isinstance(found, Unknown):
            self.notes[path] = self._used[0]
        return found

    def _members(self, value: Mapping[str, Any], path: str | None, depth: int) -> Any:
        found = {
            key: self._value(item, None if path is None else join(path, str(key)), depth)
            for key, item in value.items()
        }
        for name, item in found.items():
            # An intrinsic function of something unknown is unknown.
            if len(found) == 1 and isinstance(item, Unknown) and _is_function(str(name)):
                return item
        return found

    def _text(self, text: str, depth: int) -> Any:
        """Return a text with its variables replaced, or the value of one that is the whole text."""
        if depth > _DEEPEST:
            return _CIRCLE
        if len(text) > _LONGEST:
            return Unknown("a text that is too long")
        if _PSEUDO.search(text):
            return Unknown("a pseudo parameter of AWS")
        pieces: list[str] = []
        position = 0
        for start, end in _variables(text):
            found = self._variable(text[start + 2 : end - 1], depth)
            if isinstance(found, Unknown) or (start, end) == (0, len(text)):
                return found
            if isinstance(found, (Mapping, list)):
                return Unknown(f"{text[start:end]} is not a text")
            pieces += [text[position:start], _as_text(found)]
            position = end
            if sum(map(len, pieces)) > _LONGEST:
                return Unknown(f"{text[start:end]} is too long")
        return "".join([*pieces, text[position:]])

    def _variable(self, inside: str, depth: int) -> Any:
        # A variable can be part of another one: ${self:custom.${sls:stage}.mfa}.
        plain = self._text(inside, depth + 1) if "${" in inside else inside
        if isinstance(plain, Unknown):
            return plain
        if _OF_FRAMEWORK.match(f"${{{plain}}}") is None:
            # CloudFormation's, as in Fn::Sub.
            return f"${{{plain}}}"
        skipped = ""
        for source in _sources(str(plain)):
            found = self._of_source(source, depth)
            if found is not _MISSING:
                if skipped and not isinstance(found, Unknown):
                    self._used.append(f"fallback for ${{{skipped}}}")
                return found
            if not self._may_be_unset(source):
                # Whether a store, a stack or a program has the value cannot be seen here.
                break
            skipped = skipped or ("" if source.startswith("self:") else source)
        return Unknown(f"${{{plain}}}", _needed(str(plain)))

    def _may_be_unset(self, source: str) -> bool:
        if _MAY_BE_UNSET.match(source):
            return True
        return self._files.document(source.partition(":")[0]) is not None

    def _of_source(self, source: str, depth: int) -> Any:
        if quoted := _TEXT.fullmatch(source):
            return quoted[1] if quoted[1] is not None else quoted[2]
        if source in _WORDS:
            return _WORDS[source]
        if re.fullmatch(r"-?\d{1,50}", source):
            return int(source)
        if to_bool := re.fullmatch(r"strToBool\((.*)\)", source):
            return _WORDS.get(to_bool[1].strip("'\" ").lower(), _MISSING)
        named = _SOURCE.fullmatch(f"{source}:" if source.startswith("file(") else source)
        if named is None:
            return _MISSING
        kind, address = named[1], named[2].strip()
        if kind in _GIVEN and (found := self._given(kind, address)) is not _MISSING:
            return found
        if kind == "self":
            return self._at(self._service, address, depth)
        if kind == "sls" and address == "stage":
            return self._stage(depth)
        if kind.startswith("file("):
            return self._of_file(kind, address, depth)
        return self._parameter(address, depth) if kind == "param" else _MISSING

    def _given(self, kind: str, name: str) -> Any:
        """Return what the user gave for an option, a parameter or a variable of the environment."""
        given = self._parameters.declared_by(kind, [name]).get(name)
        if given is None:
            return _MISSING
        self._used.append(f"parameter {kind}:{name}: {given.note}")
        return given.value

    def _of_file(self, source: str, address: str, depth: int) -> Any:
        document = self._files.document(source)
        return _MISSING if document is None else self._at(document.value, address, depth)

    def _at(self, root: Any, address: str, depth: int) -> Any:
        """Return the value at an address, with its variables replaced, or ``_MISSING``."""
        key = (id(root), address.strip(":"))
        if key in self._under_way:
            return _CIRCLE
        if key not in self._known:
            outside, self._used = self._used, []
            self._under_way.add(key)
            found = self._found_at(root, key[1], depth)
            self._under_way.discard(key)
            self._known[key] = (found, self._used)
            self._used = outside
        found, used = self._known[key]
        self._used += used
        return found if self._has_room_for(found) else Unknown(f"${{{address}}} is too large")

    def _has_room_for(self, found: Any) -> bool:
        """Count the values that a variable puts in, and return whether all of them are few enough.

        Each of them is one object here, however often it is put in; a template has it many times.
        """
        room = max(_MOST_VALUES - self._values, 0)
        self._values += sum(1 for _ in itertools.islice(walk(found, "value"), room + 1))
        return self._values <= _MOST_VALUES

    def _found_at(self, root: Any, address: str, depth: int) -> Any:
        found: Any = root
        for key in split(address):
            if isinstance(found, str):
                found = self._text(found, depth + 1)
            if isinstance(found, Mapping):
                found = found.get(str(key), _MISSING)
            elif isinstance(found, list) and str(key).isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                return _MISSING
        if address == "service" and isinstance(found, Mapping):
            # The older form has the name inside: service: {name: app}.
            found = found.get("name", _MISSING)
        if found is None or found is _MISSING:
            return _MISSING
        return _CIRCLE if depth > _DEEPEST else self._value(found, None, depth + 1)

    def _stage(self, depth: int) -> Any:
        if (given := self._given("opt", "stage")) is not _MISSING:
            return given
        found = self._at(self._service, "provider.stage", depth)
        self._used.append("fallback for ${opt:stage}")
        return "dev" if found is _MISSING else found

    def _parameter(self, name: str, depth: int) -> Any:
        stage = self._stage(depth)
        for section in (stage, "default"):
            for top in (f"params.{section}", f"stages.{section}.params"):
                found = self._at(self._service, f"{top}.{name}", depth)
                if found is not _MISSING:
                    return found
        return _MISSING


def _variables(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each outermost ``${…}`` starts and ends."""
    position = text.find("${")
    while position >= 0:
        depth, end = 0, position
        while end < len(text):
            if text.startswith("${", end):
                depth, end = depth + 1, end + 2
                continue
            depth -= text[end] == "}"
            end += 1
            if depth == 0:
                break
        if depth:
            return
        yield position, end
        position = text.find("${", end)


def _sources(inside: str) -> list[str]:
    """Split the sources of a variable at commas outside quotes and parentheses."""
    found = re.findall(r"""(?:'[^']*'|"[^"]*"|\([^)]*\)|[^,])+""", inside)
    return [source.strip() for source in found]


def _needed(inside: str) -> tuple[NeededParameter, ...]:
    """Return what the user can give for a variable without a value."""
    sources = (_SOURCE.fullmatch(source) for source in _sources(inside))
    named = [(found[1], found[2].strip()) for found in sources if found]
    return tuple(NeededParameter(f"{kind}:{name}") for kind, name in named if kind in _GIVEN)


def _is_function(name: str) -> bool:
    return name.startswith("Fn::") or name in ("Ref", "Condition")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
