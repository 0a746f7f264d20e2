"""WEB_AUTHN: a passkey as first factor, and where it counts as MFA."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.users.passkey import Passkey
from tests.emulator.support.choosing import (
    PARTY,
    allowing,
    ask,
    choose,
    chooser,
    offered,
    options_of,
    passkeys_in,
    prove,
    register,
)
from tests.emulator.support.expect import OTHER_PASSWORD, refused
from tests.emulator.support.walker import Walker, claims_of, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"
INVALID_SESSION = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
PASSWORDS = {"PASSWORD_SRP", "PASSWORD"}


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user of a pool that takes passkeys, by the operations of apps or of administrators."""
    walker = chooser(engine, admin=request.param)
    passkeys_in(walker)
    return walker


@pytest.fixture
def passkey(walker: Walker) -> Passkey:
    """The user's passkey."""
    return register(walker, tokens_of(walker.by_password()))


class TestChallenge:
    """The challenge and its options."""

    @pytest.mark.fact("N017", "N049", "N049b")
    def test_options_are_json_text(self, walker: Walker, passkey: Passkey) -> None:
        """The options are JSON text, and name the relying party and the user's passkey."""
        challenge = ask(walker, "WEB_AUTHN")
        assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "alice"
        options = options_of(challenge)
        assert (options["rpId"], options["userVerification"]) == (PARTY, "preferred")
        registered = passkey.registration["id"]
        assert [known["id"] for known in options["allowCredentials"]] == [registered]
        assert offered(challenge) == {*PASSWORDS, "EMAIL_OTP", "WEB_AUTHN"}

    @pytest.mark.fact("N049", "N052")
    def test_each_challenge_is_new(self, walker: Walker, passkey: Passkey) -> None:
        """Two sign-ins have two challenges, and a proof of one is none of the other."""
        first, second = ask(walker, "WEB_AUTHN"), ask(walker, "WEB_AUTHN")
        assert options_of(first)["challenge"] != options_of(second)["challenge"]
        credential = json.dumps(passkey.sign(options_of(first)))
        with refused(NOT_AUTHORIZED):
            walker.respond("WEB_AUTHN", second["Session"], CREDENTIAL=credential)

    @pytest.mark.fact("N015", "N018", "N051")
    def test_user_without_a_passkey_gets_the_list(self, walker: Walker) -> None:
        """Without a passkey, the preference gives the list without it."""
        answer = choose(walker, PREFERRED_CHALLENGE="WEB_AUTHN")
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert offered(answer) == {*PASSWORDS, "EMAIL_OTP"}

    @pytest.mark.fact("N010")
    def test_passkey_of_another_relying_party_is_none(
        self, walker: Walker, passkey: Passkey
    ) -> None:
        """With another relying party the user has to register again."""
        config = {"RelyingPartyId": "login.example.com"}
        walker.call(
            "SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, WebAuthnConfiguration=config
        )
        assert "WEB_AUTHN" not in offered(choose(walker))


