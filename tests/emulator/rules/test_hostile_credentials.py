"""Whatever a client sends in place of a credential is refused; nothing is an internal error."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest
from fido2 import cbor
from fido2.utils import websafe_encode
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.http.wire import answer
from harness.emulator.refusals import Refusal
from harness.emulator.rules.client_data import MOST_CHARACTERS
from harness.emulator.rules.passkeys import verify_assertion
from tests.emulator.support.credentials import Forger
from tests.emulator.support.passkeys import PasskeyUser, as_text, decoded, passkey_pool
from tests.emulator.support.walker import new_engine

TARGET = "AWSCognitoIdentityProviderService.CompleteWebAuthnRegistration"

#: CBOR that asks its reader for too much, or for something odd.
BOMBS = {
    "nested-lists": b"\x81" * 20_000,
    "nested-maps": b"\xa1\x00" * 10_000,
    "nested-tags": b"\xc1" * 20_000,
    "long-bytes": b"\x5b" + b"\xff" * 8,
    "long-list": b"\x9b" + b"\x7f" + b"\xff" * 7,
    "long-map": b"\xbb" + b"\x7f" + b"\xff" * 7,
    "big-number": b"\xc2\x59\x3f\xff" + b"\xff" * 0x3FFF,
    "big-exponent": b"\xc5\x82\x1b\x7f" + b"\xff" * 7 + b"\x01",
    "decimal-exponent": b"\xc4\x82\x1b\x7f" + b"\xff" * 7 + b"\x01",
    "rational": b"\xd8\x1e\x82\x01\x00",
    "pattern": b"\xd8\x23\x78\x18" + b"(a+)+" * 4 + b"aaaa",
    "shared-cycle": b"\xd8\x1c\x81\xd8\x1d\x00",
    "cyclic-map": b"\xd8\x1c\xa1\x63fmt\xd8\x1d\x00",
    "endless": b"\x9f" + b"\x00" * 100,
    "surrogate": b"\x63\xed\xa0\x80",
    "unhashable-key": b"\xa1\x80\x00",
    "date": b"\xc0\x63xyz",
    "nothing": b"",
}


@functools.cache
def alice() -> PasskeyUser:
    """A user with one passkey; no test here changes more than the open registration."""
    engine = new_engine()
    user = PasskeyUser(engine, passkey_pool(engine))
    user.complete(forger().registration(user.start()))
    return user


@functools.cache
def forger() -> Forger:
    """The key of the passkey."""
    return Forger()


def attestation_of(credential: dict[str, Any]) -> dict[str, Any]:
    """Return the attestation object of a registration."""
    found = cbor.decode(decoded(credential["response"]["attestationObject"]))
    assert isinstance(found, dict)
    return found


def refused_registration(credential: Any) -> None:
    """Expect a refusal of a credential with one of the codes that the service model declares."""
    with pytest.raises(Refusal) as caught:
        alice().complete(credential)
    declared = {"InvalidParameterException", "WebAuthnChallengeNotFoundException"}
    declared |= {f"WebAuthn{end}Exception" for end in _CODES}
    assert (caught.value.code in declared, caught.value.status) == (True, 400)


_CODES = ("OriginNotAllowed", "RelyingPartyMismatch", "CredentialNotSupported")


def refused_proof(text: str) -> None:
    """Expect a refusal of a proof."""
    user = alice()
    with pytest.raises(Refusal) as caught:
        verify_assertion(user.pool, user.user, text, "Y2hhbGxlbmdl")
    assert (caught.value.code, caught.value.status) == ("NotAuthorizedException", 400)
    assert len(str(caught.value.reason)) <= 2_000
    assert str(caught.value.reason).isascii()


# With halves of surrogate pairs, which JSON can spell.
_TEXT = st.text(st.characters(exclude_categories=()))
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=8
)
_MEMBERS = ("id", "rawId", "type", "response", "authenticatorAttachment", "clientExtensionResults")
_RESPONSE = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "transports")


@given(_JSON)
def test_any_json_is_refused(value: Any) -> None:
    """As the credential of a registration, and as text in place of a proof."""
    refused_registration(value)
    refused_proof(json.dumps(value))


@given(_JSON, st.sampled_from(_MEMBERS[:5]))
def test_any_json_as_a_member_is_refused(value: Any, member: str) -> None:
    """Every other member is right."""
    if member == "authenticatorAttachment" and not isinstance(value, str):
        return  # the library reads it as unknown, which is valid
    refused_registration({**forger().registration(alice().start()), member: value})
    options = alice().options()
    refused_proof(as_text({**forger().proof(options), member: value}))


@given(_JSON)
def test_any_extension_results_do_no_harm(value: Any) -> None:
    """They decide about discoverability alone; nothing else in them is read."""
    credential = forger().registration(alice().start())
    refused_registration({**credential, "clientExtensionResults": value})
    refused_registration({**credential, "clientExtensionResults": {"credProps": value}})


@given(_JSON, st.sampled_from(_RESPONSE))
def test_any_json_in_the_response_is_refused(value: Any, member: str) -> None:
    """The passkey exists already, so that nothing is ever accepted."""
    credential = forger().registration(alice().start())
    response = {**credential["response"], member: value}
    refused_registration({**credential, "response": response})
    proof = forger().proof(alice().options())
    refused_proof(as_text({**proof, "response": {**proof["response"], member: value}}))


@given(st.data(), st.sampled_from(["clientDataJSON", "attestationObject"]))
def test_changed_bytes_are_refused(data: st.DataObject, member: str) -> None:
    """Cut, overwritten or filled up anywhere."""
    credential = forger().registration(alice().start())
    whole = decoded(credential["response"][member])
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    changed = whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
    credential["response"][member] = websafe_encode(changed)
    refused_registration(credential)


_CBOR_SCALARS = st.integers(-(2**63), 2**63) | st.binary() | st.text() | st.booleans()
_CBOR = st.recursive(
    _CBOR_SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(-9, 9), inner),
    max_leaves=8,
)


@given(_CBOR, st.sampled_from(["fmt", "attStmt", "authData", None]))
def test_any_cbor_is_refused(value: Any, member: str | None) -> None:
    """As the attestation object, and as one of its members."""
    credential = forger().registration(alice().start())
    whole = attestation_of(credential)
    changed = value if member is None else {**whole, member: value}
    credential["response"]["attestationObject"] = websafe_encode(cbor.encode(changed))
    refused_registration(credential)


def with_key(key: bytes, flags: int = 0x45) -> dict[str, Any]:
    """Return a registration whose authenticator data ends in these bytes, where its key would be.

    https://www.w3.org/TR/webauthn-3/#sctn-attested-credential-data
    """
    credential = forger().registration(alice().start())
    whole = attestation_of(credential)
    before_key = len(whole["authData"]) - len(cbor.encode(forger().cose))
    data = bytearray(whole["authData"][:before_key] + key)
    data[32] = flags
    attestation = cbor.encode({**whole, "authData": bytes(data)})
    credential["response"]["attestationObject"] = websafe_encode(attestation)
    return credential


@given(st.dictionaries(st.integers(-4, 4), _CBOR | st.binary(min_size=32, max_size=32)))
def test_any_key_is_refused(members: dict[int, Any]) -> None:
    """The key of a credential is CBOR inside of its bytes."""
    refused_registration(with_key(cbor.encode({**forger().cose, **members})))
    refused_registration(with_key(cbor.encode(members)))


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bomb_is_refused(name: str) -> None:
    """At once, as attestation, inside of it, as key, and as extensions of the authenticator."""
    bomb = BOMBS[name]
    for whole in (bomb, b"\xa1\x63fmt" + bomb, b"\xa3\x67attStmt" + bomb):
        credential = forger().registration(alice().start())
        credential["response"]["attestationObject"] = websafe_encode(whole)
        refused_registration(credential)
    refused_registration(with_key(bomb))
    refused_registration(with_key(cbor.encode(forger().cose) + bomb, flags=0xC5))
    proof = forger().proof(alice().options())
    proof["response"]["authenticatorData"] = websafe_encode(bytes(32) + b"\x85" + bytes(4) + bomb)
    refused_proof(as_text(proof))


@pytest.mark.parametrize("member", ["id", "rawId", "type", "authenticatorAttachment"])
def test_long_member_is_refused_unread(member: str) -> None:
    """Also the response's, and a long proof."""
    credential = forger().registration(alice().start())
    long = "A" * (MOST_CHARACTERS + 1)
    for inner in ("clientDataJSON", "attestationObject"):
        refused_registration({**credential, "response": {**credential["response"], inner: long}})
    with pytest.raises(Refusal) as registering:
        alice().complete({**credential, member: long})
    assert registering.value.reason == f"it has more than {MOST_CHARACTERS} characters"
    proof = as_text({**forger().proof(alice().options()), member: long})
    with pytest.raises(Refusal) as caught:
        verify_assertion(alice().pool, alice().user, proof, "Y2hhbGxlbmdl")
    assert caught.value.reason == f"it has more than {MOST_CHARACTERS} characters"


