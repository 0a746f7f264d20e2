"""Requests that a seed makes: held to the service model, and without members that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator.api.request import Caller
from harness.emulator.api.service_model import ApiShape, input_shape, is_document
from harness.emulator.api.validation import name_violations
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.seeds.form import join
from harness.emulator.seeds.refused import SeedRefused, cannot_be_made, refused_at

__all__ = ["check_known", "send", "validated"]


def send(
    engine: Engine, operation: str, members: Mapping[str, Any], caller: Caller, path: str
) -> Any:
    """Carry out an operation as if a client had sent it.

    Args:
        engine: carries it out.
        operation: its name.
        members: the members of the request.
        caller: the owner of the pool.
        path: the place in the document, for a refusal.

    Raises:
        SeedRefused: Cognito would refuse the request.
    """
    params = validated(operation, members, path)
    with refused_at(path):
        return engine.call(operation, params, caller)


def validated(operation: str, members: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the members of a request that fits the service model.

    Raises:
        SeedRefused: it does not fit.
    """
    try:
        return name_violations(operation, dict(members))
    except Refusal as refusal:
        reason = refusal.message or f"a value has the wrong type for {operation}"
        raise cannot_be_made(path, reason) from None


def check_known(
    operation: str, members: Mapping[str, Any], path: str, without: frozenset[str] = frozenset()
) -> None:
    """Refuse members that an operation does not have, at any depth.

    Args:
        operation: its name.
        members: the members of the request.
        path: their place in the document.
        without: members that have another place in the document.
    """
    shape = input_shape(operation)
    for name in without & set(members):
        raise SeedRefused(join(path, name), given=name, hint="it has another place in a seed file")
    if shape is not None:
        _check(shape, members, path)


def _check(shape: ApiShape, value: Any, path: str) -> None:
    if shape.type_name == "structure" and isinstance(value, Mapping) and not is_document(shape):
        for name, item in value.items():
            if name not in shape.members:
                raise SeedRefused(join(path, name), given=name, allowed=sorted(shape.members))
            _check(shape.members[name], item, join(path, name))
    elif shape.type_name == "list" and isinstance(value, list):
        for number, item in enumerate(value):
            _check(shape.member, item, join(path, number))
