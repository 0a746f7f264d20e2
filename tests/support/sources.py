"""The project's own sources, for the tests that read them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "harness"
FOLDERS = (PACKAGE, "scenarios", "tests", "benchmarks", "stack")

_GENERATED = frozenset({"__pycache__", "venv", "node_modules", "build", "dist", "htmlcov"})


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below these folders of the project."""
    return sorted(path for folder in folders for path in ROOT.joinpath(folder).rglob("*.py"))


def text_files() -> Iterator[Path]:
    """Yield every text file that belongs to the project, generated ones left out."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in {".ci", ".gitignore"} for part in parts)
        generated = not _GENERATED.isdisjoint(parts)
        if path.is_file() and not hidden and not generated and not _is_binary(path):
            yield path


@functools.cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the path as a test's id or message shows it."""
    return path.relative_to(ROOT).as_posix()


def _is_binary(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\0" in file.read(1024)
