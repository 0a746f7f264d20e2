"""Pacing per user, of challenge responses, and with a share that changes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.stores.quotas import CATEGORY, PER_USER_RATE, USER_READS
from harness.flows.pacing import OwnSlots, Pacer, Slots
from harness.flows.quotas import CATEGORIES, RATE_OF_A_USER, category_of, kind_of_user_calls

PLACE = "123456789012/eu-west-1"
SIGN_IN = {"ClientId": "c", "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ada"}}


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that only waiting moves."""
    return VirtualClock(start=1_000_000.0, frozen=True)


@pytest.fixture
def pacer(clock: VirtualClock) -> Pacer:
    """A pacer with all of the quotas to itself."""
    return Pacer(OwnSlots(), clock, place=PLACE, share=1.0)


def challenge_response(name: str) -> dict[str, Any]:
    """Return the parameters of a challenge response of a user."""
    return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {"USERNAME": name}}


def token_of(name: str) -> str:
    """Return what looks like an access token of a user."""
    claims = base64.urlsafe_b64encode(json.dumps({"username": name}).encode()).decode()
    return f"e30.{claims.rstrip('=')}.c2lnbmF0dXJl"


class TestUsers:
    """Ten reads and ten writes a second of one user."""

    def test_reads_of_a_user_are_limited(self, pacer: Pacer, clock: VirtualClock) -> None:
        """One user signs in ten times a second, however much of the quota is left."""
        started = clock.time()
        for _ in range(11):
            pacer.wait("InitiateAuth", SIGN_IN)
        assert clock.time() - started == pytest.approx(10 / 10)

    def test_other_users_do_not_wait(self, pacer: Pacer, clock: VirtualClock) -> None:
        """Users wait for the quota of the category together, not for one another's limits."""
        started = clock.time()
        for number in range(12):
            pacer.wait("GetUser", {"AccessToken": token_of(f"user-{number}")})
        assert clock.time() - started == pytest.approx(11 / 120)

    def test_reads_and_writes_are_counted_apart(self, pacer: Pacer, clock: VirtualClock) -> None:
        """A write does not wait for the reads of the same user."""
        started = clock.time()
        pacer.wait("GetUser", {"AccessToken": token_of("ada")})
        pacer.wait("DeleteUser", {"AccessToken": token_of("ada")})
        assert clock.time() == started

    def test_share_does_not_divide_the_limit_of_a_user(self, clock: VirtualClock) -> None:
        """The limit of a user is theirs whatever share of the account's quotas a run may use."""
        pacer = Pacer(OwnSlots(), clock, place=PLACE, share=0.5)
        rows = pacer.rows("InitiateAuth", SIGN_IN)
        assert sorted(rows.values()) == pytest.approx([1 / 60, 1 / 10])

    @pytest.mark.parametrize(
        "parameters",
        [
            {"Username": "ada"},
            {"Username": "ADA"},
            {"AuthParameters": {"USERNAME": "ada"}},
            {"ChallengeResponses": {"USERNAME": "ada"}},
            {"AccessToken": token_of("ada")},
        ],
    )
    def test_users_are_found_by_name_and_token(
        self, pacer: Pacer, parameters: dict[str, Any]
    ) -> None:
        """However a call names its user, it takes a slot of the same row."""
        rows = set(pacer.rows("GetUser", parameters))
        assert rows == set(pacer.rows("GetUser", {"Username": "ada"}))
        assert len(rows) == 2

    def test_responses_say_whose_name_session_and_token_it_is(self, pacer: Pacer) -> None:
        """A response tells to which user another name, a session and a refresh token belong."""
        known = pacer.rows("AdminInitiateAuth", {"AuthParameters": {"USERNAME": "sub-of-ada"}})
        by_email = {"AuthParameters": {"USERNAME": "ada@example.com"}}
        assert pacer.rows("AdminInitiateAuth", by_email) != known
        answer = {
            "Session": "the-session",
            "ChallengeParameters": {"USER_ID_FOR_SRP": "sub-of-ada"},
            "AuthenticationResult": {"RefreshToken": "the-refresh-token"},
        }
        pacer.learn(by_email, answer)
        for parameters in (
            by_email,
            {"Session": "the-session"},
            {"AuthParameters": {"REFRESH_TOKEN": "the-refresh-token"}},
            {"RefreshToken": "the-refresh-token"},
        ):
            assert pacer.rows("AdminInitiateAuth", parameters) == known

    def test_call_without_a_user_has_no_limit_of_a_user(self, pacer: Pacer) -> None:
        """A call that names no user, or holds what is no token, waits for its category alone."""
        for parameters in ({}, {"AccessToken": "a.b"}, {"AccessToken": "a.b!.c"}, {"Session": "x"}):
            assert list(pacer.rows("GetUser", parameters)) == [f"{PLACE}/UserRead"]

    def test_no_name_gets_into_the_file(self, tmp_path: Path, clock: VirtualClock) -> None:
        """The file of the slots, which other runs read, names no user and holds no token."""
        path = tmp_path / "pacing.json"
        pacer = Pacer(Slots(path), clock, place=PLACE, share=1.0)
        pacer.wait("InitiateAuth", SIGN_IN)
        pacer.wait("GetUser", {"AccessToken": token_of("ada")})
        written = path.read_text(encoding="utf-8")
        assert "reads" in written
        assert "ada" not in written
        assert token_of("ada").split(".")[1] not in written

    @pytest.mark.parametrize("operation", [name for names in CATEGORIES.values() for name in names])
    def test_kinds_agree_with_the_service(self, operation: str) -> None:
        """Every operation on a user is a read where the service counts a read, else a write."""
        kind = kind_of_user_calls(str(category_of(operation)))
        if kind is not None:
            assert (kind == "reads") == (CATEGORY[operation] in USER_READS)
        assert RATE_OF_A_USER == PER_USER_RATE


