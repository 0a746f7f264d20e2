"""Skipping tests that need more than the target of this run can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pytest

from harness.errors import MissingCapability
from harness.targets.base import Capability, SaysWhy, Target

if TYPE_CHECKING:
    from harness.settings.run_settings import Settings

__all__ = ["capabilities_of", "or_skip", "skip_without"]

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
        pytest.skip(str(MissingCapability(capability.value, target.name, reason)))


def or_skip(prepare: Callable[[], Result]) -> Result:
    """Return what ``prepare`` returns; skip the test if the target lacks a capability for it."""
    try:
        return prepare()
    except MissingCapability as error:
        pytest.skip(str(error))
