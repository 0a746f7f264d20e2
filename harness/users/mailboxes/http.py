"""HTTP requests to a served emulator on this machine, and its outbox."""

from __future__ import annotations

import functools
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from harness.errors import HarnessError
from harness.users.mailboxes.outbox import ReadsOutbox

__all__ = ["missing_in_outbox", "open_loopback", "served_outbox", "why_unreachable"]

#: The variable by which the AWS SDKs know which certificates to trust.
_BUNDLE = "AWS_CA_BUNDLE"
_TIMEOUT_SECONDS = 10.0
_OUTBOX = "/_harness/outbox"


def served_outbox(endpoint_url: str) -> ReadsOutbox:
    """Return a reader of ``GET /_harness/outbox`` at ``endpoint_url``.

    The reader raises ``HarnessError`` if no emulator responds there.
    """
    address = _address(endpoint_url)

    def read(*, username: str, user_pool_id: str, kind: str | None) -> Sequence[Mapping[str, Any]]:
        query = {"username": username, "user_pool_id": user_pool_id}
        if kind is not None:
            query["kind"] = kind
        messages: Sequence[Mapping[str, Any]] = _read(address, query)["messages"]
        return messages

    return read


def missing_in_outbox(endpoint_url: str, username: str, user_pool_id: str | None) -> str | None:
    """Return which pool or user does not exist, as a sentence; ``None`` if both do.

    Raises:
        HarnessError: no emulator responds there.
    """
    query = {"username": username, "user_pool_id": user_pool_id or ""}
    missing = _read(_address(endpoint_url), query).get("missing")
    return missing if isinstance(missing, str) else None


def why_unreachable(endpoint_url: str, error: OSError) -> str | None:
    """Return a message that says how to start an emulator, if nothing listens at an address."""
    reason = getattr(error, "reason", error)
    if not isinstance(reason, ConnectionRefusedError):
        return None
    return f"no emulator at {endpoint_url.rstrip('/')}; start one with `cognito-harness serve`"


def open_loopback(request: urllib.request.Request | str, timeout: float) -> Any:
    """Send a request without any proxy, and return the open response; the caller closes it.

    For HTTPS, ``AWS_CA_BUNDLE`` names the trusted certificates, as for the AWS SDKs.

    Raises:
        OSError: there is no server, or the bundle cannot be read.
    """
    return _opener(os.environ.get(_BUNDLE) or None).open(request, timeout=timeout)


@functools.cache
def _opener(bundle: str | None) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if bundle is not None:
        context = ssl.create_default_context(cafile=bundle)
        handlers.append(urllib.request.HTTPSHandler(context=context))
    return urllib.request.build_opener(*handlers)


def _get(url: str, address: str) -> bytes:
    try:
        with open_loopback(url, _TIMEOUT_SECONDS) as response:
            content: bytes = response.read()
            return content
    except urllib.error.HTTPError as error:
        # The error is a response too, so its connection must be closed.
        with error:
            raise _unreadable(address, f"HTTP {error.code} {error.reason}") from error
    except OSError as error:
        refused = why_unreachable(address.removesuffix(_OUTBOX), error)
        if refused is not None:
            raise HarnessError(refused) from error
        raise _unreadable(address, getattr(error, "reason", error)) from error
    except ValueError as error:
        raise _unreadable(address, error) from error


def _unreadable(address: str, reason: object) -> HarnessError:
    return HarnessError(f"the outbox at {address} cannot be read: {reason}")


def _address(endpoint_url: str) -> str:
    return endpoint_url.rstrip("/") + _OUTBOX


def _read(address: str, query: Mapping[str, str]) -> Mapping[str, Any]:
    content = _get(f"{address}?{urlencode(query)}", address)
    try:
        response: Mapping[str, Any] = json.loads(content)
        response["messages"]
    except (ValueError, KeyError, TypeError) as error:
        raise HarnessError(f"the response of {address} is not the outbox of an emulator") from error
    return response
