"""Letting time pass, and making sure that what was refused changed nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from botocore.exceptions import ClientError

from harness import Actions, Person, UnexpectedResult

#: Lets so many seconds pass.
TimePasses = Callable[[float], None]
#: Takes people, and expects that the calls inside change nothing about them.
Unchanged = Callable[..., AbstractContextManager[None]]


@contextmanager
def nothing_changed(actions: Actions, *people: Person) -> Iterator[None]:
    """Expect that the calls inside leave people as they were, as an administrator sees them.

    That is every member of AdminGetUser, the moment of the last change among them, and every
    member of AdminListDevices; or that there still is nobody of that name.

    Raises:
        UnexpectedResult: something is not as it was before.
    """
    before = [_seen(actions, person) for person in people]
    yield
    for person, was in zip(people, before, strict=True):
        differing = _differing(was, _seen(actions, person))
        if differing:
            raise UnexpectedResult(
                f"what was refused changed {', '.join(differing)} of {person.username!r}"
            )


def exists(actions: Actions, person: Person) -> bool:
    """Return whether the pool knows a person."""
    return bool(_seen(actions, person))


def _seen(actions: Actions, person: Person) -> dict[str, Any]:
    try:
        user: dict[str, Any] = {**actions.admin_get_user(person.username)}
    except ClientError as error:
        if error.response["Error"]["Code"] == "UserNotFoundException":
            return {}
        raise
    devices = actions.admin_list_devices(person.username, limit=60)["Devices"]
    del user["ResponseMetadata"]
    return {**user, "Devices": devices}


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [name for name in names if before.get(name) != after.get(name)]
