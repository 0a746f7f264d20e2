"""Says why a pool could not be made from a file: the operation, the service's words, the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.pools.configuration.pool_configuration import Kind, Part, PoolConfiguration, walk

if TYPE_CHECKING:
    from harness.pools.configuration.pool_configuration import SourceLocation

__all__ = ["explain_refusal", "place_named"]

#: The part of a configuration that each operation sends.
_KINDS: dict[str, tuple[Kind, ...]] = {
    "CreateUserPool": ("pool",),
    "SetUserPoolMfaConfig": ("mfa",),
    "CreateUserPoolClient": ("client",),
    "CreateUserPoolDomain": ("domain",),
    # The scopes of app clients name resource servers too.
    "CreateResourceServer": ("resource_server", "client"),
    "CreateManagedLoginBranding": ("branding",),
}
#: A shorter name, such as Name or Enabled, is also an ordinary word.
_SHORTEST_NAME = 8


def explain_refusal(error: ClientError | BotoCoreError, configuration: PoolConfiguration) -> str:
    """Return in one line why the service, or boto3, refuses to make a pool.

    Args:
        error: what making it raised.
        configuration: the pool; it says where in its file the member is that the error names.
    """
    if not isinstance(error, ClientError):
        return _with_place(_in_one_line(str(error)), configuration.parts, configuration)
    operation, found = error.operation_name, error.response.get("Error", {})
    words = _in_one_line(str(found.get("Message", "")))
    said = f"{operation} is refused: {found.get('Code', 'unknown error')}: {words}"
    kinds = _KINDS.get(operation, ())
    parts = [part for part in configuration.parts if part.kind in kinds]
    return _with_place(said, parts, configuration)


def place_named(text: str, configuration: PoolConfiguration) -> str:
    """Return the file and the line of the member that a text names; of the file alone if unclear.

    Args:
        text: names a member, such as ``PasswordPolicy.MinimumLength``.
        configuration: the pool, with the places of its members.
    """
    place = _named_place(text, configuration.parts)
    name = configuration.origin.name
    return name if place is None or place.line is None else f"{name}, line {place.line}"


def _with_place(said: str, parts: tuple[Part, ...] | list[Part], whole: PoolConfiguration) -> str:
    place = _named_place(said, parts)
    if place is None:
        return said
    line = "" if place.line is None else f", line {place.line}"
    return f"{said}; see {whole.origin.name}{line}, {place.path}"


def _named_place(said: str, parts: tuple[Part, ...] | list[Part]) -> SourceLocation | None:
    """Return where the member is that a text names; ``None`` if it could be in several places."""
    found = [(len(path), part.place(path)) for part in parts for path in _named_paths(said, part)]
    longest = max((length for length, _ in found), default=0)
    places = {place for length, place in found if length == longest and place is not None}
    if len(places) == 1:
        return places.pop()
    # Without a name of a member, the resource is the place if there is but one.
    own = [part.place("") for part in parts]
    return own[0] if len(own) == 1 and not places else None


def _named_paths(said: str, part: Part) -> Iterator[str]:
    """Yield the paths of the members whose names a text has, in whatever case of letters."""
    for path, _ in walk(part.members):
        name = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
        if len(name) >= _SHORTEST_NAME and re.search(rf"\b{re.escape(name)}\b", said, re.I):
            yield path


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
