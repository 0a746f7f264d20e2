"""The published cases of ``srp_vectors.json``, read for parametrizing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT: dict[str, Any] = json.loads(
    Path(__file__).with_name("srp_vectors.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Vector:
    """One case: the inputs and every value that follows from them, integers as integers."""

    name: str
    kind: str
    prefix: str
    ident: str
    password: str
    user_pool_id: str | None
    client_secret: int
    server_secret: int
    salt_hex: str
    salt_base64: str
    private_key: int
    verifier: int
    verifier_base64: str
    client_public_hex: str
    server_public_hex: str
    scrambling: int
    shared_secret: int
    key: bytes
    secret_block: str
    timestamp: str
    signature: str

    @property
    def salt(self) -> int:
        """The salt as an integer."""
        return int(self.salt_hex, 16)

    @property
    def challenge(self) -> dict[str, str]:
        """ChallengeParameters as Cognito would send them."""
        return {
            "SALT": self.salt_hex,
            "SRP_B": self.server_public_hex,
            "SECRET_BLOCK": self.secret_block,
        }


def _vector(case: dict[str, Any]) -> Vector:
    return Vector(
        name=case["name"],
        kind=case["kind"],
        prefix=case["prefix"],
        ident=case["ident"],
        password=case["password"],
        user_pool_id=case.get("user_pool_id"),
        client_secret=int(case["a"], 16),
        server_secret=int(case["b"], 16),
        salt_hex=case["salt"],
        salt_base64=case["salt_b64"],
        private_key=int(case["x"], 16),
        verifier=int(case["v"], 16),
        verifier_base64=case["v_b64"],
        client_public_hex=case["A"],
        server_public_hex=case["B"],
        scrambling=int(case["u"], 16),
        shared_secret=int(case["S"], 16),
        key=bytes.fromhex(case["K"]),
        secret_block=case["secret_block_b64"],
        timestamp=case["timestamp"],
        signature=case["signature"],
    )


VECTORS: tuple[Vector, ...] = tuple(_vector(case) for case in DOCUMENT["cases"])
