"""However a load run is stopped, its processes end and its folder with the secrets is deleted."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from harness.cli.load import own_emulator
from harness.cli.load.own_emulator import serve_own
from harness.cli.load.stopping import stopped_by_signals
from harness.clock import stopwatch
from harness.errors import HarnessError
from harness.load.children import children
from tests.cli.processes import COMMAND, PATIENCE_SECONDS

pexpect = pytest.importorskip("pexpect", reason="there is no pseudo-terminal on this system")

RUN = (*COMMAND, "load", "--profile", "../refresh.toml", "--users", "2", "--run-time", "5m")
PROC = Path("/proc")

pytestmark = pytest.mark.skipif(not PROC.is_dir(), reason="it looks for processes in /proc")


def processes_of(folder: Path) -> dict[int, str]:
    """Return the processes whose TMPDIR is a folder, with their command lines."""
    found = {}
    for one in PROC.glob("[0-9]*"):
        try:
            if f"TMPDIR={folder}".encode() in (one / "environ").read_bytes().split(b"\0"):
                found[int(one.name)] = (one / "cmdline").read_text(encoding="utf-8")
        except OSError:
            continue
    return found


def locust_of(folder: Path) -> int | None:
    """Return the Locust process of a run."""
    found = [pid for pid, line in processes_of(folder).items() if "locustfile" in line]
    return found[0] if found else None


def wait_until(is_true: Callable[[], object], what: str) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: it did not become true in time.
    """
    waited = stopwatch()
    while not is_true():
        if waited() > PATIENCE_SECONDS:
            raise TimeoutError(what)
        Event().wait(0.05)


def wait_until_gone(folder: Path) -> None:
    """Wait until a run has neither processes nor files."""
    wait_until(lambda: not processes_of(folder), "processes are left behind")
    wait_until(lambda: not list(folder.iterdir()), "files are left behind")


@pytest.fixture(autouse=True)
def hangup() -> Iterator[None]:
    """A tests' run under nohup ignores SIGHUP, and the processes that it starts would too."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The temporary folder of a run; what runs in it at the end is killed."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    # People who only refresh their tokens are prepared fast.
    (tmp_path / "refresh.toml").write_text("[flows]\nRefresh = 1\n", encoding="utf-8")
    yield folder
    for pid in processes_of(folder):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A load run whose Locust has started."""
    with subprocess.Popen(
        RUN,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_until(lambda: locust_of(folder), "Locust did not start")
        yield process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run(
    running: subprocess.Popen[bytes], folder: Path, number: signal.Signals
) -> None:
    """SIGTERM and SIGHUP end a run as Ctrl-C does."""
    running.send_signal(number)
    assert running.wait(PATIENCE_SECONDS) == 130
    wait_until_gone(folder)


def test_a_killed_run_leaves_nothing_behind(running: subprocess.Popen[bytes], folder: Path) -> None:
    """Also if the run itself is killed, its processes end and its files are deleted."""
    running.kill()
    running.wait(PATIENCE_SECONDS)
    wait_until_gone(folder)


def test_a_second_interrupt_kills_locust(running: subprocess.Popen[bytes], folder: Path) -> None:
    """Ctrl-C again and again does not leave a Locust behind that does not stop by itself."""
    locust = locust_of(folder)
    assert locust is not None
    os.kill(locust, signal.SIGSTOP)

    def has_ended() -> bool:
        running.send_signal(signal.SIGINT)
        return running.poll() is not None

    wait_until(has_ended, "the run did not end")
    wait_until_gone(folder)


def test_a_closed_terminal_ends_the_run(folder: Path) -> None:
    """When the terminal is closed, the run ends although it cannot print any more."""
    command, *arguments = RUN
    terminal = pexpect.spawn(
        command, arguments, cwd=str(folder), env={**os.environ, "TMPDIR": str(folder)}
    )
    terminal.expect_exact("running ", timeout=PATIENCE_SECONDS)
    wait_until(lambda: locust_of(folder), "Locust did not start")
    os.close(terminal.fileno())
    wait_until_gone(folder)


def test_an_ignored_signal_stays_ignored() -> None:
    """Under nohup a run goes on after SIGHUP."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_emulator_that_does_not_listen_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run does not wait for ever for the URL of its emulator, and says how long it waited."""
    monkeypatch.setattr(own_emulator, "_PATIENCE_SECONDS", 0.0)
    with (
        children() as started,
        pytest.raises(HarnessError, match="did not listen within 0 s"),
        serve_own([], started),
    ):
        pass
