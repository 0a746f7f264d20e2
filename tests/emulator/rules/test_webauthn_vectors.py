"""The test vectors of the WebAuthn specification, which no library of this project has made.

https://www.w3.org/TR/webauthn-3/#sctn-test-vectors
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fido2.utils import websafe_encode

from harness.emulator.engine import Engine
from harness.emulator.rules.passkeys import verify_assertion
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import PasskeyUser, as_text, passkey_pool

_READ = json.loads((Path(__file__).parent / "files/webauthn_vectors.json").read_text())
VECTORS: dict[str, Any] = {vector["name"]: vector for vector in _READ["vectors"]}

#: What a service that does not take them gives as the reason.
REFUSED = {
    "none-es256-crossOrigin": "WebAuthnOriginNotAllowedException",
    "none-es256-topOrigin": "WebAuthnOriginNotAllowedException",
    "packed-es384": "WebAuthnCredentialNotSupportedException",
    "packed-es512": "WebAuthnCredentialNotSupportedException",
    "packed-eddsa": "WebAuthnCredentialNotSupportedException",
    "packed-ed448": "WebAuthnCredentialNotSupportedException",
}


@pytest.fixture
def alice(engine: Engine) -> PasskeyUser:
    """A user of a pool with the relying party of the vectors."""
    return PasskeyUser(engine, passkey_pool(engine, RelyingPartyId=_READ["relying_party_id"]))


def coded(text: str) -> str:
    """Return hexadecimal bytes as base64url."""
    return websafe_encode(bytes.fromhex(text))


def register(user: PasskeyUser, vector: dict[str, Any], **changed: str) -> None:
    """Complete a registration with the vector's challenge."""
    given = {**vector["registration"], **changed}
    client = user.engine.clients[user.walker.client_id]
    now = user.engine.clock.time()
    user.engine.passkey_registrations.begin(client, user.user, coded(given["challenge"]), now)
    user.complete(
        {
            "id": coded(given["credential_id"]),
            "rawId": coded(given["credential_id"]),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": coded(given["clientDataJSON"]),
                "attestationObject": coded(given["attestationObject"]),
                "transports": [],
            },
        }
    )


def prove(user: PasskeyUser, vector: dict[str, Any], **changed: str) -> None:
    """Verify the vector's proof."""
    given = {**vector["authentication"], **changed}
    name = coded(vector["registration"]["credential_id"])
    response = {
        member: coded(given[member])
        for member in ("clientDataJSON", "authenticatorData", "signature")
    }
    proof = {"id": name, "rawId": name, "type": "public-key", "response": response}
    verify_assertion(user.pool, user.user, as_text(proof), coded(given["challenge"]))


@pytest.mark.fact("N045", "N045b", "N052")
@pytest.mark.parametrize("name", sorted(VECTORS.keys() - REFUSED.keys()))
def test_vector_registers_and_signs_in(alice: PasskeyUser, name: str) -> None:
    """ES256 and RS256 are accepted with each kind of attestation."""
    register(alice, VECTORS[name])
    prove(alice, VECTORS[name])


@pytest.mark.fact("N044", "N045b")
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_vector_that_is_not_for_cognito_is_refused(alice: PasskeyUser, name: str) -> None:
    """Other algorithms are not supported, and neither are frames of another origin."""
    with refused(REFUSED[name]):
        register(alice, VECTORS[name])


@pytest.mark.fact("N052")
@pytest.mark.parametrize("name", ["none-es256", "packed-rs256"])
@pytest.mark.parametrize("member", ["authenticatorData", "clientDataJSON", "signature"])
def test_changed_vector_is_no_proof(alice: PasskeyUser, name: str, member: str) -> None:
    """One other bit anywhere at the end is enough."""
    vector = VECTORS[name]
    register(alice, vector)
    data = bytearray.fromhex(vector["authentication"][member])
    data[-1] ^= 1
    with refused("NotAuthorizedException"):
        prove(alice, vector, **{member: data.hex()})
    prove(alice, vector)
