"""Names the functions that only a deployment knows, where a pool is made in an emulator of a run.

A template seldom has the ARN of a function: it refers to another resource. In the emulator, the
logical id of that resource stands for the function's name, and a handler can be given for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import PoolConfiguration, Unknown

__all__ = ["with_local_functions"]

_ACCOUNT = "123456789012"
#: How templates refer to a function; the first group is what names it.
_REFERENCES = (
    re.compile(r"Fn::GetAtt (\w+)\.Arn"),
    re.compile(r"Fn::Sub \$\{(\w+)\.Arn\}"),
    re.compile(r"Fn::Sub arn:\S+:function:([\w-]+(?::[\w-]+)?)"),
)


def with_local_functions(configuration: PoolConfiguration, region: str) -> PoolConfiguration:
    """Return the configuration with an ARN for each function that LambdaConfig refers to.

    Args:
        configuration: a configuration that was read from a file.
        region: the region of the pool, which is the functions' too.
    """
    config = configuration.pool.members.get("LambdaConfig")
    if not isinstance(config, Mapping):
        return configuration
    named = {name: _named(name, value, region) for name, value in config.items()}
    members = {**configuration.pool.members, "LambdaConfig": named}
    return replace(configuration, pool=replace(configuration.pool, members=members))


def _named(name: str, value: Any, region: str) -> Any:
    if isinstance(value, Mapping):
        return {inner: _named(inner, one, region) for inner, one in value.items()}
    if not isinstance(value, Unknown) or name == "KMSKeyID":
        return value
    found = [match for pattern in _REFERENCES if (match := pattern.fullmatch(value.reason))]
    if not found:
        return value
    return f"arn:aws:lambda:{region}:{_ACCOUNT}:function:{found[0][1]}"
