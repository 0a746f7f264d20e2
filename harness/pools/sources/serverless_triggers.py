"""Turns the ``cognitoUserPool`` events of a Serverless Framework service into LambdaConfig.

An event names a pool. If the template has a resource with the logical id that the framework gives
to that name, the framework merges the two; otherwise it creates a pool of that name.

https://www.serverless.com/framework/docs/providers/aws/events/cognito-user-pool
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.pools.configuration.pool_configuration import Unknown

__all__ = ["add_triggers"]

_SENDERS = ("CustomSMSSender", "CustomEmailSender")


@dataclass(frozen=True)
class _Event:
    """An event that makes a function a trigger of a pool."""

    function: str
    pool: str
    trigger: str
    settings: Mapping[str, Any]
    path: str

    @property
    def logical_id(self) -> str:
        """The logical id that the framework gives to the pool."""
        plain = re.sub(r"[^0-9A-Za-z]", "", self.pool)
        return f"CognitoUserPool{plain[:1].upper()}{plain[1:]}"

    @property
    def arn(self) -> Unknown:
        """The ARN of the function, which only a deployment knows."""
        plain = self.function.replace("-", "Dash").replace("_", "Underscore")
        return Unknown(f"Fn::GetAtt {plain[:1].upper()}{plain[1:]}LambdaFunction.Arn")

    def lambda_config(self) -> dict[str, Any]:
        """Return the members of LambdaConfig that this event sets."""
        if self.trigger not in _SENDERS:
            return {self.trigger: self.arn}
        version = self.settings.get("lambdaVersion", "V1_0")
        sender = {"LambdaArn": self.arn, "LambdaVersion": version}
        return {self.trigger: sender, "KMSKeyID": self.settings.get("kmsKeyId")}


def add_triggers(
    resources: dict[str, Any], functions: Any, lines: Mapping[str, int], pool_type: str
) -> dict[str, int]:
    """Add the triggers of functions to the pools of a template.

    Args:
        resources: the resources of the template, which are changed.
        functions: ``functions`` of the service, with its variables resolved.
        lines: the lines of the service.
        pool_type: the type of a user pool.

    Returns:
        The lines of the triggers, by their paths in the template.
    """
    found: dict[str, int] = {}
    for event in _events(functions, "functions"):
        name = _pool_of(event, resources, pool_type)
        if name is None:
            continue
        config = _lambda_config(resources, name, pool_type, event.pool)
        if isinstance(config, dict):
            # What the template says itself wins.
            config.update({**event.lambda_config(), **config})
            if event.path in lines:
                path = f"Resources.{name}.Properties.LambdaConfig.{event.trigger}"
                found[path] = lines[event.path]
    if _has_hidden(functions):
        _hide_triggers(resources, pool_type)
    return found


def _events(functions: Any, path: str) -> Iterator[_Event]:
    if isinstance(functions, list):
        for index, item in enumerate(functions):
            yield from _events(item, f"{path}[{index}]")
    for name, function in functions.items() if isinstance(functions, Mapping) else ():
        events = function.get("events") if isinstance(function, Mapping) else None
        for index, event in enumerate(events if isinstance(events, list) else ()):
            found = event.get("cognitoUserPool") if isinstance(event, Mapping) else None
            if isinstance(found, Mapping) and isinstance(found.get("pool"), str):
                below = f"{path}.{name}.events[{index}].cognitoUserPool"
                trigger = str(found.get("trigger"))
                yield _Event(str(name), found["pool"], trigger, found, below)


def _pool_of(event: _Event, resources: Mapping[str, Any], pool_type: str) -> str | None:
    """Return the logical id of the event's pool; ``None`` if it is in another stack."""
    if not event.settings.get("existing"):
        return event.logical_id
    for name, resource in resources.items():
        is_pool = isinstance(resource, Mapping) and resource.get("Type") == pool_type
        properties = resource.get("Properties") if is_pool else None
        if isinstance(properties, Mapping) and properties.get("UserPoolName") == event.pool:
            return name
    return None


def _lambda_config(resources: dict[str, Any], name: str, pool_type: str, pool: str) -> Any:
    resource = resources.setdefault(name, {"Type": pool_type})
    resource.setdefault("Type", pool_type)
    properties = resource.setdefault("Properties", {})
    if not isinstance(properties, dict):
        return None
    properties.setdefault("UserPoolName", pool)
    return properties.setdefault("LambdaConfig", {})


def _has_hidden(functions: Any) -> bool:
    """Return whether functions are in another file, and with them maybe triggers."""
    if isinstance(functions, Unknown):
        return True
    items = functions.values() if isinstance(functions, Mapping) else functions
    if not isinstance(items, Iterable):
        return False
    return any(
        isinstance(item, Unknown)
        or (isinstance(functions, list) and _has_hidden(item))
        or (isinstance(item, Mapping) and isinstance(item.get("events"), Unknown))
        for item in items
    )


def _hide_triggers(resources: Mapping[str, Any], pool_type: str) -> None:
    for resource in resources.values():
        if isinstance(resource, Mapping) and resource.get("Type") == pool_type:
            properties = resource.get("Properties")
            if isinstance(properties, dict):
                properties.setdefault("LambdaConfig", Unknown("functions in another file"))
