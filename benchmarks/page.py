"""Writes docs/performance.md, its chart and benchmarks/results.json from the results of a run."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.chart import bars
from benchmarks.growth import largest_ratio
from benchmarks.load_page import load_section
from benchmarks.markdown import table
from benchmarks.peers import COGNITO_LOCAL, MINISTACK

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
CHART = ROOT / "docs" / "images" / "performance.svg"
RESULTS = ROOT / "benchmarks" / "results.json"


def environment() -> dict[str, str]:
    """Return the machine and the versions; figures mean nothing without them."""
    return {
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "moto": version("moto"),
        "boto3": version("boto3"),
        "ministack": MINISTACK,
        "cognito-local": COGNITO_LOCAL,
    }


def write(found: Mapping[str, Any]) -> None:
    """Write the page, the chart and the results; parts that were not measured stay as they are.

    Raises:
        ValueError: a part stays that was measured elsewhere or with other versions, or a part
            lacks a service.
    """
    before = json.loads(RESULTS.read_text(encoding="utf-8"))
    stay = [name for name in before if name not in found]
    if stay and before["environment"] != found["environment"]:
        raise ValueError(f"measure these parts too, they are of another machine: {stay}")
    merged = {**before, **found}
    try:
        text, chart = render(merged), bars(chart_rows(merged))
    except KeyError as missing:
        raise ValueError(f"the page needs {missing}, which was not measured") from missing
    RESULTS.write_text(json.dumps(merged, indent=2) + "\n", encoding="utf-8")
    CHART.parent.mkdir(parents=True, exist_ok=True)
    CHART.write_text(chart, encoding="utf-8")
    PAGE.write_text(text, encoding="utf-8")


def chart_rows(found: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the rates with eight clients, for the chart."""
    rates = found["http"]["rates"]
    return {
        title.removesuffix(", 8 clients"): {name: row["per_second"] for name, row in rows.items()}
        for title, rows in rates.items()
        if title.endswith(", 8 clients")
    }


def render(found: Mapping[str, Any]) -> str:
    """Return the text of the page."""
    parts = [_HEAD.format(**found["environment"]), _rates(found), _shares(found), _limit(found)]
    parts += [_in_process(found), load_section(found["load"]), _starting(found)]
    parts += [_memory(found), _growth(found)]
    return "\n".join(parts)


def _rates(found: Mapping[str, Any]) -> str:
    names = ["harness", "moto", "ministack", "cognito-local"]
    rows = [
        [title, *(_number(row.get(name, {}).get("per_second")) for name in names)]
        for title, row in found["http"]["rates"].items()
    ]
    return f"{_RATES}\n{table(['per second', *names], rows)}"


def _shares(found: Mapping[str, Any]) -> str:
    floors, rates = found["http"]["floor_ms"], found["http"]["rates"]
    rows = []
    for name, least in floors.items():
        cost = rates[f"{name}, 8 clients"]["harness"]["server_cpu_ms"]
        rows.append([name, f"{least:.2f}", f"{cost:.2f}", f"{cost / least:.2f}"])
    return f"{_SHARES}\n{table(['sign-in', 'floor, ms', 'server, ms', 'ratio'], rows)}"


def _limit(found: Mapping[str, Any]) -> str:
    rates = found["http"]["rates"]
    names = ("USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_SRP_AUTH with device")
    rows = [
        [name, _number(row["per_second"]), f"{row['server_cpu_ms']:.2f}", f"{share:.0%}"]
        for name in names
        for row in [rates[f"{name}, 8 clients"]["harness"]]
        for share in [row["per_second"] * row["server_cpu_ms"] / 1000]
    ]
    head = ["sign-in, 8 clients", "per second", "server, ms", "of one core"]
    return f"{_LIMIT}\n{table(head, rows)}"


def _in_process(found: Mapping[str, Any]) -> str:
    flow, calls = found["in-process"]["full_flow"], found["in-process"]["calls"]
    operations = list(next(iter(calls.values())))
    rows = [[name, *(f"{row[op]:.2f}" for op in operations)] for name, row in calls.items()]
    return f"{_FLOW.format(**flow)}\n{table(['ms per call, including boto3', *operations], rows)}"


def _starting(found: Mapping[str, Any]) -> str:
    started = found["starting"]
    servers = started["servers"]
    least = {name: servers["ministack"][name] for name in ("listening", "answered")}
    rows = [
        [
            name,
            f"{row['listening']:.2f}",
            f"{row['listening'] / least['listening']:.2f}",
            f"{row['answered']:.2f}",
            f"{row['answered'] / least['answered']:.2f}",
            f"{row['resident_mb']:.0f}",
        ]
        for name, row in servers.items()
    ]
    head = ["server", "listens, s", "times ministack", "has answered, s", "times ministack", "MB"]
    return f"{_STARTING}\n{table(head, rows)}\n{_programs(started)}\n{_plugin(started)}"


