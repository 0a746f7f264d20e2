"""What a run uses: counted, added up, and told in numbers that a person can check."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError
from harness.flows.usage import PLANS, FeaturePlan, Usage, UsageMeter
from harness.flows.user_limit import UserLimit
from harness.targets.clients import AwsClients

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@pytest.fixture
def client(clients: AwsClients) -> CognitoIdentityProviderClient:
    """An administrator's client."""
    return clients.cognito(signed=True)


@pytest.fixture
def pool_id(client: CognitoIdentityProviderClient) -> str:
    """A pool that sends codes at sign-up."""
    pool = client.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])
    return pool["UserPool"]["Id"]


def sign_up(client: CognitoIdentityProviderClient, pool_id: str, name: str, **more: object) -> None:
    """Sign up a user, through an app client of its own."""
    app = client.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"]
    client.sign_up(
        ClientId=app["ClientId"],
        Username=name,
        Password="Correct-Horse-1",
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )


class TestMeter:
    """A client that is watched."""

    def test_calls_are_counted_by_category(
        self, client: CognitoIdentityProviderClient, pool_id: str
    ) -> None:
        """Calls count by category, also refused ones; users, pools and messages where it worked."""
        meter = UsageMeter()
        meter.attach(client)
        client.create_user_pool(PoolName="another")
        sign_up(client, pool_id, "ada")
        with pytest.raises(client.exceptions.UsernameExistsException):
            sign_up(client, pool_id, "ada")
        for action in ("SUPPRESS", "RESEND"):
            client.admin_create_user(
                UserPoolId=pool_id,
                Username="bob",
                MessageAction=action,
                UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
            )
        usage = meter.usage
        assert (usage.users, usage.pools, usage.messages) == (2, 1, 2)
        assert usage.calls == {"UserPoolUpdate": 1, "UserPoolClientUpdate": 2, "UserCreation": 4}

    def test_workers_add_up(self) -> None:
        """What two processes have used is one usage."""
        one = Usage(Counter(UserCreation=2), users=2, pools=1, messages=3)
        other = Usage.of_record(one.as_record())
        assert one + other == Usage(Counter(UserCreation=4), users=4, pools=2, messages=6)


class TestTold:
    """What a person reads."""

    def test_slowest_category_decides_the_time(self) -> None:
        """The slowest category decides: 100 calls at 50 a second, of which half may be used."""
        usage = Usage(Counter(UserCreation=100, UserRead=120, other=7))
        assert usage.least_seconds(0.5) == 4.0
        assert "at least 4 s, at 50% of the default quotas" in usage.lines(0.5)
        assert "  UserCreation: 100 calls, 4.0 s at 25 per second" in usage.lines(0.5)
        assert "  other: 7 calls" in usage.lines(0.5)

    def test_one_of_something_is_singular(self) -> None:
        """One pool is not "1 user pools"."""
        usage = Usage(Counter(UserCreation=1), users=1, pools=1, messages=1)
        first, category, *_ = usage.lines(0.5)
        assert first == "1 user, 1 user pool, 1 call, 1 message"
        assert category.startswith("  UserCreation: 1 call, ")

    @pytest.mark.parametrize(
        ("plan", "users", "dollars"),
        [
            ("Lite", 100_000, 495.0),
            ("Essentials", 100_000, 1350.0),
            ("Plus", 100_000, 2000.0),
            ("Lite", 10_000, 0.0),
            ("Plus", 1, 0.02),
        ],
    )
    def test_free_users_are_not_charged(self, plan: str, users: int, dollars: float) -> None:
        """A plan's free users come off before the rest is charged."""
        found: FeaturePlan = next(item for item in PLANS if item.name == plan)
        assert found.cost(users) == pytest.approx(dollars)


class TestLimit:
    """No more users than are allowed."""

    def test_call_over_the_limit_is_not_sent(
        self, client: CognitoIdentityProviderClient, pool_id: str, tmp_path: Path
    ) -> None:
        """The call that would make one user too many is never sent, whichever process makes it."""
        other = UserLimit(tmp_path / "users", 2)
        limit = UserLimit(tmp_path / "users", 2)
        limit.attach(client)
        sign_up(client, pool_id, "ada")
        assert other.count == 1
        sign_up(client, pool_id, "bob")
        with pytest.raises(HarnessError, match="has made 2 users"):
            sign_up(client, pool_id, "carol")
        assert limit.has_refused
        assert not other.has_refused
        names = {user["Username"] for user in client.list_users(UserPoolId=pool_id)["Users"]}
        assert names == {"ada", "bob"}

    def test_second_invitation_creates_no_user(
        self, client: CognitoIdentityProviderClient, pool_id: str, tmp_path: Path
    ) -> None:
        """A second invitation creates no user."""
        client.admin_create_user(
            UserPoolId=pool_id,
            Username="ada",
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
        )
        limit = UserLimit(tmp_path / "users", 1)
        limit.attach(client)
        client.admin_create_user(UserPoolId=pool_id, Username="ada", MessageAction="RESEND")
        assert limit.count == 0
