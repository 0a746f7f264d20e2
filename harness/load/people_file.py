"""The people of a load run, and the file that keeps them between runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.load.private_files import read_private, write_private
from harness.redaction import Secret
from harness.users.authenticator import Authenticator

__all__ = ["LoadDevice", "LoadPerson", "People"]

_KIND = "a file of people"
_VERSION = 2


@dataclass(frozen=True)
class LoadDevice:
    """A confirmed and remembered device of a person."""

    key: str
    group_key: str
    password: Secret


@dataclass(frozen=True)
class LoadPerson:
    """A confirmed user with a permanent password, and what else they sign in with.

    Attributes:
        username: what they sign in with.
        password: their permanent password.
        internal_username: the username that Cognito uses in tokens and SECRET_HASH.
        totp_secret: the secret of their authenticator app; ``None`` without one.
        totp_step: the newest time step whose TOTP code they have used, since a code works once;
            ``None`` if they have used none.
        device: their remembered device; ``None`` without one.
        refresh_token: a refresh token of theirs, on that device if they have one.
        created_as: the username that they were created with, if they sign in with another name: the
            alias of a pool with email aliases.
    """

    username: str
    password: Secret
    internal_username: str
    totp_secret: Secret | None = None
    device: LoadDevice | None = None
    refresh_token: Secret | None = None
    totp_step: int | None = None
    created_as: str | None = None

    @property
    def key(self) -> str:
        """The username that they were created with: it identifies them in the journal."""
        return self.username if self.created_as is None else self.created_as


@dataclass(frozen=True)
class People:
    """The people who were prepared in one user pool.

    Attributes:
        user_pool_id: the pool that they are in.
        namespace: the prefix of all their usernames, which marks them as made by a load run.
        people: the people, in the order in which they were made.
        client_id: the app client that they signed in with: their devices and refresh tokens are
            known to no other.
        endpoint_url: URL of the service that they are on.
    """

    user_pool_id: str
    namespace: str
    people: tuple[LoadPerson, ...] = field(repr=False)
    client_id: str = ""
    endpoint_url: str = ""

    def write(self, path: Path) -> None:
        """Write the people with their secrets to a file that only its owner can read.

        Raises:
            HarnessError: the file cannot be written.
        """
        write_private(
            path,
            {
                "version": _VERSION,
                "user_pool_id": self.user_pool_id,
                "namespace": self.namespace,
                "client_id": self.client_id,
                "endpoint_url": self.endpoint_url,
                "people": [_to_plain(person) for person in self.people],
            },
        )

    def after_use(self, moment: float) -> People:
        """Return the same people, any of whose TOTP codes can have been used until ``moment``."""
        step = Authenticator.newest_step_at(moment)
        return replace(
            self,
            people=tuple(
                person if person.totp_secret is None else replace(person, totp_step=step)
                for person in self.people
            ),
        )

    @classmethod
    def read(cls, path: Path) -> People:
        """Return the people of a file.

        Raises:
            HarnessError: the file cannot be read, or it is not a file of people.
        """
        content = read_private(path, _KIND)
        if content.get("version") != _VERSION:
            raise HarnessError(f"{path} is not {_KIND} of version {_VERSION}")
        try:
            people = tuple(_from_plain(person) for person in content["people"])
            names = ("client_id", "endpoint_url")
            return cls(
                str(content["user_pool_id"]),
                str(content["namespace"]),
                people,
                **{name: str(content[name]) for name in names},
            )
        except (KeyError, TypeError, AttributeError):
            raise HarnessError(f"{path} is not {_KIND}: a member is missing") from None


def _to_plain(person: LoadPerson) -> dict[str, Any]:
    device = person.device
    return {
        "username": person.username,
        "password": person.password.reveal(),
        "internal_username": person.internal_username,
        "totp_secret": _revealed(person.totp_secret),
        "device": device
        and {
            "key": device.key,
            "group_key": device.group_key,
            "password": device.password.reveal(),
        },
        "refresh_token": _revealed(person.refresh_token),
        "totp_step": person.totp_step,
        "created_as": person.created_as,
    }


def _from_plain(plain: dict[str, Any]) -> LoadPerson:
    device = plain["device"]
    return LoadPerson(
        username=plain["username"],
        password=Secret(plain["password"]),
        internal_username=plain["internal_username"],
        totp_secret=_hidden(plain["totp_secret"]),
        device=device
        and LoadDevice(device["key"], device["group_key"], Secret(device["password"])),
        refresh_token=_hidden(plain["refresh_token"]),
        totp_step=plain["totp_step"],
        created_as=plain["created_as"],
    )


def _revealed(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


def _hidden(text: str | None) -> Secret | None:
    return None if text is None else Secret(text)
