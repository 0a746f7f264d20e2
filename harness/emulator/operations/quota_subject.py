"""On whose account a request counts: quotas belong to the pool's account and region, and to users.

Read before anything is checked, so what a request merely claims is enough.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Caller, Engine, Request


@dataclass(frozen=True)
class Subject:
    """Where a request counts.

    Attributes:
        caller: with the account and region of the pool, which unsigned requests do not carry.
        pool_id: the pool that the request names.
        user: one user of one pool, or ``None`` where no user is meant.
    """

    caller: Caller
    pool_id: str | None
    user: str | None


def subject_of(engine: Engine, request: Request) -> Subject:
    """Find pool and user of a request by whatever leads to them."""
    params = request.params
    claims = claimed_by(params.get("AccessToken"))
    session = engine.sessions.peek(params.get("Session") or "")
    client = engine.clients.get(params.get("ClientId", ""))
    pool = engine.pools.get(params.get("UserPoolId") or claims.get("pool") or "")
    if pool is None and client is not None:
        pool = client.pool
    if pool is None and session is not None:
        pool = engine.pools.get(session.pool_id)
    if pool is None:
        return Subject(request.caller, params.get("UserPoolId"), None)
    caller = replace(request.caller, account=pool.account, region=pool.region)
    name = name_in(params) or claims.get("username") or (session.username if session else None)
    return Subject(caller, params.get("UserPoolId"), _user(engine, pool, name))


def name_in(params: Mapping[str, Any]) -> str | None:
    """The user name that a request carries, wherever its operation has it."""
    name = params.get("Username")
    for members in ("AuthParameters", "ChallengeResponses"):
        found = params.get(members)
        if not name and isinstance(found, dict):
            name = found.get("USERNAME")
    return name if name and isinstance(name, str) else None


def _user(engine: Engine, pool: Pool, name: str | None) -> str | None:
    user = engine.find_user(pool, name) if name else None
    return f"{pool.pool_id}/{user.username}" if user else None


def claimed_by(token: str | None) -> dict[str, str]:
    """User name and pool that an access token claims, its signature unchecked."""
    try:
        content = (token or "").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        return {"username": str(claims["username"]), "pool": str(claims["iss"]).rsplit("/", 1)[-1]}
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return {}
