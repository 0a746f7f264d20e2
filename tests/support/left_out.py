"""Which tests a run of ``pytest tests`` leaves out, so that it needs nothing but Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["ENVIRONMENTS", "is_named", "note", "notes"]

_TESTS = Path(__file__).parent.parent
#: What needs more, and the tox environment that brings it along.
ENVIRONMENTS = {
    _TESTS / "foreign_clients": "clients",  # Node.js, and other people's clients
    _TESTS / "async_clients": "async",  # aioboto3, which needs an older botocore
    _TESTS / "apps": "apps",  # FastAPI, Django, pytest-asyncio
    _TESTS / "browser": "page",  # Chromium and its driver
    _TESTS / "mailboxes" / "test_dovecot.py": "imap",  # a mail server
    _TESTS / "selfcheck" / "long": "selfcheck",  # minutes: every fault
    _TESTS / "faults" / "whole": "faults",  # minutes: all scenarios four times
    _TESTS / "plugin" / "pools" / "whole": "pools",  # minutes: all scenarios on thirteen pools
    _TESTS / "docs" / "whole": "docs",  # minutes, and MkDocs
    _TESTS / "load" / "long": "load",  # minutes, and root for network namespaces
    _TESTS / "packaging" / "whole": "package",  # a registry, and minutes
}


def note(place: Path) -> str:
    """Return what the end of a run says where a place was left out."""
    name = place.relative_to(_TESTS.parent).as_posix()
    return f"{name} is left out: `tox -e {ENVIRONMENTS[place]}` runs it"


def is_named(place: Path, arguments: Iterable[str], directory: Path) -> bool:
    """Return whether pytest's arguments, given in a directory, name a place itself."""
    return any(place in (path, *path.parents) for path in _paths(arguments, directory))


def notes(arguments: Iterable[str], directory: Path) -> list[str]:
    """Return the notes of all places that pytest would come to, and is not to go into."""
    given = list(arguments)
    return [
        note(place)
        for place in ENVIRONMENTS
        if not is_named(place, given, directory)
        and any(path in place.parents for path in _paths(given, directory))
    ]


def _paths(arguments: Iterable[str], directory: Path) -> list[Path]:
    return [(directory / argument.partition("::")[0]).resolve() for argument in arguments]
