"""Whether an answer is one that the service could give: a modelled error, or the right shape."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from botocore.parsers import create_parser

from harness.emulator.api.validation import service_model
from harness.emulator.moto_backend.responses import MOTO_OPERATIONS
from harness.emulator.operations.table import OPERATIONS

#: Errors that any operation may answer with, declared in the model or not.
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

#: Errors that an operation answers with although its model does not declare them.
UNDECLARED_ERRORS = {
    # The token of a deleted user (A073).
    "AssociateSoftwareToken": frozenset({"UserNotFoundException"}),
    "GlobalSignOut": frozenset({"UserNotFoundException"}),
    # Choice 25 of the fidelity ledger.
    "AdminGetDevice": frozenset({"UserNotFoundException"}),
    "AdminListDevices": frozenset({"UserNotFoundException"}),
}

_ANSWERS_TO_CHALLENGES = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")

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
    """Judge one answer and return its parsed body; raises AssertionError where it is wrong."""
    headers = {name.lower(): value for name, value in headers.items()}
    uuid.UUID(headers["x-amzn-requestid"])
    assert headers["content-type"] == "application/x-amz-json-1.1"
    parsed = json.loads(body)
    if status == 200:
        check_result(service_model().operation_model(operation), headers, body, parsed)
    else:
        check_error(operation, status, headers, parsed)
    return parsed


def check_result(
    model: OperationModel, headers: Mapping[str, str], body: bytes, parsed: Any
) -> None:
    """An answer of success has the members of its shape and no others, each of its type."""
    shape = model.output_shape
    if shape is None:
        assert parsed == {}
        return
    wrong = list(misfits(shape, parsed, model.name))
    assert not wrong, "; ".join(wrong)
    response = {"status_code": 200, "headers": dict(headers), "body": body}
    create_parser("json").parse(response, shape)


def check_error(operation: str, status: int, headers: Mapping[str, str], parsed: Any) -> None:
    """An error is one that its operation may answer with, in the service's form."""
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
    """Whether an operation, or some of its challenges, are told to be not emulated."""
    known = operation in OPERATIONS or operation in MOTO_OPERATIONS
    return not known or operation in _ANSWERS_TO_CHALLENGES


def allowed_errors(operation: str) -> frozenset[str]:
    """The codes of all errors that an operation may answer with."""
    declared = service_model().operation_model(operation).error_shapes
    names = {shape.name for shape in declared}
    return COMMON_ERRORS | names | UNDECLARED_ERRORS.get(operation, frozenset())


def misfits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """What of a JSON value a shape does not allow."""
    if isinstance(shape, StructureShape):
        yield from _structure_misfits(shape, value, path)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, item in enumerate(value):
            yield from misfits(shape.member, item, f"{path}[{number}]")
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"{path} is no map"
            return
        for key, item in value.items():
            yield from misfits(shape.value, item, f"{path}[{key!r}]")
    else:
        yield from _scalar_misfits(shape, value, path)


def _structure_misfits(shape: StructureShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no structure"
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
        yield f"{path} is {value!r} and no {shape.type_name}"
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"{path} is {value!r} and none of {shape.enum}"
