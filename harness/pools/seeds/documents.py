"""Reads a seed file in TOML, JSON or YAML into plain values, with the line of each if known."""

from __future__ import annotations

import sys
from datetime import date, time
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.sources.documents import Document, read_document, text_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["SUFFIXES", "read_seed_document"]

#: The formats, by the ends of the names of files.
SUFFIXES = {".toml": "toml", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def read_seed_document(path: str | Path) -> Document:
    """Read a file whose name says what it is.

    Args:
        path: the file.

    Raises:
        ConfigurationError: it cannot be read, or its name ends otherwise.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        hint = f"the name of a seed file ends with {', '.join(SUFFIXES)}"
        raise ConfigurationError("file", given=str(path), hint=hint)
    if suffix != ".toml":
        return read_document(path)
    text = text_of(path)
    try:
        # tomllib keeps no lines; messages have the path in the document.
        return Document(str(path), _plain(tomllib.loads(text)), {})
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError("file", given=str(path), hint=f"it is not TOML: {error}") from None


def _plain(value: Any) -> Any:
    """Return a value of TOML without dates, which are text in the other formats."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, (date, time)) else value
