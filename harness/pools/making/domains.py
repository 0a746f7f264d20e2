"""The domain of a pool: its name, and the deletion of a pool with its domain.

Cognito deletes no pool that has a domain (H005). A run deletes only domains with the harness's own
prefix, on pools that it has made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from harness.clock import SteadyClock, Waits
from harness.pools.making.ownership import DOMAIN_PREFIX, PREFIX

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["delete_domain", "delete_pool", "domain_name", "domains_of", "foreign_domain"]

#: DomainType of the service model (H002).
_LONGEST = 63
_NOT_IN_A_DOMAIN = re.compile(r"[^a-z0-9]+")
#: Words that no domain may contain, and what is left of them (H003).
_RESERVED = {"amazon": "amzn", "aws": "a-ws", "cognito": "cgnt"}
#: How long a domain may take to go. Terraform waits as long for one to come and go:
#: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/cognitoidp/user_pool_domain.go
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 1.0
_KINDS = ("Domain", "CustomDomain")


def domain_name(pool_name: str, user_pool_id: str) -> str:
    """Return a name for the domain of a pool that no other pool of the Region is likely to have.

    Args:
        pool_name: PoolName, which names the run.
        user_pool_id: its end makes the name the pool's own.
    """
    end = user_pool_id.rpartition("_")[2]
    middle = _in_domain(pool_name.removeprefix(PREFIX))
    tail = _in_domain(end)
    room = _LONGEST - len(DOMAIN_PREFIX) - len(tail) - 1
    middle = middle[:room].strip("-")
    return DOMAIN_PREFIX + "-".join(filter(None, (middle, tail)))


def domains_of(pool: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the domains in the description of a pool, the prefix domain first."""
    return tuple(pool[kind] for kind in _KINDS if pool.get(kind))


def foreign_domain(pool: Mapping[str, Any]) -> str | None:
    """Return a domain in the description of a pool that no run has made; ``None`` without one."""
    return next((one for one in domains_of(pool) if not one.startswith(DOMAIN_PREFIX)), None)


def delete_pool(
    client: CognitoIdentityProviderClient,
    user_pool_id: str,
    domain: str = "",
    waits: Waits | None = None,
) -> None:
    """Delete a pool of the run, with its domain; a pool that is gone counts as deleted.

    Args:
        client: a boto3 client with an administrator's credentials.
        user_pool_id: the pool; the caller knows that a run has made it.
        domain: its domain, if it is known; another one is found if it is in the way.
        waits: what waits until a domain is gone; by default real time.

    Raises:
        ClientError: Cognito refused the deletion, for example because of a domain that no run has
            made.
    """
    if domain:
        delete_domain(client, user_pool_id, domain)
    clock = waits or SteadyClock()
    ends = clock.time() + _PATIENCE_SECONDS
    if _is_deleted(client, user_pool_id):
        return
    while not _is_deleted(client, user_pool_id, is_last=clock.time() >= ends):
        clock.wait_until(clock.time() + _POLL_SECONDS)


def delete_domain(client: CognitoIdentityProviderClient, user_pool_id: str, domain: str) -> None:
    """Delete the domain of a pool; one that is gone counts as deleted.

    Raises:
        ClientError: Cognito refused the deletion.
    """
    try:
        client.delete_user_pool_domain(UserPoolId=user_pool_id, Domain=domain)
    except client.exceptions.ResourceNotFoundException:
        # boto3 sends a call again if its response was lost, and by then the domain is gone.
        return
    except client.exceptions.InvalidParameterException:
        # Which error a domain that is not there gets is in no public text.
        pool: Any = client.describe_user_pool(UserPoolId=user_pool_id)["UserPool"]
        if domain in domains_of(pool):
            raise


def _is_deleted(
    client: CognitoIdentityProviderClient, user_pool_id: str, *, is_last: bool = False
) -> bool:
    """Delete a pool; return false if a domain of the run was, or still is, in the way."""
    try:
        client.delete_user_pool(UserPoolId=user_pool_id)
    except client.exceptions.ResourceNotFoundException:
        # boto3 sends a call again if its response was lost, and by then the pool is gone.
        return True
    except client.exceptions.InvalidParameterException as error:
        if is_last or not _is_about_a_domain(error):
            raise
        pool: Any = client.describe_user_pool(UserPoolId=user_pool_id)["UserPool"]
        if foreign_domain(pool):
            raise
        for domain in domains_of(pool):
            delete_domain(client, user_pool_id, domain)
        return False
    return True


def _is_about_a_domain(error: ClientError) -> bool:
    return "domain" in error.response["Error"].get("Message", "").lower()


def _in_domain(text: str) -> str:
    """Return a text as a domain can have it, without the words that are reserved."""
    found = _NOT_IN_A_DOMAIN.sub("-", text.lower()).strip("-")
    for word, instead in _RESERVED.items():
        found = found.replace(word, instead)
    return found
