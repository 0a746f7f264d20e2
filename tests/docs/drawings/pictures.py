"""Which pictures there are, and where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.docs.drawings.device_sign_in import device_sign_in
from tests.docs.drawings.request import request_way
from tests.docs.drawings.terminal import report_picture
from tests.docs.drawings.trust import trust
from tests.support.sources import ROOT

__all__ = ["IMAGES", "PICTURES", "draw"]

IMAGES = ROOT / "docs" / "images"
#: Each picture by its file, with what draws it.
PICTURES: dict[str, Callable[[], str]] = {
    "device-sign-in.svg": device_sign_in,
    "failure-report.svg": report_picture,
    "request-way.svg": request_way,
    "trust.svg": trust,
}


def draw() -> Iterator[Path]:
    """Draw all pictures, and yield their paths."""
    for name, picture in PICTURES.items():
        path = IMAGES / name
        path.write_text(picture(), encoding="utf-8", newline="\n")
        yield path
