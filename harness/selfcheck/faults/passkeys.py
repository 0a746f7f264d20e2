"""Faults of passkeys at a sign-in: which proofs are accepted, and what MFA makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.passkeys import PasskeyBook
from harness.emulator.operations import mfa_preferences
from harness.emulator.rules import passkeys as proofs
from harness.emulator.rules.client_data import base64url, check_client_data
from harness.emulator.rules.first_factors import first_factor_facts, require_still_enough
from harness.emulator.rules.relying_party import relying_party
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    function,
    requests,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "sign-in with passkeys"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_REGISTRATION = ("StartWebAuthnRegistration", "CompleteWebAuthnRegistration")
_PREFERENCES = ("SetUserMFAPreference", "AdminSetUserMFAPreference")
#: The other relying party of the scenarios.
_ELSEWHERE = "elsewhere.example.net"


def _first_of_the_user(original: Any) -> Any:
    """Accept any credential, as a proof of the user's first passkey."""

    def verify(pool: Any, user: Any, credential: str, challenge: str) -> Any:
        try:
            return original(pool, user, credential, challenge)
        except refusals.Refusal:
            passkey = next(iter(user.passkeys))
            return proofs.Assertion(passkey, passkey.sign_count, True)

    return verify


def _other_party_too(original: Any) -> Any:
    def verified(party: Any, passkey: Any, found: Any, challenge: str) -> Any:
        try:
            return original(party, passkey, found, challenge)
        except Exception:
            return original(replace(party, party_id=_ELSEWHERE), passkey, found, challenge)

    return verified


def _challenges_of_before(original: Any) -> Any:
    """Accept a proof for a challenge that has signed in before."""
    used: set[str] = set()

    def verified(party: Any, passkey: Any, found: Any, challenge: str) -> Any:
        from webauthn.helpers import parse_client_data_json

        own = base64url(parse_client_data_json(found.response.client_data_json).challenge)
        fresh = replace(passkey, sign_count=0) if own in used else passkey
        result = original(party, fresh, found, own if own in used else challenge)
        used.add(own)
        return result

    return verified


def _whichever_challenge(original: Any) -> Any:
    def verified(party: Any, passkey: Any, found: Any, challenge: str) -> Any:
        from webauthn.helpers import parse_client_data_json

        own = parse_client_data_json(found.response.client_data_json).challenge
        return original(party, passkey, found, base64url(own))

    return verified


def _without_counter(original: Any) -> Any:
    def verified(party: Any, passkey: Any, found: Any, challenge: str) -> Any:
        return original(party, replace(passkey, sign_count=0), found, challenge)

    return verified


def _without_verification(original: Any) -> Any:
    def verified(party: Any, passkey: Any, found: Any, challenge: str) -> Any:
        lenient = replace(party, requires_user_verification=False)
        result = original(lenient, passkey, found, challenge)
        result.user_verified = True
        return result

    return verified


def _with_verification(original: Any) -> Any:
    def verified(party: Any, passkey: Any, found: Any, challenge: str) -> Any:
        strict = replace(party, requires_user_verification=True)
        return original(strict, passkey, found, challenge)

    return verified


def _without_signature(planter: Planter) -> None:
    from importlib import import_module

    name = "webauthn.authentication.verify_authentication_response"
    planter.attribute(import_module(name), "verify_signature", lambda **given: None)


def _of_anybody(original: Any) -> Any:
    def verify(pool: Any, user: Any, credential: str, challenge: str) -> Any:
        refused: refusals.Refusal | None = None
        for one in (user, *pool.users):
            try:
                return original(pool, one, credential, challenge)
            except refusals.Refusal as refusal:
                refused = refused or refusal
        assert refused is not None
        raise refused

    return verify


def _deleted_too(planter: Planter) -> None:
    """Accept the passkeys of a user that were deleted."""
    deleted: list[tuple[Any, Any]] = []

    def deleting(original: Any) -> Any:
        def delete(passkeys: Any, credential_id: str) -> bool:
            deleted.append((passkeys, passkeys.find(credential_id)))
            return bool(original(passkeys, credential_id))

        return delete

    def finding(original: Any) -> Any:
        def find(passkeys: Any, credential_id: str) -> Any:
            gone = (one for owner, one in deleted if owner is passkeys and one is not None)
            again = (one for one in gone if one.credential_id == credential_id)
            return original(passkeys, credential_id) or next(again, None)

        return find

    planter.method(PasskeyBook, "delete", deleting)
    planter.method(PasskeyBook, "find", finding)
    planter.function(require_still_enough, always(None))


def _one_passkey(original: Any) -> Any:
    return lambda pool, passkeys, challenge: original(pool, passkeys[:1], challenge)


def _no_mfa(original: Any) -> Any:
    return lambda pool, user: replace(original(pool, user), passkey_is_mfa=False)


def _counts_as_mfa(original: Any) -> Any:
    def party(pool: Any) -> Any:
        found = original(pool)
        return None if found is None else replace(found, counts_as_mfa=True)

    return party


def _beside_nothing(params: dict[str, Any]) -> None:
    """Read a preference for passkeys alone as one for an authenticator too."""
    if (params.get("WebAuthnMfaSettings") or {}).get("Enabled"):
        params.setdefault("SoftwareTokenMfaSettings", {"Enabled": True})


