"""SECRET_HASH: the proof that a request comes from an app client that knows its secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

from harness.emulator import refusals
from harness.emulator.domain.pools import AppClient
from harness.emulator.refusals import Refusal


def require_secret_hash(
    client: AppClient,
    username: str,
    given: str | None,
    wrong: Callable[[str], Refusal] = refusals.secret_hash_wrong,
) -> None:
    """Refuse a missing or wrong hash of a client with a secret; others need none (A119 to A121).

    Args:
        username: the user name of the same request: a hash over another name does not count (D049).
    """
    if client.secret is None:
        return
    if not given:
        raise refusals.secret_hash_missing(client.client_id)
    message = (username + client.client_id).encode()
    digest = hmac.new(client.secret.encode(), message, hashlib.sha256).digest()
    if not hmac.compare_digest(base64.b64encode(digest), given.encode()):
        raise wrong(client.client_id)
