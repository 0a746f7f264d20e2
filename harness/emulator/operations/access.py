"""The way in of unsigned operations: app client, secret hash, user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.emulator.rules.secret_hash import require_secret_hash

if TYPE_CHECKING:
    from harness.emulator.domain.pools import AppClient
    from harness.emulator.engine import Engine, Request


def app_client(engine: Engine, request: Request) -> AppClient:
    """The app client of a request with ClientId, Username and maybe SecretHash (A027, A119)."""
    client = engine.client(request)
    require_secret_hash(client, request.params["Username"], request.params.get("SecretHash"))
    return client
