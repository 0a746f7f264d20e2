"""Releases a version: ``python -m tests.packaging.release 0.2.0 --push`` is all that it takes.

It writes the version, turns the changelog's ``[Unreleased]`` into that version, commits both and
tags the commit; the workflow ``release.yml`` publishes the tag. ``check v0.2.0`` is the workflow's
side of it: the tag, the version and the changelog must say the same.

It uses the standard library alone, so that the workflow can check before it installs anything.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

__all__ = ["ReleaseError", "changelog_for", "check", "cut", "main", "written_version"]

ROOT = Path(__file__).parents[2]
VERSION_FILE = "harness/version.py"
CHANGELOG = "CHANGELOG.md"
#: What both pip and Semantic Versioning call a version: three numbers, perhaps a release candidate.
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(rc[1-9]\d*)?")
_WRITTEN = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
_UNRELEASED = re.compile(
    r"^## \[Unreleased\]\n(?P<entries>.*?)(?=^## \[|\Z)", re.MULTILINE | re.DOTALL
)


class ReleaseError(Exception):
    """A version that cannot be released, in one line."""


def written_version(text: str) -> str:
    """Return the version that harness/version.py gives."""
    found = _WRITTEN.search(text)
    if found is None:
        raise ReleaseError(f"{VERSION_FILE} has no line __version__ = ...")
    return found["version"]


def changelog_for(changelog: str, version: str, day: str) -> str:
    """Return a changelog whose unreleased entries are those of a version.

    Args:
        changelog: the text of the changelog.
        version: the new version.
        day: its date, as ISO 8601 has it.

    Raises:
        ReleaseError: nothing is unreleased, or the version is there already.
    """
    if f"## [{version}]" in changelog:
        raise ReleaseError(f"{CHANGELOG} has {version} already")
    found = _UNRELEASED.search(changelog)
    if found is None or not re.search(r"^- ", found["entries"], re.MULTILINE):
        raise ReleaseError(f"{CHANGELOG} has no entry under [Unreleased]")
    heading = f"## [Unreleased]\n\n## [{version}] - {day}\n"
    return f"{changelog[: found.start()]}{heading}{found['entries']}{changelog[found.end() :]}"


def cut(root: Path, version: str, day: str) -> None:
    """Write a version into the two files that have it.

    Raises:
        ReleaseError: it is no version, not a newer one, or there is nothing to release.
    """
    if _VERSION.fullmatch(version) is None:
        raise ReleaseError(f"{version!r} is no version such as 1.2.3 or 1.2.3rc1")
    source, changelog = root / VERSION_FILE, root / CHANGELOG
    code, entries = source.read_text(encoding="utf-8"), changelog.read_text(encoding="utf-8")
    before = written_version(code)
    # The first release may have the version that was written when the project began.
    if _order(version) < _order(before) or (f"## [{before}]" in entries and version == before):
        raise ReleaseError(f"{version} is not newer than {before}")
    released = changelog_for(entries, version, day)
    source.write_text(_WRITTEN.sub(f'__version__ = "{version}"', code), "utf-8", newline="\n")
    changelog.write_text(released, "utf-8", newline="\n")


def check(root: Path, tag: str) -> None:
    """Check that a tag, the version and the changelog agree.

    Raises:
        ReleaseError: they do not.
    """
    version = written_version((root / VERSION_FILE).read_text(encoding="utf-8"))
    if tag != f"v{version}":
        raise ReleaseError(f"the tag is {tag}, and {VERSION_FILE} says {version}")
    changelog = (root / CHANGELOG).read_text(encoding="utf-8")
    if not re.search(
        rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE
    ):
        raise ReleaseError(f"{CHANGELOG} has no dated entry for {version}")


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Carry out one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.packaging.release", description=__doc__)
    parser.add_argument("version", help="the version to release, or the word check")
    parser.add_argument("tag", nargs="?", help="with check: the tag to compare")
    parser.add_argument("--date", default=_today(), help="default: today, in UTC")
    parser.add_argument("--push", action="store_true", help="push the commit and the tag as well")
    given = parser.parse_args(arguments)
    if (given.version == "check") is (given.tag is None):
        parser.error("give a version, or check and a tag")
    try:
        if given.tag is not None:
            check(root, given.tag)
            print(f"{given.tag}: the version and the changelog agree")
        else:
            _release(root, given.version, given.date, push=given.push)
    except ReleaseError as problem:
        print(f"not released: {problem}", file=sys.stderr)
        return 1
    return 0


def _release(root: Path, version: str, day: str, *, push: bool) -> None:
    if _git(root, "status", "--porcelain", "--untracked-files=no"):
        raise ReleaseError("there are changes that are not committed")
    branch = _git(root, "branch", "--show-current")
    if push and branch != "main":
        raise ReleaseError(f"this is {branch or 'no branch'}; a release is pushed from main")
    tag = f"v{version}"
    if _git(root, "tag", "--list", tag):
        raise ReleaseError(f"the tag {tag} is there already")
    cut(root, version, day)
    _git(root, "commit", "--quiet", "--message", f"Release {version}", VERSION_FILE, CHANGELOG)
    _git(root, "tag", "--annotate", "--message", version, tag)
    if push:
        # Both or none: a tag alone would publish a commit that no branch has.
        _git(root, "push", "--atomic", "origin", "HEAD", tag)
        print(f"pushed {tag}: the workflow release.yml publishes it")
    else:
        print(f"committed and tagged {tag}; to publish it: git push --atomic origin HEAD {tag}")


def _today() -> str:
    return datetime.now(timezone.utc).date().isoformat()


def _order(version: str) -> tuple[int, ...]:
    numbers, _, candidate = version.partition("rc")
    # A version comes after its candidates.
    return (*map(int, numbers.split(".")), int(candidate) if candidate else sys.maxsize)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
