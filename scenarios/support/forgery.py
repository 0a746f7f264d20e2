"""JSON web tokens taken apart, and put together again with other claims."""

from __future__ import annotations

import base64
import json
from typing import Any

from harness import Secret, unverified_claims


def header_of(token: Secret) -> dict[str, Any]:
    """Return the header of a JSON web token; ``unverified_claims`` returns its claims."""
    text = token.reveal().partition(".")[0]
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return header


def with_claims(token: Secret, **changed: Any) -> Secret:
    """Return the token with other claims, and the signature that it had."""
    header, _, signature = token.reveal().split(".")
    return Secret(f"{header}.{_encoded({**unverified_claims(token), **changed})}.{signature}")


def without_signature(token: Secret) -> Secret:
    """Return the token as one that claims to need no signature."""
    header = {**header_of(token), "alg": "none"}
    return Secret(f"{_encoded(header)}.{token.reveal().split('.')[1]}.")


def _encoded(members: dict[str, Any]) -> str:
    text = json.dumps(members, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()
