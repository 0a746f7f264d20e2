"""Carries a load run out: prepares, runs Locust, and removes what the run made."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.load.load_options import LoadOptions
from harness.cli.load.pacing import has_quotas, pace, repeat_calls
from harness.cli.load.plans import write_plan
from harness.cli.load.progress import counted, say
from harness.cli.load.removing import remove_prepared
from harness.cli.load.services import opened
from harness.cli.load.stopping import stopped_by_signals
from harness.cli.outcome import ExitCode, complain
from harness.errors import ConfigurationError, HarnessError

if TYPE_CHECKING:
    from harness.load.children import Children
    from harness.load.numbers import Numbers
    from harness.load.people_file import People
    from harness.load.profile import LoadProfile
    from harness.load.setup import LoadService, LoadSetup
    from harness.targets.control import ControlSurface

__all__ = ["LoadCommand"]


class LoadCommand:
    """One run of `cognito-harness load`.

    Args:
        options: what was given on the command line.
    """

    def __init__(self, options: LoadOptions) -> None:
        self._options = options

    def run(self) -> int:
        """Do what the options say, and return the exit code."""
        from harness.load.children import children
        from harness.load.run import require_locust

        options = self._options
        options.require()
        if options.remove is not None:
            with stopped_by_signals(), children() as started:
                return remove_prepared(options, options.remove, started)
        profile = options.read_profile()
        _require_end(options, profile)
        options.app()
        if options.service.target == "preflight":
            print("\n".join(["the same run on AWS would use at most", *self._usage(profile)]))
            return ExitCode.EXPECTED
        require_locust()
        self._judge_processes(profile)
        with stopped_by_signals(), children() as started:
            return self._run_with(started, profile)

    def _judge_processes(self, profile: LoadProfile) -> None:
        """Refuse processes that would have no user, and say if there are more than cores.

        Raises:
            ConfigurationError: there are more processes than users.
        """
        processes, users = self._options.processes, self._options.most_users(profile)
        if processes > users:
            hint = f"the run has at most {_users(users)}, and each process needs one"
            raise ConfigurationError("--processes", given=processes, hint=hint)
        cores = os.cpu_count() or 1
        if processes > cores:
            say(f"{processes} processes on a machine with {cores} cores only wait for each other")

    def _run_with(self, children: Children, profile: LoadProfile) -> int:
        options = self._options
        app = options.app()
        with opened(options.service, children) as (service, own):
            if options.service.target == "aws":
                say("\n  ".join(["this run uses at most", *self._usage(profile)]))
            repeat_calls(service)
            # What is in the run's own emulator is gone with it.
            setup = self._begin(service, children.folder if own else Path(options.journal))
            with self._removed_at_end(setup, keep=options.prepare is not None):
                if app is None:
                    setup.make_pool()
                else:
                    setup.use_pool(app, profile, options.profile)
                return self._prepared_run(setup, service, own, profile, children)

    def _begin(self, service: LoadService, folder: Path) -> LoadSetup:
        from harness.load.setup import LoadSetup

        return LoadSetup(service, folder)

    def _prepared_run(
        self,
        setup: LoadSetup,
        service: LoadService,
        own: ControlSurface | None,
        profile: LoadProfile,
        children: Children,
    ) -> int:
        from harness.load.run import LOCUSTFILE, run_locust

        options = self._options
        # Asked before those of an emulator of the run's own are switched off.
        numbers = options.numbers(profile, quotas=has_quotas(options, service))
        with self._without_quotas(service, own):
            people = self._people(setup, numbers)
        plan = write_plan(options, setup, service, people, children.folder)
        if options.prepare is not None:
            return ExitCode.EXPECTED
        say(f"running {', '.join(name for name, weight in profile.weights.items() if weight)}")
        if options.ramp:
            minutes = math.ceil(options.seconds(profile) / 60)
            say(f"the ramp takes {minutes} minutes at most; it ends when the knee is known")
        file = LOCUSTFILE.with_name("ramp_file.py") if options.ramp else LOCUSTFILE
        more = self._ramp() if options.ramp else ()
        try:
            return run_locust(plan, options.size(profile), children, file=file, more=more)
        finally:
            if options.people is not None:
                people.after_use(service.clock.time()).write(options.people)

    def _people(self, setup: LoadSetup, numbers: Numbers) -> People:
        """Return the people of the run: those in the file, and new ones where they are missing."""
        from harness.pools.making.ownership import PREFIX

        options = self._options
        there = self._people_there(setup)
        missing = numbers.without(there.people) if there else numbers
        with counted("people prepared") as tell:
            made = setup.prepare(missing, tell)
        if options.people is None:
            return made
        if there is not None:
            # They are of several runs, so only the beginning of their names is the same.
            made_names = replace(made, namespace=PREFIX)
            people = replace(made_names, people=(*there.people, *made.people))
        else:
            people = made
        people.write(options.people)
        setup.keep(made)
        return people

    def _people_there(self, setup: LoadSetup) -> People | None:
        from harness.load.people_file import People

        path = self._options.people
        if path is None or not path.exists():
            return None
        people, app = People.read(path), setup.app
        for what, theirs, ours in (
            ("in the user pool", people.user_pool_id, app.user_pool_id),
            ("of the app client", people.client_id, app.client_id),
            ("on the service", people.endpoint_url, setup.endpoint_url),
        ):
            if theirs != ours:
                hint = f"its people are {what} {theirs}, not {ours}"
                raise ConfigurationError("--people", given=str(path), hint=hint)
        return people

    @contextmanager
    def _without_quotas(self, service: LoadService, own: ControlSurface | None) -> Iterator[None]:
        """Prepare people without quotas in the run's own emulator, and within those of others."""
        if own is None:
            pace(self._options, service)
            yield
            return
        had_quotas = own.has_quotas()
        own.switch_quotas(False)
        yield
        own.switch_quotas(had_quotas)

    def _usage(self, profile: LoadProfile) -> list[str]:
        """Return what the run uses at most.

        Raises:
            ConfigurationError: it can make more users than ``--max-users`` allows.
        """
        from harness.load.estimate import estimate

        options, share = self._options, self._options.share() or 1.0
        usage = estimate(
            profile,
            options.numbers(profile),
            users=options.most_users(profile),
            seconds=options.seconds(profile),
            share=share,
            makes_pool=options.service.user_pool_id is None,
        )
        if usage.users > options.max_users:
            hint = f"the run can make {usage.users} users"
            raise ConfigurationError("--max-users", given=options.max_users, hint=hint)
        return usage.lines(share)

    def _ramp(self) -> tuple[str, ...]:
        options = self._options
        plot = () if options.plot is None else ("--ramp-plot", str(options.plot.resolve()))
        return (
            *("--ramp-max-p95", str(options.max_p95)),
            *("--ramp-max-throttled", str(options.max_throttled)),
            *("--ramp-max-rate", str(options.max_rate)),
            *("--ramp-step-time", str(options.step_time)),
            *plot,
        )

    @contextmanager
    def _removed_at_end(self, setup: LoadSetup, *, keep: bool) -> Iterator[None]:
        """Remove what the run made when a block ends, also if it fails.

        Args:
            setup: the pool and the people.
            keep: whether to keep them if the block does not fail.
        """
        try:
            yield
        except BaseException:
            # The first error is the one to report.
            try:
                _remove(setup)
            except HarnessError as problem:
                complain(str(problem))
            raise
        if keep:
            setup.end()
        else:
            _remove(setup)


def _require_end(options: LoadOptions, profile: LoadProfile) -> None:
    """Refuse to prepare a run on AWS that could make users without end.

    Raises:
        ConfigurationError: the profile has people sign up.
    """
    prepares = options.prepare is not None and options.service.target == "aws"
    if prepares and profile.weights.get("SignUpStorm"):
        hint = "Locust can run it for any time on AWS, so give a --profile without SignUpStorm"
        raise ConfigurationError("--prepare", given=str(options.prepare), hint=hint)


def _users(number: int) -> str:
    return "1 user" if number == 1 else f"{number} users"


def _remove(setup: LoadSetup) -> None:
    with counted("removed") as tell:
        setup.remove(tell)
