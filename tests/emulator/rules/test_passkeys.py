"""What a passkey proves at a sign-in, and what is no proof of it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.rules.passkeys import (
    Assertion,
    applicable_passkeys,
    may_use_passkeys,
    request_options,
    verify_assertion,
)
from harness.users.passkey import Passkey
from tests.emulator.support.credentials import (
    BACKED_UP,
    BACKUP_ELIGIBLE,
    PRESENT,
    VERIFIED,
    Forger,
)
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import (
    MULTI,
    PARTY,
    SIGN_IN,
    PasskeyUser,
    as_text,
    configure,
    decoded,
    passkey_pool,
)
from tests.emulator.support.walker import new_pool

DENIED = "NotAuthorizedException"


@pytest.fixture
def alice(engine: Engine) -> PasskeyUser:
    """A user of a pool with passkeys."""
    return PasskeyUser(engine, passkey_pool(engine))


@pytest.fixture
def forger(alice: PasskeyUser) -> Forger:
    """A key that the user has registered, and that signs whatever a test wants."""
    forger = Forger()
    alice.complete(forger.registration(alice.start()))
    return forger


def verify(user: PasskeyUser, credential: Any, options: dict[str, Any]) -> Assertion:
    """Verify a proof, and keep the counter as a sign-in that goes on does."""
    text = credential if isinstance(credential, str) else as_text(credential)
    assertion = verify_assertion(user.pool, user.user, text, options["challenge"])
    assertion.passkey.sign_count = assertion.sign_count
    return assertion


class TestOptions:
    """CREDENTIAL_REQUEST_OPTIONS."""

    @pytest.mark.fact("N049")
    def test_options_name_the_users_passkeys(self, alice: PasskeyUser) -> None:
        """They have the members that Amplify reads."""
        passkey = alice.register()
        options = request_options(alice.pool, list(alice.user.passkeys), b"c" * 16)
        assert decoded(options.pop("challenge")) == b"c" * 16
        assert options == {
            "rpId": PARTY,
            "timeout": 60_000,
            "allowCredentials": [
                {
                    "id": passkey.credential_id,
                    "type": "public-key",
                    "transports": ["internal"],
                }
            ],
            "userVerification": "preferred",
        }

    @pytest.mark.fact("N049")
    def test_passkey_without_transports_names_none(self, alice: PasskeyUser) -> None:
        """An empty list would tell the browser that there is no way to reach it."""
        credential = Passkey.create(alice.start()).registration
        credential["response"]["transports"] = []
        alice.complete(credential)
        assert set(alice.options()["allowCredentials"][0]) == {"id", "type"}

    @pytest.mark.fact("N009", "N049")
    def test_user_verification_is_required_if_the_pool_says_so(self, alice: PasskeyUser) -> None:
        """UserVerification decides, as in a registration."""
        configure(
            alice.engine, alice.pool.pool_id, RelyingPartyId=PARTY, UserVerification="required"
        )
        assert alice.options()["userVerification"] == "required"

    @pytest.mark.fact("N010")
    def test_pool_without_a_relying_party_has_none(self, engine: Engine) -> None:
        """There is nothing that a browser could be asked for."""
        pool = engine.pools[new_pool(engine, Policies=SIGN_IN)]
        with refused("WebAuthnConfigurationMissingException"):
            request_options(pool, [], b"c" * 16)


class TestProof:
    """Proofs by the software authenticator."""

    @pytest.mark.fact("N050", "N052")
    @pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
    def test_own_passkey_is_proven(self, alice: PasskeyUser, algorithm: Any) -> None:
        """The result tells the new counter and whether the user was verified."""
        passkey = alice.register(algorithm=algorithm)
        options = alice.options()
        assertion = verify(alice, passkey.sign(options), options)
        assert assertion.passkey.credential_id == passkey.credential_id
        assert (assertion.sign_count, assertion.user_verified) == (1, True)
        options = alice.options()
        again = verify(alice, passkey.sign(options, verifies_user=False), options)
        assert (again.sign_count, again.user_verified) == (2, False)

    @pytest.mark.fact("N052")
    def test_verifying_changes_nothing(self, alice: PasskeyUser) -> None:
        """The sign-in may still be refused for another reason, such as MFA."""
        passkey = alice.register()
        options = alice.options()
        text = as_text(passkey.sign(options))
        for _ in range(2):
            verify_assertion(alice.pool, alice.user, text, options["challenge"])
        assert next(iter(alice.user.passkeys)).sign_count == 0

    @pytest.mark.fact("N052")
    def test_other_challenge_is_no_proof(self, alice: PasskeyUser) -> None:
        """A proof is for one challenge."""
        passkey, options, other = alice.register(), alice.options(), alice.options()
        with refused(DENIED):
            verify(alice, passkey.sign(options), other)

    @pytest.mark.fact("N052")
    def test_clone_is_found_by_its_counter(self, alice: PasskeyUser) -> None:
        """Once the owner has signed in, the copy's counter is behind."""
        passkey = alice.register()
        clone = passkey.clone()
        options = alice.options()
        verify(alice, passkey.sign(options), options)
        options = alice.options()
        with pytest.raises(Refusal) as caught:
            verify(alice, clone.sign(options), options)
        assert caught.value.code == DENIED
        assert "sign count" in str(caught.value.reason)

    @pytest.mark.fact("N052")
    def test_passkey_of_another_user_is_no_proof(self, alice: PasskeyUser) -> None:
        """Neither with their own id nor in the name of a passkey that the user has."""
        bob = PasskeyUser(alice.engine, alice.pool.pool_id, "bob")
        mine, theirs = alice.register(), bob.register()
        options = alice.options()
        proof = theirs.sign(options)
        with refused(DENIED):
            verify(alice, proof, options)
        named = {"id": mine.credential_id, "rawId": mine.credential_id}
        with refused(DENIED):
            verify(alice, {**proof, **named}, options)

    @pytest.mark.fact("N010", "N052")
    def test_passkey_of_an_earlier_relying_party_is_no_proof(self, alice: PasskeyUser) -> None:
        """Changing the id makes users register again."""
        passkey = alice.register()
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId="example.org")
        assert not may_use_passkeys(alice.pool, alice.user)
        options = alice.options()
        with refused(DENIED):
            verify(alice, passkey.sign(options), options)
        alice.pool.mfa.web_authn = None
        with refused(DENIED):
            verify(alice, passkey.sign(options), options)

    @pytest.mark.fact("N052")
    def test_deleted_passkey_is_no_proof(self, alice: PasskeyUser) -> None:
        """Its key is gone."""
        passkey, options = alice.register(), alice.options()
        alice.call("DeleteWebAuthnCredential", CredentialId=passkey.credential_id)
        with refused(DENIED):
            verify(alice, passkey.sign(options), options)

    @pytest.mark.fact("N009", "N033", "N052")
    @pytest.mark.parametrize(
        "settings", [{"UserVerification": "required"}, {"FactorConfiguration": MULTI}]
    )
    def test_user_must_be_verified_if_required(
        self, alice: PasskeyUser, settings: dict[str, str]
    ) -> None:
        """By UserVerification, and where passkeys count as MFA."""
        passkey = alice.register()
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId=PARTY, **settings)
        options = alice.options()
        with refused(DENIED):
            verify(alice, passkey.sign(options, verifies_user=False), options)
        assert verify(alice, passkey.sign(options, verifies_user=True), options).user_verified


