"""The one pool that a run is on, if it is given: which variant it is, and what applies to it.

On a given pool every scenario runs in the variants that this pool is. A dimension that a scenario
names is one that it needs; one that it leaves open is as the pool has it. What no variant tells,
such as whether an e-mail address can be changed, a scenario asks for by :func:`asks`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness import GivenPool
from scenarios.support.expectations import allowance
from scenarios.support.variants import Client, Devices, Flow, Mfa, SignInName, Variant, Variation

#: Where Cognito has the settings behind the dimensions.
_SETTINGS = {
    "mfa": ("mfa", "MfaConfiguration"),
    "devices": ("pool", "DeviceConfiguration"),
    "sign_in_name": ("pool", "UsernameAttributes"),
    "client": ("client", "GenerateSecret"),
    "flow": ("client", "ExplicitAuthFlows"),
}


#: Fields that a scenario asks for by :func:`asks`, or that are nobody's business.
_SAID_OTHERWISE = frozenset({"auth_flows", "name"})


@dataclass(frozen=True)
class Need:
    """Something that a scenario needs of a pool besides what a variant says.

    Attributes:
        kind: whose setting decides: that of the pool, of its MFA configuration or its app client.
        path: the setting, by Cognito's names.
        why: what is needed, as the end of the sentence "needed is that ...".
        holds: whether the value of the setting gives it.
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


ADDRESS_CHANGES = Need("pool", "Schema", "an e-mail address can be changed", _changeable)
EMAIL_CODES = Need(
    "pool", "AutoVerifiedAttributes", "codes are e-mailed", lambda names: "email" in (names or ())
)
RECOVERY = Need(
    "pool",
    "AccountRecoverySetting.RecoveryMechanisms",
    "a password is recovered by e-mail",
    _by_email,
)
SELF_SIGN_UP = Need(
    "pool",
    "AdminCreateUserConfig.AllowAdminCreateUserOnly",
    "people sign up themselves",
    lambda closed: not closed,
)
ORDINARY_POLICY = Need(
    "pool",
    "Policies.PasswordPolicy",
    "passwords are as Cognito wants them by default",
    lambda policy: policy["MinimumLength"] == 8 and _all_classes(policy),
)
ORDINARY_LIFETIMES = Need(
    "client", "AccessTokenValidity", "tokens have Cognito's lifetimes", lambda value: value == 1
)
ORDINARY_SESSIONS = Need(
    "client", "AuthSessionValidity", "a Session lives for three minutes", lambda value: value == 3
)
REVOCATION = Need("client", "EnableTokenRevocation", "tokens can be revoked", bool)


MFA_ON = Need("mfa", "MfaConfiguration", "MFA is ON", lambda mode: mode == "ON")
SECOND_FACTOR = Need("mfa", "MfaConfiguration", "there is MFA", lambda mode: mode != "OFF")
TRACKED_DEVICES = Need("pool", "DeviceConfiguration", "devices are tracked", bool)
REMEMBERED_DEVICES = Need(
    "pool",
    "DeviceConfiguration",
    "devices are always remembered",
    lambda tracking: bool(tracking) and not tracking["DeviceOnlyRememberedOnUserPrompt"],
)
CHOSEN_NAMES = Need(
    "pool", "UsernameAttributes", "people choose their user names", lambda names: not names
)
NO_ALIASES = Need(
    "pool", "AliasAttributes", "people sign in by their user names", lambda names: not names
)


def flows_allowed(*allowances: str) -> Need:
    """Return the need that the app client allows flows besides that of the variant."""
    return Need(
        "client",
        "ExplicitAuthFlows",
        f"it has {' and '.join(allowances)}",
        lambda flows: set(allowances) <= set(flows),
    )


def flow_forbidden(allowance: str) -> Need:
    """Return the need that the app client does not allow a flow."""
    return Need(
        "client",
        "ExplicitAuthFlows",
        f"it has no {allowance}",
        lambda flows: allowance not in flows,
    )


REFRESHING = flows_allowed("ALLOW_REFRESH_TOKEN_AUTH")


def asks(*needs: Need) -> pytest.MarkDecorator:
    """Run a scenario only on pools that have all of this."""
    return pytest.mark.asks(*needs)


def variant_of(given: GivenPool, engine: str) -> Variant:
    """Return the variant that the given pool is, signing in by SRP where it may."""
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
    """Return the ways to sign in that the app client allows."""
    return tuple(flow for flow in Flow if allowance(flow) in given.spec.auth_flows)


def why_not(given: GivenPool, variation: Variation, pool: Variant) -> str | None:
    """Return the settings that keep a scenario from running in any variant, if some do."""
    here = variation.on(pool, flows_of(given))
    missing = [name for name in _SETTINGS if not here.dimensions[name]]
    return _told([_differing(given, name, variation) for name in missing])


def unmet(given: GivenPool, item: pytest.Item) -> str | None:
    """Return the settings that a scenario asks for and the pool has otherwise, if any."""
    found = [(need, given.setting(need.kind, need.path)) for need in _needs(item)]
    reasons = [
        f"{need.path} is {value} ({given.where(need.kind, need.path)}), needed is that {need.why}"
        for need, value in found
        if not need.holds(value)
    ]
    return _told([*reasons, *_unlike_its_markers(given, item)])


def _needs(item: pytest.Item) -> list[Need]:
    marker = item.get_closest_marker("asks")
    own_only = marker is not None and not marker.args
    needs = [need for each in item.iter_markers("asks") for need in each.args]
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "cognito_tracked_device" in fixtures:
        needs.append(TRACKED_DEVICES)
    function = getattr(item, "function", None)
    # Somebody who has signed up and not confirmed has done so without an administrator.
    if function is not None and "cognito_signed_up" in inspect.signature(function).parameters:
        needs.append(SELF_SIGN_UP)
    return [] if own_only else list(dict.fromkeys(needs))


def _unlike_its_markers(given: GivenPool, item: pytest.Item) -> list[str]:
    """What a scenario says by its markers matters, also where it is what is ordinary."""
    asked: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("cognito_pool"))):
        asked.update(marker.kwargs)
    return [
        f"{name} is {getattr(given.spec, name)} ({given.configuration.origin}), needed is {wanted}"
        for name, wanted in asked.items()
        if name not in _SAID_OTHERWISE and getattr(given.spec, name) != wanted
    ]


def _differing(given: GivenPool, name: str, variation: Variation) -> str:
    kind, member = _SETTINGS[name]
    wanted = ", ".join(one.name for one in variation.dimensions.get(name, ()))
    has = given.setting(kind, member)
    where = given.where(kind, member)
    return f"{member} is {has} ({where}), needed is {wanted or 'a flow with a password'}"


def _told(reasons: list[str]) -> str | None:
    return f"does not apply to this pool: {'; '.join(reasons)}" if reasons else None
