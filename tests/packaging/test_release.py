"""The one command that releases a version, in a repository of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.packaging.release import (
    ROOT,
    ReleaseError,
    changelog_for,
    check,
    cut,
    main,
    written_version,
)

CHANGES = """# Changelog

Text.

## [Unreleased]

### Added

- A rule.

## [0.1.0] - 2026-01-02

- The first.
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the two files of a version, and the remote that it was cloned from."""
    remote, folder = tmp_path / "remote.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(folder))
    git(folder, "remote", "add", "origin", str(remote))
    for name, value in (("user.name", "Releaser"), ("user.email", "releaser@example.com")):
        git(folder, "config", name, value)
    (folder / "harness").mkdir()
    (folder / "harness" / "version.py").write_text('"""V."""\n\n__version__ = "0.1.0"\n', "utf-8")
    (folder / "CHANGELOG.md").write_text(CHANGES, "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    return folder


class TestCut:
    """The changelog and the version."""

    def test_what_was_unreleased_is_the_version(self) -> None:
        """The entries move under the version and its date; the heading for the next ones stays."""
        released = changelog_for(CHANGES, "0.2.0", "2026-12-01")
        assert "## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- A rule.\n" in released
        assert released.endswith("## [0.1.0] - 2026-01-02\n\n- The first.\n")

    @pytest.mark.parametrize(
        ("changelog", "reason"),
        [
            (CHANGES.replace("- A rule.", ""), "no entry under"),
            (CHANGES.replace("## [Unreleased]", "## Unreleased"), "no entry under"),
            (CHANGES.replace("0.1.0", "0.2.0"), "has 0.2.0 already"),
        ],
    )
    def test_nothing_to_release_is_an_error(self, changelog: str, reason: str) -> None:
        """A version without an entry, or one that was released, is refused."""
        with pytest.raises(ReleaseError, match=reason):
            changelog_for(changelog, "0.2.0", "2026-12-01")

    @pytest.mark.parametrize(
        "version", ["0.1.0", "0.0.9", "v0.2.0", "0.2", "0.1.0rc1", "0.2.0-rc1"]
    )
    def test_only_a_newer_version_is_one(self, repository: Path, version: str) -> None:
        """What is older, the same or no version at all is refused, and nothing is written."""
        with pytest.raises(ReleaseError):
            cut(repository, version, "2026-12-01")
        assert git(repository, "status", "--porcelain") == ""

    @pytest.mark.parametrize("version", ["0.1.1", "0.2.0rc1", "1.0.0"])
    def test_a_newer_version_is_written(self, repository: Path, version: str) -> None:
        """The module has it afterwards, and its tag agrees with both files."""
        cut(repository, version, "2026-12-01")
        code = (repository / "harness" / "version.py").read_text("utf-8")
        assert written_version(code) == version
        check(repository, f"v{version}")

    def test_the_project_can_be_released(self, tmp_path: Path) -> None:
        """The real changelog and version have the forms that the command looks for."""
        for name in ("harness/version.py", "CHANGELOG.md"):
            copy = tmp_path / name
            copy.parent.mkdir(exist_ok=True)
            copy.write_text((ROOT / name).read_text("utf-8"), "utf-8")
        cut(tmp_path, "99.0.0", "2026-12-01")
        check(tmp_path, "v99.0.0")


class TestCommand:
    """The command as it is typed."""

    def test_one_command_publishes(
        self, repository: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It commits, tags and pushes both; the tag is what starts the workflow."""
        assert main(["0.2.0", "--date", "2026-12-01", "--push"], repository) == 0
        assert "pushed v0.2.0" in capsys.readouterr().out
        assert git(repository, "ls-remote", "--tags", "origin", "v0.2.0")
        assert git(repository, "log", "-1", "--format=%s", "origin/main") == "Release 0.2.0"
        assert main(["check", "v0.2.0"], repository) == 0

    def test_without_push_it_says_how(
        self, repository: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The commit and the tag stay on this machine, and the last line is the rest of the way."""
        assert main(["0.2.0"], repository) == 0
        assert "git push --atomic origin HEAD v0.2.0" in capsys.readouterr().out
        assert git(repository, "ls-remote", "origin") == ""

    def test_changes_in_the_way_are_an_error(
        self, repository: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A release has what is committed, so that nothing slips in or stays out unseen."""
        (repository / "CHANGELOG.md").write_text(CHANGES + "\n", "utf-8")
        assert main(["0.2.0"], repository) == 1
        assert "not committed" in capsys.readouterr().err
        assert git(repository, "tag") == ""

    @pytest.mark.parametrize("where", [["switch", "--create", "side"], ["switch", "--detach"]])
    def test_only_main_is_pushed(
        self, repository: Path, capsys: pytest.CaptureFixture[str], where: list[str]
    ) -> None:
        """A tag of another branch would publish what nobody has merged."""
        git(repository, *where)
        assert main(["0.2.0", "--push"], repository) == 1
        assert "a release is pushed from main" in capsys.readouterr().err
        assert git(repository, "tag") == ""

    def test_a_tag_is_not_moved(self, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """What was published under a tag stays under it."""
        git(repository, "tag", "v0.2.0")
        assert main(["0.2.0"], repository) == 1
        assert "is there already" in capsys.readouterr().err

    @pytest.mark.parametrize("tag", ["v0.2.0", "0.1.0", "v0.1.0"])
    def test_a_tag_that_does_not_agree_is_not_published(
        self, repository: Path, tag: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The workflow stops where tag, version and changelog differ."""
        (repository / "CHANGELOG.md").write_text("## [Unreleased]\n\n- A rule.\n", "utf-8")
        assert main(["check", tag], repository) == 1
        assert "not released" in capsys.readouterr().err
