"""The transcripts in docs/cli.md and docs/demo.md are what the commands really print."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.emulator.server import EmulatorServer
from tests.cli.processes import PATIENCE_SECONDS
from tests.cli.test_code import send
from tests.docs.test_examples import examples
from tests.support.sources import ROOT

_ADDRESS = "http://127.0.0.1:5000"
_SENT = "482913"
#: What stands for text that differs from run to run, within a line or as lines of its own.
_DOTS = "…"


@dataclass(frozen=True)
class Transcript:
    """A command of a `console` block, and what the page says that it prints."""

    where: str
    command: str
    printed: str

    def __str__(self) -> str:
        return f"{self.where} {self.command}"


def transcripts() -> Iterator[Transcript]:
    """Yield every command of every `console` block."""
    for example in examples("console"):
        for part in re.split(r"^\$ ", example.text, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield Transcript(str(example), command, printed)


def matches(printed: str, page: str) -> bool:
    """Return whether a text is the page's, where dots stand for anything.

    The spaces at the end of a line do not count: no editor keeps them.
    """
    printed = "\n".join(line.rstrip() for line in printed.split("\n"))
    # The width of a line with an id differs, and so does what follows it.
    pattern = re.escape(page).replace(re.escape(_DOTS), ".*?")
    pattern = re.sub(r"(\\ )+│", r"\\s*│", pattern)
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


@pytest.fixture
def served() -> Iterator[EmulatorServer]:
    """A served emulator that has sent a code to one user."""
    with EmulatorServer() as server:
        send(server, _SENT)
        yield server


def run(command: str, folder: Path) -> str:
    """Run a command as a process with 80 columns and return everything that it prints."""
    names = ("COGNITO_HARNESS_", "AWS_")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(names)}
    finished = subprocess.run(
        [sys.executable, "-m", "harness", *shlex.split(command)[1:]],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return finished.stdout


@pytest.mark.parametrize(
    "transcript",
    [one for one in transcripts() if not one.printed.startswith("listening on")],
    ids=str,
)
def test_a_transcript_is_what_is_printed(
    transcript: Transcript, served: EmulatorServer, tmp_path: Path
) -> None:
    """The command prints what the page shows, with the address of the page's emulator."""
    command = transcript.command.replace(_ADDRESS, served.url)
    if command == "cognito-harness serve":
        command += f" --port {urlsplit(served.url).port}"

    printed = run(command, tmp_path)

    port = str(urlsplit(served.url).port)
    assert matches(printed.replace(port, "5000"), transcript.printed), printed


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for PowerShell there")
def test_the_banner_is_what_is_printed() -> None:
    """`serve` prints what the page shows."""
    [page] = [one for one in transcripts() if one.printed.startswith("listening on")]
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "serve", "--port", "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            while not lines[-1].startswith("Ctrl-C"):
                lines.append(process.stdout.readline())
                assert lines[-1], "the banner ended early"
        finally:
            process.send_signal(signal.SIGTERM)
    port = str(urlsplit(lines[0].split()[-1]).port)
    assert "".join(lines).replace(port, "5000") == page.printed


def test_there_are_transcripts() -> None:
    """Both pages have some, so that the tests above look at them."""
    pages = {one.where.partition(":")[0] for one in transcripts()}
    assert {"docs/cli.md", "docs/demo.md"} <= pages
