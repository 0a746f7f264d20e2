"""The operations on the domains of a user pool (H001 to H008)."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.user_pool_domains import (
    CUSTOM,
    PREFIX,
    UserPoolDomain,
    cloud_front_domain,
)
from harness.emulator.rules.user_pool_domains import (
    check_name,
    config_of,
    described_domain,
    version_of,
)
from harness.emulator.service import Handler, Service


def create_user_pool_domain(service: Service, request: Request) -> dict[str, Any]:
    """Give a pool a prefix domain, or a custom domain if the request has its certificate."""
    pool, params = service.pool(request), request.params
    _refuse_routing(params)
    with pool.lock:
        config, name = config_of(params), params["Domain"]
        version = version_of(pool, params)
        kind = PREFIX if config is None else CUSTOM
        domain = UserPoolDomain(version, config)
        # Another pool could otherwise take the name in between.
        with service.lock:
            check_name(service, pool, kind, name)
            pool.domains[kind] = name
            pool.domain_settings[name] = domain
        return _answer(pool, name)


def _refuse_routing(params: dict[str, Any]) -> None:
    """Refuse what a pool with replicas in other Regions has; there are no such pools here."""
    if params.get("Routing") is not None:
        raise refusals.not_emulated("Routing of a user pool domain")


def _answer(pool: Pool, name: str) -> dict[str, Any]:
    """Return the version, and the CloudFront domain of a custom domain alone (H007)."""
    domain = pool.domain_settings[name]
    shown: dict[str, Any] = {"ManagedLoginVersion": domain.managed_login_version}
    if pool.domains.get(CUSTOM) == name:
        shown["CloudFrontDomain"] = cloud_front_domain(pool.pool_id, name)
    return shown


def describe_user_pool_domain(service: Service, request: Request) -> dict[str, Any]:
    """Show a domain; the description of one that the caller's pools do not have is empty."""
    name, caller = request.params["Domain"], request.caller
    for pool in list(service.pools.values()):
        owned = (pool.account, pool.region) == (caller.account, caller.region)
        if owned and name in pool.domains.values():
            with pool.lock:
                return {"DomainDescription": described_domain(pool, name)}
    return {"DomainDescription": {}}


def update_user_pool_domain(service: Service, request: Request) -> dict[str, Any]:
    """Change the version or the certificate of a domain; what the request omits stays."""
    pool, params = _pool_with_domain(service, request), request.params
    _refuse_routing(params)
    with pool.lock:
        name = params["Domain"]
        domain = pool.domain_settings.setdefault(name, UserPoolDomain())
        config = config_of(params)
        if config is not None and pool.domains.get(CUSTOM) != name:
            raise refusals.prefix_domain_with_certificate()
        version = version_of(pool, params, domain.managed_login_version)
        if version != domain.managed_login_version:
            _end_browser_sessions(service, pool)
        domain.managed_login_version, domain.custom = version, config or domain.custom
        return _answer(pool, name)


def _end_browser_sessions(service: Service, pool: Pool) -> None:
    """Sign everyone out of the pages, as a change of the version does (H008)."""
    sessions = service.browser_sessions.of_pool(pool.pool_id)
    names = {session.user.username for session in sessions}
    service.browser_sessions.forget(pool.pool_id, names)


def delete_user_pool_domain(service: Service, request: Request) -> dict[str, Any]:
    """Delete a domain; any pool may have its name from now on."""
    pool, name = _pool_with_domain(service, request), request.params["Domain"]
    with pool.lock, service.lock:
        pool.domains = {kind: other for kind, other in pool.domains.items() if other != name}
        pool.domain_settings.pop(name, None)
    return {}


def _pool_with_domain(service: Service, request: Request) -> Pool:
    """Return the caller's pool of the request if it has the domain of the request.

    Raises:
        Refusal: InvalidParameterException, which does not say which of the two is missing.
    """
    caller = request.caller
    pool = service.pools.get(request.params["UserPoolId"])
    if pool is None or (pool.account, pool.region) != (caller.account, caller.region):
        raise refusals.domain_not_found().because("there is no such user pool")
    if request.params["Domain"] not in pool.domains.values():
        raise refusals.domain_not_found().because("the user pool does not have the domain")
    return pool


OPERATIONS: dict[str, Handler] = {
    "CreateUserPoolDomain": create_user_pool_domain,
    "DescribeUserPoolDomain": describe_user_pool_domain,
    "UpdateUserPoolDomain": update_user_pool_domain,
    "DeleteUserPoolDomain": delete_user_pool_domain,
}
