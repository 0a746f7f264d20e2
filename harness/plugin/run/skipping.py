"""Skipping tests that need more than the target of this run can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pytest

from harness.errors import HarnessError, MissingCapability
from harness.plugin.run.unfit import BECAUSE_OF_THE_TARGET, SkipReason
from harness.targets.base import Capability, SaysWhy, Target

if TYPE_CHECKING:
    from harness.plugin.run.pool_cache import PoolCache
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.settings.run_settings import Settings

__all__ = ["capabilities_of", "or_skip", "refuse_unfit", "skip_reason_of", "skip_without"]

Result = TypeVar("Result")


def capabilities_of(target: Target, settings: Settings) -> frozenset[Capability]:
    """Return what the target can do together with the mailbox that the settings name."""
    from harness.targets.mailboxes import READ_ELSEWHERE

    if settings.mailbox.value in ("admin", "none"):
        return target.capabilities - {Capability.OUTBOX}
    if settings.mailbox.value in READ_ELSEWHERE:
        return target.capabilities | {Capability.OUTBOX}
    return target.capabilities


def skip_without(capability: Capability, target: Target, settings: Settings) -> None:
    """Skip the test if the target lacks a capability; the reason always has the same form."""
    if capability not in capabilities_of(target, settings):
        reason = target.reason_without(capability) if isinstance(target, SaysWhy) else None
        pytest.skip(skip_reason_of(MissingCapability(capability.value, target.name, reason)))


def or_skip(prepare: Callable[[], Result]) -> Result:
    """Return what ``prepare`` returns; skip the test if the target lacks a capability for it."""
    try:
        return prepare()
    except MissingCapability as error:
        reason = skip_reason_of(error)
    pytest.skip(reason)


def refuse_unfit(cache: PoolCache, pool: ProvisionedPool, field: str, needed: str) -> None:
    """Refuse a given pool that is not as a fixture of the test needs it.

    A skip would hide that somebody has weakened the pool. A test that a pool need not fit says so
    with a ``cognito_pool`` marker.

    Args:
        cache: the source of the run's pools.
        pool: the test's pool, which can also be one that the test has chosen.
        field: the field of the specification that decides.
        needed: what the fixture needs, as a sentence.

    Raises:
        HarnessError: names the setting that decides, and its line.
    """
    error = cache.unfit(field, needed)
    if error is not None and pool.spec is cache.given:
        raise HarnessError(f"this test {error}")


def skip_reason_of(error: MissingCapability) -> SkipReason:
    """Return the reason of a test that is skipped for an error, with what it is counted by."""
    known: SkipReason | None = getattr(error, "skip_reason", None)
    return known or SkipReason.of(str(error), BECAUSE_OF_THE_TARGET)
