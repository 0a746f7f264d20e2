"""UserMigration: another directory is asked for a user whom the pool does not have.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.users import CONFIRMED, RESET_REQUIRED
from harness.emulator.triggers.events import Occasion, given_metadata, validation_data

if TYPE_CHECKING:
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.triggers.runner import TriggerRunner

_TRIGGER = "UserMigration"
#: The second part of triggerSource: at a sign-in, and where a password was forgotten (T004).
SIGN_IN = "Authentication"
FORGOT_PASSWORD = "ForgotPassword"


@dataclass(frozen=True)
class MigratedUser:
    """The user that the other directory has, as the handler describes them.

    Attributes:
        occasion: the run of the trigger.
        attributes: the attributes of the new user, without ``username``.
        username: the username of the new user, if they signed in by an alias (T014).
        status: CONFIRMED, or RESET_REQUIRED unless the handler says CONFIRMED (T005).
        suppressed: whether no welcome message is sent (T007).
        mediums: what it is sent by (T007).
        takes_aliases: whether aliases of other users become this user's (T008).
        sms_mfa: whether the user has to prove codes by SMS (T009).
    """

    occasion: Occasion
    attributes: Mapping[str, str] = field(repr=False)
    username: str | None
    status: str
    suppressed: bool
    mediums: tuple[str, ...]
    takes_aliases: bool
    sms_mfa: bool


def user_migration(
    triggers: TriggerRunner, client: UserPoolClient, name: str, password: str | None
) -> MigratedUser | None:
    """Run UserMigration for an unknown name.

    Args:
        triggers: the runner of the handlers.
        client: the app client.
        name: the name as it was sent.
        password: the password as it was sent; ``None`` where it was forgotten (T013).

    Returns:
        The user to create; ``None`` without a trigger, or if the other directory has none (T012).

    Raises:
        Refusal: the handler failed (T010), or its response cannot be read (T011).
    """
    if not triggers.runs(client.pool, _TRIGGER):
        return None
    occasion = _occasion(client, name, password)
    response = triggers.run(occasion, lambda: refusals.user_not_migrated(client.client_id))
    if not response["userAttributes"]:
        return None
    return _read(occasion, response)


def _occasion(client: UserPoolClient, name: str, password: str | None) -> Occasion:
    if password is None:
        members = {"validationData": None, **given_metadata()}
        return Occasion(_TRIGGER, FORGOT_PASSWORD, client.pool, name, members)
    members = {"password": password, "validationData": validation_data(), **given_metadata()}
    return Occasion(_TRIGGER, SIGN_IN, client.pool, name, members)


def _read(occasion: Occasion, response: Mapping[str, Any]) -> MigratedUser:
    attributes = {name: value for name, value in response["userAttributes"].items() if value}
    return MigratedUser(
        occasion=occasion,
        username=attributes.pop("username", None),
        attributes=attributes,
        status=CONFIRMED if response["finalUserStatus"] == CONFIRMED else RESET_REQUIRED,
        suppressed=response["messageAction"] == "SUPPRESS",
        mediums=tuple(response["desiredDeliveryMediums"] or ("SMS",)),
        takes_aliases=bool(response["forceAliasCreation"]),
        sms_mfa=bool(response["enableSMSMFA"]),
    )
