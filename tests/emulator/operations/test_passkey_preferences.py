"""Passkeys in SetUserMFAPreference and AdminSetUserMFAPreference."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.operations.test_mfa_preferences import OFF, ON, PREFERRED, Prefer, shown
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import MULTI, PARTY, PasskeyUser, configure, passkey_pool
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


class TestWithPasskeys:
    """WebAuthnMfaSettings of users who have passkeys, in a pool that takes them for MFA."""

    @pytest.fixture
    def alice(self, engine: Engine) -> PasskeyUser:
        """A user with TOTP, in a pool with optional MFA where passkeys count as it."""
        pool_id = passkey_pool(engine, mode="OPTIONAL", FactorConfiguration=MULTI)
        alice = PasskeyUser(engine, pool_id)
        alice.walker.enrol({"AccessToken": alice.access_token})
        return alice

    @staticmethod
    def prefer(alice: PasskeyUser, enabled: bool, **others: dict[str, bool]) -> None:
        """Set the preference as the user."""
        settings = {"WebAuthnMfaSettings": {"Enabled": enabled}, **others}
        assert alice.call("SetUserMFAPreference", **settings) == {}

    @pytest.mark.fact("N033", "N034", "N037")
    def test_passkey_counts_beside_another_factor(self, alice: PasskeyUser) -> None:
        """It is listed last, and the preferred factor stays."""
        alice.register()
        self.prefer(alice, True, SoftwareTokenMfaSettings=PREFERRED)
        expected = (["SOFTWARE_TOKEN_MFA", "WEB_AUTHN_MFA"], "SOFTWARE_TOKEN_MFA")
        assert shown(alice.walker) == expected
        found = alice.call("GetUser")
        assert (found["UserMFASettingList"], found["PreferredMfaSetting"]) == expected

    @pytest.mark.fact("N036", "N037")
    def test_administrator_can_do_the_same(self, alice: PasskeyUser) -> None:
        """AdminSetUserMFAPreference has the same checks."""
        with refused(INVALID, NO_PASSKEY):
            alice.walker.administer(
                "AdminSetUserMFAPreference", WebAuthnMfaSettings=ON, SoftwareTokenMfaSettings=ON
            )
        alice.register()
        alice.walker.administer(
            "AdminSetUserMFAPreference", WebAuthnMfaSettings=ON, SoftwareTokenMfaSettings=ON
        )
        assert shown(alice.walker) == (["SOFTWARE_TOKEN_MFA", "WEB_AUTHN_MFA"], None)

    @pytest.mark.fact("N036")
    def test_other_factor_must_be_in_the_request(self, alice: PasskeyUser) -> None:
        """That TOTP is on already is not enough."""
        alice.register()
        with refused(INVALID, ALONE):
            self.prefer(alice, True)

    @pytest.mark.fact("N036")
    def test_pool_must_take_passkeys_for_mfa(self, alice: PasskeyUser) -> None:
        """With SINGLE_FACTOR no passkey is applicable, and neither is one that verified nobody."""
        alice.register()
        configure(alice.engine, alice.pool.pool_id, mode="OPTIONAL", RelyingPartyId=PARTY)
        with refused(INVALID, NO_PASSKEY):
            self.prefer(alice, True, SoftwareTokenMfaSettings=ON)

    @pytest.mark.fact("N036")
    def test_passkey_must_have_verified_its_user(self, alice: PasskeyUser) -> None:
        """One from before the pool took passkeys for MFA need not have."""
        configure(alice.engine, alice.pool.pool_id, mode="OPTIONAL", RelyingPartyId=PARTY)
        alice.register(verifies_user=False)
        configure(
            alice.engine,
            alice.pool.pool_id,
            mode="OPTIONAL",
            RelyingPartyId=PARTY,
            FactorConfiguration=MULTI,
        )
        with refused(INVALID, NO_PASSKEY):
            self.prefer(alice, True, SoftwareTokenMfaSettings=ON)

    @pytest.mark.fact("N036")
    def test_passkey_counts_no_longer_once_the_other_factor_is_gone(
        self, alice: PasskeyUser
    ) -> None:
        """An administrator who deletes the software token leaves no preference for passkeys."""
        alice.register()
        self.prefer(alice, True, SoftwareTokenMfaSettings=PREFERRED)
        alice.walker.administer("AdminDeleteSoftwareToken")
        assert shown(alice.walker) == (None, None)

    @pytest.mark.fact("N037", "N037b")
    def test_both_are_switched_off_together(self, alice: PasskeyUser) -> None:
        """No factor is listed afterwards."""
        alice.register()
        self.prefer(alice, True, SoftwareTokenMfaSettings=ON)
        self.prefer(alice, False, SoftwareTokenMfaSettings=OFF)
        assert shown(alice.walker) == (None, None)

    def test_passkey_alone_stays_refused_later(self, alice: PasskeyUser) -> None:
        """Nobody can lock themselves out by switching the other factor off; the passkey can go."""
        alice.register()
        self.prefer(alice, True, SoftwareTokenMfaSettings=ON)
        with refused(INVALID, ALONE):
            alice.call("SetUserMFAPreference", SoftwareTokenMfaSettings=OFF)
        assert shown(alice.walker)[0] == ["SOFTWARE_TOKEN_MFA", "WEB_AUTHN_MFA"]
        self.prefer(alice, False)
        assert shown(alice.walker)[0] == ["SOFTWARE_TOKEN_MFA"]

    def test_preference_goes_with_the_last_applicable_passkey(self, alice: PasskeyUser) -> None:
        """Not before: another one keeps it."""
        first, second = alice.register(), alice.register()
        self.prefer(alice, True, SoftwareTokenMfaSettings=ON)
        alice.call("DeleteWebAuthnCredential", CredentialId=first.credential_id)
        assert shown(alice.walker)[0] == ["SOFTWARE_TOKEN_MFA", "WEB_AUTHN_MFA"]
        alice.call("DeleteWebAuthnCredential", CredentialId=second.credential_id)
        assert shown(alice.walker)[0] == ["SOFTWARE_TOKEN_MFA"]
