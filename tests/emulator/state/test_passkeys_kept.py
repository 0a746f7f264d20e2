"""Passkeys and their open registrations after a restart, with and without secrets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.emulator.engine import Engine
from harness.emulator.rules.passkeys import verify_assertion
from harness.users.passkey import Passkey
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import MULTI, PasskeyUser, as_text, passkey_pool
from tests.emulator.support.saved_states import exported, restart


@pytest.fixture
def alice(engine: Engine) -> PasskeyUser:
    """A user with TOTP, in a pool with optional MFA where passkeys count as it."""
    alice = PasskeyUser(engine, passkey_pool(engine, mode="OPTIONAL", FactorConfiguration=MULTI))
    alice.walker.enrol({"AccessToken": alice.access_token})
    return alice


def restarted(user: PasskeyUser, *, secrets: bool = True) -> PasskeyUser:
    """Return the user after a restart of the emulator."""
    user.engine = restart(user.engine, secrets=secrets)
    user.walker = replace(user.walker, engine=user.engine)
    return user


@pytest.mark.parametrize("secrets", [True, False])
def test_passkey_still_proves_its_user(alice: PasskeyUser, secrets: bool) -> None:
    """Its public key is no secret; the counter of before still finds a copy."""
    passkey = alice.register()
    clone = passkey.clone()
    options = alice.options()
    signed = as_text(passkey.sign(options))
    proof = verify_assertion(alice.pool, alice.user, signed, options["challenge"])
    proof.passkey.sign_count = proof.sign_count
    alice = restarted(alice, secrets=secrets)
    options = alice.options()
    with refused("NotAuthorizedException"):
        signed = as_text(clone.sign(options))
        verify_assertion(alice.pool, alice.user, signed, options["challenge"])
    signed = as_text(passkey.sign(options))
    assert verify_assertion(alice.pool, alice.user, signed, options["challenge"]).sign_count == 2


def test_open_registration_goes_on(alice: PasskeyUser) -> None:
    """For the rest of its life, and for one passkey."""
    options = alice.start()
    alice = restarted(alice)
    passkey = Passkey.create(options)
    alice.complete(passkey.registration)
    alice = restarted(alice)
    assert [one["CredentialId"] for one in alice.listed()] == [passkey.credential_id]
    with refused("WebAuthnChallengeNotFoundException"):
        alice.complete(Passkey.create(options).registration)


def test_registration_is_over_without_secrets(alice: PasskeyUser) -> None:
    """Nobody has a token any more that could complete it."""
    challenge = alice.start()["challenge"]
    assert challenge in str(exported(alice.engine))
    assert challenge not in str(exported(alice.engine, secrets=False))
    assert len(restarted(alice, secrets=False).engine.passkey_registrations) == 0


@pytest.mark.parametrize("secrets", [True, False])
def test_preference_stays_beside_another_factor(alice: PasskeyUser, secrets: bool) -> None:
    """Without secrets the software token is gone, and the preference goes with it."""
    alice.register()
    settings = {"WebAuthnMfaSettings": {"Enabled": True}}
    alice.call("SetUserMFAPreference", SoftwareTokenMfaSettings={"Enabled": True}, **settings)
    alice = restarted(alice, secrets=secrets)
    expected = ["SOFTWARE_TOKEN_MFA", "WEB_AUTHN_MFA"] if secrets else []
    assert alice.user.mfa.listed() == expected


def test_forgotten_user_leaves_no_registration(alice: PasskeyUser) -> None:
    """A run with very many users stays small; expired registrations go by themselves."""
    alice.start()
    bob = PasskeyUser(alice.engine, alice.pool.pool_id, "bob")
    bob.start()
    alice.engine.forget_users(alice.pool.pool_id, ["alice"])
    assert len(alice.engine.passkey_registrations) == 1
    alice.engine.clock.advance(600)
    PasskeyUser(alice.engine, alice.pool.pool_id, "carol").start()
    assert len(alice.engine.passkey_registrations) == 1
    alice.engine.reset()
    assert len(alice.engine.passkey_registrations) == 0
