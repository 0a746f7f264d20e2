"""The domains of a user pool, on which managed login runs, and the styles of its pages."""

from __future__ import annotations

import hashlib
import re
import string
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "CUSTOM",
    "HOSTED_UI",
    "MANAGED_LOGIN",
    "PREFIX",
    "ManagedLoginBranding",
    "UserPoolDomain",
    "cloud_front_domain",
    "is_host_name",
    "is_prefix",
    "reserved_word",
]

#: The member of UserPoolType with the prefix domain, and the one with the custom domain.
PREFIX, CUSTOM = "Domain", "CustomDomain"
#: The values of ManagedLoginVersion (H007).
HOSTED_UI, MANAGED_LOGIN = 1, 2
#: The words that no prefix may have (H003).
_RESERVED = ("aws", "amazon", "cognito")
_LOWER = string.ascii_lowercase + string.digits
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?")


@dataclass
class UserPoolDomain:
    """What Cognito keeps of a domain beside its name.

    Attributes:
        managed_login_version: 1 for the hosted UI, 2 for managed login (H007).
        custom: CustomDomainConfig; ``None`` for a prefix domain.
    """

    managed_login_version: int = HOSTED_UI
    custom: dict[str, str] | None = None


@dataclass
class ManagedLoginBranding:
    """The style of an app client's pages.

    Attributes:
        branding_id: ManagedLoginBrandingId.
        provided: UseCognitoProvidedValues.
        settings: Settings, if the style has its own.
        assets: Assets.
    """

    branding_id: str
    provided: bool
    created: float
    modified: float
    settings: dict[str, Any] | None = None
    assets: list[dict[str, Any]] = field(default_factory=list)


def cloud_front_domain(pool_id: str, name: str) -> str:
    """Return the host that the DNS entry of a custom domain names (H007).

    It follows from the domain, so that a state or a seed file need not have it.
    """
    number = int.from_bytes(hashlib.sha256(f"{pool_id}/{name}".encode()).digest(), "big")
    label = ""
    for _ in range(13):
        number, place = divmod(number, len(_LOWER))
        label += _LOWER[place]
    return f"d{label}.cloudfront.net"


def is_prefix(name: str) -> bool:
    """Return whether a name is one label of a host name (H002)."""
    return _LABEL.fullmatch(name) is not None


def is_host_name(name: str) -> bool:
    """Return whether a name consists of labels with dots between them."""
    return all(is_prefix(label) for label in name.split("."))


def reserved_word(prefix: str) -> str | None:
    """Return the reserved word that a prefix has between hyphens, if any (H003).

    A word within a longer one is none: a prefix with ``-awsome-`` was deployed.
    """
    parts = prefix.split("-")
    return next((word for word in _RESERVED if word in parts), None)
