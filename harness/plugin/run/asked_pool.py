"""What a test asks of its pool: a whole specification, or only what its markers name.

In a run on a given pool, a test takes the pool as it is. What its markers name must hold, and
whatever they leave open is as the pool has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.pools.spec.pool_spec import PoolSpec
    from harness.pools.spec.spec_match import Mismatch

__all__ = ["asked_of_given", "mismatches_in", "named_fields"]

_ASKED = pytest.StashKey[tuple["PoolSpec", frozenset[str]]]()

#: The value of ExplicitAuthFlows that allows each flow (A105).
_PERMISSIONS = {
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    "USER_SRP_AUTH": "ALLOW_USER_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_USER_SRP_AUTH": "ALLOW_USER_SRP_AUTH",
    "USER_AUTH": "ALLOW_USER_AUTH",
    "ADMIN_USER_AUTH": "ALLOW_USER_AUTH",
    "CUSTOM_AUTH": "ALLOW_CUSTOM_AUTH",
    "ADMIN_CUSTOM_AUTH": "ALLOW_CUSTOM_AUTH",
}


def asked_of_given(item: pytest.Item, keywords: Mapping[str, Any], given: PoolSpec) -> PoolSpec:
    """Return the specification that a test needs in a run on a given pool.

    Args:
        item: the test, for which the fields that it names are noted.
        keywords: the fields that its markers name.
        given: the specification of the pool.
    """
    named = {**_flow_of(item), **keywords}
    try:
        spec = replace(given, **named)
    except ConfigurationError:
        # The fields do not go with the pool's others, so they differ from it in any case.
        spec = type(given)(**named)
    item.stash[_ASKED] = (spec, frozenset(named))
    return spec


def named_fields(item: pytest.Item, spec: PoolSpec) -> Collection[str] | None:
    """Return the fields that a test names; ``None`` if a fixture of its own gave the whole."""
    asked, named = item.stash.get(_ASKED, (None, frozenset()))
    return named if asked is spec else None


def mismatches_in(
    wanted: PoolSpec, found: PoolSpec, named: Collection[str] | None
) -> list[Mismatch]:
    """Return the fields in which a pool is not what a test needs.

    Args:
        wanted: what the test needs.
        found: the specification of the pool.
        named: the fields that matter, also with a default value; ``None`` leaves it to
            :func:`harness.pools.spec.spec_match.mismatches`.
    """
    from harness.pools.spec.spec_match import mismatches

    if named is None:
        return mismatches(wanted, found)
    return [each for each in mismatches(wanted, found, named) if each.field in named]


def _flow_of(item: pytest.Item) -> dict[str, Any]:
    """Return the field that a test needs for the flow that it names, by marker or parameter."""
    marker = item.get_closest_marker("cognito_flow")
    parameters: Mapping[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    flow = marker.args[0] if marker is not None else parameters.get("cognito_auth_flow")
    permission = _PERMISSIONS.get(flow) if isinstance(flow, str) else None
    return {} if permission is None else {"auth_flows": (permission,)}
