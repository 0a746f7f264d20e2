"""The standard attributes of made-up people, in the formats and lengths that pools want."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.errors import ConfigurationError

__all__ = ["MADE_FOR_EACH", "AttributeLimits", "fitted", "ordinary_attributes"]

#: Attributes that every person has a value of their own for.
MADE_FOR_EACH = ("email", "given_name", "phone_number")
#: Values for the standard attributes that a pool may require (OpenID Connect Core 1.0, 5.1).
#: Cognito wants a birthdate of ten characters, and a number for updated_at.
_ORDINARY_VALUES = {
    "address": "1 Example Street",
    "birthdate": "1990-01-01",
    "family_name": "Example",
    "gender": "unspecified",
    "locale": "en-US",
    "middle_name": "Example",
    "name": "Example",
    "nickname": "Example",
    "picture": "https://example.com/picture.png",
    "preferred_username": "example",
    "profile": "https://example.com/profile",
    "updated_at": "0",
    "website": "https://example.com",
    "zoneinfo": "Etc/UTC",
}
#: MinLength and MaxLength, or MinValue, where they are not those of free text.
_ORDINARY_LIMITS: dict[str, tuple[int, int | None]] = {
    "birthdate": (10, 10),
    "updated_at": (0, None),
}
#: Attributes that are not free text: they cannot be made longer or shorter.
_OF_ONE_FORMAT = frozenset({"birthdate", "email", "phone_number"})


@dataclass(frozen=True)
class AttributeLimits:
    """The constraints of an attribute in a pool's schema.

    Attributes:
        name: the attribute.
        least: MinLength, or MinValue of a number; ``None`` is no limit.
        most: MaxLength, or MaxValue of a number; ``None`` is no limit.
    """

    name: str
    least: int | None = None
    most: int | None = None

    @property
    def are_ordinary(self) -> bool:
        """Whether they are the limits of a standard attribute that nobody has changed."""
        ordinary = _ORDINARY_LIMITS.get(self.name, (0, 2048))
        least = ordinary[0] if self.least is None else self.least
        return (least, ordinary[1] if self.most is None else self.most) == ordinary


def ordinary_attributes(required: Iterable[str]) -> dict[str, str]:
    """Return values for required attributes, except those that each person has of their own.

    Raises:
        ConfigurationError: no value is known for an attribute.
    """
    names = [name for name in required if name not in MADE_FOR_EACH]
    for name in names:
        if name not in _ORDINARY_VALUES:
            allowed = (*MADE_FOR_EACH, *_ORDINARY_VALUES)
            raise ConfigurationError("required attribute", given=name, allowed=allowed)
    return {name: _ORDINARY_VALUES[name] for name in names}


def fitted(attributes: Mapping[str, str], limits: Iterable[AttributeLimits]) -> dict[str, str]:
    """Return the attributes with values that keep the limits.

    Raises:
        ConfigurationError: no value of the attribute's format keeps them.
    """
    by_name = {each.name: each for each in limits}
    return {
        name: _fitted(value, by_name[name]) if name in by_name else value
        for name, value in attributes.items()
    }


def _fitted(value: str, limits: AttributeLimits) -> str:
    if limits.name == "updated_at":
        return str(max(int(value), limits.least or 0))
    least, most = limits.least or 0, limits.most
    if limits.name not in _OF_ONE_FORMAT:
        value = value.ljust(least, "e")[:most]
    if len(value) < least or (most is not None and len(value) > most):
        raise ConfigurationError(
            f"Schema attribute {limits.name}",
            given=f"a length from {least} to {'any' if most is None else most}",
            hint=f"the tests' own {limits.name} has {len(value)} characters",
        )
    return value
