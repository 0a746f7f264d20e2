"""Moving the clock forward, and checking that a refusal changed nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from botocore.exceptions import ClientError

from harness import Actions, Person, UnexpectedResult

#: Moves the clock forward by a number of seconds.
TimePasses = Callable[[float], None]
#: Takes users, and expects that the calls inside change nothing about them.
Unchanged = Callable[..., AbstractContextManager[None]]


@contextmanager
def nothing_changed(actions: Actions, *people: Person) -> Iterator[None]:
    """Expect that the calls inside leave users as they were, as an administrator sees them.

    It compares every member of AdminGetUser, including the time of the last change, and every
    member of AdminListDevices. A user who does not exist must still not exist.

    Raises:
        UnexpectedResult: something has changed.
    """
    before = [_seen(actions, person) for person in people]
    yield
    for person, was in zip(people, before, strict=True):
        differing = _differing(was, _seen(actions, person))
        if differing:
            raise UnexpectedResult(
                f"the refused call changed {', '.join(differing)} of {person.username!r}"
            )


def exists(actions: Actions, person: Person) -> bool:
    """Return whether the person is a user of the pool."""
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
