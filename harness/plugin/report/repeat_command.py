"""The command that repeats one test of a run, with the same target, people and codes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from harness.plugin.run.options import given_settings, settings_of

if TYPE_CHECKING:
    import pytest

__all__ = ["repeat_command"]

#: Settings that the command has in any case, or that are about a whole run.
_SAID_ANYWAY = frozenset({"target", "seed", "repeat", "latencies", "record"})
#: Settings whose text is a secret unless it names a file.
_SECRET = frozenset({"client_secret"})


def repeat_command(item: pytest.Item) -> str:
    """Return the command for a shell.

    What the environment or the configuration file sets is there again; what the command line has
    set is repeated. A secret on the command line is left out.
    """
    from harness.settings.options import OPTIONS
    from harness.settings.setting import COMMAND_LINE

    settings, given = settings_of(item.config), given_settings(item.config)
    words = ["pytest", item.nodeid]
    if item.config.pluginmanager.has_plugin("xdist"):
        words += ["-n", "0"]
    words += [f"--cognito-target={settings.target.value}", f"--cognito-seed={settings.seed.value}"]
    for option in OPTIONS:
        setting = given.get(option.name)
        if setting is None or setting.source != COMMAND_LINE or option.name in _SAID_ANYWAY:
            continue
        if option.name in _SECRET and not setting.value.startswith("@"):
            continue
        words.append(f"{option.flag}={setting.value}")
    return shlex.join(words)
