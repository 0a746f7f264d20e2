"""``pytest tests`` needs nothing but Python, and says what it leaves out for that."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.left_out import CLIENTS, NOTE, is_named, leaves_clients_out
from tests.sources import ROOT


class TestClientsAreLeftOut:
    """The clients run where they are named, and nowhere else."""

    @pytest.mark.parametrize(
        ("arguments", "named", "left_out"),
        [
            (["tests"], False, True),
            (["scenarios", "tests"], False, True),
            (["."], False, True),
            (["tests/emulator"], False, False),
            (["tests/clients"], True, False),
            (["tests", "tests/clients"], True, False),
            (["tests/clients/test_clients.py::TestBoto3"], True, False),
            (["scenarios"], False, False),
        ],
    )
    def test_they_run_where_they_are_named(
        self, arguments: list[str], named: bool, left_out: bool
    ) -> None:
        """Naming the folder or something in it lets pytest in; a folder above it does not."""
        assert is_named(arguments, ROOT) is named
        assert leaves_clients_out(arguments, ROOT) is left_out

    @pytest.mark.parametrize(("argument", "collected"), [("tests", False), (str(CLIENTS), True)])
    def test_a_run_says_so(self, argument: str, collected: bool) -> None:
        """Where they are left out the end of the run says which command runs them."""
        command = (sys.executable, "-m", "pytest", argument, "--collect-only", "-q", "-k", "Boto3")
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ("TestBoto3" in done.stdout) is collected, done.stdout + done.stderr
        assert (NOTE in done.stdout) is not collected, done.stdout + done.stderr

    def test_they_have_an_environment_and_a_part_of_the_gate(self) -> None:
        """tox names the folder, and ``.ci/run`` runs that environment."""
        tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
        environment = tox.partition("[testenv:clients]")[2].partition("\n[")[0]
        assert "{posargs:tests/clients}" in environment
        gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
        assert re.search(r"^for part in .*\bclients\b", gate, re.MULTILINE)
