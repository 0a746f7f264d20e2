"""The SRP engines: three implementations of the client's half behind one protocol.

``native`` is :mod:`harness.srp.client`. ``pycognito`` and ``warrant`` are the SRP classes of the
libraries with these names (:mod:`harness.srp.foreign`), which are used in production. A scenario
that passes with all three shows that the service is right, not only that it agrees with the
harness.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from harness.errors import ConfigurationError
from harness.srp.challenge import SrpChallengeParameters
from harness.srp.client import (
    ClientExchange,
    DeviceVerifier,
    make_device_verifier,
    random_device_password,
    user_prefix,
)
from harness.srp.foreign import PycognitoEngine, WarrantEngine

__all__ = [
    "ENGINE_NAMES",
    "NativeEngine",
    "PycognitoEngine",
    "SrpAttempt",
    "SrpEngine",
    "WarrantEngine",
    "available_engines",
    "load_engine",
]

#: All engines; the first is the default.
ENGINE_NAMES = ("native", "pycognito", "warrant")


class SrpAttempt(Protocol):
    """The SRP exchange of one sign-in: a private exponent, its A, and the proofs."""

    @property
    def public_hex(self) -> str:
        """A as it is sent in SRP_A."""
        ...

    def user_claim(
        self,
        user_pool_id: str,
        user_id: str,
        password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        """Return PASSWORD_CLAIM_SIGNATURE for PASSWORD_VERIFIER.

        Args:
            user_pool_id: id of the pool, such as ``us-east-1_AbCdEf123``.
            user_id: USER_ID_FOR_SRP of the challenge (D005).
            password: the user's password.
            challenge: ChallengeParameters, with SALT, SRP_B and SECRET_BLOCK.
            timestamp: TIMESTAMP as it is sent.

        Raises:
            SrpError: a challenge parameter is missing or malformed, or B or u is 0.
        """
        ...

    def device_claim(
        self,
        device_group_key: str,
        device_key: str,
        device_password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        """Return PASSWORD_CLAIM_SIGNATURE for DEVICE_PASSWORD_VERIFIER (D006).

        Args:
            device_group_key: DeviceGroupKey of the device.
            device_key: DeviceKey of the device.
            device_password: password of the device.
            challenge: ChallengeParameters, with SALT, SRP_B and SECRET_BLOCK.
            timestamp: TIMESTAMP as it is sent.

        Raises:
            SrpError: a challenge parameter is missing or malformed, or B or u is 0.
        """
        ...


class SrpEngine(Protocol):
    """Makes SRP attempts and device verifiers."""

    @property
    def name(self) -> str:
        """The name of the engine in ``--cognito-srp``."""
        ...

    def start(self, secret: int | None = None) -> SrpAttempt:
        """Return a new attempt; its private exponent is random unless it is given."""
        ...

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Return a new device password and the verifier to confirm the device with (D028)."""
        ...


class NativeEngine:
    """The harness' own implementation."""

    name = "native"

    def start(self, secret: int | None = None) -> SrpAttempt:
        """Return a new attempt; its private exponent has 256 random bits by default."""
        return _NativeAttempt(ClientExchange(secret))

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Return a new device password and the verifier to confirm the device with."""
        password = random_device_password()
        return password, make_device_verifier(device_group_key, device_key, password)


class _NativeAttempt:
    def __init__(self, exchange: ClientExchange) -> None:
        self._exchange = exchange

    @property
    def public_hex(self) -> str:
        return self._exchange.public_hex

    def user_claim(
        self,
        user_pool_id: str,
        user_id: str,
        password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        return self._claim(user_prefix(user_pool_id), user_id, password, challenge, timestamp)

    def device_claim(
        self,
        device_group_key: str,
        device_key: str,
        device_password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        return self._claim(device_group_key, device_key, device_password, challenge, timestamp)

    def _claim(
        self,
        prefix: str,
        ident: str,
        password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        read = SrpChallengeParameters.read(challenge)
        key = self._exchange.key(prefix, ident, password, read.salt_hex, read.server_public_hex)
        return read.sign(key, prefix, ident, timestamp)


def available_engines() -> list[str]:
    """Return the names of the engines that can be loaded, the default first."""
    installed = {
        "native": True,
        "pycognito": PycognitoEngine.installed(),
        "warrant": WarrantEngine.installed(),
    }
    return [name for name in ENGINE_NAMES if installed[name]]


def load_engine(name: str) -> SrpEngine:
    """Return an engine by its name.

    Raises:
        ConfigurationError: the engine does not exist, or its library is not installed.
    """
    if name == "native":
        return NativeEngine()
    if name == "pycognito":
        return PycognitoEngine()
    if name == "warrant":
        return WarrantEngine()
    raise ConfigurationError("--cognito-srp", given=name, allowed=ENGINE_NAMES)
