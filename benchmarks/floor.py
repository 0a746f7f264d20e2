"""Measures the cryptographic floor: the work that no correct service or client can avoid.

It records every exponentiation modulo N and every RSA signature of a run, and then does only these
again.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from harness.emulator.domain.signing import SigningKey
from harness.srp import group


@dataclass
class Work:
    """The exponentiations and signatures that were done."""

    powers: list[tuple[int, int]] = field(default_factory=list, repr=False)
    signatures: list[tuple[SigningKey, dict[str, Any]]] = field(default_factory=list, repr=False)

    def seconds(self, rounds: int = 5) -> float:
        """Return how long they take alone: the median of several rounds."""
        return statistics.median(_timed(self._again) for _ in range(rounds))

    def _again(self) -> None:
        for base, exponent in self.powers:
            group.power(base, exponent)
        for key, claims in self.signatures:
            key.sign(claims)


@contextmanager
def recorded() -> Iterator[Work]:
    """Record the work that this process does inside the block."""
    work = Work()
    power: Callable[[int, int, int], int] = vars(group)["_powmod"]()
    sign = SigningKey.sign

    def recording_power(base: int, exponent: int, modulus: int) -> int:
        work.powers.append((base, exponent))
        return power(base, exponent, modulus)

    def recording_sign(self: SigningKey, claims: dict[str, Any]) -> str:
        work.signatures.append((self, claims))
        return sign(self, claims)

    with (
        patch.object(group, "_powmod", lambda: recording_power),
        patch.object(SigningKey, "sign", recording_sign),
    ):
        yield work


def server_floor(proofs: int, tokens: int) -> float:
    """Return a service's seconds for a sign-in: three exponentiations a proof, a signature a token.

    b and u have 256 bits: g^b for B, then v^u and (A·v^u)^b for the key (D011, D014).
    """
    exponent = (1 << 256) - 0x1B4C
    base = group.N // 3
    powers = [(group.G, exponent), (base, exponent), (base, exponent)] * proofs
    key = SigningKey()
    claims = {"sub": "0" * 36, "iss": "x" * 60, "scope": "y" * 40, "jti": "z" * 36}
    work = Work(powers, [(key, claims)] * tokens)
    return min(work.seconds() for _ in range(3))


def _timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
