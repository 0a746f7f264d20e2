"""Cognito's service model, read from botocore's files: operations, members, shapes.

botocore's own classes are not used. Importing them takes longer than the start of the emulator,
and a client that is attached has read the same file already: `adopt` takes over what it has.
"""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

__all__ = [
    "SERVICE",
    "ApiShape",
    "ServiceModel",
    "adopt",
    "input_shape",
    "is_document",
    "is_operation",
    "is_unsigned",
    "members_of",
    "operation_names",
    "read_model",
    "service_model",
]

#: The name of the service in boto3.
SERVICE = "cognito-idp"
#: The traits of a shape that say which values are valid.
_TRAITS = ("required", "min", "max", "pattern", "sensitive", "enum", "document")


class ApiShape(Protocol):
    """The type of a member, with the names that botocore's classes have.

    Attributes:
        name: its name in the model.
        type_name: ``structure``, ``list``, ``map`` or the type of a scalar.
        metadata: its limits.
        enum: the allowed texts, if they are listed.
        required_members: the members that a structure must have.
        members: the shapes of a structure's members.
        member: the shape of a list's items.
        key: the shape of a map's keys.
        value: the shape of a map's values.
    """

    name: Any
    type_name: Any
    metadata: Any
    enum: Any
    required_members: Any
    members: Any
    member: Any
    key: Any
    value: Any


class ServiceModel(Protocol):
    """The operations and shapes of a service, with the names that botocore's class has."""

    @property
    def operation_names(self) -> Iterable[str]:
        """The names of all operations."""
        ...

    def operation_model(self, operation_name: str) -> Any:
        """Return an operation by its name."""
        ...

    def shape_for(self, shape_name: str) -> Any:
        """Return a shape by its name."""
        ...


class _ReadShape:
    """A shape as the file describes it; what it consists of is read when it is first needed."""

    def __init__(self, shapes: Mapping[str, Any], reference: Mapping[str, Any]) -> None:
        self._shapes = shapes
        self.name = reference["shape"]
        # A member can narrow its shape, for example by a limit of its own.
        self._described = {**shapes[self.name], **reference}
        self.type_name: str = self._described["type"]

    @functools.cached_property
    def metadata(self) -> dict[str, Any]:
        return {name: self._described[name] for name in _TRAITS if name in self._described}

    @functools.cached_property
    def enum(self) -> list[str]:
        return list(self._described.get("enum", ()))

    @functools.cached_property
    def required_members(self) -> list[str]:
        return list(self._described.get("required", ()))

    @functools.cached_property
    def members(self) -> dict[str, _ReadShape]:
        listed = self._described.get("members", {})
        return {name: self._other(reference) for name, reference in listed.items()}

    @functools.cached_property
    def member(self) -> _ReadShape:
        return self._other(self._described["member"])

    @functools.cached_property
    def key(self) -> _ReadShape:
        return self._other(self._described["key"])

    @functools.cached_property
    def value(self) -> _ReadShape:
        return self._other(self._described["value"])

    def _other(self, reference: Mapping[str, Any]) -> _ReadShape:
        return _ReadShape(self._shapes, reference)


class _ReadOperation:
    def __init__(self, shapes: Mapping[str, Any], described: Mapping[str, Any]) -> None:
        given, returned = described.get("input"), described.get("output")
        self.input_shape = None if given is None else _ReadShape(shapes, given)
        self.output_shape = None if returned is None else _ReadShape(shapes, returned)
        self.auth_type: str | None = described.get("authtype")


class _ReadModel:
    def __init__(self, described: Mapping[str, Any]) -> None:
        self._shapes: Mapping[str, Any] = described["shapes"]
        self._operations: Mapping[str, Any] = described["operations"]

    @property
    def operation_names(self) -> list[str]:
        return list(self._operations)

    def operation_model(self, operation_name: str) -> _ReadOperation:
        return _ReadOperation(self._shapes, self._operations[operation_name])

    def shape_for(self, shape_name: str) -> _ReadShape:
        return _ReadShape(self._shapes, {"shape": shape_name})


#: The model of this process, once something has needed it.
_held: list[ServiceModel] = []
_lock = RLock()


def service_model() -> ServiceModel:
    """Return botocore's model of Cognito user pools, which is read once."""
    if not _held:
        with _lock:
            if not _held:
                _held.append(read_model())
    return _held[0]


def adopt(model: Any) -> None:
    """Use the model that a client of botocore has read, if none is in use yet."""
    with _lock:
        if not _held:
            _held.append(model)


def read_model() -> ServiceModel:
    """Read the model from the files of the installed botocore, without importing it."""
    content = _model_file().read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    return _ReadModel(json.loads(content, object_hook=_without_text))


def _model_file() -> Path:
    spec = find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("No module named 'botocore'", name="botocore")
    folder = Path(spec.submodule_search_locations[0], "data", SERVICE)
    # botocore, too, takes the newest version of an API, and compressed files since 1.27.95.
    return max(folder.glob("*/service-2.json*"))


def _without_text(described: dict[str, Any]) -> dict[str, Any]:
    """Drop documentation, three quarters of the file."""
    if isinstance(described.get("documentation"), str):
        del described["documentation"]
    return described


def is_document(shape: ApiShape) -> bool:
    """Return whether a shape is a document: any JSON, of which the model lists no members.

    The model calls it a structure: https://smithy.io/2.0/spec/simple-types.html#document
    """
    return bool(shape.metadata.get("document"))


def is_operation(operation: str) -> bool:
    """Return whether the real service has an operation with that name."""
    return operation in operation_names()


@functools.cache
def operation_names() -> frozenset[str]:
    """Return the names of the service's operations, as the installed botocore knows them."""
    return frozenset(service_model().operation_names)


@functools.cache
def is_unsigned(operation: str) -> bool:
    """Return whether the operation needs no AWS credentials (A301)."""
    return bool(service_model().operation_model(operation).auth_type == "none")


@functools.cache
def members_of(structure: str) -> frozenset[str]:
    """Return the names of a structure's members; newer releases of botocore may have more."""
    shape: ApiShape = service_model().shape_for(structure)
    return frozenset(shape.members) if shape.type_name == "structure" else frozenset()


@functools.cache
def input_shape(operation: str) -> ApiShape | None:
    """Return the shape of an operation's request, or ``None`` if it takes no members."""
    shape: ApiShape | None = service_model().operation_model(operation).input_shape
    return shape if shape is not None and shape.type_name == "structure" else None
