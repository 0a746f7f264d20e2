"""Faults of SRP proofs, of a password and of a device."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from harness.emulator import refusals
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import password
from harness.emulator.stores.sessions import Sessions
from harness.emulator.stores.srp_challenges import (
    DeviceChallenge,
    SrpChallenges,
    UserChallenge,
)
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import always, function, method, together
from harness.srp.group import SrpError, signature
from harness.srp.server import check_signature
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "proofs"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_LATER = 30 * 86_400


def _block_of(kind: type, missing: Callable[[Any, str, Any], Any]) -> Any:
    """Make `find` return another open challenge of a kind where the block is of none."""

    def make(original: Any) -> Any:
        def find(store: Any, block: str, client: Any, now: float) -> Any:
            known = store._challenges.get(block)
            if known is not None:
                return original(store, block, client, now)
            found = missing(store, block, client)
            return found if isinstance(found, kind) else original(store, block, client, now)

        return find

    return make


def _newest(store: Any, block: str, client: Any) -> Any:
    of_client = [each for each in store._challenges.values() if each.client is client]
    return of_client[-1] if of_client else None


def _newest_of_user(original: Any) -> Any:
    def found(response: Any, user: Any) -> Any:
        challenges = response.service.srp_challenges._challenges.values()
        own = [each for each in challenges if getattr(each, "user", None) is user]
        return own[-1] if own else original(response, user)

    return found


def _kept(kind: type) -> Any:
    """Make `spend` leave challenges of a kind."""

    def make(original: Any) -> Any:
        return lambda store, challenge: (
            None if isinstance(challenge, kind) else original(store, challenge)
        )

    return make


def _used_twice(original: Any) -> Any:
    def use(store: Any, session: Any) -> None:
        if not (session.used and session.challenge == "DEVICE_PASSWORD_VERIFIER"):
            original(store, session)

    return use


def _for_ever(original: Any) -> Any:
    return lambda store, block, client, now: original(store, block, client, now - _LATER)


def _of_any_client(original: Any) -> Any:
    def find(store: Any, block: str, client: Any, now: float) -> Any:
        known = store._challenges.get(block)
        return original(store, block, known.client if known else client, now)

    return find


def _whoever_proved_it(planter: Planter) -> None:
    """Have a proof count for the user who is named, whoever's challenge it proves."""

    def find(original: Any) -> Any:
        def found(response: Any, user: Any) -> Any:
            block = response.responses["PASSWORD_CLAIM_SECRET_BLOCK"]
            return response.service.srp_challenges.find(block, response.client, response.now)

        return found

    def check(original: Any) -> Any:
        def checked(response: Any, challenge: Any, user: Any, *proof: Any) -> None:
            original(response, challenge, challenge.user, *proof)

        return checked

    planter.function(password._find_challenge, find)
    planter.function(password._check_proof, check)


def _any_record(original: Any) -> Any:
    """Make a proof count that is of the password of when its challenge was put."""

    def checked(response: Any, challenge: Any, user: Any, *proof: Any) -> None:
        present, user.password = user.password, challenge.record
        try:
            original(response, challenge, user, *proof)
        finally:
            user.password = present

    return checked


def _as_given(original: Any) -> Any:
    def timestamp(response: Any) -> str | None:
        return None if original(response) is None else str(response.responses["TIMESTAMP"])

    return timestamp


def _whenever(original: Any) -> Any:
    def timestamp(response: Any) -> Any:
        settings = response.service.settings
        before = settings.timestamp_tolerance_seconds
        object.__setattr__(settings, "timestamp_tolerance_seconds", 10**9)
        try:
            return original(response)
        finally:
            object.__setattr__(settings, "timestamp_tolerance_seconds", before)

    return timestamp


def _unsigned_time(kind: type) -> Any:
    """Make a proof count whatever TIMESTAMP comes with it, if it was right at any recent second."""

    def make(original: Any) -> Any:
        def proven(challenge: Any, given: str, timestamp: str) -> bool:
            if original(challenge, given, timestamp):
                return True
            try:
                key = challenge.exchange.key(challenge.client_public)
            except SrpError:
                return False
            block = base64.b64decode(challenge.secret_block)
            parts = timestamp.rsplit(":", 1)
            return any(
                check_signature(
                    signature(key, challenge.prefix, challenge.ident, block, _with(parts, second)),
                    given,
                )
                for second in range(60)
            )

        return proven

    return method(kind, "proven_by", make)


def _with(parts: list[str], second: int) -> str:
    before, after = parts
    return f"{before}:{second:02}{after[2:]}"


def _not_base64_is_wrong(original: Any) -> Any:
    def given(response: Any) -> Any:
        try:
            return original(response)
        except refusals.Refusal as refusal:
            raise refusals.incorrect_username_or_password() from refusal

    return given


def _spending(original: Any, response: Any, challenge: Any, user: Any) -> Any:
    try:
        return original(response, challenge, user)
    except refusals.Refusal:
        response.service.srp_challenges.spend(challenge)
        raise