def test_long_text_that_an_error_quotes_is_cut() -> None:
    """The call log stays small, whatever the libraries say about a credential."""
    options = alice().options()
    proof = as_text(forger().proof(options, type="x" * 10_000))
    with pytest.raises(Refusal) as caught:
        verify_assertion(alice().pool, alice().user, proof, options["challenge"])
    assert "xxx" in str(caught.value.reason)
    assert len(str(caught.value.reason)) <= 200


def test_authenticator_data_without_a_key_is_refused() -> None:
    """The flag that a key follows may be missing, and the reason says what is."""
    credential = forger().registration(alice().start())
    whole = attestation_of(credential)
    bare = whole["authData"][:32] + b"\x05" + bytes(4)
    attestation = cbor.encode({**whole, "authData": bare})
    credential["response"]["attestationObject"] = websafe_encode(attestation)
    with pytest.raises(Refusal) as caught:
        alice().complete(credential)
    assert caught.value.reason == "it has no key"


@pytest.mark.parametrize("bits", [8_192, 8_193])
def test_huge_rsa_key_is_refused(bits: int) -> None:
    """OpenSSL would take seconds for each proof; the largest key in use has half of the limit."""
    modulus = ((1 << bits) - 1).to_bytes(bits // 8 + 1, "big").lstrip(b"\x00")
    key = {1: 3, 3: -257, -1: modulus, -2: b"\x01\x00\x01"}
    with pytest.raises(Refusal) as caught:
        alice().complete(with_key(cbor.encode(key)))
    known, misfit = "the passkey is registered already", "its key does not fit its algorithm"
    assert caught.value.reason == (known if bits <= 8_192 else misfit)


@pytest.mark.parametrize(
    "transports", [["usb"] * 11, ["u" * 33], ["\u00fcsb"], [7], "usb", {"usb": 1}, None]
)
def test_odd_transports_are_refused(transports: object) -> None:
    """There are at most ten, each a short word."""
    credential = forger().registration(alice().start())
    credential["response"]["transports"] = transports
    with pytest.raises(Refusal) as caught:
        alice().complete(credential)
    assert "transport" in str(caught.value.reason)


def test_deeply_nested_json_is_refused() -> None:
    """In the body of a request, in a proof, and in client data."""
    deep = "[" * 20_000 + "]" * 20_000
    body = f'{{"AccessToken": "{alice().access_token}", "Credential": {deep}}}'
    response = answer(alice().engine, TARGET, body.encode(), alice().walker.caller, signed=False)
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (
        400,
        "SerializationException:",
    )
    credential = forger().registration(alice().start())
    credential["response"]["clientDataJSON"] = websafe_encode(deep[:16_000].encode())
    refused_registration(credential)
    refused_proof(deep[:MOST_CHARACTERS])


def test_no_refusal_reveals_the_signature() -> None:
    """Neither its text nor the reason for the call log."""
    options = alice().options()
    proof = forger().proof(options)
    with pytest.raises(Refusal) as caught:
        verify_assertion(alice().pool, alice().user, as_text(proof), "Y2hhbGxlbmdl")
    shown = f"{caught.value!r} {caught.value.message} {caught.value.reason}"
    assert proof["response"]["signature"][:20] not in shown
