"""Locust in the process of the tests, where it must not patch the standard library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["unpatched"]

_SETTING = "LOCUST_SKIP_MONKEY_PATCH"


@contextmanager
def unpatched() -> Iterator[None]:
    """Have whoever imports Locust first, inside the ``with`` block, patch nothing.

    Processes that a test starts are not told: there, Locust does what it does in a run.
    """
    os.environ[_SETTING] = "1"
    try:
        yield
    finally:
        del os.environ[_SETTING]


with unpatched():
    import locust  # noqa: F401