class TestProof:
    """CREDENTIAL."""

    @pytest.mark.fact("N025b", "N050", "N051b")
    @pytest.mark.parametrize("preferred", [False, True])
    def test_proof_gives_tokens_once(
        self, walker: Walker, passkey: Passkey, preferred: bool
    ) -> None:
        """A proof gives tokens, after the preference and after the choice, and only once."""
        if preferred:
            challenge = ask(walker, "WEB_AUTHN")
        else:
            session = choose(walker)["Session"]
            challenge = walker.respond("SELECT_CHALLENGE", session, ANSWER="WEB_AUTHN")
            with refused(NOT_AUTHORIZED, USED):
                walker.respond("SELECT_CHALLENGE", session, ANSWER="WEB_AUTHN")
        tokens = tokens_of(prove(walker, challenge, passkey))
        assert claims_of(tokens["AccessToken"])["username"] == "alice"
        with refused(NOT_AUTHORIZED, USED):
            prove(walker, challenge, passkey)

    @pytest.mark.fact("N052")
    def test_counter_must_go_up(self, walker: Walker, passkey: Passkey) -> None:
        """A copy of the key whose counter is behind is refused."""
        thief = passkey.clone()
        tokens_of(prove(walker, ask(walker, "WEB_AUTHN"), passkey))
        challenge = ask(walker, "WEB_AUTHN")
        with refused(NOT_AUTHORIZED):
            prove(walker, challenge, thief)
        assert tokens_of(prove(walker, challenge, passkey))

    @pytest.mark.fact("N052")
    def test_refused_proof_changes_nothing(self, walker: Walker, passkey: Passkey) -> None:
        """A proof for another origin is refused; session and counter stay as they were."""
        challenge = ask(walker, "WEB_AUTHN")
        with refused(NOT_AUTHORIZED):
            prove(walker, challenge, passkey, origin="https://evil.example.net")
        user = walker.engine.pools[walker.user_pool_id].users.by_username("alice")
        assert user is not None
        assert [known.sign_count for known in user.passkeys] == [0]
        assert tokens_of(prove(walker, challenge, passkey))
        assert [known.sign_count for known in user.passkeys] == [passkey.counter]

    @pytest.mark.fact("N052")
    def test_passkey_of_another_user_is_refused(self, walker: Walker, passkey: Passkey) -> None:
        """Another user's passkey proves nothing for this one."""
        how: dict[str, Any] = {"client": {"ClientId": walker.client_id}}
        bob = chooser(walker.engine, username="bob", pool_id=walker.user_pool_id, **how)
        foreign = register(bob, tokens_of(bob.by_password()))
        with refused(NOT_AUTHORIZED):
            prove(walker, ask(walker, "WEB_AUTHN"), foreign)

    @pytest.mark.parametrize("sent", ["{}", "x", "[]", "null", "[" * 10_000, '{"id": 1}'])
    def test_malformed_proof_is_refused(self, walker: Walker, passkey: Passkey, sent: str) -> None:
        """What is no AuthenticationResponseJSON is refused, whatever it is."""
        challenge = ask(walker, "WEB_AUTHN")
        with refused(NOT_AUTHORIZED):
            walker.respond("WEB_AUTHN", challenge["Session"], CREDENTIAL=sent)

    @pytest.mark.fact("N027")
    def test_missing_proof_is_named(self, walker: Walker, passkey: Passkey) -> None:
        """Without CREDENTIAL the response is refused, and the member is named."""
        with refused(INVALID, "Missing required parameter CREDENTIAL"):
            walker.respond("WEB_AUTHN", ask(walker, "WEB_AUTHN")["Session"])

    @pytest.mark.fact("N025")
    def test_proof_with_the_choice_is_not_emulated(self, walker: Walker, passkey: Passkey) -> None:
        """A CREDENTIAL beside ANSWER, which nothing has asked for yet, is not taken silently."""
        session = choose(walker)["Session"]
        with pytest.raises(Refusal, match="not emulated") as caught:
            walker.respond("SELECT_CHALLENGE", session, ANSWER="WEB_AUTHN", CREDENTIAL="{}")
        assert caught.value.status == 501


def _delete_passkey(walker: Walker, passkey: Passkey) -> None:
    token = tokens_of(walker.by_password())["AccessToken"]
    credential = passkey.registration["id"]
    walker.call("DeleteWebAuthnCredential", AccessToken=token, CredentialId=credential)


def _disallow(walker: Walker, _passkey: Passkey) -> None:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}
    walker.call("UpdateUserPool", UserPoolId=walker.user_pool_id, Policies=policies)


def _temporary_password(walker: Walker, _passkey: Passkey) -> None:
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=False)


#: What happened after the passkey was asked for, and how its proof is answered then.
CHANGES: dict[str, tuple[Callable[[Walker, Passkey], object], str, str | None]] = {
    "passkey deleted": (_delete_passkey, NOT_AUTHORIZED, INVALID_SESSION),
    "passkeys not allowed any more": (_disallow, NOT_AUTHORIZED, INVALID_SESSION),
    "temporary password": (
        _temporary_password,
        INVALID,
        "Password Challenge is Required to SignIn",
    ),
    "user disabled": (
        lambda walker, _: walker.administer("AdminDisableUser"),
        NOT_AUTHORIZED,
        "User is disabled.",
    ),
    "user signed out": (
        lambda walker, _: walker.administer("AdminUserGlobalSignOut"),
        NOT_AUTHORIZED,
        INVALID_SESSION,
    ),
}


@pytest.mark.fact("A324")
@pytest.mark.parametrize("change", CHANGES)
def test_change_ends_the_sign_in(walker: Walker, passkey: Passkey, change: str) -> None:
    """What would prevent a sign-in from starting also ends it, even with a good proof."""
    challenge = ask(walker, "WEB_AUTHN")
    happens, refusal, text = CHANGES[change]
    happens(walker, passkey)
    for _ in range(2):  # the same again: nothing was spent
        with refused(refusal, text):
            prove(walker, challenge, passkey)


