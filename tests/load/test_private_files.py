"""Files with secrets: nobody but their owner can read them, at no moment, and nothing is left."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.load.private_files import read_private, write_private

SECRET = {"password": "Correct-horse-7"}


@pytest.mark.parametrize("mode", [0o644, 0o666])
def test_no_file_that_is_there_gives_its_mode(tmp_path: Path, mode: int) -> None:
    """A file that others can read, in the place of the new one or of a draft, is not written to."""
    path = tmp_path / "plan.json"
    for there in (path, tmp_path / f".plan.json.{os.getpid()}"):
        there.touch()
        there.chmod(mode)
    write_private(path, SECRET)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_private(path, "a file") == SECRET


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Ctrl-C in the middle, no draft with secrets stays, and the file is as it was."""
    path = tmp_path / "plan.json"
    write_private(path, {})

    def interrupted(draft: object, file: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_private(path, SECRET)
    assert list(tmp_path.iterdir()) == [path]
    assert read_private(path, "a file") == {}


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """The message names the file, not a draft of it, and has nothing of the content."""
    (tmp_path / "file").touch()
    with pytest.raises(HarnessError, match=r"plan\.json cannot be written: ") as raised:
        write_private(tmp_path / "file" / "plan.json", SECRET)
    assert SECRET["password"] not in str(raised.value)
