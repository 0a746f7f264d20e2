"""HTTP requests to a server on this machine."""

from __future__ import annotations

import functools
import os
import ssl
import urllib.request
from typing import Any

__all__ = ["open_loopback"]

#: By what the AWS SDKs are told whom to trust.
_BUNDLE = "AWS_CA_BUNDLE"


def open_loopback(request: urllib.request.Request | str, timeout: float) -> Any:
    """Send a request, past any proxy, and return the answer to be closed.

    A server that speaks HTTPS is trusted by ``AWS_CA_BUNDLE``, as by other programs. Raises
    OSError where there is no server, or no such bundle.
    """
    return _opener(os.environ.get(_BUNDLE) or None).open(request, timeout=timeout)


@functools.cache
def _opener(bundle: str | None) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if bundle is not None:
        context = ssl.create_default_context(cafile=bundle)
        handlers.append(urllib.request.HTTPSHandler(context=context))
    return urllib.request.build_opener(*handlers)
