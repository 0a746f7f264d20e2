"""Installs a browser, its driver, npm and axe-core, or says what is missing.

``python -m tests.browser.install_packages``; on Debian it does so as root; on other systems,
all but axe-core must be on the PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["CHROMIUM", "DRIVER", "NODE", "install_from_debian", "main", "missing"]

#: The names of the programs, on Debian and elsewhere.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DRIVER = ("chromedriver",)
#: The folder of the packages of Node.
NODE = Path(__file__).parent / "node"


def missing() -> list[str]:
    """Return the Debian packages of the programs that are not on the PATH."""
    needed = {"chromium": CHROMIUM, "chromium-driver": DRIVER, "npm": ("npm",)}
    return [package for package, names in needed.items() if not any(map(shutil.which, names))]


def install_from_debian(*packages: str) -> bool:
    """Install packages of Debian, and return whether that was possible: as root, with apt."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("install", "-y", "-qq", "--no-install-recommends", *packages)
    done = [
        subprocess.run(
            ["apt-get", *words], env=environment, stdout=subprocess.DEVNULL, check=False
        ).returncode
        for words in (("update", "-qq"), install)
    ]
    return done[-1] == 0


def main() -> int:
    """Install what is missing; return 0, or 2 if something is still missing."""
    packages = missing()
    # Without a font, Chromium shows no text.
    if packages and install_from_debian(*packages, "fonts-dejavu-core"):
        packages = missing()
    if packages:
        hint = f"on Debian by `apt-get install {' '.join(packages)}`"
        print(
            f"tests/browser: {', '.join(packages)} not found; install it, {hint}", file=sys.stderr
        )
        return 2
    return _install_axe()


def _install_axe() -> int:
    """Install axe-core, and return 2 if that is not possible."""
    # On Windows npm is a script, which only its whole path starts.
    command = [shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        print(f"tests/browser: npm ci failed: {''.join(last)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
