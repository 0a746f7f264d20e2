"""Specifications: their requests, and the values that they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import botocore.loaders
import botocore.model
import pytest
from botocore.validate import ParamValidator

from harness.errors import ConfigurationError
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec, RefreshTokenRotation
from harness.pools.spec.senders import MADE_UP_SENDERS, NO_SENDERS
from harness.users.person import PasswordRules

WITHOUT_REFRESH = ("ALLOW_USER_SRP_AUTH",)


@pytest.fixture(scope="module")
def service() -> botocore.model.ServiceModel:
    """Botocore's service model of Cognito."""
    loader = botocore.loaders.create_loader()
    return botocore.model.ServiceModel(loader.load_service_model("cognito-idp", "service-2"))


def findings(service: Any, operation: str, request: Mapping[str, Any]) -> str:
    """Return the errors that botocore finds in a request."""
    shape = service.operation_model(operation).input_shape
    return str(ParamValidator().validate(request, shape).generate_report())


VARIANTS: dict[str, PoolSpec] = {
    "default": PoolSpec(),
    "everything": PoolSpec(
        name="everything",
        mfa="ON",
        device_tracking=DeviceTracking(False, True),
        sign_in_names="email_alias",
        client_secret=True,
        auth_flows=WITHOUT_REFRESH,
        password_policy=PasswordRules(99, False, False, False, False),
        auth_session_validity=15,
        access_token_validity=timedelta(minutes=5),
        id_token_validity=timedelta(hours=24),
        refresh_token_validity=timedelta(days=3650),
        refresh_token_rotation=RefreshTokenRotation(60),
        prevent_user_existence_errors=False,
        case_sensitive=True,
        auto_verified=("email", "phone_number"),
        allow_admin_create_user_only=True,
        required_attributes=("email", "given_name"),
        token_revocation=False,
        temporary_password_validity_days=3,
        password_history_size=5,
        recovery_by_administrator_only=True,
    ),
    "email as username": PoolSpec(sign_in_names="email", mfa="OPTIONAL"),
    "passkeys": PoolSpec(
        mfa="ON",
        first_factors=("PASSWORD", "WEB_AUTHN"),
        relying_party_id="auth.example.com",
        passkeys_verify_user=True,
        passkeys_count_as_mfa=True,
    ),
    "codes": PoolSpec(
        mfa="OPTIONAL",
        first_factors=("PASSWORD", "EMAIL_OTP", "SMS_OTP"),
        second_factors=("SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"),
    ),
}


@pytest.mark.parametrize("spec", VARIANTS.values(), ids=list(VARIANTS))
def test_requests_are_valid(spec: PoolSpec, service: Any) -> None:
    """Every request has only members of the service model, with the right types."""
    for senders in (NO_SENDERS, MADE_UP_SENDERS):
        assert not findings(service, "CreateUserPool", spec.create_user_pool_request(senders))
        mfa = spec.mfa_config_request("us-east-1_AbCdEf123", senders)
        assert mfa is None or not findings(service, "SetUserPoolMfaConfig", mfa)
    client = spec.create_client_request("us-east-1_AbCdEf123")
    assert not findings(service, "CreateUserPoolClient", client)


def test_specifications_are_values() -> None:
    """Equal specifications are one key; different ones are two keys."""
    assert len({PoolSpec(), PoolSpec(), PoolSpec(mfa="ON")}) == 2
    assert hash(VARIANTS["everything"]) == hash(VARIANTS["everything"])


class TestMfa:
    """MfaConfiguration."""

    @pytest.mark.parametrize("mfa", ["OFF", "OPTIONAL", "ON"])
    def test_pool_is_always_made_without(self, mfa: Any) -> None:
        """CreateUserPool says OFF: Cognito requires SMS for other values (A199)."""
        assert PoolSpec(mfa=mfa).create_user_pool_request()["MfaConfiguration"] == "OFF"

    @pytest.mark.parametrize("mfa", ["OPTIONAL", "ON"])
    def test_switched_on_afterwards(self, mfa: Any) -> None:
        """SetUserPoolMfaConfig switches it on, with TOTP only (A194, A200)."""
        assert PoolSpec(mfa=mfa).mfa_config_request("pool") == {
            "UserPoolId": "pool",
            "MfaConfiguration": mfa,
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
        }

    def test_off_needs_nothing(self) -> None:
        """Cognito refuses OFF with a factor, so nothing is sent (A193)."""
        assert PoolSpec().mfa_config_request("pool") is None

    @pytest.mark.fact("N009")
    def test_passkeys_are_configured_beside_off(self) -> None:
        """WebAuthnConfiguration is the only member that goes with OFF, and the mode is left out."""
        spec = PoolSpec(relying_party_id="auth.example.com", passkeys_count_as_mfa=True)
        assert spec.mfa_config_request("pool") == {
            "UserPoolId": "pool",
            "WebAuthnConfiguration": {
                "RelyingPartyId": "auth.example.com",
                "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
            },
        }

    def test_first_factors_are_a_policy(self) -> None:
        """AllowedFirstAuthFactors are sent if they are more than the default."""
        spec = PoolSpec(first_factors=("PASSWORD", "WEB_AUTHN"))
        policies = spec.create_user_pool_request()["Policies"]
        assert policies["SignInPolicy"] == {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}
        assert "SignInPolicy" not in PoolSpec().create_user_pool_request()["Policies"]


