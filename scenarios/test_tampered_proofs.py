"""SRP proofs of password and device that were changed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from harness import Clock, VirtualClock
from scenarios.support import expectations, refusals
from scenarios.support.answers import expect_challenge
from scenarios.support.members import Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import flows_allowed, requires
from scenarios.support.refusals import Refusal, refused
from scenarios.support.variants import BY_SRP, Flow, varied
from scenarios.support.watching import TimePasses, Unchanged

if TYPE_CHECKING:
    from harness.srp.engines import SrpAttempt

pytestmark = pytest.mark.cognito_needs("admin")


@dataclass(frozen=True)
class Meddling:
    """A change to one member of a proof, and how that is refused."""

    label: str
    member: str
    change: Callable[[str], str]
    refusal: Refusal = refusals.WRONG_PASSWORD


def flip_a_bit(text: str) -> str:
    """Return base64 of the same bytes, with one bit of the middle one flipped."""
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 1
    return base64.b64encode(data).decode()


def next_year(timestamp: str) -> str:
    """Return the TIMESTAMP a year later, with the old weekday."""
    return f"{timestamp[:-4]}{int(timestamp[-4:]) + 1}"


def another_weekday(timestamp: str) -> str:
    """Return the TIMESTAMP with a wrong weekday."""
    return ("Sun" if timestamp[:3] != "Sun" else "Mon") + timestamp[3:]


def another_second(timestamp: str) -> str:
    """Return the TIMESTAMP of another second of the same minute."""
    *before, clock_time, zone, year = timestamp.split(" ")
    second = (int(clock_time[-2:]) + 1) % 60
    return " ".join([*before, f"{clock_time[:-2]}{second:02}", zone, year])


def in_another_zone(timestamp: str) -> str:
    """Return the TIMESTAMP with an offset in place of the time zone's name."""
    return timestamp.replace("UTC", "+05:30")


def out_of_base64(text: str) -> str:
    """Return the text with a character that base64 does not have."""
    return "!" + text[1:]


MEDDLINGS = (
    Meddling("signature", "PASSWORD_CLAIM_SIGNATURE", flip_a_bit),
    Meddling(
        "form_of_signature",
        "PASSWORD_CLAIM_SIGNATURE",
        out_of_base64,
        refusals.SIGNATURE_UNREADABLE,
    ),
    Meddling("secret_block", "PASSWORD_CLAIM_SECRET_BLOCK", flip_a_bit),
    Meddling("second_of_timestamp", "TIMESTAMP", another_second),
    Meddling("year_of_timestamp", "TIMESTAMP", next_year),
    Meddling("zone_of_timestamp", "TIMESTAMP", in_another_zone, refusals.TIMESTAMP_UNREADABLE),
)


@varied(flow=BY_SRP, engines=True, meddling=MEDDLINGS)
def test_meddled_password_proof_is_refused(
    meddling: Meddling, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A password proof is refused if one of its members was changed."""
    asked = sign_in.start(member)
    proof = sign_in.walker.prepare(asked)
    proof[meddling.member] = meddling.change(proof[meddling.member])
    with unchanged(member.person), refused(meddling.refusal):
        sign_in.walker.submit(asked, proof)
    sign_in.works_for(member)


@varied(flow=[Flow.USER_PASSWORD_AUTH], engines=True, meddling=MEDDLINGS)
def test_meddled_device_proof_is_refused(
    meddling: Meddling, sign_in: MemberSignIn, tracked_member: TrackedMember, unchanged: Unchanged
) -> None:
    """A device proof is refused if one of its members was changed."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until("DEVICE_PASSWORD_VERIFIER", member, device=device)
    proof = sign_in.walker.prepare(asked)
    proof[meddling.member] = meddling.change(proof[meddling.member])
    with unchanged(member.person), refused(meddling.refusal):
        sign_in.walker.submit(asked, proof)
    sign_in.works_for(member, device=device)


@varied(flow=BY_SRP)
def test_proof_with_the_secret_block_of_another_person_is_refused(
    another_member: Member, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A password proof is refused with the SECRET_BLOCK of another user."""
    asked, other = sign_in.start(member), sign_in.start(another_member)
    with (
        unchanged(member.person, another_member.person),
        refused(refusals.WRONG_PASSWORD),
    ):
        sign_in.answer(asked, PASSWORD_CLAIM_SECRET_BLOCK=other.parameter("SECRET_BLOCK"))


@varied(flow=BY_SRP)
def test_proof_of_another_person_is_refused(
    another_member: Member, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A proof of a user's own password is refused if it is sent with another username."""
    theirs = sign_in.start(another_member)
    proof = sign_in.walker.prepare(theirs)
    name = sign_in.start(member).parameter("USER_ID_FOR_SRP")
    proof["USERNAME"] = name
    with (
        unchanged(member.person, another_member.person),
        refused(refusals.WRONG_PASSWORD),
    ):
        sign_in.walker.submit(theirs, proof)


@requires(flows_allowed("ALLOW_USER_SRP_AUTH"))
@varied(engines=True)
def test_timestamp_is_signed_in_its_canonical_form(
    cognito_clock: Clock, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A TIMESTAMP whose weekday does not match its date is refused, even if the proof covers it."""
    asked = sign_in.start(member)
    expect_challenge(asked, "PASSWORD_VERIFIER")
    attempt = cast("SrpAttempt", asked.attempt)
    proof = sign_in.walker.prepare(asked)
    proof["TIMESTAMP"] = another_weekday(proof["TIMESTAMP"])
    proof["PASSWORD_CLAIM_SIGNATURE"] = attempt.user_claim(
        sign_in.walker.actions.app.user_pool_id,
        asked.parameter("USER_ID_FOR_SRP"),
        member.person.password.reveal(),
        asked.challenge_parameters,
        proof["TIMESTAMP"],
    )
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.walker.submit(asked, proof)


@pytest.mark.cognito_needs("clock")
@varied(flow=BY_SRP)
def test_proof_that_comes_too_late_is_refused(
    member: Member, sign_in: MemberSignIn, time_passes: TimePasses, unchanged: Unchanged
) -> None:
    """A password proof is refused long after the challenge, however fresh the proof is."""
    asked = sign_in.start(member)
    time_passes(expectations.TOO_LATE_FOR_A_PROOF)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.answer(asked)


@varied(flow=BY_SRP, hours=(-1, 1))
def test_proof_by_a_clock_that_is_far_off_is_refused(
    cognito_clock: Clock, hours: int, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A password proof is refused if the client's clock is an hour slow or fast."""
    clock = VirtualClock(cognito_clock.time() + hours * expectations.HOUR)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in.with_clock(clock)(member)
    sign_in.works_for(member)
