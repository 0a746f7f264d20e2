"""Writes the plan of a load run, which every Locust process reads."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.load.load_options import LoadOptions
from harness.cli.load.progress import say

if TYPE_CHECKING:
    from harness.cli.load.services import ServiceOptions
    from harness.load.people_file import People
    from harness.load.plan import LoadPlan
    from harness.load.setup import LoadService, LoadSetup

__all__ = ["people_beside", "write_plan"]

_RAMP_PROFILE = "[flows]\nRememberedDeviceSignIn = 1\n"


def people_beside(plan: Path) -> Path:
    """Return the name of the file with the people of a prepared plan, in the same folder."""
    return Path(f"{plan.stem}.people.json")


def write_plan(
    options: LoadOptions,
    setup: LoadSetup,
    service: LoadService,
    people: People,
    work: Path,
) -> Path:
    """Write the plan and its people, and return the path of the plan.

    Args:
        options: what was given on the command line.
        setup: the pool of the run.
        service: the service that the run calls.
        people: the people who were prepared.
        work: the folder of a run that keeps nothing.
    """
    from harness.load.plan import LoadPlan
    from harness.load.plan_use import mark_beside

    path = options.prepare or work / "plan.json"
    # Also with --people: that file is of many runs, and this one of the plan alone.
    people_file = people_beside(path)
    people.write(path.parent / people_file)
    mark_beside(path.parent / people_file).unlink(missing_ok=True)
    plan = LoadPlan(
        endpoint_url=service.endpoint_url,
        region=service.region,
        app=setup.app,
        people=people_file,
        namespace=setup.record.namespace,
        profile=_profile(options),
        quota_share=options.share(),
        account=service.account,
        # In a pool that the run made, nobody needs to know who signs up: they go with the pool.
        journal=None if setup.makes_pool else _journal(setup, path),
        target=options.service.target,
        prepared=setup.record.folder.resolve(),
    )
    plan.write(path)
    if options.prepare is not None:
        _explain(plan, path, path.parent / people_file, options.service)
    return path


def _profile(options: LoadOptions) -> str | None:
    """Return the text of the profile: the machine that runs the plan need not have the file."""
    if options.profile is not None:
        return options.profile.read_text(encoding="utf-8")
    return _RAMP_PROFILE if options.ramp else None


def _journal(setup: LoadSetup, plan: Path) -> Path:
    """Return the folder of the journals, beside the plan wherever it is copied if it is here."""
    journal, folder = setup.record.folder.resolve(), plan.parent.resolve()
    return journal.relative_to(folder) if journal.is_relative_to(folder) else journal


def _explain(plan: LoadPlan, path: Path, people: Path, service: ServiceOptions) -> None:
    """Say how to go on: on this machine, or on others after copying the two files."""
    from harness.load.plan import PLAN_VARIABLE
    from harness.load.run import LOCUSTFILE

    say(f"wrote {path} and {people}; they have secrets")
    absolute = str(path.resolve())
    for role in ("--master", "--worker"):
        locust = shlex.join(["locust", "-f", str(LOCUSTFILE), role])
        print(f"{PLAN_VARIABLE}={shlex.quote(absolute)} {locust}")
    print(shlex.join(["cognito-harness", "load", "--remove", absolute, *_service(plan, service)]))


def _service(plan: LoadPlan, service: ServiceOptions) -> Iterator[str]:
    """Yield the options with which another process finds the service and the journal."""
    named = {
        "--target": plan.target,
        "--endpoint-url": service.endpoint_url,
        "--region": plan.region,
        "--aws-accounts": service.aws_accounts if plan.target == "aws" else None,
        "--aws-charges": service.aws_charges if plan.target == "aws" else None,
        "--journal": plan.prepared,
    }
    for option, value in named.items():
        if value is not None:
            yield from (option, str(value))
