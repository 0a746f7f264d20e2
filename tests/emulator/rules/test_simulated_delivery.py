"""PreventUserExistenceErrors, in every operation but sign-in (section 1.9 and its sources)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import PASSWORD, WRONG_CODE, Person, refused

NOT_FOUND = "User does not exist."
NO_COMBINATION = "Username/client id combination not found."

CONFIRM = {"ConfirmationCode": "123456"}
NEW_PASSWORD = {**CONFIRM, "Password": PASSWORD}

SENDING = ["ResendConfirmationCode", "ForgotPassword"]
ENTERING = [("ConfirmSignUp", CONFIRM), ("ConfirmForgotPassword", NEW_PASSWORD)]


@pytest.fixture
def hiding(pool_id: str, make_client: Callable[..., dict[str, Any]]) -> str:
    """The id of an app client that hides who exists."""
    return str(make_client(pool_id, PreventUserExistenceErrors="ENABLED")["ClientId"])


@pytest.fixture
def disabled(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: Callable[..., Person]
) -> Person:
    """Somebody who signed up and was then disabled."""
    person = unconfirmed_user(pool_id, client)
    call("AdminDisableUser", UserPoolId=pool_id, Username=person.username)
    return person


@pytest.mark.fact("A051", "A082", "A099")
@pytest.mark.parametrize("operation", SENDING)
@pytest.mark.parametrize("setting", [None, "LEGACY"])
def test_legacy_names_the_unknown_where_codes_are_sent(
    call: Call,
    pool_id: str,
    make_client: Callable[..., dict[str, Any]],
    operation: str,
    setting: str | None,
) -> None:
    """LEGACY, and nothing at all, say that there is no such user."""
    settings = {"PreventUserExistenceErrors": setting} if setting else {}
    client = make_client(pool_id, **settings)
    with refused("UserNotFoundException", NO_COMBINATION):
        call(operation, ClientId=client["ClientId"], Username="nobody")


@pytest.mark.fact("A041", "A093", "A310")
@pytest.mark.parametrize(("operation", "members"), ENTERING)
def test_legacy_names_the_unknown_where_codes_are_entered(
    call: Call, client_id: str, operation: str, members: dict[str, str]
) -> None:
    """The words differ from those where codes are sent."""
    with refused("UserNotFoundException", NOT_FOUND):
        call(operation, ClientId=client_id, Username="nobody", **members)


@pytest.mark.fact("A086", "A093")
@pytest.mark.parametrize(("operation", "members"), [*((name, {}) for name in SENDING), *ENTERING])
def test_legacy_names_the_disabled(
    call: Call, disabled: Person, operation: str, members: dict[str, str]
) -> None:
    """A disabled user is told so."""
    with refused("NotAuthorizedException", "User is disabled."):
        call(operation, ClientId=disabled.client_id, Username="alice", **members)


@pytest.mark.fact("A051", "A083")
@pytest.mark.parametrize("operation", SENDING)
@pytest.mark.parametrize(
    ("name", "destination", "medium", "attribute"),
    [
        ("test@example.com", "t***@e***", "EMAIL", "email"),
        ("+15555559934", "+*******9934", "SMS", "phone_number"),
    ],
)
def test_enabled_masks_what_was_given(
    call: Call,
    engine: Engine,
    hiding: str,
    operation: str,
    name: str,
    destination: str,
    medium: str,
    attribute: str,
) -> None:
    """For nobody the answer is made of the name that was sent, and nothing is sent."""
    details = call(operation, ClientId=hiding, Username=name)["CodeDeliveryDetails"]
    assert details == {
        "Destination": destination,
        "DeliveryMedium": medium,
        "AttributeName": attribute,
    }
    assert engine.outbox.messages() == []


@pytest.mark.fact("A083")
@pytest.mark.parametrize("operation", SENDING)
def test_enabled_makes_up_the_same_each_time(call: Call, hiding: str, operation: str) -> None:
    """A plain name gets an address that is stable and differs between names."""
    first = [call(operation, ClientId=hiding, Username=name) for name in ("ann", "ben", "cat")]
    again = [call(operation, ClientId=hiding, Username=name) for name in ("ann", "ben", "cat")]
    assert first == again
    assert len({answer["CodeDeliveryDetails"]["Destination"] for answer in first}) > 1
    assert {answer["CodeDeliveryDetails"]["DeliveryMedium"] for answer in first} == {"EMAIL"}


@pytest.mark.fact("A083")
def test_enabled_makes_up_a_number_where_the_pool_verifies_numbers(
    call: Call, make_pool: Callable[..., str], make_client: Callable[..., dict[str, Any]]
) -> None:
    """The made-up medium follows the pool's settings."""
    pool_id = make_pool(AutoVerifiedAttributes=["phone_number"])
    client = make_client(pool_id, PreventUserExistenceErrors="ENABLED")
    answer = call("ForgotPassword", ClientId=client["ClientId"], Username="ann")
    details = answer["CodeDeliveryDetails"]
    assert (details["DeliveryMedium"], details["AttributeName"]) == ("SMS", "phone_number")
    assert details["Destination"].startswith("+*******")


@pytest.mark.fact("A052", "A083")
@pytest.mark.parametrize("operation", SENDING)
def test_enabled_hides_the_disabled_where_codes_are_sent(
    call: Call, engine: Engine, hiding: str, disabled: Person, operation: str
) -> None:
    """A disabled user gets the answer of nobody, and no code."""
    engine.outbox.clear()
    assert "CodeDeliveryDetails" in call(operation, ClientId=hiding, Username="alice")
    assert engine.outbox.messages() == []


@pytest.mark.fact("A042", "A093", "A311")
@pytest.mark.parametrize(("operation", "members"), ENTERING)
def test_enabled_calls_every_code_wrong(
    call: Call, hiding: str, disabled: Person, operation: str, members: dict[str, str]
) -> None:
    """Unknown and disabled users look like a mistyped code."""
    for name in ("nobody", "alice"):
        with refused("CodeMismatchException", WRONG_CODE):
            call(operation, ClientId=hiding, Username=name, **members)


@pytest.mark.fact("A083")
def test_enabled_hides_that_there_is_nowhere_to_send_to(
    call: Call,
    engine: Engine,
    pool_id: str,
    client: dict[str, Any],
    hiding: str,
    unconfirmed_user: Callable[..., Person],
) -> None:
    """Without a verified contact ForgotPassword pretends as well."""
    unconfirmed_user(pool_id, client)
    engine.outbox.clear()
    assert "CodeDeliveryDetails" in call("ForgotPassword", ClientId=hiding, Username="alice")
    assert engine.outbox.messages() == []


@pytest.mark.fact("A064")
def test_administrators_are_always_told(call: Call, pool_id: str, hiding: str) -> None:
    """Admin operations take no notice of the setting."""
    with refused("UserNotFoundException", NOT_FOUND):
        call("AdminGetUser", UserPoolId=pool_id, Username="nobody")
