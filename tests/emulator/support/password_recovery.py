"""Password recovery: requesting a code and confirming with it."""

from __future__ import annotations

from typing import Any

from tests.emulator.conftest import Call
from tests.emulator.support.expect import OTHER_PASSWORD, Person

NO_CONTACT = (
    "Cannot reset password for the user as there is no registered/verified email or phone_number"
)
WRONG_STATE = "User password cannot be reset in the current state."


def forgot(call: Call, person: Person) -> dict[str, Any]:
    """Request a recovery code and return its delivery details."""
    answer = call("ForgotPassword", ClientId=person.client_id, Username=person.username)
    return dict(answer["CodeDeliveryDetails"])


def recover(call: Call, person: Person, code: str, password: str = OTHER_PASSWORD) -> Any:
    """Set a new password with a recovery code."""
    return call(
        "ConfirmForgotPassword",
        ClientId=person.client_id,
        Username=person.username,
        ConfirmationCode=code,
        Password=password,
    )


def status(call: Call, person: Person) -> str:
    """Return the user's status."""
    user = call("AdminGetUser", UserPoolId=person.user_pool_id, Username=person.username)
    return str(user["UserStatus"])
