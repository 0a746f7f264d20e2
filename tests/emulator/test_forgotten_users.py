"""Users who are forgotten leave nothing behind, and nobody else is affected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.emulator import Emulator
from harness.targets.clients import offline_client

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

PASSWORD = "Correct-Horse-1"


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that attaches clients."""
    return Emulator(mock=False)


@pytest.fixture
def client(emulator: Emulator) -> CognitoIdentityProviderClient:
    """A client of the emulator."""
    client = offline_client("eu-west-1", "https://cognito-idp.eu-west-1.amazonaws.com")
    emulator.attach(client)
    return client


def signed_in(
    emulator: Emulator, client: CognitoIdentityProviderClient, names: list[str], **pool: object
) -> tuple[str, dict[str, str]]:
    """Sign up and sign in users of a new pool, and return its id and their access tokens."""
    made = client.create_user_pool(
        PoolName="p",
        AutoVerifiedAttributes=["email"],
        **pool,  # type: ignore[arg-type]
    )
    pool_id = made["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    tokens = {}
    for name in names:
        email = name if "@" in name else f"{name}@example.com"
        client.sign_up(
            ClientId=app,
            Username=name,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        (message,) = emulator.outbox.messages(username=name)
        client.confirm_sign_up(ClientId=app, Username=name, ConfirmationCode=message.code)
        result = client.initiate_auth(
            ClientId=app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        tokens[name] = result["AccessToken"]
    return pool_id, tokens


def test_nothing_is_left_of_a_user(
    emulator: Emulator, client: CognitoIdentityProviderClient
) -> None:
    """User, groups, messages, sessions and tokens are gone; those of others stay."""
    pool_id, tokens = signed_in(emulator, client, ["ada", "bob"])
    client.create_group(UserPoolId=pool_id, GroupName="g")
    for name in ("ada", "bob"):
        client.admin_add_user_to_group(UserPoolId=pool_id, GroupName="g", Username=name)
    emulator.forget_users(pool_id, ["ada"])
    pool = emulator.engine.pools[pool_id]
    assert [user.username for user in pool.users] == ["bob"]
    assert len(pool.grants) == 1
    assert {message.username for message in emulator.outbox.messages()} == {"bob"}
    assert {session.username for session in emulator.engine.sessions.exported().values()} <= {"bob"}
    found = client.list_users_in_group(UserPoolId=pool_id, GroupName="g")["Users"]
    assert [user["Username"] for user in found] == ["bob"]
    assert client.get_user(AccessToken=tokens["bob"])["Username"] == "bob"
    with pytest.raises(client.exceptions.UserNotFoundException):
        client.get_user(AccessToken=tokens["ada"])


def test_user_who_signs_in_by_email_is_found(
    emulator: Emulator, client: CognitoIdentityProviderClient
) -> None:
    """The name that a user signed up with finds them, also if they are deleted already."""
    names = ["ada@example.com", "bob@example.com"]
    pool_id, tokens = signed_in(emulator, client, names, UsernameAttributes=["email"])
    client.delete_user(AccessToken=tokens["bob@example.com"])
    emulator.forget_users(pool_id, names)
    assert not list(emulator.engine.pools[pool_id].users)
    assert not emulator.outbox.messages()


def test_late_emails_are_forgotten_too(
    emulator: Emulator, client: CognitoIdentityProviderClient
) -> None:
    """An email that is still on its way never arrives, by whatever name its user is forgotten."""
    pool_id = client.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])["UserPool"][
        "Id"
    ]
    app = client.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]
    emulator.faults.set_profile("email-late:1:30s")
    for name in ("ada", "bob", "cyd"):
        client.sign_up(
            ClientId=app["ClientId"],
            Username=name,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
        )
    client.admin_delete_user(UserPoolId=pool_id, Username="bob")
    emulator.forget_users(pool_id, ["ada", "bob@example.com"])
    assert emulator.outbox.late == 1
    emulator.clock.advance(30)
    assert [message.username for message in emulator.outbox.messages()] == ["cyd"]


def test_same_name_in_another_pool_stays(
    emulator: Emulator, client: CognitoIdentityProviderClient
) -> None:
    """A user of another pool with the same name is not affected, nor is a pool that is gone."""
    first, _ = signed_in(emulator, client, ["ada"])
    pool = client.create_user_pool(PoolName="q")["UserPool"]["Id"]
    client.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    emulator.forget_users(first, ["ada", "nobody"])
    emulator.forget_users("eu-west-1_Unknown", ["ada"])
    assert [user.username for user in emulator.engine.pools[pool].users] == ["ada"]
