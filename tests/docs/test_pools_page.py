"""The page about your own pools quotes what a run prints."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.sources import ROOT, name_of, python_files

_QUOTED = re.compile(r"^SKIPPED \[1\] scenarios/(\w+\.py):(\d+): .*?(?=^```)", re.M | re.S)


def test_the_quoted_skip_is_what_a_run_prints() -> None:
    """The line of a skipped scenario has the file, the line number and the words of the page."""
    page = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    quoted = _QUOTED.search(page)
    assert quoted is not None
    file, line = quoted[1], int(quoted[2])
    assert f"scenarios/{file}" in map(name_of, python_files("scenarios"))

    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n", "0", "-q", "-rs", "-p", "no:cacheprovider"),
            "--cognito-pool=stack/cognito-mfa-pool.yaml",
            *(f"scenarios/{file}", "-k", _test_at(file, line)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert " ".join(quoted[0].split()) in " ".join(done.stdout.split()), done.stdout + done.stderr


def _test_at(file: str, line: int) -> str:
    """Return the name of the test whose definition or decorators the line belongs to."""
    lines = (ROOT / "scenarios" / file).read_text(encoding="utf-8").splitlines()
    following = (re.match(r"def (test_\w+)", text) for text in lines[line - 1 :])
    return next(found[1] for found in following if found is not None)
