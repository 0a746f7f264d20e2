"""Faults of UserMigration: whom it brings into a pool, and with what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.users import CONFIRMED
from harness.emulator.operations import forgot_password
from harness.emulator.operations.initiate_auth import SignInRequest
from harness.emulator.refusals import Refusal
from harness.emulator.rules import migration
from harness.emulator.sign_in.challenges import select_challenge
from harness.emulator.triggers.migration import _occasion, _read, user_migration
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import always, function, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "users of another directory"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _unverified(original: Any) -> Any:
    def checked(pool: Any, username: str, migrated: Any) -> Any:
        return original(pool, username, migrated) | {"email_verified": "false"}

    return checked


def _despite_errors(original: Any) -> Any:
    def run(triggers: Any, client: Any, name: str, password: str | None) -> Any:
        try:
            return original(triggers, client, name, password)
        except Refusal:
            answer = dict.fromkeys(
                ("forceAliasCreation", "enableSMSMFA", "desiredDeliveryMediums", "messageAction")
            )
            attributes = {"email": "made.up@example.com"}
            answer |= {"userAttributes": attributes, "finalUserStatus": CONFIRMED}
            return replace(_read(_occasion(client, name, password), answer), suppressed=True)

    return run


def _always_confirmed(original: Any) -> Any:
    def run(*arguments: Any) -> Any:
        found = original(*arguments)
        return None if found is None else replace(found, status=CONFIRMED)

    return run


def _everybody(original: Any) -> Any:
    def run(triggers: Any, client: Any, name: str, password: str | None) -> Any:
        found = original(triggers, client, name, password)
        if found is not None:
            return found
        answer = dict.fromkeys(("forceAliasCreation", "enableSMSMFA", "desiredDeliveryMediums"))
        answer |= {"userAttributes": {"email": "made.up@example.com"}, "messageAction": "SUPPRESS"}
        return _read(_occasion(client, name, password), answer | {"finalUserStatus": CONFIRMED})

    return run


def _by_name_alone(original: Any) -> Any:
    def user(sign_in: Any, name: str, password: str | None = None) -> Any:
        client = sign_in.client
        known = sign_in.service.find_user(client.pool, name)
        brought = migration.find_or_migrate(sign_in.service, client, name, password)
        if brought is not None and known is None:
            brought.status = CONFIRMED
        return original(sign_in, name, password)

    return user


FAULTS = (
    PlantedFault(
        "migrated-contacts-unverified",
        "a migrated user's email address counts as unverified, whatever the directory says",
        AREA,
        function(migration._checked_attributes, _unverified),
        ("user_migration::first_sign_in_brings_the_user",),
        WRONG,
    ),
    PlantedFault(
        "migration-despite-an-error",
        "a user whom the trigger refuses is made all the same",
        AREA,
        function(user_migration, _despite_errors),
        ("user_migration::wrong_password_brings_nobody",),
    ),
    PlantedFault(
        "migration-of-anybody",
        "a user is made though the trigger left its response empty",
        AREA,
        function(user_migration, _everybody),
        ("user_migration::user_of_neither_directory_is_unknown",),
    ),
    PlantedFault(
        "migration-by-name-alone",
        "a sign-in by SRP migrates users too",
        AREA,
        method(SignInRequest, "user", _by_name_alone),
        ("user_migration::srp_brings_nobody",),
    ),
    PlantedFault(
        "no-migration-by-a-chosen-password",
        "a password in response to SELECT_CHALLENGE migrates nobody",
        AREA,
        function(migration.find_or_migrate, always(None), within=select_challenge),
        ("user_migration::password_that_is_chosen_brings_the_user",),
        WRONG,
    ),
    PlantedFault(
        "migrated-users-all-confirmed",
        "RESET_REQUIRED of the trigger is ignored",
        AREA,
        function(user_migration, _always_confirmed),
        ("user_migration::user_who_must_set_a_new_password_gets_no_tokens",),
    ),
    PlantedFault(
        "no-migration-of-the-forgetful",
        "ForgotPassword does not ask the trigger",
        AREA,
        function(migration.find_or_migrate, always(None), within=forgot_password),
        ("user_migration::forgotten_password_brings_the_user",),
        WRONG,
    ),
)
