"""The ChallengeParameters of PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.srp.client import claim_signature, parse_server_public
from harness.srp.group import SrpError, parse_hex

__all__ = ["SrpChallengeParameters"]


@dataclass(frozen=True)
class SrpChallengeParameters:
    """The ChallengeParameters of an SRP challenge, checked for every engine.

    The texts stay as they came: other libraries pad the digits of SALT themselves (D024), and not
    all of them check their input.
    """

    salt_hex: str
    server_public_hex: str
    secret_block_base64: str

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> SrpChallengeParameters:
        """Read and check ChallengeParameters.

        Raises:
            SrpError: SALT, SRP_B or SECRET_BLOCK is missing, SALT or SRP_B is not hex, or B is
                0 modulo N.
        """
        challenge = cls(
            salt_hex=_member(parameters, "SALT"),
            server_public_hex=_member(parameters, "SRP_B"),
            secret_block_base64=_member(parameters, "SECRET_BLOCK"),
        )
        parse_hex(challenge.salt_hex, "SALT")
        parse_server_public(challenge.server_public_hex)
        return challenge

    @property
    def server_public(self) -> int:
        """B as an integer."""
        return parse_server_public(self.server_public_hex)

    def sign(self, key: bytes, prefix: str, ident: str, timestamp: str) -> str:
        """Return PASSWORD_CLAIM_SIGNATURE for the SECRET_BLOCK and ``timestamp``.

        Raises:
            SrpError: SECRET_BLOCK is not base64.
        """
        return claim_signature(key, prefix, ident, self.secret_block_base64, timestamp)


def _member(parameters: Mapping[str, str], name: str) -> str:
    if name not in parameters:
        given = ", ".join(sorted(parameters)) or "nothing"
        raise SrpError(f"the challenge has no {name}; it has: {given}")
    return parameters[name]
