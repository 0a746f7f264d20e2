"""The names of Cognito's operations and of the members of their requests, as botocore has them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

__all__ = ["check_operation", "check_parameters"]

_SERVICE = "cognito-idp"
#: What a member of several values is compared with.
_KINDS: dict[str, tuple[Any, str]] = {
    "structure": (Mapping, "a dict"),
    "map": (Mapping, "a dict"),
    "list": ((list, tuple), "a list"),
}


def check_operation(caller: str, name: object) -> str:
    """Return the name of an operation.

    Raises:
        ConfigurationError: Cognito has no operation of this name.
    """
    names = _model().operation_names
    if not isinstance(name, str) or name not in names:
        raise _unknown(f"{caller}: operation", name, names)
    return name


def check_parameters(caller: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Check that the request of an operation has these members, and that their values can be equal.

    Raises:
        ConfigurationError: it does not have one of them, or a value is not of its kind. The value
            is not shown: which of its parts are secret depends on their names.
    """
    shape: Any = _model().operation_model(operation).input_shape
    members = {} if shape is None else shape.members
    for name, value in parameters.items():
        setting = f"{caller}: parameter of {operation}"
        if name not in members:
            raise _unknown(setting, name, members)
        kind, needed = _KINDS.get(members[name].type_name, (object, ""))
        if not isinstance(value, kind):
            given = type(value).__name__
            raise ConfigurationError(f"{setting}: {name}", given=given, hint=f"give {needed}")


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
