"""Writes the plan of a load run, which every Locust process reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.load.load_options import LoadOptions
from harness.cli.load.progress import say

if TYPE_CHECKING:
    from harness.load.people_file import People
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
        profile=_profile(options, work),
        quota_share=options.share(),
        account=service.account,
        # In a pool that the run made, nobody needs to know who signs up: they go with the pool.
        journal=None if setup.makes_pool else setup.record.folder.resolve(),
    )
    plan.write(path)
    if options.prepare is not None:
        _explain(path, path.parent / people_file)
    return path


def _profile(options: LoadOptions, work: Path) -> Path | None:
    if options.ramp and options.profile is None:
        path = work / "ramp.toml"
        path.write_text(_RAMP_PROFILE, encoding="utf-8")
        return path
    return None if options.profile is None else options.profile.resolve()


def _explain(plan: Path, people: Path) -> None:
    """Say how to go on: on this machine, or on others after copying the two files."""
    from harness.load.plan import PLAN_VARIABLE
    from harness.load.run import LOCUSTFILE

    say(f"wrote {plan} and {people}; they have secrets")
    for role in ("--master", "--worker"):
        print(f"{PLAN_VARIABLE}={plan} locust -f {LOCUSTFILE} {role}")
    print(f"cognito-harness load --remove {plan}")
