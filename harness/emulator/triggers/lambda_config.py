"""LambdaConfig of a pool: which function runs for a trigger, and which event version it gets.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_LambdaConfigType.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool

_PRE_TOKEN_GENERATION = "PreTokenGeneration"
#: ``version`` of the event, by LambdaVersion (T016).
_EVENT_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}

_NAME = r"(?P<name>[A-Za-z0-9_-]{1,140})(?::(?P<qualifier>\$LATEST|[A-Za-z0-9_-]{1,128}))?"
_FUNCTION = re.compile(rf"(?P<arn>arn:[a-z-]+:lambda:[a-z0-9-]+:\d{{12}}:function:)?{_NAME}")


@dataclass(frozen=True)
class FunctionName:
    """A function as Lambda names it: by ARN or by name, with or without a version or alias.

    Attributes:
        arn: the ARN up to the name; empty for a name alone.
        name: the name.
        qualifier: the version or alias; empty without one.
    """

    arn: str
    name: str
    qualifier: str

    @classmethod
    def read(cls, text: str) -> FunctionName | None:
        """Return the function of a text; ``None`` if it names none."""
        found = _FUNCTION.fullmatch(text)
        if found is None:
            return None
        return cls(found["arn"] or "", found["name"], found["qualifier"] or "")

    def keys(self) -> Iterator[str]:
        """Yield the texts that name this function, the most exact first."""
        qualified = f"{self.name}:{self.qualifier}" if self.qualifier else ""
        for prefix in (self.arn, "") if self.arn else ("",):
            if qualified:
                yield f"{prefix}{qualified}"
            yield f"{prefix}{self.name}"


def function_of(pool: Pool, trigger: str) -> str | None:
    """Return the ARN of the function that a pool's LambdaConfig has for a trigger."""
    config = _config(pool)
    given = config.get(trigger)
    if trigger == _PRE_TOKEN_GENERATION:
        given = config.get("PreTokenGenerationConfig") or given
    arn = given.get("LambdaArn") if isinstance(given, dict) else given
    return arn or None


def event_version(pool: Pool, trigger: str) -> str:
    """Return ``version`` of a trigger's events, which is 1 but for PreTokenGeneration (T016)."""
    if trigger != _PRE_TOKEN_GENERATION:
        return "1"
    versioned = _config(pool).get("PreTokenGenerationConfig") or {}
    return _EVENT_VERSIONS[versioned.get("LambdaVersion") or "V1_0"]


def _config(pool: Pool) -> dict[str, Any]:
    return pool.settings.get("LambdaConfig") or {}
