"""A pytest plugin that breaks the emulator, or the client, while certain tests run.

``pytest -p tests.plugin.planted ID ...`` runs them. Each mistake is one that a service or an app
could really have, so that the failures can be looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.operations import initiate_auth, list_users
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.refusals import Refusal
from harness.emulator.rules import password_policy
from harness.emulator.sign_in import refresh
from harness.emulator.stores.outbox import Outbox
from harness.emulator.stores.sessions import Sessions
from harness.flows import devices
from harness.flows.handlers import passwords
from harness.srp import client, group
from harness.targets import emulated

Plant = Callable[[pytest.MonkeyPatch], None]

#: When the emulator's clock stands still: 2026-01-10 12:00:00 UTC, a Saturday.
MOMENT = 1768046400.0


def session_works_twice(patch: pytest.MonkeyPatch) -> None:
    """Sessions are not used up."""
    patch.setattr(Sessions, "use", lambda self, session: None)


def used_code_is_called_wrong(patch: pytest.MonkeyPatch) -> None:
    """A used TOTP code gets the error of a wrong one."""
    patch.setattr(refusals, "software_token_code_used", refusals.software_token_code_mismatch)


def wrong_password_in_other_words(patch: pytest.MonkeyPatch) -> None:
    """A wrong password gets the right code with another text."""
    other = functools.partial(Refusal, "NotAuthorizedException", "Wrong name or password.")
    patch.setattr(refusals, "incorrect_username_or_password", other)


def every_device_is_remembered(patch: pytest.MonkeyPatch) -> None:
    """A device that is only tracked counts as remembered."""
    original = Attempt.facts

    def facts(self: Attempt, settings: Any) -> Any:
        found = original(self, settings)
        if found.device is None:
            return found
        return replace(found, device=replace(found.device, remembered=True, may_replace_mfa=True))

    patch.setattr(Attempt, "facts", facts)
    patch.setattr(DeviceBook, "remembered", DeviceBook.confirmed)


def no_software_tokens(patch: pytest.MonkeyPatch) -> None:
    """The service does not have AssociateSoftwareToken."""

    def unknown(service: Any, request: Any) -> Any:
        raise refusals.unknown_operation()

    patch.setitem(OPERATIONS, "AssociateSoftwareToken", unknown)


def no_messages(patch: pytest.MonkeyPatch) -> None:
    """The service says that it sends codes, and sends none."""
    patch.setattr(Outbox, "send", lambda self, message, names: None)
    patch.setattr(Outbox, "put", lambda self, message, names: None)


def no_passwords_in_plain_text(patch: pytest.MonkeyPatch) -> None:
    """The app client does not allow USER_PASSWORD_AUTH."""
    allowed = frozenset({"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"})
    patch.setattr(UserPoolClient, "auth_flows", property(lambda self: allowed))


def salt_without_padding(patch: pytest.MonkeyPatch) -> None:
    """The client hashes SALT without the 00 that a number with its highest bit set needs."""
    salt = 0x9F3C5A7712E4B608D1927C40AA5E8B13

    def private_key(prefix: str, ident: str, password: str, salt: int) -> int:
        inner = group.hash_bytes(f"{prefix}{ident}:{password}".encode())
        return group.hash_int(salt.to_bytes(16, "big"), inner)

    patch.setattr(password_policy, "random_salt", lambda random_bytes: salt)
    patch.setattr(client, "private_key_hash", private_key)


def device_is_never_confirmed(patch: pytest.MonkeyPatch) -> None:
    """The client forgets to call ConfirmDevice."""
    patch.setattr(devices, "confirm_device", lambda actions, access_token, device: False)


def clock_is_slow(patch: pytest.MonkeyPatch) -> None:
    """The client's clock is an hour slow."""

    def slow(moment: datetime) -> str:
        return client.format_timestamp(moment - timedelta(hours=1))

    patch.setattr(passwords, "format_timestamp", slow)


