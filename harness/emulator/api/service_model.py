"""Cognito's service model from botocore: operations, members, shapes."""

from __future__ import annotations

import functools

from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape


@functools.cache
def service_model() -> ServiceModel:
    """Return botocore's model of Cognito user pools."""
    return ServiceModel(Loader().load_service_model("cognito-idp", "service-2"))


def is_operation(operation: str) -> bool:
    """Return whether the real service has an operation with that name."""
    return operation in _operations()


@functools.cache
def _operations() -> frozenset[str]:
    return frozenset(service_model().operation_names)


@functools.cache
def is_unsigned(operation: str) -> bool:
    """Return whether the operation needs no AWS credentials (A301)."""
    return bool(service_model().operation_model(operation).auth_type == "none")


@functools.cache
def members_of(structure: str) -> frozenset[str]:
    """Return the names of a structure's members; newer releases of botocore may have more."""
    shape = service_model().shape_for(structure)
    return frozenset(shape.members) if isinstance(shape, StructureShape) else frozenset()


@functools.cache
def input_shape(operation: str) -> StructureShape | None:
    """Return the shape of an operation's request, or ``None`` if it takes no members."""
    shape = service_model().operation_model(operation).input_shape
    return shape if isinstance(shape, StructureShape) else None
