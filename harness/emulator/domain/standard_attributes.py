"""The standard attributes of every pool, as DescribeUserPool shows them by default.

They are OpenID Connect's claims (OpenID Connect Core 1.0, section 5.1), and ``identities``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_TEXT = {"MinLength": "0", "MaxLength": "2048"}


@dataclass(frozen=True)
class StandardAttribute:
    """What Cognito fixes in a standard attribute, and its defaults for the rest."""

    data_type: str = "String"
    mutable: bool = True
    required: bool = False
    constraints: Mapping[str, str] = field(default_factory=lambda: dict(_TEXT))


_FLAG = StandardAttribute("Boolean", constraints={})

STANDARD_ATTRIBUTES: dict[str, StandardAttribute] = {
    "sub": StandardAttribute(
        mutable=False, required=True, constraints={"MinLength": "1", "MaxLength": "2048"}
    ),
    "name": StandardAttribute(),
    "given_name": StandardAttribute(),
    "family_name": StandardAttribute(),
    "middle_name": StandardAttribute(),
    "nickname": StandardAttribute(),
    "preferred_username": StandardAttribute(),
    "profile": StandardAttribute(),
    "picture": StandardAttribute(),
    "website": StandardAttribute(),
    "email": StandardAttribute(),
    "email_verified": _FLAG,
    "gender": StandardAttribute(),
    "birthdate": StandardAttribute(constraints={"MinLength": "10", "MaxLength": "10"}),
    "zoneinfo": StandardAttribute(),
    "locale": StandardAttribute(),
    "phone_number": StandardAttribute(),
    "phone_number_verified": _FLAG,
    "address": StandardAttribute(),
    "updated_at": StandardAttribute("Number", constraints={"MinValue": "0"}),
    "identities": StandardAttribute(constraints={}),
}
