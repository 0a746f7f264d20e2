"""What the upper rungs of the fixture ladder hand to a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.flows.signin import Tokens
    from harness.users.authenticator import Authenticator
    from harness.users.device import Device
    from harness.users.person import Person

__all__ = ["Enrolled", "TrackedSignIn"]


@dataclass(frozen=True)
class Enrolled:
    """A confirmed person whose next sign-in asks for a code of this authenticator."""

    person: Person
    authenticator: Authenticator


@dataclass(frozen=True)
class TrackedSignIn:
    """A person signed in on a device that is confirmed and, by this pool's rules, remembered.

    Attributes:
        person: who signed in.
        authenticator: the person's authenticator; ``None`` in a pool without MFA.
        device: the device, with the password that proves it.
        tokens: what the sign-in gave that made the device known.
    """

    person: Person
    authenticator: Authenticator | None
    device: Device
    tokens: Tokens
