"""Makes this Python look like one of Windows to the package, as far as that goes on POSIX.

It is for a process of its own. The libraries of others have chosen their ways before POSIX is taken
away, since they are imported first.
What it cannot show is Windows itself: its paths, its files that cannot be replaced while they are
open, its console, its event loop.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import select
import signal
import sys
import sysconfig
import time
from pathlib import Path
from types import ModuleType

__all__ = ["FakeMsvcrt", "leave_posix", "modules"]

_GONE_MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "readline")
_GONE = {
    os: "fork forkpty getuid geteuid getgid getegid killpg setsid setuid mkfifo sysconf uname",
    # Not SIGKILL, which subprocess needs here.
    signal: "SIGHUP SIGUSR1 SIGUSR2 SIGQUIT SIGALRM SIGCHLD SIGPIPE alarm setitimer pause",
    select: "poll epoll POLLIN POLLOUT",
    time: "clock_gettime CLOCK_MONOTONIC CLOCK_REALTIME",
}
#: Locust runs these with a plan; they end the process without one.
_LOCUST_FILES = {"harness.load.locustfile", "harness.load.ramp_file"}
#: The package that is beside these tests; importing it would be too early for gevent.
PACKAGE = Path(__file__).parents[2] / "harness"


class FakeMsvcrt(ModuleType):
    """The locks of Windows' C library, by those of POSIX.

    Attributes:
        LK_LOCK: waits for a lock.
        LK_UNLCK: gives it back.
    """

    LK_LOCK, LK_UNLCK = 1, 0

    def __init__(self) -> None:
        import fcntl  # this process is about to lose it

        super().__init__("msvcrt")
        self._fcntl = fcntl
        self.taken = 0

    def locking(self, file: int, mode: int, size: int) -> None:
        """Lock or unlock bytes from the position of a file, as ``msvcrt.locking`` does."""
        kind = self._fcntl.LOCK_EX if mode == self.LK_LOCK else self._fcntl.LOCK_UN
        self.taken += mode == self.LK_LOCK
        self._fcntl.lockf(file, kind, size, os.lseek(file, 0, os.SEEK_CUR))


def modules(*, load: bool = False) -> list[str]:
    """Return the names of the modules of the package.

    Args:
        load: those of load runs alone. They replace parts of the standard library by gevent's, so
            they have a process of their own.
    """
    walked = pkgutil.walk_packages([str(PACKAGE)], "harness.")
    names = [one.name for one in walked if not one.name.endswith("__main__")]
    ours = [name for name in names if name not in _LOCUST_FILES]
    return [name for name in ours if name.startswith("harness.load") is load]


def leave_posix(*names: str) -> FakeMsvcrt:
    """Take POSIX away from modules of the package, after what they import has been imported.

    Args:
        names: the modules; they are forgotten then, and imported again where POSIX is gone.
    """
    for name in names:
        importlib.import_module(name)
    # It would look for the variables of a Windows that is not there.
    sysconfig.get_config_vars()
    for name in [*sys.modules]:
        if name.partition(".")[0] == "harness":
            del sys.modules[name]
    locks = FakeMsvcrt()
    sys.modules["msvcrt"] = locks
    for name in _GONE_MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for module, gone in _GONE.items():
        for name in gone.split():
            if hasattr(module, name):
                delattr(module, name)
    system, sys.platform = sys.platform, "win32"
    for name in names:
        importlib.import_module(name)
    # The libraries of others would look for the rest of Windows when they are used.
    sys.platform = system
    return locks
