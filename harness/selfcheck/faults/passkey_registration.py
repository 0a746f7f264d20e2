"""Faults of the registration of passkeys, and of their list."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from harness.emulator.domain import passkeys as book
from harness.emulator.operations import passkeys as operations
from harness.emulator.rules import passkey_registration
from harness.emulator.rules import passkeys as proofs
from harness.emulator.rules.client_data import check_client_data
from harness.emulator.rules.relying_party import RelyingParty, relying_party
from harness.emulator.stores.passkey_registrations import PasskeyRegistrations
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    always,
    answers,
    constant,
    forgiving,
    function,
    handlers,
    method,
    requests,
    together,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "registration of passkeys"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_REGISTRATION = ("StartWebAuthnRegistration", "CompleteWebAuthnRegistration")


def _spent_by(**changed: Any) -> Any:
    """Make a registration's challenge good for more than it is."""

    def make(original: Any) -> Any:
        def spend(store: Any, client: Any, user: Any, challenge: str, now: float) -> None:
            found = store._open.get(user.sub)
            if found is not None:
                store._open[user.sub] = replace(found, **changed)
            original(store, client, user, challenge, now)

        return spend

    return make


def _kept(original: Any) -> Any:
    def spend(store: Any, client: Any, user: Any, challenge: str, now: float) -> None:
        found = store._open.get(user.sub)
        original(store, client, user, challenge, now)
        store._open[user.sub] = found

    return spend


def _of_whichever_user(original: Any) -> Any:
    def spend(store: Any, client: Any, user: Any, challenge: str, now: float) -> None:
        one = next((one for one in store._open.values() if one.challenge == challenge), None)
        if one is not None:
            store._open[user.sub] = one
        original(store, client, user, challenge, now)

    return spend


def _of_whichever_client(original: Any) -> Any:
    def spend(store: Any, client: Any, user: Any, challenge: str, now: float) -> None:
        found = store._open.get(user.sub)
        if found is not None:
            store._open[user.sub] = replace(found, client_id=client.client_id)
        original(store, client, user, challenge, now)

    return spend


def _same_challenge(original: Any) -> Any:
    def options(party: Any, user: Any, challenge: bytes) -> Any:
        return original(party, user, b"one for everyone")

    return options


def _as_registration(params: dict[str, Any]) -> None:
    """Read the client data of whichever ceremony as those of a registration."""
    response = (params.get("Credential") or {}).get("response") or {}
    text = response.get("clientDataJSON")
    if text is None:
        return
    data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    data["type"] = "webauthn.create"
    raw = base64.urlsafe_b64encode(json.dumps(data).encode())
    response["clientDataJSON"] = raw.rstrip(b"=").decode()


def _nameless(service: Any, request: Any, answer: dict[str, Any]) -> None:
    for one in answer["Credentials"]:
        one["FriendlyCredentialName"] = ""


def _made_up_party(original: Any) -> Any:
    return lambda pool: original(pool) or RelyingParty("made-up.example.com", False, False)


def _with_transports(params: dict[str, Any]) -> None:
    response = (params.get("Credential") or {}).get("response")
    if response:
        response.setdefault("transports", [])


FAULTS = (
    PlantedFault(
        "one-registration-challenge",
        "every registration of a passkey has the same challenge",
        AREA,
        function(passkey_registration.creation_options, _same_challenge),
        ("passkeys::options_describe*",),
        WRONG,
    ),
    PlantedFault(
        "passkey-without-name",
        "ListWebAuthnCredentials names no passkey",
        AREA,
        answers("ListWebAuthnCredentials", _nameless),
        ("passkeys::registered_passkey_is_listed*",),
        WRONG,
    ),
    PlantedFault(
        "registration-of-any-origin",
        "a passkey is registered that a page of another domain asked for",
        AREA,
        function(check_client_data, always(None), within=passkey_registration),
        ("passkeys::wrong_credential_is_not_registered",),
    ),
    PlantedFault(
        "registration-without-transports",
        "a passkey is registered without its transports",
        AREA,
        requests("CompleteWebAuthnRegistration", _with_transports),
        ("passkeys::wrong_credential_is_not_registered",),
    ),
    PlantedFault(
        "registration-of-a-sign-in",
        "the client data of a sign-in register a passkey",
        AREA,
        requests("CompleteWebAuthnRegistration", _as_registration),
        ("passkeys::credential_of_the_other_ceremony*",),
    ),
    PlantedFault(
        "registration-challenge-again",
        "the challenge of a registration is good for a second passkey",
        AREA,
        method(PasskeyRegistrations, "spend", _kept),
        ("passkeys::challenge_of_a_registration_is_good_only_once",),
    ),
    PlantedFault(
        "registration-challenge-of-anybody",
        "the challenge of another user's registration registers a passkey",
        AREA,
        method(PasskeyRegistrations, "spend", _of_whichever_user),
        ("passkeys::challenge_of_another_user_registers_nothing",),
    ),
    PlantedFault(
        "registration-challenge-for-ever",
        "the challenge of a registration does not expire",
        AREA,
        method(PasskeyRegistrations, "spend", _spent_by(expires_at=10.0**12)),
        ("passkeys::challenge_of_a_registration_expires",),
    ),
    PlantedFault(
        "registration-of-any-client",
        "a registration is completed with a token of another app client",
        AREA,
        method(PasskeyRegistrations, "spend", _of_whichever_client),
        ("passkeys::registration_ends_with_the_client*",),
    ),
    PlantedFault(
        "passkeys-not-asked-for",
        "passkeys are registered where WEB_AUTHN is no first factor",
        AREA,
        together(
            function(proofs.allows_passkeys, always(True)),
            function(relying_party, _made_up_party),
        ),
        ("passkeys::passkeys_must_be_allowed",),
    ),
    PlantedFault(
        "made-up-relying-party",
        "a pool without a relying party registers passkeys all the same",
        AREA,
        function(relying_party, _made_up_party),
        ("passkeys::passkeys_need_a_relying_party",),
    ),
    PlantedFault(
        "one-passkey-more",
        "a user can have 21 passkeys",
        AREA,
        together(constant(book, "MOST_PASSKEYS", 21), constant(operations, "MOST_PASSKEYS", 21)),
        ("passkeys::user_has_twenty_passkeys_at_most",),
        operations=_REGISTRATION,
    ),
    PlantedFault(
        "unknown-passkey-deleted",
        "DeleteWebAuthnCredential accepts a passkey that is not the user's",
        AREA,
        handlers("DeleteWebAuthnCredential", forgiving({})),
        ("passkeys::passkey_of_another_user_cannot_be_deleted",),
    ),
)
