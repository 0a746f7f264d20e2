"""Downloads moto's source distribution with pip and unpacks its Cognito tests."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from harness.errors import HarnessError

#: The folder of moto's Cognito tests, inside its `tests`.
COGNITO_TESTS = "test_cognitoidp"
#: The files next to that folder which these tests import.
_IMPORTED = frozenset({"__init__.py", "conftest.py", "markers.py"})
_TIME_LIMIT = 300.0


def installed_version() -> str:
    """Return the installed version of moto, whose tests are run."""
    return version("moto")


def fetch(moto: str, folder: Path) -> Path:
    """Return the source distribution of a version; download it unless the folder has it."""
    archive = folder / f"moto-{moto}.tar.gz"
    if not archive.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _download(f"moto=={moto}", folder)
    if not archive.is_file():
        found = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        raise HarnessError(f"pip did not download {archive.name}; {folder} contains: {found}")
    return archive


def _download(requirement: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", "moto", "--dest", str(folder), requirement]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise HarnessError(f"pip did not download {requirement} in {_TIME_LIMIT:g} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        raise HarnessError(f"pip could not download {requirement}; it said: {said[0]}")


def unpack(archive: Path, folder: Path) -> None:
    """Write the Cognito tests of a source distribution to ``folder/tests``."""
    with tarfile.open(archive) as opened:
        for member in opened:
            wanted = _wanted(member)
            content = opened.extractfile(member) if wanted else None
            if wanted is not None and content is not None:
                target = folder.joinpath(*wanted.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    if not (folder / "tests" / COGNITO_TESTS).is_dir():
        raise HarnessError(f"{archive.name} has no tests/{COGNITO_TESTS}: are moto's tests gone?")


def _wanted(member: tarfile.TarInfo) -> PurePosixPath | None:
    """Return the path of a file inside the archive's top folder, if the Cognito tests need it."""
    path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
    if not member.isfile() or ".." in path.parts or path.parts[:1] != ("tests",):
        return None
    inside = path.parts[1:]
    return path if inside[0] == COGNITO_TESTS or inside in {(name,) for name in _IMPORTED} else None
