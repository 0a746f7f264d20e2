"""Locust's users: one class for each flow, and one for the mix of a profile."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from locust import User, between, constant_throughput, task
from locust.user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_WAITING

from harness.load.flows import run_flow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.load.profile import Pace
    from harness.load.session import LoadSession

__all__ = [
    "FlowUser",
    "Refresh",
    "RememberedDeviceSignIn",
    "SignUpStorm",
    "SrpSignIn",
    "TotpSignIn",
    "WeightedMix",
    "WrongCodeProbing",
    "use_session",
]


class FlowUser(User):
    """A user who runs one flow again and again."""

    abstract = True
    #: What the users of this process share; `use_session` sets it.
    session: ClassVar[LoadSession]

    @task
    def run_flow(self) -> None:
        """Run the flow once."""
        run_flow(self.session, self.next_flow(), waiting=self._waiting)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Let Locust stop this user at once inside the block, as it can between two flows."""
        # Locust has no other way: it would wait for this user until the stop timeout.
        self._state = LOCUST_STATE_WAITING
        yield
        self._state = LOCUST_STATE_RUNNING

    def next_flow(self) -> str:
        """Return the name of the flow to run: that of the class."""
        return type(self).__name__


class SignUpStorm(FlowUser):
    """Signs new people up."""


class SrpSignIn(FlowUser):
    """Signs in with password and SRP."""


class TotpSignIn(FlowUser):
    """Signs in with SRP and a TOTP code."""


class RememberedDeviceSignIn(FlowUser):
    """Signs in with SRP and a remembered device."""


class Refresh(FlowUser):
    """Refreshes the tokens of people with a remembered device."""


class WrongCodeProbing(FlowUser):
    """Tries wrong TOTP codes."""


class WeightedMix(FlowUser):
    """Runs the flows of the profile, each as often as its weight says."""

    def next_flow(self) -> str:
        """Return the name of a flow, drawn by the weights."""
        weights = self.session.profile.weights
        return _RANDOM.choices(list(weights), list(weights.values()))[0]


#: Not seeded: Locust's processes are forks of one, and would all draw the same flows.
_RANDOM = random.SystemRandom()


def use_session(session: LoadSession) -> None:
    """Have all users of this process use a session, at the pace of its profile."""
    FlowUser.session = session
    FlowUser.wait_time = _wait_time(session.profile.pace)


def _wait_time(pace: Pace) -> Callable[[User], float]:
    wait: Callable[[User], float] = (
        between(*pace.think_time)
        if pace.throughput is None
        else constant_throughput(pace.throughput)
    )
    return wait
