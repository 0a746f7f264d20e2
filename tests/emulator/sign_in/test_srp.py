"""Signing in by SRP: parameters, proofs, timestamps and secret blocks."""

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
    """A confirmed user, who signs in by the public and by the administrator operations."""
    return new_walker(engine, admin=request.param)


class TestChallenge:
    """PASSWORD_VERIFIER, the response to USER_SRP_AUTH."""

    @pytest.mark.fact("A147", "A148", "D044")
    def test_challenge_has_five_parameters_and_no_session(self, walker: Walker) -> None:
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
    def test_parameters_have_the_wire_forms(self, walker: Walker) -> None:
        """SALT and SRP_B are minimal lower-case hex; SECRET_BLOCK is base64 starting with AgV4."""
        given = walker.start_srp()["ChallengeParameters"]
        for name, longest in (("SALT", 32), ("SRP_B", 768)):
            assert re.fullmatch(rf"[1-9a-f][0-9a-f]{{0,{longest - 1}}}", given[name])
        assert given["SECRET_BLOCK"].startswith("AgV4")
        assert len(given["SECRET_BLOCK"]) == 1724
        assert base64.b64decode(given["SECRET_BLOCK"], validate=True)

    @pytest.mark.fact("A161")
    def test_salt_stays_and_other_values_change(self, walker: Walker) -> None:
        """SALT stays as long as the password; SRP_B and SECRET_BLOCK are always new."""
        one, two = (walker.start_srp()["ChallengeParameters"] for _ in range(2))
        assert one["SALT"] == two["SALT"]
        assert one["SRP_B"] != two["SRP_B"]
        assert one["SECRET_BLOCK"] != two["SECRET_BLOCK"]

    @pytest.mark.fact("D024", "D030", "D.3")
    @pytest.mark.parametrize("bits", [120, 124, 121, 127, 128])
    def test_salt_with_leading_zeros_signs_in(self, engine: Engine, bits: int) -> None:
        """A salt with leading zeros is sent without them and signs in."""
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
    def test_internal_username_is_returned_for_an_alias(self, engine: Engine) -> None:
        """USERNAME and USER_ID_FOR_SRP are the internal name even for an alias."""
        walker = new_walker(engine, AliasAttributes=["email"])
        given = walker.start_srp(USERNAME="alice@example.com")["ChallengeParameters"]
        assert given["USERNAME"] == given["USER_ID_FOR_SRP"] == "alice"

    @pytest.mark.fact("D049")
    @pytest.mark.parametrize("answered_as", ["alice", "alice@example.com"])
    def test_response_may_use_alias_or_internal_name(
        self, engine: Engine, answered_as: str
    ) -> None:
        """The challenge response may use the alias or the internal name."""
        walker = new_walker(engine, AliasAttributes=["email"])
        proof = walker.proof(walker.start_srp(USERNAME="alice@example.com"))
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", USERNAME=answered_as, **proof))

    @pytest.mark.fact("A159")
    def test_challenges_of_one_user_are_independent(self, walker: Walker) -> None:
        """Two challenges of one user do not interfere, even with the same SRP_A."""
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
    def test_bad_srp_a_is_refused(self, walker: Walker, srp_a: str) -> None:
        """An SRP_A that is 0 modulo N or not hex is refused."""
        with refused(INVALID):
            walker.start_srp(SRP_A=srp_a)

    @pytest.mark.fact("D021")
    @pytest.mark.parametrize("form", ["{:X}", "0{:x}", "0000{:x}"])
    def test_upper_case_and_leading_zeros_are_accepted(self, walker: Walker, form: str) -> None:
        """Upper case and leading zeros in SRP_A are accepted."""
        challenge = walker.start_srp(SRP_A=form.format(walker.exchange.public_value))
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))

    @pytest.mark.fact("A150", "A151")
    def test_unknown_user_is_refused_before_a_bad_srp_a(self, walker: Walker) -> None:
        """An unknown user with a bad SRP_A is refused as unknown."""
        with refused("UserNotFoundException", "User does not exist."):
            walker.start_srp(USERNAME="nobody", SRP_A="0")

    @pytest.mark.fact("D046")
    def test_sub_is_not_found_as_username(self, walker: Walker) -> None:
        """The sub is not found if usernames are not subs."""
        user = next(iter(walker.engine.pools[walker.user_pool_id].users))
        with refused("UserNotFoundException", "User does not exist."):
            walker.start_srp(USERNAME=user.sub)

    @pytest.mark.fact("D047")
    def test_unconfirmed_user_is_refused_first(self, engine: Engine) -> None:
        """An unconfirmed user is refused before the password is checked."""
        walker = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            walker.start_srp()

    @pytest.mark.fact("A128")
    def test_disabled_user_is_refused(self, walker: Walker) -> None:
        """A disabled user is refused as such."""
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.start_srp()


