"""A user's attributes: who may write them, which values they take, and which are aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.emulator import refusals
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import User

#: Attributes that Cognito or an administrator sets. An app client may write them only if its
#: WriteAttributes name them.
NOT_FOR_CLIENTS = frozenset({"sub", "identities", *VERIFIED_FLAG.values()})


def from_pairs(pairs: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return the attributes of a list of Name and Value; an absent Value is blank."""
    return {pair["Name"]: pair.get("Value", "") for pair in pairs or ()}


def to_pairs(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    """Return attributes as a list of Name and Value, sorted by name."""
    return [{"Name": name, "Value": value} for name, value in sorted(attributes.items())]


def without_blanks(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that have a value; a blank one counts as absent."""
    return {name: value for name, value in attributes.items() if value}


def check_client_writes(client: UserPoolClient, names: Iterable[str]) -> None:
    """Refuse attributes that the app client may not write (WriteAttributes)."""
    allowed = client.settings.get("WriteAttributes")
    for name in names:
        if allowed is None:
            forbidden = name in NOT_FOR_CLIENTS or name.startswith("dev:")
        else:
            forbidden = name not in allowed
        if forbidden:
            raise refusals.unauthorized_attribute()


def check_changes(pool: Pool, user: User, changes: Mapping[str, str]) -> None:
    """Refuse changes to unknown or immutable attributes, and values that do not fit.

    A blank value deletes the attribute.
    """
    pool.schema.check_known(changes)
    pool.schema.check_changed(without_blanks(changes))
    check_deletable(pool, [name for name, value in changes.items() if not value])
    for attribute, flag in VERIFIED_FLAG.items():
        if changes.get(flag) and not {**user.attributes, **changes}.get(attribute):
            raise refusals.nothing_to_verify(attribute)


def check_deletable(pool: Pool, names: Iterable[str]) -> None:
    """Refuse to delete attributes that are unknown, immutable or required."""
    names = list(names)
    pool.schema.check_known(names, deleting=True)
    pool.schema.check_mutable(names)
    for name in names:
        if name in pool.schema.required:
            raise refusals.attribute_misfit(name, "The attribute is required")


def merged(user: User, changes: Mapping[str, str]) -> dict[str, str]:
    """Return the user's attributes after the changes.

    A changed email address or phone number is unverified, unless the changes say otherwise. A
    deleted one loses its verified flag too.
    """
    attributes = {**user.attributes, **changes}
    for attribute, flag in VERIFIED_FLAG.items():
        value = attributes.get(attribute, "")
        if not value:
            attributes.pop(flag, None)
        elif value != user.attributes.get(attribute) and flag not in changes:
            attributes[flag] = "false"
    return without_blanks(attributes)


def sign_in_values(pool: Pool, attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that sign in their user.

    Attributes of UsernameAttributes count at once, aliases only when they are verified;
    ``preferred_username`` needs no verification.
    """
    found = {name: attributes[name] for name in pool.username_attributes if name in attributes}
    for name in pool.alias_attributes:
        flag = VERIFIED_FLAG.get(name)
        if name in attributes and (flag is None or attributes.get(flag, "").lower() == "true"):
            found[name] = attributes[name]
    return found


def check_aliases(
    pool: Pool, user: User | None, attributes: Mapping[str, str], *, force: bool = False
) -> None:
    """Refuse attributes whose values already sign in another user (A043, A059).

    Args:
        pool: the pool of the user.
        user: the user who gets the attributes; ``None`` for a new one.
        attributes: all attributes of the user.
        force: allow an alias of another user, which `take_aliases` frees; usernames stay refused.
    """
    for name, value in sign_in_values(pool, attributes).items():
        for attribute, owner in pool.users_named(value):
            if owner is not user and not (force and attribute is not None):
                raise refusals.alias_exists(name)


def take_aliases(pool: Pool, user: User | None, attributes: Mapping[str, str]) -> None:
    """Free the aliases of these attributes for the user (A043).

    A contact of another owner becomes unverified; another attribute of theirs is deleted.
    """
    for value in sign_in_values(pool, attributes).values():
        for name, owner in list(pool.users_named(value)):
            if name is None or owner is user:
                continue
            left = dict(owner.attributes)
            if name in VERIFIED_FLAG:
                left[VERIFIED_FLAG[name]] = "false"
            else:
                del left[name]
            assign(pool, owner, left)


def assign(pool: Pool, user: User, attributes: Mapping[str, str]) -> None:
    """Give the user these attributes and index those that sign in.

    Delete codes that were sent to a contact that the user no longer has.
    """
    user.codes.drop_moved(attributes)
    pool.users.assign(user, dict(attributes), sign_in_values(pool, attributes))


def mark_verified(
    pool: Pool, user: User, attribute: str, *, value: str | None = None, force: bool = False
) -> None:
    """Mark the user's email address or phone number as verified.

    Args:
        pool: the pool of the user.
        user: the user.
        attribute: ``email`` or ``phone_number``.
        value: a new value of the attribute; without it the present value.
        force: take the alias away from its present owner.

    Raises:
        Refusal: AliasExistsException, if the value is another user's alias (A025, A043).
    """
    changes = {attribute: value or user.attributes[attribute], VERIFIED_FLAG[attribute]: "true"}
    attributes = {**user.attributes, **changes}
    check_aliases(pool, user, attributes, force=force)
    if force:
        take_aliases(pool, user, attributes)
    assign(pool, user, attributes)
