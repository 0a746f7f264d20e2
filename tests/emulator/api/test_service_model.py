"""The service model: what is read from the file is what botocore reads from it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from harness.emulator.api import service_model
from harness.emulator.api.service_model import ApiShape, adopt, read_model

_TRAITS = ("required", "min", "max", "pattern", "sensitive", "enum", "document")
_PARTS = {"structure": (), "list": ("member",), "map": ("key", "value")}


def described(shape: Any) -> Any:
    """Return everything about a shape that the emulator uses, down to the scalars."""
    if shape is None:
        return None
    kind = shape.type_name
    found = {
        "name": shape.name,
        "type": kind,
        "traits": {name: shape.metadata[name] for name in _TRAITS if name in shape.metadata},
    }
    if kind == "structure":
        found["members"] = {name: described(member) for name, member in shape.members.items()}
        found["required"] = shape.required_members
    if kind == "string":
        found["enum"] = shape.enum
    return found | {part: described(getattr(shape, part)) for part in _PARTS.get(kind, ())}


def test_every_operation_is_as_botocore_reads_it() -> None:
    """Members, limits and signatures of all operations are those of botocore's own classes."""
    ours = read_model()
    botocores = ServiceModel(Loader().load_service_model("cognito-idp", "service-2"))
    assert list(ours.operation_names) == list(botocores.operation_names)
    for name in ours.operation_names:
        mine, theirs = ours.operation_model(name), botocores.operation_model(name)
        assert described(mine.input_shape) == described(theirs.input_shape)
        assert described(mine.output_shape) == described(theirs.output_shape)
        assert mine.auth_type == theirs.auth_type


def test_a_clients_model_is_taken_over_if_none_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not read a second time after a client has read it, and a model in use stays."""
    first, second = read_model(), read_model()
    monkeypatch.setattr(service_model, "_held", [])
    monkeypatch.setattr(service_model, "read_model", None)
    adopt(first)
    adopt(second)
    assert service_model.service_model() is first


def test_a_shape_can_be_looked_up_by_name() -> None:
    """A shape that several operations share is found without any of them."""
    shape: ApiShape = read_model().shape_for("UserStatusType")
    assert "CONFIRMED" in shape.enum
