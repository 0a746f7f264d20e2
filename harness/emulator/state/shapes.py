"""The types that a state is made of, by name: nothing else is ever written or read.

Of a dataclass every field is kept that is not made anew; of another class what is listed here.
A release that adds a field to a dataclass gives it a default, which older files then get.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from harness.emulator.core.locks import PoolLock
from harness.emulator.domain import (
    attempt,
    codes,
    custom_rounds,
    devices,
    directory,
    grants,
    groups,
    passwords,
    pools,
    schema,
    signing,
    totp,
    users,
)
from harness.emulator.stores import (
    device_sign_ins,
    faults,
    outbox,
    pages,
    sessions,
    srp_challenges,
)
from harness.srp import server


@dataclass(frozen=True)
class Member:
    """A member of the file that has another form than its attribute.

    Attributes:
        name: in the file.
        write, read: turn the attribute into the member and back; `read` raises ValueError.
    """

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Shape:
    """How the objects of one class are kept.

    Attributes:
        kept: the attributes of a class that is no dataclass, with their types.
        anew: what is not kept, and how it is made when the object is read.
        members: the attributes that have another form in the file.
        write, read: for a class that has a form of its own; ``form`` is the type of that.
        saved_as: the name in the file, where it is not that of the class.
    """

    cls: type
    kept: Mapping[str, str] = field(default_factory=dict)
    anew: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    form: str = ""
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None
    saved_as: str = ""

    @property
    def name(self) -> str:
        """The name in the file."""
        return self.saved_as or self.cls.__name__.lstrip("_")

    def member_name(self, attribute: str) -> str:
        """Return what an attribute is called in the file."""
        return self.members[attribute].name if attribute in self.members else attribute

    @cached_property
    def types(self) -> dict[str, Any]:
        """The attributes that are kept and their types."""
        if not dataclasses.is_dataclass(self.cls):
            return {name: _type(text) for name, text in self.kept.items()}
        hints = typing.get_type_hints(self.cls, localns=_classes())
        fields = [item.name for item in dataclasses.fields(self.cls)]
        return {name: hints[name] for name in fields if name not in self.anew}

    @cached_property
    def form_type(self) -> Any:
        """The type of what `write` gives."""
        return _type(self.form)

    @cached_property
    def defaults(self) -> dict[str, Callable[[], Any]]:
        """What an attribute is that a file of an older release does not have."""
        found: dict[str, Callable[[], Any]] = {}
        for item in dataclasses.fields(self.cls) if dataclasses.is_dataclass(self.cls) else ():
            if item.default is not dataclasses.MISSING:
                found[item.name] = _constant(item.default)
            elif item.default_factory is not dataclasses.MISSING:
                found[item.name] = item.default_factory
        return found


def _type(text: str) -> Any:
    """The type that a text of this module names."""
    holder = type("Holder", (), {"__annotations__": {"named": text}})
    return typing.get_type_hints(holder, localns=_classes())["named"]


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


def facts_of(about: sessions.About) -> dict[str, Any]:
    """Return what a session is about as the file has it: objects by the names of their parts."""
    if isinstance(about, attempt.Attempt):
        return {"attempt": about}
    if isinstance(about, attempt.CustomSignIn):
        return {"custom": about, **({"attempt": about.attempt} if about.attempt else {})}
    if isinstance(about, sessions.SignedUp):
        return {"user": about.user, "password": about.password}
    return {}


def about_from(facts: Mapping[str, Any]) -> sessions.About:
    """Return what a session is about from what `facts_of` gave.

    Raises:
        ValueError: the facts are not those of any session.
    """
    about: Any = None
    if "custom" in facts:
        about = facts["custom"]
    elif "attempt" in facts:
        about = facts["attempt"]
    elif facts:
        user, password = facts.get("user"), facts.get("password")
        if not isinstance(user, users.User):
            raise ValueError("a session of nobody")
        if not isinstance(password, passwords.PasswordRecord | None):
            raise ValueError("a session of a sign-up with another kind of password")
        about = sessions.SignedUp(user, password)
    if not isinstance(about, sessions.About):
        raise ValueError("a session about something else")
    return about


SHAPES: tuple[Shape, ...] = (
    Shape(pools.Pool, anew={"lock": PoolLock}),
    Shape(pools.UserPoolClient, saved_as="AppClient"),
    Shape(pools.MfaConfiguration),
    Shape(schema.Schema, kept={"_attributes": "dict[str, SchemaAttribute]"}),
    Shape(schema.SchemaAttribute),
    Shape(
        signing.SigningKeys,
        form="list[str]",
        write=signing.SigningKeys.exported,
        read=signing.SigningKeys.imported,
    ),
    Shape(
        directory.UserDirectory,
        form="tuple[bool, int, list[tuple[int, User, dict[str, str]]]]",
        write=directory.UserDirectory.exported,
        read=directory.UserDirectory.imported,
    ),
    Shape(users.User),
    Shape(users.MfaPreferences),
    Shape(passwords.PasswordRecord, anew={"_verifier": lambda: None}),
    Shape(passwords.Lockout),
    Shape(codes.CodeBook, kept={"_pending": "dict[tuple[str, str], PendingCode]"}),
    Shape(codes.PendingCode),
    Shape(outbox.Message),
    Shape(devices.DeviceBook, kept={"_devices": "dict[str, TrackedDevice]", "_issued": "int"}),
    Shape(devices.TrackedDevice),
    Shape(totp.SoftwareToken),
    Shape(groups.Group),
    Shape(
        grants.GrantBook,
        kept={
            "_by_event": "dict[str, Grant]",
            "_by_user": "dict[str, list[Grant]]",
            "_refresh_tokens": "dict[bytes, RefreshToken]",
            "_next_sweep": "float",
        },
    ),
    Shape(grants.Grant),
    Shape(grants.RefreshToken),
    Shape(
        sessions.Session,
        members={"about": Member("facts", facts_of, about_from)},
    ),
    Shape(attempt.Attempt),
    Shape(custom_rounds.ChallengeResult),
    Shape(custom_rounds.CustomRounds),
    Shape(attempt.CustomSignIn),
    Shape(srp_challenges.UserChallenge),
    Shape(srp_challenges.DeviceChallenge),
    Shape(device_sign_ins.DeviceSignIn),
    Shape(
        server.ServerExchange,
        kept={"_verifier": "int", "_secret": "int", "_public_value": "int"},
    ),
    Shape(pages.PagePosition, saved_as="Place"),
    Shape(faults.Fault),
)


@cache
def by_class() -> dict[type, Shape]:
    """The shapes by the classes of their objects."""
    return {shape.cls: shape for shape in SHAPES}


@cache
def by_name() -> dict[str, Shape]:
    """The shapes by their names in the file."""
    return {shape.name: shape for shape in SHAPES}


@cache
def _classes() -> dict[str, type]:
    return {shape.cls.__name__: shape.cls for shape in SHAPES}
