"""The given pool of a run, if there is one: which variant it is, and which scenarios apply to it.

On a given pool, every scenario runs in the variants that match the pool. A dimension that a
scenario names is one that it needs; a dimension that it does not name has the pool's value. For
what no variant says, such as whether an email address can be changed, a scenario uses
:func:`requires`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness import GivenPool, UnfitSetting
from scenarios.support.expectations import allowance
from scenarios.support.variants import Client, Devices, Flow, Mfa, SignInName, Variant, Variation

#: The Cognito settings of the dimensions.
_SETTINGS = {
    "mfa": ("mfa", "MfaConfiguration"),
    "devices": ("pool", "DeviceConfiguration"),
    "sign_in_name": ("pool", "UsernameAttributes"),
    "client": ("client", "GenerateSecret"),
    "flow": ("client", "ExplicitAuthFlows"),
}
#: The fields of a specification behind the dimensions.
_FIELDS = {
    "mfa": "mfa",
    "devices": "device_tracking",
    "sign_in_name": "sign_in_names",
    "client": "client_secret",
    "flow": "auth_flows",
}

#: Fields that a scenario asks for with :func:`requires`, or that do not matter.
_SAID_OTHERWISE = frozenset({"auth_flows", "name"})


@dataclass(frozen=True)
class Need:
    """Something that a scenario needs from a pool in addition to what a variant says.

    Attributes:
        kind: where the setting is: ``pool``, ``mfa`` (its MFA configuration) or ``client``.
        path: the setting, with Cognito's names.
        why: what is needed, as the end of the sentence "the scenario needs that ...".
        holds: returns whether a value of the setting meets the need.
    """

    kind: str
    path: str
    why: str
    holds: Callable[[Any], bool]


def _changeable(schema: Any) -> bool:
    return all(one.get("Mutable", True) for one in schema if one.get("Name") == "email")


def _by_email(mechanisms: Any) -> bool:
    return not mechanisms or any(one.get("Name") == "verified_email" for one in mechanisms)


def _all_classes(policy: Any) -> bool:
    classes = ("Lowercase", "Numbers", "Symbols", "Uppercase")
    return all(policy[f"Require{name}"] for name in classes)


ADDRESS_CHANGES = Need("pool", "Schema", "an email address can be changed", _changeable)
EMAIL_CODES = Need(
    "pool",
    "AutoVerifiedAttributes",
    "codes are sent by email",
    lambda names: "email" in (names or ()),
)
RECOVERY = Need(
    "pool",
    "AccountRecoverySetting.RecoveryMechanisms",
    "passwords are recovered by email",
    _by_email,
)
SELF_SIGN_UP = Need(
    "pool",
    "AdminCreateUserConfig.AllowAdminCreateUserOnly",
    "users can sign up themselves",
    lambda closed: not closed,
)
ORDINARY_POLICY = Need(
    "pool",
    "Policies.PasswordPolicy",
    "passwords follow Cognito's default policy",
    lambda policy: policy["MinimumLength"] == 8 and _all_classes(policy),
)
ORDINARY_LIFETIMES = Need(
    "client",
    "AccessTokenValidity",
    "tokens have Cognito's default lifetimes",
    lambda value: value == 1,
)
ORDINARY_SESSIONS = Need(
    "client", "AuthSessionValidity", "a session lasts three minutes", lambda value: value == 3
)
REVOCATION = Need("client", "EnableTokenRevocation", "tokens can be revoked", bool)


MFA_ON = Need("mfa", "MfaConfiguration", "MFA is ON", lambda mode: mode == "ON")
SECOND_FACTOR = Need("mfa", "MfaConfiguration", "the pool has MFA", lambda mode: mode != "OFF")
TRACKED_DEVICES = Need("pool", "DeviceConfiguration", "devices are tracked", bool)
REMEMBERED_DEVICES = Need(
    "pool",
    "DeviceConfiguration",
    "devices are always remembered",
    lambda tracking: bool(tracking) and not tracking["DeviceOnlyRememberedOnUserPrompt"],
)
CHOSEN_NAMES = Need(
    "pool", "UsernameAttributes", "users choose their usernames", lambda names: not names
)
NO_ALIASES = Need(
    "pool", "AliasAttributes", "users sign in with their usernames", lambda names: not names
)


def flows_allowed(*allowances: str) -> Need:
    """Return the need that the app client allows other flows than that of the variant."""
    return Need(
        "client",
        "ExplicitAuthFlows",
        f"the app client has {' and '.join(allowances)}",
        lambda flows: set(allowances) <= set(flows),
    )


def flow_forbidden(allowance: str) -> Need:
    """Return the need that the app client does not allow a flow."""
    return Need(
        "client",
        "ExplicitAuthFlows",
        f"the app client does not have {allowance}",
        lambda flows: allowance not in flows,
    )


REFRESHING = flows_allowed("ALLOW_REFRESH_TOKEN_AUTH")


def requires(*needs: Need) -> pytest.MarkDecorator:
    """Run a scenario only on pools that meet all of these needs.

    Without arguments, the scenario also drops the needs of its module and of its fixtures.
    """
    return pytest.mark.asks(*needs)


def variant_of(given: GivenPool, engine: str) -> Variant:
    """Return the variant that the given pool is, with USER_SRP_AUTH if it is allowed."""
    spec = given.spec
    tracking = spec.device_tracking
    devices = Devices.NOT_TRACKED
    if tracking is not None:
        prompt = tracking.device_only_remembered_on_user_prompt
        devices = Devices((tracking.challenge_required_on_new_device, prompt))
    allowed = flows_of(given)
    return Variant(
        mfa=Mfa(spec.mfa),
        devices=devices,
        sign_in_name=SignInName(spec.sign_in_names),
        client=Client(spec.client_secret),
        flow=Flow.USER_SRP_AUTH if Flow.USER_SRP_AUTH in allowed or not allowed else allowed[0],
        engine=engine,
    )


def flows_of(given: GivenPool) -> tuple[Flow, ...]:
    """Return the flows that the app client allows."""
    return tuple(flow for flow in Flow if allowance(flow) in given.spec.auth_flows)


def why_not(given: GivenPool, variation: Variation, pool: Variant) -> str | None:
    """Return which settings keep a scenario from running in any variant, or ``None``."""
    here = variation.on(pool, flows_of(given))
    missing = [
        name for name in _SETTINGS if not here.dimensions[name] or given.is_unknown(_FIELDS[name])
    ]
    return _told(given, [_differing(given, name, variation) for name in missing])


def unmet(given: GivenPool, item: pytest.Item) -> str | None:
    """Return which settings of the pool do not meet the scenario's needs, or ``None``."""
    misfits = [
        given.misfit(need.kind, need.path, f"the scenario needs that {need.why}")
        for need in _needs(item)
        if given.is_undecided(need.kind, need.path)
        or not need.holds(given.setting(need.kind, need.path))
    ]
    return _told(given, [*misfits, *_unlike_its_markers(given, item)])


def _needs(item: pytest.Item) -> list[Need]:
    marker = item.get_closest_marker("asks")
    own_only = marker is not None and not marker.args
    needs = [need for each in item.iter_markers("asks") for need in each.args]
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "cognito_tracked_device" in fixtures:
        needs.append(TRACKED_DEVICES)
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
    wanted = ", ".join(one.name for one in variation.dimensions.get(name, ()))
    return given.misfit(kind, member, f"it must be {wanted or 'a flow with a password'}")


def _told(given: GivenPool, misfits: list[UnfitSetting]) -> str | None:
    return given.why_unfit(misfits) if misfits else None
