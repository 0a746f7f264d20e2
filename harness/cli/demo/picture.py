"""The file with the QR code of the demo, and what becomes of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.cli.demo.choices import Choices
from harness.cli.demo.screen import Screen

__all__ = ["picture_of"]

_NAME = "cognito-demo-totp.png"
_KEPT = (
    "The QR code is still in {path} and holds the TOTP secret: whoever has the file can make the "
    "codes of this user. Delete it when your app has the secret."
)


@contextmanager
def picture_of(choices: Choices, screen: Screen) -> Iterator[Path | None]:
    """Give the file for the QR code; ``None`` if nobody would scan it.

    A file that the user named is kept, and the demo says so at its end, also after Ctrl-C. Without
    a name it is in a temporary folder, which is deleted.
    """
    if choices.png is not None:
        try:
            yield choices.png
        finally:
            if choices.png.exists():
                screen.say(_KEPT.format(path=choices.png))
    elif choices.automatic or choices.passwordless:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="cognito-harness-") as folder:
            yield Path(folder) / _NAME
