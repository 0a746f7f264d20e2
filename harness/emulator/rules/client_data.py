"""What registrations and proofs of passkeys share: bounds, refusals, and the page they come from.

The bytes are read by the library `webauthn`, never here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.emulator.refusals import Refusal

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers.structs import CollectedClientData
    from webauthn.registration.verify_registration_response import VerifiedRegistration

    from harness.emulator.rules.relying_party import RelyingParty

#: The most characters of a credential's text or of one of its members. A real one with a chain of
#: certificates has a few thousand.
MOST_CHARACTERS = 32_768
#: The most characters of a library's message that the call log keeps.
_LONGEST_REASON = 200

MakeRefusal = Callable[[], Refusal]


def base64url(data: bytes) -> str:
    """Return bytes as WebAuthn's JSON has them: base64url without padding (N042)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of a text that `base64url` returned."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def require_short(text: object, refusal: MakeRefusal) -> None:
    """Refuse a text that is longer than any real one."""
    if isinstance(text, str) and len(text) > MOST_CHARACTERS:
        raise refusal().because(f"it has more than {MOST_CHARACTERS} characters")


@contextmanager
def refusing_malformed(refusal: MakeRefusal) -> Iterator[None]:
    """Turn every error of the block into a refusal, with the error's message as the reason.

    What a client sends as JSON, CBOR, COSE or a certificate can be anything, and the libraries
    that read it raise errors of many classes: of their own, and KeyError, TypeError,
    RecursionError and more where they did not expect the value.
    """
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        # It may quote the client, and half a surrogate pair cannot be written anywhere.
        said = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
        reason = said.encode("ascii", "backslashreplace").decode()
        raise refusal().because(reason) from error


def check_client_data(
    party: RelyingParty, client_data: bytes, refusal: MakeRefusal
) -> CollectedClientData:
    """Return the client data of a credential; refuse a page that is not the relying party's.

    Args:
        party: the relying party of the pool.
        client_data: clientDataJSON.
        refusal: the refusal of another page, and of a frame within another site's page, for which
            Cognito has no setting: https://www.w3.org/TR/webauthn-3/#dom-collectedclientdata-crossorigin
    """
    # webauthn takes long to import, and few processes meet a passkey.
    from webauthn.helpers import parse_client_data_json

    found = parse_client_data_json(client_data)
    # The library takes any JSON for it.
    if not party.owns(str(found.origin)):
        raise refusal().because("the origin of the page does not belong to the relying party")
    if found.cross_origin:
        raise refusal().because("the page was a frame within a page of another origin")
    return found


def is_backup_eligible(verified: VerifiedRegistration | VerifiedAuthentication) -> bool:
    """Return whether the authenticator says that the passkey may be copied to other devices.

    https://www.w3.org/TR/webauthn-3/#backup-eligibility
    """
    # webauthn takes long to import, and few processes meet a passkey.
    from webauthn.helpers.structs import CredentialDeviceType

    return verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE
