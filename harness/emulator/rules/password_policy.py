"""The password policy and history, and the passwords that are set or made up under them."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.codes import FORGOT_PASSWORD
from harness.emulator.domain.passwords import PasswordRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.service import Service
from harness.srp.group import private_key_hash
from harness.srp.server import random_salt

#: The characters that count as symbols; a space counts unless it is the first or last (A034).
SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"

#: The symbols of made-up passwords, which people copy between mail programs and shells unchanged.
_PLAIN_SYMBOLS = "!#%*+-?@_"

#: The largest PasswordHistorySize (A034).
_LONGEST_HISTORY = 24


def make_password(
    service: Service, pool: Pool, username: str, password: str, *, temporary: bool
) -> PasswordRecord:
    """Salt and hash a password for a user, without checking the policy."""
    salt = random_salt(service.random.bytes)
    private_key = private_key_hash(pool.srp_prefix, username, password, salt)
    now = service.clock.time()
    return PasswordRecord(pool.srp_prefix, username, salt, private_key, temporary, now)


def check_policy(pool: Pool, password: str, *, by_administrator: bool = False) -> None:
    """Refuse a password that breaks the pool's policy and name the first reason (A030, A031)."""
    reason = next(_violations(pool.password_policy, password), None)
    if reason is not None:
        raise refusals.invalid_password(reason, by_administrator=by_administrator)


def _violations(policy: Mapping[str, Any], password: str) -> Iterator[str]:
    """Yield every reason why the policy refuses a password, length first (A031)."""
    if len(password) < int(policy.get("MinimumLength") or 0):
        yield "Password not long enough"
    for requirement, (present, reason) in _CHARACTER_CLASSES.items():
        if policy.get(requirement) and not present(password):
            yield reason


def _contains(alphabet: str) -> Callable[[str], bool]:
    return lambda password: any(character in alphabet for character in password)


#: Each requirement's check and refusal text; only basic Latin letters and digits count.
_CHARACTER_CLASSES: dict[str, tuple[Callable[[str], bool], str]] = {
    "RequireUppercase": (
        _contains(string.ascii_uppercase),
        "Password must have uppercase characters",
    ),
    "RequireLowercase": (
        _contains(string.ascii_lowercase),
        "Password must have lowercase characters",
    ),
    "RequireNumbers": (_contains(string.digits), "Password must have numeric characters"),
    "RequireSymbols": (
        lambda password: _contains(SYMBOLS + " ")(password.strip(" ")),
        "Password must have symbol characters",
    ),
}


def set_password(
    service: Service,
    pool: Pool,
    user: User,
    password: str,
    *,
    temporary: bool = False,
    by_administrator: bool = False,
) -> None:
    """Give the user a new password, if policy and history allow it (A030, A035).

    A pending recovery code ends with the old password. A temporary password is neither compared
    with the history nor added to it: the permanent one that follows may equal it (A060).
    """
    check_policy(pool, password, by_administrator=by_administrator)
    if not temporary:
        _check_history(pool, user, password)
    record = make_password(service, pool, user.username, password, temporary=temporary)
    user.password = record
    user.codes.spend(FORGOT_PASSWORD)
    if not temporary:
        user.password_history = [record, *user.password_history][:_LONGEST_HISTORY]
    user.touch(service.clock.time())


def _check_history(pool: Pool, user: User, password: str) -> None:
    """Refuse the PasswordHistorySize newest passwords, including the present one (A035)."""
    size = int(pool.password_policy.get("PasswordHistorySize") or 0)
    if any(record.matches(password) for record in user.password_history[:size]):
        raise refusals.password_history()


def generate_password(service: Service, pool: Pool) -> str:
    """Make up a temporary password that the pool's policy accepts (A057)."""
    draw = service.random.characters
    classes = (string.ascii_uppercase, string.ascii_lowercase, string.digits, _PLAIN_SYMBOLS)
    parts = [draw(2, alphabet) for alphabet in classes]
    rest = int(pool.password_policy.get("MinimumLength") or 8) - sum(map(len, parts))
    return "".join(parts) + draw(max(rest, 0), string.ascii_letters + string.digits)
