"""The rows of the page: plain values, with the names of secrets instead of the secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from harness.emulator.control.page.secrets import client_secret, message_secret, token_secret
from harness.emulator.stores.sessions import Session, SignUpState

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool, UserPoolClient
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine

#: How many of each the page shows; users have several pages, of the others it shows the newest.
USERS_ON_A_PAGE = 25
MESSAGES = 20
CALLS = 30
POOLS = 50
#: How many users a search for part of a name looks at.
_MOST_SEARCHED = 20_000
_CONTACTS = ("email", "phone_number")


@dataclass(frozen=True)
class PoolRow:
    """A pool in the list of pools."""

    pool_id: str
    name: str
    account: str
    region: str
    mfa: str
    users: int
    clients: int


@dataclass(frozen=True)
class ClientRow:
    """An app client; ``secret`` is the name of its secret, if it has one."""

    client_id: str
    name: str
    flows: str
    secret: str | None


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
    """A user with devices and sign-ins; ``token`` and ``code`` are names of secrets."""

    username: str
    sub: str
    status: str
    enabled: bool
    locked: bool
    contacts: tuple[tuple[str, bool], ...]
    factors: tuple[str, ...]
    preferred: str | None
    token_pending: bool
    token: str | None
    code: str | None
    groups: tuple[str, ...]
    devices: tuple[DeviceRow, ...]
    sign_ins: tuple[SignInRow, ...]
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True)
class MessageRow:
    """A message; ``code`` and ``body`` are names of secrets."""

    kind: str
    pool_id: str
    username: str
    destination: str
    medium: str
    sender: str
    sent_at: float
    code: str
    body: str | None


def pool_rows(engine: Engine) -> list[PoolRow]:
    """Return the newest pools, newest first."""
    newest = list(engine.pools.values())[: -POOLS - 1 : -1]
    return [
        PoolRow(
            pool.pool_id,
            pool.name,
            pool.account,
            pool.region,
            pool.mfa.mode,
            len(pool.users),
            len(pool.clients),
        )
        for pool in newest
    ]


def client_rows(pool: Pool) -> list[ClientRow]:
    """Return the app clients of a pool."""
    return [_client_row(client) for client in list(pool.clients.values())]


def _client_row(client: UserPoolClient) -> ClientRow:
    flows = sorted(flow.removeprefix("ALLOW_") for flow in client.auth_flows)
    name = str(client.settings.get("ClientName", ""))
    secret = client_secret(client.client_id) if client.is_confidential else None
    return ClientRow(client.client_id, name, ", ".join(flows), secret)


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
        contacts=_contacts(user),
        factors=tuple(user.mfa.listed()),
        preferred=user.mfa.preferred,
        token_pending=user.software_token is None and token is not None,
        token=token_secret(*names, "totp-secret") if token else None,
        code=token_secret(*names, "totp-code") if token else None,
        groups=tuple(user.groups),
        devices=_device_rows(user),
        sign_ins=tuple(
            SignInRow(session.challenge, _client_name(pool, session.client_id), session.expires_at)
            for session in waiting
            # A sign-up leaves a session as well, but it is not a sign-in yet.
            if not isinstance(session.about, SignUpState)
        ),
        grants=_grant_rows(pool, user),
    )


def _contacts(user: User) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (user.attributes[name], user.is_verified(name))
        for name in _CONTACTS
        if user.attributes.get(name)
    )


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
    return tuple(
        GrantRow(
            _client_name(pool, grant.client_id),
            names.get(grant.device_key or "", ""),
            grant.auth_time,
        )
        for grant in pool.grants.of_user(user)
        if not grant.revoked
    )


def _client_name(pool: Pool, client_id: str) -> str:
    client = pool.clients.get(client_id)
    return str(client.settings.get("ClientName") or client_id) if client else client_id


def message_rows(engine: Engine) -> list[MessageRow]:
    """Return the newest messages, newest first."""
    return [
        MessageRow(
            message.kind,
            message.user_pool_id,
            message.username,
            message.destination,
            message.medium,
            message.sender,
            message.sent_at,
            message_secret(number, message, "code"),
            message_secret(number, message, "body") if message.body else None,
        )
        for number, message in engine.outbox.numbered(MESSAGES)
    ]


@dataclass(frozen=True)
class UserPage:
    """The users that the page shows.

    Attributes:
        users: one page of all users, or the first matches of a search.
        number: the number of this page.
        last: the number of the last page.
        total: how many users the pool has.
        find: the text of the search; empty without one.
    """

    users: list[User]
    number: int
    last: int
    total: int
    find: str


def user_page(pool: Pool, query: Mapping[str, str]) -> UserPage:
    """Return the users of a ``page`` or a ``find`` query; a page beyond the end is the last one."""
    find, total = query.get("find", "").strip(), len(pool.users)
    with pool.lock:
        if find:
            return UserPage(_search(pool, find), 1, 1, total, find)
        last = max(-(-total // USERS_ON_A_PAGE), 1)
        text = query.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
        number = min(max(number, 1), last)
        users = pool.users.part((number - 1) * USERS_ON_A_PAGE, USERS_ON_A_PAGE)
        return UserPage(users, number, last, total, "")


def _search(pool: Pool, text: str) -> list[User]:
    """Return the users with that username, sub, email or phone number, then partial matches.

    In a large pool the search for partial matches looks at a limited number of users.
    """
    part = text.casefold()
    matches = dict.fromkeys(_exact_matches(pool, text))
    for user in islice(pool.users, _MOST_SEARCHED):
        if len(matches) >= USERS_ON_A_PAGE:
            break
        names = (user.username, user.sub, *map(user.attributes.get, _CONTACTS))
        if part in "\n".join(filter(None, names)).casefold():
            matches[user] = None
    return list(matches)[:USERS_ON_A_PAGE]


def _exact_matches(pool: Pool, text: str) -> Iterator[User]:
    candidates = (pool.users.by_username(text), pool.users.by_sub(text))
    yield from (user for user in candidates if user is not None)
    for attribute in _CONTACTS:
        yield from pool.users.by_value(attribute, text)