def _never_off(params: dict[str, Any]) -> None:
    if not (params.get("WebAuthnMfaSettings") or {"Enabled": True}).get("Enabled"):
        del params["WebAuthnMfaSettings"]


FAULTS = (
    PlantedFault(
        "any-credential",
        "any credential is accepted as a proof of the user's passkey",
        AREA,
        function(proofs.verify_assertion, _first_of_the_user),
        ("passkey_sign_in::wrong_proof_is_refused", "passkey_sign_in::counter_that*"),
    ),
    PlantedFault(
        "proof-of-any-origin",
        "a proof is accepted that a page of another domain asked for",
        AREA,
        function(check_client_data, always(None), within=proofs),
        ("passkey_sign_in::wrong_proof_is_refused",),
    ),
    PlantedFault(
        "proof-for-another-relying-party",
        "a proof for another relying party is accepted",
        AREA,
        function(proofs._verified, _other_party_too),
        ("passkey_sign_in::wrong_proof_is_refused",),
    ),
    PlantedFault(
        "proof-of-any-challenge",
        "a proof is accepted for a challenge that was never asked",
        AREA,
        function(proofs._verified, _whichever_challenge),
        ("passkey_sign_in::wrong_proof_is_refused",),
    ),
    PlantedFault(
        "proof-again",
        "a proof that has signed in is accepted at the next sign-in",
        AREA,
        function(proofs._verified, _challenges_of_before),
        ("passkey_sign_in::proof_of_an_earlier_sign_in_is_refused",),
    ),
    PlantedFault(
        "signature-of-a-passkey-ignored",
        "the signature of a passkey is not checked",
        AREA,
        _without_signature,
        ("passkey_sign_in::wrong_proof_is_refused", "passkey_sign_in::passkey_of_another*"),
        operations=("RespondToAuthChallenge", "AdminRespondToAuthChallenge"),
    ),
    PlantedFault(
        "counter-of-a-passkey-ignored",
        "a passkey signs in whose counter has gone back",
        AREA,
        function(proofs._verified, _without_counter),
        ("passkey_sign_in::counter_that_does_not_rise_is_refused",),
    ),
    PlantedFault(
        "user-verification-ignored",
        "a proof counts as one that verified the user, whether or not it did",
        AREA,
        function(proofs._verified, _without_verification),
        (
            "passkey_sign_in::user_must_be_verified*",
            "mfa_after_first_factor::passkey_without_user_verification_is_no_mfa",
        ),
    ),
    PlantedFault(
        "user-verification-for-everybody",
        "a proof is refused that did not verify the user, where the pool does not ask for it",
        AREA,
        function(proofs._verified, _with_verification),
        ("passkey_sign_in::touch_is_enough*",),
        WRONG,
    ),
    PlantedFault(
        "passkey-of-anybody",
        "the passkey of another user signs in",
        AREA,
        together(
            function(proofs.verify_assertion, _of_anybody),
            # Otherwise the last look at the passkeys of the user, before the tokens, refuses it.
            function(require_still_enough, always(None)),
        ),
        ("passkey_sign_in::passkey_of_another_user_is_refused",),
    ),
    PlantedFault(
        "deleted-passkey",
        "a passkey that was deleted signs in",
        AREA,
        _deleted_too,
        ("passkey_sign_in::deleted_passkey_is_refused",),
    ),
    PlantedFault(
        "passkey-not-offered",
        "users with a passkey are not offered it",
        AREA,
        function(proofs.may_use_passkeys, always(False)),
        ("passkey_sign_in::passkey_signs_in",),
        WRONG,
    ),
    PlantedFault(
        "one-passkey-alone-offered",
        "allowCredentials has the first passkey of a user alone",
        AREA,
        function(proofs.request_options, _one_passkey),
        ("passkey_sign_in::options_name_the_passkeys*",),
        WRONG,
    ),
    PlantedFault(
        "passkey-is-no-mfa",
        "a passkey does not satisfy MFA, though pool and user say so",
        AREA,
        function(first_factor_facts, _no_mfa),
        ("mfa_after_first_factor::passkey_satisfies_mfa*",),
        WRONG,
    ),
    PlantedFault(
        "single-factor-as-mfa",
        "the passkeys of a pool with SINGLE_FACTOR satisfy MFA",
        AREA,
        function(relying_party, _counts_as_mfa),
        ("mfa_after_first_factor::passkey_of_a_single_factor*",),
    ),
    PlantedFault(
        "passkey-alone-as-mfa",
        "passkeys can be turned on for MFA without another factor",
        AREA,
        requests(_PREFERENCES, _beside_nothing),
        ("mfa_after_first_factor::passkey_for_mfa_needs_another_factor",),
    ),
    PlantedFault(
        "any-passkey-as-mfa",
        "passkeys can be turned on for MFA by users who have none",
        AREA,
        function(proofs.applicable_passkeys, always([None]), within=mfa_preferences),
        ("mfa_after_first_factor::passkey_for_mfa_needs_another_factor",),
    ),
    PlantedFault(
        "passkey-stays-on-for-mfa",
        "passkeys cannot be turned off for MFA",
        AREA,
        requests(_PREFERENCES, _never_off),
        ("mfa_after_first_factor::passkey_and_the_other_factor_can_be_off*",),
        WRONG,
    ),
)
