"""The requests that create a user pool from a whole configuration.

Settings whose value only a deployment knows are left out. Where Cognito requires an ARN, a made-up
one is used, because the resource does not exist here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.pools.configuration.defaults import is_ordinary
from harness.pools.configuration.known_members import known_members, known_mfa
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.making.oauth_requests import with_possible_oauth

__all__ = [
    "branded_clients",
    "client_request",
    "domain_requests",
    "foreign_providers",
    "left_out",
    "mfa_request",
    "pool_request",
]

_UNUSED_DAYS = "UnusedAccountValidityDays"
#: What the service model does not allow in the name of an app client, such as a slash.
_NOT_IN_A_NAME = re.compile(r"[^\w\s+=,.@-]")
_PROVIDERS = "SupportedIdentityProviders"
#: A made-up certificate, in the Region that Cognito demands (H006).
_CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
#: CreateUserPool's limit for PoolName.
_LONGEST_NAME = 128


def pool_request(
    configuration: PoolConfiguration, name_prefix: str = "", tags: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the request of CreateUserPool.

    Args:
        configuration: the settings.
        name_prefix: the start of PoolName.
        tags: more UserPoolTags than the configuration has.
    """
    request = known_members(configuration.pool.members)
    name = request.get("PoolName", configuration.name)
    request["PoolName"] = (name_prefix + name)[:_LONGEST_NAME]
    request["Schema"] = [item for item in request.get("Schema", ()) if not is_ordinary(item)]
    request["UserPoolTags"] = {**request.get("UserPoolTags", {}), **(tags or {})}
    _leave_one_validity(request)
    if not request["Schema"]:
        del request["Schema"]
    return request


def _leave_one_validity(request: dict[str, Any]) -> None:
    """Remove UnusedAccountValidityDays if the policy has the same days.

    DescribeUserPool shows both members, and CreateUserPool refuses them together (M046).
    """
    policy = (request.get("Policies") or {}).get("PasswordPolicy") or {}
    config = request.get("AdminCreateUserConfig") or {}
    days = policy.get("TemporaryPasswordValidityDays")
    if days is not None and config.get(_UNUSED_DAYS) == days:
        kept = {name: value for name, value in config.items() if name != _UNUSED_DAYS}
        request["AdminCreateUserConfig"] = kept


def mfa_request(mfa: Part) -> dict[str, Any]:
    """Return the members of SetUserPoolMfaConfig; empty if there is nothing to set."""
    request = known_mfa(mfa)
    if request.get("MfaConfiguration", "OFF") == "OFF":
        # Cognito refuses a factor together with OFF (A193).
        return {name: request[name] for name in ("WebAuthnConfiguration",) if name in request}
    return request


def client_request(part: Part) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient, without UserPoolId."""
    # A name can have the stack in front, with a slash.
    request = {"ClientName": _NOT_IN_A_NAME.sub("-", part.name), **known_members(part.members)}
    return with_possible_oauth(request, part)


def foreign_providers(configuration: PoolConfiguration) -> dict[str, Unknown]:
    """Return the identity providers that are left out, by what they are."""
    found = {}
    for part in configuration.clients:
        named = known_members(part.members).get(_PROVIDERS) or ()
        if others := [str(one) for one in named if one != "COGNITO"]:
            reason = f"{', '.join(others)}: the pool that is made has no identity provider"
            found[f"client {part.name}: {_PROVIDERS}"] = Unknown(reason)
    return found


def domain_requests(
    configuration: PoolConfiguration, own_name: str, *, for_good: bool
) -> list[dict[str, Any]]:
    """Return the members of CreateUserPoolDomain, without UserPoolId, for each domain of a pool.

    Args:
        configuration: the pool.
        own_name: what a domain is called whose name is unknown, or belongs to a deployed pool.
        for_good: whether the domains are made as configured. A run makes one of its own in their
            place: no two pools have the same prefix, and a custom domain needs a certificate.
    """
    found = [known_members(part.members) for part in configuration.domains]
    if not for_good and found:
        versions = [one.get("ManagedLoginVersion", 1) for one in found]
        return [{"Domain": own_name, "ManagedLoginVersion": max(versions)}]
    requests = [{"Domain": own_name, "ManagedLoginVersion": 1, **one} for one in found]
    for one in requests:
        if "CustomDomainConfig" in one:
            one["CustomDomainConfig"] = {
                "CertificateArn": _CERTIFICATE,
                **one["CustomDomainConfig"],
            }
    return requests


def branded_clients(configuration: PoolConfiguration) -> list[str]:
    """Return the names of the app clients that have a branding."""
    named = (part.value("ClientId") for part in configuration.branding)
    return [name for name in named if isinstance(name, str)]


def left_out(configuration: PoolConfiguration) -> dict[str, Unknown]:
    """Return the unknown settings, and the app clients whose pool is unknown, by what they are."""
    found = {
        f"{part.kind} {part.name}: {path}": value
        for part in configuration.parts
        for path, value in part.unknown().items()
    }
    for one in configuration.unassigned:
        reason = f"its user pool: {one.reason.reason}; if it is this pool, write {one.remedy}"
        found[f"client {one.name}"] = Unknown(reason)
    if configuration.other_clients is not None:
        found[f"pool {configuration.name}: other app clients"] = configuration.other_clients
    return found
