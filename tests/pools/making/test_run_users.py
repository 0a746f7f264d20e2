"""RunUsers: the run's own users in an existing pool, and protection of all others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import HarnessError
from harness.pools.making.journal import Belonging, NoJournal
from harness.pools.making.ownership import is_named_for
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.making.run_users import RunUsers
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.emulated import EmulatedTarget
from harness.users.addresses import PlusAddresses

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

PREFIX = "run1-main-"


class Recorded(NoJournal):
    """A journal that keeps its entries in order."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Belonging]] = []

    def planned(self, belonging: Belonging) -> None:
        """Keep the entry."""
        self.entries.append(("planned", belonging))

    def made(self, belonging: Belonging) -> None:
        """Keep the entry."""
        self.entries.append(("made", belonging))

    def gone(self, belonging: Belonging) -> None:
        """Keep the entry."""
        self.entries.append(("gone", belonging))


@dataclass(frozen=True)
class Operation:
    """What the events of a call have as its model."""

    name: str


@dataclass(frozen=True)
class Done:
    """The HTTP response of a call that succeeded."""

    status_code: int = 200


@pytest.fixture
def client() -> Iterator[CognitoIdentityProviderClient]:
    """The boto3 client of a run."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


@pytest.fixture
def pool(client: CognitoIdentityProviderClient) -> ProvisionedPool:
    """An existing pool with the user carol."""
    pool = provision(client, PoolSpec(), name_prefix="theirs-", tags={})
    client.admin_create_user(
        UserPoolId=pool.user_pool_id, Username="carol", MessageAction="SUPPRESS"
    )
    return pool


@pytest.fixture
def journal() -> Recorded:
    """The journal of the run."""
    return Recorded()


@pytest.fixture
def run_users(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, journal: Recorded
) -> RunUsers:
    """The run's users, from now on."""
    found = RunUsers(client, pool.user_pool_id, PREFIX, journal)
    found.watch()
    return found


def sign_up(client: CognitoIdentityProviderClient, pool: ProvisionedPool, name: str) -> str:
    """Sign up a user and return the sub."""
    return client.sign_up(
        ClientId=pool.app.client_id,
        Username=name,
        Password="Correct-Horse-1",
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )["UserSub"]


def names(client: CognitoIdentityProviderClient, pool: ProvisionedPool) -> set[str]:
    """Return the usernames in the pool."""
    return {user["Username"] for user in client.list_users(UserPoolId=pool.user_pool_id)["Users"]}


def test_users_are_deleted(
    client: CognitoIdentityProviderClient,
    pool: ProvisionedPool,
    run_users: RunUsers,
    journal: Recorded,
) -> None:
    """Users are recorded before they sign up or are invited, and deleted at the end."""
    sub = sign_up(client, pool, f"{PREFIX}ada")
    client.admin_create_user(
        UserPoolId=pool.user_pool_id, Username=f"{PREFIX}bob", MessageAction="SUPPRESS"
    )
    assert run_users.names == [f"{PREFIX}ada", f"{PREFIX}bob"]
    assert [kind for kind, _ in journal.entries] == ["planned", "made"] * 2
    assert journal.entries[1][1].id == sub
    run_users.delete_all()
    assert names(client, pool) == {"carol"}
    assert [kind for kind, _ in journal.entries[4:]] == ["gone", "gone"]
    assert run_users.names == []


def test_users_that_are_gone_already(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, run_users: RunUsers
) -> None:
    """A user that a test deleted, and a user whose sign-up failed, cause no error."""
    sign_up(client, pool, f"{PREFIX}ada")
    client.admin_delete_user(UserPoolId=pool.user_pool_id, Username=f"{PREFIX}ada")
    with pytest.raises(client.exceptions.InvalidPasswordException):
        client.sign_up(ClientId=pool.app.client_id, Username=f"{PREFIX}bob", Password="short")
    run_users.delete_all()
    assert run_users.names == []


def test_threads_share_the_users(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool
) -> None:
    """Threads create users, by name, and change them, by sub, at the same time."""
    RunUsers(client, pool.user_pool_id, PREFIX, NoJournal()).watch()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(partial(create_and_change, client, pool), range(800)))
    finally:
        sys.setswitchinterval(before)


def create_and_change(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, number: int
) -> None:
    """Fire the events of a user who is created and then disabled by sub, without the calls."""
    events, context = client.meta.events, dict[str, Any]()
    create, disable = Operation("AdminCreateUser"), Operation("AdminDisableUser")
    of_pool = {"UserPoolId": pool.user_pool_id}
    given = {**of_pool, "Username": f"{PREFIX}{number}"}
    service = "cognito-identity-provider"
    events.emit(
        f"provide-client-params.{service}.{create.name}",
        params=given,
        model=create,
        context=context,
    )
    parsed = {"User": {"Username": f"sub-{number}"}}
    events.emit(
        f"after-call.{service}.{create.name}", http_response=Done(), parsed=parsed, context=context
    )
    given = {**of_pool, "Username": f"sub-{number}"}
    events.emit(
        f"provide-client-params.{service}.{disable.name}", params=given, model=disable, context={}
    )


def test_users_that_cannot_be_deleted(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, run_users: RunUsers
) -> None:
    """The error names the users that are left."""
    sign_up(client, pool, f"{PREFIX}ada")
    unprotected = EmulatedTarget(region="us-east-1")
    unprotected.start()
    # Another emulator without this pool refuses the deletion.
    elsewhere = RunUsers(unprotected.client(), pool.user_pool_id, PREFIX, NoJournal())
    elsewhere._users.update(run_users._users)
    with pytest.raises(HarnessError, match=f"left behind .*{PREFIX}ada"):
        elsewhere.delete_all()
    unprotected.stop()


