"""Repeats one flow in a process of its own, and prints how long that took as one line of JSON.

    python -m benchmarks.flow_worker --workload device --flows 100

A process of its own, so that its processor time is that of the generator alone, or in process that
of both halves.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.full_flow_boto3 import SPEC, FullFlow
from harness.clock import SystemClock
from harness.flows.actions import Actions
from harness.flows.devices import track_device
from harness.flows.sign_in import SignIn, SignInContext
from harness.flows.sign_up import create_by_admin
from harness.flows.trace import Trace
from harness.pools.making.provision_spec import provision
from harness.srp.engines import load_engine
from harness.targets.base import Target
from harness.targets.emulated import EmulatedTarget
from harness.targets.served import ServedTarget
from harness.users.person import Person, PersonFactory

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_REGION = "us-east-1"
WORKLOADS = ("full", "traced", "device")
CLIENTS = ("boto3", "lean")


@dataclass(frozen=True)
class Measured:
    """What some flows took: real seconds, and processor seconds of this process."""

    flows: int
    seconds: float
    cpu_seconds: float

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of this process for each flow."""
        return self.cpu_seconds / self.flows * 1000


def target_of(endpoint_url: str | None) -> Target:
    """Return a started target: the served emulator at a URL, or one in this process."""
    target: Target = (
        EmulatedTarget(region=_REGION)
        if endpoint_url is None
        else ServedTarget(region=_REGION, endpoint_url=endpoint_url)
    )
    target.start()
    return target


def full_flows(target: Target, flows: int) -> Measured:
    """Measure flows from sign-up to device sign-in, each by a person of their own."""
    flow = FullFlow(target)
    return _timed([partial(flow.run, person) for person in flow.people(flows + 1)])


def traced_flows(target: Target, flows: int) -> dict[str, Measured]:
    """Measure the same flows without a trace and with one, by turns in one process."""
    flow, client = FullFlow(target), target.client()

    def traced(person: Person) -> None:
        with Trace(target.clock).observing(client):
            flow.run(person)

    taken: dict[str, list[Measured]] = {"without a trace": [], "with a trace": []}
    for person, other in zip(flow.people(flows + 1), flow.people(flows + 1), strict=True):
        taken["without a trace"].append(_once(partial(flow.run, person)))
        taken["with a trace"].append(_once(partial(traced, other)))
    return {name: _sum(row[1:]) for name, row in taken.items()}


def device_sign_ins(target: Target, flows: int, engine: str, client: str) -> Measured:
    """Measure sign-ins by SRP on a remembered device: four calls, two proofs."""
    boto3_client = target.client()
    pool = provision(boto3_client, SPEC, name_prefix="benchmark-", tags={})
    actions = Actions(boto3_client, pool.app, admin=boto3_client)
    person = PersonFactory(seed=1, namespace="bench-").make()
    create_by_admin(actions, person)
    native = SignIn(actions, load_engine("native"), target.clock)
    first = native.run(SignInContext.for_person(person), "USER_PASSWORD_AUTH")
    known = SignInContext.for_person(person, authenticator=first.authenticator)
    signed_in = native.run(known, "USER_PASSWORD_AUTH")
    device = track_device(actions, signed_in.tokens.access, signed_in.new_device)
    context = SignInContext.for_person(person, device=device)
    measured = _client(client, target)
    # A served emulator's clock is this machine's, and asking for it is a call.
    sign_in = SignIn(Actions(measured, pool.app), load_engine(engine), SystemClock())

    def once() -> None:
        result = sign_in.run(context, "USER_SRP_AUTH")
        assert result.steps[-1] == "DEVICE_PASSWORD_VERIFIER", result.steps

    found = _timed([once] * (flows + 1))
    measured.close()
    return found


def _client(kind: str, target: Target) -> CognitoIdentityProviderClient:
    if kind == "boto3":
        return target.client()
    from harness.load.transport import lean_client

    return lean_client(target.client().meta.endpoint_url, _REGION)


def _timed(actions: list[Callable[[], None]]) -> Measured:
    """Do all, and measure all but the first, which opens connections."""
    return _sum([_once(action) for action in actions][1:])


def _once(action: Callable[[], None]) -> Measured:
    began, cpu = time.perf_counter(), time.process_time()
    action()
    return Measured(1, time.perf_counter() - began, time.process_time() - cpu)


def _sum(measured: list[Measured]) -> Measured:
    return Measured(
        sum(one.flows for one in measured),
        sum(one.seconds for one in measured),
        sum(one.cpu_seconds for one in measured),
    )


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flow_worker", description=__doc__)
    parser.add_argument("--workload", choices=WORKLOADS, default="full")
    parser.add_argument("--endpoint-url", help="a served emulator; by default one in this process")
    parser.add_argument("--client", choices=CLIENTS, default="boto3")
    parser.add_argument("--engine", choices=("native", "pycognito", "warrant"), default="native")
    parser.add_argument("--flows", type=int, default=100)
    chosen = parser.parse_args()
    target = target_of(chosen.endpoint_url)
    if chosen.workload == "full":
        found: Any = asdict(full_flows(target, chosen.flows))
    elif chosen.workload == "traced":
        both = traced_flows(target, chosen.flows)
        found = {name: asdict(one) for name, one in both.items()}
    else:
        found = asdict(device_sign_ins(target, chosen.flows, chosen.engine, chosen.client))
    target.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