def _programs(started: Mapping[str, Any]) -> str:
    programs = started["programs"]
    boto3 = programs["boto3 alone"]
    rows = [
        [
            name,
            f"{row['seconds']:.2f}",
            f"{row['seconds'] / boto3['seconds']:.2f}",
            f"{row['cpu']:.2f}",
        ]
        for name, row in programs.items()
    ]
    return table(["program, from start to end", "seconds", "times boto3", "CPU, s"], rows)


def _plugin(started: Mapping[str, Any]) -> str:
    run, without = started["plugin"].values()
    return _PLUGIN.format(
        overhead=(run["seconds"] - without["seconds"]) * 1000,
        cpu=(run["cpu"] - without["cpu"]) * 1000,
        seconds=without["seconds"],
    )


def _memory(found: Mapping[str, Any]) -> str:
    rows = [
        [name, f"{row['before_mb']:,.0f}", f"{row['after_mb']:,.0f}", f"{row['users']:,}"]
        for name, row in found["memory"].items()
    ]
    head = ["resident memory, MB", "empty", "with users", "users"]
    text = "With 10,000 users, or as many as the service creates in a minute."
    return f"## Memory\n\n{text}\n\n{table(head, rows)}"


def _growth(found: Mapping[str, Any]) -> str:
    text = ["## Growth", "", "Median milliseconds per call, one call after another, over HTTP.", ""]
    for what, sizes in found["growth"].items():
        operations = list(next(iter(sizes.values())))
        rows = [
            [f"{int(size):,}", *(f"{row[op]:.2f}" for op in operations)]
            for size, row in sizes.items()
        ]
        text += [table([what, *operations], rows)]
        worst = f"{largest_ratio(sizes):.2f} times as long as in the first row"
        text += [f"At worst, a call takes {worst}.", ""]
    return "\n".join(text)


def _number(value: float | None) -> str:
    if value is None:
        return "cannot"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


_HEAD = """# Performance

How fast the harness is, measured side by side with moto, ministack and cognito-local.
`python -m benchmarks --page` writes this page from one run on one machine: Python {python},
{cores} cores shared by services and clients, moto {moto}, boto3 {boto3}, ministack {ministack},
cognito-local {cognito-local}. Absolute times depend on the machine, so compare the ratios. Each
figure is the median of several rounds in which all services take turns.

![Rates with eight clients](images/performance.svg)
"""
_RATES = """## Over HTTP

Clients use keep-alive connections. Each connection sends its next request when it has the response
to the last one. USER_SRP_AUTH is a whole sign-in: two calls with a real SRP proof, or four calls
and two proofs with a device. *cannot* means that the service lacks the feature, or accepts any
proof.
"""
_SHARES = """## How much of a sign-in is cryptography

The floor is the cryptography that no correct service can avoid: three exponentiations with 256-bit
exponents modulo the 3072-bit prime for each proof, and the RSA-2048 signatures of two tokens. It is
measured alone, in the same run. The next column is the server's processor time for each sign-in,
including HTTP, with eight clients.
"""
_LIMIT = """## One process is the limit

A served emulator is one process, and it carries out calls one at a time: it gets one core of the
machine, however many there are. The table says how much of that core the sign-ins above use. AWS
allows 120 sign-ins a second for an account and region until a quota is raised, which is less.

There is no `serve --processes`. Nearly every call changes what the next one depends on: a session
works once, a TOTP code works once, a device sign-in has an open challenge, a wrong password counts
towards the lockout, and quotas count calls. Several processes would need one store for all of it
and a lock around each call, so that the calls would wait for each other again. Copies that do not
share their state would accept a code or a session twice, which a truthful emulator must not do.

Where one core is not enough, start several emulators on ports of their own, each with its own
pools and users, and point a share of the load at each.
"""
_STARTING = """## Starting

A server listens when its port accepts connections, and has answered when it has sent the response
to a first ListUserPools. Its memory is measured after that, when it has become idle. Programs are
measured from the start of Python to its end: in process, one call through boto3; boto3 alone, a
client without a call.
"""
_PLUGIN = """A pytest run in another project, with one test that does not use Cognito, takes
{seconds:.2f} s without the plugin. With the plugin it takes {overhead:.0f} ms longer; it takes
{cpu:.0f} ms more of processor time.
"""
_FLOW = """## In process

The full flow is {calls} calls through boto3: sign-up, a code sent again, confirmation, set-up of a
TOTP secret during a sign-in, a sign-in with an MFA code, confirmation of the device, and a sign-in
with the device and no MFA code. It takes {flow_ms} ms. The exponentiations and signatures of both
sides alone take {floor_ms} ms of that. boto3 alone, for the same calls with ready-made responses,
takes {boto3_ms} ms. The whole flow takes {ratio} times the sum of the two.
"""
