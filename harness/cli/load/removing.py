"""Removes what the preparation of a plan has made, and the files of the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.load.load_options import LoadOptions
from harness.cli.load.pacing import pace
from harness.cli.load.plans import people_beside
from harness.cli.load.progress import counted, say
from harness.cli.load.services import ServiceOptions, opened
from harness.cli.outcome import ExitCode
from harness.errors import ConfigurationError, HarnessError

if TYPE_CHECKING:
    from harness.load.children import Children
    from harness.load.plan import LoadPlan

__all__ = ["remove_prepared"]


def remove_prepared(options: LoadOptions, path: Path, children: Children) -> int:
    """Delete the people, the sign-ups and the pool of a plan, then its files.

    Raises:
        ConfigurationError: it is the plan of another service, or nothing is known of its run.
        HarnessError: something is left behind; names it.
    """
    from harness.load.plan import LoadPlan
    from harness.load.plan_use import mark_beside
    from harness.load.record import LoadRecord
    from harness.load.removal import Removal

    try:
        plan = LoadPlan.read(path)
    except HarnessError as error:
        raise ConfigurationError("--remove", given=str(path), hint=str(error)) from None
    with opened(_service(options, plan), children) as (service, _):
        if service.endpoint_url != plan.endpoint_url:
            hint = f"its service is {plan.endpoint_url}, not {service.endpoint_url}"
            raise ConfigurationError("--remove", given=str(path), hint=hint)
        found = (
            LoadRecord.of_namespace(plan.namespace, folder, service.place())
            for folder in _folders(options, plan)
        )
        records = [record for record in found if record.has_journals()]
        if not records:
            folder = options.journal
            hint = f"no journal in {folder} is of its run; give the --journal of the preparation"
            raise ConfigurationError("--remove", given=str(path), hint=hint)
        pace(options, service)
        for record in records:
            with counted("removed") as tell:
                Removal(service.client, record).remove(tell)
    people = path.parent / people_beside(path)
    mark_beside(people).unlink(missing_ok=True)
    for file in (people, path):
        if file.exists():
            file.unlink()
            say(f"deleted {file}")
    return ExitCode.EXPECTED


def _service(options: LoadOptions, plan: LoadPlan) -> ServiceOptions:
    """Return how to reach the service: as given, otherwise as the preparation did."""
    given = options.service
    if given.target != "server" or given.endpoint_url is not None:
        return given
    on_aws = plan.target == "aws"
    found = replace(
        given,
        target=plan.target,
        endpoint_url=None if on_aws else plan.endpoint_url,
        region=given.region or plan.region,
    )
    found.require()
    return found


def _folders(options: LoadOptions, plan: LoadPlan) -> list[Path]:
    """Return where journals can be: in the folder given, of the preparation, and of a worker."""
    folders = (Path(options.journal), plan.prepared, plan.journal)
    return list(dict.fromkeys(folder.resolve() for folder in folders if folder is not None))