class TestDeviceConfiguration:
    """The five cases of device tracking (D051)."""

    def test_absent(self) -> None:
        """Without tracking, the member is absent, not empty."""
        assert "DeviceConfiguration" not in PoolSpec().create_user_pool_request()

    @pytest.mark.parametrize("challenge", [True, False])
    @pytest.mark.parametrize("prompt", [True, False])
    def test_combinations(self, challenge: bool, prompt: bool) -> None:
        """Both properties are always sent: one alone leaves the other open (D052)."""
        request = PoolSpec(device_tracking=DeviceTracking(challenge, prompt))
        assert request.create_user_pool_request()["DeviceConfiguration"] == {
            "ChallengeRequiredOnNewDevice": challenge,
            "DeviceOnlyRememberedOnUserPrompt": prompt,
        }


@pytest.mark.parametrize(
    ("sign_in_names", "expected"),
    [
        ("username", {}),
        ("email", {"UsernameAttributes": ["email"]}),
        ("email_alias", {"AliasAttributes": ["email"]}),
    ],
)
def test_sign_in_names(sign_in_names: Any, expected: dict[str, Any]) -> None:
    """A pool has UsernameAttributes, AliasAttributes or neither, but never both."""
    request = PoolSpec(sign_in_names=sign_in_names).create_user_pool_request()
    members = ("UsernameAttributes", "AliasAttributes")
    assert {name: item for name, item in request.items() if name in members} == expected


def test_password_policy() -> None:
    """The password rules are those of the pool."""
    rules = PasswordRules(minimum_length=12, require_symbols=False)
    request = PoolSpec(password_policy=rules).create_user_pool_request()
    assert PasswordRules.from_description(request["Policies"]["PasswordPolicy"]) == rules


@pytest.mark.parametrize(
    ("setting", "given"),
    [
        ("temporary_password_validity_days", 0),
        ("temporary_password_validity_days", 366),
        ("password_history_size", -1),
        ("password_history_size", 25),
    ],
)
def test_limits_of_passwords_are_cognitos(setting: str, given: Any) -> None:
    """A number that Cognito does not take is refused with what is allowed (A034)."""
    with pytest.raises(ConfigurationError, match=f"{setting}.*{given}.*it must be from"):
        PoolSpec(**{setting: given})


def test_only_what_is_not_ordinary_is_sent() -> None:
    """Validity, history and recovery are left to Cognito unless a pool has others."""
    ordinary = PoolSpec().create_user_pool_request()
    policy: Any = ordinary["Policies"]["PasswordPolicy"]
    assert not {"TemporaryPasswordValidityDays", "PasswordHistorySize"} & policy.keys()
    assert "AccountRecoverySetting" not in ordinary


class TestTokenValidity:
    """Token validities in Cognito's units."""

    @pytest.mark.parametrize(
        ("validity", "amount", "unit"),
        [
            (timedelta(days=2), 2, "days"),
            (timedelta(hours=36), 36, "hours"),
            (timedelta(minutes=90), 90, "minutes"),
            (timedelta(seconds=301), 301, "seconds"),
        ],
        ids=str,
    )
    def test_units(self, validity: timedelta, amount: int, unit: str) -> None:
        """A validity is a whole number of the largest possible unit (A258)."""
        request = PoolSpec(access_token_validity=validity).create_client_request("pool")
        assert request["AccessTokenValidity"] == amount
        assert request["TokenValidityUnits"] == {"AccessToken": unit}

    def test_defaults_are_cognitos(self) -> None:
        """A validity that is not set is not sent."""
        request = PoolSpec().create_client_request("pool")
        assert not [name for name in request if name.endswith("TokenValidity")]
        assert "TokenValidityUnits" not in request


class TestRefusals:
    """Values that Cognito would refuse later are refused at once."""

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({"mfa": "ONN"}, "OFF, OPTIONAL, ON"),
            ({"sign_in_names": "phone"}, "username, email, email_alias"),
            ({"auth_flows": ("ALLOW_USER_SRP",)}, "did you mean 'ALLOW_USER_SRP_AUTH'"),
            ({"auto_verified": ("mail",)}, "did you mean 'email'"),
            ({"name": "two words"}, "'two words'"),
            ({"name": "x" * 65}, "1 to 64"),
            ({"auth_session_validity": 2}, "3 to 15 minutes"),
            ({"access_token_validity": timedelta(0)}, "whole seconds"),
            ({"id_token_validity": timedelta(seconds=1.5)}, "whole seconds"),
            ({"refresh_token_rotation": RefreshTokenRotation()}, "ALLOW_REFRESH_TOKEN_AUTH"),
            ({"first_factors": ("PASSKEY",)}, "PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN"),
            ({"first_factors": ("SOFTWARE_TOKEN",)}, "PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN"),
            ({"first_factors": ()}, "1 to 5"),
            ({"first_factors": ("WEB_AUTHN",)}, "another factor"),
            ({"first_factors": ("PASSWORD", "SMS_OTP"), "mfa": "ON"}, "not SMS_OTP"),
            ({"first_factors": ("PASSWORD", "WEB_AUTHN"), "mfa": "ON"}, "passkeys_count_as_mfa"),
            ({"relying_party_id": "https://auth.example.com"}, "a domain"),
            ({"relying_party_id": ""}, "a domain"),
            ({"relying_party_id": "a" * 128}, "a domain"),
        ],
        ids=lambda value: ",".join(value) if isinstance(value, dict) else None,
    )
    def test_clear_message(self, members: dict[str, Any], expected: str) -> None:
        """The message names the member, the value and what is allowed."""
        with pytest.raises(ConfigurationError) as caught:
            PoolSpec(**members)
        assert expected in str(caught.value)

    def test_grace_period(self) -> None:
        """A grace period of more than a minute is refused (A265)."""
        with pytest.raises(ConfigurationError, match="0 to 60"):
            RefreshTokenRotation(61)
