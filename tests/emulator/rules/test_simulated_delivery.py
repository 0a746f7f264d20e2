"""PreventUserExistenceErrors in every operation except sign-in (section 1.9 and its sources)."""

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
    """The ID of an app client that hides which users exist."""
    return str(make_client(pool_id, PreventUserExistenceErrors="ENABLED")["ClientId"])


@pytest.fixture
def disabled(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: Callable[..., Person]
) -> Person:
    """A user who signed up and was then disabled."""
    person = unconfirmed_user(pool_id, client)
    call("AdminDisableUser", UserPoolId=pool_id, Username=person.username)
    return person


@pytest.mark.fact("A051", "A082", "A099")
@pytest.mark.parametrize("operation", SENDING)
@pytest.mark.parametrize("setting", [None, "LEGACY"])
def test_legacy_reports_unknown_user_when_sending_codes(
    call: Call,
    pool_id: str,
    make_client: Callable[..., dict[str, Any]],
    operation: str,
    setting: str | None,
) -> None:
    """LEGACY, which is the default, reports that the user does not exist."""
    settings = {"PreventUserExistenceErrors": setting} if setting else {}
    client = make_client(pool_id, **settings)
    with refused("UserNotFoundException", NO_COMBINATION):
        call(operation, ClientId=client["ClientId"], Username="nobody")


@pytest.mark.fact("A041", "A093", "A310")
@pytest.mark.parametrize(("operation", "members"), ENTERING)
def test_legacy_reports_unknown_user_when_confirming(
    call: Call, client_id: str, operation: str, members: dict[str, str]
) -> None:
    """The message differs from that of the operations that send codes."""
    with refused("UserNotFoundException", NOT_FOUND):
        call(operation, ClientId=client_id, Username="nobody", **members)


@pytest.mark.fact("A086", "A093")
@pytest.mark.parametrize(("operation", "members"), [*((name, {}) for name in SENDING), *ENTERING])
def test_legacy_reports_disabled_user(
    call: Call, disabled: Person, operation: str, members: dict[str, str]
) -> None:
    """A disabled user is reported as disabled."""
    with refused("NotAuthorizedException", "User is disabled."):
        call(operation, ClientId=disabled.client_id, Username="alice", **members)


@pytest.mark.fact("A051", "A083", "A051b")
@pytest.mark.parametrize("operation", SENDING)
@pytest.mark.parametrize(
    ("name", "destination", "medium", "attribute"),
    [
        ("test@example.com", "t***@e***", "EMAIL", "email"),
        ("+15555559934", "+*******9934", "SMS", "phone_number"),
    ],
)
def test_enabled_masks_the_given_name_of_an_unknown_user(
    call: Call,
    engine: Engine,
    hiding: str,
    operation: str,
    name: str,
    destination: str,
    medium: str,
    attribute: str,
) -> None:
    """The response is derived from the given name, and nothing is sent."""
    details = call(operation, ClientId=hiding, Username=name)["CodeDeliveryDetails"]
    assert details == {
        "Destination": destination,
        "DeliveryMedium": medium,
        "AttributeName": attribute,
    }
    assert engine.outbox.messages() == []


@pytest.mark.fact("A083")
@pytest.mark.parametrize("operation", SENDING)
def test_enabled_simulates_the_same_destination_each_time(
    call: Call, hiding: str, operation: str
) -> None:
    """A simulated email address is stable for a name and differs between names."""
    first = [call(operation, ClientId=hiding, Username=name) for name in ("ann", "ben", "cat")]
    again = [call(operation, ClientId=hiding, Username=name) for name in ("ann", "ben", "cat")]
    assert first == again
    assert len({answer["CodeDeliveryDetails"]["Destination"] for answer in first}) > 1
    assert {answer["CodeDeliveryDetails"]["DeliveryMedium"] for answer in first} == {"EMAIL"}


@pytest.mark.fact("A083")
def test_enabled_simulates_sms_if_the_pool_verifies_phones(
    call: Call, make_pool: Callable[..., str], make_client: Callable[..., dict[str, Any]]
) -> None:
    """The simulated medium follows the pool's settings."""
    pool_id = make_pool(AutoVerifiedAttributes=["phone_number"])
    client = make_client(pool_id, PreventUserExistenceErrors="ENABLED")
    answer = call("ForgotPassword", ClientId=client["ClientId"], Username="ann")
    details = answer["CodeDeliveryDetails"]
    assert (details["DeliveryMedium"], details["AttributeName"]) == ("SMS", "phone_number")
    assert details["Destination"].startswith("+*******")


@pytest.mark.fact("A052", "A083")
@pytest.mark.parametrize("operation", SENDING)
def test_enabled_treats_disabled_user_as_unknown(
    call: Call, engine: Engine, hiding: str, disabled: Person, operation: str
) -> None:
    """A disabled user gets the response of an unknown one and no code."""
    engine.outbox.clear()
    assert "CodeDeliveryDetails" in call(operation, ClientId=hiding, Username="alice")
    assert engine.outbox.messages() == []


@pytest.mark.fact("A042", "A093", "A311")
@pytest.mark.parametrize(("operation", "members"), ENTERING)
def test_enabled_refuses_every_code_as_wrong(
    call: Call, hiding: str, disabled: Person, operation: str, members: dict[str, str]
) -> None:
    """For unknown and disabled users every code is refused as wrong."""
    for name in ("nobody", "alice"):
        with refused("CodeMismatchException", WRONG_CODE):
            call(operation, ClientId=hiding, Username=name, **members)


@pytest.mark.fact("A083")
def test_enabled_hides_a_missing_contact(
    call: Call,
    engine: Engine,
    pool_id: str,
    client: dict[str, Any],
    hiding: str,
    unconfirmed_user: Callable[..., Person],
) -> None:
    """Without a verified contact ForgotPassword simulates delivery too."""
    unconfirmed_user(pool_id, client)
    engine.outbox.clear()
    assert "CodeDeliveryDetails" in call("ForgotPassword", ClientId=hiding, Username="alice")
    assert engine.outbox.messages() == []


@pytest.mark.fact("A064")
def test_administrator_operations_ignore_the_setting(call: Call, pool_id: str, hiding: str) -> None:
    """Administrator operations always report an unknown user."""
    with refused("UserNotFoundException", NOT_FOUND):
        call("AdminGetUser", UserPoolId=pool_id, Username="nobody")
