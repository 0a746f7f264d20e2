"""Installs Dovecot, the mail server of the tests.

``python -m tests.mailboxes.surroundings`` does it, or says in one line what is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

__all__ = ["DOVECOT", "main"]

#: Debian keeps it where only root's PATH leads.
DOVECOT = shutil.which("dovecot", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))

_PACKAGES = ("dovecot-imapd", "dovecot-lmtpd")


def main() -> int:
    """Install it where it is missing; return 0, or 2 where that cannot be."""
    if os.name != "posix" or os.geteuid() != 0:
        return _missing("Dovecot is started by root only")
    if DOVECOT is not None:
        return 0
    if shutil.which("apt-get") is None:
        return _missing("there is no dovecot: install it with IMAP and LMTP")
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
