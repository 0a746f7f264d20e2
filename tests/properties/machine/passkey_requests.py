"""Makes credentials and proofs of passkeys, and tells the model what was made."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import strategies as st

from harness.users.passkey import Passkey
from tests.properties.model.first_factors import keys_of
from tests.properties.model.passkeys import text_of
from tests.properties.model.records import Account, Key, Pending, Registration, Signed
from tests.properties.model.world import World

RIGHT = "right"
#: What may be wrong with a proof of a passkey, or with a new credential.
WRONG = (
    *("forged", "challenge", "origin", "copy", "foreign"),
    *("unverified", "old", "party"),
)
SIGNATURES = st.sampled_from([RIGHT] * 6 + list(WRONG))

ELSEWHERE = "elsewhere.example"


def proof_of_passkey(world: World, pending: Pending, how: str) -> str:
    """Return CREDENTIAL for a challenge: right, or with one thing wrong."""
    account = pending.progress.account if pending.progress else None
    key = _key(world, account, how)
    if key is None:
        return "{}"
    options = _changed(world, pending.options, how)
    made = _authenticator(key, how).sign(
        options,
        origin=f"https://{ELSEWHERE}" if how == "origin" else f"https://{key.party_id}",
        verifies_user=False if how == "unverified" else None,
    )
    text = json.dumps(_forged(made) if how == "forged" else made)
    world.signed[text] = _signed(key, options, made, how)
    return text


def _key(world: World, account: Account | None, how: str) -> Key | None:
    """Return a passkey of the user; if they have none, or it is to be foreign, another one."""
    own = keys_of(account)[::-1] if account else []
    others = [key for key in world.keys[::-1] if key.account is not account]
    old = [key for key in world.keys[::-1] if key.account is account and key not in own]
    preferred = {"foreign": others, "old": old}.get(how, own)
    return next(iter([*preferred, *own, *old, *others]), None)


def _changed(world: World, options: dict[str, Any], how: str) -> dict[str, Any]:
    if how == "party":
        return {**options, "rpId": ELSEWHERE}
    others = [p.options for p in world.pendings[::-1] if p.options and p.options is not options]
    if how == "challenge" and others:
        return {**options, "challenge": others[0]["challenge"]}
    return options


def _authenticator(key: Key, how: str) -> Passkey:
    """Return the user's authenticator, or the thief's copy, whose counter is its own."""
    if how != "copy":
        return key.authenticator
    key.copy = key.copy or key.authenticator.clone()
    return key.copy


def _forged(made: dict[str, Any]) -> dict[str, Any]:
    """Return a proof whose client data was changed after the signature."""
    response = made["response"]
    told = json.loads(base64.urlsafe_b64decode(response["clientDataJSON"] + "==="))
    changed = json.dumps({**told, "added": "afterwards"}).encode()
    data = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    return {**made, "response": {**response, "clientDataJSON": data}}


def _signed(key: Key, options: dict[str, Any], made: dict[str, Any], how: str) -> Signed:
    data = base64.urlsafe_b64decode(made["response"]["authenticatorData"] + "===")
    return Signed(
        authenticator=key.authenticator,
        credential_id=made["id"],
        challenge=options["challenge"],
        party_id=options["rpId"],
        origin=f"https://{ELSEWHERE}" if how == "origin" else f"https://{key.party_id}",
        verified=bool(data[32] & 0x04),  # UV: https://www.w3.org/TR/webauthn-3/#authdata-flags-uv
        count=int.from_bytes(data[33:37], "big"),
        forged=how == "forged",
    )


def credential(world: World, registration: Registration, how: str) -> dict[str, Any]:
    """Return a new Credential for a registration: right, or with one thing wrong."""
    options = dict(registration.options)
    others = [text for text in world.challenges if text != registration.challenge][::-1]
    if how == "party":
        options["rp"] = {**options["rp"], "id": ELSEWHERE}
    elif how == "challenge" and others:
        options["challenge"] = others[0]
    origin = f"https://{ELSEWHERE}" if how == "origin" else f"https://{registration.party_id}"
    verifies = how != "unverified"
    made = Passkey.create(options, origin=origin, verifies_user=verifies)
    credential = made.registration
    world.signed[text_of(credential)] = Signed(
        authenticator=made,
        credential_id=made.credential_id,
        challenge=options["challenge"],
        party_id=options["rp"]["id"],
        origin=origin,
        verified=verifies,
        count=made.counter,
    )
    return credential
