"""After a restart users sign in as before, and never with fewer checks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.state import import_state
from harness.emulator.triggers import Triggers
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    passkeys_in,
    prove,
    register,
    sent_code,
)
from tests.emulator.support.custom_sign_in import answer, begin
from tests.emulator.support.expect import OTHER_PASSWORD, refused
from tests.emulator.support.saved_states import MACHINE, exported, imported, restart
from tests.emulator.support.walker import (
    ALWAYS,
    Device,
    Walker,
    claims_of,
    new_client,
    new_walker,
    tokens_of,
)


def ask_twice() -> Triggers:
    """Return handlers that ask for ``one`` and then for ``two``."""

    def define(event: Any, context: Any) -> Any:
        rounds = len(event["request"]["session"])
        event["response"] |= {
            "challengeName": "CUSTOM_CHALLENGE",
            "issueTokens": rounds == 2,
            "failAuthentication": False,
        }
        return event

    def create(event: Any, context: Any) -> Any:
        wanted = ("one", "two")[len(event["request"]["session"])]
        event["response"]["privateChallengeParameters"] = {"answer": wanted}
        return event

    def verify(event: Any, context: Any) -> Any:
        wanted = event["request"]["privateChallengeParameters"]["answer"]
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == wanted
        return event

    return Triggers(
        define_auth_challenge=define,
        create_auth_challenge=create,
        verify_auth_challenge_response=verify,
    )


@pytest.fixture
def alice(engine: Engine) -> tuple[Walker, dict[str, Any], str, Device]:
    """A user with tokens, a software token and a device that replaces it."""
    walker = new_walker(engine, mfa="ON", devices=ALWAYS, client_settings={"GenerateSecret": True})
    secret, answer = walker.set_up(walker.by_srp())
    tokens = tokens_of(answer)
    return walker, tokens, secret, walker.confirm_device(tokens)


class TestWithSecrets:
    """With secrets everything is as before."""

    def test_password_totp_and_device_still_work(
        self, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """The same password, authenticator app and device sign in."""
        walker, _, secret, device = alice
        walker = replace(walker, engine=restart(walker.engine))
        tokens_of(walker.by_totp(walker.by_srp(), secret))
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens_of(walker.by_device(device, challenge))
        walker.password = "Another-password-1"
        with refused("NotAuthorizedException"):
            walker.by_srp()

    def test_tokens_still_work(self, alice: tuple[Walker, dict[str, Any], str, Device]) -> None:
        """Access and refresh tokens stay valid, and revoked ones stay revoked."""
        walker, tokens, _, device = alice
        walker = replace(walker, engine=restart(walker.engine))
        user = walker.call("GetUser", AccessToken=tokens["AccessToken"])
        assert user["Username"] == "alice"
        fresh = walker.initiate(
            "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"], DEVICE_KEY=device.key
        )
        claims = claims_of(tokens_of(fresh)["AccessToken"])
        assert claims["origin_jti"] == claims_of(tokens["AccessToken"])["origin_jti"]
        walker.administer("AdminUserGlobalSignOut")
        walker = replace(walker, engine=restart(walker.engine))
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            walker.call("GetUser", AccessToken=tokens["AccessToken"])

    def test_used_totp_code_stays_used(
        self, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """A TOTP code that was used before the restart is refused after it."""
        walker, _, secret, _ = alice
        code = walker.code(secret)
        challenge = walker.by_srp()
        walker.respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
        walker = replace(walker, engine=restart(walker.engine))
        challenge = walker.by_srp()
        with refused("ExpiredCodeException"):
            walker.respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)

    def test_open_sign_in_continues(
        self, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """Open sessions and SRP challenges can be answered after the restart."""
        walker, _, secret, device = alice
        started = walker.start_srp()
        walker = replace(walker, engine=restart(walker.engine))
        challenge = walker.respond("PASSWORD_VERIFIER", **walker.proof(started))
        walker = replace(walker, engine=restart(walker.engine))
        tokens_of(walker.by_totp(challenge, secret))
        verifier = walker.by_srp(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, verifier["Session"])
        walker = replace(walker, engine=restart(walker.engine))
        proof = walker.device_proof(device, verifier)
        tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof))

    def test_custom_sign_in_continues(self) -> None:
        """The rounds so far are known after the restart, to the triggers too."""
        engine = Engine(triggers=ask_twice())
        walker = new_walker(engine)
        challenge = answer(walker, begin(walker), "one")
        restarted = Engine(triggers=ask_twice())
        import_state(restarted, exported(engine))
        tokens_of(answer(replace(walker, engine=restarted), challenge, "two"))

    def test_pending_code_and_outbox_are_kept(self, engine: Engine) -> None:
        """A code sent before the restart is in the outbox and accepted after it."""
        walker = new_walker(engine, confirmed=False)
        engine = restart(engine)
        code = engine.outbox.messages(username="ALICE@example.com")[0].code
        params = {"ClientId": walker.client_id, "Username": "alice", "ConfirmationCode": code}
        engine.call("ConfirmSignUp", params)

    def test_listing_continues(self, engine: Engine) -> None:
        """A pagination token leads to the next page, and new users come last."""
        walker = new_walker(engine)
        new_walker(engine, username="bob", pool_id=walker.user_pool_id)
        walker.administer("AdminDeleteUser")
        new_walker(engine, username="carol", pool_id=walker.user_pool_id)
        pool = {"UserPoolId": walker.user_pool_id}
        token = engine.call("ListUsers", {**pool, "Limit": 1})["PaginationToken"]
        engine = restart(engine)
        new_walker(engine, username="dave", pool_id=walker.user_pool_id)
        users = engine.call("ListUsers", {**pool, "PaginationToken": token})["Users"]
        assert [user["Username"] for user in users] == ["carol", "dave"]


class TestClock:
    """The clock after a restart."""

    def test_clock_stays_as_far_ahead(self, engine: Engine) -> None:
        """The emulator's clock also advances by the time that passed between the runs."""
        engine.clock.advance(500)
        document = exported(engine)
        document["clock"]["ahead"] += 60
        assert imported(document).clock.time() == engine.clock.time() + 60

    def test_clock_follows_the_machine_back(self, engine: Engine) -> None:
        """If the machine's clock was set back, the emulator's goes back as far."""
        document = exported(engine)
        document["clock"]["ahead"] -= 1_000
        assert imported(document).clock.time() == engine.clock.time() - 1_000
        document["clock"]["ahead"] = -MACHINE.time() - 1_000
        assert imported(document).clock.time() == 0


