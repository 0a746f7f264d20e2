"""The mark beside a file of people that says that a plan with them was run on this machine.

A TOTP code works once, and the file has the codes of the preparation only. A second run, perhaps a
few seconds after the first, must use none that the first can have used.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["mark_beside", "note_use", "was_used"]


def mark_beside(people: Path) -> Path:
    """Return the path of the mark, in the folder of the people."""
    return people.with_name(f"{people.name}.used")


def was_used(people: Path) -> bool:
    """Return whether the people of a file can have signed in since they were prepared."""
    return mark_beside(people).exists()


def note_use(people: Path) -> None:
    """Note that the people of a file sign in from now on.

    The plan can be in a folder that cannot be written, such as a mounted secret. The run goes on
    then, and says what that means for the next one.
    """
    mark = mark_beside(people)
    try:
        mark.touch(mode=0o600)
    except OSError as error:
        print(
            f"cognito-harness load: {mark} cannot be written ({error.strerror}): wait for 60 "
            "seconds before the plan is run again, since a TOTP code works once",
            file=sys.stderr,
            flush=True,
        )
