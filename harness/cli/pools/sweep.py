"""``cognito-harness sweep``: deletes what killed runs left in a real account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.outcome import ExitCode
from harness.cli.pools.account_options import Accounts, JournalFolder, Region, account_target

if TYPE_CHECKING:
    from harness.pools.making.journal import WrittenJournal
    from harness.pools.making.sweep import Sweep
    from harness.targets.aws import AwsTarget

__all__ = ["sweep"]


def sweep(
    aws_accounts: Accounts,
    region: Region = None,
    journal: JournalFolder = ".cognito-harness",
    yes: Annotated[
        bool, typer.Option("--yes", help="Delete what is found instead of listing it.")
    ] = (False),
) -> int:
    """Find and delete what killed runs left in an AWS account.

    Finds user pools by the journals of the runs, or by name prefix, tags and expiry. Finds users
    in existing pools by the journals only. Skips runs that are still going on. Deletes only with
    --yes. Exits with 1 if something is left.
    """
    from harness.pools.making.journal import written_journals
    from harness.pools.making.sweep import Sweep, SweepScope

    target = account_target(aws_accounts, region)
    journals: list[WrittenJournal] = []
    try:
        scope = SweepScope(**target.place())
        journals = written_journals(Path(journal))
        _pace(target, Path(journal))
        _print_skipped(sum(not scope.covers(written) for written in journals))
        found = Sweep(target.client(), scope, journals, target.clock.time())
        return _delete(found) if yes else _show(found)
    finally:
        for written in journals:
            written.close()
        target.stop()


def _pace(target: AwsTarget, folder: Path) -> None:
    from harness.flows.pacing import OwnSlots, Pacer, Slots

    # Share the request quota with the runs that use the same folder, but create nothing here.
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
    print(f"found {len(leftovers)}; use --yes to delete")
    return ExitCode.FINDING


def _delete(sweep: Sweep) -> int:
    failed = 0
    if cleared := sweep.clear_away():
        print(f"deleted journals of runs that left nothing: {cleared}")
    for leftover, reason in sweep.remove(sweep.find()):
        failed += reason is not None
        print(f"deleted {leftover}" if reason is None else f"could not delete {leftover}: {reason}")
    print("nothing is left" if not failed else f"{failed} left")
    return ExitCode.FINDING if failed else ExitCode.EXPECTED


def _print_skipped(count: int) -> None:
    if count:
        print(f"skipped journals of other accounts, regions or endpoints: {count}")