class TestWithoutSecrets:
    """Without secrets no user gets in with fewer checks than before."""

    def test_file_contains_no_secret(
        self, engine: Engine, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """The file has no codes, proofs, keys, tokens, sessions or client secrets."""
        walker, _, secret, _ = alice
        new_walker(engine, username="bob", pool_id=walker.user_pool_id, confirmed=False)
        user = engine.pools[walker.user_pool_id].users.by_username("alice")
        assert user is not None
        assert user.password is not None
        (device,) = user.devices
        secrets = [secret, walker.client_secret, user.password.private_key, user.password.salt]
        secrets += [device.verifier, engine.outbox.messages()[0].code, "PRIVATE KEY"]
        secrets += list(engine.sessions.open_ones(engine.clock.time()))
        whole, without = str(exported(engine)), str(exported(engine, secrets=False))
        assert not [item for item in secrets if str(item) not in whole]
        assert not [item for item in secrets if str(item) in without]

    def test_password_must_be_reset(self, engine: Engine) -> None:
        """A confirmed user signs in with no password until they recover a new one."""
        walker = new_walker(engine)
        walker = replace(walker, engine=restart(engine, secrets=False))
        assert walker.administer("AdminGetUser")["UserStatus"] == "RESET_REQUIRED"
        for sign_in in (walker.by_password, walker.by_srp):
            with refused("PasswordResetRequiredException"):
                sign_in()
        walker.call("ForgotPassword", ClientId=walker.client_id, Username="alice")
        code = walker.engine.outbox.messages(username="alice")[0].code
        names = {"ClientId": walker.client_id, "Username": "alice", "ConfirmationCode": code}
        walker.call("ConfirmForgotPassword", **names, Password=walker.password)
        tokens_of(walker.by_srp())

    def test_factors_and_devices_must_be_set_up_again(
        self, engine: Engine, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """If MFA is required it is set up again, and no device replaces it."""
        walker, tokens, _, _ = alice
        walker = replace(walker, engine=restart(engine, secrets=False))
        client = walker.engine.clients[walker.client_id]
        assert client.secret
        assert client.secret != walker.client_secret
        with refused("NotAuthorizedException"):
            walker.by_password()
        walker.client_secret = client.secret
        password = {"Password": walker.password, "Permanent": True}
        walker.administer("AdminSetUserPassword", **password)
        challenge = walker.by_srp()
        assert challenge["ChallengeName"] == "MFA_SETUP"
        with refused("NotAuthorizedException"):
            walker.call("GetUser", AccessToken=tokens["AccessToken"])
        assert walker.administer("AdminListDevices")["Devices"] == []

    def test_invited_user_needs_a_new_invitation(self, engine: Engine) -> None:
        """The temporary password is lost; users who never had another keep their state."""
        walker = new_walker(engine)
        email = [{"Name": "email", "Value": "bob@example.com"}]
        bob = replace(walker, username="bob")
        bob.administer("AdminCreateUser", UserAttributes=email, TemporaryPassword=bob.password)
        bob = replace(bob, engine=restart(engine, secrets=False))
        assert bob.administer("AdminGetUser")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        with refused("NotAuthorizedException"):
            bob.by_password()
        bob.administer("AdminCreateUser", MessageAction="RESEND")
        bob.password = bob.engine.outbox.messages(username="bob")[0].code
        assert bob.by_password()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_all_users_are_signed_out(self, engine: Engine) -> None:
        """Access and refresh tokens from before are refused."""
        walker = new_walker(engine)
        tokens = tokens_of(walker.by_srp())
        walker = replace(walker, engine=restart(engine, secrets=False))
        password = {"Password": walker.password, "Permanent": True}
        walker.administer("AdminSetUserPassword", **password)
        with refused("NotAuthorizedException"):
            walker.call("GetUser", AccessToken=tokens["AccessToken"])
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])

    def test_client_without_a_secret_gets_none(self, engine: Engine) -> None:
        """Only a client that had a secret gets a new one."""
        walker = new_walker(engine)
        made = new_client(engine, walker.user_pool_id)
        assert restart(engine, secrets=False).clients[made["ClientId"]].secret is None


