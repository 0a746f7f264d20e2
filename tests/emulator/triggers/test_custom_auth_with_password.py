"""CUSTOM_AUTH together with Cognito's own challenges: password, MFA and devices."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.custom_sign_in import (
    answer,
    answer_both,
    begin,
    begin_with_password,
    prove_password,
)
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.trigger_handlers import Quiz, Recorder, engine_with
from tests.emulator.support.walker import (
    ALWAYS,
    ALWAYS_WITH_MFA,
    Walker,
    claims_of,
    new_walker,
    tokens_of,
)

NOT_AUTHORIZED = "NotAuthorizedException"
WRONG = "Incorrect username or password."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.fixture
def quiz() -> Quiz:
    """A quiz of two questions."""
    return Quiz("one", "two")


@pytest.fixture
def engine(quiz: Quiz) -> Engine:
    """An engine with the quiz as its triggers."""
    return engine_with(**quiz.triggers())


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a pool without MFA and tracking."""
    return new_walker(engine)


class TestWithPassword:
    """The password may come first: SRP_A leads to PASSWORD_VERIFIER (A180)."""

    @pytest.mark.fact("A180")
    def test_password_comes_before_the_questions(self, quiz: Quiz, walker: Walker) -> None:
        """PASSWORD_VERIFIER comes first, then the questions; Define gets both SRP rounds."""
        challenge = begin_with_password(walker)
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "alice"
        tokens_of(answer_both(walker, prove_password(walker, challenge)))
        names = [[one["challengeName"] for one in session] for session in quiz.sessions]
        begins = ["SRP_A", "PASSWORD_VERIFIER"]
        assert names == [
            ["SRP_A"],
            begins,
            [*begins, "CUSTOM_CHALLENGE"],
            [*begins, "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"],
        ]
        assert quiz.sessions[1] == [
            {"challengeName": name, "challengeResult": True, "challengeMetadata": None}
            for name in begins
        ]

    @pytest.mark.fact("M130")
    def test_wrong_password_is_refused_at_once(self, quiz: Quiz, walker: Walker) -> None:
        """A wrong password is refused without running Define."""
        challenge = begin_with_password(walker)
        with refused(NOT_AUTHORIZED, WRONG):
            walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge, password="wrong"))
        assert len(quiz.sessions) == 1

    def test_missing_srp_a_is_refused(self, walker: Walker) -> None:
        """CHALLENGE_NAME=SRP_A without SRP_A is refused."""
        with refused("InvalidParameterException", "Missing required parameter SRP_A"):
            begin(walker, CHALLENGE_NAME="SRP_A")

    def test_srp_a_without_challenge_name_skips_the_password(self, walker: Walker) -> None:
        """SRP_A alone does not ask for the password."""
        challenge = begin(walker, SRP_A=walker.exchange.public_hex)
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_define_may_skip_the_password(self) -> None:
        """Define may answer SRP_A with a custom challenge instead of PASSWORD_VERIFIER."""
        define = Recorder({"challengeName": "CUSTOM_CHALLENGE"})
        triggers = {**Quiz("one").triggers(), "define_auth_challenge": define}
        walker = new_walker(engine_with(**triggers))
        assert begin_with_password(walker)["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_pre_authentication_runs_only_with_a_password(self) -> None:
        """PreAuthentication runs only if a password is asked for.

        https://github.com/aws-amplify/amplify-js/issues/5318
        """
        recorder = Recorder()
        walker = new_walker(engine_with(**Quiz("one").triggers(), pre_authentication=recorder))
        begin(walker)
        assert recorder.events == []
        begin_with_password(walker)
        assert len(recorder.events) == 1

    def test_hidden_unknown_user_gets_an_unprovable_challenge(
        self, quiz: Quiz, engine: Engine
    ) -> None:
        """If existence is hidden, an unknown user gets a challenge that no password proves."""
        walker = new_walker(engine, client_settings=HIDING)
        challenge = begin_with_password(walker, USERNAME="nobody")
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        assert quiz.defined[0]["request"]["userNotFound"] is True
        with refused(NOT_AUTHORIZED, WRONG):
            prove_password(walker, challenge, USERNAME="nobody")

    def test_temporary_password_asks_for_a_new_one_before_the_questions(
        self, walker: Walker
    ) -> None:
        """NEW_PASSWORD_REQUIRED follows the password, then come the questions."""
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        challenge = prove_password(walker, begin_with_password(walker))
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        challenge = walker.respond(
            "NEW_PASSWORD_REQUIRED", challenge["Session"], NEW_PASSWORD=OTHER_PASSWORD
        )
        tokens_of(answer_both(walker, challenge))


class TestMfa:
    """MFA follows the password and only the password (A180)."""

    @pytest.mark.fact("A180")
    def test_totp_comes_before_the_questions(self, quiz: Quiz, engine: Engine) -> None:
        """The order is password, code, questions; Define gets the round of the code too.

        https://github.com/aws-amplify/amplify-js/issues/4888
        """
        walker = new_walker(engine, mfa="OPTIONAL")
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = prove_password(walker, begin_with_password(walker))
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert len(quiz.sessions) == 1
        tokens_of(answer_both(walker, walker.by_totp(challenge, secret)))
        names = [one["challengeName"] for one in quiz.sessions[1]]
        assert names == ["SRP_A", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"]

    @pytest.mark.fact("A180")
    def test_required_set_up_comes_before_the_questions(self, quiz: Quiz, engine: Engine) -> None:
        """With MFA ON, the set-up comes before the questions."""
        walker = new_walker(engine, mfa="ON")
        challenge = prove_password(walker, begin_with_password(walker))
        assert challenge["ChallengeName"] == "MFA_SETUP"
        _, challenge = walker.set_up(challenge)
        tokens_of(answer_both(walker, challenge))
        assert [one["challengeName"] for one in quiz.sessions[1]] == ["SRP_A", "PASSWORD_VERIFIER"]

    @pytest.mark.parametrize("mfa", ["OPTIONAL", "ON"])
    def test_no_mfa_without_the_password(self, engine: Engine, mfa: str) -> None:
        """Custom challenges alone ask for no second factor.

        https://github.com/aws-amplify/amplify-js/issues/12887
        """
        walker = new_walker(engine, mfa=mfa)
        tokens_of(answer_both(walker, begin(walker)))


class TestDevices:
    """A remembered device is proven once tokens may be issued (D091)."""

    def device_of(self, walker: Walker) -> Any:
        """Return a remembered device of the user."""
        return walker.confirm_device(tokens_of(answer_both(walker, begin(walker))))

    @pytest.mark.fact("D083", "D084", "D091")
    @pytest.mark.parametrize("where", ["InitiateAuth", "CUSTOM_CHALLENGE"])
    def test_device_is_the_last_challenge(self, quiz: Quiz, engine: Engine, where: str) -> None:
        """The device comes last, whether its key came at the beginning or with the answers."""
        walker = new_walker(engine, devices=ALWAYS)
        key = {"DEVICE_KEY": (device := self.device_of(walker)).key}
        quiz.sessions.clear()
        if where == "InitiateAuth":
            challenge = answer_both(walker, begin(walker, **key))
        else:
            challenge = answer_both(walker, begin(walker), **key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens = tokens_of(walker.by_device(device, challenge))
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key
        assert "NewDeviceMetadata" not in tokens
        assert len(quiz.sessions) == 3

    @pytest.mark.fact("D058")
    def test_sign_in_without_key_issues_a_device(self, engine: Engine) -> None:
        """A sign-in without a key issues a new device."""
        walker = new_walker(engine, devices=ALWAYS)
        assert "NewDeviceMetadata" in tokens_of(answer_both(walker, begin(walker)))

    @pytest.mark.fact("D091")
    @pytest.mark.parametrize(
        ("tracking", "asks_for_mfa"), [(ALWAYS, False), (ALWAYS_WITH_MFA, True)]
    )
    def test_device_replaces_mfa_and_is_proven_last(
        self, engine: Engine, tracking: dict[str, bool], asks_for_mfa: bool
    ) -> None:
        """A device that replaces MFA does so after the password, and is proven at the end."""
        walker = new_walker(engine, mfa="OPTIONAL", devices=tracking)
        first = tokens_of(walker.by_password())
        secret = walker.enrol(first)
        tokens = tokens_of(walker.by_totp(walker.by_password(), secret))
        device = walker.confirm_device(tokens)
        key = {"DEVICE_KEY": device.key}
        challenge = prove_password(walker, begin_with_password(walker), **key)
        assert (challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA") is asks_for_mfa
        if asks_for_mfa:
            challenge = walker.by_totp(challenge, secret, **key)
        challenge = answer_both(walker, challenge)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D106")
    @pytest.mark.parametrize("where", ["InitiateAuth", "CUSTOM_CHALLENGE"])
    def test_unknown_key_is_refused_and_keeps_the_session(self, engine: Engine, where: str) -> None:
        """A key of no confirmed device is refused, and the session works without it."""
        walker = new_walker(engine, devices=ALWAYS)
        code, text = "ResourceNotFoundException", "Device does not exist."
        if where == "InitiateAuth":
            with refused(code, text):
                begin(walker, DEVICE_KEY="us-east-1_unknown")
            return
        challenge = begin(walker)
        with refused(code, text):
            answer(walker, challenge, "one", DEVICE_KEY="us-east-1_unknown")
        tokens_of(answer_both(walker, challenge))
