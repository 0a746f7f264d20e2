"""The services that are measured, and how each is installed and started.

Versions are pinned, because a figure without a version says nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.processes import Service, free_port, running

MINISTACK = "1.5.33"
COGNITO_LOCAL = "5.3.0"

Command = tuple[list[str], dict[str, str]]


@dataclass(frozen=True)
class Peer:
    """A service that speaks Cognito's protocol.

    Attributes:
        proves_srp: whether it refuses a wrong SRP proof; if not, its figure is not a sign-in.
        tracks_devices: whether it has ConfirmDevice and device proofs.
    """

    name: str
    install: Callable[[Path], None]
    command: Callable[[Path, int], Command]
    proves_srp: bool = False
    tracks_devices: bool = False

    @contextmanager
    def serving(
        self, folder: Path, files: Mapping[str, str] = MappingProxyType({})
    ) -> Iterator[Service]:
        """Serve it from a folder that keeps what was installed.

        Args:
            folder: the folder.
            files: the text of each file that it finds where it is started.
        """
        self.install(folder)
        port = free_port()
        command, environment = self.command(folder, port)
        # cognito-local reads old data from the folder that it is started in.
        directory = folder / "run" / f"{self.name}-{port}"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with running(self.name, command, port, environment, directory) as service:
            yield service


def _nothing(_: Path) -> None:
    """Install nothing; it is installed with the harness itself."""


def _harness(_: Path, port: int) -> Command:
    return [sys.executable, "-m", "harness.cli", "serve", "--port", str(port)], {}


def _moto(_: Path, port: int) -> Command:
    return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], {}


def _install_ministack(folder: Path) -> None:
    home = folder / "ministack-signing"
    if not (home / "bin" / "ministack").exists():
        venv.create(home, with_pip=True)
        # Without cryptography, its tokens have random bytes instead of signatures.
        libraries = (f"ministack=={MINISTACK}", "cryptography")
        _run(str(home / "bin" / "pip"), "install", "--quiet", *libraries)


def _ministack(folder: Path, port: int) -> Command:
    settings = {"GATEWAY_PORT": str(port), "AUTH": "false", "LOG_LEVEL": "ERROR"}
    return [str(folder / "ministack-signing" / "bin" / "ministack")], settings


def _install_cognito_local(folder: Path) -> None:
    home = folder / "cognito-local"
    if not (home / "node_modules" / "cognito-local").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}', encoding="utf-8")
        _run("npm", "install", "--silent", f"--prefix={home}", f"cognito-local@{COGNITO_LOCAL}")


def _cognito_local(folder: Path, port: int) -> Command:
    binary = folder / "cognito-local" / "node_modules" / ".bin" / "cognito-local"
    return [str(binary)], {"PORT": str(port), "HOST": "127.0.0.1"}


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-500:]}")


PEERS = (
    Peer("harness", _nothing, _harness, proves_srp=True, tracks_devices=True),
    Peer("moto", _nothing, _moto),
    Peer("ministack", _install_ministack, _ministack, proves_srp=True),
    Peer("cognito-local", _install_cognito_local, _cognito_local),
)
