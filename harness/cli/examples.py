"""The examples at the end of each command's help; a test runs them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EXAMPLES", "FIRST_STEPS", "epilog"]

#: Where `serve` listens without an option.
_AT = "--endpoint-url http://127.0.0.1:5000"

#: What to try first, shown by the program without a command.
FIRST_STEPS = (
    "cognito-harness demo",
    "cognito-harness serve",
    f"cognito-harness code ada {_AT}",
)
#: The command lines of each command. They fit into a terminal of 80 columns.
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "serve": (
        "cognito-harness serve",
        "cognito-harness serve --port 0 --seed 7 --state pools.json",
    ),
    "code": (
        f"cognito-harness code ada {_AT}",
        f"cognito-harness code ada --kind mfa --wait 30s {_AT}",
    ),
    "login-url": (
        f"cognito-harness login-url {_AT}",
        f"cognito-harness login-url --client web --pkce {_AT}",
    ),
    "clock": (
        f"cognito-harness clock {_AT}",
        f"cognito-harness clock --advance 1h30m {_AT}",
    ),
    "seed": (
        f"cognito-harness seed {_AT}",
        f"cognito-harness seed --file other.yaml {_AT}",
    ),
    "export": (f"cognito-harness export --output seed.yaml --secrets {_AT}",),
    "demo": (
        "cognito-harness demo",
        "cognito-harness demo --auto --passwordless",
    ),
    "provision": (f"cognito-harness provision --spec template.yaml {_AT}",),
    "snapshot": (
        f"cognito-harness snapshot us-east-1_AbCdEf123 {_AT}",
        "cognito-harness snapshot us-east-1_AbCdEf123 --aws-accounts 111122223333",
    ),
    "audit": ("cognito-harness audit template.yaml --preset strict",),
    "diff": ("cognito-harness diff template.yaml snapshot.json",),
    "sweep": (
        "cognito-harness sweep --aws-accounts 111122223333",
        "cognito-harness sweep --aws-accounts 111122223333 --yes",
    ),
    "iam-policy": ("cognito-harness iam-policy --mode audit",),
    "report": (
        "cognito-harness report run.jsonl",
        "cognito-harness report run.jsonl --html report.html",
    ),
    "latencies": ("cognito-harness latencies first.json second.json",),
    "load": (
        "cognito-harness load --users 50 --run-time 1m",
        "cognito-harness load --ramp --plot knee.svg",
    ),
    "conform": ("cognito-harness conform --endpoint-url http://127.0.0.1:4566",),
    "selfcheck": (
        "cognito-harness selfcheck --list",
        "cognito-harness selfcheck --faults 'session*'",
    ),
}


def epilog(command: str) -> str | None:
    """Return the end of a command's help; without a command, that of the whole program."""
    lines = EXAMPLES.get(command, ()) if command else FIRST_STEPS
    title = "Examples:" if command else "Try first:"
    return "\n".join((title, *(f"  {line}" for line in lines))) if lines else None
