"""Reads the specification of an existing pool from the service's description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.flows.actions import AppClient
from harness.pools.configuration.pool_configuration import Origin, Part, PoolConfiguration
from harness.pools.making.domains import domains_of
from harness.pools.making.provision_spec import ProvisionedPool
from harness.pools.sources.live import pool_members, whole_responses
from harness.pools.sources.live_login import LiveLogin
from harness.pools.spec.conversion import (
    client_fields,
    mfa_fields,
    pool_fields,
    sign_in_with_what_is_verified,
)
from harness.pools.spec.login_conversion import login_fields
from harness.pools.spec.pool_spec import PoolSpec
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["describe_pool"]


def describe_pool(client: CognitoIdentityProviderClient, app: AppClient) -> ProvisionedPool:
    """Return an existing pool and app client, with the specification that the service describes.

    Args:
        client: a boto3 client with an administrator's credentials; nothing is changed.
        app: the pool and the app client; a missing client secret is filled in.

    Raises:
        ClientError: the pool or client does not exist, or the client may not describe them.
    """
    pool: Mapping[str, Any] = client.describe_user_pool(UserPoolId=app.user_pool_id)["UserPool"]
    described: Mapping[str, Any] = client.describe_user_pool_client(
        UserPoolId=app.user_pool_id, ClientId=app.client_id
    )["UserPoolClient"]
    # An older botocore does not know what passkeys count as.
    with whole_responses(client) as whole:
        mfa = whole(client.get_user_pool_mfa_config(UserPoolId=app.user_pool_id))
    app_members = {**described, "GenerateSecret": "ClientSecret" in described}
    spec = sign_in_with_what_is_verified(
        PoolSpec(
            **pool_fields(pool_members(pool)),
            # DescribeUserPool shows the mode of MFA, but neither factors nor passkeys.
            **mfa_fields(mfa),
            **client_fields(app_members),
            **_login_fields(client, pool, described),
        )
    )
    domain = next(iter(domains_of(pool)), "")
    return ProvisionedPool(app.user_pool_id, _with_secret(app, described), spec, domain=domain)


def _login_fields(
    client: CognitoIdentityProviderClient, pool: Mapping[str, Any], described: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the fields about managed login; the version counts as 1 where it cannot be read.

    The scopes of the app client tell the resource servers, which few may list.
    """
    app = Part("client", "", described)
    nothing = Part("pool", "", {})
    is_used = described.get("AllowedOAuthFlowsUserPoolClient")
    domains = LiveLogin(client, "").domains(pool if is_used else {})
    whole = PoolConfiguration(Origin("live pool", ""), nothing, nothing, (app,), domains=domains)
    return login_fields(whole, app)


def _with_secret(app: AppClient, client: Mapping[str, Any]) -> AppClient:
    secret = client.get("ClientSecret")
    if secret is None or app.client_secret is not None:
        return app
    return AppClient(app.user_pool_id, app.client_id, Secret(secret))
