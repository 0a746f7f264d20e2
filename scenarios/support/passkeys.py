"""Passkeys of users: how scenarios register them, and what is wrong with those to be refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from harness import Actions, Passkey, Progress, Secret, Tokens, check, register_passkey
from scenarios.support.acceptance import accepted
from scenarios.support.answers import member_of
from scenarios.support.first_factors import ChoiceSignIn

__all__ = [
    "ELSEWHERE",
    "changed_bytes",
    "give_passkey",
    "listed_ids",
    "not_discoverable",
    "of_another_kind",
    "of_another_origin",
    "of_another_relying_party",
    "offered_credentials",
    "options_in",
    "register_for",
    "started_registration",
    "without_transports",
]

#: A relying party that is not the pool's.
ELSEWHERE = "elsewhere.example.net"


def register_for(actions: Actions, tokens: Tokens | Secret, **how: Any) -> Passkey:
    """Register a passkey for a signed-in user, which the service must accept."""
    with accepted("a passkey as WebAuthn asks for it", facts="N042, N053"):
        return register_passkey(actions, tokens, **how)


def started_registration(actions: Actions, access_token: Secret) -> dict[str, Any]:
    """Return CredentialCreationOptions of a new registration (N040)."""
    answer = actions.start_web_authn_registration(access_token)
    options = member_of(answer, "CredentialCreationOptions", of="StartWebAuthnRegistration")
    check(isinstance(options, dict), "CredentialCreationOptions is not a JSON object", facts="N040")
    return dict(options)


def listed_ids(actions: Actions, access_token: Secret) -> list[str]:
    """Return CredentialId of each passkey of a user, in order (N046)."""
    answer = actions.list_web_authn_credentials(access_token)
    listed = member_of(answer, "Credentials", of="ListWebAuthnCredentials")
    return sorted(member_of(one, "CredentialId", of="ListWebAuthnCredentials") for one in listed)


def options_in(asked: Progress) -> dict[str, Any]:
    """Return CREDENTIAL_REQUEST_OPTIONS of WEB_AUTHN, which is JSON in a string (N049)."""
    options = json.loads(asked.parameter("CREDENTIAL_REQUEST_OPTIONS"))
    check(isinstance(options, dict), "CREDENTIAL_REQUEST_OPTIONS is not an object", facts="N049")
    return dict(options)


def offered_credentials(options: Mapping[str, Any]) -> list[str]:
    """Return the ids in allowCredentials, in order."""
    allowed = member_of(options, "allowCredentials", of="WEB_AUTHN")
    return sorted(member_of(one, "id", of="WEB_AUTHN") for one in allowed)


def give_passkey(
    by_choice: ChoiceSignIn, asked: Progress, response: Mapping[str, Any] | str
) -> Progress:
    """Respond to WEB_AUTHN with a proof; CREDENTIAL is JSON in a string (N050)."""
    text = response if isinstance(response, str) else json.dumps(response)
    answer = {"USERNAME": asked.username, "CREDENTIAL": text}
    return by_choice.walker.submit(asked, answer)


def changed_bytes(response: Mapping[str, Any], member: str) -> dict[str, Any]:
    """Return a response of an authenticator with the last byte of a member changed."""
    changed = deepcopy(dict(response))
    raw = bytearray(_decoded(changed["response"][member]))
    raw[-1] ^= 1
    changed["response"][member] = _encoded(bytes(raw))
    return changed


def of_another_kind(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response whose client data are of the other ceremony."""
    changed = deepcopy(dict(response))
    data = json.loads(_decoded(changed["response"]["clientDataJSON"]))
    other = {"webauthn.get": "webauthn.create", "webauthn.create": "webauthn.get"}
    data["type"] = other[data["type"]]
    changed["response"]["clientDataJSON"] = _encoded(json.dumps(data).encode())
    return changed


#: Makes what is wrong of the options of a registration.
WrongCredential = Callable[[dict[str, Any]], dict[str, Any]]


def of_another_origin(options: dict[str, Any]) -> dict[str, Any]:
    """Return a registration that a page of another domain asked for."""
    return Passkey.create(options, origin=f"https://{ELSEWHERE}").registration


def of_another_relying_party(options: dict[str, Any]) -> dict[str, Any]:
    """Return a registration for another relying party, from the right page."""
    origin = f"https://{options['rp']['id']}"
    elsewhere = {**options, "rp": {"id": ELSEWHERE, "name": ELSEWHERE}}
    return Passkey.create(elsewhere, origin=origin).registration


def not_discoverable(options: dict[str, Any]) -> dict[str, Any]:
    """Return a registration of a passkey that the authenticator does not keep (N043)."""
    return Passkey.create(options, discoverable=False).registration


def without_transports(options: dict[str, Any]) -> dict[str, Any]:
    """Return a registration that names no transports (N043)."""
    registration = deepcopy(Passkey.create(options).registration)
    del registration["response"]["transports"]
    return registration


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
