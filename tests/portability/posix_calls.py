"""Finds in a source what not every system has, and what depends on its settings.

The lists are those of Python's documentation: a name is in them if its page says "Availability:
Unix" or "not Windows". https://docs.python.org/3/library/os.html
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

__all__ = ["posix_only", "system_dependent"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Modules that Windows lacks.
_MODULES = _words(
    """crypt curses fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios
    tty"""
)
#: Members of modules that Windows lacks.
_MEMBERS = {
    "os": _words(
        """O_CLOEXEC O_DIRECTORY O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC WEXITSTATUS WIFEXITED
        WIFSIGNALED WNOHANG WTERMSIG chown chroot fchdir fchmod fchown fdatasync fork forkpty
        getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority getsid getuid
        initgroups killpg lchown lockf mkfifo mknod nice openpty pathconf pipe2 posix_spawn pread
        pwrite register_at_fork sched_getaffinity sched_yield sendfile setegid seteuid setgid
        setgroups setpgid setpgrp setpriority setsid setuid statvfs sync sysconf tcgetpgrp
        tcsetpgrp ttyname uname wait wait3 wait4 waitid"""
    ),
    "signal": _words(
        """ITIMER_REAL SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP
        SIGUSR1 SIGUSR2 SIGWINCH alarm getitimer pause pthread_kill pthread_sigmask setitimer
        siginterrupt sigpending sigtimedwait sigwait sigwaitinfo"""
    ),
    "select": _words("EPOLLIN POLLIN POLLOUT epoll kqueue poll"),
    "socket": _words("AF_UNIX SCM_RIGHTS SO_REUSEPORT recvmsg sendmsg"),
    "time": _words("CLOCK_MONOTONIC CLOCK_REALTIME clock_getres clock_gettime tzset"),
    # The other way round: what only Windows has.
    "msvcrt": _words("locking"),
    # Windows takes nothing before 1970 and after 3000: `harness.clock.utc_of` does.
    "datetime": _words("fromtimestamp utcfromtimestamp"),
}
#: What only some event loops can do.
_METHODS = _words("add_reader add_signal_handler add_writer remove_signal_handler")
#: Arguments of ``Popen`` that Windows refuses, or that another shell reads differently.
_ARGUMENTS = _words("extra_groups pass_fds preexec_fn shell umask")
_STARTS = _words("Popen call check_call check_output run")
_PLACES = ("/bin/", "/dev/", "/etc/", "/proc/", "/tmp", "/usr/", "/var/")


def posix_only(source: ast.AST) -> Iterator[str]:
    """Yield the name of each use of something that Windows does not have."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in _MODULES)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported(node)
        elif isinstance(node, ast.Attribute):
            yield from _member(node)
        elif isinstance(node, ast.Call):
            yield from (f"{one.arg}=" for one in node.keywords if _is_refused(one, node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (node.value for place in _PLACES if node.value.startswith(place))


def system_dependent(source: ast.AST) -> Iterator[str]:
    """Yield each call that opens text without naming its encoding: Windows has another default."""
    for node in ast.walk(source):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        names = {keyword.arg for keyword in node.keywords}
        if None in names or "encoding" in names:
            continue
        # How many arguments by position there are with the encoding.
        whole = {"read_text": 1, "write_text": 2}.get(name.rpartition(".")[2], 0)
        if len(node.args) < whole or (_opens(node, name) and _is_text(node, name)):
            yield name
        elif names & {"text", "universal_newlines"} and _starts_a_program(name):
            yield f"{name}(text=)"


def _starts_a_program(name: str) -> bool:
    """Return whether a call may be one of `subprocess`: no class of it but Popen has a text."""
    last = name.rpartition(".")[2]
    return last == "Popen" or last[:1].islower()


def _imported(node: ast.ImportFrom) -> Iterator[str]:
    if node.module in _MODULES:
        yield str(node.module)
    for alias in node.names:
        if alias.name in _MEMBERS.get(node.module or "", ()):
            yield f"{node.module}.{alias.name}"


def _member(node: ast.Attribute) -> Iterator[str]:
    holder = ast.unparse(node.value).rpartition(".")[2]
    if node.attr in _MEMBERS.get(holder, ()):
        yield f"{holder}.{node.attr}"
    elif node.attr in _METHODS:
        yield node.attr


def _is_refused(keyword: ast.keyword, call: ast.Call) -> bool:
    starts = ast.unparse(call.func).rpartition(".")[2] in _STARTS
    off = isinstance(keyword.value, ast.Constant) and keyword.value.value in (False, None)
    return starts and keyword.arg in _ARGUMENTS and not off


def _opens(node: ast.Call, name: str) -> bool:
    """Return whether a call opens a file; ``open`` is a word of the domain as well."""
    holder, _, last = name.rpartition(".")
    if last != "open":
        return last in {"fdopen", "TemporaryFile", "NamedTemporaryFile"}
    if holder in {"", "io", "codecs"}:
        return True
    if not node.args:
        return not node.keywords and re.search("path|file", holder, re.IGNORECASE) is not None
    modes = [one for one in node.args if isinstance(one, ast.Constant)]
    return holder != "os" and not node.keywords and len(modes) == len(node.args) == 1


def _is_text(node: ast.Call, name: str) -> bool:
    holder, _, last = name.rpartition(".")
    temporary = last.endswith("TemporaryFile")
    # The first argument of a path's method and of a temporary file, the second of the others.
    at = 0 if temporary or holder not in {"", "io", "os", "codecs"} else 1
    modes = [one.value for one in node.keywords if one.arg == "mode"] or node.args[at : at + 1]
    if not modes:
        return not temporary
    return not (isinstance(modes[0], ast.Constant) and "b" in str(modes[0].value))
