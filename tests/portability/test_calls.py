"""Nothing in the package needs one system: each exception is listed with its way around."""

from __future__ import annotations

import ast

import pytest

from tests.portability.posix_calls import posix_only, system_dependent
from tests.support.sources import PACKAGE, name_of, python_files, tree

#: What is used where it is there, by file, and what happens where it is not.
AROUND = {
    "harness/clock.py": (
        "on Windows, partials of time.monotonic and time.time, which nothing freezes either",
        "time.CLOCK_MONOTONIC time.CLOCK_REALTIME time.clock_gettime",
    ),
    "harness/emulator/server/limits.py": ("8,192 open files are assumed", "resource"),
    "harness/flows/slots.py": ("one locks by fcntl, the other by msvcrt", "fcntl msvcrt.locking"),
    "harness/load/children.py": (
        "without process groups, the process itself is killed",
        "os.killpg signal.SIGKILL",
    ),
    "harness/load/connections.py": ("select.select takes sockets everywhere", "select.POLLIN"),
    "harness/load/guard.py": (
        "it is started only where there are process groups",
        "os.killpg signal.SIGHUP signal.SIGKILL",
    ),
    "harness/selfcheck/conductor.py": (
        "without fork, a worker does one job and ends",
        "os.fork signal.SIGKILL",
    ),
    "harness/users/mailboxes/command.py": (
        "only on POSIX; elsewhere the process itself is killed",
        "os.killpg signal.SIGKILL",
    ),
}


def uses() -> set[tuple[str, str]]:
    """Return the file and name of each use of something that is not everywhere."""
    return {
        (name_of(path), name) for path in python_files(PACKAGE) for name in posix_only(tree(path))
    }


def test_every_use_has_a_way_around() -> None:
    """A use that is not listed needs one, and a listed one that is gone leaves the list."""
    listed = {(file, name) for file, (_, names) in AROUND.items() for name in names.split()}
    assert uses() == listed


def test_text_has_an_encoding() -> None:
    """Files and pipes are UTF-8 on every system, whatever its default is."""
    found = [
        f"{name_of(path)}: {name}"
        for path in python_files(PACKAGE)
        for name in system_dependent(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fcntl", ["fcntl"]),
        ("from termios import tcgetattr", ["termios"]),
        ("from os import fork", ["os.fork"]),
        ("os.getuid()", ["os.getuid"]),
        ("signal.SIGKILL", ["signal.SIGKILL"]),
        ("signal.SIGTERM", []),
        ("loop.add_signal_handler(2, stop)", ["add_signal_handler"]),
        ("subprocess.run(command, shell=True)", ["shell="]),
        ("subprocess.run(command, shell=False)", []),
        ("Popen(command, preexec_fn=os.setsid)", ["preexec_fn=", "os.setsid"]),
        ("Path('/var/x')", ["/var/x"]),
        ("open('/dev/tty')", ["/dev/tty"]),
        ("datetime.datetime.fromtimestamp(0)", ["datetime.fromtimestamp"]),
        ("date.fromisoformat('2026-12-01')", []),
    ],
)
def test_what_is_not_everywhere_is_found(source: str, found: list[str]) -> None:
    """The test above sees what it looks for."""
    assert sorted(posix_only(ast.parse(source))) == sorted(found)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open(path)", ["open"]),
        ("open(path, 'w')", ["open"]),
        ("open(path, 'wb')", []),
        ("open(path, encoding='utf-8')", []),
        ("path.open('ab')", []),
        ("path.open()", ["path.open"]),
        ("os.open(path, flags)", []),
        ("os.fdopen(file, 'w')", ["os.fdopen"]),
        ("os.fdopen(file, 'wb')", []),
        ("path.read_text()", ["path.read_text"]),
        ("path.read_text('utf-8')", []),
        ("path.write_text(text)", ["path.write_text"]),
        ("tempfile.TemporaryFile()", []),
        ("tempfile.TemporaryFile('w+')", ["tempfile.TemporaryFile"]),
        ("subprocess.run(command, text=True)", ["subprocess.run(text=)"]),
        ("Popen(command, text=True)", ["Popen(text=)"]),
        ("WebPage(text=words)", []),
        ("subprocess.run(command, text=True, encoding='utf-8')", []),
    ],
)
def test_text_without_an_encoding_is_found(source: str, found: list[str]) -> None:
    """The test above sees what it looks for."""
    assert list(system_dependent(ast.parse(source))) == found
