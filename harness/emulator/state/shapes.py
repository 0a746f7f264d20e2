"""The types that a state consists of, by name; no other type is ever written or read.

A dataclass is saved with all its fields, except those listed as not saved. Another class is saved
with the attributes listed here. A release that adds a field to a dataclass gives it a default,
which objects from older files then get.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from threading import Lock
from typing import Any, TypeAlias

from harness.emulator.core.locks import PoolLock
from harness.emulator.domain import (
    attempt,
    authorize_request,
    client_secrets,
    codes,
    custom_rounds,
    devices,
    directory,
    grants,
    groups,
    passkeys,
    passwords,
    pools,
    schema,
    signing,
    token_overrides,
    totp,
    user_import,
    user_pool_domains,
    users,
)
from harness.emulator.domain.first_factors import CODE_CONTACT
from harness.emulator.stores import (
    authorization_codes,
    browser_sessions,
    device_sign_ins,
    fault_profile,
    faults,
    login_transactions,
    outbox,
    pages,
    passkey_registrations,
    sessions,
    srp_challenges,
)
from harness.emulator.stores.profile_end import ProfileEnd
from harness.srp import server


@dataclass(frozen=True)
class Member:
    """A member of the file that has another form than its attribute.

    Attributes:
        name: the name in the file.
        write: turns the attribute into the member.
        read: turns the member into the attribute; raises ValueError if that is not possible.
    """

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Shape:
    """How the objects of one class are saved.

    Attributes:
        cls: the class.
        kept: the saved attributes of a class that is not a dataclass, with their types.
        not_saved: the attributes that are not saved, and how to make them for a loaded object.
        members: the attributes that have another form in the file.
        form: the type of the saved form, for a class that is saved as a single value.
        write: turns an object into that form.
        read: turns that form into an object.
        saved_as: the name in the file, if it is not the name of the class.
    """

    cls: type
    kept: Mapping[str, str] = field(default_factory=dict)
    not_saved: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
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
        """The saved attributes and their types."""
        if not dataclasses.is_dataclass(self.cls):
            return {name: _type(text) for name, text in self.kept.items()}
        hints = typing.get_type_hints(self.cls, localns=_classes())
        fields = [item.name for item in dataclasses.fields(self.cls)]
        return {name: hints[name] for name in fields if name not in self.not_saved}

    @cached_property
    def form_type(self) -> Any:
        """The type of the saved form."""
        return _type(self.form)

    @cached_property
    def defaults(self) -> dict[str, Callable[[], Any]]:
        """The defaults of attributes, for files of older releases that do not have them."""
        defaults: dict[str, Callable[[], Any]] = {}
        for item in dataclasses.fields(self.cls) if dataclasses.is_dataclass(self.cls) else ():
            if item.default is not dataclasses.MISSING:
                defaults[item.name] = _constant(item.default)
            elif item.default_factory is not dataclasses.MISSING:
                defaults[item.name] = item.default_factory
        return defaults


def _type(text: str) -> Any:
    """Return the type that a string of this module names."""
    holder = type("Holder", (), {"__annotations__": {"named": text}})
    return typing.get_type_hints(holder, localns=_classes())["named"]


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


_About: TypeAlias = (
    attempt.Attempt | attempt.CustomSignIn | attempt.FirstFactorSignIn | sessions.SignUpState | None
)


def facts_of(about: _About) -> dict[str, Any]:
    """Return what a session is about, in the form of the file: a mapping of names to objects."""
    if isinstance(about, attempt.Attempt):
        return {"attempt": about}
    if isinstance(about, attempt.CustomSignIn):
        return {"custom": about, **({"attempt": about.attempt} if about.attempt else {})}
    if isinstance(about, attempt.FirstFactorSignIn):
        return {"first_factor": about}
    if isinstance(about, sessions.SignUpState):
        return {"user": about.user, "password": about.password, **_later_facts(about)}
    return {}


#: What 0.1.0 does not know of a sign-up: a file without it is one that it reads.
_NOT_ALWAYS_THERE = ("confirmed", "destination", "sign_outs")


def _later_facts(about: sessions.SignUpState) -> dict[str, Any]:
    given = {name: getattr(about, name) for name in _NOT_ALWAYS_THERE}
    return {name: value for name, value in given.items() if value}


def about_from(facts: Mapping[str, Any]) -> _About:
    """Return what a session is about, from the form that `facts_of` returns.

    Raises:
        ValueError: no session has such facts.
    """
    about: Any = None
    if "custom" in facts:
        about = facts["custom"]
    elif "attempt" in facts:
        about = facts["attempt"]
    elif "first_factor" in facts:
        about = facts["first_factor"]
    elif facts:
        about = _sign_up_from(facts)
    if not isinstance(about, _About):
        raise ValueError("the session is about something unknown")
    return about


def _sign_up_from(facts: Mapping[str, Any]) -> sessions.SignUpState:
    user, password = facts.get("user"), facts.get("password")
    if not isinstance(user, users.User):
        raise ValueError("the session has no user")
    if not isinstance(password, passwords.PasswordRecord | None):
        raise ValueError("the session of a sign-up has no valid password")
    confirmed = facts.get("confirmed")
    if confirmed not in (None, *CODE_CONTACT.values()):
        raise ValueError("the session of a sign-up has no valid attribute")
    destination, sign_outs = facts.get("destination"), facts.get("sign_outs", 0)
    if not isinstance(destination, str | None) or type(sign_outs) is not int:
        raise ValueError("the session of a sign-up has no valid confirmation")
    return sessions.SignUpState(user, password, confirmed, destination, sign_outs)


SHAPES: tuple[Shape, ...] = (
    Shape(pools.Pool, not_saved={"lock": PoolLock}),
    Shape(pools.UserPoolClient, saved_as="AppClient"),
    Shape(client_secrets.ClientSecret),
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
    Shape(passwords.PasswordRecord, not_saved={"_verifier": lambda: None}),
    Shape(passwords.Lockout),
    Shape(
        codes.CodeBook,
        kept={"_pending": "dict[tuple[str, str], PendingCode]"},
        not_saved={"_spent": set, "_replaced": dict, "_knows_all": lambda: False},
    ),
    Shape(codes.PendingCode),
    Shape(outbox.Message),
    Shape(devices.DeviceBook, kept={"_devices": "dict[str, TrackedDevice]", "_issued": "int"}),
    Shape(devices.TrackedDevice),
    Shape(totp.SoftwareToken, not_saved={"_spent_at": dict}),
    Shape(passkeys.PasskeyBook),
    Shape(passkeys.PasskeyRecord),
    Shape(groups.Group),
    Shape(user_import.UserImportJob),
    Shape(user_pool_domains.UserPoolDomain),
    Shape(user_pool_domains.ManagedLoginBranding),
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
    Shape(attempt.FirstFactorSignIn),
    Shape(srp_challenges.UserChallenge),
    Shape(srp_challenges.DeviceChallenge),
    Shape(device_sign_ins.DeviceSignIn),
    Shape(passkey_registrations.PasskeyRegistration),
    Shape(authorize_request.AuthorizeRequest),
    Shape(login_transactions.LoginTransaction),
    Shape(browser_sessions.BrowserSession),
    Shape(authorization_codes.AuthorizationCode),
    Shape(
        token_overrides.ClaimsOverride,
        form="dict[str, Any]",
        write=token_overrides.ClaimsOverride.exported,
        read=token_overrides.ClaimsOverride.imported,
    ),
    Shape(
        server.ServerExchange,
        kept={"_verifier": "int", "_secret": "int", "_public_value": "int"},
    ),
    Shape(pages.PagePosition, saved_as="Place"),
    Shape(faults.Fault),
    Shape(fault_profile.FaultRule),
    Shape(fault_profile.FaultProfile, not_saved={"over": ProfileEnd, "_lock": Lock}),
    Shape(outbox.LateMessage),
)


@cache
def by_class() -> dict[type, Shape]:
    """Return the shapes by class."""
    return {shape.cls: shape for shape in SHAPES}


@cache
def by_name() -> dict[str, Shape]:
    """Return the shapes by their names in the file."""
    return {shape.name: shape for shape in SHAPES}


@cache
def _classes() -> dict[str, type]:
    return {"Any": Any, **{shape.cls.__name__: shape.cls for shape in SHAPES}}
