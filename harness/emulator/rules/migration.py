"""The users that UserMigration brings into a pool, at a sign-in or where a password was forgotten.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-import-using-lambda.html
"""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.attributes import check_aliases, sign_in_values, take_aliases
from harness.emulator.domain.codes import INVITATION
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.next_challenge import SMS_MFA
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import RESET_REQUIRED, MfaPreferences, User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.delivery import check_delivery, deliver
from harness.emulator.rules.registration import check_username, new_user, with_login
from harness.emulator.service import Service
from harness.emulator.triggers.migration import MigratedUser, user_migration

_CONTACTS = {"EMAIL": "email", "SMS": "phone_number"}


def find_or_migrate(
    service: Service, client: UserPoolClient, name: str, password: str | None
) -> User | None:
    """Return the user of a name, from the pool or by UserMigration (T004).

    The pool's lock is released while the trigger runs, so a user may have come meanwhile, by
    another call or by the handler itself. That user counts.

    Args:
        service: the service.
        client: the app client.
        name: the name as it was sent.
        password: the password as it was sent, which the new user keeps (T006); ``None`` where it
            was forgotten.

    Returns:
        The user; ``None`` if there is none in either directory, or if the one that the trigger
        has cannot be made and the app client hides who exists.
    """
    found = service.find_user(client.pool, name)
    if found is not None:
        return found
    migrated = user_migration(service.triggers, client, name, password)
    found = service.find_user(client.pool, name)
    if found is not None or migrated is None:
        return found
    try:
        return _create(service, client.pool, name, password, migrated)
    except Refusal as refusal:
        service.triggers.note(migrated.occasion, f"the user cannot be made: {refusal.message}")
        if client.hides_user_existence:
            return None
        raise refusals.user_not_migrated(client.client_id) from refusal


def _create(
    service: Service, pool: Pool, name: str, password: str | None, migrated: MigratedUser
) -> User:
    """Create the user and send the welcome message.

    Raises:
        Refusal: the pool cannot have such a user.
    """
    username = _username(pool, name, migrated)
    attributes = _checked_attributes(pool, username, migrated)
    if migrated.sms_mfa and (pool.mfa.mode == "OFF" or "phone_number" not in attributes):
        raise refusals.invalid_parameter("enableSMSMFA needs MFA in the pool and a phone number")
    targets = _targets(service, pool, attributes, migrated)
    if migrated.takes_aliases:
        take_aliases(pool, None, attributes)
    # Without a password, a new one has to be set with the code that follows (T005).
    status = migrated.status if password is not None else RESET_REQUIRED
    user = new_user(
        service, pool, username, status=status, attributes=attributes, password=password
    )
    if migrated.sms_mfa:
        user.mfa = MfaPreferences({SMS_MFA}, SMS_MFA)
    for attribute in targets:
        deliver(service, pool, user, INVITATION, attribute, "")
    return user


def _username(pool: Pool, name: str, migrated: MigratedUser) -> str:
    """Return the new username, which the handler names if the user signs in by an alias (T014)."""
    try:
        check_username(pool, name)
    except Refusal:
        if migrated.username is None or pool.username_attributes:
            raise
        check_username(pool, migrated.username)
        if any(True for _ in pool.users_named(migrated.username)):
            raise refusals.user_account_exists() from None
        return migrated.username
    if migrated.username not in (None, name):
        raise refusals.invalid_parameter("username is for users who sign in by an alias")
    return name


def _checked_attributes(pool: Pool, username: str, migrated: MigratedUser) -> dict[str, str]:
    """Return the attributes; required ones may be missing, as where an administrator creates."""
    if "sub" in migrated.attributes:
        raise refusals.attribute_immutable("sub")
    attributes = with_login(pool, username, migrated.attributes)
    pool.schema.check_new(attributes)
    for attribute, flag in VERIFIED_FLAG.items():
        if flag in attributes and attribute not in attributes:
            raise refusals.nothing_to_verify(attribute)
    if pool.username_attributes:
        for attribute, value in sign_in_values(pool, attributes).items():
            if pool.users.by_alias(attribute, value) is not None:
                raise refusals.sign_in_name_exists(attribute)
    else:
        check_aliases(pool, None, attributes, force=migrated.takes_aliases)
    return attributes


def _targets(
    service: Service, pool: Pool, attributes: dict[str, str], migrated: MigratedUser
) -> list[str]:
    """Return the attributes that the welcome message goes to (T007)."""
    if migrated.suppressed:
        return []
    targets = [_CONTACTS[medium] for medium in dict.fromkeys(migrated.mediums)]
    found = [attribute for attribute in targets if attribute in attributes]
    for attribute in found:
        check_delivery(service, pool, attribute)
    return found
