"""The journal: written before, read after, and by whom it is still being written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.pools.making.journal import Belonging, FileJournal, written_journals

RUN = {"run": "abc123", "prefix": "cognito-harness-abc123-main-"}
POOL = Belonging("user_pool", "cognito-harness-abc123-main-1-pool")
MADE = Belonging("user_pool", POOL.name, id="eu-west-1_Pool1")
USER = Belonging("user", "cognito-harness-abc123-main-ada", "eu-west-1_Theirs")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[FileJournal]:
    """The journal of a run that goes on."""
    found = FileJournal(tmp_path, "abc123-main", RUN)
    yield found
    found.close()


def lines(tmp_path: Path) -> list[dict[str, str]]:
    """Return what is on the disk."""
    text = (tmp_path / "abc123-main.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_entry_is_on_disk_when_the_call_returns(journal: FileJournal, tmp_path: Path) -> None:
    """Each entry is on the disk when the call returns, in order, beginning with the run."""
    journal.planned(POOL)
    assert [line["entry"] for line in lines(tmp_path)] == ["run", "planned"]
    assert lines(tmp_path)[1]["name"] == POOL.name
    journal.made(MADE)
    assert lines(tmp_path)[2]["id"] == "eu-west-1_Pool1"


def test_planned_thing_is_left_until_it_is_gone(journal: FileJournal, tmp_path: Path) -> None:
    """What was planned is left until it is gone; the id is known once it was made."""
    journal.planned(POOL)
    journal.planned(USER)
    journal.made(MADE)
    (written,) = written_journals(tmp_path)
    assert written.left == [MADE, USER]
    assert written.run == RUN
    journal.gone(MADE)
    (written,) = written_journals(tmp_path)
    assert written.left == [USER]


def test_lock_says_that_the_run_goes_on(journal: FileJournal, tmp_path: Path) -> None:
    """Its lock says that it goes on, and that it is over when it is closed."""
    (written,) = written_journals(tmp_path)
    assert written.is_alive()
    journal.close()
    (over,) = written_journals(tmp_path)
    assert not over.is_alive()


def test_finished_journal_has_one_reader(journal: FileJournal, tmp_path: Path) -> None:
    """The first reader of a finished run's journal keeps others out until it closes it."""
    journal.planned(POOL)
    journal.close()
    (mine,) = written_journals(tmp_path)
    (theirs,) = written_journals(tmp_path)
    assert (mine.is_alive(), theirs.is_alive()) == (False, True)
    mine.gone(MADE)
    assert written_journals(tmp_path) == []


def test_run_that_ends_during_the_reading_counts_as_going_on(
    journal: FileJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run writes just before it ends is read, or the run counts as one that goes on."""
    read_bytes = Path.read_bytes

    def read_and_end(path: Path) -> bytes:
        found = read_bytes(path)
        journal.planned(POOL)
        journal.close()
        return found

    monkeypatch.setattr(Path, "read_bytes", read_and_end)
    (written,) = written_journals(tmp_path)
    assert written.is_alive()
    assert written.left == []


def test_vanished_journal_is_skipped(
    journal: FileJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that another sweep deletes at the same moment is passed over."""
    monkeypatch.setattr(Path, "glob", lambda *_: iter([tmp_path / "gone.jsonl"]))
    assert written_journals(tmp_path) == []


@pytest.mark.parametrize("torn", ['{"entry": "pla', "{", '{"entry": "planned", "kind"'])
def test_unfinished_line_is_ignored(journal: FileJournal, tmp_path: Path, torn: str) -> None:
    """A line that a killed run did not finish announces nothing, and swallows nothing later."""
    journal.planned(POOL)
    journal.planned(USER)
    journal.close()
    path = tmp_path / "abc123-main.jsonl"
    path.write_text(path.read_text() + torn)
    (written,) = written_journals(tmp_path)
    assert written.left == [POOL, USER]
    written.gone(POOL)
    (again,) = written_journals(tmp_path)
    assert again.left == [USER]


def test_journal_is_deleted_with_its_last_entry(journal: FileJournal, tmp_path: Path) -> None:
    """With the last thing that is gone the file goes as well."""
    journal.planned(POOL)
    journal.close()
    (written,) = written_journals(tmp_path)
    written.gone(POOL)
    assert written_journals(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_other_file_is_refused(tmp_path: Path) -> None:
    """A file that is no journal is named, with its line, and not passed over."""
    (tmp_path / "notes.jsonl").write_text("my notes\n{}\n")
    with pytest.raises(HarnessError, match=r"notes\.jsonl, line 1: this is not a journal entry"):
        written_journals(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "3",
        "null",
        "\\xff",
        "{}",
        '{"entry": "burned"}',
        '{"entry": "run"}',
        '{"entry": "run", "run": "a"}',
        '{"entry": "run", "run": "a", "prefix": ""}',
        '{"entry": "run", "run": "a", "prefix": "pro"}',
        '{"entry": "run", "run": "a", "prefix": "cognito-harness-"}',
        '{"entry": "run", "run": "a", "prefix": "cognito-harness-b-"}',
        '{"entry": "run", "run": ["a"], "prefix": "cognito-harness-a-"}',
        '{"entry": "planned", "kind": "user", "name": "carol", "wanted": "x"}',
        '{"entry": "planned", "kind": "user", "name": ""}',
        '{"entry": "planned", "kind": "table", "name": "carol"}',
        '{"entry": "made", "kind": "user", "name": "carol", "id": 3}',
        '{"entry": "gone"}',
    ],
)
def test_invalid_line_is_named(journal: FileJournal, tmp_path: Path, line: str) -> None:
    """A line that no run has written is named, in whatever way it is wrong."""
    journal.close()
    path = tmp_path / "abc123-main.jsonl"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(HarnessError, match=r"abc123-main\.jsonl, line 2: "):
        written_journals(tmp_path)


def test_journal_without_a_run_entry_is_refused(tmp_path: Path) -> None:
    """A journal that does not begin with the entry of its run is refused."""
    line = '{"entry": "planned", "kind": "user", "name": "carol", "user_pool_id": "p"}\n'
    (tmp_path / "x.jsonl").write_text(line)
    with pytest.raises(HarnessError, match="line 1: there is no run entry before this line"):
        written_journals(tmp_path)


def test_unwritable_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    """A journal that cannot be kept is one sentence, before anything is made."""
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match="cannot be written"):
        FileJournal(tmp_path / "file", "abc123-main", RUN)


def test_a_link_to_itself_is_one_line(tmp_path: Path) -> None:
    """A journal that cannot be reached says so, instead of a traceback."""
    link = tmp_path / "loop.jsonl"
    link.symlink_to(link)
    with pytest.raises(HarnessError, match="cannot be read") as caught:
        written_journals(tmp_path)
    assert "\n" not in str(caught.value)
