"""The specification of a pool that exists, read from the service's own description of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError
from harness.flows.actions import AppClient
from harness.pools.provision import ProvisionedPool
from harness.pools.spec import DeviceTracking, PoolSpec, RefreshTokenRotation
from harness.redaction import Secret
from harness.users.passwords import PasswordRules
from harness.users.person import SignInName

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["describe_pool"]

# The names of before 2018, which mean the same (A106).
_OLDER_FLOWS = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
}
# Those of an app client that was made without ExplicitAuthFlows (A105).
_DEFAULT_FLOWS = ("ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH")
# Cognito's defaults, by kind of token (A256).
_DEFAULT_UNITS = {"Access": "hours", "Id": "hours", "Refresh": "days"}
_DEFAULT_VALIDITIES = {
    "Access": timedelta(hours=1),
    "Id": timedelta(hours=1),
    "Refresh": timedelta(days=30),
}


def describe_pool(client: CognitoIdentityProviderClient, app: AppClient) -> ProvisionedPool:
    """Return an existing pool and app client, specified as the service describes them.

    Args:
        client: with an administrator's credentials; nothing is changed.
        app: the pool and the app client; a client secret that is missing here is filled in.

    Raises:
        ClientError: the service does not know them, or does not describe them to everybody.
        HarnessError: the pool is of a kind that has no specification.
    """
    pool: Mapping[str, Any] = client.describe_user_pool(UserPoolId=app.user_pool_id)["UserPool"]
    described: Mapping[str, Any] = client.describe_user_pool_client(
        UserPoolId=app.user_pool_id, ClientId=app.client_id
    )["UserPoolClient"]
    spec = PoolSpec(**_of_pool(pool), **_of_client(described))
    return ProvisionedPool(app.user_pool_id, _with_secret(app, described), spec)


def _of_pool(pool: Mapping[str, Any]) -> dict[str, Any]:
    policy = pool.get("Policies", {}).get("PasswordPolicy", {})
    return {
        "mfa": pool.get("MfaConfiguration", "OFF"),
        "device_tracking": _device_tracking(pool.get("DeviceConfiguration")),
        "sign_in_names": _sign_in_names(pool),
        "password_policy": PasswordRules.from_description(policy),
        "case_sensitive": pool.get("UsernameConfiguration", {}).get("CaseSensitive", True),
        "auto_verified": tuple(sorted(pool.get("AutoVerifiedAttributes", ()))),
        "allow_admin_create_user_only": pool.get("AdminCreateUserConfig", {}).get(
            "AllowAdminCreateUserOnly", False
        ),
        "required_attributes": _required_attributes(pool),
    }


def _device_tracking(configuration: Mapping[str, bool] | None) -> DeviceTracking | None:
    if configuration is None:
        return None
    return DeviceTracking(
        configuration.get("ChallengeRequiredOnNewDevice", False),
        configuration.get("DeviceOnlyRememberedOnUserPrompt", False),
    )


def _sign_in_names(pool: Mapping[str, Any]) -> SignInName:
    if names := pool.get("UsernameAttributes"):
        if "email" in names:
            return "email"
        raise HarnessError(
            f"the people of user pool {pool.get('Id')} sign up by {', '.join(names)}; "
            "known are user names and e-mail addresses"
        )
    return "email_alias" if "email" in pool.get("AliasAttributes", ()) else "username"


def _required_attributes(pool: Mapping[str, Any]) -> tuple[str, ...]:
    # Every pool requires the sub, which Cognito itself gives.
    required = {item["Name"] for item in pool.get("SchemaAttributes", ()) if item.get("Required")}
    return tuple(sorted(required - {"sub"}))


def _of_client(client: Mapping[str, Any]) -> dict[str, Any]:
    rotation = client.get("RefreshTokenRotation", {})
    return {
        "client_secret": "ClientSecret" in client,
        "auth_flows": _auth_flows(client.get("ExplicitAuthFlows") or _DEFAULT_FLOWS),
        "auth_session_validity": client.get("AuthSessionValidity", 3),
        "access_token_validity": _validity(client, "Access"),
        "id_token_validity": _validity(client, "Id"),
        "refresh_token_validity": _validity(client, "Refresh"),
        "refresh_token_rotation": RefreshTokenRotation(rotation.get("RetryGracePeriodSeconds", 0))
        if rotation.get("Feature") == "ENABLED"
        else None,
        "prevent_user_existence_errors": client.get("PreventUserExistenceErrors") == "ENABLED",
        "token_revocation": client.get("EnableTokenRevocation", False),
    }


def _auth_flows(flows: Iterable[str]) -> tuple[str, ...]:
    found = {_OLDER_FLOWS.get(flow, flow) for flow in flows}
    if found != set(flows):
        # Beside the older names, refreshing is always allowed (A106).
        found.add("ALLOW_REFRESH_TOKEN_AUTH")
    return tuple(sorted(found))


def _validity(client: Mapping[str, Any], token: str) -> timedelta | None:
    number = client.get(f"{token}TokenValidity")
    if not number:
        return None
    unit = client.get("TokenValidityUnits", {}).get(f"{token}Token", _DEFAULT_UNITS[token])
    validity = timedelta(**{unit: number})
    # Some defaults are described like wishes: the same pool has one specification only.
    return None if validity == _DEFAULT_VALIDITIES[token] else validity


def _with_secret(app: AppClient, client: Mapping[str, Any]) -> AppClient:
    secret = client.get("ClientSecret")
    if secret is None or app.client_secret is not None:
        return app
    return AppClient(app.user_pool_id, app.client_id, Secret(secret))
