"""SRP if existence is hidden: an unknown user gets a challenge that cannot be proven."""

from __future__ import annotations

import re

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_walker

INCORRECT = "Incorrect username or password."
NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


class TestUnknownUser:
    """With PreventUserExistenceErrors an unknown user gets a simulated challenge."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a client that hides existence."""
        return new_walker(engine, client_settings=HIDING)

    @pytest.mark.fact("A101", "D031", "D046b")
    def test_parameters_look_like_a_real_users(self, walker: Walker) -> None:
        """The parameters have the same names and forms as a real user's."""
        real = walker.start_srp()
        made_up = walker.start_srp(USERNAME="nobody")
        assert set(made_up) == set(real)
        given = made_up["ChallengeParameters"]
        assert set(given) == set(real["ChallengeParameters"])
        assert re.fullmatch(r"[1-9a-f][0-9a-f]{0,31}", given["SALT"])
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", given["USER_ID_FOR_SRP"])

    @pytest.mark.fact("A101")
    def test_salt_is_stable_per_name(self, walker: Walker) -> None:
        """SALT and USER_ID_FOR_SRP of a name stay the same, and differ between names."""
        names = ("nobody", "nobody", "noone")
        one, two, three = (walker.start_srp(USERNAME=name)["ChallengeParameters"] for name in names)
        for name in ("SALT", "USER_ID_FOR_SRP"):
            assert one[name] == two[name] != three[name]

    @pytest.mark.fact("A101")
    def test_salt_differs_between_pools(self, walker: Walker) -> None:
        """Another pool has another salt for the same name."""
        other = new_walker(walker.engine, client_settings=HIDING)
        one, two = (w.start_srp(USERNAME="nobody")["ChallengeParameters"] for w in (walker, other))
        assert one["SALT"] != two["SALT"]

    @pytest.mark.fact("A101", "D046b")
    @pytest.mark.parametrize("by_user_id", [False, True])
    def test_every_proof_is_a_wrong_password(self, walker: Walker, by_user_id: bool) -> None:
        """Every proof is refused as a wrong password."""
        challenge = walker.start_srp(USERNAME="nobody")
        name = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] if by_user_id else "nobody"
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", USERNAME=name, **walker.proof(challenge))

    def test_bad_srp_a_is_refused(self, walker: Walker) -> None:
        """An SRP_A of 0 is refused as for a real user."""
        for name in ("alice", "nobody"):
            with refused(INVALID):
                walker.start_srp(USERNAME=name, SRP_A="0")
