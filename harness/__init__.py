"""End-to-end scenarios for Amazon Cognito user pools with MFA and tracked devices.

The public names. What needs more than the standard library is imported when it is first used,
so that importing the package, and with it the pytest plugin, stays cheap.
"""

from __future__ import annotations

from harness.clock import Clock, SystemClock, VirtualClock
from harness.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HarnessError,
    MissingCapability,
    ScenarioFailure,
    UnexpectedChallenge,
    UnexpectedResult,
)
from harness.redaction import Redactor, Secret, redact

__version__ = "0.1.0"

__all__ = [
    "Clock",
    "ConfigurationError",
    "DeadlineExceeded",
    "HarnessError",
    "MissingCapability",
    "Redactor",
    "ScenarioFailure",
    "Secret",
    "SystemClock",
    "UnexpectedChallenge",
    "UnexpectedResult",
    "VirtualClock",
    "__version__",
    "redact",
]
