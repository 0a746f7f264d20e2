"""The one source of the emulator's identifiers, codes and secrets; it can be seeded."""

from __future__ import annotations

import random
import string
from typing import Any

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Randomness:
    """Makes random values in the formats that Cognito uses.

    With a seed the sequence repeats, so a failing run can be replayed. Without one the values
    come from the operating system's generator. moto's own generator is not used, because seeding
    it through moto-api would repeat pool ids and codes.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)

    def exported(self) -> tuple[Any, ...] | None:
        """Return the state of the sequence, from `random.Random`; ``None`` without a seed."""
        return None if isinstance(self._random, random.SystemRandom) else self._random.getstate()

    def imported(self, state: tuple[Any, ...]) -> None:
        """Continue a seeded sequence from an exported state; do nothing without a seed."""
        if not isinstance(self._random, random.SystemRandom):
            self._random.setstate(state)

    def turn_off(self, where: str) -> None:
        """Switch a seeded sequence to another one, derived from it and from ``where``."""
        if not isinstance(self._random, random.SystemRandom):
            self._random.seed(f"{self.integer(64)} {where}")

    def bytes(self, count: int) -> bytes:
        """Return ``count`` random bytes."""
        return self._random.getrandbits(count * 8).to_bytes(count, "big")

    def integer(self, bits: int) -> int:
        """Return an integer of exactly ``bits`` bits, so that no exponent is trivially small."""
        return self._random.getrandbits(bits) | 1 << (bits - 1)

    def digits(self, count: int) -> str:
        """Return a code of ``count`` decimal digits, leading zeros kept."""
        return self.characters(count, string.digits)

    def characters(self, count: int, alphabet: str) -> str:
        """Return ``count`` characters of ``alphabet``."""
        return "".join(self._random.choice(alphabet) for _ in range(count))

    def base32(self, count: int) -> str:
        """Return ``count`` base32 characters without padding, as SecretCode has (A212)."""
        return self.characters(count, _BASE32)

    def uuid(self) -> str:
        """Return a lower-case UUID (version 4), as jti and device keys have."""
        number = self._random.getrandbits(128)
        number = number & ~(0xF << 76) | 4 << 76
        number = number & ~(0x3 << 62) | 0x2 << 62
        return _uuid_text(number)

    def sub(self) -> str:
        """Return a sub: a UUID whose version and variant bits are random too (A022)."""
        return _uuid_text(self._random.getrandbits(128))

    def client_id(self) -> str:
        """Return an app client id: 26 lower-case letters and digits (A027)."""
        return self.characters(26, string.ascii_lowercase + string.digits)

    def client_secret(self) -> str:
        """Return an app client secret: up to 52 lower-case letters and digits."""
        return self.characters(51, string.ascii_lowercase + string.digits)

    def pool_suffix(self) -> str:
        """Return the nine letters and digits after ``region_`` in a user pool id."""
        return self.characters(9, string.ascii_letters + string.digits)


def _uuid_text(number: int) -> str:
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
