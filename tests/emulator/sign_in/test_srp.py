"""Signing in by SRP: parameters, proofs, time stamps and secret blocks."""

from __future__ import annotations

import base64
import re

import pytest

from harness.emulator.engine import Engine
from harness.srp.group import N
from harness.srp.server import make_verifier
from tests.emulator.support.expect import PASSWORD, refused
from tests.emulator.support.walker import Walker, new_client, new_engine, new_walker, tokens_of

INCORRECT = "Incorrect username or password."
NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A confirmed user, by the public and by the administrators' calls."""
    return new_walker(engine, admin=request.param)


class TestChallenge:
    """PASSWORD_VERIFIER, the answer to USER_SRP_AUTH."""

    @pytest.mark.fact("A147", "A148", "D044")
    def test_parameters(self, walker: Walker) -> None:
        """The challenge has five parameters and no Session."""
        answer = walker.start_srp()
        assert set(answer) == {"ChallengeName", "ChallengeParameters"}
        assert answer["ChallengeName"] == "PASSWORD_VERIFIER"
        assert set(answer["ChallengeParameters"]) == {
            "SALT",
            "SECRET_BLOCK",
            "SRP_B",
            "USERNAME",
            "USER_ID_FOR_SRP",
        }

    @pytest.mark.fact("D022", "D023", "D024", "D025", "D031")
    def test_wire_forms(self, walker: Walker) -> None:
        """SALT and SRP_B are minimal lower-case hex, SECRET_BLOCK is base64 of AgV4."""
        given = walker.start_srp()["ChallengeParameters"]
        for name, longest in (("SALT", 32), ("SRP_B", 768)):
            assert re.fullmatch(rf"[1-9a-f][0-9a-f]{{0,{longest - 1}}}", given[name])
        assert given["SECRET_BLOCK"].startswith("AgV4")
        assert len(given["SECRET_BLOCK"]) == 1724
        assert base64.b64decode(given["SECRET_BLOCK"], validate=True)

    @pytest.mark.fact("A161")
    def test_salt_is_the_users_own(self, walker: Walker) -> None:
        """SALT stays while the password does; B and block are new each time."""
        one, two = (walker.start_srp()["ChallengeParameters"] for _ in range(2))
        assert one["SALT"] == two["SALT"]
        assert one["SRP_B"] != two["SRP_B"]
        assert one["SECRET_BLOCK"] != two["SECRET_BLOCK"]

    @pytest.mark.fact("D024", "D030", "D.3")
    @pytest.mark.parametrize("bits", [120, 124, 121, 127, 128])
    def test_short_salts(self, engine: Engine, bits: int) -> None:
        """A salt with leading zeros is sent without them, and signs in."""
        walker = new_walker(engine)
        user = engine.pools[walker.user_pool_id].users.by_username("alice")
        assert user is not None
        assert user.password is not None
        salt = (1 << (bits - 1)) | 5
        user.password.salt = salt
        names = (user.password.prefix, user.password.ident)
        user.password._verifier = make_verifier(*names, PASSWORD, salt)
        assert walker.start_srp()["ChallengeParameters"]["SALT"] == f"{salt:x}"
        assert tokens_of(walker.by_srp())

    @pytest.mark.fact("A149", "D005")
    def test_internal_user_name(self, engine: Engine) -> None:
        """USERNAME and USER_ID_FOR_SRP are the internal name for an alias too."""
        walker = new_walker(engine, AliasAttributes=["email"])
        given = walker.start_srp(USERNAME="alice@example.com")["ChallengeParameters"]
        assert given["USERNAME"] == given["USER_ID_FOR_SRP"] == "alice"

    @pytest.mark.fact("D049")
    @pytest.mark.parametrize("answered_as", ["alice", "alice@example.com"])
    def test_answered_by_either_name(self, engine: Engine, answered_as: str) -> None:
        """The answer may name the alias or the internal name."""
        walker = new_walker(engine, AliasAttributes=["email"])
        proof = walker.proof(walker.start_srp(USERNAME="alice@example.com"))
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", USERNAME=answered_as, **proof))

    @pytest.mark.fact("A159")
    def test_two_logins_in_between(self, walker: Walker) -> None:
        """Challenges of one user do not disturb each other, even with the same A."""
        one, two = walker.start_srp(), walker.start_srp()
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(one)))
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(two)))