class TestChallengeResponses:
    """Three challenge responses for each sign-in, and what is beyond."""

    def test_first_responses_leave_sign_ins_alone(self, pacer: Pacer, clock: VirtualClock) -> None:
        """Of 360 responses a second none takes a slot of the calls that start a sign-in."""
        started = clock.time()
        for number in range(360):
            pacer.wait("RespondToAuthChallenge", challenge_response(f"user-{number}"))
        pacer.wait("InitiateAuth", SIGN_IN)
        assert clock.time() - started == pytest.approx(359 / 360)

    def test_responses_beyond_count_as_sign_ins(self) -> None:
        """Responses that would wait for over a second take free slots of the sign-ins instead.

        In two seconds of a crowd that waits for nothing, 720 and 240 of them find a slot.
        """
        slots = OwnSlots()
        own, other = {"responses": 1 / 360}, {"sign-ins": 1 / 120}
        moments = [slots.take(own, 1000.0, other) for _ in range(1200)]
        assert sum(moment < 1002.0 for moment in moments) == pytest.approx(720 + 240, abs=2)
        assert slots.take({"sign-ins": 1 / 120}, 1000.0) >= 1002.0

    def test_sign_ins_do_not_use_the_allowance(self, clock: VirtualClock) -> None:
        """The calls that start a sign-in have no other row to go to."""
        pacer = Pacer(OwnSlots(), clock, place=PLACE, share=1.0)
        started = clock.time()
        for number in range(241):
            pacer.wait("InitiateAuth", {"AuthParameters": {"USERNAME": f"user-{number}"}})
        assert clock.time() - started == pytest.approx(240 / 120)


class TestShare:
    """The share, which changes when others come and go."""

    def test_change_counts_from_the_next_call(self, pacer: Pacer, clock: VirtualClock) -> None:
        """With half the share, the calls after the next one are twice as far apart."""
        pacer.wait("ListUsers", {})
        pacer.share = 0.5
        started = clock.time()
        for _ in range(3):
            pacer.wait("ListUsers", {})
        assert clock.time() - started == pytest.approx(1 / 30 + 2 / 15)

    @pytest.mark.parametrize("share", [0.0, -1.0, 1.01, float("nan")])
    def test_unusable_share_is_refused(self, pacer: Pacer, share: float) -> None:
        """A share that is no part of a quota is refused, and the one before stays."""
        with pytest.raises(ValueError, match="share must be above 0 and at most 1"):
            pacer.share = share
        assert pacer.share == 1.0


class TestFileOfSlots:
    """The file that processes share can be deleted or replaced while they run."""

    @pytest.mark.parametrize("how", ["deleted", "replaced", "without its folder"])
    def test_old_and_new_processes_share_one_pace(self, tmp_path: Path, how: str) -> None:
        """Whoever opened the file before goes on with the new one, as a new process does."""
        path = tmp_path / "runs" / "pacing.json"
        old = Slots(path)
        assert old.take({"row": 1.0}, 1000.0) == 1000.0
        if how == "replaced":
            path.with_name("new").write_text("{}", encoding="utf-8")
            path.with_name("new").replace(path)
        else:
            path.unlink()
        if how == "without its folder":
            path.parent.rmdir()
        assert Slots(path).take({"row": 1.0}, 1000.0) == 1000.0
        assert old.take({"row": 1.0}, 1000.0) == 1001.0
        assert Slots(path).take({"row": 1.0}, 1000.0) == 1002.0
