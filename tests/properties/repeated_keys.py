"""Repeats the same RSA keys in every emulator of a test; a seed does not determine them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.emulator.domain import signing

_MADE: list[rsa.RSAPrivateKey] = []
_STOCK = signing.PrimeStock()


class RepeatedKeys:
    """Returns the keys of this process one after another, beginning with the first."""

    def __init__(self) -> None:
        self._given = 0

    def fill_ahead(self) -> None:
        """Do nothing: no keys are prepared in advance."""

    def draw(self) -> rsa.RSAPrivateKey:
        """Return the next key."""
        if self._given == len(_MADE):
            _MADE.append(_STOCK.draw())
        self._given += 1
        return _MADE[self._given - 1]


@contextmanager
def repeated_keys() -> Iterator[None]:
    """Make pools take their keys from the first one on, until the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "_STOCK", RepeatedKeys())
        yield
