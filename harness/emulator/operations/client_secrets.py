"""AddUserPoolClientSecret, ListUserPoolClientSecrets and DeleteUserPoolClientSecret.

The service model says what they do; no text of their errors is published:
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.client_secrets import MOST_SECRETS, ClientSecret, secret_id
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.service import Handler, Service


@contextmanager
def _locked_client(service: Service, request: Request) -> Iterator[UserPoolClient]:
    """Yield the app client that a request names; the block holds the pool's lock."""
    pool = service.pool(request)
    with pool.lock:
        yield service.client_of(pool, request.params["ClientId"])


def add_user_pool_client_secret(service: Service, request: Request) -> dict[str, Any]:
    """Give an app client a second secret beside the one that it has.

    The response has the value only if the service has made it up; nobody ever reads it again.
    DescribeUserPoolClient goes on to show the secret that the client was created with, as was seen:
    https://github.com/floci-io/floci/pull/345
    """
    with _locked_client(service, request) as client:
        if not client.is_confidential:
            raise refusals.client_has_no_secret(client.client_id)
        if len(client.secrets) >= MOST_SECRETS:
            raise refusals.too_many_client_secrets()
        given: str | None = request.params.get("ClientSecret")
        secret = _new_secret(service, client, given or service.random.client_secret())
        client.added_secrets.append(secret)
        client.modified = secret.created
        shown = {} if given else {"ClientSecretValue": secret.value}
        return {"ClientSecretDescriptor": {**secret.described(), **shown}}


def _new_secret(service: Service, client: UserPoolClient, value: str) -> ClientSecret:
    now = service.clock.time()
    taken = [secret.secret_id for secret in client.secrets]
    return ClientSecret(secret_id(client.client_id, now, taken), value, now)


def list_user_pool_client_secrets(service: Service, request: Request) -> dict[str, Any]:
    """List an app client's secrets without their values, all at once."""
    if "NextToken" in request.params:  # no response has one
        raise refusals.pagination_token_invalid()
    with _locked_client(service, request) as client:
        return {"ClientSecrets": [secret.described() for secret in client.secrets]}


def delete_user_pool_client_secret(service: Service, request: Request) -> dict[str, Any]:
    """Delete one of two secrets; the last one stays.

    If it was the one that the client was created with, DescribeUserPoolClient shows none from then
    on, as was seen: https://github.com/floci-io/floci/pull/345
    """
    with _locked_client(service, request) as client:
        found = client.find_secret(request.params["ClientSecretId"])
        if found is None:
            raise refusals.client_secret_not_found()
        if len(client.secrets) == 1:
            raise refusals.last_client_secret()
        client.delete_secret(found)
        client.modified = service.clock.time()
    return {}


OPERATIONS: dict[str, Handler] = {
    "AddUserPoolClientSecret": add_user_pool_client_secret,
    "ListUserPoolClientSecrets": list_user_pool_client_secrets,
    "DeleteUserPoolClientSecret": delete_user_pool_client_secret,
}
