"""The frames of a failure: which of them are of the test, and which only lead to Cognito."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

import harness.errors
from harness.errors import UnexpectedResult

__all__ = ["is_folded", "place_of", "visible"]

_PACKAGE = Path(harness.errors.__file__).parent
_FIXTURES = _PACKAGE / "plugin" / "fixtures"
_STANDARD_LIBRARY = Path(inspect.__file__).parent
#: Folders of libraries whose frames say nothing about a test.
_LIBRARIES = frozenset({"site-packages", "dist-packages"})


def is_folded(path: Path) -> bool:
    """Return whether a file is of the harness, or of a library such as botocore."""
    own = path.is_relative_to(_PACKAGE) or path.is_relative_to(_STANDARD_LIBRARY)
    return own or bool(_LIBRARIES & set(path.parts))


def place_of(excinfo: pytest.ExceptionInfo[BaseException], test_file: Path, root: Path) -> str:
    """Return the last line of the test's own file that led to the failure, with its text.

    Without such a line it is the last one that is not folded, or the fixture that failed.

    Args:
        excinfo: the failure.
        test_file: the file of the test.
        root: paths are shown relative to it.
    """
    cause = excinfo.value.__context__
    if isinstance(excinfo.value, UnexpectedResult) and cause is not None and cause.__traceback__:
        # An expectation around the call has judged the error: the call says more.
        excinfo = pytest.ExceptionInfo.from_exception(cause)
    entries = [
        entry
        for entry in excinfo.traceback
        # Code that was generated, such as __init__ of a dataclass, has no lines to show.
        if entry.frame.code.fullsource is not None and not is_folded(Path(entry.path))
    ]
    own = [entry for entry in entries if Path(entry.path) == test_file]
    if not entries:
        return _fixture_of(excinfo)
    entry = (own or entries)[-1]
    statement = " ".join(str(entry.statement).split())
    return f"{_shown(Path(entry.path), root)}:{entry.lineno + 1}: {statement}"


def _fixture_of(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """Return the fixture of the plugin that failed."""
    found = [entry for entry in excinfo.traceback if Path(entry.path).is_relative_to(_FIXTURES)]
    return f"the fixture {found[0].name}" if found else ""


def visible(excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
    """Return the traceback without folded frames; all of it if nothing would be left."""
    kept = excinfo.traceback.filter(lambda entry: not is_folded(Path(entry.path)))
    return kept or excinfo.traceback


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
