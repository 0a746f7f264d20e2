"""The group, the encodings and the hashes of both halves of Cognito's SRP-6a.

Facts D001 to D017. Names are those of SRP-6a (http://srp.stanford.edu/design.html): ``N`` and
``g`` are the group, ``k`` the multiplier, ``x`` the private key made of salt and password, ``v``
the verifier, ``A`` and ``B`` the public values, ``u`` the scrambling parameter, ``S`` the shared
secret. Hash is SHA-256 throughout.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any, Final, cast

__all__ = [
    "KEY_LENGTH",
    "G",
    "K",
    "N",
    "SrpError",
    "decode_base64",
    "encode",
    "hash_bytes",
    "hash_int",
    "hkdf",
    "parse_hex",
    "power",
    "power_of_generator",
    "private_key_hash",
    "scrambling_parameter",
    "signature",
    "to_hex",
]

#: The 3072-bit safe prime of RFC 3526, group 15, also in RFC 5054 (D001).
N: Final[int] = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05"
    "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
    "3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33"
    "a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7"
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864"
    "d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2"
    "08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    16,
)

#: The generator (D001).
G: Final[int] = 2

#: Length in bytes of the key that both sides derive (D016).
KEY_LENGTH: Final[int] = 16

_HKDF_INFO: Final[bytes] = b"Caldera Derived Key\x01"
_HEX = re.compile(r"[0-9a-fA-F]+")


class SrpError(ValueError):
    """A value that the protocol refuses, or that is malformed."""


def encode(number: int) -> bytes:
    """Return the bytes of ``number`` for hashing: minimal big-endian two's complement.

    All integers have this form (D002), that of Java's ``BigInteger.toByteArray()``: no fixed
    width, and a zero byte in front if the top bit would be set.

    Raises:
        SrpError: ``number`` is negative, which no value of the protocol is.
    """
    if number < 0:
        raise SrpError("only non-negative integers are encoded")
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def to_hex(number: int) -> str:
    """Return the wire form of SRP_A, SRP_B and SALT: lower-case hex, no leading zeros (D021-D024).

    Raises:
        SrpError: ``number`` is negative; Cognito never sends a minus sign (D031).
    """
    if number < 0:
        raise SrpError("only non-negative integers have a wire form")
    return f"{number:x}"


def parse_hex(text: str, name: str) -> int:
    """Return the integer of a hex text; upper case and leading zeros are accepted (D021).

    Raises:
        SrpError: ``text`` is not hex; the message has ``name``, but not ``text``.
    """
    if not _HEX.fullmatch(text):
        raise SrpError(f"{name} is not a hexadecimal number")
    return int(text, 16)


def decode_base64(text: str, name: str) -> bytes:
    """Return the bytes of standard base64 with padding.

    Raises:
        SrpError: ``text`` is not base64; the message has ``name``, but not ``text``.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SrpError(f"{name} is not base64") from error


def hash_bytes(*parts: bytes) -> bytes:
    """Return the SHA-256 digest of the concatenated parts: always 32 bytes (D004)."""
    return hashlib.sha256(b"".join(parts)).digest()


def hash_int(*parts: bytes) -> int:
    """Return the SHA-256 digest of the concatenated parts as an integer (D004)."""
    return int.from_bytes(hash_bytes(*parts), "big")


#: The multiplier k = H(enc(N) ‖ enc(g)) (D003).
K: Final[int] = hash_int(encode(N), encode(G))


def power(base: int, exponent: int) -> int:
    """Return ``base`` to the power of ``exponent`` modulo N; ``base`` may be negative."""
    return int(_powmod()(base % N, exponent, N))


@functools.cache
def _powmod() -> Callable[[int, int, int], int]:
    """Return what raises to a power; it is imported when first used, which takes a while."""
    try:
        from gmpy2 import powmod
    except ImportError:  # no wheel for this platform: pow gives the same, ten times slower
        return pow
    return cast("Callable[[int, int, int], int]", powmod)