class TestProof:
    """What PASSWORD_VERIFIER accepts and refuses."""

    def test_right_password_signs_in(self, walker: Walker) -> None:
        """The right password gives tokens."""
        assert "AccessToken" in tokens_of(walker.by_srp())

    @pytest.mark.fact("A152", "D048")
    def test_wrong_password_is_refused(self, walker: Walker) -> None:
        """A wrong password is refused."""
        proof = walker.proof(walker.start_srp(), password="wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152", "A158", "D048")
    @pytest.mark.parametrize("signature", ["AAAA", "A" * 44], ids=["short", "zeros"])
    def test_wrong_signature_is_a_wrong_password(self, walker: Walker, signature: str) -> None:
        """A wrong signature is refused with the same message."""
        proof = {**walker.proof(walker.start_srp()), "PASSWORD_CLAIM_SIGNATURE": signature}
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152", "A158", "D048")
    @pytest.mark.parametrize("block", ["AgV4", "not base64", "é"])
    def test_tampered_secret_block_is_a_wrong_password(self, walker: Walker, block: str) -> None:
        """A SECRET_BLOCK that was not issued is refused with the same message."""
        proof = {**walker.proof(walker.start_srp()), "PASSWORD_CLAIM_SECRET_BLOCK": block}
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152", "D048")
    def test_secret_block_of_another_challenge_is_refused(self, walker: Walker) -> None:
        """The block of another challenge does not match this challenge's proof."""
        one, two = walker.start_srp(), walker.start_srp()
        proof = walker.proof(one)
        proof["PASSWORD_CLAIM_SECRET_BLOCK"] = two["ChallengeParameters"]["SECRET_BLOCK"]
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A152")
    def test_proof_of_another_user_is_refused(self, engine: Engine) -> None:
        """One user's proof does not sign in another."""
        alice = new_walker(engine)
        client = {"ClientId": alice.client_id}
        new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        proof = alice.proof(alice.start_srp())
        with refused(NOT_AUTHORIZED, INCORRECT):
            alice.respond("PASSWORD_VERIFIER", USERNAME="bob", **proof)

    @pytest.mark.fact("A152")
    def test_proof_of_another_users_challenge_does_not_lock(self, engine: Engine) -> None:
        """A proof for another user's challenge is not counted as a wrong password."""
        alice = new_walker(engine)
        client = {"ClientId": alice.client_id}
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        proof = alice.proof(alice.start_srp())
        for _ in range(5):
            with refused(NOT_AUTHORIZED, INCORRECT):
                alice.respond("PASSWORD_VERIFIER", USERNAME="bob", **proof)
        assert tokens_of(bob.by_srp())

    @pytest.mark.fact("A152")
    def test_challenge_of_another_client_is_refused(self, engine: Engine) -> None:
        """One client's challenge cannot be answered at another."""
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
    def test_missing_response_is_named(self, walker: Walker, name: str) -> None:
        """A missing response is refused by name."""
        proof = {**walker.proof(walker.start_srp()), name: None}
        with refused(INVALID, f"Missing required parameter {name}"):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A177", "D049")
    def test_extra_responses_are_ignored(self, walker: Walker) -> None:
        """Responses that the challenge does not know are ignored."""
        proof = walker.proof(walker.start_srp())
        extra = {"SRP_A": "0", "SMS_MFA_CODE": "123456"}
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof, **extra))

    @pytest.mark.fact("A160", "D.5")
    def test_proof_works_once(self, walker: Walker) -> None:
        """A proven challenge is not accepted again (section D, 5)."""
        proof = walker.proof(walker.start_srp())
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("D.5")
    def test_wrong_proof_keeps_the_challenge(self, walker: Walker) -> None:
        """A wrong proof leaves the challenge valid (section D, 5)."""
        challenge = walker.start_srp()
        wrong = walker.proof(challenge, password="wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **wrong)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))

    @pytest.mark.fact("D027", "D.5")
    def test_challenge_expires(self, walker: Walker) -> None:
        """A challenge lives for AuthSessionValidity (section D, 5; D027)."""
        early, late = walker.start_srp(), walker.start_srp()
        walker.engine.clock.advance(179.9)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(early)))
        walker.engine.clock.advance(0.1)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **walker.proof(late))

    @pytest.mark.fact("A161")
    def test_old_password_is_refused_after_a_change(self, engine: Engine) -> None:
        """A challenge from before a password change does not accept the old password."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.administer("AdminSetUserPassword", Password="Another-Pass-9", Permanent=True)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A128")
    def test_user_disabled_after_the_challenge_is_refused(self, engine: Engine) -> None:
        """A user disabled after the challenge gets no tokens."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A126")
    def test_user_deleted_after_the_challenge_is_unknown(self, engine: Engine) -> None:
        """A user deleted after the challenge is unknown."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        walker.administer("AdminDeleteUser")
        with refused("UserNotFoundException", "User does not exist."):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("A165")
    def test_temporary_password_asks_for_a_new_one(self, engine: Engine) -> None:
        """A proven temporary password asks for a new one, with a Session."""
        walker = new_walker(engine)
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        answer = walker.by_srp()
        assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert answer["Session"]


class TestTimestamp:
    """TIMESTAMP is parsed, printed in canonical form, and must be close to the present."""

    def prove(self, walker: Walker, timestamp: str) -> None:
        """Sign over exactly this text and send it."""
        proof = walker.proof(walker.start_srp(), timestamp=timestamp)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("A156", "D026", "D.4")
    @pytest.mark.parametrize("seconds", [-300, -60, 60, 300])
    def test_five_minutes_off_are_accepted(self, walker: Walker, seconds: int) -> None:
        """Five minutes either way are accepted (section D, 4)."""
        self.prove(walker, walker.timestamp(seconds))

    @pytest.mark.fact("A156", "D026", "D.4")
    @pytest.mark.parametrize("seconds", [-301, 301, 86_400])
    def test_beyond_tolerance_is_a_wrong_password(self, walker: Walker, seconds: int) -> None:
        """Beyond that it is refused with the message of a wrong password."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, walker.timestamp(seconds))

    def test_tolerance_is_a_setting(self) -> None:
        """The tolerance is a setting of the emulator."""
        walker = new_walker(new_engine(timestamp_tolerance_seconds=10))
        self.prove(walker, walker.timestamp(10))
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, walker.timestamp(11))

    @pytest.mark.fact("A153", "D026")
    def test_wrong_weekday_fails_the_proof(self, walker: Walker) -> None:
        """A wrong weekday parses, but the proof over it fails."""
        wrong = walker.timestamp().replace("Fri", "Sat")
        assert wrong != walker.timestamp()
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, wrong)

    @pytest.mark.fact("A153", "D026")
    def test_padded_day_fails_the_proof(self, walker: Walker) -> None:
        """A day with a leading zero parses, but the proof over it fails."""
        walker.engine.clock.advance(20 * 86_400)  # from 15 January to 4 February 2027
        right = walker.timestamp()
        assert " 4 " in right
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, right.replace(" 4 ", " 04 "))
        self.prove(walker, right)

    @pytest.mark.fact("A153", "D.4")
    def test_canonical_signature_allows_a_padded_day(self, walker: Walker) -> None:
        """A proof over the canonical text is accepted with another form of TIMESTAMP."""
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
    def test_unparsable_text_is_refused(self, walker: Walker, timestamp: str) -> None:
        """Another form is refused and leaves the challenge valid."""
        challenge = walker.start_srp()
        proof = walker.proof(challenge)
        text = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
        with refused(INVALID, text):
            walker.respond("PASSWORD_VERIFIER", **{**proof, "TIMESTAMP": timestamp})
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))


def test_unanswered_challenges_are_removed(engine: Engine) -> None:
    """Expired challenges without a response do not pile up."""
    walker = new_walker(engine)
    for _ in range(3):
        walker.start_srp()
    assert len(engine.srp_challenges._challenges) == 3
    engine.clock.advance(600)
    walker.start_srp()
    assert len(engine.srp_challenges._challenges) == 1
