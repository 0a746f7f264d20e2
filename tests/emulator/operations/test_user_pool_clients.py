"""App clients: creation, description, update, deletion, lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.service_model import input_shape, members_of
from harness.emulator.domain.pools import validity_seconds
from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import PASSWORD, START, refused

MakeClient = Callable[..., dict[str, Any]]

#: The description of a client that was created with only a name.
DEFAULTS: dict[str, Any] = {
    "RefreshTokenValidity": 30,
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}

#: Settings with values other than the defaults; each is described as it was set.
CHANGED: dict[str, Any] = {
    "RefreshTokenValidity": 5,
    "AccessTokenValidity": 10,
    "IdTokenValidity": 20,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["email"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://example.com/callback"],
    "LogoutURLs": ["https://example.com/out"],
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 15,
}


def create(call: Call, pool_id: str, **settings: Any) -> dict[str, Any]:
    """Create a client with only a name and these settings."""
    request = {"UserPoolId": pool_id, "ClientName": "client", **settings}
    return dict(call("CreateUserPoolClient", **request)["UserPoolClient"])


def describe(call: Call, client: dict[str, Any]) -> dict[str, Any]:
    """Describe a client again."""
    names = {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}
    return dict(call("DescribeUserPoolClient", **names)["UserPoolClient"])


def test_request_only_members_are_not_described(call: Call, pool_id: str) -> None:
    """Members that only control creation are not in the description."""
    requests = input_shape("CreateUserPoolClient")
    assert requests is not None
    shown = members_of("UserPoolClientType")
    given = {
        name: True
        for name, shape in requests.members.items()
        if name not in shown and shape.type_name == "boolean"
    }
    assert "GenerateSecret" in given
    assert shown >= set(create(call, pool_id, **given))


@pytest.mark.fact("A027b", "A105b", "A256", "M068", "M071")
def test_client_with_only_a_name_has_defaults(call: Call, pool_id: str) -> None:
    """A new client has an ID of 26 letters and digits, no secret and no flows."""
    client = create(call, pool_id)
    assert re.fullmatch(r"[0-9a-z]{26}", client["ClientId"])
    assert client == {
        "UserPoolId": pool_id,
        "ClientId": client["ClientId"],
        "ClientName": "client",
        "CreationDate": START,
        "LastModifiedDate": START,
        **DEFAULTS,
    }
    assert describe(call, client) == client


def test_settings_are_described_as_set(call: Call, engine: Engine, pool_id: str) -> None:
    """Every setting is described as given, at creation and after an update."""
    created = create(call, pool_id, **CHANGED)
    assert {name: created[name] for name in CHANGED} == CHANGED
    client = create(call, pool_id)
    engine.clock.advance(5)
    names = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
    answer = call("UpdateUserPoolClient", **names, ClientName="renamed", **CHANGED)
    assert answer["UserPoolClient"] == {
        **client,
        **CHANGED,
        "ClientName": "renamed",
        "LastModifiedDate": START + 5,
    }
    assert describe(call, client) == answer["UserPoolClient"]


@pytest.mark.fact("M082")
def test_update_resets_omitted_settings(call: Call, pool_id: str) -> None:
    """Settings that UpdateUserPoolClient omits become defaults, but name, secret and units stay."""
    client = create(call, pool_id, GenerateSecret=True, **CHANGED)
    names = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
    updated = call("UpdateUserPoolClient", **names)["UserPoolClient"]
    kept = {name: client[name] for name in client if name not in CHANGED}
    units = CHANGED["TokenValidityUnits"]
    assert updated == {**kept, **DEFAULTS, "TokenValidityUnits": units}


@pytest.mark.fact("M077")
def test_secret_is_created_on_request(call: Call, pool_id: str) -> None:
    """GenerateSecret creates a secret, ClientSecret sets one; Describe shows it."""
    client = create(call, pool_id, GenerateSecret=True)
    assert re.fullmatch(r"[0-9a-z]{24,64}", client["ClientSecret"])
    assert describe(call, client)["ClientSecret"] == client["ClientSecret"]
    assert "ClientSecret" not in create(call, pool_id, GenerateSecret=False)
    own = "a" * 30
    assert create(call, pool_id, ClientSecret=own)["ClientSecret"] == own


@pytest.mark.fact("A105b", "A106", "A107")
@pytest.mark.parametrize(
    "flows",
    [
        ["ADMIN_NO_SRP_AUTH"],
        ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"],
        ["ALLOW_USER_PASSWORD_AUTH"],
        [],
    ],
)
def test_auth_flows_are_described_as_set(call: Call, pool_id: str, flows: list[str]) -> None:
    """Old or new flow names come back as set, with or without the refresh flow."""
    assert create(call, pool_id, ExplicitAuthFlows=flows)["ExplicitAuthFlows"] == flows


@pytest.mark.fact("A106")
@pytest.mark.parametrize(
    "old", ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"]
)
def test_old_and_new_flow_names_do_not_mix(call: Call, pool_id: str, old: str) -> None:
    """A legacy name beside an ALLOW_* name is refused."""
    with refused("InvalidParameterException"):
        create(call, pool_id, ExplicitAuthFlows=[old, "ALLOW_REFRESH_TOKEN_AUTH"])


@pytest.mark.fact("A265")
def test_rotation_excludes_the_refresh_flow(call: Call, pool_id: str) -> None:
    """With rotation on, ALLOW_REFRESH_TOKEN_AUTH is refused; off, it is accepted."""
    flows = ["ALLOW_REFRESH_TOKEN_AUTH"]
    on = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    with refused("InvalidParameterException"):
        create(call, pool_id, RefreshTokenRotation=on, ExplicitAuthFlows=flows)
    off = {"Feature": "DISABLED"}
    create(call, pool_id, RefreshTokenRotation=off, ExplicitAuthFlows=flows)
    flows = ["ALLOW_USER_SRP_AUTH"]
    client = create(call, pool_id, RefreshTokenRotation=on, ExplicitAuthFlows=flows)
    assert client["RefreshTokenRotation"] == on


def validity(token: str, amount: int, unit: str | None) -> dict[str, Any]:
    """Return settings with one validity; the refresh token's is long, the others are short."""
    units = {"AccessToken": "minutes", "IdToken": "minutes", token: unit}
    return {
        "AccessTokenValidity": 5,
        "IdTokenValidity": 5,
        "RefreshTokenValidity": 3650,
        f"{token}Validity": amount,
        "TokenValidityUnits": {name: found for name, found in units.items() if found},
    }


