"""CUSTOM_AUTH together with Cognito's own challenges: password, MFA and devices."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.custom import answer, begin, begin_with_password, prove, through
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.handlers import Quiz, Recorder, engine_with
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
    """Two questions."""
    return Quiz("one", "two")


@pytest.fixture
def engine(quiz: Quiz) -> Engine:
    """An engine where the quiz signs in."""
    return engine_with(**quiz.triggers())


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a pool without MFA and tracking."""
    return new_walker(engine)


class TestWithPassword:
    """The password may come first: SRP_A leads to PASSWORD_VERIFIER (A180)."""

    @pytest.mark.fact("A180")
    def test_the_password_comes_first(self, quiz: Quiz, walker: Walker) -> None:
        """PASSWORD_VERIFIER, then the questions; Define is told of both SRP rounds."""
        challenge = begin_with_password(walker)
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "alice"
        tokens_of(through(walker, prove(walker, challenge)))
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

    def test_a_wrong_password(self, quiz: Quiz, walker: Walker) -> None:
        """It is refused at once; Define is not asked about it."""
        challenge = begin_with_password(walker)
        with refused(NOT_AUTHORIZED, WRONG):
            walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge, password="wrong"))
        assert len(quiz.sessions) == 1

    def test_srp_a_is_needed(self, walker: Walker) -> None:
        """CHALLENGE_NAME=SRP_A without SRP_A lacks a parameter."""
        with refused("InvalidParameterException", "Missing required parameter SRP_A"):
            begin(walker, CHALLENGE_NAME="SRP_A")

    def test_without_the_challenge_name(self, walker: Walker) -> None:
        """SRP_A alone does not ask for the password."""
        challenge = begin(walker, SRP_A=walker.exchange.public_hex)
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_define_may_pass_the_password_by(self) -> None:
        """A client that begins with SRP_A may be asked something else; then it is too late."""
        define = Recorder({"challengeName": "CUSTOM_CHALLENGE"})
        triggers = {**Quiz("one").triggers(), "define_auth_challenge": define}
        walker = new_walker(engine_with(**triggers))
        assert begin_with_password(walker)["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_pre_authentication(self) -> None:
        """PreAuthentication is asked where a password is to be proven.

        https://github.com/aws-amplify/amplify-js/issues/5318
        """
        recorder = Recorder()
        walker = new_walker(engine_with(**Quiz("one").triggers(), pre_authentication=recorder))
        begin(walker)
        assert recorder.events == []
        begin_with_password(walker)
        assert len(recorder.events) == 1

    def test_somebody_unknown(self, quiz: Quiz, engine: Engine) -> None:
        """Nobody is given a challenge that nobody can prove."""
        walker = new_walker(engine, client_settings=HIDING)
        challenge = begin_with_password(walker, USERNAME="nobody")
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        assert quiz.defined[0]["request"]["userNotFound"] is True
        with refused(NOT_AUTHORIZED, WRONG):
            prove(walker, challenge, USERNAME="nobody")

    def test_a_temporary_password(self, walker: Walker) -> None:
        """NEW_PASSWORD_REQUIRED follows the password, and the questions follow that."""
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        challenge = prove(walker, begin_with_password(walker))
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        challenge = walker.respond(
            "NEW_PASSWORD_REQUIRED", challenge["Session"], NEW_PASSWORD=OTHER_PASSWORD
        )
        tokens_of(through(walker, challenge))


class TestMfa:
    """MFA follows the password by itself, and only the password (A180)."""

    @pytest.mark.fact("A180")
    def test_a_software_token(self, quiz: Quiz, engine: Engine) -> None:
        """Password, code, questions; Define is told of the code as well.

        https://github.com/aws-amplify/amplify-js/issues/4888
        """
        walker = new_walker(engine, mfa="OPTIONAL")
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = prove(walker, begin_with_password(walker))
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert len(quiz.sessions) == 1
        tokens_of(through(walker, walker.by_totp(challenge, secret)))
        names = [one["challengeName"] for one in quiz.sessions[1]]
        assert names == ["SRP_A", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"]

    @pytest.mark.fact("A180")
    def test_a_set_up(self, quiz: Quiz, engine: Engine) -> None:
        """Where MFA is a must, setting it up is part of the way to the questions."""
        walker = new_walker(engine, mfa="ON")
        challenge = prove(walker, begin_with_password(walker))
        assert challenge["ChallengeName"] == "MFA_SETUP"
        _, challenge = walker.set_up(challenge)
        tokens_of(through(walker, challenge))
        assert [one["challengeName"] for one in quiz.sessions[1]] == ["SRP_A", "PASSWORD_VERIFIER"]

    @pytest.mark.parametrize("mfa", ["OPTIONAL", "ON"])
    def test_not_without_the_password(self, engine: Engine, mfa: str) -> None:
        """Custom challenges alone ask for no second factor.

        https://github.com/aws-amplify/amplify-js/issues/12887
        """
        walker = new_walker(engine, mfa=mfa)
        tokens_of(through(walker, begin(walker)))


class TestDevices:
    """A remembered device proves itself once tokens may be issued (D091)."""

    def device_of(self, walker: Walker) -> Any:
        """A remembered device of the user."""
        return walker.confirm_device(tokens_of(through(walker, begin(walker))))

    @pytest.mark.fact("D083", "D084", "D091")
    @pytest.mark.parametrize("where", ["InitiateAuth", "CUSTOM_CHALLENGE"])
    def test_the_last_challenge(self, quiz: Quiz, engine: Engine, where: str) -> None:
        """Whether its key came at the beginning or with the answers, the device comes last."""
        walker = new_walker(engine, devices=ALWAYS)
        key = {"DEVICE_KEY": (device := self.device_of(walker)).key}
        quiz.sessions.clear()
        if where == "InitiateAuth":
            challenge = through(walker, begin(walker, **key))
        else:
            challenge = through(walker, begin(walker), **key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens = tokens_of(walker.by_device(device, challenge))
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key
        assert "NewDeviceMetadata" not in tokens
        assert len(quiz.sessions) == 3

    @pytest.mark.fact("D058")
    def test_a_new_device(self, engine: Engine) -> None:
        """A sign-in without a key issues one."""
        walker = new_walker(engine, devices=ALWAYS)
        assert "NewDeviceMetadata" in tokens_of(through(walker, begin(walker)))

    @pytest.mark.fact("D091")
    @pytest.mark.parametrize(
        ("tracking", "asks_for_mfa"), [(ALWAYS, False), (ALWAYS_WITH_MFA, True)]
    )
    def test_after_the_password(
        self, engine: Engine, tracking: dict[str, bool], asks_for_mfa: bool
    ) -> None:
        """A device that replaces MFA does so here, and proves itself at the end all the same."""
        walker = new_walker(engine, mfa="OPTIONAL", devices=tracking)
        first = tokens_of(walker.by_password())
        secret = walker.enrol(first)
        tokens = tokens_of(walker.by_totp(walker.by_password(), secret))
        device = walker.confirm_device(tokens)
        key = {"DEVICE_KEY": device.key}
        challenge = prove(walker, begin_with_password(walker), **key)
        assert (challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA") is asks_for_mfa
        if asks_for_mfa:
            challenge = walker.by_totp(challenge, secret, **key)
        challenge = through(walker, challenge)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D106")
    @pytest.mark.parametrize("where", ["InitiateAuth", "CUSTOM_CHALLENGE"])
    def test_an_unknown_key(self, engine: Engine, where: str) -> None:
        """A key of no confirmed device is refused, and the session can be used without it."""
        walker = new_walker(engine, devices=ALWAYS)
        code, text = "ResourceNotFoundException", "Device does not exist."
        if where == "InitiateAuth":
            with refused(code, text):
                begin(walker, DEVICE_KEY="us-east-1_unknown")
            return
        challenge = begin(walker)
        with refused(code, text):
            answer(walker, challenge, "one", DEVICE_KEY="us-east-1_unknown")
        tokens_of(through(walker, challenge))
