"""Likely causes of refused passkeys, at their registration and at a sign-in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.plugin.report.clues import Clues, Rule, says, span

__all__ = ["PASSKEY_RULES"]

_START = "StartWebAuthnRegistration"
_REGISTRATION = (_START, "CompleteWebAuthnRegistration")


def _other_origin(clues: Clues) -> str | None:
    if "WebAuthnOriginNotAllowedException" not in clues.message:
        return None
    return (
        "The page that made the passkey is not one of the relying party. "
        f"{_allowed_origins(_registration_party(clues))}"
    )


def _other_party(clues: Clues) -> str | None:
    if "WebAuthnRelyingPartyMismatchException" not in clues.message:
        return None
    return (
        f"The passkey was made for another relying party than {_registration_party(clues)!r} of "
        "the options. Look at the rp.id that the client signs, and whether RelyingPartyId or the "
        "domain of the pool was changed."
    )


def _registration_not_open(clues: Clues) -> str | None:
    if "WebAuthnChallengeNotFoundException" not in clues.message or clues.refused is None:
        return None
    started = next(clues.earlier(_START), None)
    if started is None:
        return f"No {_START} came before it. Its options have the challenge that must be signed."
    return (
        f"The newest {_START} was {span(clues.refused.started_at - started.started_at)} before. A "
        "challenge counts once, for the user who got it, until a newer one is asked for, and no "
        "longer than AuthSessionValidity."
    )


def _too_many(clues: Clues) -> str | None:
    call = clues.refused
    if call is None or call.operation not in _REGISTRATION:
        return None
    if call.outcome != "LimitExceededException":
        return None
    return "A user can have 20 passkeys. Delete one with DeleteWebAuthnCredential."


def _passkey_proof(clues: Clues) -> str | None:
    if not clues.is_response_to("WEB_AUTHN") or "NotAuthorizedException" not in clues.message:
        return None
    if "session" in clues.message.lower():  # that is another cause
        return None
    options = _request_options(clues)
    verification = (
        "; the authenticator must verify the user, since userVerification is required"
        if options.get("userVerification") == "required"
        else ""
    )
    return (
        "CREDENTIAL does not prove a passkey of this user, and Cognito does not say why. "
        f"{_allowed_origins(options.get('rpId'))} The challenge must be that of the newest "
        "options, and the passkey one that this user registered for this relying party; the "
        f"counter must grow, so no copy of the passkey may have signed before{verification}. A "
        "user with another MFA factor needs a passkey that counts as MFA."
    )


def _allowed_origins(party: object) -> str:
    if not isinstance(party, str):
        return "The origin must be https:// with the RelyingPartyId or a subdomain of it."
    return f"The origin must be https://{party} or a subdomain of it."


def _registration_party(clues: Clues) -> str | None:
    """Return the relying party ID in the options of the newest registration."""
    started = next(clues.earlier(_START), None)
    options = started.answer.get("CredentialCreationOptions") if started else None
    party = options.get("rp") if isinstance(options, Mapping) else None
    return party.get("id") if isinstance(party, Mapping) else None


def _request_options(clues: Clues) -> Mapping[str, Any]:
    """Return the options that the newest call responds to; empty if they are not readable."""
    try:
        options = json.loads(clues.question().get("CREDENTIAL_REQUEST_OPTIONS", ""))
    except ValueError:
        return {}
    return options if isinstance(options, dict) else {}


#: The rules by the names of their causes.
PASSKEY_RULES: dict[str, Rule] = {
    "passkeys are not allowed": says(
        r"WebAuthnNotEnabledException",
        "WEB_AUTHN is not one of AllowedFirstAuthFactors in SignInPolicy of the pool.",
    ),
    "the pool has no relying party": says(
        r"WebAuthnConfigurationMissingException",
        "The pool has neither a domain nor a RelyingPartyId. SetUserPoolMfaConfig sets the latter "
        "in WebAuthnConfiguration.",
    ),
    "the origin of the passkey": _other_origin,
    "the relying party of the passkey": _other_party,
    "the registration is not open": _registration_not_open,
    "the registration is of another app client": says(
        r"WebAuthnClientMismatchException",
        f"The access token of {_START} was of another app client. One must call both operations.",
    ),
    "the key of the passkey": says(
        r"WebAuthnCredentialNotSupportedException",
        "Cognito takes keys of ES256 (-7) and RS256 (-257) only. Look at pubKeyCredParams that the "
        "authenticator was given.",
    ),
    "the form of Credential": says(
        r"Credential data is not valid",
        "Credential must be a JSON object, with response.transports, of a discoverable passkey "
        "whose authenticator has verified the user if the options require it.",
    ),
    "too many passkeys": _too_many,
    "a passkey alone as MFA": says(
        r"WebAuthn MFA requires enabling an additional MFA setting",
        "The same request must enable SMS, email or TOTP too, even if the user has it on already.",
    ),
    "no passkey that can be MFA": says(
        r"does not have applicable WebAuthn credentials",
        "The user needs a passkey that has verified them, in a pool whose FactorConfiguration is "
        "MULTI_FACTOR_WITH_USER_VERIFICATION.",
    ),
    "the proof of the passkey": _passkey_proof,
}
