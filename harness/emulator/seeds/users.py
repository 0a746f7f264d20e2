"""Makes one user of a seed, if the pool's rules allow them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attributes import check_aliases, sign_in_values, to_pairs
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.passwords import PasswordRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.totp import SoftwareToken
from harness.emulator.domain.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    RESET_REQUIRED,
    MfaPreferences,
    User,
)
from harness.emulator.operations.groups import MOST_GROUPS_OF_A_USER
from harness.emulator.rules.password_policy import check_policy
from harness.emulator.rules.pool_settings import has_passwordless_factor
from harness.emulator.rules.registration import check_username, new_user, with_login
from harness.emulator.seeds import derived
from harness.emulator.seeds.as_is import check_preferences
from harness.emulator.seeds.attributes import attributes_of
from harness.emulator.seeds.credentials import UserMaking, add_devices, add_passkeys
from harness.emulator.seeds.form import join
from harness.emulator.seeds.refused import SeedRefused, cannot_be_made, refused_at
from harness.emulator.seeds.requests import validated
from harness.emulator.service import Service

__all__ = ["make_user"]

_WEB_AUTHN_MFA = "WEB_AUTHN_MFA"


def make_user(making: UserMaking, entry: Mapping[str, Any], path: str) -> User:
    """Make a user.

    Args:
        making: where, and with what.
        entry: the user's entry in the document, which fits the schema.
        path: the place of the entry.

    Raises:
        SeedRefused: the pool's rules would refuse the user.
    """
    service, pool = making.service, making.pool
    sub = entry.get("sub") or derived.sub(pool.pool_id, entry["username"])
    attributes = _checked(service, pool, entry, sub, path)
    status = entry.get("status", CONFIRMED)
    password = _checked_password(making, entry, status, path)
    user = new_user(
        service,
        pool,
        entry["username"],
        sub=sub,
        status=status,
        attributes=attributes,
        password=password,
        temporary=status == FORCE_CHANGE_PASSWORD,
    )
    user.enabled = entry.get("enabled", True)
    user.sms_by_settings = entry.get("sms_by_settings", False)
    _give_hash(service, pool, user, entry, path)
    _join_groups(pool, user, entry, path)
    add_devices(making, user, entry, path)
    add_passkeys(making, user, entry, path)
    _set_up_mfa(pool, user, entry, path)
    return user


def _checked(
    service: Service, pool: Pool, entry: Mapping[str, Any], sub: str, path: str
) -> dict[str, str]:
    """Return the user's attributes, if no other user has their names."""
    username = entry["username"]
    given = attributes_of(pool, entry.get("attributes") or {}, join(path, "attributes"))
    request = {"Username": username, "UserAttributes": to_pairs(given)}
    validated("AdminCreateUser", {"UserPoolId": pool.pool_id, **request}, path)
    # A user of such a pool whose email address was deleted has only the sub left.
    has_only_sub = bool(pool.username_attributes) and username == sub
    with refused_at(join(path, "username")):
        if not has_only_sub:
            check_username(pool, username)
        if service.find_user(pool, username) is not None or pool.users.by_sub(sub) is not None:
            raise refusals.user_account_exists()
    attributes = given if has_only_sub else with_login(pool, username, given)
    with refused_at(join(path, "attributes")):
        _check_attributes(pool, attributes, entry)
    return attributes


def _check_attributes(pool: Pool, attributes: dict[str, str], entry: Mapping[str, Any]) -> None:
    pool.schema.check_new(attributes)
    for attribute, flag in VERIFIED_FLAG.items():
        if flag in attributes and attribute not in attributes:
            raise refusals.nothing_to_verify(attribute)
    # An administrator may leave required ones out until the first sign-in (A058).
    if entry.get("status", CONFIRMED) != FORCE_CHANGE_PASSWORD and not entry.get("as_is"):
        pool.schema.check_required(attributes)
    if not pool.username_attributes:
        check_aliases(pool, None, attributes)
        return
    for name, value in sign_in_values(pool, attributes).items():
        if pool.users.by_alias(name, value) is not None:
            raise refusals.sign_in_name_exists(name)


