"""Refusals about user attributes."""

from __future__ import annotations

from collections.abc import Iterable

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def attribute_undetermined(name: str) -> Refusal:
    """A new user's attribute that the pool's schema does not have (A017)."""
    return invalid_parameter(
        "Attributes did not conform to the schema: "
        f"Type for attribute {{{name}}} could not be determined"
    )


def attributes_nonconforming(reasons: Iterable[tuple[str, str]]) -> Refusal:
    """A new user's attributes that are missing or do not fit, all in one text (A016)."""
    lines = "\n".join(f"{name}: {reason}" for name, reason in reasons)
    return invalid_parameter(f"Attributes did not conform to the schema: {lines}")


def attributes_unknown(names: Iterable[str], *, deleting: bool = False) -> Refusal:
    """The change of attributes that the schema does not have; the line ends are Cognito's own."""
    lines = "".join(f"user.{name}: Attribute does not exist in the schema.\n" for name in names)
    return invalid_parameter(("Invalid user attributes: " if deleting else "") + lines)


def attribute_misfit(name: str, reason: str) -> Refusal:
    """The change of an attribute to a value that does not fit."""
    return invalid_parameter(f"user.{name}: {reason}")


def attribute_immutable(name: str) -> Refusal:
    """The change of an attribute that was not declared Mutable."""
    return attribute_misfit(name, "Attribute cannot be updated. (changing an immutable attribute)")


def attribute_not_verifiable(name: str) -> Refusal:
    """A verification code for what is no contact, or what the user does not have (text unknown)."""
    return invalid_parameter(f"No verification code can be sent for attribute {name}.")


def nothing_to_verify(attribute: str) -> Refusal:
    """A verified flag without the address or number that it is about."""
    subject, thing = {
        "email": ("Email", "an email"),
        "phone_number": ("Phone Number", "a phone number"),
    }[attribute]
    return invalid_parameter(f"{subject} is required to verify/un-verify {thing}")


def requested_attributes_missing() -> Refusal:
    """ListUsers with AttributesToGet that the schema does not have."""
    return invalid_parameter("One or more requested attributes do not exist.")


def preferred_username_at_sign_up() -> Refusal:
    """An alias that only a confirmed user may have (A026)."""
    return invalid_parameter(
        "Preferred username cannot be provided for unconfirmed account, since user pool is "
        "configured for preferred username alias."
    )


def unauthorized_attribute() -> Refusal:
    """An attribute outside the app client's WriteAttributes."""
    return Refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute")
