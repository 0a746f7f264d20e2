"""Faults to plant in first factors and passkeys; `tests.properties.faults` has the others."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from webauthn.authentication import verify_authentication_response as webauthn_check
from webauthn.helpers import parse_client_data_json

from harness.emulator.domain import first_factors
from harness.emulator.domain.first_factors import FirstFactorFacts
from harness.emulator.domain.passkeys import PasskeyBook, PasskeyRecord
from harness.emulator.domain.users import User
from harness.emulator.operations import passwords
from harness.emulator.rules import passkeys
from harness.emulator.rules.client_data import base64url
from harness.emulator.rules.relying_party import RelyingParty
from harness.emulator.sign_in import proceed
from harness.emulator.sign_in.challenges import first_factor_code
from harness.emulator.stores.passkey_registrations import PasskeyRegistrations
from tests.properties.fault import Fault, Patch, replace_everywhere, with_each_engine
from tests.properties.model.rules import Rule


def _any_sign_in_code(patch: Patch) -> None:
    trusting = SimpleNamespace(compare_digest=lambda _sent, _given: True)
    patch.setattr(first_factor_code, "hmac", trusting)


def _sign_in_code_of_anybody(patch: Patch) -> None:
    sent = set[bytes]()
    with_each_engine(patch, sent.clear)

    def note(sign_in: Any, **changes: Any) -> Any:
        sent.add(changes["secret"].encode())
        return replace(sign_in, **changes)

    generous = SimpleNamespace(compare_digest=lambda _sent, given: given in sent)
    patch.setattr(first_factor_code, "replace", note)
    patch.setattr(first_factor_code, "hmac", generous)


def _any_passkey_signature(patch: Patch) -> None:
    patch.setattr(webauthn_check, "verify_signature", lambda **_: None)


def _any_passkey_challenge(patch: Patch) -> None:
    verified = passkeys._verified

    def believe(party: RelyingParty, passkey: PasskeyRecord, found: Any, _challenge: str) -> Any:
        signed = parse_client_data_json(found.response.client_data_json).challenge
        return verified(party, passkey, found, base64url(signed))

    patch.setattr(passkeys, "_verified", believe)


def _any_origin(patch: Patch) -> None:
    patch.setattr(RelyingParty, "owns", lambda _party, _origin: True)


def _passkey_counter(patch: Patch) -> None:
    verified = passkeys._verified

    def forgetful(party: RelyingParty, passkey: PasskeyRecord, found: Any, challenge: str) -> Any:
        return verified(party, replace(passkey, sign_count=0), found, challenge)

    patch.setattr(passkeys, "_verified", forgetful)


def _unverified_user(patch: Patch) -> None:
    verified = passkeys._verified

    def trusting(party: RelyingParty, passkey: PasskeyRecord, found: Any, challenge: str) -> Any:
        lax = replace(party, requires_user_verification=False)
        return replace(verified(lax, passkey, found, challenge), user_verified=True)

    patch.setattr(passkeys, "_verified", trusting)


def _passkey_of_anybody(patch: Patch) -> None:
    everything: dict[str, PasskeyRecord] = {}
    with_each_engine(patch, everything.clear)
    add = PasskeyBook.add

    def note(self: PasskeyBook, passkey: PasskeyRecord, *refusal: Any) -> None:
        everything[passkey.credential_id] = passkey
        add(self, passkey, *refusal)

    def owned(_party: RelyingParty, _user: User, found: Any) -> PasskeyRecord:
        return everything[base64url(found.raw_id)]

    patch.setattr(PasskeyBook, "add", note)
    patch.setattr(passkeys, "_owned", owned)
    # Otherwise the last look at the passkeys of the user, before the tokens, refuses it.
    patch.setattr(proceed, "require_still_enough", lambda _attempt: None)


def _codes_beside_mfa(patch: Patch) -> None:
    patch.setattr(FirstFactorFacts, "needs_mfa", False)


def _choice_before_new_password(patch: Patch) -> None:
    original = first_factors.available_first_factors

    def patient(facts: FirstFactorFacts) -> tuple[str, ...]:
        return original(replace(facts, must_change_password=False))

    replace_everywhere(patch, original, patient)


def _registration_again(patch: Patch) -> None:
    patch.setattr(PasskeyRegistrations, "spend", lambda _self, *_: None)


def _first_password_again(patch: Patch) -> None:
    check = passwords._check_previous

    def trusting(user: User, previous: str | None) -> None:
        if previous is not None:
            check(user, previous)

    patch.setattr(passwords, "_check_previous", trusting)


FIRST_FACTOR_FAULTS = [
    Fault(
        "any-sign-in-code",
        "any code counts as the one that was sent to sign in with",
        _any_sign_in_code,
        Rule.SIGN_IN_CODE,
        seed=1,
    ),
    Fault(
        "sign-in-code-of-anybody",
        "a sign-in code of another session or user is accepted",
        _sign_in_code_of_anybody,
        Rule.SIGN_IN_CODE,
        seed=1,
    ),
    Fault(
        "any-passkey-signature",
        "the signature of a passkey is not checked",
        _any_passkey_signature,
        Rule.PASSKEY_PROOF,
        seed=2,
    ),
    Fault(
        "any-passkey-challenge",
        "a passkey may have signed the challenge of another sign-in",
        _any_passkey_challenge,
        Rule.PASSKEY_PROOF,
        seed=1,
    ),
    Fault(
        "any-passkey-origin",
        "a passkey may be used on the page of another site",
        _any_origin,
        Rule.ORIGIN,
        seed=1,
    ),
    Fault(
        "passkey-counter",
        "the counter of a passkey may stand still or go back",
        _passkey_counter,
        Rule.COUNTER,
        seed=2,
    ),
    Fault(
        "passkey-without-its-user",
        "a passkey counts as MFA although it did not verify the user",
        _unverified_user,
        Rule.USER_VERIFIED,
        seed=2,
    ),
    Fault(
        "passkey-of-anybody",
        "a passkey of any user or relying party is accepted",
        _passkey_of_anybody,
        Rule.PASSKEY,
        seed=1,
    ),
    Fault(
        "code-beside-mfa",
        "a code or a passkey is a first factor although MFA is due",
        _codes_beside_mfa,
        Rule.FIRST_FACTOR,
        seed=4,
    ),
    Fault(
        "choice-before-a-new-password",
        "a user with a temporary password may choose another factor",
        _choice_before_new_password,
        Rule.FIRST_FACTOR,
        seed=4,
    ),
    Fault(
        "passkey-registered-again",
        "a passkey is registered without a registration that waits for it",
        _registration_again,
        Rule.REGISTRATION,
        seed=1,
    ),
    Fault(
        "first-password-again",
        "ChangePassword without the current password works for users who have one",
        _first_password_again,
        Rule.PASSWORD,
        seed=2,
    ),
]
