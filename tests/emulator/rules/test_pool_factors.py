"""Which MFA and first factors a pool may have together, as it was measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.operations.test_pool_defaults import described
from tests.emulator.rules.test_pool_mfa import (
    EMAIL,
    NO_FACTOR,
    OFF_WITH_FACTORS,
    OWN_SENDER,
    ROLE,
    SMS,
    TOTP,
    TOTP_OFF,
    WEB_AUTHN,
    get,
    put,
)
from tests.emulator.support.expect import refused

MakePool = Callable[..., str]

INVALID = "InvalidParameterException"
MULTI = {
    "WebAuthnConfiguration": {
        "RelyingPartyId": "example.com",
        "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
    }
}
SINGLE = {
    "WebAuthnConfiguration": {
        "RelyingPartyId": "example.com",
        "FactorConfiguration": "SINGLE_FACTOR",
    }
}
ONLY_PASSWORD = (
    "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"
)
NO_SINGLE_FACTOR = (
    "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is "
    "an allowed first auth factor"
)
NOT_FOR_MFA = (
    "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA"
)


def first(*factors: str) -> dict[str, Any]:
    """Return Policies with PASSWORD and these first factors."""
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}}


def recovery(*names: str) -> dict[str, Any]:
    """Return AccountRecoverySetting with these mechanisms, in this order."""
    mechanisms = [{"Priority": n, "Name": name} for n, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


@pytest.mark.fact("N006")
def test_sms_as_first_factor_needs_sms(call: Call, make_pool: MakePool) -> None:
    """SMS_OTP is refused in a pool that cannot send SMS."""
    text = (
        "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS "
        "configuration"
    )
    with refused(INVALID, text):
        make_pool(**first("SMS_OTP"))
    pool_id = make_pool(**first("SMS_OTP"), SmsConfiguration=ROLE)
    assert described(call, pool_id)["Policies"]["SignInPolicy"] == {
        "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]
    }


class TestPasskeys:
    """WebAuthnConfiguration and WEB_AUTHN."""

    @pytest.mark.fact("N011")
    @pytest.mark.parametrize("given", [{}, WEB_AUTHN])
    def test_omitted_factor_configuration_is_single_factor(
        self, call: Call, pool_id: str, given: dict[str, Any]
    ) -> None:
        """A call that does not name FactorConfiguration resets it."""
        put(call, pool_id, "OFF", **MULTI)
        assert put(call, pool_id, "OFF", **given) == {"MfaConfiguration": "OFF", **SINGLE}
        assert get(call, pool_id) == {"MfaConfiguration": "OFF", **SINGLE}

    @pytest.mark.fact("M037", "M050", "M065", "N009b")
    @pytest.mark.parametrize("mode", ["OFF", None])
    def test_passkeys_alone_are_accepted_with_off(
        self, call: Call, pool_id: str, mode: str | None
    ) -> None:
        """WebAuthnConfiguration is accepted without MFA, and a later read has it."""
        put(call, pool_id, mode, **WEB_AUTHN)
        assert get(call, pool_id) == {"MfaConfiguration": "OFF", **WEB_AUTHN}

    @pytest.mark.fact("N039")
    @pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
    @pytest.mark.parametrize("passkeys", [WEB_AUTHN, MULTI])
    def test_passkeys_alone_are_no_second_factor(
        self, call: Call, pool_id: str, mode: str, passkeys: dict[str, Any]
    ) -> None:
        """A passkey alone is not an MFA factor of the pool."""
        with refused(INVALID, NO_FACTOR):
            put(call, pool_id, mode, **passkeys)

    @pytest.mark.fact("N038")
    @pytest.mark.parametrize("given", [SINGLE, WEB_AUTHN, {}])
    @pytest.mark.parametrize("before", [MULTI, {}])
    def test_required_mfa_needs_passkeys_for_mfa(
        self, call: Call, make_pool: MakePool, given: dict[str, Any], before: dict[str, Any]
    ) -> None:
        """ON is refused if a passkey alone signs in, even if the pool had MULTI before."""
        pool_id = make_pool(**first("WEB_AUTHN"))
        put(call, pool_id, "OFF", **before)
        with refused(INVALID, NO_SINGLE_FACTOR):
            put(call, pool_id, "ON", **TOTP, **given)
        assert get(call, pool_id) == {"MfaConfiguration": "OFF", **before}
        put(call, pool_id, "OPTIONAL", **TOTP, **given)

    @pytest.mark.fact("N038")
    @pytest.mark.parametrize("verification", ["preferred", "required", None])
    def test_passkeys_for_mfa_are_accepted(
        self, call: Call, make_pool: MakePool, verification: str | None
    ) -> None:
        """ON and OFF are accepted with MULTI, whatever the user verification."""
        passkeys = dict(MULTI["WebAuthnConfiguration"])
        if verification is not None:
            passkeys["UserVerification"] = verification
        pool_id = make_pool(**first("WEB_AUTHN"))
        for mode, factors in (("OFF", {}), ("ON", TOTP)):
            expected = {"MfaConfiguration": mode, **factors, "WebAuthnConfiguration": passkeys}
            answer = put(call, pool_id, mode, **factors, WebAuthnConfiguration=passkeys)
            assert answer == expected

    @pytest.mark.fact("N038")
    @pytest.mark.parametrize("before", [SINGLE, {}])
    def test_update_cannot_add_passkeys_to_required_mfa(
        self, call: Call, pool_id: str, before: dict[str, Any]
    ) -> None:
        """WEB_AUTHN is refused in a pool with ON and without MULTI, and nothing is applied."""
        put(call, pool_id, "ON", **TOTP, **before)
        pool = described(call, pool_id)
        with refused(INVALID, NOT_FOR_MFA):
            call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed", **first("WEB_AUTHN"))
        assert described(call, pool_id) == pool
        put(call, pool_id, "ON", **TOTP, **MULTI)
        call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed", **first("WEB_AUTHN"))
        assert described(call, pool_id)["Name"] == "renamed"


class TestFirstFactors:
    """Codes as first factors beside MFA."""

    @pytest.mark.fact("A198", "N038", "M053", "M054")
    @pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
    def test_codes_as_first_factor_exclude_on(
        self, call: Call, make_pool: MakePool, factor: str
    ) -> None:
        """ON is refused, by SetUserPoolMfaConfig and by an update; OPTIONAL is accepted."""
        pool_id = make_pool(**first(factor), SmsConfiguration=ROLE)
        with refused(INVALID, ONLY_PASSWORD):
            put(call, pool_id, "ON", **TOTP)
        assert put(call, pool_id, "OPTIONAL", **TOTP)["MfaConfiguration"] == "OPTIONAL"
        other = make_pool(mfa="ON", SmsConfiguration=ROLE)
        with refused(INVALID, ONLY_PASSWORD):
            call("UpdateUserPool", UserPoolId=other, **first(factor))
        assert described(call, other)["Policies"]["SignInPolicy"] == {
            "AllowedFirstAuthFactors": ["PASSWORD"]
        }

    @pytest.mark.fact("M055")
    def test_password_as_only_first_factor_allows_on(self, call: Call, make_pool: MakePool) -> None:
        """ON with TOTP is accepted beside PASSWORD alone."""
        assert put(call, make_pool(**first()), "ON", **TOTP)["MfaConfiguration"] == "ON"


class TestFactors:
    """The factors of SetUserPoolMfaConfig."""

    @pytest.mark.fact("M051")
    @pytest.mark.parametrize("factors", [EMAIL, TOTP_OFF])
    def test_off_is_checked_before_the_sender(
        self, call: Call, pool_id: str, factors: dict[str, Any]
    ) -> None:
        """With OFF, the exclusion of factors is reported, not Cognito's own sender."""
        with refused(INVALID, OFF_WITH_FACTORS):
            put(call, pool_id, "OFF", **factors)

    @pytest.mark.fact("M052", "N007b")
    @pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
    def test_email_mfa_needs_a_sender_of_its_own(self, call: Call, pool_id: str, mode: str) -> None:
        """Email MFA is refused in a pool with Cognito's sender."""
        text = (
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an "
            "EmailSendingAccount of COGNITO_DEFAULT"
        )
        with refused(INVALID, text):
            put(call, pool_id, mode, **EMAIL)

    @pytest.mark.fact("M056", "M058", "M059")
    def test_omitted_software_token_is_removed(self, call: Call, make_pool: MakePool) -> None:
        """A call replaces the whole; after OFF the SMS configuration stays, and ON works again."""
        pool_id = make_pool()
        put(call, pool_id, "ON", **SMS, **TOTP)
        assert put(call, pool_id, "ON", **SMS) == {"MfaConfiguration": "ON", **SMS}
        put(call, pool_id, "ON", **SMS, **TOTP)
        assert put(call, pool_id, "OFF") == {"MfaConfiguration": "OFF"}
        assert described(call, pool_id)["SmsConfiguration"] == ROLE
        assert put(call, pool_id, "ON", **TOTP) == {"MfaConfiguration": "ON", **TOTP}

    @pytest.mark.fact("M057")
    def test_disabled_software_token_is_shown(self, call: Call, pool_id: str) -> None:
        """SoftwareTokenMfaConfiguration is shown with Enabled false beside SMS."""
        put(call, pool_id, "ON", **SMS, **TOTP_OFF)
        assert get(call, pool_id) == {"MfaConfiguration": "ON", **SMS, **TOTP_OFF}

    @pytest.mark.fact("M060", "M061")
    def test_email_as_only_factor(self, call: Call, make_pool: MakePool) -> None:
        """Email alone is accepted without texts, beside recovery by administrators."""
        pool_id = make_pool(**OWN_SENDER, **recovery("admin_only"))
        put(call, pool_id, "ON", EmailMfaConfiguration={})
        assert get(call, pool_id) == {"MfaConfiguration": "ON", "EmailMfaConfiguration": {}}

    @pytest.mark.fact("M063")
    @pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
    def test_sms_cannot_be_second_factor_and_only_recovery(
        self, call: Call, make_pool: MakePool, mode: str
    ) -> None:
        """SMS MFA is refused where the phone alone recovers the password, in every request."""
        text = (
            "Invalid account recovery setting parameter. Account Recovery Setting cannot use "
            "verified_phone_number as a recovery mechanism when SMS MFA is configured."
        )
        phone = recovery("verified_phone_number")
        pool_id = make_pool(**phone)
        with refused(INVALID, text):
            put(call, pool_id, mode, **SMS)
        with refused(INVALID, text):
            make_pool(**phone, MfaConfiguration=mode, SmsConfiguration=ROLE)
        put(call, pool_id, mode, **TOTP)
        other = make_pool()
        put(call, other, mode, **SMS)
        with refused(INVALID, text):
            call("UpdateUserPool", UserPoolId=other, **phone)

    @pytest.mark.fact("M064")
    def test_email_cannot_be_second_factor_and_only_recovery(
        self, call: Call, make_pool: MakePool
    ) -> None:
        """Email MFA is refused where the email alone recovers the password."""
        pool_id = make_pool(**OWN_SENDER, **recovery("verified_email"))
        with refused(INVALID):
            put(call, pool_id, "ON", **EMAIL)
        put(call, pool_id, "ON", **TOTP)

    @pytest.mark.fact("M066")
    def test_all_factors_beside_both_recoveries(self, call: Call, make_pool: MakePool) -> None:
        """All three factors are accepted where phone and email recover the password."""
        both = recovery("verified_phone_number", "verified_email")
        pool_id = make_pool(**OWN_SENDER, **both, UsernameAttributes=["phone_number"])
        factors = {**SMS, **EMAIL, **TOTP}
        assert put(call, pool_id, "ON", **factors) == {"MfaConfiguration": "ON", **factors}


@pytest.mark.fact("M062", "A200")
@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
def test_update_changes_the_mode_once_a_factor_is_set_up(
    call: Call, make_pool: MakePool, mode: str
) -> None:
    """UpdateUserPool is refused only before SetUserPoolMfaConfig set a factor up."""
    pool_id = make_pool()
    with refused(INVALID, "Cannot turn MFA functionality ON, once the user pool has been created."):
        call("UpdateUserPool", UserPoolId=pool_id, MfaConfiguration="ON")
    put(call, pool_id, "OPTIONAL" if mode == "ON" else "ON", **TOTP)
    call("UpdateUserPool", UserPoolId=pool_id, MfaConfiguration=mode)
    assert get(call, pool_id) == {"MfaConfiguration": mode, **TOTP}


@pytest.mark.fact("M045")
def test_mfa_of_an_unknown_pool_is_not_found(call: Call) -> None:
    """GetUserPoolMfaConfig reports an unknown pool."""
    with refused("ResourceNotFoundException"):
        get(call, "us-east-1_Nowhere12")
