"""Likely causes around the choice of a first factor with USER_AUTH."""

from __future__ import annotations

from harness.plugin.report.clues import INITIATE, Clues, Rule, says, sent_with

__all__ = ["FIRST_FACTOR_RULES"]

_PASSWORDLESS = ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
_WHY_NOT = (
    "The pool does not allow it (AllowedFirstAuthFactors), the user has nothing to prove it with "
    "(a verified contact, a passkey of the relying party, a password), a temporary password comes "
    "first, or MFA is due."
)


def _preferred_not_available(clues: Clues) -> str | None:
    asked = clues.calls[-1] if clues.calls else None
    if asked is None or not asked.ok or asked.operation not in INITIATE:
        return None
    preferred = sent_with(asked).get("PREFERRED_CHALLENGE")
    if preferred is None or asked.answer.get("ChallengeName") != "SELECT_CHALLENGE":
        return None
    return (
        f"PREFERRED_CHALLENGE {preferred} is none of AvailableChallenges "
        f"({_listed(asked.answer.get('AvailableChallenges'))}). {_WHY_NOT}"
    )


def _chosen_not_available(clues: Clues) -> str | None:
    chosen, offered = _chosen(clues), clues.offered()
    if chosen is None or not offered or chosen in offered:
        return None
    return f"ANSWER {chosen} is none of AvailableChallenges ({_listed(offered)}). {_WHY_NOT}"


def _not_enough_for_mfa(clues: Clues) -> str | None:
    by_text = "does not satisfy MFA" in clues.message
    offered = _chosen(clues) in _PASSWORDLESS and "NotAuthorizedException" in clues.message
    if not by_text and (not offered or "session" in clues.message.lower()):
        return None
    return (
        "MFA is due for the user, and a code or a passkey alone does not satisfy it. A passkey "
        "does if FactorConfiguration of the pool is MULTI_FACTOR_WITH_USER_VERIFICATION, "
        "WebAuthnMfaSettings of the user are enabled, and the authenticator verifies the user."
    )


def _chosen(clues: Clues) -> str | None:
    """Return the ANSWER to SELECT_CHALLENGE that was refused."""
    if not clues.is_response_to("SELECT_CHALLENGE"):
        return None
    return clues.responses().get("ANSWER")


def _listed(names: object) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list | tuple) and names else "none"


#: The rules by the names of their causes.
FIRST_FACTOR_RULES: dict[str, Rule] = {
    "the plan of the pool": says(
        r"FeatureUnavailableInTierException",
        "UserPoolTier of the pool does not have this. USER_AUTH and first factors without a "
        "password need ESSENTIALS or PLUS.",
    ),
    "a temporary password comes first": says(
        r"Password Challenge is Required to SignIn",
        "The user still has a temporary password (FORCE_CHANGE_PASSWORD), so only PASSWORD and "
        "PASSWORD_SRP can begin the sign-in. NEW_PASSWORD_REQUIRED then sets a lasting one.",
    ),
    "the preferred factor is not available": _preferred_not_available,
    "the chosen factor is not available": _chosen_not_available,
    "the first factor does not satisfy MFA": _not_enough_for_mfa,
}
