"""The SRP engines of pycognito and warrant.

The libraries compute the random exponent, A, the scrambling parameter, x, the shared secret and
the derived key. Only the last HMAC is the harness' own, because both libraries take its TIMESTAMP
from the system clock, which a test cannot move.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from harness.errors import ConfigurationError
from harness.srp.challenge import SrpChallengeParameters
from harness.srp.client import (
    DeviceVerifier,
    make_device_verifier,
    random_device_password,
    user_prefix,
)
from harness.srp.group import SrpError

__all__ = ["ForeignAttempt", "PycognitoEngine", "WarrantEngine"]

# The package that replaces warrant's own; see _load_warrant.
_WARRANT_STAND_IN = "_cognito_mfa_harness_warrant"

_INSTALL = {
    "pycognito": "pip install pycognito",
    "warrant": "pip install --no-deps warrant==0.6.1 && pip install six",
}


class ForeignAttempt:
    """The SRP exchange of one sign-in by the class ``AWSSRP``, which pycognito has from warrant.

    Args:
        srp: an ``AWSSRP``; its pool id and username are set for each proof.
        secret: the private exponent a; by default the library draws one.
    """

    def __init__(self, srp: Any, secret: int | None = None) -> None:
        self._srp = srp
        if secret is not None:
            srp.small_a_value = secret
            srp.large_a_value = srp.calculate_a()

    @property
    def public_hex(self) -> str:
        """A as it is sent in SRP_A."""
        return f"{self._srp.large_a_value:x}"

    def user_claim(
        self,
        user_pool_id: str,
        user_id: str,
        password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        """Return PASSWORD_CLAIM_SIGNATURE for PASSWORD_VERIFIER."""
        prefix = user_prefix(user_pool_id)
        read = SrpChallengeParameters.read(challenge)
        key = self._checked(self.user_key, user_pool_id, user_id, password, read)
        return read.sign(key, prefix, user_id, timestamp)

    def device_claim(
        self,
        device_group_key: str,
        device_key: str,
        device_password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        """Return PASSWORD_CLAIM_SIGNATURE for DEVICE_PASSWORD_VERIFIER."""
        read = SrpChallengeParameters.read(challenge)
        key = self._checked(self.device_key, device_group_key, device_key, device_password, read)
        return read.sign(key, device_group_key, device_key, timestamp)

    def user_key(
        self, user_pool_id: str, user_id: str, password: str, challenge: SrpChallengeParameters
    ) -> bytes:
        """Return the key that the library derives for a user."""
        self._srp.pool_id = user_pool_id
        derive = self._srp.get_password_authentication_key
        return bytes(derive(user_id, password, challenge.server_public, challenge.salt_hex))

    def device_key(
        self, group_key: str, device_key: str, password: str, challenge: SrpChallengeParameters
    ) -> bytes:
        """Return the key that the library derives for a device.

        For a library without support for devices. It hashes the pool id after its first ``_``, so
        a device is like a user of a pool whose id ends in DeviceGroupKey (D006).
        """
        return self.user_key(f"device_{group_key}", device_key, password, challenge)

    @staticmethod
    def _checked(derive: Any, *arguments: Any) -> bytes:
        try:
            key: bytes = derive(*arguments)
        except ValueError as error:  # "U cannot be zero.", in both libraries
            raise SrpError(str(error)) from error
        return key


class PycognitoAttempt(ForeignAttempt):
    """The SRP exchange of one sign-in by pycognito, which has a key derivation for devices."""

    def device_key(
        self, group_key: str, device_key: str, password: str, challenge: SrpChallengeParameters
    ) -> bytes:
        """Return the key that pycognito derives for a device."""
        derive = self._srp.get_device_authentication_key
        server_public, salt = challenge.server_public, challenge.salt_hex
        return bytes(derive(group_key, device_key, password, server_public, salt))


class PycognitoEngine:
    """The engine ``pycognito``: ``pycognito.aws_srp`` with its own device functions.

    Raises:
        ConfigurationError: pycognito is not installed.
    """

    name = "pycognito"

    def __init__(self) -> None:
        self._module = _load_pycognito()

    @staticmethod
    def installed() -> bool:
        """Return whether the engine can be loaded."""
        return importlib.util.find_spec("pycognito") is not None

    def start(self, secret: int | None = None) -> ForeignAttempt:
        """Return a new attempt; its private exponent has 1024 random bits by default."""
        return PycognitoAttempt(_new_srp(self._module), secret)

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Return a new device password and verifier, both from ``generate_hash_device``."""
        password, config = self._module.generate_hash_device(device_group_key, device_key)
        return password, DeviceVerifier(config["Salt"], config["PasswordVerifier"])


class WarrantEngine:
    """The engine ``warrant``: ``warrant.aws_srp``, which treats devices like users.

    Raises:
        ConfigurationError: warrant is not installed, or six, which it needs.
    """

    name = "warrant"

    def __init__(self) -> None:
        self._module = _load_warrant()

    @staticmethod
    def installed() -> bool:
        """Return whether the engine can be loaded."""
        return all(importlib.util.find_spec(name) is not None for name in ("warrant", "six"))

    def start(self, secret: int | None = None) -> ForeignAttempt:
        """Return a new attempt; its private exponent has 1024 random bits by default."""
        return ForeignAttempt(_new_srp(self._module), secret)

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Return a new device password and the harness' own verifier, since warrant makes none."""
        password = random_device_password()
        return password, make_device_verifier(device_group_key, device_key, password)


class _NoClient:
    """Takes the place of the boto3 client that an ``AWSSRP`` makes if it is given none."""


def _new_srp(module: ModuleType) -> Any:
    return module.AWSSRP(username="", password="", pool_id="", client_id="", client=_NoClient())


def _load_pycognito() -> ModuleType:
    try:
        return importlib.import_module("pycognito.aws_srp")
    except ImportError as error:
        raise _not_installed("pycognito") from error


def _load_warrant() -> ModuleType:
    # warrant/__init__.py imports jose of python-jose-cryptodome, which does not install on Python
    # 3.10 and later. So warrant's SRP module is loaded in a package with warrant's files but
    # without its __init__.
    spec = importlib.util.find_spec("warrant")
    if spec is None or spec.submodule_search_locations is None:
        raise _not_installed("warrant")
    stand_in = ModuleType(_WARRANT_STAND_IN)
    stand_in.__path__ = list(spec.submodule_search_locations)
    sys.modules.setdefault(_WARRANT_STAND_IN, stand_in)
    try:
        return importlib.import_module(f"{_WARRANT_STAND_IN}.aws_srp")
    except ImportError as error:
        raise _not_installed("warrant") from error


def _not_installed(name: str) -> ConfigurationError:
    hint = f"{name} is not installed: {_INSTALL[name]}"
    return ConfigurationError("--cognito-srp", given=name, hint=hint)
