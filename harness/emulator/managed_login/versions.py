"""Whether the pages of an app client are there: the domain's version, styles and providers."""

from __future__ import annotations

from harness.emulator.domain.user_pool_domains import MANAGED_LOGIN
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal, login_pages

__all__ = ["LOCAL", "has_local_users", "is_unstyled", "is_version_two", "why_no_pages"]

#: The name of the pool's own users among SupportedIdentityProviders (H018).
LOCAL = "COGNITO"


def is_version_two(visit: Visit) -> bool:
    """Return whether the domain has managed login instead of the classic hosted UI (H007)."""
    found = visit.pool.domain_settings.get(visit.domain)
    return found is not None and found.managed_login_version == MANAGED_LOGIN


def is_unstyled(visit: Visit, client_id: str) -> bool:
    """Return whether the pages of an app client wait for a branding style (H008)."""
    return is_version_two(visit) and client_id not in visit.pool.branded_clients


def has_local_users(visit: Visit, client_id: str) -> bool:
    """Return whether the pool's own users may sign in to an app client (H018)."""
    settings = visit.engine.client_of(visit.pool, client_id).settings
    return LOCAL in (settings.get("SupportedIdentityProviders") or ())


def why_no_pages(visit: Visit, client_id: str) -> Refusal | None:
    """Return why an app client has no page to sign in or up; ``None`` if it has (H008, H018)."""
    if is_unstyled(visit, client_id):
        reason = "the domain has version 2, and the app client no branding style"
        return login_pages.login_pages_unavailable().because(reason)
    if not has_local_users(visit, client_id):
        reason = "COGNITO is not among SupportedIdentityProviders of the app client"
        return login_pages.login_option_unavailable().because(reason)
    return None
