"""The registration of a passkey: the options for the browser, and the checks of its credential."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.passkeys import PasskeyRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.rules.client_data import (
    base64url,
    check_client_data,
    from_base64url,
    is_backup_eligible,
    refusing_malformed,
    require_short,
)
from harness.emulator.rules.passkey_keys import ALGORITHMS, check_key
from harness.emulator.rules.passkeys import TIMEOUT_MILLISECONDS
from harness.emulator.rules.relying_party import RelyingParty

if TYPE_CHECKING:
    from webauthn.helpers.structs import AttestedCredentialData, RegistrationCredential
    from webauthn.registration.verify_registration_response import VerifiedRegistration

#: https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential
_MOST_ID_BYTES = 1_023
#: The most transports of a passkey, and the most characters of one; six are defined:
#: https://www.w3.org/TR/webauthn-3/#enum-transport
_MOST_TRANSPORTS, _LONGEST_TRANSPORT = 10, 32
#: The names that the service gives, by AuthenticatorAttachment. Only that of a roaming
#: authenticator is published (N046); the others are made in its manner.
_NAMES = {"cross-platform": "Roaming passkey", "platform": "Platform passkey"}

#: Uses up a challenge, given as base64url; raises the refusal of one that is not open.
SpendChallenge = Callable[[str], None]


def creation_options(party: RelyingParty, user: User, challenge: bytes) -> dict[str, Any]:
    """Return CredentialCreationOptions, with the members that were measured (N041)."""
    descriptors = [
        {"id": passkey.credential_id, "type": "public-key"}
        for passkey in user.passkeys.of(party.party_id)
    ]
    return {
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": party.user_verification,
        },
        "challenge": base64url(challenge),
        "excludeCredentials": descriptors,
        "pubKeyCredParams": [{"alg": number, "type": "public-key"} for number in ALGORITHMS],
        "rp": {"id": party.party_id, "name": party.party_id},
        "timeout": TIMEOUT_MILLISECONDS,
        "user": {
            "displayName": user.username,
            "id": base64url(user.sub.encode()),
            "name": user.username,
        },
    }


def registered_passkey(
    pool: Pool, party: RelyingParty, credential: Any, spend: SpendChallenge, now: float
) -> PasskeyRecord:
    """Return the passkey of a verified Credential; the challenge is used up, whatever follows.

    The checks are those of https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential.
    An attestation must be correct where it needs no maker's certificate; no maker is asked for
    (N045).

    Args:
        pool: the user's pool; no other user of it may have the passkey.
        party: the relying party of the pool.
        credential: RegistrationResponseJSON (N042), or whatever the client sent in its place.
        spend: called with the challenge in the credential.
        now: epoch seconds.

    Raises:
        Refusal: the credential is not one of this registration (N043, N044).
    """
    with refusing_malformed(refusals.credential_invalid):
        found, transports = _parsed(credential), _transports(credential)
        challenge = _challenge(found)
        spend(challenge)
        check_client_data(party, found.response.client_data_json, refusals.origin_not_allowed)
        key = _attested(party, found)
        check_key(key.credential_public_key)
        verified = _verified(party, found, challenge)
        _check_id(pool, found, verified)
        attachment = found.authenticator_attachment
    return PasskeyRecord(
        credential_id=base64url(verified.credential_id),
        public_key=base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        user_verified=verified.user_verified,
        backup_eligible=is_backup_eligible(verified),
        relying_party_id=party.party_id,
        name=_NAMES.get(attachment or "", "Passkey"),
        created=now,
        attachment=None if attachment is None else attachment.value,
        transports=transports,
    )


def _parsed(credential: Any) -> RegistrationCredential:
    # webauthn takes long to import, and few processes meet a passkey.
    from webauthn.helpers import parse_registration_credential_json

    if not isinstance(credential, dict):
        raise refusals.credential_invalid().because("it is not a JSON object")
    response = credential.get("response")
    for members in (credential, response if isinstance(response, dict) else {}):
        for text in members.values():
            require_short(text, refusals.credential_invalid)
    results = credential.get("clientExtensionResults") or {}
    if (results.get("credProps") or {}).get("rk") is False:
        raise refusals.credential_invalid().because("the passkey is not discoverable")
    return parse_registration_credential_json(credential)


def _transports(credential: dict[str, Any]) -> tuple[str, ...]:
    """Return the transports, without which Cognito refuses a credential (N043).

    Unknown ones are kept, as WebAuthn wants it.
    """
    transports = credential["response"].get("transports")
    if not isinstance(transports, list) or len(transports) > _MOST_TRANSPORTS:
        raise refusals.credential_invalid().because("it has no list of transports")
    for name in transports:
        if not isinstance(name, str) or not name.isascii() or len(name) > _LONGEST_TRANSPORT:
            raise refusals.credential_invalid().because("a transport is no name")
    return tuple(transports)


def _challenge(found: RegistrationCredential) -> str:
    # See `_parsed`.
    from webauthn.helpers import parse_client_data_json

    return base64url(parse_client_data_json(found.response.client_data_json).challenge)


def _attested(party: RelyingParty, found: RegistrationCredential) -> AttestedCredentialData:
    """Return the key that a credential is about; refuse one for another relying party."""
    # See `_parsed`.
    from webauthn.helpers import parse_attestation_object

    data = parse_attestation_object(found.response.attestation_object).auth_data
    if data.rp_id_hash != hashlib.sha256(party.party_id.encode()).digest():
        raise refusals.relying_party_mismatch()
    if data.attested_credential_data is None:
        raise refusals.credential_invalid().because("it has no key")
    return data.attested_credential_data


def _verified(
    party: RelyingParty, found: RegistrationCredential, challenge: str
) -> VerifiedRegistration:
    # See `_parsed`.
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_client_data_json

    return verify_registration_response(
        credential=_without_maker(found),
        expected_challenge=from_base64url(challenge),
        expected_rp_id=party.party_id,
        # It is one of the relying party's by now.
        expected_origin=parse_client_data_json(found.response.client_data_json).origin,
        require_user_verification=party.requires_user_verification,
    )


def _without_maker(found: RegistrationCredential) -> RegistrationCredential:
    """Return a credential without an attestation that only a known maker could sign (N045).

    The library verifies such a format with the maker's certificates. Cognito asks for no
    attestation (N041), so browsers leave it out, and enforces none.
    """
    # See `_parsed`.
    from webauthn.helpers import encode_cbor, parse_attestation_object, parse_cbor
    from webauthn.helpers.structs import AttestationFormat

    given = found.response.attestation_object
    kept = {AttestationFormat.NONE, AttestationFormat.PACKED}
    if AttestationFormat(parse_attestation_object(given).fmt) in kept:
        return found
    data = parse_cbor(given)["authData"]
    bare = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
    return replace(found, response=replace(found.response, attestation_object=bare))


def _check_id(pool: Pool, found: RegistrationCredential, verified: VerifiedRegistration) -> None:
    """Refuse an id that is too long, is not the attested one, or belongs to a passkey already."""
    if verified.credential_id != found.raw_id:
        raise refusals.credential_invalid().because("its id is not the one of the authenticator")
    if len(found.raw_id) > _MOST_ID_BYTES:
        raise refusals.credential_invalid().because("its id is too long")
    known = base64url(found.raw_id)
    if any(user.passkeys.find(known) is not None for user in pool.users):
        raise refusals.credential_invalid().because("the passkey is registered already")