def _checked_password(
    making: UserMaking, entry: Mapping[str, Any], status: str, path: str
) -> str | None:
    pool = making.pool
    password: str | None = entry.get("password")
    if password is not None and "password_hash" in entry:
        hint = "the user has a password too; keep one of the two"
        raise SeedRefused(join(path, "password_hash"), given="[redacted]", hint=hint)
    if password is not None:
        with refused_at(join(path, "password")):
            # What the service model demands of every password, whatever the policy.
            members = {"UserPoolId": pool.pool_id, "Username": "x", "Password": password}
            validated("AdminSetUserPassword", members, join(path, "password"))
            check_policy(pool, password, by_administrator=True)
        return password
    may_reset = making.without_secrets or status == RESET_REQUIRED
    optional = may_reset or has_passwordless_factor(pool.settings)
    if "password_hash" not in entry and not optional:
        hint = f"a user with the status {status} needs one, since the pool has only passwords"
        raise SeedRefused(join(path, "password"), hint=hint)
    return None


def _give_hash(
    service: Service, pool: Pool, user: User, entry: Mapping[str, Any], path: str
) -> None:
    """Give the user the password whose salted hash is in the file; it holds for this sub only."""
    found = entry.get("password_hash")
    if found is None:
        return
    salt, number = int(found["salt"], 16), int(found["hash"], 16)
    if not salt or not number:
        raise cannot_be_made(join(path, "password_hash"), "salt and hash must not be 0")
    temporary = user.status == FORCE_CHANGE_PASSWORD
    now = service.clock.time()
    user.password = PasswordRecord(
        pool.srp_prefix, user.username, salt, number, temporary=temporary, set_at=now
    )
    user.password_history = [] if temporary else [user.password]


def _join_groups(pool: Pool, user: User, entry: Mapping[str, Any], path: str) -> None:
    names = entry.get("groups") or []
    for number, name in enumerate(names):
        place = join(join(path, "groups"), number)
        group = pool.groups.get(name)
        if group is None:
            raise SeedRefused(place, given=name, allowed=sorted(pool.groups))
        if name in user.groups or number >= MOST_GROUPS_OF_A_USER:
            hint = "it occurs twice" if name in user.groups else "it is one group too many"
            raise SeedRefused(place, given=name, hint=hint)
        group.add(user)


def _set_up_mfa(pool: Pool, user: User, entry: Mapping[str, Any], path: str) -> None:
    """Give the user an authenticator app and preferences.

    Without preferences in the file, a sign-in asks for the app only if the pool's MFA is ON (A208).
    """
    totp, mfa = entry.get("totp"), entry.get("mfa")
    if totp is not None:
        secret = str(totp["secret"]).rstrip("=")
        undecided = mfa is None and pool.mfa.mode == "ON"
        user.software_token = SoftwareToken(secret, totp.get("name"), undecided)
        _check_base32(user.software_token, join(path, "totp"))
    if mfa is None:
        return
    enabled, preferred = list(mfa.get("enabled") or ()), mfa.get("preferred")
    factors = {factor for factor in enabled if factor != _WEB_AUTHN_MFA}
    user.mfa = MfaPreferences(factors, preferred, _WEB_AUTHN_MFA in enabled)
    place = join(path, "mfa")
    if preferred is not None and preferred not in enabled:
        raise SeedRefused(join(place, "preferred"), given=preferred, allowed=enabled)
    problem = None if entry.get("as_is") else check_preferences(pool, user)
    if problem is not None:
        raise cannot_be_made(place, problem)


def _check_base32(token: SoftwareToken, path: str) -> None:
    try:
        token.code(0)
    except ValueError:
        hint = "it must be base32 (RFC 4648)"
        raise SeedRefused(join(path, "secret"), given="[redacted]", hint=hint) from None
