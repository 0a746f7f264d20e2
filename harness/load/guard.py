"""Ends the processes of a command that has ended without doing so, and deletes its folder.

It is run as a script, with the standard library alone: `harness.load.children` starts it and writes
to its stdin. The end of that file comes when the command closes the pipe, or when the system does
because the command was killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress

__all__ = ["BEGIN", "END", "FOLDER", "end_groups", "watch"]

#: What a line begins with: a process group that runs, one that has ended, a folder to delete.
BEGIN, END, FOLDER = "begin", "end", "folder"
#: How long a group has to end by itself. The one who could need its result is gone.
_PATIENCE_SECONDS = 3.0
_PAUSE_SECONDS = 0.05


def watch(lines: Iterable[str]) -> None:
    """Follow the lines of a command; at their end, clean up what it has left."""
    groups: set[int] = set()
    folders: set[str] = set()
    for line in lines:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == FOLDER:
            folders.add(rest)
        elif word == BEGIN:
            groups.add(int(rest))
        elif word == END:
            groups.discard(int(rest))
    end_groups(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end_groups(groups: set[int]) -> None:
    """Terminate process groups, and kill those that do not end."""
    left = {group for group in groups if _sent(group, signal.SIGTERM)}
    for _ in range(round(_PATIENCE_SECONDS / _PAUSE_SECONDS)):
        left = {group for group in left if _sent(group, 0)}
        if not left:
            return
        threading.Event().wait(_PAUSE_SECONDS)
    for group in left:
        _sent(group, signal.SIGKILL)


def _sent(group: int, number: int) -> bool:
    """Send a signal to a group; return whether there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


def _main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with open(sys.stdin.fileno(), encoding="utf-8") as lines:
        watch(lines)


if __name__ == "__main__":
    _main()
