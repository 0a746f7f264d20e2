"""GetUserAuthFactors and AdminGetUserAuthFactors: what a user has set up."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import PasskeyUser, configure, passkey_pool
from tests.emulator.support.walker import new_pool


def factors(user: PasskeyUser) -> dict[str, Any]:
    """Return the response, which both operations give alike."""
    mine = user.call("GetUserAuthFactors")
    assert user.walker.administer("AdminGetUserAuthFactors") == mine
    return mine


@pytest.mark.fact("N048")
def test_user_with_a_password_has_only_that(engine: Engine) -> None:
    """Empty members are left out, except the list of configured factors."""
    alice = PasskeyUser(engine, new_pool(engine))
    assert factors(alice) == {"Username": "alice", "ConfiguredUserAuthFactors": ["PASSWORD"]}


@pytest.mark.fact("N048")
def test_passkey_and_contacts_are_configured(engine: Engine) -> None:
    """Only while the pool allows them, and the passkey while it is of the relying party."""
    alice = PasskeyUser(engine, passkey_pool(engine))
    assert factors(alice)["ConfiguredUserAuthFactors"] == ["PASSWORD"]
    alice.register()
    assert factors(alice)["ConfiguredUserAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]
    allowed = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]
    alice.pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] = allowed
    assert factors(alice)["ConfiguredUserAuthFactors"] == allowed
    configure(engine, alice.pool.pool_id, RelyingPartyId="example.org")
    assert factors(alice)["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP"]


@pytest.mark.fact("N048")
def test_second_factors_are_shown_as_in_get_user(engine: Engine) -> None:
    """The software token is a configured factor too, by the name of AuthFactorType."""
    alice = PasskeyUser(engine, new_pool(engine, mfa="OPTIONAL"))
    alice.walker.enrol({"AccessToken": alice.access_token})
    found = factors(alice)
    assert found["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert found["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    assert found["ConfiguredUserAuthFactors"] == ["PASSWORD", "SOFTWARE_TOKEN"]


@pytest.mark.fact("N048")
def test_unknown_user_is_not_found(engine: Engine) -> None:
    """An administrator gets the error that AdminGetUser has."""
    alice = PasskeyUser(engine, new_pool(engine))
    alice.walker.username = "nobody"
    with refused("UserNotFoundException", "User does not exist."):
        alice.walker.administer("AdminGetUserAuthFactors")
