"""The users of the page as plain values, with the names of secrets instead of the secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.emulator.control.page.people import CONTACTS
from harness.emulator.control.page.secrets import token_secret
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.stores.sessions import Session, SignUpState

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine

#: How many sessions of one user the page shows: the newest ones.
GRANTS = 20
_LABELS = {"email": "Email", "phone_number": "Phone"}


@dataclass(frozen=True)
class DeviceRow:
    """A confirmed device of a user."""

    key: str
    name: str
    status: str
    mfa_proven: bool
    authenticated: float
    source_ip: str


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey of a user."""

    name: str
    relying_party: str
    created: float


@dataclass(frozen=True)
class SignInRow:
    """A sign-in that waits for a challenge response."""

    challenge: str
    client: str
    expires_at: float


@dataclass(frozen=True)
class GrantRow:
    """A completed sign-in whose tokens are not revoked."""

    client: str
    device: str
    auth_time: float


@dataclass(frozen=True)
class UserRow:
    """A user with devices and sign-ins.

    Attributes:
        contacts: the name, the value and whether it is verified, of each email address and phone
            number.
        more: the other attributes.
        grants: the newest sessions; ``all_grants`` is how many there are.
        token: the name of the TOTP secret; ``None`` without one. ``code`` and ``picture`` are
            those of the current code and of the QR code.
    """

    username: str
    sub: str
    status: str
    enabled: bool
    locked: bool
    created: float
    contacts: tuple[tuple[str, str, bool], ...]
    more: tuple[tuple[str, str], ...]
    factors: tuple[str, ...]
    preferred: str | None
    token_pending: bool
    token: str | None
    code: str | None
    picture: str | None
    groups: tuple[str, ...]
    devices: tuple[DeviceRow, ...]
    passkeys: tuple[PasskeyRow, ...]
    sign_ins: tuple[SignInRow, ...]
    grants: tuple[GrantRow, ...]
    all_grants: int


def user_rows(engine: Engine, pool: Pool, users: list[User]) -> list[UserRow]:
    """Return some users of a pool, with their devices and sign-ins."""
    now = engine.clock.time()
    names = {user.username for user in users}
    waiting: dict[str, list[Session]] = {}
    for session in engine.sessions.open_ones(now).values():
        if session.pool_id == pool.pool_id and session.username in names:
            waiting.setdefault(session.username, []).append(session)
    with pool.lock:
        return [_user_row(pool, user, waiting.get(user.username, []), now) for user in users]


def _user_row(pool: Pool, user: User, waiting: list[Session], now: float) -> UserRow:
    token = user.software_token or user.pending_software_token
    names = (pool.pool_id, user.sub)
    return UserRow(
        username=user.username,
        sub=user.sub,
        status=user.status,
        enabled=user.enabled,
        locked=user.lockout.is_locked(now),
        created=user.created,
        contacts=_contacts(user),
        more=_more_attributes(user),
        factors=tuple(user.mfa.listed()),
        preferred=user.mfa.preferred,
        token_pending=user.software_token is None and token is not None,
        token=token_secret(*names, "totp-secret") if token else None,
        code=token_secret(*names, "totp-code") if token else None,
        picture=token_secret(*names, "totp-qr") if token else None,
        groups=tuple(user.groups),
        devices=_device_rows(user),
        passkeys=tuple(
            PasskeyRow(passkey.name, passkey.relying_party_id, passkey.created)
            for passkey in user.passkeys
        ),
        sign_ins=tuple(
            SignInRow(session.challenge, _client_name(pool, session.client_id), session.expires_at)
            for session in waiting
            # A sign-up leaves a session as well, but it is not a sign-in yet.
            if not isinstance(session.about, SignUpState)
        ),
        grants=_grant_rows(pool, user),
        all_grants=sum(not grant.revoked for grant in pool.grants.of_user(user)),
    )


def _contacts(user: User) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (_LABELS[name], user.attributes[name], user.is_verified(name))
        for name in CONTACTS
        if user.attributes.get(name)
    )


def _more_attributes(user: User) -> tuple[tuple[str, str], ...]:
    """Return the other attributes; those of contacts are shown with them."""
    shown = {*CONTACTS, *VERIFIED_FLAG.values()}
    return tuple(sorted(item for item in user.attributes.items() if item[0] not in shown))


def _device_rows(user: User) -> tuple[DeviceRow, ...]:
    return tuple(
        DeviceRow(
            device.key,
            device.name or "",
            device.status(),
            device.mfa_proven,
            device.authenticated,
            device.source_ip,
        )
        for device in user.devices
        if device.confirmed
    )


def _grant_rows(pool: Pool, user: User) -> tuple[GrantRow, ...]:
    names = {device.key: device.name or device.key for device in user.devices if device.confirmed}
    live = [grant for grant in pool.grants.of_user(user) if not grant.revoked]
    return tuple(
        GrantRow(
            _client_name(pool, grant.client_id),
            names.get(grant.device_key or "", ""),
            grant.auth_time,
        )
        for grant in live[: -GRANTS - 1 : -1]
    )


def _client_name(pool: Pool, client_id: str) -> str:
    client = pool.clients.get(client_id)
    return str(client.settings.get("ClientName") or client_id) if client else client_id
