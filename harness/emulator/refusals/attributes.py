"""Refusals about user attributes."""

from __future__ import annotations

from collections.abc import Iterable

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def attribute_undetermined(name: str) -> Refusal:
    """A new user has an attribute that the pool's schema does not have (A017)."""
    return invalid_parameter(
        "Attributes did not conform to the schema: "
        f"Type for attribute {{{name}}} could not be determined"
    )


def attributes_nonconforming(reasons: Iterable[tuple[str, str]]) -> Refusal:
    """A new user's attributes are missing or do not fit; one text names all (A016)."""
    lines = "\n".join(f"{name}: {reason}" for name, reason in reasons)
    return invalid_parameter(f"Attributes did not conform to the schema: {lines}")


def attributes_unknown(names: Iterable[str], *, deleting: bool = False) -> Refusal:
    """A change names attributes that the schema does not have; the line ends are Cognito's."""
    lines = "".join(f"user.{name}: Attribute does not exist in the schema.\n" for name in names)
    return invalid_parameter(("Invalid user attributes: " if deleting else "") + lines)


def attribute_misfit(name: str, reason: str) -> Refusal:
    """A changed attribute has a value that does not fit."""
    return invalid_parameter(f"user.{name}: {reason}")


def attribute_immutable(name: str) -> Refusal:
    """A changed attribute is not Mutable."""
    return attribute_misfit(name, "Attribute cannot be updated. (changing an immutable attribute)")


def attribute_not_verifiable(name: str) -> Refusal:
    """A verification code was requested for an attribute that is not a contact or is absent.

    The text is unknown.
    """
    return invalid_parameter(f"No verification code can be sent for attribute {name}.")


def nothing_to_verify(attribute: str) -> Refusal:
    """A verified flag was set without its email address or phone number."""
    subject, thing = {
        "email": ("Email", "an email"),
        "phone_number": ("Phone Number", "a phone number"),
    }[attribute]
    return invalid_parameter(f"{subject} is required to verify/un-verify {thing}")


def requested_attributes_missing() -> Refusal:
    """AttributesToGet of ListUsers has names that are not in the schema."""
    return invalid_parameter("One or more requested attributes do not exist.")


def preferred_username_at_sign_up() -> Refusal:
    """A sign-up has a preferred_username alias, which only a confirmed user may have (A026)."""
    return invalid_parameter(
        "Preferred username cannot be provided for unconfirmed account, since user pool is "
        "configured for preferred username alias."
    )


def unauthorized_attribute() -> Refusal:
    """The app client's WriteAttributes do not allow the attribute."""
    return Refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute")
