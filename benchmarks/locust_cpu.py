"""Prints the processor time of a Locust process from the first user to the end, as JSON.

Locust loads it beside another file: ``locust -f a_locustfile.py,benchmarks/locust_cpu.py``. What
starting Locust takes does not count.
"""

from __future__ import annotations

import json
import time
from typing import Any

from locust import events
from locust.env import Environment

_begun: list[float] = []


def _begin(**_: Any) -> None:
    _begun.append(time.process_time())


def _end(environment: Environment, **_: Any) -> None:
    taken = time.process_time() - _begun[0]
    requests = environment.stats.total.num_requests
    print(json.dumps({"cpu_seconds": round(taken, 4), "requests": requests}), flush=True)


# Locust gives no type for them.
_started: Any = events.test_start.add_listener
_stopped: Any = events.test_stop.add_listener
_started(_begin)
_stopped(_end)
