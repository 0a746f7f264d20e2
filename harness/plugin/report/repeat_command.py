"""The command that repeats one test of a run, with the same target, people and codes."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.plugin.run.file_pool import file_pool_of
from harness.plugin.run.options import given_settings, settings_of

if TYPE_CHECKING:
    import pytest

    from harness.settings.options import Option

__all__ = ["repeat_command"]

#: Settings that the command has in any case, or that are about a whole run.
_SAID_ANYWAY = frozenset({"allow_all_skipped", "target", "seed", "repeat", "latencies", "record"})
#: Settings whose text is a secret unless it names a file.
_SECRET = frozenset({"client_secret"})


def repeat_command(item: pytest.Item) -> str:
    """Return the command for a shell.

    What the environment or the configuration file sets is there again; what the command line has
    set is repeated, and so is what decides which test an id means. The command is for the folder
    in which the run was started. A secret on the command line is left out.
    """
    from harness.settings.options import OPTIONS
    from harness.settings.setting import COMMAND_LINE

    settings, given = settings_of(item.config), given_settings(item.config)
    words = ["pytest", _id_from(item, item.config.invocation_params.dir), *_of_pytest(item.config)]
    if item.config.pluginmanager.has_plugin("xdist"):
        words += ["-n", "0"]
    words += [f"--cognito-target={settings.target.value}", f"--cognito-seed={settings.seed.value}"]
    for option in OPTIONS:
        setting = given.get(option.name)
        if setting is None or setting.source != COMMAND_LINE or option.name in _SAID_ANYWAY:
            continue
        if option.name in _SECRET and not setting.value.startswith("@"):
            continue
        words += _words(option, setting.value, item.config)
    return shlex.join(words)


def _words(option: Option, text: str, config: pytest.Config) -> Iterator[str]:
    """Yield an option with its values, without those of parameters that nobody may see."""
    if option.is_flag:
        yield option.flag
        return
    file_pool = file_pool_of(config) if option.name == "pool_parameter" else None
    for value in text.splitlines() if option.is_repeatable else [text]:
        if file_pool is None or value.partition("=")[0].strip() not in file_pool.hidden:
            yield f"{option.flag}={value}"


def _id_from(item: pytest.Item, folder: Path) -> str:
    """Return the id of a test for a command in a folder; pytest's own begins at its root."""
    _, separator, test = item.nodeid.partition("::")
    return Path(os.path.relpath(item.path, folder)).as_posix() + separator + test


def _of_pytest(config: pytest.Config) -> Iterator[str]:
    """Yield pytest's own options that decide whether the command finds the test."""
    for flag, given in (
        ("-c", config.getoption("inifilename", None)),
        ("--rootdir", config.getoption("rootdir", None)),
    ):
        if given:
            yield from (flag, str(given))
    marks = config.getoption("markexpr", "")
    if marks and marks != _marks_in_file(config):
        yield from ("-m", marks)


def _marks_in_file(config: pytest.Config) -> str:
    """Return what ``addopts`` of the configuration file has after ``-m``; empty if nothing."""
    found, words = "", list(config.getini("addopts"))
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word.startswith("-m"):
            found = word[2:] or following
    return found