def refresh_rotates(patch: pytest.MonkeyPatch) -> None:
    """A refresh returns a new refresh token where rotation is off."""

    def rotated(*arguments: Any) -> Any:
        result = refresh.refreshed(*arguments)
        return {**result, "RefreshToken": "header.key.iv.text.another-refresh-token"}

    patch.setattr(initiate_auth, "refreshed", rotated)


def filter_is_ignored(patch: pytest.MonkeyPatch) -> None:
    """ListUsers returns everybody, whatever Filter says."""
    patch.setattr(list_users, "parse_filter", lambda text: None)


def nothing(patch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong but the test's own assertion."""


_ON_DEVICE = "mfa_on-devices_always_instead_of_mfa-no_secret-user_srp"
#: The kinds of failure: a name, the test that shows it, and what is wrong.
KINDS: dict[str, tuple[str, Plant]] = {
    "not_refused": (
        "scenarios/test_sessions.py::test_session_is_good_only_once[user_password]",
        session_works_twice,
    ),
    "another_code": (
        "scenarios/test_totp_sign_in.py::test_code_is_good_only_once[mfa_optional-user_password]",
        used_code_is_called_wrong,
    ),
    "other_words": (
        "scenarios/test_sign_in.py::test_wrong_password_is_refused[user_password-native]",
        wrong_password_in_other_words,
    ),
    "answered_otherwise": (
        "scenarios/test_device_sign_in.py::test_opt_in_device_counts_once_remembered"
        "[mfa_on-devices_opt_in_instead_of_mfa]",
        every_device_is_remembered,
    ),
    "could_not_be_asked": (
        "scenarios/test_totp_sign_in.py::test_code_is_good_only_once[mfa_on-user_password]",
        no_software_tokens,
    ),
    "no_code_came": (
        "scenarios/test_sign_up.py::test_confirm_sign_up_with_the_code_confirms_user_and_address"
        "[by_username]",
        no_messages,
    ),
    "flow_not_allowed": (
        "scenarios/test_change_password.py::test_changed_password_signs_in_and_the_old_one_does_not"
        "[user_password]",
        no_passwords_in_plain_text,
    ),
    "padding_of_the_proof": (
        "scenarios/test_mfa_setup.py::test_mfa_setup_enrolls_and_gives_tokens[no_secret-user_srp]",
        salt_without_padding,
    ),
    "device_not_confirmed": (
        f"scenarios/test_device_sign_in.py::test_no_code_is_asked_on_a_remembered_device"
        f"[{_ON_DEVICE}]",
        device_is_never_confirmed,
    ),
    "clock_off": (
        "scenarios/test_mfa_setup.py::test_mfa_setup_enrolls_and_gives_tokens"
        "[no_secret-admin_user_srp]",
        clock_is_slow,
    ),
    "another_refresh_token": (
        "scenarios/test_refresh.py::test_refresh_token_renews_the_other_two"
        "[by_username-no_secret-refresh]",
        refresh_rotates,
    ),
    "too_many_users": (
        "scenarios/test_sign_up.py::test_list_users_finds_by_filter[by_username]",
        filter_is_ignored,
    ),
    "own_assertion": ("tests/plugin/own_assertion.py::test_account_is_ready", nothing),
}
_BY_TEST = dict(KINDS.values())


def pytest_configure(config: pytest.Config) -> None:
    """Have the clock stand still and chance end, so that each run says the same."""
    standing = functools.partial(VirtualClock, MOMENT, frozen=True)
    patch = pytest.MonkeyPatch()
    patch.setattr(emulated, "VirtualClock", standing)
    # The salt of a device, whose length would wrap its line elsewhere.
    patch.setattr(client, "_random_nonzero", lambda bits: (1 << (bits - 2)) | 0x5EED)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Break what the test shows, for as long as it runs."""
    with pytest.MonkeyPatch.context() as patch:
        _BY_TEST.get(item.nodeid, nothing)(patch)
        return (yield)
