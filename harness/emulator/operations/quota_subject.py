"""Find whose quota a request counts against: that of an account and region, and that of a user.

This runs before any check, so it relies on what the request claims.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.emulator.api.request import Caller, Request, claimed_by, name_in
from harness.emulator.domain.pools import Pool
from harness.emulator.service import Service


@dataclass(frozen=True)
class Subject:
    """Whose quota a request counts against.

    Attributes:
        caller: the caller, with the account and region of the pool, which unsigned requests do
            not have.
        pool_id: the pool that the request names.
        user: one user of one pool, or ``None`` if the request is not about a user.
    """

    caller: Caller
    pool_id: str | None
    user: str | None


def subject_of(service: Service, request: Request) -> Subject:
    """Find pool and user of a request by id, name, access token, session or app client."""
    params = request.params
    claims = claimed_by(params.get("AccessToken"))
    session = service.sessions.peek(params.get("Session") or "")
    client = service.clients.get(params.get("ClientId", ""))
    pool = service.pools.get(params.get("UserPoolId") or claims.get("pool") or "")
    if pool is None and client is not None:
        pool = client.pool
    if pool is None and session is not None:
        pool = service.pools.get(session.pool_id)
    if pool is None:
        return Subject(request.caller, params.get("UserPoolId"), None)
    caller = replace(request.caller, account=pool.account, region=pool.region)
    name = name_in(params) or claims.get("username") or (session.username if session else None)
    return Subject(caller, params.get("UserPoolId"), _user(service, pool, name))


def _user(service: Service, pool: Pool, name: str | None) -> str | None:
    user = service.find_user(pool, name) if name else None
    return f"{pool.pool_id}/{user.username}" if user else None
