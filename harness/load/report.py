"""The table at the end of a run: what became of the requests, the flows and the generator."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from locust.runners import MasterRunner, WorkerRunner
from locust.stats import RequestStats, StatsEntry

from harness.load.loop_latency import LoopLatency
from harness.load.results import CALL, FLOW, REFUSAL, THROTTLE, Recorder
from harness.redaction import Redactor

if TYPE_CHECKING:
    from locust.env import Environment

__all__ = ["RunReport", "table"]

#: The member of a worker's report that has what Locust does not count.
_MEMBER = "cognito_harness"
_TYPES = (CALL, REFUSAL, THROTTLE)
_COLUMNS = (
    "requests",
    "throttled",
    "refused",
    "failed",
    "rate/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "max ms",
)


class RunReport:
    """Sums up the results of all Locust processes, and prints them when the run ends.

    Args:
        recorder: has the flows of this process.
        latency: measures the loop of this process.
    """

    def __init__(self, recorder: Recorder, latency: LoopLatency) -> None:
        self._recorder = recorder
        self._latency = latency
        self._environment: Environment | None = None

    def attach(self, environment: Environment) -> None:
        """Report on a Locust environment: to the master, or at the end."""
        self._environment = environment
        # Locust gives no types for these.
        events: Any = environment.events
        events.report_to_master.add_listener(self._send)
        events.worker_report.add_listener(self._receive)
        events.quitting.add_listener(_require_requests)
        events.quit.add_listener(self._print)
        events.test_start.add_listener(self._begin)
        events.test_stop.add_listener(self._end)

    def _begin(self, environment: Environment, **_: Any) -> None:
        # A master has no users. A loop that has nothing to do is never late.
        if isinstance(environment.runner, MasterRunner):
            self._latency.counts.clear()
        else:
            self._latency.begin()

    def _end(self, **_: Any) -> None:
        self._latency.end()

    def _send(self, client_id: str, data: dict[str, Any]) -> None:
        del client_id
        flows = [[*key, count] for key, count in self._recorder.take_flows().items()]
        data[_MEMBER] = {"flows": flows, "loop": self._latency.take()}

    def _receive(self, client_id: str, data: dict[str, Any]) -> None:
        del client_id
        sent = data[_MEMBER]
        for name, outcome, count in sent["flows"]:
            self._recorder.flows[name, outcome] += count
        self._latency.add(sent["loop"])

    def _print(self, exit_code: int, **_: Any) -> None:
        del exit_code
        environment = self._environment
        if environment is None or isinstance(environment.runner, WorkerRunner):
            return
        for line in table(environment.stats, self._recorder.flows, self._latency):
            print(line)
        exceptions: Mapping[object, Any] = getattr(environment.runner, "exceptions", {})
        for found in exceptions.values():
            # It may quote what was sent.
            reason = Redactor().scrub(str(found["msg"])).partition("\n")[0]
            print(f"{found['count']} flows were broken off by the generator: {reason}")


def _require_requests(environment: Environment, **_: Any) -> None:
    """Have a run without any request end with 1, except where somebody used Locust's page."""
    options = environment.parsed_options
    if isinstance(environment.runner, WorkerRunner) or options is None or not options.headless:
        return
    if not environment.stats.total.num_requests:
        print("cognito-harness load: no request was sent", file=sys.stderr, flush=True)
        environment.process_exit_code = 1


def table(
    stats: RequestStats, flows: Mapping[tuple[str, str], int], latency: LoopLatency
) -> Iterator[str]:
    """Yield the lines of the table.

    The rate is of the requests that were not throttled, and the times are theirs. Times are as
    exact as Locust keeps them: up to 100 ms in milliseconds.
    """
    names = sorted({name for name, kind in stats.entries if kind in _TYPES})
    width = max([len("total"), *(len(name) for name in names)])
    seconds = _seconds(stats)
    yield ""
    yield _line("", width, _COLUMNS)
    for name in names:
        yield _line(name, width, _row(stats, [name], seconds))
    yield _line("total", width, _row(stats, names, seconds))
    yield from _flow_lines(stats, flows, width, seconds)
    if latency.counts:
        late = f"p95 {latency.percentile(0.95):.1f} ms, max {latency.percentile(1.0):.1f} ms"
        yield f"latency of the generator's own loop, a part of all times above: {late}"


def _row(stats: RequestStats, names: list[str], seconds: float) -> tuple[str, ...]:
    counts = {kind: sum(stats.get(name, kind).num_requests for name in names) for kind in _TYPES}
    served = StatsEntry(stats, "", "")
    for kind in (CALL, REFUSAL):
        for name in names:
            served.extend(stats.get(name, kind))
    # Locust rounds times, the longest one excepted.
    longest = served.max_response_time
    shares = (0.5, 0.95, 0.99)
    times = [min(served.get_response_time_percentile(share), longest) for share in shares]
    return (
        str(sum(counts.values())),
        str(counts[THROTTLE]),
        str(counts[REFUSAL]),
        str(served.num_failures),
        f"{served.num_requests / seconds:.1f}" if seconds else "-",
        *(f"{time:.0f}" for time in (*times, longest)),
    )


def _flow_lines(
    stats: RequestStats, flows: Mapping[tuple[str, str], int], width: int, seconds: float
) -> Iterator[str]:
    for name in sorted({name for name, _ in flows}):
        ended = Counter({outcome: flows.get((name, outcome), 0) for outcome in _OUTCOMES})
        rate = f", {ended['done'] / seconds:.1f} a second" if seconds else ""
        others = "".join(f", {ended[outcome]} {outcome}" for outcome in _OUTCOMES[1:])
        yield f"{name:<{width}}  {ended['done']} done{rate}{others}"
        if failures := stats.get(name, FLOW).num_failures:
            yield f"{'':<{width}}  {failures} of them without a failed request"
            for line in _errors_of_flow(stats, name):
                yield f"{'':<{width}}    {line}"


_OUTCOMES = ("done", "throttled", "failed")


def _seconds(stats: RequestStats) -> float:
    """Return the time from the first request to the last, and at least a second.

    What comes before and after, such as the start of the users and of the report, has no requests.
    """
    # Locust makes the entry of a name when its first request is over.
    entries = [entry for (_, kind), entry in stats.entries.items() if kind in _TYPES]
    used = [entry for entry in entries if entry.num_requests]
    if not used:
        return 0.0
    first = min(entry.start_time for entry in used)
    last = max(entry.last_request_timestamp or first for entry in used)
    return max(1.0, last - first)


def _errors_of_flow(stats: RequestStats, name: str) -> Iterator[str]:
    """Yield why flows failed of which no request did."""
    for error in stats.errors.values():
        if (error.method, error.name) == (FLOW, name):
            # A worker sends the error in Python's notation.
            reason = str(error.error).removeprefix("CallFailed(").removesuffix(")").strip("'\"")
            yield f"{'once' if error.occurrences == 1 else f'{error.occurrences} times'}: {reason}"


def _line(name: str, width: int, cells: tuple[str, ...]) -> str:
    return f"{name:<{width}}" + "".join(f"{cell:>10}" for cell in cells)
