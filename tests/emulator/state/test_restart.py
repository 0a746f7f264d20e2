"""After a restart people sign in as they would have without it, and nobody does more easily."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.state import import_state
from harness.emulator.triggers import Triggers
from tests.emulator.support.custom import answer, begin
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import (
    ALWAYS,
    Device,
    Walker,
    claims_of,
    new_client,
    new_walker,
    tokens_of,
)
from tests.emulator.support.worlds import MACHINE, another, exported, moved


def ask_twice() -> Triggers:
    """Handlers that ask for ``one`` and then for ``two``."""

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
    """Everything is as it was."""

    def test_password_code_and_device_go_on(
        self, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """The same password, the same TOTP application and the same device sign in."""
        walker, _, secret, device = alice
        walker = replace(walker, engine=moved(walker.engine))
        tokens_of(walker.by_totp(walker.by_srp(), secret))
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens_of(walker.by_device(device, challenge))
        walker.password = "Another-password-1"
        with refused("NotAuthorizedException"):
            walker.by_srp()

    def test_tokens_go_on(self, alice: tuple[Walker, dict[str, Any], str, Device]) -> None:
        """Access tokens are good, refresh tokens refresh, and revoked ones stay revoked."""
        walker, tokens, _, device = alice
        walker = replace(walker, engine=moved(walker.engine))
        user = walker.call("GetUser", AccessToken=tokens["AccessToken"])
        assert user["Username"] == "alice"
        fresh = walker.initiate(
            "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"], DEVICE_KEY=device.key
        )
        claims = claims_of(tokens_of(fresh)["AccessToken"])
        assert claims["origin_jti"] == claims_of(tokens["AccessToken"])["origin_jti"]
        walker.administer("AdminUserGlobalSignOut")
        walker = replace(walker, engine=moved(walker.engine))
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            walker.call("GetUser", AccessToken=tokens["AccessToken"])

    def test_a_code_is_not_taken_twice(
        self, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """A TOTP code that was used before the restart is used after it."""
        walker, _, secret, _ = alice
        code = walker.code(secret)
        challenge = walker.by_srp()
        walker.respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
        walker = replace(walker, engine=moved(walker.engine))
        challenge = walker.by_srp()
        with refused("ExpiredCodeException"):
            walker.respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)

    def test_a_sign_in_goes_on_in_the_middle(
        self, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """Sessions and SRP challenges that were open are answered after the restart."""
        walker, _, secret, device = alice
        started = walker.start_srp()
        walker = replace(walker, engine=moved(walker.engine))
        challenge = walker.respond("PASSWORD_VERIFIER", **walker.proof(started))
        walker = replace(walker, engine=moved(walker.engine))
        tokens_of(walker.by_totp(challenge, secret))
        verifier = walker.by_srp(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, verifier["Session"])
        walker = replace(walker, engine=moved(walker.engine))
        proof = walker.device_proof(device, verifier)
        tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof))

    def test_a_custom_sign_in_goes_on_in_the_middle(self) -> None:
        """What was asked and answered so far is known after the restart, to its triggers too."""
        engine = Engine(triggers=ask_twice())
        walker = new_walker(engine)
        challenge = answer(walker, begin(walker), "one")
        restarted = Engine(triggers=ask_twice())
        import_state(restarted, exported(engine))
        tokens_of(answer(replace(walker, engine=restarted), challenge, "two"))

    def test_pending_codes_and_the_outbox_go_on(self, engine: Engine) -> None:
        """A code that was sent before the restart is found and taken after it."""
        walker = new_walker(engine, confirmed=False)
        engine = moved(engine)
        code = engine.outbox.messages(username="ALICE@example.com")[0].code
        params = {"ClientId": walker.client_id, "Username": "alice", "ConfirmationCode": code}
        engine.call("ConfirmSignUp", params)

    def test_a_list_goes_on(self, engine: Engine) -> None:
        """A page's token leads to the next page, and new users come behind the old ones."""
        walker = new_walker(engine)
        new_walker(engine, username="bob", pool_id=walker.user_pool_id)
        walker.administer("AdminDeleteUser")
        new_walker(engine, username="carol", pool_id=walker.user_pool_id)
        pool = {"UserPoolId": walker.user_pool_id}
        token = engine.call("ListUsers", {**pool, "Limit": 1})["PaginationToken"]
        engine = moved(engine)
        new_walker(engine, username="dave", pool_id=walker.user_pool_id)
        users = engine.call("ListUsers", {**pool, "PaginationToken": token})["Users"]
        assert [user["Username"] for user in users] == ["carol", "dave"]


