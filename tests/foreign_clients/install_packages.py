"""Installs what the clients need besides Python: Node and its packages, and a browser.

``python -m tests.foreign_clients.install_packages`` installs it, or says in one line what is
missing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser.install_packages import CHROMIUM, install_from_debian

__all__ = ["NODE", "Missing", "browser", "main", "require_everything", "require_node"]

NODE = Path(__file__).parent / "node"
OLDEST_NODE = 20
_INSTALL = "`python -m tests.foreign_clients.install_packages` installs what is missing"


class Missing(Exception):
    """Something is missing and cannot be installed from here; the text says what to do."""


def main() -> int:
    """Install everything; return 0, or 2 if something is missing."""
    try:
        if shutil.which("node") is None or shutil.which("npm") is None:
            install_from_debian("nodejs", "npm")
        require_node()
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", directory=NODE)
        if browser() is None:
            _install_browser()
    except Missing as missing:
        print(f"tests/foreign_clients: {missing}", file=sys.stderr)
        return 2
    return 0


def require_node() -> None:
    """Check that Node and npm exist and are new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing(f"node and npm are not on the PATH: install Node.js {OLDEST_NODE} or later")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", said)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise Missing(f"{node} is {said.strip()}: install Node.js {OLDEST_NODE} or later")


def require_everything() -> None:
    """Check that everything is installed, without installing anything."""
    require_node()
    if not NODE.joinpath("node_modules").is_dir():
        raise Missing(f"the packages of Node are not installed: {_INSTALL}")
    if browser() is None:
        raise Missing(f"there is no Chromium: {_INSTALL}")


def browser() -> str | None:
    """Return the path of Chromium, or ``None`` if there is none."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def _install_browser() -> None:
    """Install Debian's package, which needs no download except apt's."""
    if not install_from_debian("chromium"):
        raise Missing("there is no Chromium: install it, on Debian by `apt-get install chromium`")


def _run(*command: str, directory: Path) -> None:
    done = subprocess.run(
        command,
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-20:])
        raise Missing(f"`{' '.join(command)}` failed with {done.returncode}:\n{last}")


if __name__ == "__main__":
    sys.exit(main())
