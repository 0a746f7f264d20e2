"""Which tests a run of ``pytest tests`` leaves out, so that it needs nothing but Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["CLIENTS", "NOTE", "is_named", "leaves_clients_out"]

#: Other people's clients, which need Node and a browser.
CLIENTS = Path(__file__).parent / "clients"
NOTE = "tests/clients is left out: `tox -e clients` runs other people's clients"


def is_named(arguments: Iterable[str], directory: Path) -> bool:
    """Return whether pytest's arguments, given in a directory, name the clients themselves."""
    return any(CLIENTS in (path, *path.parents) for path in _paths(arguments, directory))


def leaves_clients_out(arguments: Iterable[str], directory: Path) -> bool:
    """Return whether pytest would come to the clients, and is not to go in."""
    arguments = list(arguments)
    comes_by = any(path in CLIENTS.parents for path in _paths(arguments, directory))
    return comes_by and not is_named(arguments, directory)


def _paths(arguments: Iterable[str], directory: Path) -> list[Path]:
    return [(directory / argument.partition("::")[0]).resolve() for argument in arguments]
