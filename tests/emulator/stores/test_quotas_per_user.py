"""Ten reads and ten writes a second for each user, and quotas of unsigned requests (A288)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.api.request import Caller
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.expect import PASSWORD, START, refused


class QuotaPool:
    """A pool with two confirmed users on an engine with quotas switched on."""

    def __init__(self) -> None:
        settings = EmulatorSettings(quotas=True, seed=1)
        self.engine = Engine(clock=VirtualClock(START, frozen=True), settings=settings)
        pool = self.engine.call("CreateUserPool", {"PoolName": "pool"})["UserPool"]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        self.pool = {"UserPoolId": pool["Id"]}
        client = self.call("CreateUserPoolClient", ClientName="a", ExplicitAuthFlows=flows)
        self.client_id = client["UserPoolClient"]["ClientId"]
        for name in ("alice", "bob"):
            self.call("AdminCreateUser", Username=name, MessageAction="SUPPRESS")
            self.call("AdminSetUserPassword", Username=name, Password=PASSWORD, Permanent=True)
        self.engine.clock.advance(1)

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an administrator operation."""
        return dict(self.engine.call(operation, {**self.pool, **members}))

    def sign_in(self, name: str, **caller: str) -> dict[str, Any]:
        """Sign in with the password."""
        params = {
            "ClientId": self.client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
        }
        return dict(self.engine.call("InitiateAuth", params, Caller(**caller)))


@pytest.fixture
def place() -> QuotaPool:
    """A pool with users, one second after they were created."""
    return QuotaPool()


@pytest.mark.fact("A288")
def test_ten_reads_per_user(place: QuotaPool) -> None:
    """Sign-ins and reads of a user share ten a second; other users have their own."""
    for _ in range(5):
        place.sign_in("alice")
        place.call("AdminGetUser", Username="alice")
    with refused("TooManyRequestsException", "Rate exceeded"):
        place.call("AdminGetUser", Username="alice")
    place.call("AdminGetUser", Username="bob")
    place.engine.clock.advance(1)
    place.call("AdminGetUser", Username="alice")


@pytest.mark.fact("A288")
def test_ten_writes_per_user(place: QuotaPool) -> None:
    """Writes are counted apart from reads."""
    for _ in range(5):
        place.call("AdminDisableUser", Username="alice")
        place.call("AdminEnableUser", Username="alice")
    with refused("TooManyRequestsException"):
        place.call("AdminDisableUser", Username="alice")
    place.call("AdminGetUser", Username="alice")


@pytest.mark.fact("A288")
def test_access_token_identifies_the_user(place: QuotaPool) -> None:
    """GetUser counts for the user of its token."""
    token = place.sign_in("alice")["AuthenticationResult"]["AccessToken"]
    for _ in range(9):
        place.engine.call("GetUser", {"AccessToken": token})
    with refused("TooManyRequestsException"):
        place.engine.call("GetUser", {"AccessToken": token})


@pytest.mark.parametrize("token", ["x", "a.b.c", "a.e30.c", "a.W10.c"])
def test_invalid_token_counts_for_no_user(place: QuotaPool, token: str) -> None:
    """An unreadable token is refused as invalid and not counted for a user."""
    with pytest.raises(Refusal) as caught:
        place.engine.call("GetUser", {"AccessToken": token})
    assert caught.value.code == "NotAuthorizedException"


@pytest.mark.fact("A278")
def test_unsigned_request_counts_for_its_pools_account(place: QuotaPool) -> None:
    """An unsigned request has no account and region, so those of its pool count."""
    for number in range(50):
        with pytest.raises(Refusal):
            place.engine.call(
                "ConfirmSignUp",
                {"ClientId": place.client_id, "Username": f"n{number}", "ConfirmationCode": "1"},
                Caller(region="eu-west-1"),
            )
    with refused("TooManyRequestsException"):
        place.call("AdminCreateUser", Username="carol")


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, b'{"username":1,"iss":[]}'],
    ids=["empty", "list", "null", "broken", "no text", "deep", "other types"],
)
def test_token_without_claims_counts_for_no_user(place: QuotaPool, content: bytes) -> None:
    """A token without readable claims is refused by the operation and counts for no user."""
    part = base64.urlsafe_b64encode(content).decode().rstrip("=")
    for token in (f"e30.{part}.x", f"x.{part}", part):
        with refused("NotAuthorizedException"):
            place.call("GetUser", AccessToken=token)
