"""The part of docs/performance.md about load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.load import TESTS
from benchmarks.markdown import table

__all__ = ["load_section"]


def load_section(found: Mapping[str, Any]) -> str:
    """Return the text of the part, from the results of `benchmarks.load`."""
    return "\n".join(
        [_FLOWS, _flows(found), _CLIENTS, _clients(found), _LOCUST, _locust(found), _pytest(found)]
    )


def _flows(found: Mapping[str, Any]) -> str:
    rows = [[name, f"{rate:.1f}"] for name, rate in found["flows"].items()]
    return table(["whole flows", "per second"], rows)


def _clients(found: Mapping[str, Any]) -> str:
    least = found["clients"]["boto3, native SRP"]
    rows = [
        [name, f"{taken:.2f}", f"{taken / least:.2f}"] for name, taken in found["clients"].items()
    ]
    return table(["device sign-in", "CPU, ms", "times boto3 with native SRP"], rows)


def _locust(found: Mapping[str, Any]) -> str:
    ours, by_hand = found["locust"].values()
    rows = [
        [name, f"{run['per_second']:.1f}", f"{run['cores']:.2f}", f"{run['cpu_ms']:.2f}"]
        for name, run in found["locust"].items()
    ]
    head = ["Locust, device sign-ins", "per second", "cores", "CPU, ms"]
    ratio = by_hand["cpu_ms"] / ours["cpu_ms"]
    return f"{table(head, rows)}\n{_RATIO.format(ratio=ratio)}"


def _pytest(found: Mapping[str, Any]) -> str:
    plain, traced = found["trace"].values()
    loop, test = found["pytest"].values()
    workers = table(
        [f"{TESTS} whole flows as tests", "seconds"],
        [[name, f"{seconds:.1f}"] for name, seconds in found["workers"].items()],
    )
    text = _PYTEST.format(loop=loop, more=test - loop, trace=traced / plain - 1)
    return f"{text}\n{workers}"


_FLOWS = """## Load

The whole flow is the one of the part above. In process, one core does the work of both halves.
Served, the emulator is one more process, and all share the cores of the machine.
"""
_CLIENTS = """A sign-in by SRP on a remembered device is four calls and two proofs. The table has
the processor time of the client alone, against a served emulator. The lean client is the one of
[load runs](load.md); pycognito and warrant use random numbers of 1024 bits and Python's own `pow`.
"""
_LOCUST = """The same sign-ins by Locust: the flow `RememberedDeviceSignIn` of the harness, and a
script with pycognito as somebody would write it by hand (`benchmarks/locust_pycognito.py`). The
time is that of the Locust process, without its start and without the emulator.
"""
_RATIO = """By hand, a sign-in takes {ratio:.1f} times the processor time.
"""
_PYTEST = """A whole flow takes {loop:.1f} ms of processor time in a loop. As a test of pytest, with
the fixtures of the plugin, its latencies recorded, it takes {more:.1f} ms more. Recording the calls
of a flow in a trace takes {trace:.1%} more than the flow without a trace.
"""
