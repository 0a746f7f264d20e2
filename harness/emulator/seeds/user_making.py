"""What the users of one pool of a seed are made with."""

from __future__ import annotations

from dataclasses import dataclass

from harness.emulator.domain.pools import Pool
from harness.emulator.service import Service

__all__ = ["UserMaking"]


@dataclass(frozen=True)
class UserMaking:
    """What the users of one pool are made with.

    Attributes:
        service: the service.
        pool: the pool, with its groups and the users before.
        passkeys: the credential ids of the users before.
        fixed_group_key: whether the file has the pool's device_group_key.
        without_secrets: whether the document left secrets out, so that users may lack passwords.
    """

    service: Service
    pool: Pool
    passkeys: set[str]
    fixed_group_key: bool
    without_secrets: bool