class TestMfa:
    """A passkey and MFA."""

    def with_totp(self, engine: Engine, *, multi: bool) -> tuple[Walker, Passkey, str]:
        """Return a user with a passkey and TOTP in a pool with optional MFA."""
        walker = chooser(engine)
        passkeys_in(walker, mfa="OPTIONAL", multi=multi)
        tokens = tokens_of(walker.by_password())
        passkey = register(walker, tokens)
        return walker, passkey, walker.enrol(tokens)

    def take_for_mfa(self, walker: Walker, tokens: dict[str, Any], *, enabled: bool = True) -> None:
        """Set WebAuthnMfaSettings, with TOTP beside it."""
        walker.call(
            "SetUserMFAPreference",
            AccessToken=tokens["AccessToken"],
            SoftwareTokenMfaSettings={"Enabled": True},
            WebAuthnMfaSettings={"Enabled": enabled},
        )

    @pytest.mark.fact("N032", "N035", "N035b")
    @pytest.mark.parametrize("multi", [False, True])
    def test_user_with_mfa_is_refused(self, engine: Engine, multi: bool) -> None:
        """A user with TOTP whose passkey is not for MFA is not offered it, and refused outright."""
        walker, _, _ = self.with_totp(engine, multi=multi)
        answer = choose(walker, PREFERRED_CHALLENGE="WEB_AUTHN")
        assert (answer["ChallengeName"], offered(answer)) == ("SELECT_CHALLENGE", PASSWORDS)
        with pytest.raises(Refusal) as caught:
            walker.respond("SELECT_CHALLENGE", answer["Session"], ANSWER="WEB_AUTHN")
        assert caught.value.code == NOT_AUTHORIZED
        assert "must pass MFA" in str(caught.value.reason)

    @pytest.mark.fact("N032", "N035")
    def test_mfa_that_is_switched_on_ends_the_sign_in(self, engine: Engine) -> None:
        """A proof gives no tokens if the user has switched on MFA since it was asked for."""
        walker = chooser(engine)
        passkeys_in(walker, mfa="OPTIONAL")
        tokens = tokens_of(walker.by_password())
        passkey = register(walker, tokens)
        challenge = ask(walker, "WEB_AUTHN")
        walker.enrol(tokens)
        with refused(NOT_AUTHORIZED):
            prove(walker, challenge, passkey)

    @pytest.mark.fact("N033")
    def test_passkey_is_mfa_if_pool_and_user_say_so(self, engine: Engine) -> None:
        """With both settings a passkey gives tokens alone; the password still needs MFA."""
        walker, passkey, secret = self.with_totp(engine, multi=True)
        self.take_for_mfa(walker, tokens_of(walker.by_totp(walker.by_password(), secret)))
        assert offered(choose(walker)) == {*PASSWORDS, "WEB_AUTHN"}
        assert tokens_of(prove(walker, ask(walker, "WEB_AUTHN"), passkey))
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    @pytest.mark.fact("N033")
    def test_passkey_without_user_verification_is_no_mfa(self, engine: Engine) -> None:
        """A passkey that does not verify the user this time does not satisfy MFA."""
        walker, passkey, secret = self.with_totp(engine, multi=True)
        self.take_for_mfa(walker, tokens_of(walker.by_totp(walker.by_password(), secret)))
        challenge = ask(walker, "WEB_AUTHN")
        with refused(NOT_AUTHORIZED):
            prove(walker, challenge, passkey, verifies_user=False)
        assert tokens_of(prove(walker, challenge, passkey))

    @pytest.mark.fact("N011", "N033")
    def test_passkey_is_no_mfa_any_more_if_the_pool_takes_it_back(self, engine: Engine) -> None:
        """The preference stays, but counts for nothing, also in a sign-in that has begun."""
        walker, passkey, secret = self.with_totp(engine, multi=True)
        self.take_for_mfa(walker, tokens_of(walker.by_totp(walker.by_password(), secret)))
        challenge = ask(walker, "WEB_AUTHN")
        passkeys_in(walker, mfa="OPTIONAL", multi=False)
        assert offered(choose(walker)) == PASSWORDS
        with refused(NOT_AUTHORIZED):
            prove(walker, challenge, passkey)

    @pytest.mark.fact("N032", "N033")
    def test_required_mfa_takes_a_passkey_alone(self, engine: Engine) -> None:
        """In a pool with MFA ON a passkey that is MFA gives tokens, once it is switched on."""
        walker = chooser(engine, **allowing("WEB_AUTHN"))
        passkeys_in(walker, mfa="ON", multi=True)
        secret, answer = walker.set_up(walker.by_password())
        tokens = tokens_of(answer)
        passkey = register(walker, tokens)
        assert offered(choose(walker)) == PASSWORDS
        self.take_for_mfa(walker, tokens)
        assert tokens_of(prove(walker, ask(walker, "WEB_AUTHN"), passkey))
        assert tokens_of(walker.by_totp(walker.by_password(), secret))

    @pytest.mark.fact("N034")
    def test_passkey_is_no_second_factor(self, engine: Engine) -> None:
        """After a password a passkey is neither asked for nor offered."""
        walker, _, secret = self.with_totp(engine, multi=True)
        self.take_for_mfa(walker, tokens_of(walker.by_totp(walker.by_password(), secret)))
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("WEB_AUTHN", challenge["Session"], CREDENTIAL="{}")
