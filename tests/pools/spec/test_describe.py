"""Specifications that are read from the service's description."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from harness.flows.actions import AppClient
from harness.pools.making.provision_spec import provision
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec, RefreshTokenRotation
from harness.pools.spec.senders import MADE_UP_SENDERS
from harness.redaction import Secret
from harness.targets.emulated import EmulatedTarget
from harness.users.attributes import AttributeLimits
from harness.users.passwords import PasswordRules

EVERYTHING = PoolSpec(
    name="everything",
    mfa="OPTIONAL",
    device_tracking=DeviceTracking(False, True),
    sign_in_names="email_alias",
    client_secret=True,
    auth_flows=("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"),
    password_policy=PasswordRules(12, require_symbols=False),
    auth_session_validity=7,
    access_token_validity=timedelta(minutes=10),
    id_token_validity=timedelta(hours=2),
    refresh_token_validity=timedelta(days=3),
    refresh_token_rotation=RefreshTokenRotation(30),
    prevent_user_existence_errors=False,
    case_sensitive=True,
    auto_verified=("email", "phone_number"),
    write_attributes=("email", "given_name"),
    read_attributes=("email",),
    allow_admin_create_user_only=True,
    required_attributes=("email", "given_name"),
    token_revocation=False,
    temporary_password_validity_days=3,
    password_history_size=5,
    recovery_by_administrator_only=True,
)

PASSKEYS = PoolSpec(
    mfa="ON",
    auth_flows=("ALLOW_USER_AUTH",),
    first_factors=("PASSWORD", "WEB_AUTHN"),
    relying_party_id="auth.example.com",
    passkeys_verify_user=True,
    passkeys_count_as_mfa=True,
)
CODES = PoolSpec(
    auth_flows=("ALLOW_USER_AUTH",),
    first_factors=("EMAIL_OTP", "PASSWORD", "SMS_OTP", "WEB_AUTHN"),
    relying_party_id="auth.example.com",
)
SENT = PoolSpec(mfa="ON", second_factors=("SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"))


class Described:
    """A client that describes one pool and one app client."""

    def __init__(
        self, pool: dict[str, Any], app: dict[str, Any], mfa: dict[str, Any] | None = None
    ) -> None:
        self._pool = pool
        self._app = app
        self._mfa = mfa or {}

    def describe_user_pool(self, **_: str) -> dict[str, Any]:
        """Return the pool."""
        return {"UserPool": {"Id": "us-east-1_Pool1", **self._pool}}

    def describe_user_pool_client(self, **_: str) -> dict[str, Any]:
        """Return the app client."""
        return {"UserPoolClient": self._app}

    def get_user_pool_mfa_config(self, **_: str) -> dict[str, Any]:
        """Return the MFA configuration."""
        return self._mfa or {}


def spec_of(
    pool: dict[str, Any] | None = None,
    app: dict[str, Any] | None = None,
    mfa: dict[str, Any] | None = None,
) -> PoolSpec:
    """Return the specification of a description."""
    mode = {"MfaConfiguration": mfa["MfaConfiguration"]} if mfa else {}
    client = cast("Any", Described({**(pool or {}), **mode}, app or {}, mfa))
    return describe_pool(client, AppClient("us-east-1_Pool1", "client1")).spec


@pytest.mark.parametrize(
    "spec",
    [
        PoolSpec(),
        PoolSpec(mfa="ON", device_tracking=DeviceTracking(), sign_in_names="email"),
        EVERYTHING,
        PASSKEYS,
        CODES,
        SENT,
    ],
    ids=["default", "main job", "everything", "passkeys", "codes", "sent codes"],
)
def test_a_created_pool_is_described(spec: PoolSpec) -> None:
    """A pool that was created from a specification gives the same one, except its name."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    try:
        made = provision(
            target.client(), spec, name_prefix="test-", tags={}, senders=MADE_UP_SENDERS
        )
        asked = AppClient(made.user_pool_id, made.app.client_id)
        found = describe_pool(target.client(), asked)
    finally:
        target.stop()
    assert found.app == made.app
    assert found.spec == replace(spec, name="pool")


