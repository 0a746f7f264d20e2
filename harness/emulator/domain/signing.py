"""RSA keys, and JSON Web Tokens signed with them as Cognito's are.

cryptography is imported with the first key: an emulator without a sign-in does not need it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import json
from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_EXPONENT = 65_537
#: Primes that a server finds in advance: enough for the two keys of each of three pools.
_PRIMES_IN_ADVANCE = 4


class TokenFormatError(ValueError):
    """A text is not a JSON Web Token."""


class SigningKey:
    """One RSA-2048 key and the ``kid`` under which the JWKS shows it."""

    def __init__(self, private: rsa.RSAPrivateKey | None = None) -> None:
        self._private = private or _generate()
        self._public = self._private.public_key()
        modulus = _base64(_big_endian(self._public.public_numbers().n)).encode()
        #: 44 characters of standard base64, like Cognito's (A244).
        self.kid = base64.b64encode(hashlib.sha256(modulus).digest()).decode()
        self._header = _segment({"kid": self.kid, "alg": "RS256"})

    def pem(self) -> str:
        """Return the private key as PEM text, to be saved."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._private.private_bytes(*form).decode()

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a token with these claims; its header has ``kid`` and ``alg`` only (A244)."""
        signed = f"{self._header}.{_segment(claims)}"
        return f"{signed}.{_base64(self._private.sign(signed.encode(), *_scheme()))}"

    def signed(self, token: str) -> bool:
        """Return whether this key signed a token."""
        from cryptography.exceptions import InvalidSignature

        content, _, signature = token.rpartition(".")
        try:
            self._public.verify(_bytes(signature), content.encode(), *_scheme())
        except (InvalidSignature, TokenFormatError):
            return False
        return True

    @cached_property
    def jwk(self) -> dict[str, str]:
        """The public key as a member of the JWKS (A276)."""
        numbers = self._public.public_numbers()
        return {
            "alg": "RS256",
            "e": _base64(_big_endian(numbers.e)),
            "kid": self.kid,
            "kty": "RSA",
            "n": _base64(_big_endian(numbers.n)),
            "use": "sig",
        }


class PrimeStock:
    """Makes many different RSA keys from few primes: each key has its own pair of primes.

    Finding primes makes an RSA key cost more than a hundred sign-ins; a hundred pools need 21
    primes instead of 400. Keys that share a prime have different moduli, but reveal each other's
    private keys, so they are safe for the emulator's tokens only.
    """

    def __init__(self) -> None:
        self._primes: list[int] = []
        self._pairs = ((low, high) for high in itertools.count(1) for low in range(high))

    def draw(self) -> rsa.RSAPrivateKey:
        """Return an RSA-2048 key that was not drawn before; not safe for concurrent calls."""
        low, high = next(self._pairs)
        self.fill(high + 1)
        return _key_of(self._primes[low], self._primes[high])

    def fill(self, count: int) -> None:
        """Find primes until there are ``count``; threads may call it at the same time."""
        while len(self._primes) < count:
            found = _generate().private_numbers()
            self._primes += [found.p, found.q]

    def fill_ahead(self) -> None:
        """Find the primes of the first pools, before a sign-in waits for them."""
        self.fill(_PRIMES_IN_ADVANCE)


_STOCK = PrimeStock()


def find_primes_ahead() -> None:
    """Find primes, so that the first pools of this process need not wait for keys."""
    _STOCK.fill_ahead()


@cache
def _scheme() -> tuple[AsymmetricPadding, HashAlgorithm]:
    """Return how tokens are signed: RS256 (RFC 7518, 3.3)."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return PKCS1v15(), SHA256()


def _generate() -> rsa.RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=_EXPONENT, key_size=2048)


def _key_of(p: int, q: int) -> rsa.RSAPrivateKey:
    """Return the key of two primes that were found for the same public exponent."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _key_from(text: str) -> rsa.RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(text.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the key is not an RSA key")
    return key


class SigningKeys:
    """A pool's own two keys, one for ID tokens and one for access tokens (A244).

    They are drawn when first needed.
    """

    _lock: ClassVar[Lock] = Lock()

    def __init__(self) -> None:
        self._pair: tuple[SigningKey, SigningKey] | None = None

    @property
    def id(self) -> SigningKey:
        """The key that signs ID tokens."""
        return self._keys()[0]

    @property
    def access(self) -> SigningKey:
        """The key that signs access tokens."""
        return self._keys()[1]

    def exported(self) -> list[str]:
        """Return both keys as PEM texts, first that of ID tokens; empty if not drawn yet."""
        return [key.pem() for key in self._pair or ()]

    @classmethod
    def imported(cls, texts: list[str]) -> SigningKeys:
        """Return the keys that `exported` returned as texts.

        Raises:
            ValueError: the texts are not two RSA keys.
        """
        keys = cls()
        if texts:
            first, second = (SigningKey(_key_from(text)) for text in texts)
            keys._pair = (first, second)
        return keys

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the JSON Web Key Set: both public keys (A276)."""
        return {"keys": [key.jwk for key in self._keys()]}

    def _keys(self) -> tuple[SigningKey, SigningKey]:
        if self._pair is None:
            with SigningKeys._lock:
                if self._pair is None:
                    self._pair = (SigningKey(_STOCK.draw()), SigningKey(_STOCK.draw()))
        return self._pair


def read_token(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token without checking its signature.

    Raises:
        TokenFormatError: the text does not have three parts, or header or claims are not JSON
            objects.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenFormatError(f"the token has {len(parts)} parts; it must have 3")
    return _json_object(parts[0]), _json_object(parts[1])


def _json_object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(segment))
    except (ValueError, RecursionError) as error:
        raise TokenFormatError("a part of the token is not JSON") from error
    if not isinstance(value, dict):
        raise TokenFormatError("a part of the token is not a JSON object")
    return value


def _segment(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Return the bytes of base64url in the one form that a token has (RFC 7515, 2).

    Python also reads padding, ``+`` and ``/``, characters of no meaning, and last bits that are not
    zero (RFC 4648, 3.5). A token in such a form is not the one that was issued.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise TokenFormatError("a part of the token is not base64") from error
    if _base64(data) != text:
        raise TokenFormatError("a part of the token is not base64url without padding")
    return data


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
