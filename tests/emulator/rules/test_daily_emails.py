"""The daily limit of emails from Cognito's own sender (section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.api.request import Caller
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from tests.emulator.support.expect import DAY, PASSWORD, START, pairs, refused

TEXT = (
    "Exceeded daily email limit for the operation or the account. If a higher limit is required, "
    "please configure your user pool to use your own Amazon SES configuration."
)
OWN_SENDER = {
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    }
}
EMAIL = pairs(email="a@example.com")


@pytest.fixture
def engine() -> Engine:
    """An engine with quotas switched on."""
    settings = EmulatorSettings(seed=1, quotas=True)
    return Engine(clock=VirtualClock(START, frozen=True), settings=settings)


def pool_of(engine: Engine, caller: Caller, **settings: Any) -> tuple[str, str]:
    """Return a pool that verifies email addresses, and its app client."""
    engine.clock.advance(1)
    params = {"PoolName": "pool", "AutoVerifiedAttributes": ["email"], **settings}
    pool_id = engine.call("CreateUserPool", params, caller)["UserPool"]["Id"]
    params = {"UserPoolId": pool_id, "ClientName": "client"}
    client = engine.call("CreateUserPoolClient", params, caller)["UserPoolClient"]
    return pool_id, client["ClientId"]


def sign_up(engine: Engine, client_id: str, name: str) -> None:
    """Sign up a user slowly enough for the quotas per second."""
    engine.clock.advance(1)
    params = {"ClientId": client_id, "Username": name, "Password": PASSWORD}
    engine.call("SignUp", {**params, "UserAttributes": EMAIL})


def used_up(engine: Engine, caller: Caller) -> tuple[str, str]:
    """Return a pool with user0 to user49 whose account has used up its emails of the day."""
    pool_id, client_id = pool_of(engine, caller)
    for number in range(50):
        sign_up(engine, client_id, f"user{number}")
    return pool_id, client_id


@pytest.mark.fact("A291", "A291b")
@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("SignUp", {"Username": "new", "Password": PASSWORD, "UserAttributes": EMAIL}),
        ("ResendConfirmationCode", {"Username": "user0"}),
        ("AdminCreateUser", {"Username": "new", "UserAttributes": EMAIL}),
        (
            "AdminUpdateUserAttributes",
            {"Username": "user0", "UserAttributes": pairs(email="b@example.com")},
        ),
    ],
)
def test_fifty_first_email_of_a_day_is_refused(
    engine: Engine, operation: str, members: dict[str, Any]
) -> None:
    """Nothing is sent and nothing changes until the next day."""
    pool_id, client_id = used_up(engine, Caller())
    admin = operation.startswith("Admin")
    request = {**({"UserPoolId": pool_id} if admin else {"ClientId": client_id}), **members}
    listing = {"UserPoolId": pool_id}
    before = engine.call("ListUsers", listing)["Users"]
    with refused("LimitExceededException", TEXT):
        engine.call(operation, request)
    assert engine.call("ListUsers", listing)["Users"] == before
    assert len(engine.outbox.messages()) == 50
    engine.clock.advance(DAY)
    engine.call(operation, request)
    assert len(engine.outbox.messages()) == 51


@pytest.mark.fact("A291")
def test_refused_resend_keeps_the_temporary_password(engine: Engine) -> None:
    """An invitation beyond the limit is refused, and the temporary password stays."""
    pool_id, client_id = pool_of(engine, Caller())
    request = {"UserPoolId": pool_id, "Username": "invited", "UserAttributes": EMAIL}
    engine.call("AdminCreateUser", request)
    sent = engine.outbox.messages()[0].code
    for number in range(49):
        sign_up(engine, client_id, f"user{number}")
    with refused("LimitExceededException", TEXT):
        engine.call("AdminCreateUser", {**request, "MessageAction": "RESEND"})
    user = engine.pools[pool_id].users.by_username("invited")
    assert user is not None
    assert user.password is not None
    assert user.password.matches(sent)


@pytest.mark.fact("A291")
def test_limit_is_per_account(engine: Engine) -> None:
    """The limit counts all pools of an account and no other account."""
    used_up(engine, Caller())
    _, mine = pool_of(engine, Caller(region="eu-west-1"))
    _, others = pool_of(engine, Caller(account="999999999999"))
    with refused("LimitExceededException", TEXT):
        sign_up(engine, mine, "new")
    sign_up(engine, others, "new")


@pytest.mark.fact("A291")
def test_custom_sender_has_no_limit(engine: Engine) -> None:
    """A pool with its own sender is neither limited nor counted."""
    used_up(engine, Caller())
    _, client_id = pool_of(engine, Caller(), **OWN_SENDER)
    sign_up(engine, client_id, "new")


def test_sms_has_no_limit(engine: Engine) -> None:
    """A code by SMS is still sent."""
    used_up(engine, Caller())
    _, client_id = pool_of(engine, Caller(), AutoVerifiedAttributes=["phone_number"])
    params = {"ClientId": client_id, "Username": "new", "Password": PASSWORD}
    engine.call("SignUp", {**params, "UserAttributes": pairs(phone_number="+15555550100")})


def test_no_limit_without_quotas() -> None:
    """By default the number of emails is not limited."""
    engine = Engine(clock=VirtualClock(START, frozen=True))
    _, client_id = pool_of(engine, Caller())
    for number in range(60):
        sign_up(engine, client_id, f"user{number}")
