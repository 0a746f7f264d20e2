"""PreAuthentication runs before the password is checked, PostAuthentication before tokens.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.emulator.triggers.events import (
    Occasion,
    given_metadata,
    user_attributes,
    validation_data,
)

if TYPE_CHECKING:
    from harness.emulator.domain.attempt import Attempt
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.domain.users import User
    from harness.emulator.triggers.runner import TriggerRunner


def known_or_not(client: UserPoolClient, user: User | None) -> dict[str, Any]:
    """Return ``userAttributes``, and ``userNotFound`` if the client hides which users exist."""
    found: dict[str, Any] = {"userAttributes": user_attributes(user) if user else {}}
    if client.hides_user_existence:
        found["userNotFound"] = user is None
    return found


def pre_authentication(
    triggers: TriggerRunner, client: UserPoolClient, user: User | None, name: str
) -> None:
    """Run PreAuthentication; its error refuses the sign-in even with the right password.

    It runs once per sign-in, before the user's state and password are checked, and also for
    unknown names if the client hides which users exist.
    """
    if not triggers.runs(client.pool, "PreAuthentication"):
        return
    members = {**known_or_not(client, user), "validationData": validation_data()}
    username = user.username if user else name
    occasion = Occasion("PreAuthentication", "Authentication", client.pool, username, members)
    triggers.run(occasion)


def post_authentication(triggers: TriggerRunner, attempt: Attempt) -> None:
    """Run PostAuthentication after the last challenge; its error stops the tokens.

    There must be a handler for it.
    """
    tracked = attempt.pool.device_configuration is not None
    members = {
        "userAttributes": user_attributes(attempt.user),
        "newDeviceUsed": tracked and attempt.device is None,
        **given_metadata(),
    }
    pool, username = attempt.pool, attempt.user.username
    occasion = Occasion("PostAuthentication", "Authentication", pool, username, members)
    triggers.run(occasion)
