"""Where the domain of a pool is: below a service's URL, or at a host of its own on AWS."""

from __future__ import annotations

from harness.targets.account import is_at_aws

__all__ = ["domain_url_at", "domain_url_below"]

#: Where a served emulator has the domains of its pools.
_BELOW = "/_domain/"


def domain_url_below(url: str, domain: str) -> str:
    """Return the URL of a domain of an emulator that is served at a URL.

    A prefix domain and a custom domain have the same form there.
    """
    return f"{url.rstrip('/')}{_BELOW}{domain}"


def domain_url_at(endpoint_url: str, domain: str, region: str) -> str:
    """Return the URL of a domain of the service at an endpoint.

    On AWS a prefix domain is a host of AWS, and a custom domain is a host itself (H001).

    Args:
        endpoint_url: where the API is, on AWS or not.
        domain: the prefix, or the full name of a custom domain.
        region: the Region of the pool.
    """
    if not is_at_aws(endpoint_url):
        return domain_url_below(endpoint_url, domain)
    if "." in domain:
        return f"https://{domain}"
    # GovCloud has no other prefix domains:
    # https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
    fips = region.startswith("us-gov-") or "-fips." in endpoint_url
    return f"https://{domain}.auth{'-fips' if fips else ''}.{region}.amazoncognito.com"
