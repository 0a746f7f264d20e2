"""New users: the checks of their names, their records, and the contact for their first code."""

from __future__ import annotations

from collections.abc import Mapping

from harness.emulator import refusals
from harness.emulator.domain.attributes import assign
from harness.emulator.domain.codes import CodeBook
from harness.emulator.domain.contacts import is_email, is_phone_number
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.first_factors import CODE_CONTACT
from harness.emulator.domain.passwords import Lockout, PasswordRecord
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.rules.auth_flows import allowed_flows
from harness.emulator.rules.password_policy import make_password
from harness.emulator.rules.pool_settings import first_factors
from harness.emulator.service import Service

_FORMATS = {"email": is_email, "phone_number": is_phone_number}
_IN_WORDS = {"email": "email", "phone_number": "phone number"}


def check_username(pool: Pool, username: str) -> None:
    """Refuse a username of a format that the pool does not accept (A018, A019)."""
    if pool.username_attributes:
        if attribute_of_username(pool, username) is None:
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


def attribute_of_username(pool: Pool, username: str) -> str | None:
    """Return the attribute that the username becomes in a pool with UsernameAttributes (A020)."""
    for attribute in pool.username_attributes:
        if _FORMATS[attribute](username):
            return attribute
    return None


def with_login(pool: Pool, username: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes, with the username if it is an email address or number (A020)."""
    attribute = attribute_of_username(pool, username)
    return {**attributes, attribute: username} if attribute else dict(attributes)


def internal_name(pool: Pool, username: str, sub: str) -> str:
    """Return the internal username: the sub in a pool with UsernameAttributes (A020)."""
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
    """Create a user and add them to the pool; the caller has made all checks.

    Args:
        service: the service.
        pool: the pool of the user.
        username: the username as sent; with UsernameAttributes the sub replaces it (A020, A021).
        status: the status of the user.
        attributes: the attributes, with the username where needed; see `with_login`.
        password: the password, if the user gets one.
        temporary: whether the password is temporary.
        sub: the sub, if one was drawn already.
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
    """Return the history that PasswordHistorySize counts; it has permanent passwords only."""
    return [] if password.temporary else [password]


def contacts_for_codes(pool: Pool) -> list[str]:
    """Return the attributes that the pool sends sign-in codes to instead of asking for a password.

    Without any of them, nobody in the pool can do without a password (N054).
    """
    allowed = first_factors(pool.settings)
    return [contact for factor, contact in CODE_CONTACT.items() if factor in allowed]


def needs_no_password(client: UserPoolClient, attributes: Mapping[str, str]) -> bool:
    """Return whether a new user may sign up without a password (N054).

    The app client must allow USER_AUTH, and the pool must verify a contact of the user that it
    sends sign-in codes to.
    https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
    """
    if "USER_AUTH" not in allowed_flows(client):
        return False
    contacts = contacts_for_codes(client.pool)
    return any(attributes.get(name) and name in client.pool.auto_verified for name in contacts)


def verification_attribute(pool: Pool, attributes: Mapping[str, str]) -> str | None:
    """Return the attribute that a sign-up code goes to, phone number first (A005 to A008)."""
    for attribute in ("phone_number", "email"):
        if attribute in pool.auto_verified and attributes.get(attribute):
            return attribute
    return None
