"""A rule about what only a deployment knows is unknown: it neither passes nor fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.audit.auditing import audit
from harness.pools.audit.expectations import (
    Absent,
    Includes,
    IncludesOne,
    Is,
    Lacks,
    Present,
    Satisfies,
    decided,
)
from harness.pools.audit.presets import RULES
from harness.pools.audit.profile import Profile
from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    UnassignedClient,
    Unknown,
)
from tests.pools.audit.pools import pool
from tests.pools.audit.test_rules import BASES, BROKEN, TODAY

Change = tuple[Kind, str, Any]

HIDDEN = Unknown("Ref Hidden")
_FLOWS = "ExplicitAuthFlows"


def state(rule: str, *changes: Change) -> list[str]:
    """Return the state of a rule in the good configuration with some changes."""
    return states_of(pool(*changes), rule)


def states_of(whole: PoolConfiguration, rule: str) -> list[str]:
    """Return the states of a rule in a configuration."""
    return [item.state for item in audit(whole, Profile((rule,)), TODAY).findings]


#: The settings of rules that are not in the part that the rule checks.
BESIDE: dict[str, tuple[Kind, str]] = {"login-branding": ("branding", "ClientId")}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "login-domain"])
def test_a_rule_about_an_unknown_setting_is_unknown(rule: str) -> None:
    """If the setting of a rule, or the structure around it, is unknown, so is the result."""
    kind, path = BESIDE.get(rule, (RULES[rule].kind, RULES[rule].setting))
    around = [path] if "." not in path else [path, path.split(".")[0]]
    for hidden in around:
        assert state(rule, *BASES.get(rule, []), (kind, hidden, HIDDEN)) == ["unknown"], hidden


@pytest.mark.parametrize("rule", ["login-domain", "login-branding"])
def test_what_a_source_does_not_show_is_unknown(rule: str) -> None:
    """A pool whose domains or brandings are not shown may have them."""
    kind: Kind = "domain" if rule == "login-domain" else "branding"
    whole = pool(BROKEN[rule])
    hidden = replace(whole, not_shown={kind: HIDDEN})
    (found,) = audit(hidden, Profile((rule,)), TODAY).findings
    assert (found.state, found.remark) == ("unknown", "Ref Hidden")


def test_a_domain_with_an_unknown_name_is_a_domain() -> None:
    """Whatever its prefix is, there are pages; whether it is made at all can be unknown too."""
    whole = pool(("domain", "Domain", HIDDEN))
    assert states_of(whole, "login-domain") == ["passed"]
    maybe = replace(whole.domains[0], condition=HIDDEN)
    assert states_of(replace(whole, domains=(maybe,)), "login-domain") == ["unknown"]


#: A rule that a setting makes fail, and the unknown setting that decides whether it applies.
DECIDING: list[tuple[str, Change]] = [
    ("mfa-software-token", ("mfa", "MfaConfiguration", HIDDEN)),
    ("mfa-no-sms", ("mfa", "MfaConfiguration", HIDDEN)),
    ("mfa-no-email", ("mfa", "MfaConfiguration", HIDDEN)),
    ("device-challenge", ("pool", "DeviceConfiguration", HIDDEN)),
    ("client-srp-flow", ("pool", "DeviceConfiguration", HIDDEN)),
    ("client-no-public-admin-flow", ("client", "GenerateSecret", HIDDEN)),
    ("client-srp-flow", ("client", "AllowedOAuthFlows", HIDDEN)),
    ("oauth-flows-and-scopes", ("client", "AllowedOAuthFlowsUserPoolClient", HIDDEN)),
    ("login-branding", ("domain", "ManagedLoginVersion", HIDDEN)),
    ("login-branding", ("client", "AllowedOAuthFlows", [HIDDEN])),
    ("threat-protection-custom-auth", ("client", _FLOWS, HIDDEN)),
    ("threat-protection-custom-auth", ("client", _FLOWS, [HIDDEN, "ALLOW_USER_SRP_AUTH"])),
    ("verify-before-update", ("pool", "Schema", HIDDEN)),
    ("verify-before-update", ("pool", "Schema", [{"Name": "email", "Mutable": HIDDEN}])),
    ("verify-before-update", ("pool", "Schema", [{"Name": HIDDEN}])),
    ("mfa-required", ("pool", "Policies.SignInPolicy", HIDDEN)),
    ("passkey-second-factor", ("pool", "Policies.SignInPolicy", HIDDEN)),
]


@pytest.mark.parametrize(("rule", "deciding"), DECIDING)
def test_a_rule_that_may_not_apply_does_not_fail(rule: str, deciding: Change) -> None:
    """A setting that would fail is unknown, with the reason, and one that is right passes."""
    found = audit(pool(BROKEN[rule], deciding), Profile((rule,)), TODAY).findings
    assert [item.state for item in found] == ["unknown"]
    assert found[0].remark == HIDDEN.reason
    if rule != "device-challenge":
        assert state(rule, deciding) == ["passed"]


@pytest.mark.parametrize(
    ("rule", "change", "expected"),
    [
        ("client-no-implicit-grant", ("client", "AllowedOAuthFlows", [HIDDEN]), "unknown"),
        (
            "client-no-implicit-grant",
            ("client", "AllowedOAuthFlows", ["implicit", HIDDEN]),
            "failed",
        ),
        ("client-callback-urls", ("client", "CallbackURLs", ["https://a", HIDDEN]), "unknown"),
        ("client-callback-urls", ("client", "CallbackURLs", ["http://a", HIDDEN]), "failed"),
        ("verified-email", ("pool", "AutoVerifiedAttributes", ["email", HIDDEN]), "passed"),
        ("verified-email", ("pool", "AutoVerifiedAttributes", ["phone_number", HIDDEN]), "unknown"),
        ("client-write-attributes", ("client", "WriteAttributes", [HIDDEN]), "unknown"),
        ("client-write-attributes", ("client", "WriteAttributes", ["email", HIDDEN]), "passed"),
        (
            "no-code-capture",
            ("pool", "LambdaConfig.CustomEmailSender", {"LambdaArn": HIDDEN}),
            "failed",
        ),
        (
            "recovery-not-by-phone",
            (
                "pool",
                "AccountRecoverySetting.RecoveryMechanisms",
                [
                    {"Name": "verified_email", "Priority": HIDDEN},
                    {"Name": "verified_phone_number", "Priority": 1},
                ],
            ),
            "unknown",
        ),
        (
            "recovery-not-by-phone",
            (
                "pool",
                "AccountRecoverySetting.RecoveryMechanisms",
                [{"Name": "verified_phone_number", "Priority": HIDDEN}],
            ),
            "failed",
        ),
    ],
)
def test_what_is_known_decides_if_it_can(rule: str, change: Change, expected: str) -> None:
    """A known item that breaks a rule is a failure, whatever the unknown items are."""
    assert state(rule, change) == [expected]


def test_a_role_that_is_unknown_sends_sms_all_the_same() -> None:
    """SMS as a second factor fails mfa-no-sms, though a deployment makes the role of the sender."""
    sms = {"SmsConfiguration": {"SnsCallerArn": Unknown("Fn::GetAtt Role.Arn"), "ExternalId": "x"}}
    assert state("mfa-no-sms", ("mfa", "SmsMfaConfiguration", sms)) == ["failed"]
    assert state("mfa-no-sms", ("mfa", "SmsMfaConfiguration", HIDDEN)) == ["unknown"]
    assert state("mfa-no-sms") == ["passed"]


def test_an_app_client_of_an_unknown_pool_neither_passes_nor_fails() -> None:
    """What is wrong with it is unknown, with the reason, and a notice says what to write."""

    def broken() -> Part:
        raise ConfigurationError("Resources.Other", given="x")

    changed = replace(
        pool(),
        unassigned=(
            unassigned("Open", lambda: Part("client", "Open", {"AllowedOAuthFlows": ["implicit"]})),
            unassigned("Good", lambda: Part("client", "Good", {"AllowedOAuthFlows": ["code"]})),
            unassigned("Wrong", broken),
        ),
    )
    found = audit(changed, Profile(("client-no-implicit-grant", "verified-email")), TODAY)
    assert [(item.rule.id, item.part, item.state) for item in found.findings] == [
        ("client-no-implicit-grant", "client", "passed"),
        ("client-no-implicit-grant", "Open", "unknown"),
        ("verified-email", "pool", "passed"),
    ]
    assert found.findings[1].actual == (
        "implicit, and whether the app client belongs to the pool is unknown (Ref PoolId)"
    )
    assert [notice.partition(" (")[0] for notice in found.notices] == [
        f"not certain: the user pool of the app client {name}" for name in ("Open", "Good", "Wrong")
    ]


def unassigned(name: str, read: Callable[[], Part]) -> UnassignedClient:
    """Return an app client whose pool is a parameter."""
    place = SourceLocation(f"Resources.{name}", 7, file="pool.yaml")
    reason = Unknown("Ref PoolId")
    return UnassignedClient(name, None, reason, place, "UserPoolId: !Ref Pool", read)


@pytest.mark.parametrize(
    ("expectation", "value", "expected"),
    [
        (Is(True), HIDDEN, HIDDEN),
        (Is(True), {"a": HIDDEN}, HIDDEN),
        (Absent(), {"a": HIDDEN}, False),
        (Present(), {"a": HIDDEN}, True),
        (Present(), [HIDDEN], HIDDEN),
        (Absent(), [HIDDEN], HIDDEN),
        (Includes("a"), ["a", HIDDEN], True),
        (Includes("a"), ["b", HIDDEN], HIDDEN),
        (IncludesOne(("a", "b")), ["b", HIDDEN], True),
        (IncludesOne(("a", "b")), ["c"], False),
        (Lacks(("a",)), ["a", HIDDEN], False),
        (Lacks(("a",)), ["b", HIDDEN], HIDDEN),
        (Satisfies(all, "all"), [False, HIDDEN], HIDDEN),
        (Satisfies(all, "all", of_each=True), [False, HIDDEN], False),
    ],
)
def test_an_expectation_of_a_partly_unknown_value(
    expectation: Any, value: Any, expected: Any
) -> None:
    """The known part decides only if no value of the unknown part changes the result."""
    assert decided(expectation, value) == expected
