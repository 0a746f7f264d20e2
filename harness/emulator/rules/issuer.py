"""The issuer of a pool: who its tokens say they come from, and where their keys are.

Apps compare it as text. Some look for the pool's OpenID configuration below it, so that the issuer
must be an address of the emulator for them. Others know how AWS writes it, and accept nothing else.
It never depends on the request: an issuer from a Host header would be whatever a client sends.
"""

from __future__ import annotations

from harness.emulator.domain.pools import Pool
from harness.emulator.service import Service
from harness.errors import ConfigurationError

__all__ = ["check_address", "issuer_of"]


def issuer_of(service: Service, pool: Pool) -> str:
    """Return the issuer of a pool, for its tokens and its OpenID configuration alike (A249, A277).

    Raises:
        ConfigurationError: it is the server's, and nothing serves the emulator.
    """
    if service.settings.issuer == "aws":
        return pool.issuer
    check_address(service)
    return f"{service.public_url}/{pool.pool_id}"


def check_address(service: Service) -> None:
    """Refuse to go on with issuers of a server that nobody has named.

    Raises:
        ConfigurationError: the settings name no public URL, and nothing serves the emulator.
    """
    if service.settings.issuer == "server" and service.public_url is None:
        hint = "issuer='server' needs it, because no EmulatorServer serves this emulator"
        raise ConfigurationError("public_url", hint=hint)
