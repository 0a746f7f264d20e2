"""Whether the fast half of request validation pays: it, beside the half that names violations.

    python -m benchmarks.validation

`harness.emulator.api` writes one rule down twice: `fast_validation` only tells a sound request from
an unsound one, `validation` names every violation. A test holds both to the same requests. The two
are worth it as long as the fast half is several times as fast, and validation is a part of a call
that shows; this prints both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.emulator.api.fast_validation import validate
from harness.emulator.api.validation import name_violations
from harness.emulator.engine import Engine

#: Typical requests, small and large.
REQUESTS: dict[str, dict[str, Any]] = {
    "ListUsers": {"UserPoolId": "us-east-1_Abcdefghi", "Limit": 10, "Filter": 'email = "a@b.c"'},
    "InitiateAuth": {
        "ClientId": "1h57kf5cpq17m0eml12EXAMPLE",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Pass-word-1"},
    },
    "RespondToAuthChallenge": {
        "ClientId": "1h57kf5cpq17m0eml12EXAMPLE",
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": "A" * 1_000,
        "ChallengeResponses": {"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": "123456"},
    },
    "SignUp": {
        "ClientId": "1h57kf5cpq17m0eml12EXAMPLE",
        "Username": "ann",
        "Password": "Pass-word-1",
        "UserAttributes": [
            {"Name": name, "Value": f"{name}@example.com"} for name in ("email", "name", "nickname")
        ],
    },
}


@dataclass(frozen=True)
class Figure:
    """Microseconds of one operation's validation, by each half."""

    operation: str
    fast: float
    thorough: float

    @property
    def ratio(self) -> float:
        """How many times as fast the fast half is."""
        return self.thorough / self.fast


def measure(rounds: int = 7, repetitions: int = 2_000) -> list[Figure]:
    """Time both halves in turns, so that a bad moment meets both."""
    return [
        Figure(
            operation,
            *_in_turns(
                [partial(validate, operation, body), partial(name_violations, operation, body)],
                rounds,
                repetitions,
            ),
        )
        for operation, body in REQUESTS.items()
    ]


def list_users_call(rounds: int = 7, repetitions: int = 2_000) -> float:
    """Return the microseconds of a whole ListUsers call of the engine, for comparison."""
    engine = Engine()
    pool_id = engine.call("CreateUserPool", {"PoolName": "pool"})["UserPool"]["Id"]
    members = {"UserPoolId": pool_id, "Limit": 10}
    (took,) = _in_turns([lambda: engine.call("ListUsers", members)], rounds, repetitions)
    return took


def _in_turns(ways: list[Callable[[], object]], rounds: int, repetitions: int) -> list[float]:
    took: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, times in zip(ways, took, strict=True):
            started = time.perf_counter()
            for _ in range(repetitions):
                way()
            times.append((time.perf_counter() - started) / repetitions * 1e6)
    return [statistics.median(times) for times in took]


def main() -> None:
    """Print the figures."""
    print(f"{'operation':24} {'fast':>8} {'thorough':>9} {'ratio':>6}")
    for figure in measure():
        print(
            f"{figure.operation:24} {figure.fast:6.1f} us {figure.thorough:6.1f} us "
            f"{figure.ratio:6.1f}"
        )
    print(f"{'a ListUsers call':24} {list_users_call():6.1f} us")


if __name__ == "__main__":
    main()
