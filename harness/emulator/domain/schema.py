"""A pool's schema: its standard and custom attributes, and the checks of their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attribute_values import check_format, misfit
from harness.emulator.domain.standard_attributes import STANDARD_ATTRIBUTES
from harness.emulator.refusals import Refusal

#: The most custom attributes of one pool (A292).
MOST_CUSTOM_ATTRIBUTES = 50

_CONSTRAINTS = {"String": "StringAttributeConstraints", "Number": "NumberAttributeConstraints"}

#: The SCIM names that the text about a missing attribute uses (A016).
_SCIM_NAMES = {"name": "name.formatted", "phone_number": "phoneNumbers"}


@dataclass(frozen=True)
class SchemaAttribute:
    """One attribute of the schema.

    Attributes:
        name: the full name, such as ``custom:team``.
        constraints: StringAttributeConstraints or NumberAttributeConstraints as they were given.
    """

    name: str
    data_type: str
    developer_only: bool = False
    mutable: bool = True
    required: bool = False
    constraints: Mapping[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return the attribute as SchemaAttributeType."""
        described: dict[str, Any] = {
            "Name": self.name,
            "AttributeDataType": self.data_type,
            "DeveloperOnlyAttribute": self.developer_only,
            "Mutable": self.mutable,
            "Required": self.required,
        }
        if self.data_type in _CONSTRAINTS:
            described[_CONSTRAINTS[self.data_type]] = dict(self.constraints)
        return described


class Schema:
    """A pool's attributes by name; it always has the standard ones.

    Args:
        given: Schema of CreateUserPool.
    """

    def __init__(self, given: Iterable[Mapping[str, Any]] = ()) -> None:
        self._attributes = {name: _standard({"Name": name}) for name in STANDARD_ATTRIBUTES}
        custom = []
        for member in given:
            if member.get("Name") in STANDARD_ATTRIBUTES:
                attribute = _standard(member)
                self._attributes[attribute.name] = attribute
            else:
                custom.append(member)
        if custom:
            self.add_custom(custom)

    def __iter__(self) -> Iterator[SchemaAttribute]:
        return iter(self._attributes.values())

    def __contains__(self, name: object) -> bool:
        return name in self._attributes

    def __getitem__(self, name: str) -> SchemaAttribute:
        return self._attributes[name]

    @property
    def required(self) -> list[str]:
        """The names of the required attributes, without ``sub``, which Cognito sets."""
        return [a.name for a in self if a.required and a.name != "sub"]

    def add_custom(self, members: Iterable[Mapping[str, Any]]) -> None:
        """Add custom attributes: all of them, or none if one is refused."""
        added = {attribute.name: attribute for attribute in map(_custom, members)}
        for name in added:
            if name in self._attributes:
                raise _name_taken(name)
        count = sum(name.startswith(("custom:", "dev:")) for name in self._attributes)
        if count + len(added) > MOST_CUSTOM_ATTRIBUTES:
            raise refusals.limit_exceeded()
        self._attributes.update(added)

    def described(self, *, federated: bool) -> list[dict[str, Any]]:
        """Return the schema as SchemaAttributes.

        ``identities`` is shown in a pool with an identity provider only (M011).
        """
        shown = (attribute for attribute in self if federated or attribute.name != "identities")
        return [attribute.described() for attribute in shown]

    def check_new(self, values: Mapping[str, str]) -> None:
        """Refuse a new user's attributes that are unknown or do not fit (A017)."""
        for name, value in values.items():
            if name not in self._attributes:
                raise refusals.attribute_undetermined(name)
            reason = self._misfit(name, value)
            if reason is not None:
                raise refusals.attributes_nonconforming([(name, reason)])

    def check_changed(self, values: Mapping[str, str]) -> None:
        """Refuse changes to immutable attributes, and values that do not fit."""
        self.check_mutable(values)
        for name, value in values.items():
            reason = self._misfit(name, value)
            if reason is not None:
                raise refusals.attribute_misfit(name, reason)

    def _misfit(self, name: str, value: str) -> str | None:
        check_format(name, value)
        attribute = self._attributes[name]
        return misfit(attribute.data_type, attribute.constraints, value)

    def check_required(self, values: Mapping[str, str]) -> None:
        """Refuse missing required attributes and name all of them in one text (A016)."""
        missing = [name for name in self.required if not values.get(name)]
        if missing:
            raise refusals.attributes_nonconforming(
                (_SCIM_NAMES.get(name, name), "The attribute is required") for name in missing
            )

    def check_known(self, names: Iterable[str], *, deleting: bool = False) -> None:
        """Refuse changes to attributes that the schema does not have."""
        unknown = [name for name in names if name not in self._attributes]
        if unknown:
            raise refusals.attributes_unknown(unknown, deleting=deleting)

    def check_mutable(self, names: Iterable[str]) -> None:
        """Refuse changes to attributes that may only be set once."""
        for name in names:
            if not self._attributes[name].mutable:
                raise refusals.attribute_immutable(name)


