"""What somebody tries who knows a name, and perhaps an old session, an old proof or an app client.

Attacks on one challenge alone are in the tests of that challenge; these are on what lies between.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    options_of,
    passkeys_in,
    prove,
    register,
    sent_code,
)
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.passwordless import pool_with_codes
from tests.emulator.support.saved_states import restart
from tests.emulator.support.walker import Walker, new_client, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
EXPIRED = "Invalid session for the user, session is expired."
INCORRECT = "Incorrect username or password."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


class TestSessionOfAConfirmation:
    """The session of ConfirmSignUp is worth tokens, so what ends a code has to end it as well."""

    @staticmethod
    def confirmed(engine: Engine) -> tuple[Walker, str]:
        """Return a user who has just confirmed their email address, and the session for that."""
        pool_id = pool_with_codes(engine, "EMAIL_OTP")
        walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
        names = {"ClientId": walker.client_id, "Username": walker.username}
        email = pairs(email="old@example.com")
        walker.call("SignUp", **names, Password=PASSWORD, UserAttributes=email)
        code = engine.outbox.messages(username=walker.username)[0].code
        answer = walker.call("ConfirmSignUp", **names, ConfirmationCode=code)
        return walker, str(answer["Session"])

    @staticmethod
    def sign_in(walker: Walker, session: str) -> dict[str, Any]:
        """Call InitiateAuth with the session."""
        parameters = {"USERNAME": walker.username}
        how = {"ClientId": walker.client_id, "AuthFlow": "USER_AUTH", "Session": session}
        return walker.call("InitiateAuth", **how, AuthParameters=parameters)

    @pytest.mark.fact("N024", "A324")
    def test_sign_out_ends_it(self, engine: Engine) -> None:
        """Whoever kept the session has no tokens for it after the user was signed out."""
        walker, session = self.confirmed(engine)
        walker.administer("AdminUserGlobalSignOut")
        with refused(NOT_AUTHORIZED, INVALID):
            self.sign_in(walker, session)

    @pytest.mark.fact("N024")
    def test_another_address_ends_it(self, engine: Engine) -> None:
        """The old mailbox proves nothing once the user has a new address."""
        walker, session = self.confirmed(engine)
        new = pairs(email="new@example.com", email_verified="true")
        walker.administer("AdminUpdateUserAttributes", UserAttributes=new)
        with refused(NOT_AUTHORIZED, INVALID):
            self.sign_in(walker, session)

    @pytest.mark.fact("N024")
    def test_sign_out_before_the_confirmation_does_not(self, engine: Engine) -> None:
        """A sign-out ends what was proven before it, and the code is proven after it."""
        pool_id = pool_with_codes(engine, "EMAIL_OTP")
        walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
        names = {"ClientId": walker.client_id, "Username": walker.username}
        email = pairs(email="old@example.com")
        session = walker.call("SignUp", **names, Password=PASSWORD, UserAttributes=email)["Session"]
        walker.administer("AdminUserGlobalSignOut")
        code = engine.outbox.messages(username=walker.username)[0].code
        answer = walker.call("ConfirmSignUp", **names, ConfirmationCode=code, Session=session)
        assert tokens_of(self.sign_in(walker, answer["Session"]))

    @pytest.mark.fact("N022", "N024")
    def test_it_does_not_tell_who_exists(self, engine: Engine) -> None:
        """An expired session is said to be that with a name of nobody too."""
        walker, session = self.confirmed(engine)
        hiding = new_client(engine, walker.user_pool_id, **HIDING)["ClientId"]
        engine.clock.advance(200)
        for name in (walker.username, "nobody"):
            one = Walker(engine, walker.user_pool_id, hiding, name)
            with refused(NOT_AUTHORIZED, EXPIRED):
                self.sign_in(one, session)

    @pytest.mark.fact("N024")
    @pytest.mark.parametrize("change", ["sign-out", "address"])
    def test_restart_does_not_revive_it(self, engine: Engine, change: str) -> None:
        """A saved state knows what has ended the session."""
        walker, session = self.confirmed(engine)
        if change == "sign-out":
            walker.administer("AdminUserGlobalSignOut")
        else:
            new = pairs(email="new@example.com", email_verified="true")
            walker.administer("AdminUpdateUserAttributes", UserAttributes=new)
        with refused(NOT_AUTHORIZED, INVALID):
            self.sign_in(_restarted(walker), session)


def _restarted(walker: Walker) -> Walker:
    return Walker(restart(walker.engine), walker.user_pool_id, walker.client_id, walker.username)


class TestWhoExists:
    """A client that hides which users exist answers a name of nobody as a user's."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool whose usernames are in any case."""
        any_case: dict[str, Any] = {"UsernameConfiguration": {"CaseSensitive": False}}
        return chooser(engine, client_settings=HIDING, **any_case)

    @pytest.mark.fact("N022")
    @pytest.mark.parametrize("name", ["alice", "nobody"])
    def test_case_of_a_name_does_not_tell(self, walker: Walker, name: str) -> None:
        """The choice can be answered by the name in other letters, whoever it names."""
        session = choose(walker, USERNAME=name)["Session"]
        chosen = {"USERNAME": name.upper(), "ANSWER": "EMAIL_OTP"}
        challenge = walker.respond("SELECT_CHALLENGE", session, **chosen)
        with refused("CodeMismatchException"):
            given = {"USERNAME": name.title(), "EMAIL_OTP_CODE": "x"}
            walker.respond("EMAIL_OTP", challenge["Session"], **given)

    @pytest.mark.fact("A102", "N022")
    @pytest.mark.parametrize("name", ["alice", "nobody"])
    def test_one_name_has_one_contact(self, walker: Walker, name: str) -> None:
        """The masked address is the same in all cases of a name."""
        shown = [
            ask(walker, "EMAIL_OTP", USERNAME=spelled)["ChallengeParameters"]
            for spelled in (name, name.upper())
        ]
        assert shown[0] == shown[1]

    @pytest.mark.fact("A101", "N022")
    @pytest.mark.parametrize("name", ["alice", "nobody"])
    def test_one_name_has_one_salt(self, walker: Walker, name: str) -> None:
        """The salt is the same in all cases of a name, and so is the name for the proof."""
        shown = [
            ask_srp(walker, USERNAME=spelled)["ChallengeParameters"]
            for spelled in (name, name.upper())
        ]
        for member in ("SALT", "USER_ID_FOR_SRP"):
            assert shown[0][member] == shown[1][member]

    @pytest.mark.fact("N022", "N026")
    @pytest.mark.parametrize("session", [None, "A" * 100], ids=["none", "unknown"])
    @pytest.mark.parametrize("name", ["alice", "nobody"])
    def test_proof_without_its_session_does_not_tell(
        self, walker: Walker, name: str, session: str | None
    ) -> None:
        """A proof misses its session for a name of nobody too."""
        challenge = ask_srp(walker, USERNAME=name)
        given = {"USERNAME": name, **walker.proof(challenge, password=OTHER_PASSWORD)}
        missed = INVALID if session else "Missing required parameter Session"
        with pytest.raises(Refusal) as caught:
            walker.respond("PASSWORD_VERIFIER", session, **given)
        assert caught.value.message == missed
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", challenge["Session"], **given)


