"""The operations with which users manage their passkeys; administrators have none (N047)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.passkeys import MOST_PASSKEYS, PasskeyRecord
from harness.emulator.refusals import Refusal
from harness.emulator.rules.paging import page_of
from harness.emulator.rules.passkey_registration import creation_options, registered_passkey
from harness.emulator.rules.passkeys import (
    CHALLENGE_BYTES,
    allows_passkeys,
    applicable_passkeys,
    relying_party,
)
from harness.emulator.rules.relying_party import RelyingParty
from harness.emulator.rules.tokens import Authorized, authorized_under_lock
from harness.emulator.service import Handler, Service


def start_web_authn_registration(service: Service, request: Request) -> dict[str, Any]:
    """Return the options with which a browser makes a passkey for the token's user (N040, N041)."""
    with _registering(service, request, refusals.relying_party_missing) as (authorized, party):
        challenge = service.random.bytes(CHALLENGE_BYTES)
        options = creation_options(party, authorized.user, challenge)
        service.passkey_registrations.begin(
            authorized.client, authorized.user, options["challenge"], service.clock.time()
        )
        return {"CredentialCreationOptions": options}


def complete_web_authn_registration(service: Service, request: Request) -> dict[str, Any]:
    """Verify the passkey that a browser has made, and add it to the user (N042 to N045)."""
    now = service.clock.time()
    # Only a start can be told that there is no relying party, by the service model.
    with _registering(service, request, refusals.relying_party_mismatch) as (authorized, party):
        user = authorized.user

        def spend(challenge: str) -> None:
            service.passkey_registrations.spend(authorized.client, user, challenge, now)

        credential = request.params["Credential"]
        passkey = registered_passkey(authorized.pool, party, credential, spend, now)
        user.passkeys.add(passkey, refusals.too_many_passkeys())
        user.touch(now)
        return {}


@contextmanager
def _registering(
    service: Service, request: Request, without_party: Callable[[], Refusal]
) -> Iterator[tuple[Authorized, RelyingParty]]:
    """Check whether the token's user may register one more passkey in their pool (N010, N044)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        if not allows_passkeys(authorized.pool):
            raise refusals.passkeys_not_enabled()
        party = relying_party(authorized.pool)
        if party is None:
            raise without_party().because("the pool has neither a relying party id nor a domain")
        if len(authorized.user.passkeys) >= MOST_PASSKEYS:
            raise refusals.too_many_passkeys()
        yield authorized, party


def list_web_authn_credentials(service: Service, request: Request) -> dict[str, Any]:
    """List the passkeys of the token's user, of any relying party, page by page (N046)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        page, following = page_of(
            service,
            ("ListWebAuthnCredentials", authorized.user.sub),
            list(authorized.user.passkeys),
            request.params.get("NextToken"),
            # 0 is valid, and a page of nothing would never end.
            request.params.get("MaxResults") or MOST_PASSKEYS,
        )
        shown = [_described(passkey) for passkey in page]
    return {"Credentials": shown, **({"NextToken": following} if following else {})}


def _described(passkey: PasskeyRecord) -> dict[str, Any]:
    kind = {"AuthenticatorAttachment": passkey.attachment} if passkey.attachment else {}
    return {
        "CredentialId": passkey.credential_id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.relying_party_id,
        **kind,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": passkey.created,
    }


def delete_web_authn_credential(service: Service, request: Request) -> dict[str, Any]:
    """Delete a passkey of the token's user (N047).

    Without a passkey that can satisfy MFA, the preference for passkeys is over as well: it could
    not be set any more (N036).
    """
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        user = authorized.user
        if not user.passkeys.delete(request.params["CredentialId"]):
            raise refusals.passkey_not_found()
        if not applicable_passkeys(authorized.pool, user):
            user.mfa.web_authn = False
        user.touch(service.clock.time())
        return {}


OPERATIONS: dict[str, Handler] = {
    "StartWebAuthnRegistration": start_web_authn_registration,
    "CompleteWebAuthnRegistration": complete_web_authn_registration,
    "ListWebAuthnCredentials": list_web_authn_credentials,
    "DeleteWebAuthnCredential": delete_web_authn_credential,
}
