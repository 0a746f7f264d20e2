"""A user pool with everything that is configured of it, in Cognito's own names.

A :class:`~harness.pools.spec.pool_spec.PoolSpec` says in a few words what a scenario needs. This
holds all that a template, a snapshot or a live pool says, and where it says so. Nothing is filled
in: :mod:`harness.pools.configuration.defaults` does that for those who compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.errors import ConfigurationError

__all__ = [
    "Kind",
    "Origin",
    "Part",
    "PoolConfiguration",
    "SourceFormat",
    "SourceLocation",
    "Unknown",
    "format_value",
    "join",
    "split",
    "walk",
]

#: Whose members they are: those of CreateUserPool, SetUserPoolMfaConfig or CreateUserPoolClient.
Kind = Literal["pool", "mfa", "client"]
#: What a configuration was read from.
SourceFormat = Literal[
    "CloudFormation template",
    "SAM template",
    "CDK assembly",
    "Terraform plan",
    "Terraform state",
    "snapshot",
    "live pool",
]


@dataclass(frozen=True)
class Unknown:
    """A value that only a deployment knows; it stands in its place, and nobody guesses it.

    Attributes:
        reason: what it hangs on, such as ``Fn::GetAtt PreSignUp.Arn``.
    """

    reason: str

    def __str__(self) -> str:
        """Return how a message shows it."""
        return f"unknown ({self.reason})"


@dataclass(frozen=True)
class SourceLocation:
    """Where a setting stands in its source.

    Attributes:
        path: the way to it inside the file, such as ``Resources.Pool.Properties.UserPoolName``.
        line: counted from 1; ``None`` where the source has no lines.
        note: what was taken for it, such as ``Default of parameter Mfa``.
    """

    path: str
    line: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class Origin:
    """What a configuration was read from.

    Attributes:
        format: which of the formats it has.
        name: the file as the user wrote it; of a live pool its id.
    """

    format: SourceFormat
    name: str

    def __str__(self) -> str:
        """Return how a message names it."""
        return f"{self.format} {self.name}"


@dataclass(frozen=True)
class Part:
    """The members of one request, as far as the source gives them.

    Attributes:
        kind: whose members they are.
        name: the logical id, the address or the name by which the source calls it.
        members: by Cognito's names; an :class:`Unknown` stands for what nobody can know yet.
        places: where each setting stands, by its path in ``members``.
    """

    kind: Kind
    name: str
    members: Mapping[str, Any]
    places: Mapping[str, SourceLocation] = field(default_factory=dict, repr=False, compare=False)

    def value(self, path: str, default: Any = None) -> Any:
        """Return a setting, ``default`` where it is not given.

        Args:
            path: such as ``Policies.PasswordPolicy.MinimumLength`` or ``Schema[0].Name``.
            default: returned where the source says nothing.
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
        """Return where a setting stands; of one that is not given, where it would belong."""
        while path not in self.places:
            if not path:
                return None
            path = _parent(path)
        return self.places[path]

    def unknown(self) -> dict[str, Unknown]:
        """Return the settings that only a deployment knows, by their paths."""
        return {path: value for path, value in walk(self.members) if isinstance(value, Unknown)}

    def notes(self) -> dict[str, str]:
        """Return what was taken for a value that a deployment may still change, by path."""
        return {path: place.note for path, place in self.places.items() if place.note}


@dataclass(frozen=True)
class PoolConfiguration:
    """A user pool, its MFA configuration and its app clients.

    Attributes:
        origin: what it was read from.
        pool: members of CreateUserPool, but for MfaConfiguration and SmsAuthenticationMessage.
        mfa: members of SetUserPoolMfaConfig, but for UserPoolId.
        clients: members of CreateUserPoolClient each, but for UserPoolId and any secret.
    """

    origin: Origin
    pool: Part
    mfa: Part
    clients: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        """What the source calls the pool."""
        return self.pool.name

    @property
    def parts(self) -> tuple[Part, ...]:
        """Pool, MFA configuration and app clients."""
        return (self.pool, self.mfa, *self.clients)

    def client(self, name: str | None = None) -> Part:
        """Return an app client by the source's name for it or by ClientName.

        Args:
            name: may be left out where there is only one.

        Raises:
            ConfigurationError: there is none of that name, or which one is not said.
        """
        chosen = [
            part
            for part in self.clients
            if name is None or name in (part.name, part.value("ClientName"))
        ]
        if len(chosen) == 1:
            return chosen[0]
        hint = None if chosen or name else "the pool has no app client"
        if len(chosen) > 1:
            hint = "there are several; name one"
        raise ConfigurationError(
            "app client",
            given=name,
            source=str(self.origin),
            allowed=[part.name for part in self.clients],
            hint=hint,
        )


def join(path: str, key: str | int) -> str:
    """Return the path of a member or an item below ``path``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def split(path: str) -> list[str | int]:
    """Return the keys and indexes of a path, from the outermost."""
    return [int(index) if index else name for name, index in _KEYS.findall(path)]


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value below with its path: the containers before what is in them."""
    if path:
        yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, join(path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from walk(item, join(path, index))


def format_value(value: Any) -> str:
    """Return a setting's value as a person reads it; ``none`` where there is none."""
    if value is None:
        return "none"
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


_KEYS = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def _parent(path: str) -> str:
    cut = max(path.rfind("."), path.rfind("["))
    return path[:cut] if cut > 0 else ""


def _step(value: Any, key: str | int) -> Any:
    if isinstance(key, int):
        return value[key] if isinstance(value, (list, tuple)) and key < len(value) else None
    return value.get(key) if isinstance(value, Mapping) else None
