"""Installs the browser and its driver, on Debian as root, and axe-core; or says what is missing.

``python -m tests.browser.install_packages``; on other systems, the browser and its driver must be
on the PATH. npm must be there on every system.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["CHROMIUM", "DRIVER", "NODE", "main", "missing"]

#: The names of the programs, on Debian and elsewhere.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DRIVER = ("chromedriver",)
#: The folder of the packages of Node.
NODE = Path(__file__).parent / "node"


def missing() -> list[str]:
    """Return the Debian packages of the programs that are not on the PATH."""
    needed = {"chromium": CHROMIUM, "chromium-driver": DRIVER}
    return [package for package, names in needed.items() if not any(map(shutil.which, names))]


def main() -> int:
    """Install what is missing; return 0, or 2 if something is still missing."""
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
            subprocess.run(["apt-get", *command], env=environment, check=False)
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
    npm = shutil.which("npm")
    if npm is None:
        print(
            "tests/browser: npm not found; install Node.js with npm for axe-core", file=sys.stderr
        )
        return 2
    # On Windows npm is a script, which only its whole path starts.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        print(f"tests/browser: npm ci failed: {''.join(last)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
