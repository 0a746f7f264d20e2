"""The calls of the API behind a page: what is refused there is refused here, in the same words."""

from __future__ import annotations

from typing import Any

from harness.emulator.api.fast_validation import validate
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.managed_login.request import Visit

__all__ = ["call_api"]


def call_api(
    visit: Visit, client: UserPoolClient, operation: str, username: str, **members: Any
) -> dict[str, Any]:
    """Carry out an operation for a person at a page, as the app client itself.

    A browser knows no secret, so SecretHash is made here, where the secrets are.

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
    params = {"ClientId": client.client_id, "Username": username, **members}
    if client.is_confidential:
        params["SecretHash"] = client.secrets[-1].hash_of(username + client.client_id)
    result: dict[str, Any] = visit.engine.call(operation, validate(operation, params), visit.caller)
    return result
