"""Every rule passes for the right setting and fails for a wrong one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from harness.pools.audit.auditing import audit
from harness.pools.audit.expectations import AtLeast, AtMost, Is, Lacks, replaced
from harness.pools.audit.presets import PRESETS, RULES
from harness.pools.audit.profile import Profile, preset
from harness.pools.configuration.pool_configuration import Kind, Unknown, format_value
from tests.pools.audit.pools import pool

TODAY = date(2027, 1, 15)
EVERYTHING = Profile(tuple(RULES))
_POLICY = "Policies.PasswordPolicy"
_FLOWS = "ExplicitAuthFlows"

_FACTORS = "Policies.SignInPolicy.AllowedFirstAuthFactors"
_RECOVERY = "AccountRecoverySetting.RecoveryMechanisms"
Change = tuple[Kind, str, Any]

_CHOICE: Change = ("client", _FLOWS, ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH"])
_PASSKEYS: list[Change] = [("pool", _FACTORS, ["PASSWORD", "WEB_AUTHN"]), _CHOICE]
_CODES: list[Change] = [
    ("mfa", "MfaConfiguration", "OPTIONAL"),
    ("pool", _FACTORS, ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]),
    _CHOICE,
]
_TEXTS: list[Change] = [
    _CODES[0],
    ("pool", _FACTORS, ["PASSWORD", "SMS_OTP", "WEB_AUTHN"]),
    _CHOICE,
]
_BY_ADMIN: Change = ("pool", _RECOVERY, [{"Name": "admin_only", "Priority": 1}])

#: An app client for machines.
_MACHINE: list[Change] = [
    ("client", "AllowedOAuthFlows", ["client_credentials"]),
    ("client", "AllowedOAuthScopes", ["https://shop.example.com/read"]),
    ("client", "GenerateSecret", True),
    ("client", _FLOWS, ["ALLOW_REFRESH_TOKEN_AUTH"]),
]

#: The changes that make the good configuration one of the kind that a rule is about.
BASES: dict[str, list[Change]] = {
    "mfa-no-email": [_BY_ADMIN],
    "mfa-beside-passkeys": _PASSKEYS,
    "mfa-beside-codes": _CODES,
    "mfa-apart-from-email-codes": [*_CODES, _BY_ADMIN],
    "mfa-apart-from-text-codes": _TEXTS,
    "passkey-second-factor": _PASSKEYS,
    "passkey-user-verification": [
        ("mfa", "WebAuthnConfiguration.FactorConfiguration", "SINGLE_FACTOR")
    ],
    "first-factor-tier": _PASSKEYS,
    "first-factor-email-sender": _CODES,
    "first-factor-passkeys": _CODES,
    "first-factor-no-sms": _CODES,
    "first-factor-no-email": [*_TEXTS, _BY_ADMIN],
    "recovery-apart-from-email-mfa": [("mfa", "EmailMfaConfiguration", {}), _BY_ADMIN],
    "recovery-apart-from-email-codes": [*_CODES, _BY_ADMIN],
    "oauth-machine-apart": [("client", "GenerateSecret", True)],
    "oauth-machine-secret": _MACHINE,
    "oauth-machine-scopes": _MACHINE,
    "oauth-machine-signs-no-one-in": _MACHINE,
    "login-domain-name": [
        ("domain", "CustomDomainConfig", None),
        ("domain", "Domain", "shop-login"),
    ],
}
#: For each rule, a change of a configuration of that kind that makes only this rule fail.
BROKEN: dict[str, tuple[Kind, str, Any]] = {
    "mfa-required": ("mfa", "MfaConfiguration", "OPTIONAL"),
    "mfa-software-token": ("mfa", "SoftwareTokenMfaConfiguration.Enabled", False),
    "mfa-no-sms": ("mfa", "SmsMfaConfiguration", {"SmsAuthenticationMessage": "{####}"}),
    "mfa-no-email": ("mfa", "EmailMfaConfiguration", {"Subject": "code"}),
    "mfa-beside-passkeys": ("mfa", "MfaConfiguration", "OPTIONAL"),
    "mfa-beside-codes": ("mfa", "MfaConfiguration", "OFF"),
    "passkey-second-factor": ("mfa", "WebAuthnConfiguration.FactorConfiguration", "SINGLE_FACTOR"),
    "first-factor-passkeys": ("pool", _FACTORS, ["PASSWORD", "EMAIL_OTP"]),
    "first-factor-no-sms": ("pool", _FACTORS, ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]),
    "first-factor-no-email": ("pool", _FACTORS, ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]),
    "recovery-apart-from-email-mfa": (
        "pool",
        _RECOVERY,
        [{"Name": "verified_email", "Priority": 1}],
    ),
    "mfa-apart-from-email-codes": ("mfa", "EmailMfaConfiguration", {}),
    "mfa-apart-from-text-codes": ("mfa", "SmsMfaConfiguration", {}),
    "first-factor-usable": ("pool", _FACTORS, ["PASSWORD", "WEB_AUTHN"]),
    "first-factor-tier": ("pool", "UserPoolTier", "LITE"),
    "first-factor-email-sender": ("pool", "EmailConfiguration", None),
    "recovery-apart-from-email-codes": (
        "pool",
        _RECOVERY,
        [{"Name": "verified_email", "Priority": 1}],
    ),
    "passkey-user-verification": ("mfa", "WebAuthnConfiguration.UserVerification", "preferred"),
    "passkey-mfa-user-verification": (
        "mfa",
        "WebAuthnConfiguration.UserVerification",
        "preferred",
    ),
    "passkey-relying-party": ("mfa", "WebAuthnConfiguration.RelyingPartyId", "amplifyapp.com"),
    "passkey-custom-domain": ("mfa", "WebAuthnConfiguration.RelyingPartyId", "shop.example.com"),
    "client-choice": ("client", _FLOWS, ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH"]),
    "device-tracking": ("pool", "DeviceConfiguration", None),
    "device-challenge": ("pool", "DeviceConfiguration.ChallengeRequiredOnNewDevice", False),
    "device-remembered": ("pool", "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt", True),
    "client-srp-flow": ("client", _FLOWS, ["ALLOW_CUSTOM_AUTH"]),
    "client-no-password-flow": (
        "client",
        _FLOWS,
        ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    ),
    "client-no-public-admin-flow": (
        "client",
        _FLOWS,
        ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    ),
    "client-no-older-flows": (
        "client",
        _FLOWS,
        ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY"],
    ),
    "client-hides-users": ("client", "PreventUserExistenceErrors", None),
    "client-token-revocation": ("client", "EnableTokenRevocation", False),
    "client-session-validity": ("client", "AuthSessionValidity", 6),
    "client-access-token-lifetime": ("client", "TokenValidityUnits.AccessToken", "hours"),
    "client-id-token-lifetime": ("client", "IdTokenValidity", 61),
    "client-refresh-token-lifetime": ("client", "RefreshTokenValidity", 31 * 24),
    "client-refresh-token-rotation": ("client", "RefreshTokenRotation.Feature", "DISABLED"),
    "client-write-attributes": ("client", "WriteAttributes", None),
    "client-no-implicit-grant": ("client", "AllowedOAuthFlows", ["code", "implicit"]),
    "client-callback-urls": ("client", "CallbackURLs", ["http://shop.example.com/in"]),
    "oauth-switched-on": ("client", "AllowedOAuthFlowsUserPoolClient", False),
    "oauth-flows-and-scopes": ("client", "AllowedOAuthScopes", None),
    "oauth-known-scopes": ("client", "AllowedOAuthScopes", ["openid", "offline_access"]),
    "oauth-openid": ("client", "AllowedOAuthScopes", ["email"]),
    "oauth-exact-urls": (
        "client",
        "LogoutURLs",
        ["https://shop.example.com/", "https://*.shop.example.com/"],
    ),
    "oauth-logout-urls": ("client", "LogoutURLs", ["http://shop.example.com/"]),
    "oauth-default-redirect": ("client", "DefaultRedirectURI", "https://shop.example.com/in/"),
    "oauth-machine-apart": ("client", "AllowedOAuthFlows", ["client_credentials", "code"]),
    "oauth-machine-secret": ("client", "GenerateSecret", False),
    "oauth-machine-scopes": ("client", "AllowedOAuthScopes", ["openid"]),
    "oauth-machine-signs-no-one-in": ("client", _FLOWS, ["ALLOW_USER_SRP_AUTH"]),
    "login-domain": ("domain", "Domain", None),
    "login-domain-name": ("domain", "Domain", "shop-on-aws"),
    "login-branding": ("branding", "ClientId", "another"),
    "password-minimum-length": ("pool", f"{_POLICY}.MinimumLength", 7),
    "password-lowercase": ("pool", f"{_POLICY}.RequireLowercase", None),
    "password-uppercase": ("pool", f"{_POLICY}.RequireUppercase", False),
    "password-numeric": ("pool", f"{_POLICY}.RequireNumbers", False),
    "password-symbol": ("pool", f"{_POLICY}.RequireSymbols", False),
    "password-history": ("pool", f"{_POLICY}.PasswordHistorySize", None),
    "temporary-password-validity": ("pool", f"{_POLICY}.TemporaryPasswordValidityDays", 8),
    "recovery-not-by-phone": ("pool", "AccountRecoverySetting", None),
    "verified-email": ("pool", "AutoVerifiedAttributes", ["phone_number"]),
    "verify-before-update": ("pool", "UserAttributeUpdateSettings", None),
    "confirm-by-code": (
        "pool",
        "VerificationMessageTemplate.DefaultEmailOption",
        "CONFIRM_WITH_LINK",
    ),
    "no-self-registration": ("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly", False),
    "case-insensitive-names": ("pool", "UsernameConfiguration", None),
    "deletion-protection": ("pool", "DeletionProtection", None),
    "threat-protection": ("pool", "UserPoolAddOns.AdvancedSecurityMode", "AUDIT"),
    "threat-protection-custom-auth": (
        "pool",
        "UserPoolAddOns.AdvancedSecurityAdditionalFlows",
        None,
    ),
    "own-email-sender": ("pool", "EmailConfiguration", None),
    "no-code-capture": (
        "pool",
        "LambdaConfig.CustomEmailSender",
        {"LambdaVersion": "V1_0", "LambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:f"},
    ),
}


def broken(*changes: tuple[Kind, str, Any]) -> set[str]:
    """Return the ids of the rules that fail for a changed configuration."""
    found = audit(pool(*changes), EVERYTHING, TODAY)
    return {finding.rule.id for finding in found.failed()}


def test_a_good_configuration_passes_every_rule() -> None:
    """No rule fails, and each one is about some kind of configuration."""
    found = audit(pool(), EVERYTHING, TODAY)
    assert [str(finding) for finding in found.failed()] == []
    kinds = [[], *BASES.values()]
    assert set(RULES) == {
        finding.rule.id
        for base in kinds
        for finding in audit(pool(*base), EVERYTHING, TODAY).findings
    }


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_the_setting_that_breaks_it(rule: str) -> None:
    """After a change of one setting, exactly the rule about it fails as well."""
    base = BASES.get(rule, [])
    before = broken(*base)
    assert rule not in before
    assert broken(*base, BROKEN[rule]) - before == {rule}


def test_a_missing_setting_counts_as_its_default() -> None:
    """A pool without an MFA setting counts as a pool without MFA, as in Cognito."""
    found = audit(pool(("mfa", "MfaConfiguration", None)), EVERYTHING, TODAY)
    by_rule = {finding.rule.id: finding for finding in found.failed()}
    assert by_rule["mfa-required"].actual == "OFF"


def test_rules_that_do_not_apply_are_skipped() -> None:
    """Without device tracking, the rules about devices and their flow are skipped."""
    found = audit(pool(BROKEN["device-tracking"]), EVERYTHING, TODAY)
    silent = {"device-challenge", "device-remembered", "client-srp-flow"}
    assert silent.isdisjoint(finding.rule.id for finding in found.findings)


def test_an_address_that_cannot_change_needs_no_verification_before() -> None:
    """An immutable email address cannot be updated, so the rule is skipped."""
    immutable = ("pool", "Schema", [{"Name": "email", "Required": True, "Mutable": False}])
    assert broken(BROKEN["verify-before-update"], immutable) == set()  # type: ignore[arg-type]


def test_an_admin_flow_is_for_clients_with_a_secret() -> None:
    """A client with a secret can allow the admin flow."""
    assert broken(BROKEN["client-no-public-admin-flow"], ("client", "GenerateSecret", True)) == (
        set()
    )


@pytest.mark.parametrize(
    "change",
    [
        ("mfa", "MfaConfiguration", Unknown("Ref Mfa")),
        ("client", "TokenValidityUnits.AccessToken", Unknown("Ref Unit")),
        ("client", _FLOWS, [Unknown("Fn::If Legacy"), "ALLOW_USER_SRP_AUTH"]),
        (
            "pool",
            "AccountRecoverySetting.RecoveryMechanisms",
            [Unknown("Fn::If Phone"), {"Name": "verified_email", "Priority": 2}],
        ),
    ],
    ids=lambda change: change[1],
)
def test_what_only_a_deployment_knows_is_unknown(change: tuple[Kind, str, Any]) -> None:
    """An unknown value neither passes nor fails, and gives the reason."""
    found = audit(pool(change), EVERYTHING, TODAY)
    assert found.failed() == []
    unknown = [finding for finding in found.findings if finding.state == "unknown"]
    assert unknown
    assert all(finding.remark for finding in unknown)


def test_each_app_client_is_checked() -> None:
    """A rule about app clients has one finding per client."""
    whole = pool(BROKEN["client-hides-users"])
    findings = audit(whole, Profile(("client-hides-users",)), TODAY).findings
    assert [(finding.part, finding.state) for finding in findings] == [("client", "failed")]


def test_a_finding_points_to_its_line() -> None:
    """A setting has its own line; a missing setting has the line of its resource."""
    there = audit(pool(BROKEN["mfa-required"]), Profile(("mfa-required",)), TODAY)
    missing = audit(pool(BROKEN["deletion-protection"]), Profile(("deletion-protection",)), TODAY)
    places = [found.findings[0].place for found in (there, missing)]
    assert [place.line for place in places if place] == [12, 12]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_use_existing_rules(name: str) -> None:
    """Every preset works, and the good configuration passes it."""
    assert set(PRESETS[name]) <= set(RULES)
    assert audit(pool(), preset(name), TODAY).failed() == []


def test_strict_is_stricter_than_baseline() -> None:
    """The preset strict has all rules of baseline, and requires longer passwords."""
    assert set(PRESETS["baseline"]) < set(PRESETS["strict"])
    shorter = ("pool", f"{_POLICY}.MinimumLength", 13)
    names = [
        [finding.rule.id for finding in audit(pool(shorter), preset(name), TODAY).failed()]  # type: ignore[arg-type]
        for name in ("baseline", "strict")
    ]
    assert names == [[], ["password-minimum-length"]]


def test_rules_say_what_to_do() -> None:
    """Each rule has a title, a reason and a fix that differs from the reason."""
    for rule in RULES.values():
        assert rule.title
        assert rule.reason
        assert rule.fix
        assert rule.reason != rule.fix


@pytest.mark.parametrize(
    ("expectation", "value", "expected"),
    [
        (AtLeast(8, " characters"), 12, "at least 12 characters"),
        (AtMost(60, " minutes"), 5, "at most 5 minutes"),
        (Is("ON"), "OPTIONAL", "OPTIONAL"),
        (Is(True), False, "false"),
        (Is(True), "yes", "None"),
        (AtLeast(8), True, "None"),
        (Lacks(("a",)), "b", "None"),
    ],
)
def test_expectations_take_values_of_their_kind(
    expectation: Any, value: Any, expected: str
) -> None:
    """A bound takes a number, a value takes one of the same type; others take nothing."""
    assert str(replaced(expectation, value)) == expected


def test_values_are_shown_as_in_a_template() -> None:
    """Booleans, lists, objects and missing values."""
    found = [format_value(value) for value in (True, ["b", "a"], {"b": False}, None, [], 3)]
    assert found == ["true", "b, a", "b=false", "not set", "an empty list", "3"]


@pytest.mark.parametrize("url", ["http://localhost.evil.example/", "HTTP://a.example", "http://["])
def test_only_the_own_machine_needs_no_https(url: str) -> None:
    """A host that only begins with localhost is another machine."""
    changed = pool(("client", "CallbackURLs", ["http://[::1]:3000/in", "app://in", url]))
    found = audit(changed, Profile(("client-callback-urls",)), TODAY)
    assert [finding.state for finding in found.findings] == ["failed"]


def test_a_lifetime_is_not_rounded_down() -> None:
    """A token that lives an hour and a second lives more than an hour."""
    lifetime = pool(
        ("client", "AccessTokenValidity", 3_601),
        ("client", "TokenValidityUnits.AccessToken", "seconds"),
    )
    found = audit(lifetime, Profile(("client-access-token-lifetime",)), TODAY)
    assert [(one.state, one.actual) for one in found.findings] == [("failed", "61")]


@pytest.mark.parametrize("rule", sorted({*PRESETS["strict"]} & {*RULES}))
def test_a_fix_names_no_bound_that_a_profile_replaces(rule: str) -> None:
    """A preset or a profile can set another bound, so a fix says only in which direction."""
    expected = RULES[rule].expected
    if isinstance(expected, (AtLeast, AtMost)):
        bound = expected.least if isinstance(expected, AtLeast) else expected.most
        assert str(bound) not in re.findall(r"\d+", RULES[rule].fix)


def test_the_classic_hosted_ui_needs_no_branding() -> None:
    """Only version 2 shows nothing to a client without a branding (H008)."""
    classic = ("domain", "ManagedLoginVersion", 1)
    assert broken(BROKEN["login-branding"], classic) == set()  # type: ignore[arg-type]


def test_a_default_redirect_uri_says_what_is_wrong_with_it() -> None:
    """The finding tells that the URI is not listed; an unknown list may have it."""
    missing = pool(BROKEN["oauth-default-redirect"])
    (found,) = audit(missing, Profile(("oauth-default-redirect",)), TODAY).findings
    assert found.actual == "https://shop.example.com/in/, which is not among CallbackURLs"
    hidden = ("client", "CallbackURLs", [Unknown("Ref Url")])
    both = pool(BROKEN["oauth-default-redirect"], hidden)  # type: ignore[arg-type]
    (maybe,) = audit(both, Profile(("oauth-default-redirect",)), TODAY).findings
    assert maybe.state == "unknown"


def test_a_client_for_machines_needs_no_flow_for_devices() -> None:
    """Nobody signs in with it, so no remembered device is proved."""
    assert "client-srp-flow" not in broken(*_MACHINE)
