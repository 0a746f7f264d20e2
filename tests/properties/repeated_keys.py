"""The same RSA keys for every emulator of a test: the one thing that no seed makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.emulator.domain import signing

_MADE: list[rsa.RSAPrivateKey] = []
_STOCK = signing.PrimeStock()


class RepeatedKeys:
    """Gives the keys of this process one after the other, beginning with the first."""

    def __init__(self) -> None:
        self._given = 0

    def fill_ahead(self) -> None:
        """Nothing is found ahead."""

    def draw(self) -> rsa.RSAPrivateKey:
        """Return the next key."""
        if self._given == len(_MADE):
            _MADE.append(_STOCK.draw())
        self._given += 1
        return _MADE[self._given - 1]


@contextmanager
def repeated_keys() -> Iterator[None]:
    """Let pools take their keys from the first one on; afterwards they are their own again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "_STOCK", RepeatedKeys())
        yield
