"""The given pool of a run, if there is one: which variant it is, and which scenarios apply to it.

On a given pool, every scenario runs in the variants that match the pool. A dimension that a
scenario names is one that it needs; a dimension that it does not name has the pool's value. For
what no variant says, such as whether an email address can be changed, a scenario uses
:func:`scenarios.support.pool_under_test.requires`.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from enum import Enum
from typing import Any

import pytest

from harness import GivenPool, PoolPeople, UnfitSetting
from scenarios.support.pool_under_test import (
    CONTACTS,
    SELF_SIGN_UP,
    TO_SIGN_IN,
    TRACKED_DEVICES,
    VERIFIED_EMAIL,
    WITHOUT_CODES,
    Need,
    flows_allowed,
    flows_of,
)
from scenarios.support.variants import (
    Client,
    Devices,
    FirstFactors,
    Flow,
    Mfa,
    SecondFactors,
    SignInName,
    Variant,
    Variation,
)

#: The Cognito settings of the dimensions.
_SETTINGS = {
    "mfa": ("mfa", "MfaConfiguration"),
    "devices": ("pool", "DeviceConfiguration"),
    "sign_in_name": ("pool", "UsernameAttributes"),
    "client": ("client", "GenerateSecret"),
    "flow": ("client", "ExplicitAuthFlows"),
    "second_factors": ("mfa", "MfaConfiguration"),
    "first_factors": ("pool", "Policies.SignInPolicy.AllowedFirstAuthFactors"),
}
#: How the message begins that says what a setting must be, where that is no value of the setting.
_MUST_BE = {"second_factors": "the second factors must be", "first_factors": "it must have"}
#: The fields of a specification behind the dimensions.
_FIELDS = {
    "mfa": "mfa",
    "devices": "device_tracking",
    "sign_in_name": "sign_in_names",
    "client": "client_secret",
    "flow": "auth_flows",
    "second_factors": "second_factors",
    "first_factors": "first_factors",
}

#: The fixture of every scenario in which somebody signs in.
_SIGNS_IN = "cognito_sign_in"
#: The fixture of every scenario that reads the codes of its users.
_READS_CODES = "reachable"
#: The fixture of every scenario in which somebody signs in with USER_AUTH.
CHOOSES = "by_choice"
#: Fields that a scenario asks for with :func:`requires`, or that do not matter.
_SAID_OTHERWISE = frozenset({"auth_flows", "managed_login", "name", "resource_servers"})


def variant_of(given: GivenPool, engine: str) -> Variant:
    """Return the variant that the given pool is, with USER_SRP_AUTH if it is allowed."""
    spec = given.spec
    tracking = spec.device_tracking
    devices = Devices.NOT_TRACKED
    if tracking is not None:
        prompt = tracking.device_only_remembered_on_user_prompt
        devices = Devices((tracking.challenge_required_on_new_device, prompt))
    allowed = flows_of(spec)
    asks_nobody = spec.mfa == "OPTIONAL" and not PoolPeople(spec).set_up_totp
    return Variant(
        # Where MFA is OPTIONAL, Cognito asks only those who have set a factor up.
        mfa=Mfa.OFF if asks_nobody else Mfa(spec.mfa),
        devices=devices,
        sign_in_name=SignInName(spec.sign_in_names),
        client=Client(spec.client_secret),
        flow=Flow.USER_SRP_AUTH if Flow.USER_SRP_AUTH in allowed or not allowed else allowed[0],
        engine=engine,
        second_factors=SecondFactors.of(spec.second_factors),
        first_factors=FirstFactors.of(spec.first_factors),
    )


def flows_for(given: GivenPool, pool: Variant, fixtures: Collection[str]) -> tuple[Flow, ...]:
    """Return the flows that a scenario can run with.

    Where nobody signs in, it does not matter that the app client allows no flow with a password,
    and USER_AUTH has the password in each of the ways of these flows (N001).

    Args:
        given: the pool.
        pool: the variant that the pool is.
        fixtures: the names of the scenario's fixtures.
    """
    if CHOOSES in fixtures:
        return tuple(Flow)
    return flows_of(given.spec) or (() if _SIGNS_IN in fixtures else (pool.flow,))


def why_not(
    given: GivenPool, variation: Variation, pool: Variant, flows: Sequence[Flow]
) -> str | None:
    """Return which settings keep a scenario from running in any variant, or ``None``."""
    here = variation.on(pool, flows)
    missing = [
        name for name in _SETTINGS if not here.dimensions[name] or given.is_unknown(_FIELDS[name])
    ]
    return _told(given, [_differing(given, name, variation) for name in missing])


def unmet(given: GivenPool, item: pytest.Item) -> str | None:
    """Return which settings of the pool do not meet the scenario's needs, or ``None``."""
    misfits = [
        given.misfit(need.kind, need.path, f"the scenario needs that {need.why}")
        for need in _needs(item)
        if given.is_undecided(need.kind, need.path) or not need.is_met(given)
    ]
    return _told(given, [*misfits, *_unlike_its_markers(given, item)])


def _needs(item: pytest.Item) -> list[Need]:
    marker = item.get_closest_marker("asks")
    own_only = marker is not None and not marker.args
    needs = [need for each in item.iter_markers("asks") for need in each.args]
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "cognito_tracked_device" in fixtures:
        needs.append(TRACKED_DEVICES)
    if _SIGNS_IN in fixtures:
        needs.append(flows_allowed("ALLOW_USER_AUTH") if CHOOSES in fixtures else TO_SIGN_IN)
        needs.append(CONTACTS if _READS_CODES in fixtures else WITHOUT_CODES)
    if CHOOSES in fixtures:
        needs.append(VERIFIED_EMAIL)
    function = getattr(item, "function", None)
    # A user who has signed up and is not confirmed did so without an administrator.
    if function is not None and "cognito_signed_up" in inspect.signature(function).parameters:
        needs.append(SELF_SIGN_UP)
    return [] if own_only else list(dict.fromkeys(needs))


def _unlike_its_markers(given: GivenPool, item: pytest.Item) -> list[UnfitSetting]:
    """Return which fields in the scenario's markers the pool does not have.

    A marker counts even if it names the ordinary value.
    """
    asked: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("cognito_pool"))):
        asked.update(marker.kwargs)
    return [
        given.field_misfit(name, wanted, "the scenario needs")
        for name, wanted in asked.items()
        if name not in _SAID_OTHERWISE
        and (given.is_unknown(name) or getattr(given.spec, name) != wanted)
    ]


def _differing(given: GivenPool, name: str, variation: Variation) -> UnfitSetting:
    field = _FIELDS[name]
    kind, member = given.behind(field) if given.is_unknown(field) else _SETTINGS[name]
    wanted = " or ".join(map(_said, variation.dimensions.get(name, ())))
    must_be = _MUST_BE.get(name, "it must be")
    return given.misfit(kind, member, f"{must_be} {wanted or 'a flow with a password'}")


def _said(one: Enum) -> str:
    """Return the value that a variant needs, as a template has it."""
    if isinstance(one, FirstFactors | SecondFactors):
        return " and ".join(one.value)
    return str(one.value).lower() if isinstance(one.value, bool) else one.name


def _told(given: GivenPool, misfits: list[UnfitSetting]) -> str | None:
    return given.why_unfit(misfits) if misfits else None