class TestOlderPools:
    """Pools and clients from before newer settings existed."""

    def test_older_name_of_the_validity_of_temporary_passwords(self) -> None:
        """UnusedAccountValidityDays counts where the policy has no days, or 0."""
        older = {"AdminCreateUserConfig": {"UnusedAccountValidityDays": 3}}
        zero = {"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 0}}}
        assert spec_of(older).temporary_password_validity_days == 3
        assert spec_of({**older, **zero}).temporary_password_validity_days == 3
        assert spec_of(zero).temporary_password_validity_days == 7

    def test_missing_members(self) -> None:
        """A member that the description leaves out has Cognito's default."""
        spec = spec_of()
        assert spec.mfa == "OFF"
        assert spec.device_tracking is None
        assert spec.case_sensitive
        assert spec.auth_flows == (
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_SRP_AUTH",
        )

    def test_older_flows(self) -> None:
        """The older names mean the same, and forbid neither refresh nor SRP."""
        spec = spec_of(app={"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"]})
        assert spec.auth_flows == (
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
        )

    def test_custom_authentication_only(self) -> None:
        """Of the older names, only CUSTOM_AUTH_FLOW_ONLY forbids SRP."""
        spec = spec_of(app={"ExplicitAuthFlows": ["CUSTOM_AUTH_FLOW_ONLY"]})
        assert spec.auth_flows == ("ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")

    def test_units(self) -> None:
        """Validities without units are in hours, and in days for refresh tokens."""
        spec = spec_of(app={"AccessTokenValidity": 2, "RefreshTokenValidity": 4})
        assert spec.access_token_validity == timedelta(hours=2)
        assert spec.refresh_token_validity == timedelta(days=4)

    def test_phone_numbers(self) -> None:
        """People sign up with a phone number only where they cannot with an email address."""
        phone = spec_of({"UsernameAttributes": ["phone_number"]})
        assert phone.sign_in_names == "phone_number"
        assert spec_of({"UsernameAttributes": ["email", "phone_number"]}).sign_in_names == "email"

    def test_alias_that_is_never_verified(self) -> None:
        """People sign in with their usernames where the code verifies another contact, or none."""
        aliases = {"AliasAttributes": ["email"]}
        assert spec_of(aliases).sign_in_names == "username"
        by_sms = {**aliases, "AutoVerifiedAttributes": ["email", "phone_number"]}
        assert spec_of(by_sms).sign_in_names == "username"
        by_email = {**aliases, "AutoVerifiedAttributes": ["email"]}
        assert spec_of(by_email).sign_in_names == "email_alias"

    @pytest.mark.parametrize(
        ("members", "factors"),
        [
            ({"SmsMfaConfiguration": {}}, ("SMS_MFA",)),
            ({"EmailMfaConfiguration": {"Message": "{####}"}}, ("EMAIL_OTP",)),
            ({"SoftwareTokenMfaConfiguration": {"Enabled": True}}, ("SOFTWARE_TOKEN_MFA",)),
            (
                {"SmsMfaConfiguration": {}, "SoftwareTokenMfaConfiguration": {"Enabled": False}},
                ("SMS_MFA",),
            ),
        ],
    )
    def test_second_factors(self, members: dict[str, Any], factors: tuple[str, ...]) -> None:
        """The factors are those that are on, and TOTP can be shown without being so (M057)."""
        for mode in ("ON", "OPTIONAL"):
            spec = spec_of(mfa={"MfaConfiguration": mode, **members})
            assert (spec.mfa, spec.second_factors) == (mode, factors)

    def test_limits_of_required_attributes(self) -> None:
        """Only limits that somebody has set on a required attribute count."""
        limited = {"StringAttributeConstraints": {"MinLength": "3", "MaxLength": "9"}}
        usual = {"StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}}
        schema = [
            {"Name": "name", "Required": True, **limited},
            {"Name": "nickname", "Required": True, **usual},
            {"Name": "custom:tenant", "Required": False, **limited},
            {
                "Name": "birthdate",
                "Required": True,
                "StringAttributeConstraints": {"MinLength": "10", "MaxLength": "10"},
            },
        ]
        spec = spec_of({"SchemaAttributes": schema})
        assert spec.attribute_limits == (AttributeLimits("name", 3, 9),)

    def test_secret_of_the_user(self) -> None:
        """A given client secret is kept."""
        client = cast("Any", Described({}, {"ClientSecret": "theirs"}))
        given = AppClient("us-east-1_Pool1", "client1", Secret("given"))
        assert describe_pool(client, given).app == given
