"""The instructions of the Dockerfile, carried out in a folder in the place of an image.

No container engine is needed: `RUN` is run by a shell with the paths of the image replaced by paths
in the folder, `COPY` copies what .dockerignore lets through, and the server runs without rights.
What this cannot show is the base image itself, its users and its system libraries.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.dockerfile import argv, read_stages
from tests.packaging.running import free_port, served
from tests.support.sources import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the image is one of Linux")

BUILD, FINAL = read_stages()
#: The compressed layers of python:3.13-slim-trixie for amd64 in August 2026, as they are pulled:
#: https://github.com/docker-library/repo-info/blob/master/repos/python/remote/3.13-slim-trixie.md
BASE_BYTES = 42_961_458
MOST_BYTES = 120_000_000


def moved(text: str, root: Path) -> str:
    """Return a command of the image with its paths in a folder, and this Python."""
    for path in ("/opt/cognito-harness", "/dist"):
        text = text.replace(path, f"{root}{path}")
    return re.sub(r"(^| )python -m", rf"\g<1>{sys.executable} -m", text)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first stage leaves for the second, in a folder that everybody may read."""
    root = tmp_path_factory.mktemp("image")
    source = root / "src"
    source.mkdir()
    for text in BUILD.texts("COPY"):
        *names, target = text.split()
        for name in names:
            place = source / (target if len(names) == 1 else Path(target) / name)
            if (ROOT / name).is_dir():
                left = shutil.ignore_patterns("__pycache__", "*.pyc")
                shutil.copytree(ROOT / name, place, ignore=left)
            else:
                shutil.copy(ROOT / name, place)
    # Caches are compiled during the build, as in the image, where nothing forbids it.
    own = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}
    outside = {name: value for name, value in os.environ.items() if name not in own}
    for text in BUILD.texts("RUN"):
        done = subprocess.run(
            ["sh", "-c", moved(text, root)],
            cwd=source,
            env=outside,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return root / "opt" / "cognito-harness"


def compressed(folder: Path) -> int:
    """Return the size of a layer with a folder, compressed as registries have it."""
    content = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=content, mode="wb", compresslevel=6) as stream,
        tarfile.open(fileobj=stream, mode="w|") as archive,
    ):
        archive.add(folder, arcname="opt/cognito-harness")
    return content.tell()


def test_its_layers_are_small(image: Path) -> None:
    """With the published layers of its base, it is under 120 MB as it is pulled."""
    own = compressed(image)
    print(
        f"\nown layer: {own / 1e6:.1f} MB compressed, with the base {(own + BASE_BYTES) / 1e6:.1f}"
    )
    assert own + BASE_BYTES < MOST_BYTES


def test_pip_stays_behind(image: Path) -> None:
    """Neither pip nor setuptools is in the environment, nor a wheel."""
    names = {path.name for path in image.glob("lib/python3.*/site-packages/*")}
    assert not names & {"pip", "setuptools", "wheel"}
    assert not list(image.rglob("*.whl"))
    assert {"harness", "moto", "botocore"} <= names


def serves(image: Path, folder: Path, **rights: Any) -> None:
    """Check that the command of the image serves in a folder, and is seen to be healthy."""
    command, port = argv(FINAL.last("CMD")), str(free_port())
    command[command.index("5000")] = port
    variables = {"PATH": str(image / "bin"), "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    program = str(image / "bin" / argv(FINAL.last("ENTRYPOINT"))[0])
    with served([program, *command], variables, cwd=folder, **rights) as url:
        assert url.endswith(f":{port}")
        check = FINAL.last("HEALTHCHECK")
        words = [word.replace(":5000", f":{port}") for word in argv(check[check.index("[") :])]
        done = subprocess.run([image / "bin" / words[0], *words[1:]], check=False)
        assert done.returncode == 0


def test_it_writes_nothing(image: Path, tmp_path: Path) -> None:
    """Without --state it needs no place to write to, and so no disk in a container."""
    before = sorted(image.rglob("*"))
    tmp_path.chmod(0o555)
    serves(image, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert sorted(image.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can be others")
def test_it_serves_as_a_user_without_rights(image: Path, tmp_path: Path) -> None:
    """The user of the image owns nothing, not even the folder that it runs in."""
    user, group = map(int, FINAL.last("USER").split(":"))
    rights: dict[str, Any] = {"user": user, "group": group, "extra_groups": []}
    for folder in (*tmp_path.parents, *image.parents):
        if "pytest-of-" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o011)
    try:
        subprocess.run([image / "bin" / "python", "-c", ""], check=True, **rights)
    except PermissionError:
        pytest.skip("this Python belongs to one user alone, so that no other can run it")
    serves(image, tmp_path, **rights)
