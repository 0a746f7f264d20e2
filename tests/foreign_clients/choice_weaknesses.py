"""Checks of choice-based sign-in and of passkeys to remove, and the step that must notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from harness.emulator.domain.first_factors import FIRST_FACTORS, FirstFactorFacts
from harness.emulator.domain.next_challenge import PASSWORD, PASSWORD_SRP
from harness.emulator.domain.passkeys import PasskeyBook, PasskeyRecord
from harness.emulator.domain.passwords import PasswordRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.operations import initiate_auth
from harness.emulator.rules import first_factors, passkey_registration, passkeys
from harness.emulator.rules.passkeys import Assertion
from harness.emulator.sign_in.challenges import first_factor_code, web_authn
from tests.foreign_clients.weakness import PLANTED, Weakness

__all__ = [
    "CHOICE_WEAKNESSES",
    "PASSKEY_AS_MFA_WEAKNESSES",
    "PASSKEY_WEAKNESSES",
    "SRP_BY_CHOICE_WEAKNESSES",
    "UI_WEAKNESSES",
    "any_password",
]

Patch = pytest.MonkeyPatch


def any_password(patch: Patch) -> None:
    """Accept every password."""

    def matches(self: PasswordRecord, password: str) -> bool:
        return True

    patch.setattr(PasswordRecord, "matches", matches)


def _compare_codes(patch: Patch, compare: Callable[[bytes, bytes], bool]) -> None:
    patch.setattr(first_factor_code, "hmac", SimpleNamespace(compare_digest=compare))


def _any_first_factor_code(patch: Patch) -> None:
    _compare_codes(patch, lambda sent, given: True)


def _code_of_another_sign_in(patch: Patch) -> None:
    known = set[bytes]()

    def compare(sent: bytes, given: bytes) -> bool:
        known.add(sent)
        return given in known

    _compare_codes(patch, compare)


def _what_the_pool_allows(patch: Patch) -> None:
    def available(facts: FirstFactorFacts) -> tuple[str, ...]:
        allowed = {*facts.allowed, PASSWORD_SRP} if PASSWORD in facts.allowed else facts.allowed
        return tuple(factor for factor in FIRST_FACTORS if factor in allowed)

    patch.setattr(first_factors, "available_first_factors", available)


def _no_preference(patch: Patch) -> None:
    begin = initiate_auth._begin_choice

    def ignorant(sign_in: Any, user: User | None, username: str, preferred: str) -> Any:
        return begin(sign_in, user, username, "")

    patch.setattr(initiate_auth, "_begin_choice", ignorant)


def _any_origin(module: Any) -> Callable[[Patch], None]:
    def plant(patch: Patch) -> None:
        patch.setattr(module, "check_client_data", lambda party, client_data, refusal: None)

    return plant


def _no_transports(patch: Patch) -> None:
    patch.setattr(passkey_registration, "_transports", lambda credential: ())


def _any_passkey(patch: Patch) -> None:
    def believe(pool: Pool, user: User, credential: str, challenge: str) -> Assertion:
        passkey = next(iter(user.passkeys))
        return Assertion(passkey, passkey.sign_count, user_verified=True)

    patch.setattr(web_authn, "verify_assertion", believe)


def _no_counter(patch: Patch) -> None:
    verified = passkeys._verified

    def forgetful(party: Any, passkey: PasskeyRecord, found: Any, challenge: str) -> Any:
        return verified(party, replace(passkey, sign_count=0), found, challenge)

    patch.setattr(passkeys, "_verified", forgetful)


def _change_facts(patch: Patch, change: Callable[[FirstFactorFacts], FirstFactorFacts]) -> None:
    gather = first_factors.first_factor_facts

    def changed(pool: Pool, user: User) -> FirstFactorFacts:
        return change(gather(pool, user))

    patch.setattr(first_factors, "first_factor_facts", changed)


def _no_mfa_needed(patch: Patch) -> None:
    _change_facts(patch, lambda facts: replace(facts, mfa_mode="OFF"))


def _mfa_without_setting(patch: Patch) -> None:
    _change_facts(patch, lambda facts: replace(facts, passkey_is_mfa=facts.has_passkey))


def _passkey_never_mfa(patch: Patch) -> None:
    _change_facts(patch, lambda facts: replace(facts, passkey_is_mfa=False))


def _passkey_not_deleted(patch: Patch) -> None:
    def keep(self: PasskeyBook, credential_id: str) -> bool:
        return self.find(credential_id) is not None

    patch.setattr(PasskeyBook, "delete", keep)


def _unverified_user(patch: Patch) -> None:
    """Require no user verification, and take the user for verified."""
    library, verify = passkeys._verified, passkeys.verify_assertion

    def lenient(party: Any, passkey: PasskeyRecord, found: Any, challenge: str) -> Any:
        lax = replace(party, requires_user_verification=False)
        return library(lax, passkey, found, challenge)

    def verified(pool: Pool, user: User, credential: str, challenge: str) -> Assertion:
        return replace(verify(pool, user, credential, challenge), user_verified=True)

    patch.setattr(passkeys, "_verified", lenient)
    patch.setattr(web_authn, "verify_assertion", verified)


CHOICE_WEAKNESSES = (
    Weakness("any code of a sign-up", PLANTED["any-code"], "confirm_with_wrong_code"),
    Weakness("every factor of the pool is offered", _what_the_pool_allows, "choose_nothing"),
    Weakness("any password", any_password, "select_PASSWORD_with_wrong_password"),
    Weakness(
        "any signature of a chosen password",
        PLANTED["any-password-proof"],
        "select_PASSWORD_SRP_with_wrong_password",
    ),
    Weakness(
        "any code as first factor", _any_first_factor_code, "select_EMAIL_OTP_with_wrong_code"
    ),
    Weakness(
        "a code of another sign-in",
        _code_of_another_sign_in,
        "select_SMS_OTP_with_code_of_last_sign_in",
    ),
    Weakness("the preference is ignored", _no_preference, "prefer_PASSWORD_with_wrong_password"),
)
SRP_BY_CHOICE_WEAKNESSES = (
    Weakness(
        "any signature of a preferred password",
        PLANTED["any-password-proof"],
        "prefer_PASSWORD_SRP_with_wrong_password",
    ),
)
PASSKEY_WEAKNESSES = (
    Weakness(
        "any origin registers a passkey",
        _any_origin(passkey_registration),
        "register_on_another_site",
    ),
    Weakness("a passkey without transports", _no_transports, "register_without_transports"),
    Weakness("any passkey", _any_passkey, "foreign_passkey"),
    Weakness(
        "any origin signs in with a passkey", _any_origin(passkeys), "passkey_on_another_site"
    ),
    Weakness("the counter is ignored", _no_counter, "cloned_passkey"),
    Weakness("a passkey where MFA is needed", _no_mfa_needed, "prefer_passkey_with_totp_on"),
    Weakness("a passkey is not deleted", _passkey_not_deleted, "delete_passkey_again"),
)
PASSKEY_AS_MFA_WEAKNESSES = (
    Weakness("any passkey is MFA", _mfa_without_setting, "prefer_passkey_before_it_is_mfa"),
    Weakness("no passkey is MFA", _passkey_never_mfa, "select_passkey"),
    Weakness("user verification is ignored", _unverified_user, "passkey_without_user_verification"),
)
UI_WEAKNESSES = (
    Weakness("any code in the form", PLANTED["any-code"], "confirm_with_wrong_code"),
    Weakness("any passkey in the form", _any_passkey, "sign_in_with_foreign_passkey"),
    Weakness("any code to sign in", _any_first_factor_code, "sign_in_with_wrong_code"),
)