def _name_taken(name: str) -> Refusal:
    short = name.removeprefix("dev:").removeprefix("custom:")
    return refusals.invalid_parameter(
        f"custom:{short}: Existing attribute already has name {name}."
    )


def _standard(member: Mapping[str, Any]) -> SchemaAttribute:
    """Return a standard attribute with the changes that Schema may make to it."""
    name = member["Name"]
    standard = STANDARD_ATTRIBUTES[name]
    data_type = member.get("AttributeDataType", standard.data_type)
    if data_type != standard.data_type or member.get("DeveloperOnlyAttribute"):
        raise refusals.invalid_parameter(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            f"schema attribute {name}"
        )
    return SchemaAttribute(
        name,
        data_type,
        mutable=member.get("Mutable", standard.mutable),
        required=member.get("Required", standard.required),
        constraints=_constraints(member, name, data_type, standard.constraints),
    )


def _custom(member: Mapping[str, Any]) -> SchemaAttribute:
    """Return a custom attribute; its name begins with ``custom:`` or ``dev:custom:``."""
    developer_only = bool(member.get("DeveloperOnlyAttribute"))
    name = ("dev:custom:" if developer_only else "custom:") + member.get("Name", "")
    data_type = member.get("AttributeDataType")
    if not data_type:
        raise refusals.invalid_parameter(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        )
    if member.get("Required"):
        raise refusals.invalid_parameter("Required custom attributes are not supported currently.")
    return SchemaAttribute(
        name,
        data_type,
        developer_only=developer_only,
        mutable=member.get("Mutable", True),
        constraints=_constraints(member, name, data_type, {}),
    )


def _constraints(
    member: Mapping[str, Any], name: str, data_type: str, default: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the constraints for the data type, or the default if none were given."""
    key = _CONSTRAINTS.get(data_type)
    given = member.get(key) if key else None
    if key is None or not given:
        return default
    limits = {limit: _limit(text, key, name) for limit, text in given.items()}
    if data_type == "String":
        _check_lengths(name, limits)
    elif limits.get("MinValue", 0) > limits.get("MaxValue", limits.get("MinValue", 0)):
        raise refusals.invalid_parameter(f"user.{name}: Max value cannot be less than min value.")
    return dict(given)


def _check_lengths(name: str, limits: Mapping[str, int]) -> None:
    if max(limits.values()) > 2048:
        raise refusals.invalid_parameter(
            f"user.{name}: String attributes cannot have a length of more than 2048"
        )
    if limits.get("MinLength", 0) > limits.get("MaxLength", 2048):
        raise refusals.invalid_parameter(f"user.{name}: Max length cannot be less than min length.")


def _limit(text: str, key: str, name: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise refusals.invalid_parameter(f"Invalid {key} for schema attribute {name}")
    return int(text)
