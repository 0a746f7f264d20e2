"""``pytest tests`` needs nothing but Python, and says what it leaves out for that."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.left_out import ENVIRONMENTS, is_named, note, notes
from tests.support.sources import ROOT

CLIENTS = ROOT / "tests" / "foreign_clients"
EVERY_PLACE = pytest.mark.parametrize("place", ENVIRONMENTS, ids=lambda place: place.name)


class TestWhatIsLeftOut:
    """Some places run where they are named, and nowhere else."""

    @pytest.mark.parametrize(
        ("arguments", "named", "left_out"),
        [
            (["tests"], False, True),
            (["scenarios", "tests"], False, True),
            (["."], False, True),
            (["tests/emulator"], False, False),
            (["tests/foreign_clients"], True, False),
            (["tests", "tests/foreign_clients"], True, False),
            (["tests/foreign_clients/test_clients.py::TestBoto3"], True, False),
            (["scenarios"], False, False),
        ],
    )
    def test_they_run_where_they_are_named(
        self, arguments: list[str], named: bool, left_out: bool
    ) -> None:
        """Naming a place or something in it lets pytest in; a folder above it does not."""
        assert is_named(CLIENTS, arguments, ROOT) is named
        assert (note(CLIENTS) in notes(arguments, ROOT)) is left_out

    def test_a_file_is_left_out_of_its_own_folder(self) -> None:
        """The folder's other tests need nothing more."""
        assert [text.split()[0] for text in notes(["tests/mailboxes"], ROOT)] == [
            "tests/mailboxes/test_dovecot.py"
        ]

    @pytest.mark.parametrize(("argument", "collected"), [("tests", False), (str(CLIENTS), True)])
    def test_a_run_says_so(self, argument: str, collected: bool) -> None:
        """Where they are left out the end of the run says which command runs them."""
        command = (sys.executable, "-m", "pytest", argument, "--collect-only", "-q", "-k", "Boto3")
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ("TestBoto3" in done.stdout) is collected, done.stdout + done.stderr
        assert (note(CLIENTS) in done.stdout) is not collected, done.stdout + done.stderr

    @EVERY_PLACE
    def test_they_have_an_environment_and_a_part_of_the_gate(self, place: Path) -> None:
        """tox names the place, and ``.ci/run`` runs that environment.

        Only the long load runs and the whole self-proof are not in the gate: rates mean something
        on a free machine alone, and every fault takes minutes.
        """
        name = ENVIRONMENTS[place]
        tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
        environment = tox.partition(f"[testenv:{name}]")[2].partition("\n[")[0]
        assert f"{{posargs:{place.relative_to(ROOT).as_posix()}}}" in environment
        gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
        is_in_the_gate = re.search(rf"^for part in .*\b{name}\b", gate, re.MULTILINE)
        assert bool(is_in_the_gate) is (name not in ("faults", "load", "selfcheck"))
