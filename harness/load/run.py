"""Runs Locust on a plan, in a process of its own: Locust patches the standard library."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from harness.errors import HarnessError
from harness.load.children import Children
from harness.load.plan import PLAN_VARIABLE, LoadPlan

__all__ = ["LOCUSTFILE", "LoadSize", "require_locust", "run_locust"]

_FOLDER = Path(__file__).parent
#: The file for `locust -f`.
LOCUSTFILE = _FOLDER / "locustfile.py"
#: How long flows may take to end after the last one has begun: without it, Locust would cut off
#: requests that the service has counted.
_STOP_SECONDS = 10
#: How long Locust may take to stop and to report.
_PATIENCE_SECONDS = 3.0 * _STOP_SECONDS
_LEFT_OUT = ("LOCUST_", "AWS_")
#: Says which certificates to trust, and is no secret.
_KEPT = ("AWS_CA_BUNDLE",)


@dataclass(frozen=True)
class LoadSize:
    """How many users a run has, for how long, and where Locust writes its reports.

    Attributes:
        users: how many Locust users; ``None`` if the profile has stages.
        spawn_rate: how many of them start in a second.
        run_time: length of the run in seconds.
        processes: in how many processes the users are.
        csv: the start of the names of Locust's CSV files.
        html: Locust's report.
    """

    users: int | None
    spawn_rate: float | None
    run_time: float | None
    processes: int = 1
    csv: Path | None = None
    html: Path | None = None

    def options(self) -> Iterator[str]:
        """Yield Locust's options."""
        named = {
            "--users": self.users,
            "--spawn-rate": self.spawn_rate,
            "--run-time": None if self.run_time is None else f"{round(self.run_time)}s",
            "--processes": self.processes if self.processes > 1 else None,
            "--csv": None if self.csv is None else self.csv.resolve(),
            "--html": None if self.html is None else self.html.resolve(),
        }
        for option, value in named.items():
            if value is not None:
                yield from (option, str(value))


def require_locust() -> None:
    """Refuse to go on without Locust.

    Raises:
        HarnessError: the extra is not installed; says what to install.
    """
    if find_spec("locust") is None:
        raise HarnessError("load runs need Locust: pip install 'cognito-mfa-harness[load]'")


def run_locust(
    plan: Path,
    size: LoadSize,
    children: Children,
    *,
    file: Path = LOCUSTFILE,
    more: tuple[str, ...] = (),
) -> int:
    """Run Locust to its end and return its exit code: 1 if a request failed.

    On Ctrl-C, Locust stops its users and shows its report before the interrupt goes on. On a second
    one it is killed.

    Args:
        plan: file of the plan.
        size: how many users, for how long.
        children: starts it.
        file: the locustfile.
        more: further options of Locust.
    """
    command = [
        *(sys.executable, "-m", "locust", "--locustfile", str(file)),
        *("--headless", "--only-summary"),
        # Without it, Locust prints its own tables too.
        "--skip-log-setup",
        *("--stop-timeout", str(_STOP_SECONDS)),
        *("--host", LoadPlan.read(plan).endpoint_url, *size.options(), *more),
    ]
    started = children.started(
        command,
        stop=signal.SIGINT,
        patience=_PATIENCE_SECONDS,
        cwd=plan.parent,
        env=_environment(plan),
    )
    with started as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Where the terminal is gone, nobody reads it, and the run must still end.
            with suppress(OSError):
                print(
                    "load: waiting until the flows that have begun are over and the processes "
                    f"have reported, at most {_PATIENCE_SECONDS:.0f} s; another Ctrl-C ends them "
                    "at once",
                    file=sys.stderr,
                    flush=True,
                )
            raise


def _environment(plan: Path) -> Mapping[str, str]:
    """Return the environment of Locust: with the plan, without other settings and credentials.

    The public operations that it calls need no credentials, so those of AWS stay here.
    """
    inherited = {
        name: text
        for name, text in os.environ.items()
        if name in _KEPT or not name.startswith(_LEFT_OUT)
    }
    # The package may be used from its folder, without being installed.
    paths = [str(_FOLDER.parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **inherited,
        PLAN_VARIABLE: str(plan.resolve()),
        "PYTHONPATH": os.pathsep.join(paths),
    }
