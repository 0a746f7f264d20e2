"""The file that Locust runs: ``locust -f harness/load/locustfile.py``.

The environment variable COGNITO_HARNESS_LOAD_PLAN names the plan of the run.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from locust import events
from locust.env import Environment

from harness.errors import HarnessError
from harness.load import distribution
from harness.load.last_rows import write_last_rows
from harness.load.plan import LoadPlan
from harness.load.report import RunReport
from harness.load.run_progress import LoadProgress
from harness.load.session import LoadSession
from harness.load.shapes import shape_of
from harness.load.users import (
    Refresh,
    RememberedDeviceSignIn,
    SignUpStorm,
    SrpSignIn,
    TotpSignIn,
    WeightedMix,
    WrongCodeProbing,
    use_session,
)

__all__ = [
    "ProfileShape",
    "Refresh",
    "RememberedDeviceSignIn",
    "SignUpStorm",
    "SrpSignIn",
    "TotpSignIn",
    "WeightedMix",
    "WrongCodeProbing",
]


def _session() -> LoadSession:
    try:
        return LoadSession(LoadPlan.of_environment(dict(os.environ)))
    except HarnessError as error:
        _stop(error)


def _stop(error: HarnessError) -> NoReturn:
    print(f"cognito-harness load: {error}", file=sys.stderr)
    sys.exit(2)


_SESSION = _session()
use_session(_SESSION)
write_last_rows()
#: The shape of the run, if the profile has stages.
ProfileShape = shape_of(_SESSION.profile.stages)


def _begin(environment: Environment, **_: Any) -> None:
    _choose_users(environment)
    _SESSION.recorder.report_to(environment)
    RunReport(_SESSION.recorder, _SESSION.loop_latency).attach(environment)
    LoadProgress().attach(environment)
    distribution.attach(environment, _SESSION)


def _choose_users(environment: Environment) -> None:
    """Keep the mix alone, unless the user has chosen classes or wants to."""
    options = environment.parsed_options
    if options is not None and not options.user_classes and not options.class_picker:
        environment.user_classes[:] = [WeightedMix]


# Locust gives no type for it.
_listen: Any = events.init.add_listener
_listen(_begin)
