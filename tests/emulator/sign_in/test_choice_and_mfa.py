"""USER_AUTH of users with MFA, and of those who may not sign in at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.choosing import (
    allowing,
    ask,
    choose,
    chooser,
    offered,
    sent_code,
)
from tests.emulator.support.expect import PASSWORD, refused
from tests.emulator.support.walker import Walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
PASSWORDS = {"PASSWORD_SRP", "PASSWORD"}


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user with a verified email address, by the operations of apps or of administrators."""
    return chooser(engine, admin=request.param)


class TestMfa:
    """MFA after the first factor."""

    @pytest.mark.fact("N032", "N017")
    @pytest.mark.parametrize("preferred", ["PASSWORD", "PASSWORD_SRP"])
    def test_password_is_followed_by_mfa(self, engine: Engine, preferred: str) -> None:
        """After either form of the password comes MFA, as in the other flows."""
        walker = chooser(engine, mfa="OPTIONAL")
        secret = walker.enrol(tokens_of(walker.by_password()))
        assert offered(choose(walker)) == PASSWORDS
        challenge = choose(
            walker,
            PREFERRED_CHALLENGE=preferred,
            PASSWORD=PASSWORD,
            SRP_A=walker.exchange.public_hex,
        )
        if preferred == "PASSWORD_SRP":
            proof = walker.proof(challenge)
            challenge = walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof)
        assert tokens_of(walker.by_totp(challenge, secret))

    @pytest.mark.fact("N032")
    @pytest.mark.parametrize("insist", [False, True])
    def test_user_with_mfa_gets_no_code(self, engine: Engine, insist: bool) -> None:
        """A user who has switched on MFA is not offered a code, and refused if they insist."""
        walker = chooser(engine, mfa="OPTIONAL")
        walker.enrol(tokens_of(walker.by_password()))
        answer = choose(walker, PREFERRED_CHALLENGE="EMAIL_OTP")
        assert (answer["ChallengeName"], offered(answer)) == ("SELECT_CHALLENGE", PASSWORDS)
        if insist:
            with refused(NOT_AUTHORIZED):
                walker.respond("SELECT_CHALLENGE", answer["Session"], ANSWER="EMAIL_OTP")
        assert not engine.outbox.messages(kind="mfa")

    @pytest.mark.fact("N032")
    def test_optional_mfa_without_a_factor_takes_codes(self, engine: Engine) -> None:
        """Where MFA is optional and the user has no factor, a code gives tokens."""
        walker = chooser(engine, mfa="OPTIONAL")
        session = ask(walker, "EMAIL_OTP")["Session"]
        code = sent_code(walker)
        assert tokens_of(walker.respond("EMAIL_OTP", session, EMAIL_OTP_CODE=code))

    @pytest.mark.fact("N032")
    def test_required_mfa_offers_the_password(self, engine: Engine) -> None:
        """In a pool that requires MFA the password is offered alone."""
        walker = chooser(engine, mfa="ON", **allowing())
        assert offered(choose(walker)) == PASSWORDS


class TestStates:
    """Who may not begin."""

    @pytest.mark.fact("A127", "A128", "A129")
    @pytest.mark.parametrize("preferred", [None, "EMAIL_OTP", "SMS_OTP"])
    @pytest.mark.parametrize(
        ("operation", "code"),
        [
            ("AdminDisableUser", NOT_AUTHORIZED),
            ("AdminResetUserPassword", "PasswordResetRequiredException"),
        ],
    )
    def test_user_who_may_not_sign_in_gets_no_code(
        self, walker: Walker, preferred: str | None, operation: str, code: str
    ) -> None:
        """Nobody is asked for a first factor, or sent a code, who could not sign in with it."""
        walker.administer(operation)
        with refused(code):
            choose(walker, PREFERRED_CHALLENGE=preferred)
        assert not walker.engine.outbox.messages(kind="mfa")

    @pytest.mark.fact("A128")
    def test_user_disabled_before_the_choice_gets_no_code(self, walker: Walker) -> None:
        """A user who is disabled between the list and the choice is sent nothing."""
        session = choose(walker)["Session"]
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")
        assert not walker.engine.outbox.messages(kind="mfa")

    @pytest.mark.fact("N002", "N002b", "A118", "A190")
    def test_lite_pool_refuses_every_step(self, walker: Walker) -> None:
        """A pool that went to the Lite plan refuses the start, and sign-ins that had begun."""
        chosen, asked = choose(walker)["Session"], ask(walker, "EMAIL_OTP")["Session"]
        pool = walker.engine.pools[walker.user_pool_id]
        pool.settings["UserPoolTier"] = "LITE"
        steps: list[Callable[[], Any]] = [
            lambda: choose(walker),
            lambda: walker.respond("SELECT_CHALLENGE", chosen, ANSWER="EMAIL_OTP"),
            lambda: walker.respond("EMAIL_OTP", asked, EMAIL_OTP_CODE=sent_code(walker)),
        ]
        for step in steps:
            with refused("FeatureUnavailableInTierException"):
                step()