class TestInitiateRefusals:
    """What USER_SRP_AUTH refuses, and in which order."""

    @pytest.mark.fact("A157", "D020", "D043", "D.27")
    @pytest.mark.parametrize(
        "srp_a",
        ["0", "00", f"{N:x}", f"{2 * N:X}", "xyz", "-1", "0x10", " ", "é"],
        ids=["zero", "zeros", "N", "2N", "no-hex", "negative", "prefix", "blank", "letter"],
    )
    def test_bad_srp_a(self, walker: Walker, srp_a: str) -> None:
        """An A that is 0 modulo N or no hex is refused."""
        with refused(INVALID):
            walker.start_srp(SRP_A=srp_a)

    @pytest.mark.fact("D021")
    @pytest.mark.parametrize("form", ["{:X}", "0{:x}", "0000{:x}"])
    def test_lenient_srp_a(self, walker: Walker, form: str) -> None:
        """Upper case and leading zeros are accepted."""
        challenge = walker.start_srp(SRP_A=form.format(walker.exchange.public_value))
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))

    @pytest.mark.fact("A150", "A151")
    def test_the_user_is_judged_first(self, walker: Walker) -> None:
        """An unknown user with a bad A is an unknown user."""
        with refused("UserNotFoundException", "User does not exist."):
            walker.start_srp(USERNAME="nobody", SRP_A="0")

    @pytest.mark.fact("D046")
    def test_sub_as_user_name(self, walker: Walker) -> None:
        """The sub is not found where user names are not subs."""
        user = next(iter(walker.engine.pools[walker.user_pool_id].users))
        with refused("UserNotFoundException", "User does not exist."):
            walker.start_srp(USERNAME=user.sub)

    @pytest.mark.fact("D047")
    def test_unconfirmed(self, engine: Engine) -> None:
        """An unconfirmed user is told so before the password is looked at."""
        walker = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            walker.start_srp()

    @pytest.mark.fact("A128")
    def test_disabled(self, walker: Walker) -> None:
        """A disabled user is told so."""
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.start_srp()


class TestProof:
    """What PASSWORD_VERIFIER accepts and refuses."""

    def test_right(self, walker: Walker) -> None:
        """The right password gives tokens."""
        assert "AccessToken" in tokens_of(walker.by_srp())

    @pytest.mark.fact("A152", "D048")
    def test_wrong_password(self, walker: Walker) -> None:
        """A wrong password is refused."""
        proof = walker.proof(walker.start_srp(), password="wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152", "A158", "D048")
    @pytest.mark.parametrize(
        "signature", ["AAAA", "not base64", "é", "A" * 44], ids=["short", "text", "letter", "zeros"]
    )
    def test_wrong_signature(self, walker: Walker, signature: str) -> None:
        """Any other signature is refused in the same words."""
        proof = {**walker.proof(walker.start_srp()), "PASSWORD_CLAIM_SIGNATURE": signature}
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152", "A158", "D048")
    @pytest.mark.parametrize("block", ["AgV4", "not base64", "é"])
    def test_tampered_secret_block(self, walker: Walker, block: str) -> None:
        """A SECRET_BLOCK that was not given out is refused in the same words."""
        proof = {**walker.proof(walker.start_srp()), "PASSWORD_CLAIM_SECRET_BLOCK": block}
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152", "D048")
    def test_foreign_secret_block(self, walker: Walker) -> None:
        """The block of another challenge does not fit the proof of this one."""
        one, two = walker.start_srp(), walker.start_srp()
        proof = walker.proof(one)
        proof["PASSWORD_CLAIM_SECRET_BLOCK"] = two["ChallengeParameters"]["SECRET_BLOCK"]
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152")
    def test_another_user(self, engine: Engine) -> None:
        """The proof of one user does not sign another in."""
        alice = new_walker(engine)
        client = {"ClientId": alice.client_id}
        new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        proof = alice.proof(alice.start_srp())
        with refused(NOT_AUTHORIZED, INCORRECT):
            alice.respond("PASSWORD_VERIFIER", USERNAME="bob", **proof)

    @pytest.mark.fact("A152")
    def test_another_users_proofs_lock_nobody(self, engine: Engine) -> None:
        """Proofs of somebody else's challenge are no wrong passwords of the user."""
        alice = new_walker(engine)
        client = {"ClientId": alice.client_id}
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        proof = alice.proof(alice.start_srp())
        for _ in range(5):
            with refused(NOT_AUTHORIZED, INCORRECT):
                alice.respond("PASSWORD_VERIFIER", USERNAME="bob", **proof)
        assert tokens_of(bob.by_srp())

    @pytest.mark.fact("A152")
    def test_another_client(self, engine: Engine) -> None:
        """The challenge of one client is not answered at another."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.client_id = new_client(engine, walker.user_pool_id)["ClientId"]
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A117", "A164", "A178")
    @pytest.mark.parametrize(
        "name",
        ["PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP", "USERNAME"],
    )
    def test_missing(self, walker: Walker, name: str) -> None:
        """A missing response is refused by its name."""
        proof = {**walker.proof(walker.start_srp()), name: None}
        with refused(INVALID, f"Missing required parameter {name}"):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A177", "D049")
    def test_extra_responses(self, walker: Walker) -> None:
        """Responses that the challenge does not know are ignored."""
        proof = walker.proof(walker.start_srp())
        extra = {"SRP_A": "0", "SMS_MFA_CODE": "123456"}
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof, **extra))

    @pytest.mark.fact("A160", "D.5")
    def test_once(self, walker: Walker) -> None:
        """A proven challenge is not accepted again (section D, 5)."""
        proof = walker.proof(walker.start_srp())
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("D.5")
    def test_again_after_a_wrong_signature(self, walker: Walker) -> None:
        """A wrong proof leaves the challenge valid (section D, 5)."""
        challenge = walker.start_srp()
        wrong = walker.proof(challenge, password="wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **wrong)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))

    @pytest.mark.fact("D027", "D.5")
    def test_expires(self, walker: Walker) -> None:
        """A challenge lives for AuthSessionValidity (section D, 5; D027)."""
        early, late = walker.start_srp(), walker.start_srp()
        walker.engine.clock.advance(179.9)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(early)))
        walker.engine.clock.advance(0.1)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **walker.proof(late))

    @pytest.mark.fact("A161")
    def test_password_changed_meanwhile(self, engine: Engine) -> None:
        """The old password does not answer a challenge that is older than the change."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.administer("AdminSetUserPassword", Password="Another-Pass-9", Permanent=True)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A128")
    def test_disabled_meanwhile(self, engine: Engine) -> None:
        """A user who was disabled after the challenge gets no tokens."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A126")
    def test_deleted_meanwhile(self, engine: Engine) -> None:
        """A user who was deleted after the challenge is unknown."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.administer("AdminDeleteUser")
        with refused("UserNotFoundException", "User does not exist."):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A165")
    def test_temporary_password(self, engine: Engine) -> None:
        """A proven temporary password asks for a new one, with a Session."""
        walker = new_walker(engine)
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        answer = walker.by_srp()
        assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert answer["Session"]


