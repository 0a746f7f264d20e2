"""App clients as they were measured: defaults, what is shown as given, and scopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator import Emulator
from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.moto_backend.test_installation import cognito
from tests.emulator.operations.test_user_pool_clients import create, describe
from tests.emulator.support.expect import refused

EMPTY = [
    "AccessTokenValidity",
    "IdTokenValidity",
    "PreventUserExistenceErrors",
    "ClientSecret",
    "ExplicitAuthFlows",
    "ReadAttributes",
    "WriteAttributes",
    "CallbackURLs",
    "LogoutURLs",
    "SupportedIdentityProviders",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "TokenValidityUnits",
]


def update(call: Call, client: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Update a client and return its description."""
    names = {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}
    return dict(call("UpdateUserPoolClient", **names, **settings)["UserPoolClient"])


@pytest.mark.fact("M068")
def test_defaults_are_shown(call: Call, pool_id: str) -> None:
    """A client that was created with only a name shows these values."""
    assert {
        "RefreshTokenValidity": 30,
        "AuthSessionValidity": 3,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AllowedOAuthFlowsUserPoolClient": False,
    }.items() <= create(call, pool_id).items()


@pytest.mark.fact("M069", "M071", "A105b")
@pytest.mark.parametrize("name", EMPTY)
def test_member_is_absent_or_empty(call: Call, pool_id: str, name: str) -> None:
    """These members have no default that would be shown."""
    client = create(call, pool_id)
    assert not client.get(name)
    assert not describe(call, client).get(name)


@pytest.mark.fact("M070")
@pytest.mark.parametrize(
    "name", ["ExplicitAuthFlows", "CallbackURLs", "LogoutURLs", "AllowedOAuthScopes"]
)
def test_empty_list_counts_as_omission(call: Call, pool_id: str, name: str) -> None:
    """A client with an empty list is shown as one without the list."""
    assert not create(call, pool_id, **{name: []}).get(name)


@pytest.mark.fact("M070")
def test_empty_flows_allow_the_default_flows(
    engine: Engine,
    call: Call,
    pool_id: str,
    client: dict[str, Any],
    confirmed_user: Callable[..., Any],
) -> None:
    """With an empty list of flows, the flows of an omitted list are allowed."""
    person = confirmed_user(pool_id, client)
    empty = create(call, pool_id, ExplicitAuthFlows=[])
    parameters = {"USERNAME": person.username, "SRP_A": "ab"}
    answer = call(
        "InitiateAuth",
        ClientId=empty["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters=parameters,
    )
    assert answer["ChallengeName"] == "PASSWORD_VERIFIER"


@pytest.mark.fact("M072", "M073", "M074", "M075", "M078")
@pytest.mark.parametrize(
    "given",
    [
        {"TokenValidityUnits": {"AccessToken": "minutes", "RefreshToken": "days"}},
        {"IdTokenValidity": 1, "TokenValidityUnits": {"IdToken": "days"}},
        {"AccessTokenValidity": 2, "IdTokenValidity": 3, "RefreshTokenValidity": 4},
        {"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"]},
        {"CallbackURLs": ["https://a/" + "\u3042" * 1_014], "LogoutURLs": ["https://b/x"]},
    ],
    ids=["units", "days", "validities", "legacy flows", "URLs"],
)
def test_setting_is_shown_as_given(call: Call, pool_id: str, given: dict[str, Any]) -> None:
    """These settings are accepted without others, and shown as given."""
    client = create(call, pool_id, **given)
    assert given.items() <= describe(call, client).items()
    assert given.items() <= update(call, create(call, pool_id), **given).items()


@pytest.mark.fact("M076")
def test_rotation_is_shown_as_given(call: Call, pool_id: str) -> None:
    """Rotation works beside a legacy flow alone, and its grace period can be changed."""
    flows = ["ADMIN_NO_SRP_AUTH"]
    client = create(call, pool_id)
    for seconds in (10, 20):
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": seconds}
        update(call, client, RefreshTokenRotation=rotation, ExplicitAuthFlows=flows)
        assert describe(call, client)["RefreshTokenRotation"] == rotation


@pytest.mark.fact("M077")
def test_secret_is_shown(call: Call, pool_id: str) -> None:
    """The secret is in the response of the creation and in the description."""
    client = create(call, pool_id, GenerateSecret=True)
    assert client["ClientSecret"]
    assert describe(call, client)["ClientSecret"] == client["ClientSecret"]


@pytest.mark.fact("M079", "M080")
def test_revocation_and_name_can_be_changed(call: Call, pool_id: str) -> None:
    """Revocation is switched off and on again, and the client gets another name."""
    client = create(call, pool_id)
    for value in (False, True):
        changed = update(call, client, EnableTokenRevocation=value, ClientName="renamed")
        assert (changed["EnableTokenRevocation"], changed["ClientName"]) == (value, "renamed")


@pytest.mark.fact("M083", "M083b")
@pytest.mark.parametrize("operation", [create, update])
def test_unknown_scope_is_refused(call: Call, pool_id: str, operation: Any) -> None:
    """A scope that no resource server has is refused, and nothing changes."""
    client = create(call, pool_id)
    target = pool_id if operation is create else client
    scopes = ["openid", "api/read"]
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/read"):
        operation(call, target, AllowedOAuthScopes=scopes, ClientName="other")
    assert describe(call, client) == client


@pytest.mark.fact("M083", "M084")
def test_scope_of_a_resource_server_is_accepted() -> None:
    """The scopes of the pool's resource servers are accepted and shown, no others."""
    with Emulator():
        boto = cognito()
        pool_id = boto.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
        boto.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="a", Scopes=scopes)
        request = {"UserPoolId": pool_id, "ClientName": "app"}
        client = boto.create_user_pool_client(**request, AllowedOAuthScopes=["api/read", "email"])
        assert set(client["UserPoolClient"]["AllowedOAuthScopes"]) == {"api/read", "email"}
        with pytest.raises(boto.exceptions.ScopeDoesNotExistException):
            boto.create_user_pool_client(**request, AllowedOAuthScopes=["api/write"])


@pytest.mark.fact("M084")
@pytest.mark.parametrize(
    "scope", ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"]
)
def test_own_scope_needs_no_resource_server(call: Call, pool_id: str, scope: str) -> None:
    """Cognito's own scopes are accepted in every pool."""
    assert create(call, pool_id, AllowedOAuthScopes=[scope])["AllowedOAuthScopes"] == [scope]


@pytest.mark.fact("M086")
def test_client_is_gone_with_its_pool(call: Call, pool_id: str) -> None:
    """A deleted client and a client of a deleted pool are not found."""
    first, second = create(call, pool_id), create(call, pool_id)
    call("DeleteUserPoolClient", UserPoolId=pool_id, ClientId=first["ClientId"])
    with refused("ResourceNotFoundException"):
        describe(call, first)
    call("DeleteUserPool", UserPoolId=pool_id)
    with refused("ResourceNotFoundException"):
        describe(call, second)
