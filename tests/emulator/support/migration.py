"""Somebody whom a pool does not know yet, and who may be migrated to it."""

from __future__ import annotations

from typing import Any

from harness.emulator.engine import Engine
from tests.emulator.support.expect import as_dict
from tests.emulator.support.walker import Walker, new_client, new_pool

NOT_AUTHORIZED, NOT_FOUND = "NotAuthorizedException", "UserNotFoundException"
WRONG, UNKNOWN = "Incorrect username or password.", "User does not exist."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
BOB = {"email": "bob@example.com", "email_verified": "true"}
CONFIRMED = {"userAttributes": BOB, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
TOTP = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
SMS = {
    "MfaConfiguration": "OPTIONAL",
    "SmsMfaConfiguration": {
        "SmsConfiguration": {
            "SnsCallerArn": "arn:aws:iam::123456789012:role/sms",
            "ExternalId": "pool",
        }
    },
}


def stranger(
    engine: Engine, client: dict[str, Any] | None = None, name: str = "bob", **pool: Any
) -> Walker:
    """Return somebody whom a new pool does not know."""
    pool_id = new_pool(engine, **pool)
    made = new_client(engine, pool_id, **(client or {}))
    return Walker(engine, pool_id, made["ClientId"], name)


def forget(walker: Walker, **members: Any) -> dict[str, Any]:
    """Say that the password is forgotten."""
    return walker.call(
        "ForgotPassword", ClientId=walker.client_id, Username=walker.username, **members
    )


def shown(walker: Walker) -> tuple[str, dict[str, str]]:
    """Return the status and the attributes of the user."""
    user = walker.administer("AdminGetUser")
    attributes = as_dict(user["UserAttributes"])
    attributes.pop("sub")
    return user["UserStatus"], attributes
