"""Files with secrets: readable by their owner alone."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from harness.errors import HarnessError

__all__ = ["read_private", "write_private", "write_private_text"]


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write JSON to a file with mode 0600, in one step: a reader never sees half of it.

    Raises:
        HarnessError: the file cannot be written.
    """
    write_private_text(path, json.dumps(content))


def write_private_text(path: Path, text: str) -> None:
    """Write text to a file with mode 0600, in one step: a reader never sees half of it.

    Raises:
        HarnessError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A new file that nobody else can have made, with mode 0600.
        descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            # Line feeds on every system, so that the same content gives the same bytes.
            with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.replace(draft, path)
        except BaseException:
            # Also on Ctrl-C: what is left behind would have secrets.
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise HarnessError(f"{path} cannot be written: {error.strerror}") from error


def read_private(path: Path, kind: str) -> dict[str, Any]:
    """Return the JSON object of a file.

    Args:
        path: the file.
        kind: what the file should be, for the error message.

    Raises:
        HarnessError: the file cannot be read, or it is not a JSON object. The message never has
            the content, which is secret.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise HarnessError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError:
        raise HarnessError(f"{path} is not {kind}: it is not JSON") from None
    if not isinstance(content, dict):
        raise HarnessError(f"{path} is not {kind}: it is not a JSON object")
    return content
