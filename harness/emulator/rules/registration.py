"""New users: their names, what makes a name acceptable, and where their first code goes."""

from __future__ import annotations

from collections.abc import Mapping

from harness.emulator import refusals
from harness.emulator.domain.attributes import assign
from harness.emulator.domain.codes import CodeBook
from harness.emulator.domain.contacts import is_email, is_phone_number
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.passwords import Lockout, PasswordRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.rules.password_policy import make_password
from harness.emulator.service import Service

_FORMATS = {"email": is_email, "phone_number": is_phone_number}
_IN_WORDS = {"email": "email", "phone_number": "phone number"}


def check_username(pool: Pool, username: str) -> None:
    """Refuse a user name of a form that the pool does not take (A018, A019)."""
    if pool.username_attributes:
        if login_attribute(pool, username) is None:
            raise refusals.username_format(_USERNAME_SHOULD[frozenset(pool.username_attributes)])
        return
    for attribute, fits in _FORMATS.items():
        if attribute in pool.alias_attributes and fits(username):
            words = _IN_WORDS[attribute]
            raise refusals.username_format(
                f"Username cannot be of {words} format, since user pool is configured for "
                f"{words} alias."
            )


_USERNAME_SHOULD = {
    frozenset({"email"}): "Username should be an email.",
    frozenset({"phone_number"}): "Username should be a phone number.",
    frozenset({"email", "phone_number"}): ("Username should be either an email or a phone number."),
}


def login_attribute(pool: Pool, username: str) -> str | None:
    """The attribute that the user name becomes in a pool with UsernameAttributes (A020)."""
    for attribute in pool.username_attributes:
        if _FORMATS[attribute](username):
            return attribute
    return None


def with_login(pool: Pool, username: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes with the user name among them, where it is an address or number (A020)."""
    attribute = login_attribute(pool, username)
    return {**attributes, attribute: username} if attribute else dict(attributes)


def internal_name(pool: Pool, username: str, sub: str) -> str:
    """What the pool calls a user: his sub where he signs up with an address or number (A020)."""
    return sub if pool.username_attributes else username


def new_user(
    service: Service,
    pool: Pool,
    username: str,
    *,
    status: str,
    attributes: Mapping[str, str],
    password: str | None,
    temporary: bool = False,
    sub: str | None = None,
) -> User:
    """Make a user and take him into the pool; every check lies behind the caller.

    Args:
        username: as it was sent; in a pool with UsernameAttributes the user is named by his sub
            (A020, A021).
        attributes: with the user name among them, see `with_login`.
        sub: the subject that was drawn already, if one was.
    """
    sub = sub or service.random.sub()
    name = internal_name(pool, username, sub)
    now = service.clock.time()
    user = User(
        username=name,
        sub=sub,
        status=status,
        created=now,
        modified=now,
        password=None,
        lockout=Lockout(),
        codes=CodeBook(),
        devices=DeviceBook(),
    )
    if password is not None:
        user.password = make_password(service, pool, name, password, temporary=temporary)
        user.password_history = _history(user.password)
    pool.users.add(user)
    assign(pool, user, attributes)
    return user


def _history(password: PasswordRecord) -> list[PasswordRecord]:
    """What PasswordHistorySize counts: permanent passwords only."""
    return [] if password.temporary else [password]


def verification_attribute(pool: Pool, attributes: Mapping[str, str]) -> str | None:
    """What a sign-up code goes to: one destination, the phone first (A005 to A008)."""
    for attribute in ("phone_number", "email"):
        if attribute in pool.auto_verified and attributes.get(attribute):
            return attribute
    return None