@pytest.mark.fact("A256", "A257", "A258")
@pytest.mark.parametrize(
    ("token", "amount", "unit", "seconds"),
    [
        ("AccessToken", 1, None, 3_600),
        ("AccessToken", 5, "minutes", 300),
        ("AccessToken", 300, "seconds", 300),
        ("AccessToken", 24, "hours", 86_400),
        ("IdToken", 1, "days", 86_400),
        ("IdToken", 1_440, "minutes", 86_400),
        ("RefreshToken", 3_650, None, 3_650 * 86_400),
        ("RefreshToken", 60, "minutes", 3_600),
        ("RefreshToken", 0, "minutes", 30 * 86_400),
    ],
)
def test_validity_within_range_is_accepted(
    call: Call,
    engine: Engine,
    pool_id: str,
    token: str,
    amount: int,
    unit: str | None,
    seconds: int,
) -> None:
    """Five minutes to a day, or an hour to ten years, in four units; 0 means 30 days."""
    client = create(call, pool_id, **validity(token, amount, unit))
    assert validity_seconds(engine.clients[client["ClientId"]].settings, token) == seconds
    assert client[f"{token}Validity"] == (amount or 30)


@pytest.mark.fact("A257", "A258")
@pytest.mark.parametrize(
    ("token", "amount", "unit"),
    [
        ("AccessToken", 4, "minutes"),
        ("AccessToken", 299, "seconds"),
        ("AccessToken", 25, None),
        ("IdToken", 2, "days"),
        ("IdToken", 86_401, "seconds"),
        ("RefreshToken", 59, "minutes"),
        ("RefreshToken", 3_599, "seconds"),
        ("RefreshToken", 3_651, None),
    ],
)
def test_validity_out_of_range_is_refused(
    call: Call, pool_id: str, token: str, amount: int, unit: str | None
) -> None:
    """A shorter or longer validity is refused at creation and at update."""
    settings = validity(token, amount, unit)
    client = create(call, pool_id)
    text = "Invalid range for token validity."
    with refused("InvalidParameterException", text):
        create(call, pool_id, **settings)
    names = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
    with refused("InvalidParameterException", text):
        call("UpdateUserPoolClient", **names, **settings)
    assert describe(call, client) == client


