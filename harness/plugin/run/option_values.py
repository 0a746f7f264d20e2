"""Values of options that pytest has taken for paths of tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.settings.options import OPTIONS

__all__ = ["check_option_values"]

#: Files that can configure pytest, with what they then contain; the first found counts.
_FILES = (
    ("pytest.toml", ""),
    (".pytest.toml", ""),
    ("pytest.ini", ""),
    (".pytest.ini", ""),
    ("pyproject.toml", "[tool.pytest"),
    ("tox.ini", "[pytest]"),
    ("setup.cfg", "[tool:pytest]"),
)


def check_option_values(config: pytest.Config) -> None:
    """Refuse a value for which pytest reads another configuration file, or none.

    pytest looks for the file before it knows the options of plugins, and takes every argument that
    is an existing path for one of tests:
    https://docs.pytest.org/en/stable/reference/customize.html#finding-the-rootdir

    Raises:
        ConfigurationError: a value is such a path, and the configuration file is not that of the
            folder in which pytest was started.
    """
    own = _configuration_of(config.invocation_params.dir)
    if own is None or config.inipath == own or config.getoption("inifilename", None):
        return
    for flag, value in _values_apart(config.invocation_params.args):
        if (config.invocation_params.dir / value).exists():
            raise ConfigurationError(
                flag,
                given=value,
                source="command line",
                hint=f"pytest has taken it for tests, so it does not read {own.name}; "
                f"write {flag}={value}",
            )


def _values_apart(arguments: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the options whose values are arguments of their own."""
    flags = {option.flag for option in OPTIONS if not option.is_flag}
    for flag, value in pairwise(arguments):
        if flag in flags:
            yield str(flag), str(value)


def _configuration_of(folder: Path) -> Path | None:
    """Return the file that configures pytest where its arguments name no paths."""
    for parent in (folder, *folder.parents):
        for name, content in _FILES:
            file = parent / name
            if file.is_file() and content in file.read_text(encoding="utf-8", errors="replace"):
                return file
    return None