def power_of_generator(exponent: int) -> int:
    """Return g to the power of ``exponent`` modulo N, for most exponents from a table.

    The table makes it a quarter of the work; the exponents of SRP-6a are hashes and secrets of 256
    bits, and it is made for those.
    """
    rows = _generator_table()
    if not rows or not 0 <= exponent < 1 << _TABLE_BITS:
        return power(G, exponent)
    # In gmpy2's own form it need not be converted again for each product.
    modulus, result = rows[-1][0], rows[0][exponent & _WINDOW]
    for row in rows[1:-1]:
        exponent >>= _WINDOW_BITS
        if exponent & _WINDOW:
            result = result * row[exponent & _WINDOW] % modulus
    return int(result)


_TABLE_BITS: Final[int] = 256
_WINDOW_BITS: Final[int] = 4
_WINDOW: Final[int] = (1 << _WINDOW_BITS) - 1


@functools.cache
def _generator_table() -> tuple[tuple[Any, ...], ...]:
    """Return row after row g^(i * 16^row) for i from 0 to 15, then N; nothing without gmpy2.

    Without it, a product of numbers of this size costs more than the table saves. The table takes
    half a megabyte and four milliseconds.
    """
    try:
        from gmpy2 import mpz
    except ImportError:
        return ()
    rows, base, modulus = [], mpz(G), mpz(N)
    for _ in range(_TABLE_BITS // _WINDOW_BITS):
        row = [mpz(1)]
        for _ in range(_WINDOW):
            row.append(row[-1] * base % modulus)
        rows.append(tuple(row))
        base = row[-1] * base % modulus
    return (*rows, (modulus,))


def private_key_hash(prefix: str, ident: str, password: str, salt: int) -> int:
    """Return x = H(enc(salt) ‖ H(prefix ‖ ident ‖ ":" ‖ password)) (D008).

    Args:
        prefix: the pool id after its first ``_`` for a user, DeviceGroupKey for a device.
        ident: USER_ID_FOR_SRP for a user, DeviceKey for a device (D005, D006).
        password: the password; its UTF-8 form is hashed without normalization (D007).
        salt: the salt as an integer.

    Raises:
        SrpError: a text has half a surrogate pair, which is valid in JSON but not in UTF-8.
    """
    inner = hash_bytes(_utf8(f"{prefix}{ident}:{password}"))
    return hash_int(encode(salt), inner)


def scrambling_parameter(client_public: int, server_public: int) -> int:
    """Return u = H(enc(A) ‖ enc(B)) (D012).

    Raises:
        SrpError: u is 0, so the password would have no effect.
    """
    scrambling = hash_int(encode(client_public), encode(server_public))
    if scrambling == 0:
        raise SrpError("the scrambling parameter u is 0")
    return scrambling


def hkdf(shared_secret: int, scrambling: int) -> bytes:
    """Return the 16-byte key K derived from S and u by HKDF, RFC 5869 (D015, D016)."""
    pseudo_random_key = _hmac(encode(scrambling), encode(shared_secret))
    return _hmac(pseudo_random_key, _HKDF_INFO)[:KEY_LENGTH]


def signature(key: bytes, prefix: str, ident: str, secret_block: bytes, timestamp: str) -> bytes:
    """Return the raw 32 bytes of PASSWORD_CLAIM_SIGNATURE (D017).

    Args:
        key: the key from :func:`hkdf`.
        prefix: as for :func:`private_key_hash`.
        ident: as for :func:`private_key_hash`.
        secret_block: the decoded bytes of SECRET_BLOCK.
        timestamp: TIMESTAMP exactly as it is sent.

    Raises:
        SrpError: a text has half a surrogate pair.
    """
    return _hmac(key, _utf8(prefix + ident) + secret_block + _utf8(timestamp))


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise SrpError("a text of the proof has half a surrogate pair") from error


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
