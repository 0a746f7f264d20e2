"""Removes what the preparation of a plan has made, and the files of the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.load.load_options import LoadOptions
from harness.cli.load.pacing import pace
from harness.cli.load.plans import people_beside
from harness.cli.load.progress import counted, say
from harness.cli.load.services import opened
from harness.cli.outcome import ExitCode
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.load.children import Children

__all__ = ["remove_prepared"]


def remove_prepared(options: LoadOptions, path: Path, children: Children) -> int:
    """Delete the people, the sign-ups and the pool of a plan, then its files.

    Raises:
        ConfigurationError: it is the plan of another service, or nothing is known of its run.
        HarnessError: something is left behind; names it.
    """
    from harness.load.plan import LoadPlan
    from harness.load.record import LoadRecord
    from harness.load.removal import Removal

    plan = LoadPlan.read(path)
    service_options = options.service
    if service_options.target == "server" and service_options.endpoint_url is None:
        service_options = replace(service_options, endpoint_url=plan.endpoint_url)
    with opened(service_options, children) as (service, _):
        if service.endpoint_url != plan.endpoint_url:
            hint = f"its service is {plan.endpoint_url}, not {service.endpoint_url}"
            raise ConfigurationError("--remove", given=str(path), hint=hint)
        folder = Path(options.journal)
        record = LoadRecord.of_namespace(plan.namespace, folder, service.place())
        if not record.has_journals():
            hint = f"no journal in {folder} is of its run; give the --journal of the preparation"
            raise ConfigurationError("--remove", given=str(path), hint=hint)
        pace(options, service)
        with counted("removed") as tell:
            Removal(service.client, record).remove(tell)
    for file in (path.parent / people_beside(path), path):
        if file.exists():
            file.unlink()
            say(f"deleted {file}")
    return ExitCode.EXPECTED
