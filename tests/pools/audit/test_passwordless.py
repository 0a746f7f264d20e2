"""Pools with passkeys or codes as first factors have their own rules, whose fixes are accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from harness.pools.audit import first_factors, passkeys
from harness.pools.audit.auditing import audit
from harness.pools.audit.presets import RULES
from harness.pools.audit.profile import Profile, preset
from harness.pools.configuration.pool_configuration import (
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    UnassignedClient,
    Unknown,
)
from harness.pools.found import found_by_audit
from harness.pools.making.provision_configuration import provision_configuration
from harness.targets.emulated import EmulatedTarget
from tests.fidelity.ledger import facts
from tests.pools.audit.test_rules import EVERYTHING, TODAY

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

Members = dict[str, Any]

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "shop"}
SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/shop.example.com",
}
COGNITO_SENDS = {"EmailSendingAccount": "COGNITO_DEFAULT"}
MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
PASSKEYS = {"RelyingPartyId": "shop.example.com"}
BY_EMAIL = [{"Name": "verified_email", "Priority": 1}]
BY_ADMIN = [{"Name": "admin_only", "Priority": 1}]


def with_factors(*factors: str, mfa: Members | None = None, **pool: Any) -> PoolConfiguration:
    """Return a pool with these first factors, this MFA configuration and these other settings."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}
    members = {
        "PoolName": "shop",
        "Policies": policies,
        "EmailConfiguration": SES,
        "SmsConfiguration": SMS,
        **pool,
    }
    client = Part("client", "web", {"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]})
    parts = (Part("pool", "shop", members), Part("mfa", "shop", mfa or {}))
    return PoolConfiguration(Origin("snapshot", "shop.json"), *parts, (client,))


def with_flows(*flows: str) -> PoolConfiguration:
    """Return a pool with passkeys whose app client allows these flows."""
    whole = with_factors("PASSWORD", "WEB_AUTHN")
    client = Part("client", "web", {"ExplicitAuthFlows": list(flows)})
    return PoolConfiguration(whole.origin, whole.pool, whole.mfa, (client,))


def recovered_by(*mechanisms: Members) -> Members:
    """Return the member of a pool that recovers passwords in this way."""
    return {"AccountRecoverySetting": {"RecoveryMechanisms": list(mechanisms)}}


#: For each rule: a pool in which it fails, and the same pool after what its fix says.
FIXED: list[tuple[str, PoolConfiguration, PoolConfiguration]] = [
    (
        "mfa-required",
        with_factors("PASSWORD"),
        with_factors("PASSWORD", mfa={"MfaConfiguration": "ON", **TOTP}),
    ),
    (
        "mfa-beside-passkeys",
        with_factors("PASSWORD", "WEB_AUTHN", mfa={"WebAuthnConfiguration": PASSKEYS}),
        with_factors(
            "PASSWORD",
            "WEB_AUTHN",
            mfa={
                "MfaConfiguration": "ON",
                **TOTP,
                "WebAuthnConfiguration": {**PASSKEYS, "FactorConfiguration": MULTI_FACTOR},
            },
        ),
    ),
    (
        "mfa-beside-codes",
        with_factors("PASSWORD", "EMAIL_OTP", "SMS_OTP"),
        with_factors(
            "PASSWORD", "EMAIL_OTP", "SMS_OTP", mfa={"MfaConfiguration": "OPTIONAL", **TOTP}
        ),
    ),
    (
        "passkey-second-factor",
        with_factors(
            "PASSWORD",
            "WEB_AUTHN",
            mfa={"MfaConfiguration": "OPTIONAL", **TOTP, "WebAuthnConfiguration": PASSKEYS},
        ),
        with_factors(
            "PASSWORD",
            "WEB_AUTHN",
            mfa={
                "MfaConfiguration": "OPTIONAL",
                **TOTP,
                "WebAuthnConfiguration": {**PASSKEYS, "FactorConfiguration": MULTI_FACTOR},
            },
        ),
    ),
    (
        "passkey-user-verification",
        with_factors("PASSWORD", "WEB_AUTHN"),
        with_factors(
            "PASSWORD",
            "WEB_AUTHN",
            mfa={"WebAuthnConfiguration": {**PASSKEYS, "UserVerification": "required"}},
        ),
    ),
    (
        "passkey-mfa-user-verification",
        with_factors(
            "PASSWORD",
            "WEB_AUTHN",
            mfa={
                "MfaConfiguration": "ON",
                **TOTP,
                "WebAuthnConfiguration": {**PASSKEYS, "FactorConfiguration": MULTI_FACTOR},
            },
        ),
        with_factors(
            "PASSWORD",
            "WEB_AUTHN",
            mfa={
                "MfaConfiguration": "ON",
                **TOTP,
                "WebAuthnConfiguration": {
                    **PASSKEYS,
                    "FactorConfiguration": MULTI_FACTOR,
                    "UserVerification": "required",
                },
            },
        ),
    ),
    (
        "mfa-apart-from-email-codes",
        with_factors(
            "PASSWORD",
            "EMAIL_OTP",
            mfa={"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}},
        ),
        with_factors("PASSWORD", "EMAIL_OTP", mfa={"MfaConfiguration": "OPTIONAL", **TOTP}),
    ),
    (
        "mfa-apart-from-text-codes",
        with_factors(
            "PASSWORD",
            "SMS_OTP",
            mfa={
                "MfaConfiguration": "OPTIONAL",
                "SmsMfaConfiguration": {"SmsConfiguration": SMS},
            },
        ),
        with_factors("PASSWORD", "SMS_OTP", mfa={"MfaConfiguration": "OPTIONAL", **TOTP}),
    ),
    (
        "first-factor-email-sender",
        with_factors("PASSWORD", "EMAIL_OTP", EmailConfiguration=COGNITO_SENDS),
        with_factors("PASSWORD", "EMAIL_OTP"),
    ),
    (
        "first-factor-usable",
        with_flows("ALLOW_USER_SRP_AUTH"),
        with_flows("ALLOW_USER_AUTH"),
    ),
    (
        "recovery-apart-from-email-codes",
        with_factors("PASSWORD", "EMAIL_OTP", **recovered_by(*BY_EMAIL)),
        with_factors("PASSWORD", "EMAIL_OTP", **recovered_by(*BY_ADMIN)),
    ),
    (
        "client-choice",
        with_factors("PASSWORD"),
        with_factors("PASSWORD", "WEB_AUTHN"),
    ),
    (
        "first-factor-passkeys",
        with_factors("PASSWORD", "EMAIL_OTP"),
        with_factors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN", mfa={"WebAuthnConfiguration": PASSKEYS}),
    ),
    (
        "first-factor-no-sms",
        with_factors("PASSWORD", "SMS_OTP"),
        with_factors("PASSWORD", "WEB_AUTHN"),
    ),
    (
        "first-factor-no-email",
        with_factors("PASSWORD", "EMAIL_OTP"),
        with_factors("PASSWORD", "WEB_AUTHN"),
    ),
    (
        "mfa-no-email",
        with_factors(
            "PASSWORD",
            mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}},
            **recovered_by(*BY_ADMIN),
        ),
        with_factors("PASSWORD", mfa={"MfaConfiguration": "ON", **TOTP}),
    ),
    (
        "recovery-apart-from-email-mfa",
        with_factors(
            "PASSWORD",
            mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}},
            **recovered_by(*BY_EMAIL, {"Name": "verified_phone_number", "Priority": 2}),
        ),
        with_factors(
            "PASSWORD",
            mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}},
            **recovered_by(*BY_ADMIN),
        ),
    ),
    (
        "recovery-not-by-phone",
        with_factors("PASSWORD", mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}}),
        with_factors(
            "PASSWORD",
            mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}},
            **recovered_by(*BY_ADMIN),
        ),
    ),
]


