"""Moving the clock forward, and checking that a refusal changed nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from botocore.exceptions import ClientError

from harness import (
    Actions,
    Check,
    Person,
    Verdict,
    check,
    is_not_offered,
    note_check,
)

#: Moves the clock forward by a number of seconds.
TimePasses = Callable[[float], None]
#: Takes users, and expects that the calls inside change nothing about them.
Unchanged = Callable[..., AbstractContextManager[None]]


#: AdminGetUser and AdminListDevices.
_OPERATIONS = 2


@contextmanager
def nothing_changed(actions: Actions, *people: Person) -> Iterator[None]:
    """Expect that the calls inside leave users as they were, as an administrator sees them.

    It compares every member of AdminGetUser, including the time of the last change, and every
    member of AdminListDevices. A user who does not exist must still not exist. If the service does
    not have one of these operations, the other is compared, and a check says that it could not be
    asked.

    Raises:
        UnexpectedResult: something has changed.
    """
    looking = _Looking(actions)
    before = [looking.seen(person) for person in people]
    looking.must_answer = True
    yield
    for person, was in zip(people, before, strict=True):
        differing = _differing(was, looking.seen(person))
        if looking.sees_something:
            changed = ", ".join(differing) or "something"
            check(not differing, f"the calls changed {changed} of {person.username!r}")
    looking.note_what_is_missing()


def exists(actions: Actions, person: Person) -> bool:
    """Return whether the person is a user of the pool.

    AdminGetUser says it, or ListUsers where the service does not have AdminGetUser.
    """
    try:
        actions.admin_get_user(person.username)
    except ClientError as error:
        if _is_unknown(error):
            return False
        if not _has_no_answer(error):
            raise
        return bool(actions.list_users(filter=f'username = "{person.username}"')["Users"])
    return True


class _Looking:
    """Looks at users as an administrator, with the operations that the service has."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._missing: dict[str, str] = {}
        #: Whether what has been seen before must be seen again.
        self.must_answer = False

    def seen(self, person: Person) -> dict[str, Any]:
        """Return everything that can be seen of a person; nothing if they are no user."""
        actions, username = self._actions, person.username
        try:
            user = self._asked("AdminGetUser", lambda: {**actions.admin_get_user(username)})
            devices = self._asked(
                "AdminListDevices",
                lambda: {"Devices": actions.admin_list_devices(username, limit=60)["Devices"]},
            )
        except ClientError as error:
            if _is_unknown(error):
                return {}
            raise
        user.pop("ResponseMetadata", None)
        return {**user, **devices}

    @property
    def sees_something(self) -> bool:
        """Return whether the service has at least one of the operations."""
        return len(self._missing) < _OPERATIONS

    def note_what_is_missing(self) -> None:
        """Note a check for each operation that the service does not have."""
        for operation, answered in self._missing.items():
            statement = f"{operation} shows that the refused call changed nothing"
            note_check(Check(statement, Verdict.NOT_ASKED, answered=answered))

    def _asked(self, operation: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if operation in self._missing:
            return {}
        try:
            return ask()
        except ClientError as error:
            if self.must_answer or not _has_no_answer(error):
                raise
            self._missing[operation] = str(error)
            return {}


def _is_unknown(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "UserNotFoundException"


def _has_no_answer(error: ClientError) -> bool:
    """Return whether the service lacks the operation, or answered nothing that Cognito answers."""
    # Without an error of Cognito, botocore's code is the HTTP status: moto's server has an
    # operation that it does not know fail with 500.
    return is_not_offered(error) or error.response["Error"]["Code"].isdigit()


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [name for name in names if before.get(name) != after.get(name)]