def test_open_page_of_a_filtered_list_is_kept(engine: Engine) -> None:
    """A filtered ListUsers continues after a restart where it stopped."""
    walkers = [new_walker(engine, username="alice")]
    pool_id = walkers[0].user_pool_id
    walkers += [new_walker(engine, username=name, pool_id=pool_id) for name in ("bob", "carol")]
    members = {"UserPoolId": pool_id, "Limit": 2, "Filter": 'status = "Enabled"'}
    token = engine.call("ListUsers", members)["PaginationToken"]
    again = restart(engine)
    rest = again.call("ListUsers", {**members, "PaginationToken": token})
    assert [user["Username"] for user in rest["Users"]] == ["carol"]


class TestFirstFactors:
    """Sign-ins by USER_AUTH that wait for the choice or the proof of a first factor."""

    @pytest.fixture
    def bob(self, engine: Engine) -> Walker:
        """A user of a pool with every first factor."""
        walker = chooser(engine, username="bob", verified=("email", "phone_number"))
        passkeys_in(walker)
        return walker

    @pytest.mark.fact("N029")
    @pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
    def test_code_still_signs_in(self, bob: Walker, factor: str) -> None:
        """A code from before signs in once, and a wrong one does not."""
        challenge = ask(bob, factor)
        bob = replace(bob, engine=restart(bob.engine))
        session = challenge["Session"]
        with refused("CodeMismatchException"):
            bob.respond(factor, session, **{f"{factor}_CODE": "x"})
        code = {f"{factor}_CODE": sent_code(bob)}
        tokens_of(bob.respond(factor, session, **code))
        with refused("NotAuthorizedException"):
            bob.respond(factor, session, **code)

    @pytest.mark.parametrize("factor", ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"])
    def test_choice_is_still_open(self, bob: Walker, factor: str) -> None:
        """The session of SELECT_CHALLENGE from before takes a choice."""
        session = choose(bob)["Session"]
        bob = replace(bob, engine=restart(bob.engine))
        given = {"PASSWORD": bob.password, "SRP_A": bob.exchange.public_hex}
        answer = bob.respond("SELECT_CHALLENGE", session, ANSWER=factor, **given)
        assert answer.get("ChallengeName", "tokens") != "SELECT_CHALLENGE"

    @pytest.mark.fact("N026")
    def test_srp_still_wants_its_session(self, bob: Walker) -> None:
        """PASSWORD_VERIFIER from before is proven with its own session only."""
        srp = {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": bob.exchange.public_hex}
        challenge = choose(bob, **srp)
        bob = replace(bob, engine=restart(bob.engine))
        proof = bob.proof(challenge)
        with refused("InvalidParameterException"):
            bob.respond("PASSWORD_VERIFIER", **proof)
        tokens_of(bob.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))

    @pytest.mark.fact("N052")
    def test_passkey_still_signs_in(self, bob: Walker) -> None:
        """A passkey from before proves a challenge from before, and its counter still counts."""
        passkey = register(bob, tokens_of(bob.by_password()))
        thief, challenge = passkey.clone(), ask(bob, "WEB_AUTHN")
        bob = replace(bob, engine=restart(bob.engine))
        tokens_of(prove(bob, challenge, passkey))
        bob = replace(bob, engine=restart(bob.engine))
        with refused("NotAuthorizedException"):
            prove(bob, ask(bob, "WEB_AUTHN"), thief)

    def test_device_after_a_code_still_needs_no_password(self, engine: Engine) -> None:
        """A sign-in by a code that waits for the device goes on as one, also after a restart."""
        bob = chooser(engine, username="bob", devices=ALWAYS)
        device = bob.confirm_device(tokens_of(bob.by_password()))
        asked = ask(bob, "EMAIL_OTP", DEVICE_KEY=device.key)
        code = {"EMAIL_OTP_CODE": sent_code(bob)}
        challenge = bob.respond("EMAIL_OTP", asked["Session"], **code)
        bob = replace(bob, engine=restart(bob.engine))
        bob.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)
        tokens_of(bob.by_device(device, challenge))

    def test_simulated_sign_in_stays_one(self, engine: Engine) -> None:
        """The session of an unknown user takes no code after a restart either."""
        hiding = {"PreventUserExistenceErrors": "ENABLED"}
        bob = chooser(engine, username="bob", client_settings=hiding)
        challenge = ask(bob, "EMAIL_OTP", USERNAME="nobody")
        bob = replace(bob, engine=restart(bob.engine))
        with refused("CodeMismatchException"):
            bob.respond(
                "EMAIL_OTP", challenge["Session"], USERNAME="nobody", EMAIL_OTP_CODE="12345678"
            )

    @pytest.mark.fact("N021")
    def test_invited_user_gets_no_code_without_secrets(self, engine: Engine) -> None:
        """A user who lost the temporary password with the secrets is not offered a code instead."""
        bob = chooser(engine, username="bob")
        bob.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=False)
        bob = replace(bob, engine=restart(engine, secrets=False))
        assert "EMAIL_OTP" not in choose(bob)["AvailableChallenges"]

    def test_nothing_is_open_without_secrets(self, bob: Walker) -> None:
        """Without secrets neither codes nor choices from before are kept."""
        chosen, asked = choose(bob), ask(bob, "EMAIL_OTP")
        code = sent_code(bob)
        engine = restart(bob.engine, secrets=False)
        assert code not in json.dumps(exported(engine))
        bob = replace(bob, engine=engine)
        with refused("NotAuthorizedException"):
            bob.respond("EMAIL_OTP", asked["Session"], EMAIL_OTP_CODE=code)
        with refused("NotAuthorizedException"):
            bob.respond("SELECT_CHALLENGE", chosen["Session"], ANSWER="EMAIL_OTP")