@pytest.mark.fact("A259")
@pytest.mark.parametrize("token", ["AccessToken", "IdToken"])
def test_refresh_token_must_outlive_other_tokens(call: Call, pool_id: str, token: str) -> None:
    """An access or ID token must not be valid longer than the refresh token."""
    units = {"TokenValidityUnits": {"RefreshToken": "hours", token: "hours"}}
    with refused("InvalidParameterException"):
        create(call, pool_id, RefreshTokenValidity=2, **{f"{token}Validity": 3}, **units)
    create(call, pool_id, RefreshTokenValidity=3, **{f"{token}Validity": 2}, **units)


@pytest.mark.parametrize(
    ("settings", "access"),
    [
        ({"ReadAttributes": ["custom:nothing"]}, "read"),
        ({"WriteAttributes": ["family_name", "custom:nothing"]}, "write"),
        ({"WriteAttributes": ["family_name", "sub"]}, "write"),
        ({"WriteAttributes": ["family_name", "email_verified"]}, "write"),
        ({"WriteAttributes": ["email"]}, "write"),
    ],
    ids=["unknown", "unknown to write", "sub", "flag", "without a required one"],
)
def test_client_attributes_must_be_in_the_schema(
    call: Call, make_pool: Callable[..., str], settings: dict[str, Any], access: str
) -> None:
    """Unknown, reserved or omitted required attributes are refused."""
    pool_id = make_pool(Schema=[{"Name": "family_name", "Required": True}])
    text = f"Invalid {access} attributes specified while creating a client"
    with refused("InvalidParameterException", text):
        create(call, pool_id, **settings)


def test_write_attributes_may_be_just_the_required_ones(
    call: Call, make_pool: Callable[..., str]
) -> None:
    """WriteAttributes with just the required attributes are accepted."""
    pool_id = make_pool(Schema=[{"Name": "family_name", "Required": True}])
    assert create(call, pool_id, WriteAttributes=["family_name"])["ClientId"]


@pytest.mark.fact("A027", "M086")
def test_deleted_client_is_gone(call: Call, pool_id: str) -> None:
    """A deleted client can be neither described nor used."""
    client = create(call, pool_id)
    names = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
    assert call("DeleteUserPoolClient", **names) == {}
    text = f"User pool client {client['ClientId']} does not exist."
    for operation in ("Describe", "Update", "Delete"):
        with refused("ResourceNotFoundException", text):
            call(f"{operation}UserPoolClient", **names)
    with refused("ResourceNotFoundException", text):
        call("SignUp", ClientId=client["ClientId"], Username="alice", Password=PASSWORD)


@pytest.mark.fact("A027")
def test_client_belongs_to_its_pool(
    call: Call, pool_id: str, make_pool: Callable[..., str]
) -> None:
    """Another pool does not know the client."""
    client = create(call, pool_id)
    with refused("ResourceNotFoundException"):
        describe(call, {**client, "UserPoolId": make_pool()})


def test_clients_are_listed_in_pages(call: Call, pool_id: str) -> None:
    """Names and ids are listed in pages."""
    made = [create(call, pool_id, ClientName=f"client {number}") for number in range(5)]
    first = call("ListUserPoolClients", UserPoolId=pool_id, MaxResults=3)
    second = call(
        "ListUserPoolClients", UserPoolId=pool_id, MaxResults=3, NextToken=first["NextToken"]
    )
    listed = first["UserPoolClients"] + second["UserPoolClients"]
    assert listed == [
        {name: client[name] for name in ("ClientId", "UserPoolId", "ClientName")} for client in made
    ]
    assert "NextToken" not in second
    assert "NextToken" not in call("ListUserPoolClients", UserPoolId=pool_id)


@pytest.mark.fact("A292")
def test_pool_has_at_most_1000_clients(call: Call, pool_id: str) -> None:
    """The thousand-and-first client is refused."""
    for _ in range(1_000):
        create(call, pool_id)
    with refused("LimitExceededException"):
        create(call, pool_id)
