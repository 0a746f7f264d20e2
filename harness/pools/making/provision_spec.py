"""Making a user pool of a specification, and deleting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError
from harness.flows.actions import AppClient
from harness.pools.making.journal import Belonging, Journal, NoJournal
from harness.pools.spec.pool_spec import PoolSpec
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import CreateUserPoolRequestTypeDef

__all__ = ["ProvisionedPool", "deprovision", "pool_in_setup", "provision"]


@dataclass(frozen=True)
class ProvisionedPool:
    """A pool that was made of ``spec``, and its app client.

    Attributes:
        user_pool_id: Cognito's name of it.
        app: the app client.
        spec: what they are like.
        name: PoolName, where it is known.
    """

    user_pool_id: str
    app: AppClient
    spec: PoolSpec
    name: str = field(default="", compare=False)


def provision(
    client: CognitoIdentityProviderClient,
    spec: PoolSpec,
    *,
    name_prefix: str,
    tags: Mapping[str, str],
    journal: Journal | None = None,
) -> ProvisionedPool:
    """Make a pool and its app client: all of it, or nothing.

    Args:
        client: with an administrator's credentials.
        spec: what they are to be like.
        name_prefix: begins PoolName; it says whose pool this is.
        tags: UserPoolTags.
        journal: is told of the pool before it is made; its app client goes with it.

    Raises:
        ClientError: Cognito refused a request; what had been made is deleted.
        HarnessError: it refused, and then refused the deletion as well; names what is left.
    """
    request = spec.create_user_pool_request()
    request["PoolName"] = name_prefix + spec.name
    request["UserPoolTags"] = dict(tags)
    with pool_in_setup(client, request, journal or NoJournal()) as made:
        mfa_config = spec.mfa_config_request(made.id)
        if mfa_config is not None:
            client.set_user_pool_mfa_config(**mfa_config)
        app = _create_app_client(client, spec, made.id)
    return ProvisionedPool(made.id, app, spec, name=made.name)


def deprovision(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, journal: Journal | None = None
) -> None:
    """Delete a pool that :func:`provision` made, with its app client and all its users."""
    client.delete_user_pool(UserPoolId=pool.user_pool_id)
    if journal is not None:
        journal.gone(Belonging("user_pool", pool.name, id=pool.user_pool_id))


def _create_app_client(
    client: CognitoIdentityProviderClient, spec: PoolSpec, user_pool_id: str
) -> AppClient:
    answer = client.create_user_pool_client(**spec.create_client_request(user_pool_id))
    created = answer["UserPoolClient"]
    secret = created.get("ClientSecret")
    return AppClient(
        user_pool_id=user_pool_id,
        client_id=created["ClientId"],
        client_secret=None if secret is None else Secret(secret),
    )


@contextmanager
def pool_in_setup(
    client: CognitoIdentityProviderClient,
    request: CreateUserPoolRequestTypeDef,
    journal: Journal,
) -> Iterator[Belonging]:
    """Make a pool for a block that sets it up; where the block fails it is deleted again.

    Args:
        client: with an administrator's credentials.
        request: of CreateUserPool.
        journal: is told of the pool before it is made.

    Raises:
        ClientError: Cognito refused a request; what had been made is deleted.
        HarnessError: it refused, and then refused the deletion as well; names what is left.
    """
    belonging = Belonging("user_pool", request["PoolName"])
    journal.planned(belonging)
    try:
        user_pool_id = client.create_user_pool(**request)["UserPool"]["Id"]
    except ClientError:
        journal.gone(belonging)
        raise
    belonging = replace(belonging, id=user_pool_id)
    journal.made(belonging)
    with _deleted_on_failure(client, belonging, journal):
        yield belonging


@contextmanager
def _deleted_on_failure(
    client: CognitoIdentityProviderClient, pool: Belonging, journal: Journal
) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # Also when somebody interrupts the run: nothing may be left behind.
        try:
            client.delete_user_pool(UserPoolId=pool.id)
        except (BotoCoreError, ClientError) as deletion:
            raise HarnessError(
                f"user pool {pool.id} is left behind: {deletion}; it was to be deleted "
                f"because its set-up had failed: {error}"
            ) from error
        journal.gone(pool)
        raise
