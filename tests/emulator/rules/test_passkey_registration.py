"""The checks of a credential that CompleteWebAuthnRegistration gets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.users.passkey import Passkey
from tests.emulator.support.credentials import PRESENT, VERIFIED, Forger
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import MULTI, PARTY, PasskeyUser, configure, passkey_pool

INVALID = "InvalidParameterException"
TEXT = "Credential data is not valid"
ORIGIN = "WebAuthnOriginNotAllowedException"


@pytest.fixture
def alice(engine: Engine) -> PasskeyUser:
    """A signed-in user of a pool with passkeys."""
    return PasskeyUser(engine, passkey_pool(engine))


@pytest.fixture
def credential(alice: PasskeyUser) -> dict[str, Any]:
    """A credential of the user's open registration that is accepted as it is."""
    return Passkey.create(alice.start()).registration


@pytest.mark.fact("N045", "N045b", "N053", "N053b")
@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_both_algorithms_are_accepted(alice: PasskeyUser, algorithm: Any) -> None:
    """The key is kept for later proofs."""
    passkey = alice.register(algorithm=algorithm)
    assert alice.user.passkeys.find(passkey.credential_id) is not None


@pytest.mark.fact("N044", "N044c", "N045b")
@pytest.mark.parametrize(("curve", "algorithm"), [(ec.SECP384R1(), -35), (ec.SECP521R1(), -36)])
def test_other_algorithm_is_not_supported(
    alice: PasskeyUser, curve: ec.EllipticCurve, algorithm: int
) -> None:
    """WebAuthn has more algorithms than Cognito's options offer."""
    with refused("WebAuthnCredentialNotSupportedException"):
        alice.complete(Forger(curve, algorithm).registration(alice.start()))


@pytest.mark.fact("N045b")
def test_key_must_fit_its_algorithm(alice: PasskeyUser) -> None:
    """ES256 is ECDSA with P-256, RS256 is RSA, and a point must be on its curve."""
    off_curve = Forger()
    off_curve.cose[-3] = off_curve.cose[-2]
    for forger in (Forger(ec.SECP384R1(), -7), Forger(algorithm=-257), off_curve):
        with refused(INVALID, TEXT):
            alice.complete(forger.registration(alice.start()))
    assert alice.listed() == []


@pytest.mark.fact("N043")
def test_credential_without_transports_is_refused(
    alice: PasskeyUser, credential: dict[str, Any]
) -> None:
    """The list must be there; it may be empty."""
    response = dict(credential["response"])
    del response["transports"]
    with refused(INVALID, TEXT):
        alice.complete({**credential, "response": response})
    alice.complete({**credential, "response": {**response, "transports": []}})


@pytest.mark.fact("N043b")
def test_credential_that_is_not_discoverable_is_refused(alice: PasskeyUser) -> None:
    """The browser tells it in the extension credProps."""
    passkey = Passkey.create(alice.start(), discoverable=False)
    with refused(INVALID, TEXT):
        alice.complete(passkey.registration)
    passkey = Passkey.create({**alice.start(), "extensions": {"credProps": True}})
    assert passkey.registration["clientExtensionResults"] == {"credProps": {"rk": True}}
    alice.complete(passkey.registration)


@pytest.mark.fact("N046")
def test_unknown_transport_is_kept(alice: PasskeyUser, credential: dict[str, Any]) -> None:
    """WebAuthn wants services to keep transports that are defined later."""
    response = {**credential["response"], "transports": ["internal", "telepathy"]}
    alice.complete({**credential, "response": response})
    assert alice.listed()[0]["AuthenticatorTransports"] == ["internal", "telepathy"]


@pytest.mark.fact("N044")
@pytest.mark.parametrize(
    "origin", ["https://evil.org", f"http://{PARTY}", f"https://{PARTY}.evil.org", 7, None]
)
def test_other_origin_is_not_allowed(alice: PasskeyUser, origin: object) -> None:
    """The page must be one of the relying party."""
    with refused(ORIGIN):
        alice.complete(Forger().registration(alice.start(), origin=origin))


