"""The tags of the pools of a run, and the journal of what it makes on a real account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.plugin.run.metering import folder_of
from harness.plugin.run.run_identity import run_of
from harness.targets.base import AccountTarget

if TYPE_CHECKING:
    from harness.pools.making.journal import Journal
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = ["journal_of", "tags_of"]


def tags_of(config: pytest.Config, target: Target, settings: Settings) -> dict[str, str]:
    """Return the UserPoolTags of the pools of this run.

    On a real account they also name the owner and the time, by which `sweep` finds the pools.
    """
    run = run_of(config)
    if not isinstance(target, AccountTarget):
        return {"cognito-harness-run": run.namespace(settings).rstrip("-")}
    from harness.pools.making.ownership import Ownership

    owner = target.identity.owner if target.identity else ""
    return Ownership.from_now(owner, run.name(settings), target.clock.time()).tags()


def journal_of(config: pytest.Config, target: Target, settings: Settings) -> Journal:
    """Return the journal of this process of the run.

    Raises:
        HarnessError: the file cannot be written.
    """
    from harness.pools.making.journal import FileJournal, NoJournal

    if not isinstance(target, AccountTarget):
        return NoJournal()
    run = run_of(config)
    prefix = run.namespace(settings)
    facts = {"run": run.name(settings), "prefix": prefix, **target.place()}
    return FileJournal(folder_of(config, settings), prefix.rstrip("-"), facts)
