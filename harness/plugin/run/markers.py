"""The plugin's markers, and the check of their arguments at collection."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from types import NoneType
from typing import Any, get_args

import pytest

from harness.errors import ConfigurationError
from harness.targets.base import Capability

__all__ = [
    "TEMPLATE_KEYWORDS",
    "check_markers",
    "needed_capabilities",
    "pool_keywords",
    "register_markers",
]

#: What the marker cognito_pool takes besides the fields of a specification.
TEMPLATE_KEYWORDS = ("template", "pool_name", "pool_client", "parameters")

_MARKERS = (
    "cognito_pool(**fields): the pool a test needs, by the fields of harness.PoolSpec; "
    "a marker of the test takes precedence over those of its class and module; with template=FILE "
    "the pool of a file, with the fields in place of what it says, and pool_name, pool_client and "
    "parameters to choose in it",
    "cognito_needs(*capabilities): skip the test if the target lacks one of clock, outbox, "
    "provisioning, senders, admin, faults, scripted",
    "cognito_flow(name): the way to sign in: USER_PASSWORD_AUTH, USER_SRP_AUTH, USER_AUTH or "
    "CUSTOM_AUTH, or one of them with ADMIN_ before it",
    "exhaustive: test from the set of all combinations; other runs test pairs only",
)


def register_markers(config: pytest.Config) -> None:
    """Register the markers, for ``--markers`` and ``--strict-markers``."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)


def check_markers(items: Iterable[pytest.Item]) -> None:
    """Refuse markers whose arguments cannot be used.

    Raises:
        pytest.UsageError: the message names the marker, the test and the allowed arguments.
    """
    for item in items:
        for marker in item.iter_markers():
            check = _CHECKS.get(marker.name)
            if check is not None:
                _check(check, marker, item.nodeid)


def pool_keywords(node: pytest.Item) -> dict[str, Any]:
    """Return the keywords of all ``cognito_pool`` markers of a test; the closest marker wins.

    What chooses inside a file belongs to the marker that names the file.
    """
    keywords: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("cognito_pool"))):
        if "template" in marker.kwargs:
            keywords = {name: keywords[name] for name in keywords if name not in TEMPLATE_KEYWORDS}
        keywords.update(marker.kwargs)
    return keywords


def needed_capabilities(node: pytest.Item) -> list[Capability]:
    """Return the capabilities that the ``cognito_needs`` markers of a test name."""
    names = [name for marker in node.iter_markers("cognito_needs") for name in marker.args]
    return [Capability(name) for name in dict.fromkeys(names)]


def _check(check: Callable[[pytest.Mark], None], marker: pytest.Mark, node_id: str) -> None:
    try:
        check(marker)
    except (ConfigurationError, TypeError) as error:
        message = f"{node_id}: marker {marker.name}: {error}"
    else:
        return
    raise pytest.UsageError(message)


def _check_pool(marker: pytest.Mark) -> None:
    from harness.pools.spec.pool_spec import PoolSpec

    if marker.args:
        raise TypeError("takes only keywords: the fields of PoolSpec, or template= for a file")
    fields = {name: value for name, value in marker.kwargs.items() if name not in TEMPLATE_KEYWORDS}
    for name in fields:
        known = inspect.signature(PoolSpec).parameters
        _one_of("field", name, [*known, *TEMPLATE_KEYWORDS])
    if len(fields) == len(marker.kwargs):
        PoolSpec(**fields)
        return
    _check_template(marker.kwargs)
    from harness.pools.spec.overrides import OVERRIDABLE, requests_of

    for name in fields:
        _one_of("field of a file", name, OVERRIDABLE)
    requests_of(fields)


def _check_template(keywords: Mapping[str, Any]) -> None:
    if not isinstance(keywords.get("template"), (str, os.PathLike)):
        raise TypeError(
            "needs the path of a file as template for pool_name, pool_client, parameters"
        )
    for name in ("pool_name", "pool_client"):
        if not isinstance(keywords.get(name), (str, NoneType)):
            raise TypeError(f"{name} must be a name")
    if not isinstance(keywords.get("parameters"), (Mapping, NoneType)):
        raise TypeError("parameters must be a mapping of their names to values")


def _check_needs(marker: pytest.Mark) -> None:
    if not marker.args or marker.kwargs:
        raise TypeError("takes the names of one or more capabilities, and no keywords")
    for name in marker.args:
        _one_of("capability", name, [capability.value for capability in Capability])


def _check_flow(marker: pytest.Mark) -> None:
    from harness.flows.sign_in import AuthFlow

    if len(marker.args) != 1 or marker.kwargs:
        raise TypeError("takes the name of one flow")
    _one_of("flow", marker.args[0], get_args(AuthFlow))


def _one_of(what: str, given: str, allowed: Iterable[str]) -> None:
    if given not in allowed:
        raise ConfigurationError(what, given=given, allowed=allowed)


_CHECKS = {
    "cognito_pool": _check_pool,
    "cognito_needs": _check_needs,
    "cognito_flow": _check_flow,
}