@pytest.mark.fact("N044")
def test_frame_of_another_origin_is_not_allowed(alice: PasskeyUser) -> None:
    """A page of another site could have made the user register; false is as good as absent."""
    with refused(ORIGIN):
        alice.complete(Forger().registration(alice.start(), crossOrigin=True))
    alice.complete(Forger().registration(alice.start(), crossOrigin=False))


@pytest.mark.fact("N044")
def test_other_relying_party_is_a_mismatch(alice: PasskeyUser) -> None:
    """The authenticator hashes the id that its browser has checked."""
    credential = Forger().registration(
        alice.start(), party="example.org", origin=f"https://{PARTY}"
    )
    with refused("WebAuthnRelyingPartyMismatchException"):
        alice.complete(credential)


@pytest.mark.fact("N042")
@pytest.mark.parametrize(
    "changed",
    [
        {"flags": VERIFIED},
        {"type": "webauthn.get"},
        {"fmt": "none", "statement": {"sig": b"x"}},
        {"fmt": "packed", "statement": {"alg": -7, "sig": b"wrong"}},
        {"fmt": "unknown"},
        {"identifier": b"i" * 1_024},
    ],
    ids=["absent", "type", "statement", "signature", "format", "long-id"],
)
def test_incorrect_credential_is_refused(alice: PasskeyUser, changed: dict[str, Any]) -> None:
    """The user must be present, the type that of a registration, and an attestation correct."""
    with refused(INVALID, TEXT):
        alice.complete(Forger().registration(alice.start(), **changed))


@pytest.mark.fact("N009")
@pytest.mark.parametrize(
    "settings", [{"UserVerification": "required"}, {"FactorConfiguration": MULTI}]
)
def test_user_must_be_verified_if_required(alice: PasskeyUser, settings: dict[str, str]) -> None:
    """By UserVerification, or because the passkey is to count as MFA."""
    alice.complete(Forger().registration(alice.start(), flags=PRESENT))
    configure(alice.engine, alice.pool.pool_id, RelyingPartyId=PARTY, **settings)
    with refused(INVALID, TEXT):
        alice.register(verifies_user=False)
    alice.register(verifies_user=True)
    assert [passkey.user_verified for passkey in alice.user.passkeys] == [False, True]


@pytest.mark.fact("N042")
def test_id_must_be_the_attested_one(alice: PasskeyUser) -> None:
    """Otherwise a later proof would not find its key; and id and rawId are the same."""
    for members in (("id", "rawId"), ("rawId",)):
        forged = Forger().registration(alice.start())
        with refused(INVALID, TEXT):
            alice.complete({**forged, **dict.fromkeys(members, "b3RoZXI")})
    assert alice.listed() == []


@pytest.mark.fact("N042", "N043c")
@pytest.mark.parametrize("member", ["id", "rawId", "type", "response"])
def test_member_must_be_there(alice: PasskeyUser, credential: dict[str, Any], member: str) -> None:
    """A credential without it is refused, and the reason tells which one is missing."""
    del credential[member]
    with pytest.raises(Refusal) as caught:
        alice.complete(credential)
    assert (caught.value.code, caught.value.message) == (INVALID, TEXT)
    assert member in str(caught.value.reason) or "unexpected type" in str(caught.value.reason)


@pytest.mark.fact("N042", "N050")
def test_text_in_place_of_an_object_is_refused(
    alice: PasskeyUser, credential: dict[str, Any]
) -> None:
    """Credential is an object here, while CREDENTIAL of a challenge response is a text."""
    with pytest.raises(Refusal) as caught:
        alice.complete(json.dumps(credential))
    assert (caught.value.code, caught.value.message) == (INVALID, TEXT)
    assert caught.value.reason == "it is not a JSON object"
