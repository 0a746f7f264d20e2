"""Passkeys: the WebAuthn credentials that users have registered (N040 to N048)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.emulator.refusals import Refusal

#: The most passkeys that one user can have (N045).
MOST_PASSKEYS = 20


@dataclass(eq=False)
class PasskeyRecord:
    """One WebAuthn credential of one user. Times are epoch seconds by the emulator's clock.

    Attributes:
        credential_id: CredentialId, base64url without padding.
        public_key: the COSE key, base64url without padding.
        sign_count: the signature counter of the last accepted response; 0 where the authenticator
            does not count.
        user_verified: whether the authenticator verified the user at the registration.
        backup_eligible: whether the passkey may be copied to other devices; it never changes.
        relying_party_id: the id of the relying party that it was registered for.
        name: FriendlyCredentialName, which the service makes up (N046).
        attachment: AuthenticatorAttachment; ``None`` if the browser did not tell it.
        transports: AuthenticatorTransports.
    """

    credential_id: str
    public_key: str = field(repr=False)
    sign_count: int
    user_verified: bool
    backup_eligible: bool
    relying_party_id: str
    name: str
    created: float
    attachment: str | None = None
    transports: tuple[str, ...] = ()


@dataclass
class PasskeyBook:
    """All passkeys of one user, by credential id in the order of registration."""

    by_id: dict[str, PasskeyRecord] = field(default_factory=dict)

    def __iter__(self) -> Iterator[PasskeyRecord]:
        """Yield the passkeys in the order of registration."""
        return iter(self.by_id.values())

    def __len__(self) -> int:
        """Return how many passkeys there are."""
        return len(self.by_id)

    def of(self, relying_party_id: str) -> list[PasskeyRecord]:
        """Return the passkeys of one relying party; others became useless with its id (N010)."""
        return [passkey for passkey in self if passkey.relying_party_id == relying_party_id]

    def find(self, credential_id: str) -> PasskeyRecord | None:
        """Return the passkey of an id, if the user has it."""
        return self.by_id.get(credential_id)

    def add(self, passkey: PasskeyRecord, refusal: Refusal) -> None:
        """Add a passkey; raise the refusal if the user has the most that are allowed (N045)."""
        if len(self.by_id) >= MOST_PASSKEYS:
            raise refusal
        self.by_id[passkey.credential_id] = passkey

    def delete(self, credential_id: str) -> bool:
        """Delete a passkey, and return whether the user had it."""
        return self.by_id.pop(credential_id, None) is not None