class TestClock:
    """The time after a restart."""

    def test_it_is_as_far_ahead_as_it_was(self, engine: Engine) -> None:
        """What passed meanwhile on the machine has passed for the emulator too."""
        engine.clock.advance(500)
        document = exported(engine)
        document["clock"]["ahead"] += 60
        assert another(document).clock.time() == engine.clock.time() + 60

    def test_it_never_goes_back(self, engine: Engine) -> None:
        """A machine whose clock was set back does not set the emulator's back."""
        document = exported(engine)
        document["clock"]["ahead"] -= 1_000
        assert another(document).clock.time() == engine.clock.time()
        assert document["clock"]["moment"] > MACHINE.time()


class TestWithoutSecrets:
    """Nobody gets in more easily than before."""

    def test_no_secret_is_in_it(
        self, engine: Engine, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """Neither codes nor proofs, keys, tokens, sessions nor secrets of clients."""
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

    def test_a_password_has_to_be_reset(self, engine: Engine) -> None:
        """A confirmed user gets in by none, and by a new one once he has recovered."""
        walker = new_walker(engine)
        walker = replace(walker, engine=moved(engine, secrets=False))
        assert walker.administer("AdminGetUser")["UserStatus"] == "RESET_REQUIRED"
        for sign_in in (walker.by_password, walker.by_srp):
            with refused("PasswordResetRequiredException"):
                sign_in()
        walker.call("ForgotPassword", ClientId=walker.client_id, Username="alice")
        code = walker.engine.outbox.messages(username="alice")[0].code
        names = {"ClientId": walker.client_id, "Username": "alice", "ConfirmationCode": code}
        walker.call("ConfirmForgotPassword", **names, Password=walker.password)
        tokens_of(walker.by_srp())

    def test_factors_and_devices_have_to_be_set_up_again(
        self, engine: Engine, alice: tuple[Walker, dict[str, Any], str, Device]
    ) -> None:
        """Where MFA is required it is set up, and no device stands in for it."""
        walker, tokens, _, _ = alice
        walker = replace(walker, engine=moved(engine, secrets=False))
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

    def test_an_invited_user_needs_a_new_invitation(self, engine: Engine) -> None:
        """A temporary password is gone; the state of who never had another one stays."""
        walker = new_walker(engine)
        email = [{"Name": "email", "Value": "bob@example.com"}]
        bob = replace(walker, username="bob")
        bob.administer("AdminCreateUser", UserAttributes=email, TemporaryPassword=bob.password)
        bob = replace(bob, engine=moved(engine, secrets=False))
        assert bob.administer("AdminGetUser")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        with refused("NotAuthorizedException"):
            bob.by_password()
        bob.administer("AdminCreateUser", MessageAction="RESEND")
        bob.password = bob.engine.outbox.messages(username="bob")[0].code
        assert bob.by_password()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_everybody_is_signed_out(self, engine: Engine) -> None:
        """Neither an access token nor a refresh token of before is worth anything."""
        walker = new_walker(engine)
        tokens = tokens_of(walker.by_srp())
        walker = replace(walker, engine=moved(engine, secrets=False))
        password = {"Password": walker.password, "Permanent": True}
        walker.administer("AdminSetUserPassword", **password)
        with refused("NotAuthorizedException"):
            walker.call("GetUser", AccessToken=tokens["AccessToken"])
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])

    def test_a_client_without_a_secret_stays_without(self, engine: Engine) -> None:
        """Only who had a secret gets one."""
        walker = new_walker(engine)
        made = new_client(engine, walker.user_pool_id)
        assert moved(engine, secrets=False).clients[made["ClientId"]].secret is None


def test_an_open_page_of_a_filtered_list_is_kept(engine: Engine) -> None:
    """A filtered ListUsers goes on after a restart where it was."""
    walkers = [new_walker(engine, username="alice")]
    pool_id = walkers[0].user_pool_id
    walkers += [new_walker(engine, username=name, pool_id=pool_id) for name in ("bob", "carol")]
    members = {"UserPoolId": pool_id, "Limit": 2, "Filter": 'status = "Enabled"'}
    token = engine.call("ListUsers", members)["PaginationToken"]
    again = moved(engine)
    rest = again.call("ListUsers", {**members, "PaginationToken": token})
    assert [user["Username"] for user in rest["Users"]] == ["carol"]
