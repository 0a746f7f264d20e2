"""Faults of the two secrets of an app client, and of SetUserSettings."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.client_secrets import ClientSecret
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.operations import client_secrets, user_settings
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import always, answers, constant, forgiving, function, handlers
from harness.selfcheck.tampering import method as in_method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "rotation of secrets and user settings"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_SETTINGS = ("SetUserSettings", "AdminSetUserSettings")


def _deleted_too(planter: Planter) -> None:
    """Accept the hashes of secrets that were deleted."""
    deleted: list[tuple[Any, ClientSecret]] = []

    def deleting(original: Any) -> Any:
        def delete(client: Any, secret: ClientSecret) -> None:
            deleted.append((client, secret))
            original(client, secret)

        return delete

    def requiring(original: Any) -> Any:
        def require(client: Any, username: str, given: str | None, *more: Any) -> None:
            old = [secret for owner, secret in deleted if owner is client]
            message = username + client.client_id
            if given and any(secret.gives_hash(message, given) for secret in old):
                return
            original(client, username, given, *more)

        return require

    planter.method(UserPoolClient, "delete_secret", deleting)
    planter.method(UserPoolClient, "require_secret_hash", requiring)


def _first_alone(original: Any) -> Any:
    return lambda client: original(client)[:1]


def _shows_values(service: Any, request: Any, answer: dict[str, Any]) -> None:
    for one in answer["ClientSecrets"]:
        one["ClientSecretValue"] = "shown"


FAULTS = (
    PlantedFault(
        "deleted-secret",
        "a secret of an app client signs in that was deleted",
        AREA,
        _deleted_too,
        ("secret_rotation::old_secret_ends_with_its_deletion",),
    ),
    PlantedFault(
        "new-secret-ignored",
        "only the first secret of an app client counts",
        AREA,
        in_method(UserPoolClient, "secrets", _first_alone),
        ("secret_rotation::old_secret_ends_with_its_deletion",),
        WRONG,
    ),
    PlantedFault(
        "three-secrets",
        "an app client can have three secrets",
        AREA,
        constant(client_secrets, "MOST_SECRETS", 3),
        ("secret_rotation::client_has_two_secrets_at_most*",),
        operations=("AddUserPoolClientSecret",),
    ),
    PlantedFault(
        "last-secret-deleted",
        "the last secret of an app client can be deleted, and one that it does not have",
        AREA,
        handlers("DeleteUserPoolClientSecret", forgiving({})),
        ("secret_rotation::client_has_two_secrets_at_most*",),
    ),
    PlantedFault(
        "secrets-listed-in-full",
        "ListUserPoolClientSecrets shows the secrets",
        AREA,
        answers("ListUserPoolClientSecrets", _shows_values),
        ("secret_rotation::client_has_two_secrets_at_most*",),
        WRONG,
    ),
    PlantedFault(
        "settings-without-effect",
        "SetUserSettings and AdminSetUserSettings change nothing",
        AREA,
        handlers(_SETTINGS, always({})),
        ("user_settings::settings_turn_codes_by_sms_on_and_off",),
        WRONG,
    ),
    PlantedFault(
        "settings-not-shown",
        "MFAOptions of a user are not shown",
        AREA,
        in_method(User, "mfa_options", always({})),
        ("user_settings::settings_turn_codes_by_sms_on_and_off",),
        WRONG,
    ),
    PlantedFault(
        "settings-without-a-number",
        "SetUserSettings turns SMS on without a phone number",
        AREA,
        function(user_settings._can_get_codes, always(True)),
        ("user_settings::settings_need_a_phone_number",),
    ),
)
