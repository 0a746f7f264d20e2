"""The calls of the API behind a page, which the call log shows like those of any app."""

from __future__ import annotations

from typing import Any

from harness.emulator.api.fast_validation import validate
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal

__all__ = ["call_api"]


def call_api(
    visit: Visit, client: UserPoolClient, operation: str, username: str, **members: Any
) -> dict[str, Any]:
    """Carry out an operation for a person at a page, as the app client itself.

    A page needs no SecretHash from anybody: it runs where the secrets are.

    Args:
        visit: the request to the page.
        client: the app client.
        operation: an operation with ClientId and Username, such as ``SignUp``.
        username: the name that was typed.
        **members: its other members.

    Raises:
        Refusal: what the operation returns to every caller, also for values that the service model
            does not allow.
    """
    entry = visit.engine.call_log.begin(operation)
    params = {"ClientId": client.client_id, "Username": username, **members}
    if client.is_confidential:
        params["SecretHash"] = client.secrets[-1].hash_of(username + client.client_id)
    entry.asked(params)
    try:
        result: dict[str, Any] = visit.engine.call(
            operation, validate(operation, params), visit.caller
        )
    except Refusal as refusal:
        entry.end(refusal.status, refusal)
        raise
    except Exception:
        entry.end(500, Refusal("InternalErrorException", "Internal error", 500))
        raise
    entry.end(200)
    return result
