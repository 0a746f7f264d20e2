"""Passkeys in SetUserMFAPreference and AdminSetUserMFAPreference, without any passkey."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.operations.test_mfa_preferences import OFF, ON, Prefer, shown
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_walker, tokens_of

INVALID = "InvalidParameterException"
ALONE = "WebAuthn MFA requires enabling an additional MFA setting."
NO_PASSKEY = "User does not have applicable WebAuthn credentials to enable WebAuthn MFA."


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user with TOTP switched on, in a pool with optional MFA."""
    walker = new_walker(engine, mfa="OPTIONAL")
    walker.enrol(tokens_of(walker.by_password()))
    return walker


@pytest.fixture(params=["SetUserMFAPreference", "AdminSetUserMFAPreference"])
def prefer(walker: Walker, request: pytest.FixtureRequest) -> Prefer:
    """Set preferences as the user and as an administrator."""
    walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=OFF)
    token = tokens_of(walker.by_password())["AccessToken"]
    walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=ON)

    def call(**settings: dict[str, bool]) -> dict[str, Any]:
        if request.param == "SetUserMFAPreference":
            return walker.call("SetUserMFAPreference", AccessToken=token, **settings)
        return walker.administer("AdminSetUserMFAPreference", **settings)

    return call


@pytest.mark.fact("N036")
@pytest.mark.parametrize("others", [{}, {"SoftwareTokenMfaSettings": OFF}])
def test_passkey_alone_is_refused(
    walker: Walker, prefer: Prefer, others: dict[str, dict[str, bool]]
) -> None:
    """The request must enable another factor, even if the user has one enabled."""
    with refused(INVALID, ALONE):
        prefer(WebAuthnMfaSettings={"Enabled": True}, **others)
    assert shown(walker) == (["SOFTWARE_TOKEN_MFA"], None)


@pytest.mark.fact("N036")
def test_user_without_passkey_is_refused(walker: Walker, prefer: Prefer) -> None:
    """Beside another factor, the user needs a passkey."""
    with refused(INVALID, NO_PASSKEY):
        prefer(WebAuthnMfaSettings={"Enabled": True}, SoftwareTokenMfaSettings=ON)
    assert shown(walker) == (["SOFTWARE_TOKEN_MFA"], None)


@pytest.mark.fact("N037b")
def test_passkey_and_factor_are_switched_off_together(walker: Walker, prefer: Prefer) -> None:
    """Switching both off is accepted, and no factor is listed afterwards."""
    prefer(WebAuthnMfaSettings={"Enabled": False}, SoftwareTokenMfaSettings=OFF)
    assert shown(walker) == (None, None)
