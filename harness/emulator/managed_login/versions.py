"""Which version of the pages a domain has, and whether they can be shown (H007, H008)."""

from __future__ import annotations

from harness.emulator.domain.user_pool_domains import MANAGED_LOGIN
from harness.emulator.managed_login.request import Visit

__all__ = ["is_unstyled", "is_version_two"]


def is_version_two(visit: Visit) -> bool:
    """Return whether the domain has managed login instead of the classic hosted UI (H007)."""
    found = visit.pool.domain_settings.get(visit.domain)
    return found is not None and found.managed_login_version == MANAGED_LOGIN


def is_unstyled(visit: Visit, client_id: str) -> bool:
    """Return whether the pages of an app client wait for a branding style (H008)."""
    return is_version_two(visit) and client_id not in visit.pool.branded_clients
