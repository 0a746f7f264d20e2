"""Checks settings against Cognito's requests, as botocore's service model describes them.

Every source is checked, so that a mistake is reported with its location and the nearest valid name
before any service sees it. What is valid does not depend on the installed botocore, from the oldest
one that this project runs on; only :func:`require_sendable` asks what that one can send.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from harness.errors import ConfigurationError
from harness.pools.configuration.newer_members import (
    NEWER_MEMBERS,
    NewerMember,
    lacking,
    with_newer_members,
)
from harness.pools.configuration.pool_configuration import Kind, Part, Unknown, join

__all__ = [
    "check_members",
    "described_names",
    "lacks_members",
    "member_names",
    "member_shapes",
    "require_sendable",
]

_OPERATIONS = {
    "pool": "CreateUserPool",
    "mfa": "SetUserPoolMfaConfig",
    "client": "CreateUserPoolClient",
    "domain": "CreateUserPoolDomain",
    "resource_server": "CreateResourceServer",
    "branding": "CreateManagedLoginBranding",
}
#: The operations that describe a part, and the member of their answer with the description.
_DESCRIBED: dict[Kind, tuple[str, str | None]] = {
    "pool": ("DescribeUserPool", "UserPool"),
    "mfa": ("GetUserPoolMfaConfig", None),
    "client": ("DescribeUserPoolClient", "UserPoolClient"),
}
#: Members that repeat a member of another request, or identify the pool or client.
_ELSEWHERE = {
    "pool": {"MfaConfiguration", "SmsAuthenticationMessage"},
    "mfa": {"UserPoolId"},
    "client": {"UserPoolId", "ClientSecret"},
    "domain": {"UserPoolId"},
    "resource_server": {"UserPoolId"},
    "branding": {"UserPoolId"},
}
#: Longer than any number of Cognito; Python reads no text of thousands of digits.
_WHOLE_NUMBER = re.compile(r"-?\d{1,50}")
_WORDS = {"true": True, "false": False}
#: YAML 1.1 reads these words as booleans unless they are quoted: https://yaml.org/type/bool.html
_READ_BY_YAML = {"true": "ON", "false": "OFF"}


@functools.cache
def member_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of the members that a part of this kind can have."""
    return tuple(member_shapes(kind))


def check_members(part: Part, source: str) -> Part:
    """Check the members of a part, and convert strings to numbers and booleans.

    CloudFormation also accepts ``"true"`` and ``"8"``, so templates often contain them.

    Args:
        part: the part to check.
        source: the file, for error messages.

    Returns:
        The part with members of the types that Cognito needs.

    Raises:
        ConfigurationError: a member is unknown, or its value has the wrong type or is not allowed.
    """
    check = _Check(part, source)
    members = member_shapes(part.kind)
    return Part(part.kind, part.name, check.structure(members, part.members, ""), part.places)


@functools.cache
def member_shapes(kind: Kind) -> Mapping[str, Shape]:
    """Return botocore's shape of each member that a part of this kind can have."""
    members = _request_members(kind).items()
    return {name: member for name, member in members if name not in _ELSEWHERE[kind]}


def lacks_members() -> bool:
    """Return whether the installed botocore lacks members that files can have."""
    return any(lacking(_installed()))


def require_sendable(part: Part, source: str) -> None:
    """Refuse a member that the installed botocore cannot send.

    Args:
        part: the part of a pool that is to be made.
        source: the file, for the error message.

    Raises:
        ConfigurationError: a member is newer than the installed botocore.
    """
    newer = {(member.structure, member.name): member for member in lacking(_installed())}
    if not newer:
        return
    shape = _service().operation_model(_OPERATIONS[part.kind]).input_shape
    for path, member in _found(shape, part.members, newer, ""):
        hint = (
            f"this botocore ({botocore.__version__}) does not know it; it came with "
            f"{member.since}: pip install -U boto3"
        )
        _Check(part, source).refuse(path, member.name, hint=hint)


def _found(
    shape: Shape | None, value: Any, wanted: Mapping[tuple[str, str], NewerMember], path: str
) -> Iterator[tuple[str, NewerMember]]:
    """Yield the wanted members that a value has, with their paths."""
    if isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _found(shape.member, item, wanted, join(path, index))
    if not isinstance(shape, StructureShape) or not isinstance(value, Mapping):
        return
    for name, item in value.items():
        below = join(path, name)
        if (shape.name, name) in wanted and not isinstance(item, Unknown):
            yield below, wanted[shape.name, name]
        yield from _found(shape.members.get(name), item, wanted, below)


