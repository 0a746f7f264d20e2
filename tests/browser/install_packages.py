"""Installs the browser and its driver, on Debian as root, or says what is missing.

``python -m tests.browser.install_packages``; on other systems, both must be on the PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

__all__ = ["CHROMIUM", "DRIVER", "main", "missing"]

#: The names of the programs, on Debian and elsewhere.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DRIVER = ("chromedriver",)


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
    return 0


if __name__ == "__main__":
    sys.exit(main())
