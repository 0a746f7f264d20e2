"""The public keys of passkeys: the two algorithms that Cognito takes, and the checks of a key."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.rules.client_data import base64url, from_base64url, refusing_malformed

__all__ = ["ALGORITHMS", "check_key", "checked_public_key", "public_key_of"]

#: The algorithms of the key, by their numbers in COSE: ES256 and RS256 (N041, N045).
ALGORITHMS = (-7, -257)
#: Above this, OpenSSL takes seconds to check a signature.
_MOST_RSA_BITS = 8_192


def check_key(public_key: bytes) -> None:
    """Refuse a key that no signature of ES256 or RS256 can be checked with (N045)."""
    # webauthn takes long to import, and few processes meet a passkey.
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    decoded = decode_credential_public_key(public_key)
    if decoded.alg not in ALGORITHMS:
        raise refusals.credential_not_supported().because("its key is neither ES256 nor RS256")
    key = decoded_public_key_to_cryptography(decoded)
    if isinstance(key, RSAPublicKey):
        fits = decoded.alg == -257 and key.key_size <= _MOST_RSA_BITS
    else:
        on_curve = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
        fits = decoded.alg == -7 and on_curve
    if not fits:
        raise refusals.credential_invalid().because("its key does not fit its algorithm")


def checked_public_key(text: str) -> str:
    """Return a COSE key in base64url without padding.

    Raises:
        Refusal: no passkey can have it.
    """
    with refusing_malformed(refusals.credential_invalid):
        key = from_base64url(text)
        check_key(key)
        return base64url(key)


def public_key_of(private_key: str) -> str:
    """Return the COSE key of a private key, which is PKCS #8 in base64url.

    The map of RFC 9053 and RFC 8230 is written in the order of CTAP2's canonical form, as
    authenticators do: https://www.w3.org/TR/webauthn-3/#sctn-encoded-credPubKey-examples

    Raises:
        Refusal: no passkey can have it.
    """
    # See `check_key`.
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from webauthn.helpers import encode_cbor

    with refusing_malformed(refusals.credential_invalid):
        key = load_der_private_key(from_base64url(private_key), None)
        if isinstance(key, EllipticCurvePrivateKey):
            point = key.public_key().public_numbers()
            x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
            cose: dict[int, int | bytes] = {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        elif isinstance(key, RSAPrivateKey):
            numbers = key.public_key().public_numbers()
            modulus, exponent = (_minimal(number) for number in (numbers.n, numbers.e))
            cose = {1: 3, 3: -257, -1: modulus, -2: exponent}
        else:
            raise refusals.credential_not_supported()
        encoded = encode_cbor(cose)
        check_key(encoded)
        return base64url(encoded)


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
