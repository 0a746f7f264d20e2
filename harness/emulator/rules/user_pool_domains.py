"""Which domains a user pool may have, and how they are described (H001 to H007)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.user_pool_domains import (
    CUSTOM,
    HOSTED_UI,
    MANAGED_LOGIN,
    PREFIX,
    UserPoolDomain,
    cloud_front_domain,
    is_host_name,
    is_prefix,
    reserved_word,
)
from harness.emulator.service import Service

__all__ = [
    "MOST_CUSTOM_DOMAINS",
    "check_name",
    "config_of",
    "described_domain",
    "takes",
    "version_of",
]

#: The most custom domains of an account in a Region (H017).
MOST_CUSTOM_DOMAINS = 4
#: The Version of a domain: a date and a time, whose meaning is not published.
_DOMAIN_VERSION = "20240101000000"
_CERTIFICATE_REGION = "us-east-1"
#: A host name has a parent below a top-level domain if it has at least this many labels.
_LEAST_LABELS = 3


def check_name(service: Service, pool: Pool, kind: str, name: str) -> None:
    """Refuse a domain that the pool cannot have; the caller holds the service's lock.

    Args:
        service: the service, whose other pools may have the name.
        pool: the pool.
        kind: the member of UserPoolType that would have the name.
        name: the name.
    """
    if kind == PREFIX:
        _check_prefix(name)
    else:
        _check_custom(name)
    if kind in pool.domains:
        raise refusals.domain_exists()
    others = [other for other in list(service.pools.values()) if other is not pool]
    if any(takes(other, pool, kind, name) for other in others):
        raise refusals.domain_taken()
    if kind == CUSTOM:
        _check_number(pool, others)


def _check_prefix(name: str) -> None:
    if not is_prefix(name):
        raise refusals.domain_characters_invalid()
    word = reserved_word(name)
    if word is not None:
        raise refusals.domain_reserved(word)


def _check_custom(name: str) -> None:
    """Refuse what is no subdomain of a registered one; DNS is not asked (H006)."""
    if not is_host_name(name) or len(name.split(".")) < _LEAST_LABELS:
        raise refusals.domain_not_subdomain()


def takes(other: Pool, pool: Pool, kind: str, name: str) -> bool:
    """Return whether another pool has the name: a prefix in the Region, a custom one anywhere."""
    return other.domains.get(kind) == name and (kind == CUSTOM or other.region == pool.region)


def _check_number(pool: Pool, others: list[Pool]) -> None:
    owner = (pool.account, pool.region)
    own_pools = [other for other in others if (other.account, other.region) == owner]
    if sum(CUSTOM in other.domains for other in own_pools) >= MOST_CUSTOM_DOMAINS:
        raise refusals.too_many_custom_domains()


def version_of(pool: Pool, params: Mapping[str, Any], default: int = HOSTED_UI) -> int:
    """Return the ManagedLoginVersion of a request, if the pool's plan has it (H007)."""
    version: int = params.get("ManagedLoginVersion", default)
    if version not in (HOSTED_UI, MANAGED_LOGIN):
        raise refusals.managed_login_version_invalid()
    if version == MANAGED_LOGIN and pool.settings.get("UserPoolTier") == "LITE":
        raise refusals.managed_login_in_lite_tier()
    return version


def config_of(params: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the CustomDomainConfig of a request, with a certificate of the right kind (H006)."""
    config = params.get("CustomDomainConfig")
    if config is None:
        return None
    _, _, service, region, _, resource = f"{config['CertificateArn']}:::::".split(":")[:6]
    if (service, region) != ("acm", _CERTIFICATE_REGION) or not resource.startswith("certificate/"):
        raise refusals.domain_certificate_invalid()
    return dict(config)


def described_domain(pool: Pool, name: str) -> dict[str, Any]:
    """Return a domain as DomainDescriptionType (M145, M145b).

    The names of the bucket and of the version have Cognito's form; their values are our own.
    """
    domain = pool.domain_settings.get(name) or UserPoolDomain()
    return {
        "UserPoolId": pool.pool_id,
        "AWSAccountId": pool.account,
        "Domain": name,
        "S3Bucket": f"aws-cognito-prod-{pool.region}-assets",
        "CloudFrontDistribution": cloud_front_domain(pool.pool_id, name),
        "Version": _DOMAIN_VERSION,
        "Status": "ACTIVE",
        "CustomDomainConfig": copy.deepcopy(domain.custom) or {},
        "ManagedLoginVersion": domain.managed_login_version,
    }
