"""The package runs where POSIX is taken away: whole commands, locks, processes and signals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.sources import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is nothing to take away")

_IMPORT_ALL = """
import sys

load = sys.argv[1] == "load"
if load:
    # It must replace parts of the standard library before others have imported them.
    import locust
from tests.portability.elsewhere import leave_posix, modules

names = modules(load=load)
leave_posix(*names)
print(len(names))
"""
_COMMAND = """
from tests.portability.elsewhere import leave_posix

leave_posix("harness.cli.app", "harness.emulator.server", "harness.flows")
from harness import cli
cli.main()
"""
_SLOTS = """
import sys
from pathlib import Path
from tests.portability.elsewhere import leave_posix

locks = leave_posix("harness.flows.slots")
from harness.flows.slots import Slots

one, other = (Slots(Path(sys.argv[1])) for _ in range(2))
assert [slots.take({"calls": 1.0}, 100.0) for slots in (one, other, one)] == [100.0, 101.0, 102.0]
assert locks.taken == 3
"""
#: A process that ignores Ctrl-C, and another that ends by itself when it is told to.
_CHILDREN = """
import signal, subprocess, sys
from tests.portability.elsewhere import leave_posix

leave_posix("harness.load.children")
from harness.load.children import children

lines = ("import signal", "signal.signal(2, signal.SIG_IGN)", "print('up', flush=True)")
child = [sys.executable, "-c", "; ".join((*lines, "signal.pause()"))]
for stop, patience in ((signal.SIGTERM, 60), (signal.SIGINT, 0.2)):
    with children() as started:
        options = {"stop": stop, "patience": patience, "stdout": subprocess.PIPE}
        with started.started(child, **options) as process:
            assert process.stdout.readline().strip() == b"up"
    assert process.poll() is not None
    process.stdout.close()
    assert not started.folder.exists()
"""


def elsewhere(
    script: str, *arguments: str, folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a script in a process without POSIX; fail with its error unless it ends with 0."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        encoding=variables.get("PYTHONIOENCODING", "utf-8"),
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("part", ["", "load"])
def test_every_module_can_be_imported(part: str, tmp_path: Path) -> None:
    """None asks for a module, a signal or a call that is not everywhere before it needs it."""
    if part and find_spec("locust") is None:
        pytest.skip("locust is not installed: pip install locust")
    done = elsewhere(_IMPORT_ALL, part, folder=tmp_path)
    assert int(done.stdout.split()[-1]) > 10


def test_a_whole_sign_in_runs_in_an_old_console(tmp_path: Path) -> None:
    """The demo ends well in a console of Windows' own characters, and prints none that it lacks."""
    done = elsewhere(_COMMAND, "demo", "--auto", folder=tmp_path, PYTHONIOENCODING="cp1252")
    assert "Signed in with the device and without any code." in done.stdout
    assert done.stdout.isascii()


def test_a_name_that_a_console_lacks_is_escaped(tmp_path: Path) -> None:
    """The command goes on and shows the rest: what cannot be shown is shown as an escape."""
    pool = {"Id": "us-east-1_AbCdEf123", "Name": "\u5e97", "MfaConfiguration": "OFF"}
    template = json.dumps({"UserPool": pool}, ensure_ascii=False)
    (tmp_path / "pool.json").write_text(template, encoding="utf-8")
    script = "from harness import cli; cli.main()"
    variables = {"PYTHONIOENCODING": "cp1252"}
    audited = ("audit", "pool.json", "--fail-on", "critical")
    done = elsewhere(script, *audited, folder=tmp_path, **variables)
    assert "\\u5e97" in done.stdout


def test_a_served_emulator_starts_answers_and_stops(tmp_path: Path) -> None:
    """It needs neither signals of POSIX nor its locks, and keeps its state."""
    command = [sys.executable, "-c", _COMMAND, "serve", "--port", "0", "--state", "state.json"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    with urllib.request.urlopen(f"{url}/_harness/health", timeout=10) as response:
        assert response.status == 200
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert (tmp_path / "state.json").exists()


def test_processes_share_slots_by_the_locks_of_windows(tmp_path: Path) -> None:
    """Two processes never get one slot, where fcntl is not there."""
    elsewhere(_SLOTS, str(tmp_path / "slots"), folder=tmp_path)


def test_children_end_without_process_groups(tmp_path: Path) -> None:
    """A process that is asked to end does, and one that cannot be asked is killed in the end."""
    elsewhere(_CHILDREN, folder=tmp_path)
