"""Checks that a response is one the service could give: a modeled error, or the right shape."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from botocore.parsers import create_parser

from harness.emulator.moto_backend.responses import MOTO_OPERATIONS
from harness.emulator.operations.table import OPERATIONS
from tests.support.botocore_model import botocore_model

#: Errors that any operation may respond with, whether the model declares them or not.
COMMON_ERRORS = frozenset(
    {
        "InvalidParameterException",
        "MissingAuthenticationTokenException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "SerializationException",
        "TooManyRequestsException",
    }
)

#: Errors that an operation responds with although its model does not declare them.
UNDECLARED_ERRORS = {
    # The token belongs to a deleted user (A073).
    "AssociateSoftwareToken": frozenset({"UserNotFoundException"}),
    "GlobalSignOut": frozenset({"UserNotFoundException"}),
    "StartWebAuthnRegistration": frozenset({"UserNotFoundException"}),
    "CompleteWebAuthnRegistration": frozenset({"UserNotFoundException"}),
    "ListWebAuthnCredentials": frozenset({"UserNotFoundException"}),
    "DeleteWebAuthnCredential": frozenset({"UserNotFoundException"}),
    # Choice 25 of docs/fidelity.md.
    "AdminGetDevice": frozenset({"UserNotFoundException"}),
    "AdminListDevices": frozenset({"UserNotFoundException"}),
}

#: Operations of which the emulator refuses a part: challenges, the levels of step-up, password
#: hashes in imports, domains of replicated pools, and styles merged with Cognito's own.
_EMULATED_IN_PART = (
    "RespondToAuthChallenge",
    "AdminRespondToAuthChallenge",
    "InitiateAuth",
    "AdminInitiateAuth",
    "CreateUserPool",
    "UpdateUserPool",
    "CreateUserImportJob",
    "CreateUserPoolDomain",
    "UpdateUserPoolDomain",
    "DescribeManagedLoginBranding",
    "DescribeManagedLoginBrandingByClient",
)

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "timestamp": (int, float),
}


def check(operation: str, status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Check one response and return its parsed body; raises AssertionError if it is wrong."""
    headers = {name.lower(): value for name, value in headers.items()}
    uuid.UUID(headers["x-amzn-requestid"])
    assert headers["content-type"] == "application/x-amz-json-1.1"
    parsed = json.loads(body)
    if status == 200:
        check_result(botocore_model().operation_model(operation), headers, body, parsed)
    else:
        check_error(operation, status, headers, parsed)
    return parsed


#: Structures that Cognito sends empty although their members are required (M145).
_EMPTY = frozenset({"DescribeUserPoolDomain.DomainDescription.CustomDomainConfig"})


def check_result(
    model: OperationModel, headers: Mapping[str, str], body: bytes, parsed: Any
) -> None:
    """Check that a successful response has only the members of its shape, of the right types."""
    shape = model.output_shape
    if shape is None:
        assert parsed == {}
        return
    wrong = list(misfits(shape, parsed, model.name))
    assert not wrong, "; ".join(wrong)
    response = {"status_code": 200, "headers": dict(headers), "body": body}
    create_parser("json").parse(response, shape)


def check_error(operation: str, status: int, headers: Mapping[str, str], parsed: Any) -> None:
    """Check that an error is one that its operation may respond with, in the service's form."""
    code, message = parsed["__type"], parsed["message"]
    assert set(parsed) == {"__type", "message"}
    assert isinstance(message, str)
    assert message
    assert headers["x-amzn-errortype"] == f"{code}:"
    if status == 501:
        assert not_emulated(operation), message
        return
    assert status == 400, (status, parsed)
    assert code in allowed_errors(operation), parsed


def not_emulated(operation: str) -> bool:
    """Return whether an operation, or a part of it, may be reported as not emulated."""
    known = operation in OPERATIONS or operation in MOTO_OPERATIONS
    return not known or operation in _EMULATED_IN_PART


def allowed_errors(operation: str) -> frozenset[str]:
    """Return the codes of all errors that an operation may respond with."""
    declared = botocore_model().operation_model(operation).error_shapes
    names = {shape.name for shape in declared}
    return COMMON_ERRORS | names | UNDECLARED_ERRORS.get(operation, frozenset())


def misfits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Describe every part of a JSON value that the shape does not allow."""
    if isinstance(shape, StructureShape):
        if shape.is_document_type:  # any JSON
            return
        yield from _structure_misfits(shape, value, path)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{path} is not a list"
            return
        for number, item in enumerate(value):
            yield from misfits(shape.member, item, f"{path}[{number}]")
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"{path} is not a map"
            return
        for key, item in value.items():
            yield from misfits(shape.value, item, f"{path}[{key!r}]")
    else:
        yield from _scalar_misfits(shape, value, path)


def _structure_misfits(shape: StructureShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not a structure"
        return
    if not value and path in _EMPTY:
        return
    if shape.is_document_type:  # any JSON, of which the model lists no members
        return
    for name in shape.required_members:
        if name not in value:
            yield f"{path}.{name} is missing"
    for name, item in value.items():
        if name not in shape.members:
            yield f"{path}.{name} is unknown"
        else:
            yield from misfits(shape.members[name], item, f"{path}.{name}")


def _scalar_misfits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    numeric = shape.type_name != "boolean" and isinstance(value, bool)
    if numeric or not isinstance(value, _TYPES[shape.type_name]):
        yield f"{path} is {value!r} and not a {shape.type_name}"
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"{path} is {value!r} and not one of {shape.enum}"
