"""Tests that the parts of the load benchmark do what their figures stand for."""

from __future__ import annotations

import sys

import pytest

from benchmarks.child_cpu import run_all, run_one
from benchmarks.flow_worker import device_sign_ins, full_flows, target_of, traced_flows
from benchmarks.load_page import load_section
from harness.emulator.server import EmulatorServer
from harness.flows.trace import Trace


def test_full_flows_are_carried_out_and_timed() -> None:
    """So many people sign up as flows are measured, and one more before the clock starts."""
    target = target_of(None)
    trace = Trace(target.clock)
    with trace.observing(target.client()):
        found = full_flows(target, 2)
    signed_up = [call for call in trace.calls if call.operation == "SignUp" and call.ok]
    assert (found.flows, len(signed_up)) == (2, 3)
    assert found.cpu_ms > 0
    target.stop()


def test_traced_flows_are_as_many_as_others() -> None:
    """Both kinds take turns, and the first of each does not count."""
    target = target_of(None)
    found = traced_flows(target, 2)
    target.stop()
    assert {name: one.flows for name, one in found.items()} == {
        "without a trace": 2,
        "with a trace": 2,
    }
    assert all(one.cpu_seconds > 0 for one in found.values())


@pytest.mark.parametrize("client", ["boto3", "lean"])
def test_device_sign_ins_reach_the_server(client: str) -> None:
    """With either client, each sign-in ends with the proof of the device."""
    with EmulatorServer() as server:
        target = target_of(server.url)
        found = device_sign_ins(target, 2, "native", client)
        target.stop()
        proofs = [
            call
            for call in server.emulator.engine.call_log.newest(100)
            if call.operation == "RespondToAuthChallenge"
        ]
    assert found.flows == 2
    assert len(proofs) >= 3 * 3


def test_processor_time_of_a_child_is_its_own() -> None:
    """The time of a child that computes counts, and waiting for it does not."""
    busy = "import time\nwhile time.process_time() < 0.2: pass\nprint('done')"
    first, second = run_all([[sys.executable, "-c", busy]] * 2)
    assert (first.output, second.output) == ("done\n", "done\n")
    assert first.cpu_seconds >= 0.2
    assert second.cpu_seconds >= 0.2


def test_failed_child_is_an_error() -> None:
    """The error has what the child printed."""
    with pytest.raises(RuntimeError, match=r"ended with 3: .*lost"):
        run_one([sys.executable, "-c", "print('lost'); raise SystemExit(3)"])


def test_failed_child_ends_the_others() -> None:
    """Nothing is left behind, and the error is that of the child that failed."""
    waits = [sys.executable, "-c", "import time; time.sleep(600)"]
    fails = [sys.executable, "-c", "raise SystemExit(3)"]
    with pytest.raises(RuntimeError, match="ended with"):
        run_all([waits, fails])


def test_section_computes_its_ratios() -> None:
    """The ratios in the text are those of the figures beside them."""
    section = load_section(
        {
            "flows": {"in process, 1 at once": 40.0},
            "clients": {"boto3, native SRP": 8.0, "lean client, native SRP": 6.0},
            "trace": {"without a trace": 20.0, "with a trace": 20.5},
            "pytest": {"in a loop": 20.0, "as a test": 22.0},
            "workers": {"-n 0": 12.0},
            "locust": {
                "ours": {"per_second": 120.0, "cores": 0.6, "cpu_ms": 5.0},
                "by hand": {"per_second": 8.0, "cores": 0.4, "cpu_ms": 50.0},
            },
        }
    )
    assert "| lean client, native SRP | 6.00 | 0.75 |" in section
    assert "takes 10.0 times the processor time" in section
    assert "takes 2.5% more" in section
    assert "it takes 2.0 ms more" in section
