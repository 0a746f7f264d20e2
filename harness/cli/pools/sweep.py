"""``cognito-harness sweep``: deletes what killed runs have left on a real account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.outcome import ExitCode
from harness.cli.pools.account_options import Accounts, JournalFolder, Region

if TYPE_CHECKING:
    from pathlib import Path

    from harness.pools.making.journal import WrittenJournal
    from harness.pools.making.sweep import Sweep
    from harness.targets.aws import AwsTarget

__all__ = ["sweep"]


def sweep(
    aws_accounts: Accounts,
    region: Region = None,
    journal: JournalFolder = ".cognito-harness",
    yes: Annotated[bool, typer.Option("--yes", help="Delete it; otherwise it is only shown.")] = (
        False
    ),
) -> int:
    """Show what runs have left in an AWS account, and delete it with --yes.

    User pools are found by the journals of runs, or by prefix, tags and expiry; users in pools
    that were there before by the journals alone. Runs that still go on are left alone.
    Exits with 1 where something is left.
    """
    from pathlib import Path

    from harness.cli.pools.account_options import account_target
    from harness.pools.making.journal import written_journals
    from harness.pools.making.sweep import Sweep, SweepScope

    target = account_target(aws_accounts, region)
    journals: list[WrittenJournal] = []
    try:
        scope = SweepScope(**target.place())
        journals = written_journals(Path(journal))
        _pace(target, Path(journal))
        _tell_of_others(sum(not scope.covers(written) for written in journals))
        found = Sweep(target.client(), scope, journals, target.clock.time())
        return _delete(found) if yes else _show(found)
    finally:
        for written in journals:
            written.close()
        target.stop()


def _pace(target: AwsTarget, folder: Path) -> None:
    from harness.flows.pacing import OwnSlots, Pacer, Slots

    # With the runs that share the journals' folder; nothing is made just for looking.
    slots = Slots(folder / "pacing.json") if folder.is_dir() else OwnSlots()
    place = "/".join(target.place().values())
    pacer = Pacer(slots, target.clock, place=place, share=0.5, attempts=target.attempts)
    pacer.attach(target.client())


def _show(sweep: Sweep) -> int:
    leftovers = sweep.find()
    for leftover in leftovers:
        if leftover.obstacle:
            print(f"cannot delete {leftover}: {leftover.obstacle}")
        else:
            print(f"would delete {leftover}")
    if not leftovers:
        print("nothing is left")
        return ExitCode.EXPECTED
    print(f"{len(leftovers)} left; --yes deletes them")
    return ExitCode.FINDING


def _delete(sweep: Sweep) -> int:
    failed = 0
    if cleared := sweep.clear_away():
        print(f"journals of runs that left nothing: {cleared}; cleared away")
    for leftover, reason in sweep.remove(sweep.find()):
        failed += reason is not None
        print(f"deleted {leftover}" if reason is None else f"could not delete {leftover}: {reason}")
    print("nothing is left" if not failed else f"{failed} left")
    return ExitCode.FINDING if failed else ExitCode.EXPECTED


def _tell_of_others(count: int) -> None:
    if count:
        print(f"journals of other accounts, regions or endpoints: {count}; left alone")
