"""The calls of an app under test: seen by the service or in this process, and kept off AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from harness.errors import HarnessError
from harness.plugin.report.evidence import forget_elsewhere, note_elsewhere
from harness.plugin.report.failure import kept_explanation
from harness.settings.values import is_aws
from harness.targets.base import AppCall, SeesCallsOfApps

if TYPE_CHECKING:
    from harness.flows.trace import Trace
    from harness.plugin.run.pool_cache import PoolCache
    from harness.targets.base import Target

__all__ = ["calls_of_apps", "watching_clients"]


def calls_of_apps(target: Target, trace: Trace) -> AbstractContextManager[None]:
    """Add the calls of apps to a trace inside the ``with`` block, if the target sees them."""

    def add(call: AppCall) -> None:
        trace.add_call_of_app(**vars(call))

    seen = target.app_calls(add) if isinstance(target, SeesCallsOfApps) else None
    return nullcontext() if seen is None else seen


@contextmanager
def watching_clients(
    item: pytest.Item, target: Target, trace: Trace, pools: PoolCache
) -> Iterator[None]:
    """Watch the boto3 clients of this process inside the ``with`` block.

    Where the target does not see the calls of apps, the trace gets those of this process. A call
    that goes elsewhere is noted for the report of a failure, and does not leave for AWS. An
    existing pool is protected from these clients as from the run's own.

    Args:
        item: the test.
        target: the service of the run.
        trace: the trace of the test.
        pools: the source of the run's pools.

    Raises:
        HarnessError: at the end, if a call to AWS was stopped. The app may have hidden it.
    """
    from harness.flows.client_watch import watched_clients

    forget_elsewhere(item)
    watch = _Watch(item, target, trace, pools)
    with ExitStack() as observed, watched_clients(watch.calls, watch.leaves):
        observed.callback(watch.end)
        yield
    hidden = [error for error in watch.stopped if kept_explanation(item, error) is None]
    if hidden and len(hidden) == len(watch.stopped):
        raise hidden[0]


class _Watch:
    """What the clients of one test do."""

    def __init__(self, item: pytest.Item, target: Target, trace: Trace, pools: PoolCache) -> None:
        from harness.plugin.run.existing_pool import ExistingPool

        self._item, self._trace = item, trace
        self._existing = pools if isinstance(pools, ExistingPool) else None
        self._own = target.client()
        self._url = target.url
        self._is_aws = target.name == "aws"
        self._sees_calls = isinstance(target, SeesCallsOfApps) and _sees(target)
        self._lock = Lock()
        self._observed: dict[int, Any] = {}
        self.stopped: list[HarnessError] = []

    def calls(self, client: Any, operation: str, parameters: Any) -> None:
        """Have the trace record a client of an app; note a call that goes elsewhere."""
        if client is self._own:
            return
        url = client.meta.endpoint_url
        if _origin(url) != _origin(self._url):
            note_elsewhere(self._item, f"{operation} of a boto3 client that calls {url}")
            if isinstance(parameters, Mapping):
                self._trace.hide_parameters(parameters)
        elif not self._sees_calls:
            self._observe(client)

    def _observe(self, client: Any) -> None:
        with self._lock:
            if id(client) in self._observed:
                return
            self._observed[id(client)] = client  # kept, since an id can be used again
            self._trace.observe(client, by_app=True)
            if self._existing is not None:
                self._existing.watch_client(client)

    def leaves(self, url: str) -> None:
        """Stop a request that would reach AWS, if AWS is not the target.

        Raises:
            HarnessError: says what to do.
        """
        if self._is_aws or _origin(url) == _origin(self._url):
            return
        if not is_aws(urlsplit(url).hostname or ""):
            return
        error = HarnessError(
            f"a boto3 client of the app calls {url} and not the target at {self._url}, so nothing "
            "was sent: it was made before cognito_environment, or with an endpoint_url of its own; "
            "see docs/recipes/apps.md#clients-that-the-app-keeps"
        )
        self.stopped.append(error)
        raise error

    def end(self) -> None:
        """Stop recording."""
        for client in self._observed.values():
            self._trace.disregard(client)


def _sees(target: SeesCallsOfApps) -> bool:
    return target.app_calls(lambda _: None) is not None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