def ask_srp(walker: Walker, **parameters: str) -> dict[str, Any]:
    """Begin USER_AUTH with PASSWORD_SRP."""
    srp = {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": walker.exchange.public_hex}
    return choose(walker, **srp, **parameters)


class TestClientThatAllowsItNoMore:
    """A client loses ALLOW_USER_AUTH while a sign-in waits."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool that takes passkeys."""
        walker = chooser(engine)
        passkeys_in(walker)
        return walker

    @staticmethod
    def forbid(walker: Walker) -> None:
        """Leave the client the password alone."""
        names = {"UserPoolId": walker.user_pool_id, "ClientId": walker.client_id}
        walker.call("UpdateUserPoolClient", **names, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])

    @pytest.mark.fact("N001")
    @pytest.mark.parametrize("answer", ["EMAIL_OTP", "PASSWORD"])
    def test_choice_is_over(self, walker: Walker, answer: str) -> None:
        """No factor can be chosen any more, not even the right password."""
        session = choose(walker)["Session"]
        self.forbid(walker)
        with refused(NOT_AUTHORIZED, INVALID):
            walker.respond("SELECT_CHALLENGE", session, ANSWER=answer, PASSWORD=PASSWORD)

    @pytest.mark.fact("N001")
    def test_code_is_over(self, walker: Walker) -> None:
        """A code that was sent before is no proof any more."""
        challenge = ask(walker, "EMAIL_OTP")
        self.forbid(walker)
        with refused(NOT_AUTHORIZED, INVALID):
            code = sent_code(walker)
            walker.respond("EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=code)

    @pytest.mark.fact("N001")
    def test_passkey_is_over(self, walker: Walker) -> None:
        """A passkey is no proof any more."""
        passkey = register(walker, tokens_of(walker.by_password()))
        challenge = ask(walker, "WEB_AUTHN")
        self.forbid(walker)
        with refused(NOT_AUTHORIZED, INVALID):
            prove(walker, challenge, passkey)

    @pytest.mark.fact("N001")
    def test_srp_is_over(self, walker: Walker) -> None:
        """A proof of the password that USER_AUTH asked for is none any more."""
        challenge = ask_srp(walker)
        self.forbid(walker)
        with refused(NOT_AUTHORIZED, INVALID):
            walker.respond("PASSWORD_VERIFIER", challenge["Session"], **walker.proof(challenge))


class TestReplay:
    """Proofs that were good once, after a restart."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool that takes passkeys."""
        walker = chooser(engine)
        passkeys_in(walker)
        return walker

    @pytest.mark.fact("N030", "A142")
    def test_code_is_used_up(self, walker: Walker) -> None:
        """A code gives no second tokens."""
        challenge = ask(walker, "EMAIL_OTP")
        given = {"EMAIL_OTP_CODE": sent_code(walker)}
        assert tokens_of(walker.respond("EMAIL_OTP", challenge["Session"], **given))
        with refused(NOT_AUTHORIZED, USED):
            _restarted(walker).respond("EMAIL_OTP", challenge["Session"], **given)

    @pytest.mark.fact("N052", "A142")
    def test_proof_and_counter_are_used_up(self, walker: Walker) -> None:
        """Neither the proof nor a copy of the passkey from before it gives tokens."""
        passkey = register(walker, tokens_of(walker.by_password()))
        copy = passkey.clone()
        challenge = ask(walker, "WEB_AUTHN")
        given = {"CREDENTIAL": json.dumps(passkey.sign(options_of(challenge)))}
        assert tokens_of(walker.respond("WEB_AUTHN", challenge["Session"], **given))
        after = _restarted(walker)
        with refused(NOT_AUTHORIZED, USED):
            after.respond("WEB_AUTHN", challenge["Session"], **given)
        with refused(NOT_AUTHORIZED):
            prove(after, ask(after, "WEB_AUTHN"), copy)
        assert tokens_of(prove(after, ask(after, "WEB_AUTHN"), passkey))

    @pytest.mark.fact("N026", "A152")
    def test_proof_of_the_password_is_used_up(self, walker: Walker) -> None:
        """The proof of USER_AUTH's SRP gives no second tokens."""
        challenge = ask_srp(walker)
        proof = walker.proof(challenge)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))
        with refused(NOT_AUTHORIZED):
            _restarted(walker).respond("PASSWORD_VERIFIER", challenge["Session"], **proof)

    @pytest.mark.fact("N044")
    def test_registration_is_used_up(self, walker: Walker) -> None:
        """A registration adds no passkey twice, and no other one."""
        token = tokens_of(walker.by_password())["AccessToken"]
        passkey = register(walker, {"AccessToken": token})
        after = _restarted(walker)
        with refused("WebAuthnChallengeNotFoundException"):
            after.call(
                "CompleteWebAuthnRegistration", AccessToken=token, Credential=passkey.registration
            )
