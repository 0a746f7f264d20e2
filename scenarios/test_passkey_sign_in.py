"""Signing in with a passkey: the right proof, and each that proves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from harness import Passkey, Progress, check, delete_passkey
from scenarios.support import expectations, factor_refusals, refusals
from scenarios.support.answers import expect_access, expect_challenge, expect_equal, expect_tokens
from scenarios.support.choices import choice
from scenarios.support.first_factors import ChoiceSignIn, expect_offered, offered_by
from scenarios.support.members import Member
from scenarios.support.passkeys import (
    ELSEWHERE,
    changed_bytes,
    give_passkey,
    of_another_kind,
    offered_credentials,
    options_in,
    register_for,
)
from scenarios.support.pool_under_test import ORDINARY_SESSIONS, RELYING_PARTY, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, FirstFactors, Flow, Mfa, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = [pytest.mark.cognito_needs("admin"), requires(RELYING_PARTY)]

BY_PASSKEY = [FirstFactors.PASSKEY]
STARTS = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)


@dataclass(frozen=True)
class Holder:
    """A user with a passkey."""

    member: Member
    passkey: Passkey


@pytest.fixture
def holder(by_choice: ChoiceSignIn, newcomer: Callable[[], Member]) -> Callable[[], Holder]:
    """Creates users with a passkey."""

    def make() -> Holder:
        member = newcomer()
        return Holder(member, register_for(by_choice.actions, by_choice.tokens(member)))

    return make


def asked_for(by_choice: ChoiceSignIn, holder: Holder) -> Progress:
    """Sign in up to WEB_AUTHN."""
    asked = by_choice.start(holder.member, "WEB_AUTHN")
    expect_challenge(asked, "WEB_AUTHN")
    return asked


@varied(
    mfa=[Mfa.OFF], client=Client, flow=STARTS, first_factors=BY_PASSKEY, preferred=(True, False)
)
def test_passkey_signs_in(
    by_choice: ChoiceSignIn,
    holder: Callable[[], Holder],
    preferred: bool,
    variant: Variant,
) -> None:
    """A passkey is offered, and its proof gives tokens, at each of two sign-ins."""
    known = holder()
    for _ in range(2):
        asked = by_choice.start(known.member, "WEB_AUTHN" if preferred else None)
        expect_offered(asked, offered_by(variant, passkey=True), facts="N015, N017")
        if not preferred:
            asked = by_choice.choose(asked, "WEB_AUTHN")
        expect_challenge(asked, "WEB_AUTHN")
        done = give_passkey(by_choice, asked, known.passkey.sign(options_in(asked)))
        expect_access(by_choice.actions, done.result().tokens)


@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_options_name_the_passkeys_of_the_user(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder]
) -> None:
    """CREDENTIAL_REQUEST_OPTIONS has the relying party, a fresh challenge, and each passkey."""
    known = holder()
    another = register_for(by_choice.actions, by_choice.tokens(known.member))
    first, second = (options_in(asked_for(by_choice, known)) for _ in range(2))
    ids = sorted((known.passkey.credential_id, another.credential_id))
    expect_equal("allowCredentials", offered_credentials(first), ids, facts="N049")
    expect_equal("rpId", first.get("rpId"), known.passkey.relying_party_id, facts="N049")
    fresh = first.get("challenge") != second.get("challenge")
    check(fresh, "two sign-ins have the same challenge of WebAuthn", facts="N049")


#: Makes a wrong proof of a passkey for options.
WrongProof = Callable[[Passkey, dict[str, Any]], Mapping[str, Any] | str]


def of_another_page(passkey: Passkey, options: dict[str, Any]) -> Mapping[str, Any]:
    """Return a proof that a page of another domain asked for."""
    return passkey.sign(options, origin=f"https://{ELSEWHERE}")


def for_another_party(passkey: Passkey, options: dict[str, Any]) -> Mapping[str, Any]:
    """Return a proof for another relying party, from the right page."""
    origin = f"https://{options['rpId']}"
    return passkey.sign({**options, "rpId": ELSEWHERE}, origin=origin)


def with_another_signature(passkey: Passkey, options: dict[str, Any]) -> Mapping[str, Any]:
    """Return a proof whose signature was changed."""
    return changed_bytes(passkey.sign(options), "signature")


def with_another_counter(passkey: Passkey, options: dict[str, Any]) -> Mapping[str, Any]:
    """Return a proof whose data were changed after they were signed."""
    return changed_bytes(passkey.sign(options), "authenticatorData")


def of_a_registration(passkey: Passkey, options: dict[str, Any]) -> Mapping[str, Any]:
    """Return a proof whose client data are those of a registration."""
    return of_another_kind(passkey.sign(options))


def of_another_challenge(passkey: Passkey, options: dict[str, Any]) -> Mapping[str, Any]:
    """Return a proof for a challenge that the service never made."""
    return passkey.sign({**options, "challenge": "bmV2ZXItbWFkZS1ieS1pdA"})


def without_proof(passkey: Passkey, options: dict[str, Any]) -> str:
    """Return JSON that proves nothing."""
    return json.dumps({"id": passkey.credential_id, "response": {}})


def without_json(passkey: Passkey, options: dict[str, Any]) -> str:
    """Return no JSON."""
    return "no credential"


@varied(
    mfa=[Mfa.OFF],
    flow=STARTS,
    first_factors=BY_PASSKEY,
    wrong=(
        of_another_page,
        for_another_party,
        with_another_signature,
        with_another_counter,
        of_a_registration,
        of_another_challenge,
        without_proof,
        without_json,
    ),
)
def test_wrong_proof_is_refused(
    by_choice: ChoiceSignIn,
    holder: Callable[[], Holder],
    unchanged: Unchanged,
    wrong: WrongProof,
) -> None:
    """A proof of another page or party, a changed one, and none are refused."""
    known = holder()
    asked = asked_for(by_choice, known)
    with unchanged(known.member.person), refused(factor_refusals.PASSKEY_NOT_PROVEN):
        give_passkey(by_choice, asked, wrong(known.passkey, options_in(asked)))


@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_PASSKEY)
def test_proof_of_an_earlier_sign_in_is_refused(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder], unchanged: Unchanged
) -> None:
    """A proof that has signed in is refused with its own session, and at the next sign-in."""
    known = holder()
    asked = asked_for(by_choice, known)
    proof = known.passkey.sign(options_in(asked))
    expect_tokens(give_passkey(by_choice, asked, proof), "the proof of the passkey")
    with unchanged(known.member.person), refused(refusals.SESSION_USED):
        give_passkey(by_choice, asked, proof)
    again = asked_for(by_choice, known)
    with unchanged(known.member.person), refused(factor_refusals.PASSKEY_NOT_PROVEN):
        give_passkey(by_choice, again, proof)


@choice("N052b")
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_PASSKEY)
def test_counter_that_does_not_rise_is_refused(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder], unchanged: Unchanged
) -> None:
    """Once a passkey has signed in, a copy with the counter of before is refused."""
    known = holder()
    thief = known.passkey.clone()
    by_choice(known.member, "WEB_AUTHN", passkey=known.passkey)
    asked = asked_for(by_choice, known)
    with unchanged(known.member.person), refused(factor_refusals.PASSKEY_NOT_PROVEN):
        give_passkey(by_choice, asked, thief.sign(options_in(asked)))


@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_passkey_of_another_user_is_refused(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder], unchanged: Unchanged
) -> None:
    """A passkey of another user is refused, under its own id and under that of the user's."""
    known, another = holder(), holder()
    both = (known.member.person, another.member.person)
    own = known.passkey.credential_id
    for disguise in ({}, {"id": own, "rawId": own}):
        asked = asked_for(by_choice, known)
        theirs = another.passkey.sign(options_in(asked))
        with unchanged(*both), refused(factor_refusals.PASSKEY_NOT_PROVEN):
            give_passkey(by_choice, asked, {**theirs, **disguise})
    asked = asked_for(by_choice, known)
    right = known.passkey.sign(options_in(asked))
    with unchanged(*both), refused(refusals.SESSION_INVALID):
        give_passkey(by_choice, replace(asked, username=another.member.person.username), right)


