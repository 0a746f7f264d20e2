"""Credentials that no honest authenticator or browser makes, out of the data types of fido2."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

#: The flags of an authenticator: the user was present, was verified; it has a key to attest.
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
#: The passkey may be copied to other devices, and it was.
BACKUP_ELIGIBLE, BACKED_UP = 0x08, 0x10

CREDENTIAL_ID = b"i" * 32


class Forger:
    """One key pair, and whatever a test wants to say about it."""

    def __init__(self, curve: ec.EllipticCurve | None = None, algorithm: int = -7) -> None:
        self.key = ec.generate_private_key(curve or ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        size = (self.key.curve.key_size + 7) // 8
        number = {"secp256r1": 1, "secp384r1": 2, "secp521r1": 3}[self.key.curve.name]
        self.cose: dict[int, Any] = {
            1: 2,
            3: algorithm,
            -1: number,
            -2: numbers.x.to_bytes(size, "big"),
            -3: numbers.y.to_bytes(size, "big"),
        }

    def registration(
        self,
        options: Mapping[str, Any],
        *,
        flags: int = PRESENT | VERIFIED,
        party: str | None = None,
        fmt: str = "none",
        statement: Mapping[str, Any] | None = None,
        identifier: bytes = CREDENTIAL_ID,
        **client_data: Any,
    ) -> dict[str, Any]:
        """Return a registration; other arguments are members of its client data."""
        named = party or options["rp"]["id"]
        attested = AttestedCredentialData.create(Aaguid.NONE, identifier, CoseKey(self.cose))
        data = AuthenticatorData.create(_hash(named), _flags(flags | ATTESTED), 0, attested)
        text = _client_data("webauthn.create", options["challenge"], named, client_data)
        attestation = {"fmt": fmt, "attStmt": dict(statement or {}), "authData": bytes(data)}
        return {
            "id": websafe_encode(identifier),
            "rawId": websafe_encode(identifier),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(text),
                "attestationObject": websafe_encode(cbor.encode(attestation)),
                "transports": ["internal"],
            },
        }

    def proof(
        self,
        options: Mapping[str, Any],
        *,
        flags: int = PRESENT | VERIFIED,
        party: str | None = None,
        counter: int = 1,
        handle: bytes | None = None,
        **client_data: Any,
    ) -> dict[str, Any]:
        """Return a proof, signed over whatever it says."""
        named = party or options["rpId"]
        data = bytes(AuthenticatorData.create(_hash(named), _flags(flags), counter))
        text = _client_data("webauthn.get", options["challenge"], named, client_data)
        signature = self.key.sign(data + sha256(text), ec.ECDSA(hashes.SHA256()))
        user = {} if handle is None else {"userHandle": websafe_encode(handle)}
        return {
            "id": websafe_encode(CREDENTIAL_ID),
            "rawId": websafe_encode(CREDENTIAL_ID),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(text),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                **user,
            },
        }


def _hash(party: str) -> bytes:
    return sha256(party.encode())


def _flags(bits: int) -> AuthenticatorData.FLAG:
    return AuthenticatorData.FLAG(bits)


def _client_data(kind: str, challenge: str, party: str, changed: Mapping[str, Any]) -> bytes:
    said = {"type": kind, "challenge": challenge, "origin": f"https://{party}", **changed}
    return json.dumps(said).encode()
