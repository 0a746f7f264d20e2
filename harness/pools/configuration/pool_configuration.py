"""The whole configuration of a user pool, under Cognito's own names.

A :class:`~harness.pools.spec.pool_spec.PoolSpec` describes briefly what a scenario needs. A
configuration holds every setting of a template, a snapshot or a live pool, and its location. It
contains no defaults: :mod:`harness.pools.configuration.defaults` fills them in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from harness.errors import ConfigurationError, nearest_first

__all__ = [
    "Kind",
    "NeededParameter",
    "Origin",
    "Part",
    "PoolConfiguration",
    "SourceFormat",
    "SourceLocation",
    "UnassignedClient",
    "Unknown",
    "format_value",
    "join",
    "split",
    "walk",
]

#: The members of CreateUserPool, SetUserPoolMfaConfig, CreateUserPoolClient, CreateUserPoolDomain,
#: CreateResourceServer or CreateManagedLoginBranding.
Kind = Literal["pool", "mfa", "client", "domain", "resource_server", "branding"]
#: What a configuration was read from.
SourceFormat = Literal[
    "CloudFormation template",
    "SAM template",
    "CDK assembly",
    "Terraform plan",
    "Terraform state",
    "AWS CLI output",
    "Serverless service",
    "Pulumi stack",
    "Amplify project",
    "snapshot",
    "live pool",
]


@dataclass(frozen=True)
class NeededParameter:
    """A parameter of a template without a known value, which a setting depends on.

    Attributes:
        name: the name of the parameter.
        allowed: the values that it allows, if they are listed.
        obstacle: why its value stays unknown whatever the user gives; ``None`` if giving it helps.
    """

    name: str
    allowed: tuple[str, ...] = ()
    obstacle: str | None = None


@dataclass(frozen=True)
class Unknown:
    """Stands for a value that only a deployment knows; it is never guessed.

    Attributes:
        reason: what the value depends on, such as ``Fn::GetAtt PreSignUp.Arn``.
        needs: the parameters without a known value that it depends on.
    """

    reason: str
    needs: tuple[NeededParameter, ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        """Return the text for messages."""
        return f"unknown ({self.reason})"


@dataclass(frozen=True)
class SourceLocation:
    """Where a setting is in its source.

    Attributes:
        path: the path inside the file, such as ``Resources.Pool.Properties.UserPoolName``.
        line: counted from 1; ``None`` if the source has no lines.
        note: where the value came from, such as ``Default of parameter Mfa``.
        file: the file, if it is another one than that of the pool.
    """

    path: str
    line: int | None = None
    note: str | None = None
    file: str | None = None


@dataclass(frozen=True)
class Origin:
    """What a configuration was read from.

    Attributes:
        format: the format of the source.
        name: the file as the user wrote it, or the id of a live pool.
    """

    format: SourceFormat
    name: str

    def __str__(self) -> str:
        """Return the text for messages."""
        return f"{self.format} {self.name}"


@dataclass(frozen=True)
class Part:
    """The pool, its MFA configuration, or one of what belongs to it: the members of one request.

    Attributes:
        kind: which of them it is.
        name: the logical id, address or name in the source.
        members: the settings that the source gives, under Cognito's names. An :class:`Unknown`
            stands for a value that only a deployment knows.
        places: the location of each setting, by its path in ``members``.
        condition: the condition that decides whether there is such a pool or app client, if only a
            deployment knows it.
    """

    kind: Kind
    name: str
    members: Mapping[str, Any]
    places: Mapping[str, SourceLocation] = field(default_factory=dict, repr=False, compare=False)
    condition: Unknown | None = field(default=None, repr=False, compare=False)

    def value(self, path: str, default: Any = None) -> Any:
        """Return the value of a setting.

        Args:
            path: such as ``Policies.PasswordPolicy.MinimumLength`` or ``Schema[0].Name``.
            default: returned if the source does not set it.
        """
        found: Any = self.members
        for key in split(path):
            if isinstance(found, Unknown):
                return found
            found = _step(found, key)
            if found is None:
                return default
        return found

    def place(self, path: str) -> SourceLocation | None:
        """Return where a setting is, or where it belongs if the source does not set it."""
        while path not in self.places:
            if not path:
                return None
            path = _parent(path)
        return self.places[path]

    def unknown(self) -> dict[str, Unknown]:
        """Return the settings whose value only a deployment knows, by path."""
        return {path: value for path, value in walk(self.members) if isinstance(value, Unknown)}

    def notes(self) -> dict[str, str]:
        """Return the notes about values that a deployment can still change, by path."""
        return {path: place.note for path, place in self.places.items() if place.note}


@dataclass(frozen=True)
class UnassignedClient:
    """An app client of the source whose user pool only a deployment knows.

    Attributes:
        name: its name in the source.
        client_name: its ClientName, if it is known.
        reason: what the pool depends on, such as ``Ref UserPoolId``.
        place: where its UserPoolId is, with the file.
        remedy: what to write in the source if the app client belongs to this pool.
        read: returns the app client.
    """

    name: str
    client_name: str | None
    reason: Unknown
    place: SourceLocation
    remedy: str
    read: Callable[[], Part] = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Return why the pool is unknown and what to write, as one sentence."""
        line = "" if self.place.line is None else f", line {self.place.line}"
        return (
            f"the user pool of the app client {self.name} ({self.place.file}{line}) is "
            f"{self.reason}; if it is this pool, write {self.remedy}"
        )