@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_PASSKEY)
def test_deleted_passkey_is_refused(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder], unchanged: Unchanged, variant: Variant
) -> None:
    """A passkey that was deleted signs in no more, not even where it was asked for before."""
    known = holder()
    tokens = by_choice.tokens(known.member)
    kept = register_for(by_choice.actions, tokens)
    asked = asked_for(by_choice, known)
    proof = known.passkey.sign(options_in(asked))
    delete_passkey(by_choice.actions, tokens, known.passkey)
    with unchanged(known.member.person), refused(factor_refusals.PASSKEY_NOT_PROVEN):
        give_passkey(by_choice, asked, proof)
    again = asked_for(by_choice, known)
    remaining = offered_credentials(options_in(again))
    expect_equal("allowCredentials", remaining, [kept.credential_id], facts="N047, N049")
    result = by_choice(known.member, "WEB_AUTHN", passkey=kept)
    expect_access(by_choice.actions, result.tokens)
    delete_passkey(by_choice.actions, tokens, kept)
    expect_offered(by_choice.start(known.member), offered_by(variant), facts="N015, N047")


@pytest.mark.cognito_pool(passkeys_verify_user=True)
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_PASSKEY)
def test_user_must_be_verified_where_the_pool_says_so(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder], unchanged: Unchanged
) -> None:
    """With UserVerification required, a proof of who only touched the authenticator is refused."""
    known = holder()
    asked = asked_for(by_choice, known)
    options = options_in(asked)
    verification = options.get("userVerification")
    expect_equal("userVerification", verification, "required", facts="N009, N049")
    with unchanged(known.member.person), refused(factor_refusals.PASSKEY_NOT_PROVEN):
        give_passkey(by_choice, asked, known.passkey.sign(options, verifies_user=False))
    result = by_choice(known.member, "WEB_AUTHN", passkey=known.passkey)
    expect_access(by_choice.actions, result.tokens)


@pytest.mark.cognito_pool(passkeys_verify_user=False)
@varied(mfa=[Mfa.OFF], first_factors=BY_PASSKEY)
def test_touch_is_enough_where_no_user_must_be_verified(
    by_choice: ChoiceSignIn, holder: Callable[[], Holder]
) -> None:
    """With UserVerification preferred, and without MFA, a proof without it gives tokens."""
    known = holder()
    asked = asked_for(by_choice, known)
    proof = known.passkey.sign(options_in(asked), verifies_user=False)
    expect_tokens(give_passkey(by_choice, asked, proof), "the proof of the passkey")


@requires(ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_PASSKEY)
def test_challenge_of_a_sign_in_expires(
    by_choice: ChoiceSignIn,
    holder: Callable[[], Holder],
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """A proof is refused that comes three minutes after its challenge."""
    known = holder()
    asked = asked_for(by_choice, known)
    proof = known.passkey.sign(options_in(asked))
    time_passes(expectations.SESSION_LIFETIME + expectations.SECOND)
    with unchanged(known.member.person), refused(refusals.SESSION_EXPIRED):
        give_passkey(by_choice, asked, proof)
