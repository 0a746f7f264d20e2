"""AdminCreateUser without a temporary password, in pools that send sign-in codes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from harness.emulator.engine import Engine
from tests.emulator.support.expect import PASSWORD, pairs, refused
from tests.emulator.support.passwordless import allowing, pool_with_codes, walker_of
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import Walker, new_pool

EMAIL = "alice@example.com"
PHONE = "+15555550100"
OWN_TEMPLATE = {"EmailMessage": "Welcome, {username}!", "EmailSubject": "Hello"}


def create(walker: Walker, **members: Any) -> dict[str, Any]:
    """Create the walker's user as an administrator; an email address is given unless others are."""
    given = {"UserAttributes": pairs(email=EMAIL), **members}
    return dict(walker.administer("AdminCreateUser", **given)["User"])


@pytest.fixture
def alice(engine: Engine) -> Walker:
    """Somebody who does not exist yet, in a pool that sends sign-in codes by email."""
    return walker_of(engine, pool_with_codes(engine))


@pytest.mark.fact("N054", "N054b", "A057")
@pytest.mark.parametrize("members", [{}, {"TemporaryPassword": ""}])
def test_user_is_confirmed_and_has_no_password(
    engine: Engine, alice: Walker, members: dict[str, str]
) -> None:
    """No temporary password is made up, and the user need not change one."""
    body = {
        "UserPoolId": alice.user_pool_id,
        "Username": "alice",
        "UserAttributes": pairs(email=EMAIL),
    }
    user = engine.call("AdminCreateUser", validate("AdminCreateUser", {**body, **members}))["User"]
    assert user["UserStatus"] == "CONFIRMED"
    record = engine.pools[alice.user_pool_id].users.by_username("alice")
    assert record is not None
    assert (record.password, record.password_history) == (None, [])


@pytest.mark.fact("N054")
@pytest.mark.parametrize("members", [{}, {"TemporaryPassword": ""}])
@pytest.mark.parametrize("settings", [{}, allowing("WEB_AUTHN")])
def test_other_pools_make_up_a_password(
    engine: Engine, settings: dict[str, Any], members: dict[str, str]
) -> None:
    """Where no sign-in codes are sent, the user gets a temporary password."""
    walker = walker_of(engine, new_pool(engine, **settings))
    assert create(walker, **members)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert len(engine.outbox.messages()[0].code) >= 8


@pytest.mark.fact("N054")
@pytest.mark.parametrize(
    ("factor", "given", "needed"),
    [
        ("EMAIL_OTP", {}, {"email": EMAIL}),
        ("EMAIL_OTP", {"phone_number": PHONE}, {"email": EMAIL}),
        ("SMS_OTP", {"email": EMAIL}, {"phone_number": PHONE}),
    ],
)
def test_contact_for_codes_is_needed(
    engine: Engine, factor: str, given: dict[str, str], needed: dict[str, str]
) -> None:
    """Without the contact that codes go to, the user is refused, unless a password is given."""
    walker = walker_of(engine, pool_with_codes(engine, factor))
    with refused("InvalidParameterException"):
        create(walker, UserAttributes=pairs(**given))
    assert walker.call("ListUsers", UserPoolId=walker.user_pool_id)["Users"] == []
    create(walker, UserAttributes=pairs(**given), TemporaryPassword=PASSWORD)
    walker.username = "bob"
    assert create(walker, UserAttributes=pairs(**needed))["UserStatus"] == "CONFIRMED"


@pytest.mark.fact("N054")
def test_required_attributes_are_needed_at_once(engine: Engine) -> None:
    """NEW_PASSWORD_REQUIRED never asks a user without a password for missing attributes."""
    schema = [{"Name": "family_name", "Required": True}]
    walker = walker_of(engine, pool_with_codes(engine, Schema=schema))
    with refused("InvalidParameterException"):
        create(walker)
    create(walker, UserAttributes=pairs(email=EMAIL, family_name="Doe"))
    walker.username = "bob"
    assert create(walker, TemporaryPassword=PASSWORD)["UserStatus"] == "FORCE_CHANGE_PASSWORD"


@pytest.mark.fact("N054")
def test_invitation_has_no_password(engine: Engine, alice: Walker) -> None:
    """The invitation names the user and nothing else; there is no code in it."""
    create(alice)
    (message,) = engine.outbox.messages()
    assert (message.kind, message.destination, message.code) == ("invitation", EMAIL, "")
    assert message.body is not None
    assert "alice" in message.body
    assert "password" not in message.body
    assert create_bob(alice, MessageAction="SUPPRESS") == "CONFIRMED"
    assert len(engine.outbox.messages()) == 1


def create_bob(walker: Walker, **members: Any) -> str:
    """Create another user, and return their status."""
    walker.username = "bob"
    return str(create(walker, **members)["UserStatus"])


@pytest.mark.fact("N054")
def test_invitation_needs_no_place_for_a_password(engine: Engine) -> None:
    """A pool's own template without the placeholder is sent as it is."""
    config = {"AdminCreateUserConfig": {"InviteMessageTemplate": OWN_TEMPLATE}}
    create(walker_of(engine, pool_with_codes(engine, **config)))
    (message,) = engine.outbox.messages()
    assert (message.subject, message.body) == ("Hello", "Welcome, alice!")


@pytest.mark.fact("N054")
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_custom_message_needs_no_place_for_a_password(password: str | None) -> None:
    """What CustomMessage writes for such a user may lack the code, for others it may not."""
    engine = engine_with(custom_message=Recorder({"emailMessage": "Hello, {username}"}))
    walker = walker_of(engine, pool_with_codes(engine))
    create(walker, **({"TemporaryPassword": password} if password else {}))
    (message,) = engine.outbox.messages()
    assert (message.body == "Hello, alice") is (password is None)


@pytest.mark.fact("N054")
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_custom_sender_gets_no_code_without_a_password(password: str | None) -> None:
    """A custom sender gets the temporary password as its code, or no code."""
    sender = Recorder()
    engine = engine_with(custom_email_sender=sender)
    walker = walker_of(engine, pool_with_codes(engine))
    create(walker, **({"TemporaryPassword": password} if password else {}))
    assert [request["code"] for request in sender.requests] == [password]


@pytest.mark.fact("N054", "A056")
def test_invitation_is_not_sent_again(alice: Walker) -> None:
    """RESEND renews a temporary password, which such a user has not."""
    create(alice)
    with refused("UnsupportedUserStateException"):
        create(alice, MessageAction="RESEND")


@pytest.mark.fact("N054")
def test_pool_that_changes_meanwhile_is_checked_again() -> None:
    """A handler that takes codes away from the pool leaves no user who could not sign in."""
    walkers: list[Walker] = []

    def without_codes(event: dict[str, Any], context: Any) -> dict[str, Any]:
        for walker in walkers:
            pool = {"UserPoolId": walker.user_pool_id, **allowing()}
            walker.call("UpdateUserPool", **pool)
        return event

    engine = engine_with(pre_sign_up=without_codes)
    alice = walker_of(engine, pool_with_codes(engine))
    walkers.append(alice)
    with refused("InvalidParameterException"):
        create(alice)
    with refused("UserNotFoundException"):
        alice.administer("AdminGetUser")