FAULTS = (
    PlantedFault(
        "any-password-proof",
        "PASSWORD_CLAIM_SIGNATURE of a user is not checked",
        AREA,
        method(UserChallenge, "proven_by", always(True)),
        (
            "sign_in::wrong_password_is_refused",
            "tampered_proofs::meddled_password*",
            "choice_of_first_factor::wrong_password*",
        ),
    ),
    PlantedFault(
        "any-device-proof",
        "PASSWORD_CLAIM_SIGNATURE of a device is not checked",
        AREA,
        method(DeviceChallenge, "proven_by", always(True)),
        (
            "device_refusals::wrong_device_password*",
            "device_refusals::device_confirmed_with_another_verifier_never_counts",
            "tampered_proofs::meddled_device*",
        ),
    ),
    PlantedFault(
        "password-proof-again",
        "a recorded password proof signs in again",
        AREA,
        method(SrpChallenges, "spend", _kept(UserChallenge)),
        ("sign_in_under_way::proven_password_challenge_is_not_proven_again",),
    ),
    PlantedFault(
        "device-proof-again",
        "a recorded device proof signs in again",
        AREA,
        together(
            method(SrpChallenges, "spend", _kept(DeviceChallenge)),
            method(Sessions, "use", _used_twice),
        ),
        ("sign_in_under_way::proven_device_challenge_is_not_proven_again",),
    ),
    PlantedFault(
        "secret-block-for-ever",
        "a SECRET_BLOCK does not expire",
        AREA,
        method(SrpChallenges, "find", _for_ever),
        ("tampered_proofs::proof_that_comes_too_late_is_refused",),
    ),
    PlantedFault(
        "secret-block-of-any-client",
        "a SECRET_BLOCK is good at every app client",
        AREA,
        method(SrpChallenges, "find", _of_any_client),
        ("sign_in_under_way::secret_block_of_another_app_client_is_refused",),
    ),
    PlantedFault(
        "any-secret-block-of-a-password",
        "a changed SECRET_BLOCK stands for the newest password challenge",
        AREA,
        method(SrpChallenges, "find", _block_of(UserChallenge, _newest)),
        ("tampered_proofs::meddled_password*", "sign_in_under_way::proven_password*"),
    ),
    PlantedFault(
        "secret-block-ignored",
        "SECRET_BLOCK is ignored, and the newest challenge of the user counts",
        AREA,
        function(password._find_challenge, _newest_of_user),
        ("tampered_proofs::proof_with_the_secret_block_of_another_person_is_refused",),
    ),
    PlantedFault(
        "any-secret-block-of-a-device",
        "a changed SECRET_BLOCK stands for the newest device challenge",
        AREA,
        method(SrpChallenges, "find", _block_of(DeviceChallenge, _newest)),
        ("tampered_proofs::meddled_device*",),
    ),
    PlantedFault(
        "proof-of-anybody",
        "a proof counts for whichever user the response names",
        AREA,
        _whoever_proved_it,
        ("tampered_proofs::proof_of_another_person_is_refused",),
    ),
    PlantedFault(
        "proof-of-the-former-password",
        "a challenge from before a new password is proven with the former one",
        AREA,
        function(password._check_proof, _any_record),
        ("sign_in_under_way::old_password_is_wrong_once_there_is_a_new_one",),
    ),
    PlantedFault(
        "timestamp-as-given",
        "TIMESTAMP is signed as it came, with a weekday that does not fit",
        AREA,
        method(ChallengeResponse, "timestamp", _as_given),
        ("tampered_proofs::timestamp_is_signed_in_its_canonical_form",),
    ),
    PlantedFault(
        "timestamp-of-any-time",
        "TIMESTAMP may be hours away from now",
        AREA,
        method(ChallengeResponse, "timestamp", _whenever),
        ("tampered_proofs::proof_by_a_clock_that_is_far_off_is_refused",),
    ),
    PlantedFault(
        "timestamp-not-signed-by-password",
        "the second of TIMESTAMP is not part of a password proof",
        AREA,
        _unsigned_time(UserChallenge),
        ("tampered_proofs::meddled_password*",),
    ),
    PlantedFault(
        "timestamp-not-signed-by-device",
        "the second of TIMESTAMP is not part of a device proof",
        AREA,
        _unsigned_time(DeviceChallenge),
        ("tampered_proofs::meddled_device*",),
    ),
    PlantedFault(
        "signature-of-any-form",
        "a signature that is not base64 is called a wrong password",
        AREA,
        method(ChallengeResponse, "signature", _not_base64_is_wrong),
        ("tampered_proofs::meddled_*",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "wrong-proof-ends-the-challenge",
        "a challenge with a forgotten device cannot be answered again without it",
        AREA,
        function(
            password._device,
            lambda original: (
                lambda response, challenge, user: _spending(original, response, challenge, user)
            ),
        ),
        ("device_refusals::same_password_challenge_is_answered_without*",),
        WRONG,
    ),
)