def _request_members(kind: Kind) -> Mapping[str, Shape]:
    shape = _service().operation_model(_OPERATIONS[kind]).input_shape
    return shape.members if isinstance(shape, StructureShape) else {}


@functools.cache
def described_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of the members that Cognito's description of a part can have.

    They include what the requests of later botocores have: Cognito describes what it was given.
    """
    operation, member = _DESCRIBED[kind]
    shape: Shape | None = _service().operation_model(operation).output_shape
    if member is not None and isinstance(shape, StructureShape):
        shape = shape.members[member]
    request = _service().operation_model(_OPERATIONS[kind]).input_shape
    newer = [one.name for one in NEWER_MEMBERS if request and one.structure == request.name]
    described = tuple(shape.members) if isinstance(shape, StructureShape) else ()
    return (*described, *(name for name in newer if name not in described))


@functools.cache
def _service() -> ServiceModel:
    return ServiceModel(with_newer_members(_installed()))


@functools.cache
def _installed() -> dict[str, Any]:
    found: dict[str, Any] = Loader().load_service_model("cognito-idp", "service-2")
    return found


class _Check:
    def __init__(self, part: Part, source: str) -> None:
        self._part = part
        self._source = source

    def structure(self, members: Mapping[str, Shape], value: Any, path: str) -> Any:
        if isinstance(value, Unknown):
            return value
        self._require(isinstance(value, Mapping), path, value, "an object")
        for name in value:
            if name not in members:
                self.refuse(join(path, name), name, allowed=tuple(members))
        return {
            name: self._value(members[name], item, join(path, name))
            for name, item in value.items()
            if item is not None
        }

    def _value(self, shape: Shape, value: Any, path: str) -> Any:
        if isinstance(value, Unknown):
            return value
        if isinstance(shape, StructureShape):
            return self.structure(shape.members, value, path)
        if isinstance(shape, ListShape):
            self._require(isinstance(value, list), path, value, "a list")
            return [
                self._value(shape.member, item, join(path, index))
                for index, item in enumerate(value)
            ]
        if isinstance(shape, MapShape):
            self._require(isinstance(value, Mapping), path, value, "an object")
            return {
                key: self._value(shape.value, item, join(path, key)) for key, item in value.items()
            }
        return self._scalar(shape, value, path)

    def _scalar(self, shape: Shape, value: Any, path: str) -> Any:
        if shape.type_name == "boolean":
            return self._truth_value(value, path)
        if shape.type_name in ("integer", "long"):
            return self._number(value, path)
        return self._text(shape, value, path)

    def _truth_value(self, value: Any, path: str) -> bool:
        found = _WORDS.get(value.casefold()) if isinstance(value, str) else value
        self._require(isinstance(found, bool), path, value, "true or false")
        return bool(found)

    def _number(self, value: Any, path: str) -> int:
        if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
            return int(value)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        self._require(is_number, path, value, "a whole number")
        return int(value)

    def _text(self, shape: Shape, value: Any, path: str) -> str:
        allowed = tuple(shape.enum) if isinstance(shape, StringShape) else ()
        word = _READ_BY_YAML.get(str(value).casefold())
        if word in allowed and value not in allowed:
            self.refuse(
                path, value, hint=f"YAML reads {word} without quotes as a boolean; write '{word}'"
            )
        if isinstance(value, bool):
            # CloudFormation makes this text of it:
            # https://ljmc.bearblog.dev/yaml-booleans-in-cloudformation-templates/
            value = "true" if value else "false"
        if isinstance(value, (int, float)):
            value = str(value)
        self._require(isinstance(value, str), path, value, "a string")
        if allowed and value not in allowed:
            self.refuse(path, value, allowed=allowed)
        return str(value)

    def _require(self, usable: bool, path: str, given: Any, wanted: str) -> None:
        if not usable:
            self.refuse(path, given, hint=f"it must be {wanted}")

    def refuse(
        self,
        path: str,
        given: Any,
        *,
        allowed: tuple[str, ...] | None = None,
        hint: str | None = None,
    ) -> None:
        place = self._part.place(path)
        where = path or self._part.name
        line = None
        if place is not None:
            where, line = place.path, place.line
        source = self._source if line is None else f"{self._source}, line {line}"
        raise ConfigurationError(where, given=given, source=source, allowed=allowed, hint=hint)
