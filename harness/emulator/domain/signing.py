"""RSA keys, and JSON Web Tokens signed with them the way Cognito's are."""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import json
from functools import cached_property
from threading import Lock, Thread
from typing import Any, ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

_EXPONENT = 65_537
#: Primes that a server finds ahead: enough for the two keys of each of three pools.
_AHEAD = 4


class TokenFormatError(ValueError):
    """A text that is no JSON Web Token."""


class SigningKey:
    """One RSA-2048 key and the ``kid`` under which the JWKS shows it."""

    def __init__(self, private: rsa.RSAPrivateKey | None = None) -> None:
        self._private = private or _generate()
        self._public = self._private.public_key()
        modulus = _base64(_big_endian(self._public.public_numbers().n)).encode()
        #: 44 characters of standard base64, as Cognito's (A244).
        self.kid = base64.b64encode(hashlib.sha256(modulus).digest()).decode()
        self._header = _segment({"kid": self.kid, "alg": "RS256"})

    def pem(self) -> str:
        """The private key as text, to be kept."""
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._private.private_bytes(*form).decode()

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the token of these claims; its header has ``kid`` and ``alg`` only (A244)."""
        signed = f"{self._header}.{_segment(claims)}"
        return f"{signed}.{_base64(self._private.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def signed(self, token: str) -> bool:
        """Whether this key made the signature of a token."""
        content, _, signature = token.rpartition(".")
        try:
            self._public.verify(_bytes(signature), content.encode(), PKCS1v15(), SHA256())
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
    """Makes many different RSA keys of few primes: each key has a pair that no other has.

    Finding primes is what makes an RSA key cost more than a hundred sign-ins; a hundred pools
    take 21 of them instead of 400. Keys that share a prime can be told from each other by their
    moduli but give each other's secret away, so they are good for made-up tokens only.
    """

    def __init__(self) -> None:
        self._primes: list[int] = []
        self._pairs = ((low, high) for high in itertools.count(1) for low in range(high))

    def draw(self) -> rsa.RSAPrivateKey:
        """Return an RSA-2048 key that was not drawn before; not safe to call at once."""
        low, high = next(self._pairs)
        self.fill(high + 1)
        return _key_of(self._primes[low], self._primes[high])

    def fill(self, count: int) -> None:
        """See that so many primes are there; what two threads find at once is all kept."""
        while len(self._primes) < count:
            found = _generate().private_numbers()
            self._primes += [found.p, found.q]

    def fill_ahead(self) -> None:
        """Find the primes of the first pools in a thread, before a sign-in waits for them.

        The thread is none that a process leaves behind at its end, as it may be in foreign code.
        """
        if len(self._primes) < _AHEAD:
            Thread(target=self.fill, args=(_AHEAD,), name="cognito-primes").start()


_STOCK = PrimeStock()


def find_primes_ahead() -> None:
    """Let the first pools of this process have their keys at once."""
    _STOCK.fill_ahead()


def _generate() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=_EXPONENT, key_size=2048)


def _key_of(p: int, q: int) -> rsa.RSAPrivateKey:
    """The key of two primes that were found for keys with the same public exponent."""
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
    key = load_pem_private_key(text.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the key is none of RSA")
    return key


class SigningKeys:
    """A pool's two keys, one for ID tokens and one for access tokens (A244).

    Drawn when the first token is signed; no other pool has them.
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
        """Both keys as text, the ID tokens' first; nothing where none was drawn yet."""
        return [key.pem() for key in self._pair or ()]

    @classmethod
    def imported(cls, texts: list[str]) -> SigningKeys:
        """Keys from what `exported` gave; ValueError where the texts are no such keys."""
        keys = cls()
        if texts:
            first, second = (SigningKey(_key_from(text)) for text in texts)
            keys._pair = (first, second)
        return keys

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The JSON Web Key Set: both public keys (A276)."""
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
        TokenFormatError: the text has not three parts, or they are not JSON objects.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenFormatError("a token has three parts")
    return _json_object(parts[0]), _json_object(parts[1])


def _json_object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(segment))
    except (ValueError, RecursionError) as error:
        raise TokenFormatError("a part of the token is no JSON") from error
    if not isinstance(value, dict):
        raise TokenFormatError("a part of the token is no JSON object")
    return value


def _segment(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise TokenFormatError("a part of the token is no base64") from error


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
