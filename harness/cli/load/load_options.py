"""The options of one load run together: what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cli.load.option_rules import require_consistent
from harness.cli.load.services import ServiceOptions
from harness.cli.options import usable
from harness.errors import ConfigurationError
from harness.settings import values as rules

if TYPE_CHECKING:
    from harness.flows.actions import AppClient
    from harness.load.numbers import Numbers
    from harness.load.profile import LoadProfile
    from harness.load.run import LoadSize

__all__ = ["LoadOptions"]

_USERS, _SPAWN_RATE, _RUN_TIME = 20, 10.0, 30.0
#: The quotas of a served emulator are counted in whole seconds of its clock. Requests on their way
#: come a little earlier or later than they were sent, so that a run at the whole rate would have
#: too many in some of them.
_SHARE = 96
#: A real account has other users.
_SHARE_ON_AWS = 50
#: For how much of the quotas there are people in a run without a pace: more is throttled.
_UNPACED_SHARE = 2.0
#: Seconds from the measurement of one rate to that of the next: users start, workers report.
_BETWEEN_STEPS = 15.0
#: The flow of a ramp without a profile.
_RAMP_FLOW = "RememberedDeviceSignIn"


@dataclass(frozen=True)
class LoadOptions:
    """What was given on the command line; ``None`` where an option was not.

    Attributes:
        given: the arguments that the command line itself has, not the environment.
    """

    service: ServiceOptions
    client_id: str | None
    client_secret: str | None
    profile: Path | None
    users: int | None
    spawn_rate: float | None
    run_time: float | None
    processes: int
    people: Path | None
    prepare: Path | None
    remove: Path | None
    quota_share: int | None
    unpaced: bool
    ramp: bool
    max_p95: float
    max_throttled: float
    max_rate: int
    step_time: float
    plot: Path | None
    csv: Path | None
    html: Path | None
    max_users: int
    journal: str
    given: frozenset[str]

    @classmethod
    def of(cls, arguments: Mapping[str, Any], given: frozenset[str]) -> LoadOptions:
        """Return the options of the command's arguments, by their names."""
        service = {field.name: arguments[field.name] for field in fields(ServiceOptions)}
        own = {
            field.name: arguments[field.name]
            for field in fields(cls)
            if field.name not in ("service", "given")
        }
        return cls(service=ServiceOptions(**service), given=given, **own)

    def require(self) -> None:
        """Refuse options that contradict each other, before anything is done.

        Raises:
            HarnessError: an option is missing, or has no effect beside another one.
        """
        require_consistent({**vars(self.service), **vars(self)})
        self.service.require()

    def share(self) -> float | None:
        """Return the share of the quotas that the run keeps to; ``None`` if it is not paced."""
        if self.unpaced or self.ramp:
            return None
        usual = _SHARE_ON_AWS if self.service.target in ("aws", "preflight") else _SHARE
        return (self.quota_share or usual) / 100

    def app(self) -> AppClient | None:
        """Return the app client of the existing pool; ``None`` if the run makes its pool."""
        from harness.flows.actions import AppClient

        pool_id = self.service.user_pool_id
        if pool_id is None or self.client_id is None:
            return None
        given = self.client_secret
        secret = None if given is None else usable("--client-secret", rules.client_secret, given)
        return AppClient(pool_id, self.client_id, secret)

    def read_profile(self) -> LoadProfile:
        """Return the profile of the run.

        Raises:
            ConfigurationError: it cannot be used, or its stages contradict an option.
        """
        from harness.load.profile import LoadProfile, read_load_profile

        if self.profile is None:
            return LoadProfile(weights={_RAMP_FLOW: 1.0}) if self.ramp else LoadProfile()
        profile = read_load_profile(self.profile)
        hint = f"the profile {self.profile} has stages, which say the same"
        for name, value in self._sizes():
            if profile.stages and value is not None:
                raise ConfigurationError(name, given=value, hint=hint)
        if self.ramp and (why := profile.why_no_ramp()):
            hint = f"not together with --ramp: {why}"
            raise ConfigurationError("--profile", given=str(self.profile), hint=hint)
        return profile

    def size(self, profile: LoadProfile) -> LoadSize:
        """Return how many users the run has, and for how long."""
        from harness.load.run import LoadSize

        shaped = bool(profile.stages) or self.ramp
        return LoadSize(
            users=None if shaped else self.users or _USERS,
            spawn_rate=None if shaped else self.spawn_rate or _SPAWN_RATE,
            run_time=None if shaped else self.run_time or _RUN_TIME,
            processes=self.processes,
            csv=self.csv,
            html=self.html,
        )

    def most_users(self, profile: LoadProfile) -> int:
        """Return the largest number of Locust users in the run."""
        if self.ramp:
            return self.max_rate
        return max((stage.users for stage in profile.stages), default=self.users or _USERS)

    def seconds(self, profile: LoadProfile) -> float:
        """Return the length of the run at most, without preparation and removal."""
        if self.ramp:
            from harness.load.knee import START, most_steps

            steps = most_steps(min(START, self.max_rate), self.max_rate)
            return steps * (self.step_time + _BETWEEN_STEPS)
        staged = sum(stage.seconds for stage in profile.stages)
        return staged or self.run_time or _RUN_TIME

    def numbers(self, profile: LoadProfile, *, quotas: bool = True) -> Numbers:
        """Return how many people the run needs.

        Args:
            profile: the mix of flows.
            quotas: whether the service has Cognito's quotas; they let only so many flows through.
        """
        from harness.load.estimate import flows_a_second
        from harness.load.numbers import Numbers

        users = self.most_users(profile)
        share = self.share() or (_UNPACED_SHARE if quotas else math.inf)
        rate = flows_a_second(profile, users, share)
        if math.isinf(rate):
            # Users who only think have no rate of their own.
            rate = flows_a_second(profile, users, _UNPACED_SHARE)
        return Numbers.for_rate(profile, rate, self.processes)

    def _sizes(self) -> Iterator[tuple[str, object]]:
        yield "--users", self.users
        yield "--spawn-rate", self.spawn_rate
        yield "--run-time", self.run_time
