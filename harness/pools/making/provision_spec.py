"""Creates a user pool from a specification, and deletes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import ConfigurationError, HarnessError
from harness.flows.actions import AppClient
from harness.pools.configuration.pool_configuration import Part
from harness.pools.making.domains import delete_pool, domain_name
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
        domain: the domain of its pages and OAuth endpoints; empty without one.
        locate: returns the URL of a domain; the target knows it.
    """

    user_pool_id: str
    app: AppClient
    spec: PoolSpec
    name: str = field(default="", compare=False)
    file: str = field(default="", compare=False)
    domain: str = field(default="", compare=False)
    locate: Callable[[str], str] | None = field(default=None, compare=False, repr=False)

    @property
    def domain_url(self) -> str:
        """The URL of the domain, without a slash at its end.

        Below it are the sign-in page and the OAuth endpoints, such as ``/oauth2/authorize``.

        Raises:
            HarnessError: the pool has no domain, or nobody knows where it is.
            MissingCapability: the target has no service.
        """
        if not self.domain:
            hint = "a pool that is made gets one with PoolSpec(managed_login=ManagedLogin())"
            raise HarnessError(f"user pool {self.user_pool_id} has no domain; {hint}")
        if self.locate is None:
            hint = "use target.domain_url(pool.domain)"
            raise HarnessError(f"only the target knows the URL of {self.domain}; {hint}")
        return self.locate(self.domain)


def provision(
    client: CognitoIdentityProviderClient,
    spec: PoolSpec,
    *,
    name_prefix: str,
    tags: Mapping[str, str],
    journal: Journal | None = None,
    senders: Senders = NO_SENDERS,
    locate: Callable[[str], str] | None = None,
) -> ProvisionedPool:
    """Create a pool and its app client. If a step fails, delete the pool again.

    Args:
        client: a boto3 client with an administrator's credentials.
        spec: the specification of the pool and the app client.
        name_prefix: the start of PoolName; it identifies the owner of the pool.
        tags: UserPoolTags.
        journal: records the pool before it is created; the app client is deleted with the pool.
        senders: what the pool sends messages by, where a factor needs it.
        locate: returns the URL of a domain, such as the ``domain_url`` of a target.

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
        for server in spec.resource_servers:
            client.create_resource_server(UserPoolId=made.id, **server.members())
        app = _create_app_client(client, spec, made.id)
        domain = _create_domain(client, spec, made, app)
    return ProvisionedPool(made.id, app, spec, name=made.name, domain=domain, locate=locate)


def _require_newer_botocore(spec: PoolSpec) -> None:
    # FactorConfiguration is newer than the oldest botocore that this project runs on.
    from harness.pools.configuration.service_members import require_sendable

    require_sendable(Part("mfa", spec.name, spec.factors.mfa_members(NO_SENDERS)), "PoolSpec")


def deprovision(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, journal: Journal | None = None
) -> None:
    """Delete a pool that :func:`provision` created, with its domain, app client and all its users.

    A pool that is gone counts as deleted.
    """
    delete_pool(client, pool.user_pool_id, pool.domain)
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


def _create_domain(
    client: CognitoIdentityProviderClient, spec: PoolSpec, pool: Belonging, app: AppClient
) -> str:
    """Create the domain of managed login and return its name; without managed login, do nothing."""
    login = spec.managed_login
    if login is None:
        return ""
    domain = domain_name(pool.name, pool.id)
    client.create_user_pool_domain(
        Domain=domain, UserPoolId=pool.id, ManagedLoginVersion=login.version
    )
    if login.version == 2:
        # Without branding, the pages of version 2 are only a message (H008).
        client.create_managed_login_branding(
            UserPoolId=pool.id, ClientId=app.client_id, UseCognitoProvidedValues=True
        )
    return domain


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
            delete_pool(client, pool.id)
        except (BotoCoreError, ClientError) as deletion:
            raise HarnessError(
                f"user pool {pool.id} is left behind: {deletion}; it had to be deleted because "
                f"its setup failed: {error}"
            ) from error
        journal.gone(pool)
        raise
