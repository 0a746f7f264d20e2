"""The file that Locust runs for a ramp: ``locust -f harness/load/ramp_file.py --headless``.

The environment variable COGNITO_HARNESS_LOAD_PLAN names the plan of the run.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import WorkerRunner

# Whoever imports it has the session of the plan, and its results in Locust's statistics.
import harness.load.locustfile  # noqa: F401
from harness.load import ramp
from harness.load.knee import START, Bounds, KneeSearch
from harness.load.plot import plot

__all__ = ["Ramp", "SignIns"]


class SignIns(ramp.RampUser):
    """Signs in once a second."""


class Ramp(ramp.RampShape):
    """Raises the rate of sign-ins, as Locust's options say."""


def _add_options(parser: ArgumentParser, **_: Any) -> None:
    parser.add_argument("--ramp-max-p95", type=float, default=500.0, help="milliseconds")
    parser.add_argument("--ramp-max-throttled", type=float, default=1.0, help="percent")
    parser.add_argument("--ramp-max-rate", type=int, default=200, help="sign-ins a second")
    parser.add_argument("--ramp-step-time", type=float, default=10.0, help="seconds")
    parser.add_argument("--ramp-plot", default="", help="an SVG file")


def _begin(environment: Environment, **_: Any) -> None:
    # The locustfile, which hears of the beginning first, has put its mix there.
    environment.user_classes[:] = [SignIns]
    if isinstance(environment.runner, WorkerRunner):
        return
    options: Any = environment.parsed_options
    bounds = Bounds(options.ramp_max_p95, options.ramp_max_throttled / 100)
    Ramp.search = KneeSearch(bounds, min(START, options.ramp_max_rate), options.ramp_max_rate)
    Ramp.step_seconds = round(options.ramp_step_time)
    listening: Any = environment.events
    listening.quitting.add_listener(_judge)
    listening.quit.add_listener(lambda **_: _report(options.ramp_plot))


def _judge(environment: Environment, **_: Any) -> None:
    # Beyond the knee, failures are what the ramp looks for.
    environment.process_exit_code = 1 if Ramp.search.knee is None else 0
    options: Any = environment.parsed_options
    if path := options.ramp_plot:
        try:
            Path(path).write_text(plot(Ramp.search), encoding="utf-8")
        except OSError as error:
            print(f"--plot: cannot write {path}: {error.strerror}", file=sys.stderr, flush=True)
            environment.process_exit_code = 2


def _report(path: str) -> None:
    print("the table is of all steps together, also of those that were not held")
    print(Ramp.search.line(), flush=True)
    if path and Path(path).is_file():
        print(f"plot: {path}", flush=True)


_events: Any = events
_events.init_command_line_parser.add_listener(_add_options)
_events.init.add_listener(_begin)