Call = Callable[["CognitoIdentityProviderClient", str], Any]


@pytest.mark.parametrize(
    "call",
    [
        lambda client, pool: client.delete_user_pool(UserPoolId=pool),
        lambda client, pool: client.update_user_pool(UserPoolId=pool),
        lambda client, pool: client.create_user_pool_client(UserPoolId=pool, ClientName="c"),
        lambda client, pool: client.set_user_pool_mfa_config(UserPoolId=pool),
        lambda client, pool: client.create_group(UserPoolId=pool, GroupName="g"),
        lambda client, pool: client.admin_delete_user(UserPoolId=pool, Username="carol"),
        lambda client, pool: client.admin_disable_user(UserPoolId=pool, Username="carol"),
        lambda client, pool: client.admin_set_user_password(
            UserPoolId=pool, Username="carol", Password="Correct-Horse-1"
        ),
        lambda client, pool: client.admin_create_user(
            UserPoolId=pool, Username="carol", MessageAction="RESEND"
        ),
        lambda client, pool: client.admin_create_user(UserPoolId=pool, Username="eve@example.com"),
        lambda client, pool: client.admin_link_provider_for_user(
            UserPoolId=pool,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "carol"},
            SourceUser={"ProviderName": "Google", "ProviderAttributeValue": "1"},
        ),
        lambda client, pool: client.admin_disable_provider_for_user(
            UserPoolId=pool, User={"ProviderName": "Cognito", "ProviderAttributeValue": "carol"}
        ),
        lambda client, pool: client.tag_resource(
            ResourceArn=f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}",
            Tags={"a": "b"},
        ),
        lambda client, pool: client.untag_resource(
            ResourceArn=f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}",
            TagKeys=["a"],
        ),
    ],
)
def test_calls_that_are_not_sent(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, run_users: RunUsers, call: Call
) -> None:
    """A call that would change the pool or one of its own users is not sent."""
    with pytest.raises(client.exceptions.InvalidPasswordException):
        # Plans a user without a sub: a call without a username must not match it.
        client.sign_up(ClientId=pool.app.client_id, Username=f"{PREFIX}bob", Password="short")
    before = client.describe_user_pool(UserPoolId=pool.user_pool_id)["UserPool"]
    with pytest.raises(HarnessError, match="is not sent"):
        call(client, pool.user_pool_id)
    assert client.describe_user_pool(UserPoolId=pool.user_pool_id)["UserPool"] == before
    carol = client.admin_get_user(UserPoolId=pool.user_pool_id, Username="carol")
    assert carol["Enabled"]


@pytest.mark.parametrize(
    "call",
    [
        lambda client, app: client.sign_up(
            ClientId=app, Username="eve", Password="Correct-Horse-1"
        ),
        lambda client, app: client.forgot_password(ClientId=app, Username="carol"),
        lambda client, app: client.resend_confirmation_code(ClientId=app, Username="carol"),
        lambda client, app: client.confirm_sign_up(
            ClientId=app, Username="carol", ConfirmationCode="000000"
        ),
        lambda client, app: client.confirm_forgot_password(
            ClientId=app, Username="carol", ConfirmationCode="000000", Password="Correct-Horse-1"
        ),
    ],
)
def test_client_calls_that_are_not_sent(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, run_users: RunUsers, call: Call
) -> None:
    """A call that sends a message to another user or tries codes for them is not sent."""
    with pytest.raises(HarnessError, match="the run did not create the user"):
        call(client, pool.app.client_id)
    assert names(client, pool) == {"carol"}


def test_addresses_of_one_mailbox(client: CognitoIdentityProviderClient, journal: Recorded) -> None:
    """A plus address is recognized by the part after the plus, and deleted too."""
    pool = provision(client, PoolSpec(sign_in_names="email"), name_prefix="theirs-", tags={})
    run_users = RunUsers(client, pool.user_pool_id, PREFIX, journal)
    run_users.watch()
    address = PlusAddresses("Tests+all@example.org").of(f"{PREFIX}ada-1")
    client.sign_up(ClientId=pool.app.client_id, Username=address, Password="Correct-Horse-1")
    client.resend_confirmation_code(ClientId=pool.app.client_id, Username=address)
    assert [entry.name for _, entry in journal.entries] == [address, address]
    run_users.delete_all()
    assert names(client, pool) == set()


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("carol", ""),
        ("", ""),
        ("carol", PREFIX),
        (f"x{PREFIX}ada", PREFIX),
        (f"carol@{PREFIX}ada", PREFIX),
        (f"carol@example.org+{PREFIX}ada", PREFIX),
    ],
)
def test_other_usernames(name: str, prefix: str) -> None:
    """Only the start of a username or of the part after the plus counts."""
    assert not is_named_for(name, prefix)
    assert is_named_for(f"Tests+{PREFIX}ada@example.org", PREFIX.upper())


def test_calls_that_are_sent(
    client: CognitoIdentityProviderClient, pool: ProvisionedPool, run_users: RunUsers
) -> None:
    """Calls about the run's own users, by name or sub, and about other pools are sent."""
    sub = sign_up(client, pool, f"{PREFIX}ada")
    client.admin_confirm_sign_up(UserPoolId=pool.user_pool_id, Username=sub)
    client.admin_disable_user(UserPoolId=pool.user_pool_id, Username=f"{PREFIX}ada")
    other = provision(client, PoolSpec(), name_prefix="other-", tags={})
    client.delete_user_pool(UserPoolId=other.user_pool_id)
