"""SetUserPoolMfaConfig, GetUserPoolMfaConfig, and MFA in pool requests (section 3.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.support.expect import refused

MakePool = Callable[..., str]

ROLE = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
SMS = {"SmsMfaConfiguration": {"SmsConfiguration": ROLE}}
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
TOTP_OFF = {"SoftwareTokenMfaConfiguration": {"Enabled": False}}
EMAIL = {"EmailMfaConfiguration": {"Message": "Code {####}"}}
OWN_SENDER = {
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    }
}
WEB_AUTHN = {"WebAuthnConfiguration": {"RelyingPartyId": "example.com"}}

OFF_WITH_FACTORS = (
    "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
)
NO_FACTOR = (
    "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
)
SMS_REQUIRED = (
    "SMS configuration and Auto verification for phone_number are required when MFA is "
    "required/optional"
)


def put(call: Call, pool_id: str, mode: str | None, **factors: Any) -> dict[str, Any]:
    """Set a pool's MFA configuration."""
    members = {} if mode is None else {"MfaConfiguration": mode}
    return call("SetUserPoolMfaConfig", UserPoolId=pool_id, **members, **factors)


def get(call: Call, pool_id: str) -> dict[str, Any]:
    """Return a pool's MFA configuration."""
    return call("GetUserPoolMfaConfig", UserPoolId=pool_id)


@pytest.mark.fact("A196")
def test_new_pool_has_no_mfa(call: Call, pool_id: str) -> None:
    """Only MfaConfiguration is shown."""
    assert get(call, pool_id) == {"MfaConfiguration": "OFF"}


@pytest.mark.fact("A195", "A201")
@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
@pytest.mark.parametrize("factors", [TOTP, SMS, {**TOTP, **SMS}, TOTP_OFF])
def test_configuration_is_described_as_set(
    call: Call, pool_id: str, mode: str, factors: dict[str, Any]
) -> None:
    """Both responses hold what was configured and nothing else; a present member counts."""
    expected = {"MfaConfiguration": mode, **factors}
    assert put(call, pool_id, mode, **factors) == expected
    assert get(call, pool_id) == expected
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert pool["MfaConfiguration"] == mode


@pytest.mark.fact("A192", "A196")
def test_omitted_mode_switches_mfa_off(call: Call, make_pool: MakePool) -> None:
    """An omitted MfaConfiguration resets an OPTIONAL pool, including its factors."""
    pool_id = make_pool(mfa="OPTIONAL")
    assert put(call, pool_id, None) == {"MfaConfiguration": "OFF"}
    assert get(call, pool_id) == {"MfaConfiguration": "OFF"}


@pytest.mark.fact("A193", "M051")
@pytest.mark.parametrize("mode", ["OFF", None])
@pytest.mark.parametrize("factors", [TOTP, TOTP_OFF, SMS, EMAIL])
def test_off_with_a_factor_is_refused(
    call: Call, make_pool: MakePool, mode: str | None, factors: dict[str, Any]
) -> None:
    """Even a factor that is switched off is refused with mode OFF."""
    pool_id = make_pool(mfa="ON")
    before = get(call, pool_id)
    with refused("InvalidParameterException", OFF_WITH_FACTORS):
        put(call, pool_id, mode, **factors)
    assert get(call, pool_id) == before


@pytest.mark.fact("A194", "N039")
@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
@pytest.mark.parametrize("others", [{}, WEB_AUTHN])
def test_on_without_a_factor_is_refused(
    call: Call, make_pool: MakePool, mode: str, others: dict[str, Any]
) -> None:
    """The request must name a factor, whatever the pool had before."""
    pool_id = make_pool(mfa="OPTIONAL")
    with refused("InvalidParameterException", NO_FACTOR):
        put(call, pool_id, mode, **others)


@pytest.mark.fact("M050")
def test_passkeys_are_independent_of_mfa(call: Call, pool_id: str) -> None:
    """WebAuthnConfiguration can be set while MFA is OFF, and it stays."""
    off = {"MfaConfiguration": "OFF", **WEB_AUTHN}
    assert put(call, pool_id, "OFF", **WEB_AUTHN) == off
    assert put(call, pool_id, "ON", **TOTP) == {"MfaConfiguration": "ON", **TOTP, **WEB_AUTHN}


@pytest.mark.fact("A198")
def test_on_excludes_one_time_passwords_as_first_factor(call: Call, make_pool: MakePool) -> None:
    """ON is refused beside EMAIL_OTP or SMS_OTP as first factor; OPTIONAL is not."""
    text = (
        "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is "
        "enabled"
    )
    for factor in ("EMAIL_OTP", "SMS_OTP"):
        policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}
        pool_id = make_pool(Policies=policy, SmsConfiguration=ROLE)
        with refused("InvalidParameterException", text):
            put(call, pool_id, "ON", **TOTP)
        with refused("InvalidParameterException", text):
            make_pool(Policies=policy, MfaConfiguration="ON", SmsConfiguration=ROLE)
        put(call, pool_id, "OPTIONAL", **TOTP)
        other = make_pool(mfa="ON", SmsConfiguration=ROLE)
        with refused("InvalidParameterException", text):
            call("UpdateUserPool", UserPoolId=other, MfaConfiguration="ON", Policies=policy)


