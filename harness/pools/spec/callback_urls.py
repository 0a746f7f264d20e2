"""What Cognito takes for a callback or logout URL of an app client."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["LOOPBACK_HOSTS", "is_private", "why_no_callback"]

#: The hosts that http is allowed for, with any port (H014).
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
# RedirectUrlType of the service model.
_LONGEST = 1024
_SPACE = re.compile(r"\s")


def is_private(url: str) -> bool:
    """Return whether no one between the browser and the app reads what a URL is called with."""
    try:
        parts = urlsplit(url)
        return parts.scheme != "http" or parts.hostname in LOOPBACK_HOSTS
    except ValueError:
        return False


def why_no_callback(url: str, *, any_http: bool = False) -> str | None:
    """Return why a text cannot be a callback or logout URL; ``None`` if it can (H014, H015).

    Args:
        url: such as ``http://localhost:3000/callback`` or ``myapp://signed-in``.
        any_http: whether http to other machines counts as allowed.
    """
    if not 1 <= len(url) <= _LONGEST or _SPACE.search(url):
        return f"it must have 1 to {_LONGEST} characters, without spaces (H014)"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "it is no URL (H014)"
    if not parts.scheme:
        return "it must be absolute, such as https://app.example.com/callback (H014)"
    if parts.fragment or url.endswith("#"):
        return "it must have no fragment, the part after # (H014)"
    if parts.scheme in ("http", "https") and not host:
        return "it names no host (H014)"
    if not any_http and not is_private(url):
        return "only localhost, 127.0.0.1 and [::1] may use http; others need https (H015)"
    return None
