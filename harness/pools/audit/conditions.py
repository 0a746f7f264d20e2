"""When a rule makes sense for a configuration: yes, no, or only a deployment knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.configuration.possibly_equal import first_unknown

__all__ = [
    "MULTI_FACTOR",
    "Answer",
    "Condition",
    "all_of",
    "allows_custom_sign_in",
    "allows_oauth",
    "any_of",
    "asks_for_email_codes",
    "counts_passkeys_as_mfa",
    "email_can_change",
    "has_custom_domain",
    "has_flow",
    "has_mfa",
    "has_no_secret",
    "has_oauth_settings",
    "has_passkeys",
    "has_version_2",
    "is_prefix_domain",
    "lets_nobody_choose",
    "signs_in_with",
    "tracks_devices",
    "without",
]

Answer: TypeAlias = "bool | Unknown"
Condition: TypeAlias = Callable[[PoolConfiguration, Part], Answer]

#: FactorConfiguration of passkeys that satisfy MFA (N033).
MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
_FIRST_FACTORS = "Policies.SignInPolicy.AllowedFirstAuthFactors"


def all_of(*conditions: Condition) -> Condition:
    """Return the condition that is met if each of these is."""

    def answer(configuration: PoolConfiguration, part: Part) -> Answer:
        answers = [condition(configuration, part) for condition in conditions]
        if any(each is False for each in answers):
            return False
        return next((each for each in answers if isinstance(each, Unknown)), True)

    return answer


def any_of(*conditions: Condition) -> Condition:
    """Return the condition that is met if one of these is."""
    return without(all_of(*(without(condition) for condition in conditions)))


def without(condition: Condition) -> Condition:
    """Return the condition that is met if this one is not."""

    def answer(configuration: PoolConfiguration, part: Part) -> Answer:
        found = condition(configuration, part)
        return found if isinstance(found, Unknown) else not found

    return answer


def signs_in_with(*factors: str) -> Condition:
    """Return the condition that users can start to sign in with one of these factors."""

    def answer(configuration: PoolConfiguration, _part: Part) -> Answer:
        allowed = configuration.pool.value(_FIRST_FACTORS)
        if isinstance(allowed, Unknown):
            return allowed
        if any(factor in (allowed or ()) for factor in factors):
            return True
        return first_unknown(allowed) or False

    return answer


def has_mfa(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether MFA is ON or OPTIONAL."""
    mode = configuration.mfa.value("MfaConfiguration")
    return mode if isinstance(mode, Unknown) else bool(mode != "OFF")


def asks_for_email_codes(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether email is a second factor."""
    return _is_set(configuration.mfa.value("EmailMfaConfiguration"))


def has_passkeys(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether passkeys are configured."""
    return _is_set(configuration.mfa.value("WebAuthnConfiguration"))


def counts_passkeys_as_mfa(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether a passkey with user verification satisfies MFA."""
    found = configuration.mfa.value("WebAuthnConfiguration.FactorConfiguration")
    return found if isinstance(found, Unknown) else found == MULTI_FACTOR


def has_custom_domain(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether the pool has a domain of its own, without the prefix of Cognito's."""
    return _is_set(configuration.custom_domain)


def allows_oauth(_configuration: PoolConfiguration, part: Part) -> Answer:
    """Return whether the app client may use OAuth (H009)."""
    found = part.value("AllowedOAuthFlowsUserPoolClient")
    return found if isinstance(found, Unknown) else found is True


def has_oauth_settings(_configuration: PoolConfiguration, part: Part) -> Answer:
    """Return whether the app client has settings that only OAuth uses."""
    names = ("AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs")
    return any(part.value(name) is not None for name in names)


def has_flow(*flows: str) -> Condition:
    """Return the condition that the app client may use one of these flows of OAuth."""

    def answer(_configuration: PoolConfiguration, part: Part) -> Answer:
        allowed = part.value("AllowedOAuthFlows")
        if isinstance(allowed, Unknown):
            return allowed
        if any(flow in (allowed or ()) for flow in flows):
            return True
        return first_unknown(allowed) or False

    return answer


def has_version_2(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether a domain of the pool shows managed login, not the classic hosted UI."""
    versions = [part.value("ManagedLoginVersion") for part in configuration.domains]
    return 2 in versions or first_unknown(versions) or False


def is_prefix_domain(_configuration: PoolConfiguration, part: Part) -> Answer:
    """Return whether a domain is a prefix of Cognito's own."""
    return "CustomDomainConfig" not in part.members


def lets_nobody_choose(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether no app client allows USER_AUTH, though there are app clients."""
    flows = [client.value("ExplicitAuthFlows") for client in configuration.clients]
    if any(not isinstance(each, Unknown) and "ALLOW_USER_AUTH" in (each or ()) for each in flows):
        return False
    others = [*(one.reason for one in configuration.unassigned), configuration.other_clients]
    return first_unknown([*flows, *(one for one in others if one is not None)]) or bool(flows)


def tracks_devices(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether the pool tracks devices."""
    return _is_set(configuration.pool.value("DeviceConfiguration"))


def has_no_secret(_configuration: PoolConfiguration, part: Part) -> Answer:
    """Return whether the app client is public."""
    secret = part.value("GenerateSecret")
    return secret if isinstance(secret, Unknown) else secret is not True


def allows_custom_sign_in(configuration: PoolConfiguration, _part: Part) -> Answer:
    """Return whether an app client of the pool allows custom authentication."""
    flows = [client.value("ExplicitAuthFlows") for client in configuration.clients]
    if any(not isinstance(each, Unknown) and "ALLOW_CUSTOM_AUTH" in (each or ()) for each in flows):
        return True
    return first_unknown(flows) or False


def email_can_change(_configuration: PoolConfiguration, part: Part) -> Answer:
    """Return whether users can change their email address: it is mutable unless the schema says."""
    schema = part.value("Schema") or ()
    if isinstance(schema, Unknown):
        return schema
    for item in schema:
        if not isinstance(item, Unknown) and item.get("Name") == "email":
            mutable = item.get("Mutable")
            return mutable if isinstance(mutable, Unknown) else bool(mutable)
    # An attribute whose name is unknown may be an immutable email address.
    return next((item for item in schema if isinstance(item, Unknown)), True)


def _is_set(value: object) -> Answer:
    return value if isinstance(value, Unknown) else value is not None