class TestForgery:
    """Proofs that are correctly signed, and say something wrong."""

    @pytest.mark.fact("N050", "N052")
    def test_honest_proof_is_accepted(self, alice: PasskeyUser, forger: Forger) -> None:
        """So that what follows is refused for what it says; the user handle may be absent."""
        for counter, handle in ((1, None), (2, b""), (3, alice.user.sub.encode())):
            options = alice.options()
            verify(alice, forger.proof(options, counter=counter, handle=handle), options)

    @pytest.mark.fact("N052", "N052b")
    @pytest.mark.parametrize(
        "changed",
        [
            {"flags": VERIFIED},
            {"flags": 0},
            {"type": "webauthn.create"},
            {"origin": "https://evil.org"},
            {"origin": f"http://{PARTY}"},
            {"origin": None},
            {"party": "example.org", "origin": f"https://{PARTY}"},
            {"crossOrigin": True},
            {"handle": b"another-user"},
            {"challenge": ""},
            {"challenge": 7},
        ],
        ids=lambda changed: "-".join(map(str, changed)),
    )
    def test_wrong_statement_is_no_proof(
        self, alice: PasskeyUser, forger: Forger, changed: dict[str, Any]
    ) -> None:
        """Whatever the key has signed, it must be about this sign-in and this page."""
        options = alice.options()
        said = {"challenge": options["challenge"], **changed}
        challenge = {"challenge": said.pop("challenge")}
        proof = forger.proof({**options, **challenge}, **said)
        with refused(DENIED):
            verify(alice, proof, options)

    @pytest.mark.fact("N052")
    def test_signature_of_another_key_is_no_proof(self, alice: PasskeyUser, forger: Forger) -> None:
        """Everything else may be right."""
        options = alice.options()
        with refused(DENIED):
            verify(alice, Forger().proof(options), options)
        verify(alice, forger.proof(options), options)

    @pytest.mark.fact("N052")
    @pytest.mark.parametrize("registered", [0, BACKUP_ELIGIBLE])
    def test_backup_eligibility_stays(self, alice: PasskeyUser, registered: int) -> None:
        """Whether the passkey may be copied is settled at the registration; whether it was, not."""
        forger, honest = Forger(), PRESENT | VERIFIED
        alice.complete(forger.registration(alice.start(), flags=honest | registered))
        options = alice.options()
        with refused(DENIED):
            verify(
                alice, forger.proof(options, flags=honest | registered ^ BACKUP_ELIGIBLE), options
            )
        copied = BACKED_UP if registered else 0
        verify(alice, forger.proof(options, flags=honest | registered), options)
        verify(alice, forger.proof(options, flags=honest | registered | copied, counter=2), options)

    @pytest.mark.fact("N052")
    def test_passkey_that_cannot_be_copied_was_not(
        self, alice: PasskeyUser, forger: Forger
    ) -> None:
        """Flags that contradict each other come from no authenticator."""
        options = alice.options()
        with refused(DENIED):
            verify(alice, forger.proof(options, flags=PRESENT | VERIFIED | BACKED_UP), options)

    @pytest.mark.fact("N052")
    def test_counter_may_stay_at_zero(self, alice: PasskeyUser, forger: Forger) -> None:
        """Synchronized passkeys do not count. One that has counted must go on."""
        for counter in (0, 0, 5, 6):
            options = alice.options()
            verify(alice, forger.proof(options, counter=counter), options)
        for behind in (0, 5, 6):
            options = alice.options()
            with refused(DENIED):
                verify(alice, forger.proof(options, counter=behind), options)


class TestWhoMay:
    """Whose passkeys can sign in, and whose can satisfy MFA."""

    @pytest.mark.fact("N044", "N051")
    def test_user_needs_a_passkey_and_the_pools_permission(self, alice: PasskeyUser) -> None:
        """WEB_AUTHN must be an allowed first factor, and the passkey one of the relying party."""
        assert not may_use_passkeys(alice.pool, alice.user)
        alice.register()
        assert may_use_passkeys(alice.pool, alice.user)
        alice.pool.settings["Policies"]["SignInPolicy"] = {"AllowedFirstAuthFactors": ["PASSWORD"]}
        assert not may_use_passkeys(alice.pool, alice.user)

    @pytest.mark.fact("N036")
    def test_applicable_passkeys_verify_their_user(self, alice: PasskeyUser) -> None:
        """They have done so at the registration, in a pool that takes them for MFA."""
        alice.complete(Forger().registration(alice.start(), flags=PRESENT))
        verified = alice.register()
        assert applicable_passkeys(alice.pool, alice.user) == []
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId=PARTY, FactorConfiguration=MULTI)
        (found,) = applicable_passkeys(alice.pool, alice.user)
        assert found.credential_id == verified.credential_id