@pytest.fixture
def client() -> Iterator[CognitoIdentityProviderClient]:
    """A client of an emulator."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


def states(configuration: PoolConfiguration, *rules: str) -> dict[str, str]:
    """Return the state of each rule that is about the configuration."""
    profile = Profile(rules) if rules else EVERYTHING
    return {
        finding.rule.id: finding.state for finding in audit(configuration, profile, TODAY).findings
    }


@pytest.mark.parametrize(("rule", "before", "after"), FIXED, ids=[item[0] for item in FIXED])
def test_cognito_accepts_what_a_fix_says(
    rule: str,
    before: PoolConfiguration,
    after: PoolConfiguration,
    client: CognitoIdentityProviderClient,
) -> None:
    """The rule fails in a pool that exists, and no longer after its fix, which is accepted."""
    for configuration in (before, after):
        assert provision_configuration(client, configuration).user_pool_id
    assert states(before, rule) == {rule: "failed"}
    assert states(after, rule) in ({}, {rule: "passed"})


@pytest.mark.parametrize(
    "factors", [("PASSWORD", "EMAIL_OTP"), ("PASSWORD", "WEB_AUTHN", "SMS_OTP")]
)
def test_mfa_is_not_required_where_cognito_refuses_it(
    factors: tuple[str, ...], client: CognitoIdentityProviderClient
) -> None:
    """In a pool with codes as first factors, no rule that fails expects ON (N038)."""
    whole = with_factors(*factors)
    failed = audit(whole, EVERYTHING, TODAY).failed()
    assert all(finding.expected != "ON" for finding in failed)
    assert states(whole, "mfa-required", "mfa-beside-passkeys") == {}
    refused = with_factors(*factors, mfa={"MfaConfiguration": "ON", **TOTP})
    with pytest.raises(ClientError, match=r"if MFA is (enabled|required)"):
        provision_configuration(client, refused)


def test_passkeys_as_a_single_factor_exclude_mfa(client: CognitoIdentityProviderClient) -> None:
    """So the fix of the rule that expects ON beside passkeys names the other setting too."""
    refused = with_factors(
        "PASSWORD",
        "WEB_AUTHN",
        mfa={"MfaConfiguration": "ON", **TOTP, "WebAuthnConfiguration": PASSKEYS},
    )
    with pytest.raises(ClientError, match="SINGLE_FACTOR"):
        provision_configuration(client, refused)
    assert MULTI_FACTOR in RULES["mfa-beside-passkeys"].fix


def test_security_hub_judges_pools_with_passwords_alone() -> None:
    """Cognito.5 and its rule of AWS Config stand beside the rule about such pools only."""
    names = {"Security Hub Cognito.5", "AWS Config cognito-user-pool-mfa-enabled"}
    assert [rule.id for rule in RULES.values() if names & {*rule.elsewhere}] == ["mfa-required"]
    assert states(with_factors("PASSWORD"), "mfa-required") == {"mfa-required": "failed"}
    assert states(with_factors("PASSWORD", "WEB_AUTHN"), "mfa-required") == {}


def test_a_pool_with_passkeys_and_mfa_passes_baseline_rules_about_factors() -> None:
    """What the rules expect together is a pool that can exist."""
    whole = FIXED[1][2]
    passkeys = {**whole.mfa.members["WebAuthnConfiguration"], "UserVerification": "required"}
    mfa = Part("mfa", "shop", {**whole.mfa.members, "WebAuthnConfiguration": passkeys})
    found = audit(PoolConfiguration(whole.origin, whole.pool, mfa), preset("baseline"), TODAY)
    assert [str(item) for item in found.failed() if "factor" in item.rule.id] == []
    assert [str(item) for item in found.failed() if item.rule.kind == "mfa"] == []


@pytest.mark.fact("N002")
def test_the_tier_lite_has_no_choice() -> None:
    """Codes and passkeys need another tier, which the fix names."""
    lite = with_factors("PASSWORD", "EMAIL_OTP", UserPoolTier="LITE")
    assert states(lite, "first-factor-tier") == {"first-factor-tier": "failed"}
    assert states(with_factors("PASSWORD", UserPoolTier="LITE"), "first-factor-tier") == {}
    plus = with_factors("PASSWORD", "EMAIL_OTP", UserPoolTier="PLUS")
    assert states(plus, "first-factor-tier") == {"first-factor-tier": "passed"}


@pytest.mark.parametrize("client", ["unassigned", "undescribed"])
def test_an_app_client_that_nobody_knows_may_let_users_choose(client: str) -> None:
    """Nobody knows that no app client allows USER_AUTH if the source does not show them all."""
    whole = with_flows("ALLOW_USER_SRP_AUTH")
    if client == "undescribed":
        unsure = replace(whole, other_clients=Unknown("describe-user-pool-client tells it"))
    else:
        one = UnassignedClient(
            "app", None, Unknown("Ref Pool"), SourceLocation("x"), "", lambda: whole.clients[0]
        )
        unsure = replace(whole, unassigned=(one,))
    assert states(unsure, "first-factor-usable") == {"first-factor-usable": "unknown"}


def test_facts_of_rules_are_in_the_ledger() -> None:
    """Each rule about passkeys and codes names the facts that it rests on, and shows them."""
    found = audit(with_factors("PASSWORD", "SMS_OTP"), EVERYTHING, TODAY)
    (record,) = (each for each in found_by_audit(found) if each["id"] == "first-factor-no-sms")
    assert record["reason"].endswith("(N029, N038)")
    rules = (*first_factors.RULES, *passkeys.RULES)
    assert [rule.id for rule in rules if not rule.facts] == ["first-factor-passkeys"]
    assert {fact for rule in RULES.values() for fact in rule.facts} <= set(facts())


@pytest.mark.parametrize("factors", [Unknown("Ref Factors"), ["PASSWORD", Unknown("Fn::If Codes")]])
def test_rules_of_unknown_first_factors_are_unknown(factors: Any) -> None:
    """Nobody knows which rules are about the pool, so none of them fails, and none is left out."""
    whole = with_factors()
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
    members = {**whole.pool.members, "Policies": policies}
    unsure = PoolConfiguration(whole.origin, Part("pool", "shop", members), whole.mfa)
    found = states(unsure, "mfa-required", "mfa-beside-codes", "mfa-beside-passkeys")
    assert set(found.values()) == {"unknown"}
    assert {"mfa-required", "mfa-beside-codes"} <= set(found)
    assert states(unsure, "first-factor-no-sms") == {"first-factor-no-sms": "unknown"}
