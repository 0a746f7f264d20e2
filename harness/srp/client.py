"""The client's half of Cognito's SRP-6a, for users and for tracked devices.

Both use the same mathematics with other names (D005, D006). For a user, the prefix is the pool id
after its first ``_`` and the ident is USER_ID_FOR_SRP. For a device, the prefix is DeviceGroupKey
and the ident is DeviceKey.
"""

from __future__ import annotations

import base64
import functools
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timezone

from harness.srp.group import (
    K,
    N,
    SrpError,
    decode_base64,
    encode,
    hkdf,
    parse_hex,
    power,
    power_of_generator,
    private_key_hash,
    scrambling_parameter,
    signature,
    to_hex,
)

__all__ = [
    "ClientExchange",
    "DeviceVerifier",
    "claim_signature",
    "format_timestamp",
    "make_device_verifier",
    "parse_server_public",
    "random_device_password",
    "user_prefix",
]

#: Device passwords are base64 of this many random bytes, device salts this many bits (D028).
DEVICE_PASSWORD_BYTES = 40
DEVICE_SALT_BITS = 128

# strftime would use the locale of the process; Cognito reads only English (D026).
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ClientExchange:
    """One exchange of the protocol on the client's side, from A to the derived key.

    Args:
        secret: the private exponent a; random by default.
        secret_bits: number of random bits of a. 256 bits are as strong as the group, and a quarter
            of the work of the 1024 bits that other clients use (D010).
    """

    def __init__(self, secret: int | None = None, secret_bits: int = 256) -> None:
        self._secret = _random_nonzero(secret_bits) if secret is None else secret
        if self._secret <= 0:
            raise SrpError("the private exponent a must be positive")
        self._public_value = power_of_generator(self._secret)

    @property
    def public_value(self) -> int:
        """A = g^a mod N."""
        return self._public_value

    @property
    def public_hex(self) -> str:
        """A as it is sent in SRP_A (D021)."""
        return to_hex(self._public_value)

    def key(
        self, prefix: str, ident: str, password: str, salt_hex: str, server_public_hex: str
    ) -> bytes:
        """Return the 16-byte key that proves the password.

        Args:
            prefix: see the module's description.
            ident: see the module's description.
            password: the password of the user or of the device.
            salt_hex: SALT of the challenge.
            server_public_hex: SRP_B of the challenge.

        Raises:
            SrpError: SALT or SRP_B is not hex, B mod N is 0, or u is 0.
        """
        server_public = parse_server_public(server_public_hex)
        scrambling = scrambling_parameter(self._public_value, server_public)
        x = private_key_hash(prefix, ident, password, parse_hex(salt_hex, "SALT"))
        # S = (B - k * g^x) ^ (a + u * x) mod N (D013)
        base = server_public - _multiplied_verifier(x)
        shared_secret = power(base, self._secret + scrambling * x)
        return hkdf(shared_secret, scrambling)


@dataclass(frozen=True)
class DeviceVerifier:
    """DeviceSecretVerifierConfig of ConfirmDevice, both members in standard base64 (D028)."""

    salt: str = field(repr=False)
    password_verifier: str = field(repr=False)


def parse_server_public(text: str) -> int:
    """Return B from SRP_B.

    Raises:
        SrpError: the text is not hex, or B is 0 modulo N, which an SRP-6a client must refuse.
    """
    server_public = parse_hex(text, "SRP_B")
    if server_public % N == 0:
        raise SrpError("SRP_B is 0 modulo N")
    return server_public


def user_prefix(user_pool_id: str) -> str:
    """Return the part of a pool id that is hashed for a user: all after the first ``_`` (D005).

    Raises:
        SrpError: the pool id has no ``_``, or nothing after it.
    """
    prefix = user_pool_id.partition("_")[2]
    if not prefix:
        raise SrpError(f"{user_pool_id!r} is not a user pool id such as us-east-1_AbCdEf123")
    return prefix


def format_timestamp(moment: datetime) -> str:
    """Return TIMESTAMP: ``EEE MMM d HH:mm:ss 'UTC' yyyy``, the day without a leading zero (D026).

    Raises:
        SrpError: ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise SrpError("a TIMESTAMP needs a moment with a time zone")
    utc = moment.astimezone(timezone.utc)
    weekday, month = _WEEKDAYS[utc.weekday()], _MONTHS[utc.month - 1]
    return f"{weekday} {month} {utc.day} {utc:%H:%M:%S} UTC {utc.year:04d}"


def claim_signature(
    key: bytes, prefix: str, ident: str, secret_block_base64: str, timestamp: str
) -> str:
    """Return PASSWORD_CLAIM_SIGNATURE in base64.

    Raises:
        SrpError: the SECRET_BLOCK is not base64.
    """
    secret_block = decode_base64(secret_block_base64, "SECRET_BLOCK")
    return _base64(signature(key, prefix, ident, secret_block, timestamp))


def random_device_password() -> str:
    """Return a new device password: base64 of 40 random bytes, 56 characters (D028)."""
    return _base64(secrets.token_bytes(DEVICE_PASSWORD_BYTES))


def make_device_verifier(
    device_group_key: str, device_key: str, device_password: str, salt: int | None = None
) -> DeviceVerifier:
    """Return the salt and the verifier to confirm a device with (D009, D028).

    Args:
        device_group_key: DeviceGroupKey of NewDeviceMetadata, including its leading ``-``.
        device_key: DeviceKey of NewDeviceMetadata.
        device_password: password of the device, which is never sent.
        salt: the salt; 128 random bits by default.
    """
    if salt is None:
        salt = _random_nonzero(DEVICE_SALT_BITS)
    x = private_key_hash(device_group_key, device_key, device_password, salt)
    return DeviceVerifier(_base64(encode(salt)), _base64(encode(power_of_generator(x))))


@functools.lru_cache(maxsize=4096)
def _multiplied_verifier(x: int) -> int:
    """Return k * v, which stays the same for a password or a device from sign-in to sign-in.

    It is kept for those used last. If more people than that sign in by turns, none is found again.
    """
    return K * power_of_generator(x)


def _random_nonzero(bits: int) -> int:
    return 1 + secrets.randbelow((1 << bits) - 1)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
