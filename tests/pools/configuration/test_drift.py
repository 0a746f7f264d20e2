"""Differences of configurations: every changed setting is named, and no other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import Kind, Part, PoolConfiguration, Unknown
from tests.pools.audit.pools import ORIGIN, pool
from tests.pools.audit.test_rules import BASES, BROKEN

Change = tuple[Kind, str, Any]
KINDS: tuple[Kind, ...] = ("pool", "mfa", "client")

#: More settings that affect sign-in, in addition to those that make rules fail.
MORE: list[Change] = [
    ("client", "GenerateSecret", True),
    ("client", "ReadAttributes", ["email"]),
    ("client", "RefreshTokenRotation.RetryGracePeriodSeconds", 20),
    ("pool", "AliasAttributes", ["email"]),
    ("pool", "UsernameAttributes", ["email"]),
    ("pool", "LambdaConfig.PreSignUp", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
    ("pool", "Policies.SignInPolicy.AllowedFirstAuthFactors", ["PASSWORD", "EMAIL_OTP"]),
    ("pool", "Schema", [{"Name": "name", "Required": True, "Mutable": True}]),
    ("pool", "UserPoolTier", "ESSENTIALS"),
]
#: Whose branding is whose is a question of whole parts, which `test_login_drift` asks.
_BROKEN = [BROKEN[rule] for rule in BROKEN if rule not in BASES and rule != "login-branding"]
CHANGES: list[Change] = [*_BROKEN, *MORE]


def test_there_are_enough_of_them() -> None:
    """At least 25 settings are tested."""
    assert len({change[:2] for change in CHANGES}) >= 25


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}.{change[1]}")
def test_a_changed_setting_is_named(change: Change) -> None:
    """There is one difference, at the setting or its parent, in both directions."""
    kind, path, _ = change
    for before, after in ((pool(), pool(change)), (pool(change), pool())):
        found = drift(before, after).found
        assert [item.kind for item in found] == [kind]
        assert path.startswith(found[0].path) or found[0].path.startswith(path)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}.{change[1]}")
def test_settings_that_affect_sign_in_have_an_effect(change: Change) -> None:
    """Only settings without influence on sign-in have no effect."""
    (found,) = drift(pool(), pool(change)).found
    decides_nothing = {"DeletionProtection", "UserPoolTier"}
    assert (found.means is None) == (found.path in decides_nothing)


def test_equal_configurations_do_not_differ() -> None:
    """Names, tags, the order of sets and explicit defaults make no difference either."""
    spoken: list[Change] = [
        ("pool", "PoolName", "another"),
        ("pool", "UserPoolTags", {"run": "7"}),
        ("pool", "LambdaConfig", {}),
        ("client", "ClientName", "other"),
        ("client", "ExplicitAuthFlows", ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]),
        ("client", "EnablePropagateAdditionalUserContextData", False),
        ("branding", "UseCognitoProvidedValues", True),
    ]
    assert drift(pool(), pool()).differences == ()
    assert drift(pool(), pool(*spoken)).differences == ()


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("pool", {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}),
        ("pool", {"KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}}),
        ("pool", {"UserPoolTier": "ESSENTIALS"}),
        ("pool", {"UserAttributeUpdateSettings": {}}),
        ("client", {"CallbackURLs": [], "ExplicitAuthFlows": [], "AllowedOAuthScopes": []}),
        ("client", {"PublishSecretsInAWSSecretsManager": False}),
        ("client", {"RefreshTokenValidity": 0}),
    ],
)
def test_a_default_that_only_one_side_shows_is_no_difference(
    kind: Kind, members: dict[str, Any]
) -> None:
    """A file leaves the setting out, and the service describes Cognito's default."""
    empty = {name: Part(name, name, {}) for name in KINDS}
    shown = {**empty, kind: Part(kind, kind, members)}
    left_out, described = (
        PoolConfiguration(ORIGIN, parts["pool"], parts["mfa"], (parts["client"],))
        for parts in (empty, shown)
    )
    assert drift(left_out, described).differences == ()
    assert drift(described, left_out).differences == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"MfaConfiguration": "ON"}, {"SoftwareTokenMfaConfiguration": {"Enabled": False}}),
        (
            {"WebAuthnConfiguration": {"RelyingPartyId": "x.org"}},
            {
                "WebAuthnConfiguration": {
                    "FactorConfiguration": "SINGLE_FACTOR",
                    "UserVerification": "preferred",
                }
            },
        ),
    ],
)
def test_a_default_beside_other_settings_is_no_difference(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Settings have defaults of their own once MFA or passkeys are configured."""
    whole = {name: {**before.get(name, {}), **value} for name, value in after.items()}
    ours, theirs = (
        replace(pool(), mfa=Part("mfa", "mfa", members))
        for members in ({"MfaConfiguration": "ON", **before}, {"MfaConfiguration": "ON", **whole})
    )
    assert drift(ours, theirs).differences == ()


def test_the_tier_of_threat_protection_is_not_guessed() -> None:
    """Nobody has measured which tier a pool gets that asks for threat protection alone (M029)."""
    plain = pool(("pool", "UserPoolTier", None))
    found = drift(plain, pool()).differences
    assert [(item.change, item.path) for item in found] == [("unknown", "UserPoolTier")]


def test_an_unknown_value_is_not_drift() -> None:
    """Unknown values are listed separately from differences."""
    found = drift(pool(), pool(("mfa", "MfaConfiguration", Unknown("Ref Mfa"))))
    assert [item.change for item in found.differences] == ["unknown"]
    assert found.found == []


def test_app_clients_are_matched_by_name() -> None:
    """A client on only one side is missing or added; the others are compared."""
    before = with_clients("web", "mobile")
    after = with_clients("web", "desk", AuthSessionValidity=9)
    found = [(item.change, item.part, item.path) for item in drift(before, after).found]
    assert found == [
        ("changed", "web", "AuthSessionValidity"),
        ("missing", "mobile", ""),
        ("added", "desk", ""),
    ]


def test_app_clients_can_have_the_same_name() -> None:
    """A second client with the same name is found, with its own settings."""
    twins = [
        Part("client", "web", {"ClientName": "web"}),
        Part("client", "2nd", {"ClientName": "web", "AuthSessionValidity": 9}),
    ]
    found = drift(with_clients("web"), replace(pool(), clients=tuple(twins))).found
    assert [(item.change, item.part) for item in found] == [("added", "2nd")]


def test_a_difference_points_to_its_line() -> None:
    """The line is that of the first configuration."""
    (found,) = drift(pool(), pool(("mfa", "MfaConfiguration", "OFF"))).found[:1]
    assert found.place is not None
    assert found.place.line == 12


def with_clients(*names: str, **members: Any) -> Any:
    """Return the good configuration with clients of these names."""
    parts = tuple(Part("client", name, {"ClientName": name, **members}) for name in names)
    return replace(pool(), clients=parts)
