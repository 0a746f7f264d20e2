"""Creates a user pool from a specification, and deletes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import ConfigurationError, HarnessError
from harness.flows.actions import AppClient
from harness.pools.configuration.pool_configuration import Part
from harness.pools.making.journal import Belonging, Journal, NoJournal
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.senders import NO_SENDERS, Senders
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import CreateUserPoolRequestTypeDef

__all__ = ["ProvisionedPool", "deprovision", "pool_in_setup", "provision"]

_SERVER_ERROR = 500


@dataclass(frozen=True)
class ProvisionedPool:
    """A user pool with one app client.

    Attributes:
        user_pool_id: the id of the pool.
        app: the app client.
        spec: the specification of the pool and the app client.
        name: PoolName, if it is known.
        file: the file that it was made from, if it was.
    """

    user_pool_id: str
    app: AppClient
    spec: PoolSpec
    name: str = field(default="", compare=False)
    file: str = field(default="", compare=False)


def provision(
    client: CognitoIdentityProviderClient,
    spec: PoolSpec,
    *,
    name_prefix: str,
    tags: Mapping[str, str],
    journal: Journal | None = None,
    senders: Senders = NO_SENDERS,
) -> ProvisionedPool:
    """Create a pool and its app client. If a step fails, delete the pool again.

    Args:
        client: a boto3 client with an administrator's credentials.
        spec: the specification of the pool and the app client.
        name_prefix: the start of PoolName; it identifies the owner of the pool.
        tags: UserPoolTags.
        journal: records the pool before it is created; the app client is deleted with the pool.
        senders: what the pool sends messages by, where a factor needs it.

    Raises:
        ConfigurationError: a pool has a field only from a file, a factor needs a sender that is
            not there, or the installed botocore cannot send a member; nothing is created.
        ClientError: Cognito refused a request; the pool is deleted.
        HarnessError: Cognito also refused the deletion; names the pool that is left.
    """
    spec.require_makeable()
    if spec.passkeys_count_as_mfa:
        _require_newer_botocore(spec)
    if missing := spec.factors.missing_sender(senders):
        raise ConfigurationError("senders", hint=missing)
    request = spec.create_user_pool_request(senders)
    request["PoolName"] = name_prefix + spec.name
    request["UserPoolTags"] = dict(tags)
    with pool_in_setup(client, request, journal or NoJournal()) as made:
        mfa_config = spec.mfa_config_request(made.id, senders)
        if mfa_config is not None:
            client.set_user_pool_mfa_config(**mfa_config)
        app = _create_app_client(client, spec, made.id)
    return ProvisionedPool(made.id, app, spec, name=made.name)


def _require_newer_botocore(spec: PoolSpec) -> None:
    # FactorConfiguration is newer than the oldest botocore that this project runs on.
    from harness.pools.configuration.service_members import require_sendable

    require_sendable(Part("mfa", spec.name, spec.factors.mfa_members(NO_SENDERS)), "PoolSpec")


def deprovision(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, journal: Journal | None = None
) -> None:
    """Delete a pool that :func:`provision` created, with its app client and all its users.

    A pool that is gone counts as deleted.
    """
    _delete_pool(client, pool.user_pool_id)
    if journal is not None:
        journal.gone(Belonging("user_pool", pool.name, id=pool.user_pool_id))


def _create_app_client(
    client: CognitoIdentityProviderClient, spec: PoolSpec, user_pool_id: str
) -> AppClient:
    response = client.create_user_pool_client(**spec.create_client_request(user_pool_id))
    created = response["UserPoolClient"]
    secret = created.get("ClientSecret")
    return AppClient(
        user_pool_id=user_pool_id,
        client_id=created["ClientId"],
        client_secret=None if secret is None else Secret(secret),
    )


def _delete_pool(client: CognitoIdentityProviderClient, user_pool_id: str) -> None:
    try:
        client.delete_user_pool(UserPoolId=user_pool_id)
    except client.exceptions.ResourceNotFoundException:
        # boto3 sends a call again if its response was lost, and by then the pool is gone.
        return


@contextmanager
def pool_in_setup(
    client: CognitoIdentityProviderClient,
    request: CreateUserPoolRequestTypeDef,
    journal: Journal,
) -> Iterator[Belonging]:
    """Create a pool for a block that sets it up. If the block fails, delete the pool again.

    Args:
        client: a boto3 client with an administrator's credentials.
        request: the request of CreateUserPool.
        journal: records the pool before it is created.

    Raises:
        ClientError: Cognito refused a request; the pool is deleted. If there may be one all the
            same, the journal keeps it.
        HarnessError: Cognito also refused the deletion; names the pool that is left.
    """
    belonging = Belonging("user_pool", request["PoolName"])
    journal.planned(belonging)
    try:
        user_pool_id = client.create_user_pool(**request)["UserPool"]["Id"]
    except ClientError as error:
        # After an error of the server, nobody knows whether there is a pool.
        if error.response["ResponseMetadata"].get("HTTPStatusCode", 400) < _SERVER_ERROR:
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
        # BaseException, because Ctrl-C must not leave the pool behind either.
        try:
            _delete_pool(client, pool.id)
        except (BotoCoreError, ClientError) as deletion:
            raise HarnessError(
                f"user pool {pool.id} is left behind: {deletion}; it had to be deleted because "
                f"its setup failed: {error}"
            ) from error
        journal.gone(pool)
        raise
