"""Refusals about passkeys: their registration, their deletion, and the proof of one.

The codes are those of the service model. No text of these errors is known, except where a
docstring says so; the others are our own.
"""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def passkeys_not_enabled() -> Refusal:
    """WEB_AUTHN is not an allowed first factor of the pool (N044; text unknown)."""
    return Refusal("WebAuthnNotEnabledException", "Passkeys are not enabled for this user pool.")


def relying_party_missing() -> Refusal:
    """The pool has neither a RelyingPartyId nor a domain (N010; text unknown)."""
    return Refusal(
        "WebAuthnConfigurationMissingException",
        "The user pool has neither a relying party ID nor a domain.",
    )


def registration_not_found() -> Refusal:
    """The user has no open registration with this challenge, or it expired (N044; text unknown)."""
    return Refusal(
        "WebAuthnChallengeNotFoundException", "The challenge of this registration was not found."
    )


def registration_of_other_client() -> Refusal:
    """The token is one of another app client than at the start (N044; text unknown)."""
    return Refusal(
        "WebAuthnClientMismatchException",
        "The registration was started with another app client.",
    )


def origin_not_allowed() -> Refusal:
    """The page of the registration does not belong to the relying party (N044; text unknown)."""
    return Refusal(
        "WebAuthnOriginNotAllowedException",
        "The origin of the credential does not fit the relying party ID.",
    )


def relying_party_mismatch() -> Refusal:
    """The credential is for another relying party than the pool's (N044; text unknown)."""
    return Refusal(
        "WebAuthnRelyingPartyMismatchException",
        "The credential is for another relying party ID.",
    )


def credential_not_supported() -> Refusal:
    """The key of the credential is neither ES256 nor RS256 (N044, N045; text unknown)."""
    return Refusal("WebAuthnCredentialNotSupportedException", "The credential is not supported.")


def credential_invalid() -> Refusal:
    """Credential is malformed, not discoverable, or not correctly signed (N043, measured)."""
    return invalid_parameter("Credential data is not valid")


def too_many_passkeys() -> Refusal:
    """The user has 20 passkeys already (N044, N045; text unknown)."""
    return Refusal("LimitExceededException", "The user has the maximum number of passkeys already.")


def passkey_not_found() -> Refusal:
    """DeleteWebAuthnCredential names a passkey that the user does not have (N047; text unknown)."""
    return Refusal("ResourceNotFoundException", "Passkey does not exist.")


def passkey_not_proven() -> Refusal:
    """CREDENTIAL of a WEB_AUTHN response does not prove the user's passkey (N052; text unknown)."""
    return Refusal("NotAuthorizedException", "Passkey could not be verified.")


def passkey_without_other_factor() -> Refusal:
    """A preference enables passkeys for MFA, and no other factor in the same request (N036)."""
    return invalid_parameter("WebAuthn MFA requires enabling an additional MFA setting.")


def passkey_not_on_user() -> Refusal:
    """A preference enables passkeys for MFA for a user without a fitting passkey (N036)."""
    return invalid_parameter(
        "User does not have applicable WebAuthn credentials to enable WebAuthn MFA."
    )


def relying_party_id_invalid(reason: str) -> Refusal:
    """RelyingPartyId cannot be the pool's (N010; text unknown).

    Args:
        reason: why, as the end of a sentence.
    """
    return invalid_parameter(f"Invalid WebAuthn relying party ID: it {reason}.")