@pytest.mark.fact("A199")
@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
def test_creation_allows_sms_mfa_only(call: Call, make_pool: MakePool, mode: str) -> None:
    """MFA at creation needs an SMS configuration, which it then uses."""
    with refused("InvalidParameterException", SMS_REQUIRED):
        make_pool(MfaConfiguration=mode)
    message = "Your code: {####}"
    pool_id = make_pool(
        MfaConfiguration=mode, SmsConfiguration=ROLE, SmsAuthenticationMessage=message
    )
    assert get(call, pool_id) == {
        "MfaConfiguration": mode,
        "SmsMfaConfiguration": {"SmsConfiguration": ROLE, "SmsAuthenticationMessage": message},
    }


@pytest.mark.fact("A199", "A200")
def test_update_cannot_switch_mfa_on(call: Call, pool_id: str) -> None:
    """From OFF, ON needs SetUserPoolMfaConfig, and OPTIONAL needs SMS."""
    text = "Cannot turn MFA functionality ON, once the user pool has been created."
    with refused("InvalidParameterException", text):
        call("UpdateUserPool", UserPoolId=pool_id, MfaConfiguration="ON", SmsConfiguration=ROLE)
    with refused("InvalidParameterException", SMS_REQUIRED):
        call("UpdateUserPool", UserPoolId=pool_id, MfaConfiguration="OPTIONAL")
    assert get(call, pool_id) == {"MfaConfiguration": "OFF"}
    request = {"UserPoolId": pool_id, "SmsConfiguration": ROLE}
    call("UpdateUserPool", **request, MfaConfiguration="OPTIONAL")
    assert get(call, pool_id)["MfaConfiguration"] == "OPTIONAL"


@pytest.mark.parametrize(
    ("before", "after", "factors"),
    [
        ("ON", "ON", TOTP),
        ("ON", "OPTIONAL", TOTP),
        ("OPTIONAL", "ON", TOTP),
        ("ON", "OFF", {}),
        ("ON", None, TOTP),
        ("OPTIONAL", None, TOTP),
    ],
)
def test_update_keeps_factors_while_mfa_is_on(
    call: Call, make_pool: MakePool, before: str, after: str | None, factors: dict[str, Any]
) -> None:
    """With MFA on, UpdateUserPool changes only the mode; an omitted mode is kept (N013)."""
    pool_id = make_pool(mfa=before)
    members = {} if after is None else {"MfaConfiguration": after}
    call("UpdateUserPool", UserPoolId=pool_id, **members)
    assert get(call, pool_id) == {"MfaConfiguration": after or before, **factors}


@pytest.mark.fact("N013")
def test_update_changes_the_sms_factor_with_the_pool(call: Call, make_pool: MakePool) -> None:
    """Sender and message of the SMS factor are those of the pool after an update."""
    message = {"SmsAuthenticationMessage": "Code {####}"}
    pool_id = make_pool(MfaConfiguration="ON", SmsConfiguration=ROLE, **message)
    other = {"SnsCallerArn": "arn:aws:iam::123456789012:role/other", "ExternalId": "y"}
    changed = {"SmsConfiguration": other, "SmsAuthenticationMessage": "New {####}"}
    call("UpdateUserPool", UserPoolId=pool_id, **changed)
    assert get(call, pool_id)["SmsMfaConfiguration"] == changed
    call("UpdateUserPool", UserPoolId=pool_id)
    assert get(call, pool_id)["SmsMfaConfiguration"] == {"SmsConfiguration": other}


def test_sms_mfa_needs_an_sms_configuration(call: Call, make_pool: MakePool) -> None:
    """The pool's own SMS configuration works; a new one becomes the pool's."""
    pool_id = make_pool()
    message = {"SmsAuthenticationMessage": "Code {####}"}
    with refused("InvalidParameterException", SMS_REQUIRED):
        put(call, pool_id, "ON", SmsMfaConfiguration=message)
    put(call, pool_id, "ON", **SMS)
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert pool["SmsConfiguration"] == ROLE
    put(call, pool_id, "OFF")
    answer = put(call, pool_id, "ON", SmsMfaConfiguration=message)
    assert answer["SmsMfaConfiguration"] == {**message, "SmsConfiguration": ROLE}


@pytest.mark.fact("A202")
def test_sms_mfa_stays_until_mfa_is_off(call: Call, pool_id: str) -> None:
    """SMS MFA stays on if its member is omitted, until MFA is OFF."""
    put(call, pool_id, "ON", **SMS)
    assert put(call, pool_id, "ON", **TOTP) == {"MfaConfiguration": "ON", **SMS, **TOTP}
    put(call, pool_id, "OFF")
    assert put(call, pool_id, "ON", **TOTP) == {"MfaConfiguration": "ON", **TOTP}


@pytest.mark.fact("A202")
def test_email_mfa_needs_own_sender_and_plan(call: Call, make_pool: MakePool) -> None:
    """Cognito's own sender and the Lite plan are refused."""
    with refused("InvalidParameterException"):
        put(call, make_pool(), "ON", **EMAIL)
    with refused("FeatureUnavailableInTierException"):
        put(call, make_pool(UserPoolTier="LITE", **OWN_SENDER), "ON", **EMAIL)
    pool_id = make_pool(**OWN_SENDER)
    assert put(call, pool_id, "ON", **EMAIL) == {"MfaConfiguration": "ON", **EMAIL}
    assert put(call, pool_id, "ON", **TOTP) == {"MfaConfiguration": "ON", **TOTP}


@pytest.mark.fact("A067", "M045")
def test_unknown_pool_is_refused(call: Call) -> None:
    """Both operations name the unknown pool."""
    for operation in ("SetUserPoolMfaConfig", "GetUserPoolMfaConfig"):
        with refused("ResourceNotFoundException"):
            call(operation, UserPoolId="us-east-1_Nowhere12")
