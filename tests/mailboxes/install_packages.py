"""Installs Dovecot, the mail server of the tests.

``python -m tests.mailboxes.install_packages`` installs it, or says in one line what is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

__all__ = ["DOVECOT", "main"]

#: On Debian it is in a folder that only root has on the PATH.
DOVECOT = shutil.which("dovecot", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))

_PACKAGES = ("dovecot-imapd", "dovecot-lmtpd")


def main() -> int:
    """Install what is missing; return 0, or 2 if that is not possible."""
    if os.name != "posix" or os.geteuid() != 0:
        return _missing("only root can start Dovecot")
    if DOVECOT is not None:
        return 0
    if shutil.which("apt-get") is None:
        return _missing("dovecot is not installed: install it with IMAP and LMTP")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *_PACKAGES],
    ):
        done = subprocess.run(
            ["apt-get", *words], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            return _missing(f"`apt-get {' '.join(words)}` failed:\n{done.stderr[-1000:]}")
    return 0


def _missing(reason: str) -> int:
    print(f"tests/mailboxes: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