@dataclass(frozen=True)
class PoolConfiguration:
    """A user pool, its MFA configuration and its app clients.

    Attributes:
        origin: what it was read from.
        pool: the members of CreateUserPool, except MfaConfiguration and SmsAuthenticationMessage.
        mfa: the members of SetUserPoolMfaConfig, except UserPoolId.
        clients: the members of CreateUserPoolClient, except UserPoolId and secrets.
        unassigned: the app clients of the source that may belong to this pool or to another one.
        notes: what of the source was left out, one sentence each.
        other_clients: why the pool can have app clients that the source does not show; ``None`` if
            it shows them all.
        domains: the members of CreateUserPoolDomain, except UserPoolId.
        resource_servers: the members of CreateResourceServer, except UserPoolId.
        branding: the members of CreateManagedLoginBranding, except UserPoolId; ClientId is the
            name of the app client in the source.
        not_shown: the kinds of parts that the pool can have and the source does not show, each
            with the reason.
    """

    origin: Origin
    pool: Part
    mfa: Part
    clients: tuple[Part, ...] = ()
    unassigned: tuple[UnassignedClient, ...] = ()
    notes: tuple[str, ...] = ()
    other_clients: Unknown | None = None
    domains: tuple[Part, ...] = ()
    resource_servers: tuple[Part, ...] = ()
    branding: tuple[Part, ...] = ()
    not_shown: Mapping[Kind, Unknown] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the pool in the source."""
        return self.pool.name

    @property
    def parts(self) -> tuple[Part, ...]:
        """The pool, its MFA configuration, its app clients, and what managed login needs."""
        return (self.pool, self.mfa, *self.clients, *self.beside)

    @property
    def beside(self) -> tuple[Part, ...]:
        """The domains, the resource servers and the branding."""
        return (*self.domains, *self.resource_servers, *self.branding)

    @property
    def custom_domain(self) -> str | Unknown | None:
        """The domain of the user's own that managed login has, if the source shows it."""
        own = (one for one in self.domains if "CustomDomainConfig" in one.members)
        return next((one.value("Domain") for one in own), None)

    def client(self, name: str | None = None, option: str | None = None) -> Part:
        """Return an app client by its name in the source or by its ClientName.

        Args:
            name: the name; not needed if there is only one app client. It can be that of an app
                client whose pool is unknown, see :meth:`with_client`.
            option: the option that names an app client, for messages.

        Raises:
            ConfigurationError: no app client has that name, or there are several and no name.
        """
        chosen = self.with_client(name)._clients_named(name)
        if len(chosen) == 1:
            return chosen[0]
        raise ConfigurationError(
            "app client",
            given=name,
            source=str(self.origin),
            allowed=nearest_first(name, self._client_names()),
            hint=self._hint(name, chosen, option),
        )

    def with_client(self, name: str | None) -> PoolConfiguration:
        """Return the configuration in which the app client with this name belongs to the pool.

        Whoever names an app client whose pool is unknown says that it belongs to this pool.

        Args:
            name: a name in the source or a ClientName; ``None`` changes nothing.

        Raises:
            ConfigurationError: several app clients have that name, or a setting of the app client
                is not valid.
        """
        if name is None or self._clients_named(name):
            return self
        named = [one for one in self.unassigned if one.name == name] or [
            one for one in self.unassigned if one.client_name == name
        ]
        if len(named) > 1:
            names = [one.name for one in named]
            hint = f"they all have the ClientName {name!r}; use another name"
            raise ConfigurationError(
                "app client", given=name, source=str(self.origin), allowed=names, hint=hint
            )
        return replace(
            self,
            clients=(*self.clients, *(one.read() for one in named)),
            unassigned=tuple(one for one in self.unassigned if one not in named),
        )

    def _client_names(self) -> list[str]:
        return [part.name for part in self.clients] + [one.name for one in self.unassigned]

    def _clients_named(self, name: str | None) -> list[Part]:
        if name is None:
            return list(self.clients)
        return [part for part in self.clients if part.name == name] or [
            part for part in self.clients if part.value("ClientName") == name
        ]

    def _hint(self, name: str | None, chosen: list[Part], option: str | None) -> str | None:
        hints = []
        if name is None and not self.clients:
            hints = ["the pool has no app client"]
        elif name is None:
            hints = [f"there are several; name one{f' with {option}' if option else ''}"]
        elif chosen:
            names = " and ".join(part.name for part in chosen)
            hints = [f"{names} have this ClientName; name one of them"]
        if not chosen and self.other_clients is not None:
            hints = [f"the source does not show them all: {self.other_clients.reason}"]
        hints += [f"{one}, or name it" for one in self.unassigned]
        return "; ".join(hints) or None


def join(path: str, key: str | int) -> str:
    """Return the path of a member or item below ``path``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def split(path: str) -> list[str | int]:
    """Return the keys and indexes of a path, from the outside in."""
    return [int(index) if index else name for name, index in _KEYS.findall(path)]


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every nested value with its path, each container before its items."""
    if path:
        yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, join(path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from walk(item, join(path, index))


def format_value(value: Any) -> str:
    """Return the value of a setting as text for a person."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(format_value(item) for item in value) or "an empty list"
    if isinstance(value, dict):
        return (
            ", ".join(f"{name}={format_value(item)}" for name, item in sorted(value.items()))
            or "empty"
        )
    return str(value)


_KEYS = re.compile(r"([^.\[\]]+)|\[(\d{1,9})\]")


def _parent(path: str) -> str:
    cut = max(path.rfind("."), path.rfind("["))
    return path[:cut] if cut > 0 else ""


def _step(value: Any, key: str | int) -> Any:
    if isinstance(key, int):
        return value[key] if isinstance(value, (list, tuple)) and key < len(value) else None
    return value.get(key) if isinstance(value, Mapping) else None
