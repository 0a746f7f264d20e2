"""The server's half of Cognito's SRP-6a: verifiers, challenges and the check of a proof.

It shares no code with the client's half except the group, so that a mistake in one half shows.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import datetime, timezone

from harness.srp.group import (
    K,
    N,
    SrpError,
    decode_base64,
    hkdf,
    parse_hex,
    power,
    power_of_generator,
    private_key_hash,
    scrambling_parameter,
    to_hex,
)

__all__ = [
    "ServerExchange",
    "canonical_timestamp",
    "check_signature",
    "decode_integer",
    "make_verifier",
    "parse_public_value",
    "random_salt",
]

#: The salt of a user has 128 bits (D023).
SALT_BYTES = 16

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMESTAMP = re.compile(
    rf"(?i:{'|'.join(_WEEKDAYS)}) +((?i:{'|'.join(_MONTHS)})) +(\d{{1,2}})"
    r" +(\d{1,2}):(\d{1,2}):(\d{1,2}) +(?:UTC|GMT) +(\d{4})",
    re.ASCII,
)


def make_verifier(prefix: str, ident: str, password: str, salt: int) -> int:
    """Return v = g^x mod N, all that the server keeps of a password (D009, D019)."""
    return power_of_generator(private_key_hash(prefix, ident, password, salt))


def random_salt(random_bytes: Callable[[int], bytes]) -> int:
    """Return a salt of 128 bits, never 0.

    Args:
        random_bytes: returns the given number of random bytes; seeded if a run must be repeatable.
    """
    while True:
        salt = int.from_bytes(random_bytes(SALT_BYTES), "big")
        if salt:
            return salt


class ServerExchange:
    """One exchange on the server's side, from B to the key for checking the proof.

    Args:
        verifier: v of the user or of the device.
        secret: the private exponent b.

    Raises:
        SrpError: b is not positive, or B is 0 modulo N, which clients refuse.
    """

    def __init__(self, verifier: int, secret: int) -> None:
        if secret <= 0:
            raise SrpError("the private exponent b must be positive")
        self._verifier = verifier
        self._secret = secret
        # B = (k * v + g^b) mod N (D011)
        self._public_value = (K * verifier + power_of_generator(secret)) % N
        if self._public_value == 0:
            raise SrpError("B is 0 modulo N")

    @property
    def public_value(self) -> int:
        """B = (k·v + g^b) mod N."""
        return self._public_value

    @property
    def public_hex(self) -> str:
        """B as it is sent in SRP_B (D022)."""
        return to_hex(self._public_value)

    def key(self, client_public: int) -> bytes:
        """Return the 16-byte key that a client with this A and the right password derives.

        Raises:
            SrpError: A is 0 modulo N, so that anyone could sign in, or u is 0 (D020).
        """
        _refuse_zero(client_public)
        scrambling = scrambling_parameter(client_public, self._public_value)
        # S = (A * v^u) ^ b mod N (D014)
        shared_secret = power(client_public * power(self._verifier, scrambling), self._secret)
        return hkdf(shared_secret, scrambling)


def parse_public_value(text: str) -> int:
    """Return A from SRP_A; upper case, leading zeros and odd length are accepted (D021).

    Raises:
        SrpError: the text is not hex, or A is 0 modulo N.
    """
    client_public = parse_hex(text, "SRP_A")
    _refuse_zero(client_public)
    return client_public


def canonical_timestamp(text: str) -> tuple[datetime, str]:
    """Return the moment of a TIMESTAMP (aware, UTC) and the text that the server signs.

    Cognito parses the text and accepts a wrong weekday, names in any case (MS1758), or a leading
    zero of the day. Then it prints
    the moment in its own form and checks the proof over that. So a client that signed another form
    fails at the proof, not here (D026).

    Raises:
        SrpError: the text does not have the form ``EEE MMM d HH:mm:ss z yyyy`` in English and UTC.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise SrpError("TIMESTAMP does not have the form EEE MMM d HH:mm:ss z yyyy")
    month = _MONTHS.index(match[1].title()) + 1
    day, hour, minute, second, year = (int(part) for part in match.groups()[1:])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError as error:
        raise SrpError(f"TIMESTAMP is not a valid date and time: {error}") from error
    return moment, _print_timestamp(moment)


def check_signature(expected: bytes, given_base64: str) -> bool:
    """Return whether a PASSWORD_CLAIM_SIGNATURE is the expected one, in constant time."""
    try:
        given = decode_base64(given_base64, "PASSWORD_CLAIM_SIGNATURE")
    except SrpError:
        return False
    return hmac.compare_digest(expected, given)


def decode_integer(base64_text: str) -> int:
    """Return the integer of Salt or PasswordVerifier in DeviceSecretVerifierConfig.

    It is read as two's complement, as in Cognito: it is negative if the top bit is set because the
    client left out the zero byte in front (D028).

    Raises:
        SrpError: the text is empty or not base64.
    """
    data = decode_base64(base64_text, "a value of DeviceSecretVerifierConfig")
    if not data:
        raise SrpError("a value of DeviceSecretVerifierConfig is empty")
    return int.from_bytes(data, "big", signed=True)


def _refuse_zero(client_public: int) -> None:
    if client_public % N == 0:
        raise SrpError("SRP_A is 0 modulo N")


def _print_timestamp(moment: datetime) -> str:
    weekday, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{weekday} {month} {moment.day} {moment:%H:%M:%S} UTC {moment.year:04d}"