class TestTimestamp:
    """TIMESTAMP is parsed, printed canonically, and must be about now."""

    def prove(self, walker: Walker, timestamp: str) -> None:
        """Sign over exactly this text and send it."""
        proof = walker.proof(walker.start_srp(), timestamp=timestamp)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("A156", "D026", "D.4")
    @pytest.mark.parametrize("seconds", [-300, -60, 60, 300])
    def test_tolerance(self, walker: Walker, seconds: int) -> None:
        """Five minutes either way are accepted (section D, 4)."""
        self.prove(walker, walker.timestamp(seconds))

    @pytest.mark.fact("A156", "D026", "D.4")
    @pytest.mark.parametrize("seconds", [-301, 301, 86_400])
    def test_beyond_tolerance(self, walker: Walker, seconds: int) -> None:
        """Further away it is refused in the words of a wrong password."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, walker.timestamp(seconds))

    def test_tolerance_is_a_setting(self) -> None:
        """The tolerance is the emulator's setting."""
        walker = new_walker(new_engine(timestamp_tolerance_seconds=10))
        self.prove(walker, walker.timestamp(10))
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, walker.timestamp(11))

    @pytest.mark.fact("A153", "D026")
    def test_wrong_weekday(self, walker: Walker) -> None:
        """A wrong weekday parses, but the proof over it fails."""
        wrong = walker.timestamp().replace("Fri", "Sat")
        assert wrong != walker.timestamp()
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, wrong)

    @pytest.mark.fact("A153", "D026")
    def test_padded_day(self, walker: Walker) -> None:
        """A day with a leading zero parses, but the proof over it fails."""
        walker.engine.clock.advance(20 * 86_400)  # from 15 January to 4 February 2027
        right = walker.timestamp()
        assert " 4 " in right
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, right.replace(" 4 ", " 04 "))
        self.prove(walker, right)

    @pytest.mark.fact("A153", "D.4")
    def test_signed_canonically_sent_padded(self, walker: Walker) -> None:
        """What counts is the canonical text: one who signs that may send the other."""
        walker.engine.clock.advance(20 * 86_400)
        proof = walker.proof(walker.start_srp())
        proof["TIMESTAMP"] = str(proof["TIMESTAMP"]).replace(" 4 ", " 04 ")
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("A154", "D026", "D.4")
    @pytest.mark.parametrize(
        "timestamp",
        [
            "2027-01-15T08:00:00Z",
            "Fri Jan 15 08:00:00 +05:30 2027",
            "Ven janv. 15 08:00:00 UTC 2027",
            "Fri Jan 32 08:00:00 UTC 2027",
            "x",
        ],
    )
    def test_unparsable(self, walker: Walker, timestamp: str) -> None:
        """Another form is refused, and leaves the challenge valid."""
        challenge = walker.start_srp()
        proof = walker.proof(challenge)
        text = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
        with refused(INVALID, text):
            walker.respond("PASSWORD_VERIFIER", **{**proof, "TIMESTAMP": timestamp})
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))


def test_challenges_are_swept(engine: Engine) -> None:
    """Challenges that nobody answered do not pile up."""
    walker = new_walker(engine)
    for _ in range(3):
        walker.start_srp()
    assert len(engine.srp_challenges._challenges) == 3
    engine.clock.advance(600)
    walker.start_srp()
    assert len(engine.srp_challenges._challenges) == 1
