"""The names of Cognito's operations and of the members of their requests, as botocore has them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

__all__ = ["check_operation", "check_parameters"]

_SERVICE = "cognito-idp"


def check_operation(caller: str, name: object) -> str:
    """Return the name of an operation.

    Raises:
        ConfigurationError: Cognito has no operation of this name.
    """
    names = _model().operation_names
    if not isinstance(name, str) or name not in names:
        raise _unknown(f"{caller}: operation", name, names)
    return name


def check_parameters(caller: str, operation: str, parameters: Iterable[str]) -> None:
    """Check that the request of an operation has these members.

    Raises:
        ConfigurationError: it does not have one of them.
    """
    shape: Any = _model().operation_model(operation).input_shape
    members = list(shape.members) if shape is not None else []
    for name in parameters:
        if name not in members:
            raise _unknown(f"{caller}: parameter of {operation}", name, members)


def _unknown(setting: str, given: object, allowed: Iterable[str]) -> ConfigurationError:
    """Return the error for an unknown name, with the nearest of many names alone."""
    from harness.errors import nearest_match

    nearest = nearest_match(str(given), allowed)
    hint = f"did you mean {nearest!r}?" if nearest else "see the API reference of Cognito"
    return ConfigurationError(setting, given=given, hint=hint)


@functools.cache
def _model() -> ServiceModel:
    # A client has it too, but nobody needs to have made one.
    import botocore.session

    return botocore.session.get_session().get_service_model(_SERVICE)
