"""Specifications of a user pool and its app client: values that can be compared and cached.

A specification describes a pool briefly, as a scenario needs it, and creates Cognito's requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from harness.errors import ConfigurationError
from harness.pools.spec.factors import FirstFactor, Mfa, SecondFactor, SignInFactors
from harness.pools.spec.field_types import require_field_types
from harness.pools.spec.managed_login import (
    ManagedLogin,
    ResourceServer,
    require_servers,
    require_usable,
)
from harness.pools.spec.senders import NO_SENDERS, Senders
from harness.pools.spec.token_validity import require_whole_seconds, validity_members
from harness.users.attributes import AttributeLimits
from harness.users.passwords import PasswordRules
from harness.users.person import SignInName

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import (
        CreateUserPoolClientRequestTypeDef,
        CreateUserPoolRequestTypeDef,
        SetUserPoolMfaConfigRequestTypeDef,
    )

__all__ = [
    "AutoVerified",
    "DeviceTracking",
    "FirstFactor",
    "Mfa",
    "PoolSpec",
    "RefreshTokenRotation",
    "SecondFactor",
]

AutoVerified = Literal["email", "phone_number"]

#: Values of ExplicitAuthFlows; they cannot be mixed with the older names without ALLOW_ (A106).
_AUTH_FLOWS = (
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
)
# Minutes (A140).
_SESSION_VALIDITIES = range(3, 16)
#: Fields whose members a pool has only from a file.
_OF_FILES = (
    "attribute_limits",
    "recovery_order",
    "confirms_by_link",
    "update_needs_verification",
)
# A034. Cognito takes 0 days for its default of 7.
_PASSWORD_LIMITS = {
    "temporary_password_validity_days": range(1, 366),
    "password_history_size": range(25),
}


@dataclass(frozen=True)
class DeviceTracking:
    """DeviceConfiguration of a pool; without it no devices are tracked (D051).

    Attributes:
        challenge_required_on_new_device: whether a remembered device replaces MFA (D053).
        device_only_remembered_on_user_prompt: whether the user must opt in.
    """

    challenge_required_on_new_device: bool = True
    device_only_remembered_on_user_prompt: bool = False


@dataclass(frozen=True)
class RefreshTokenRotation:
    """RefreshTokenRotation of an app client (A265)."""

    retry_grace_period_seconds: int = 0

    def __post_init__(self) -> None:
        """Refuse a grace period that Cognito does not accept."""
        if not 0 <= self.retry_grace_period_seconds <= 60:
            raise ConfigurationError(
                "retry_grace_period_seconds",
                given=self.retry_grace_period_seconds,
                hint="it must be from 0 to 60",
            )


@dataclass(frozen=True)
class PoolSpec:
    """A user pool with one app client.

    Attributes:
        name: the end of PoolName, after the run's prefix; at most 64 characters.
        mfa: MfaConfiguration; ``second_factors`` says by which factors.
        device_tracking: DeviceConfiguration.
        sign_in_names: ``username``; ``email`` or ``phone_number`` for email addresses or phone
            numbers as usernames (UsernameAttributes); ``email_alias`` for usernames and email
            aliases (AliasAttributes).
        client_secret: GenerateSecret.
        auth_flows: ExplicitAuthFlows.
        password_policy: PasswordPolicy.
        auth_session_validity: AuthSessionValidity, in minutes.
        access_token_validity: whole seconds; Cognito's default is an hour (A256).
        id_token_validity: whole seconds; Cognito's default is an hour.
        refresh_token_validity: whole seconds; Cognito's default is 30 days.
        refresh_token_rotation: needs ``auth_flows`` without ALLOW_REFRESH_TOKEN_AUTH (A265).
        prevent_user_existence_errors: ENABLED if true, otherwise LEGACY.
        case_sensitive: UsernameConfiguration.CaseSensitive (A023).
        auto_verified: AutoVerifiedAttributes.
        allow_admin_create_user_only: whether only administrators create users (A015).
        required_attributes: standard attributes that SignUp must include.
        token_revocation: EnableTokenRevocation.
        temporary_password_validity_days: TemporaryPasswordValidityDays, from 1 to 365 (A034).
        password_history_size: PasswordHistorySize, up to 24; 0 allows every password again (A035).
        recovery_by_administrator_only: whether users cannot recover passwords themselves (A087).
        second_factors: the factors that are on, if MFA is; ``SMS_MFA`` and ``EMAIL_OTP`` need
            a sender (N006, N007).
        write_attributes: WriteAttributes of the app client; ``None`` allows all.
        read_attributes: ReadAttributes of the app client; ``None`` allows all.
        attribute_limits: the constraints of the required attributes in the schema.
        recovery_order: the contacts that passwords are recovered by, the first one first (A088).
        confirms_by_link: whether emails have a link instead of a code (DefaultEmailOption).
        update_needs_verification: AttributesRequireVerificationBeforeUpdate.
        first_factors: AllowedFirstAuthFactors; all but ``PASSWORD`` need ALLOW_USER_AUTH among
            ``auth_flows`` (N001, N003), and ``SMS_OTP`` needs a sender.
        relying_party_id: RelyingPartyId of passkeys; ``None`` leaves it to the pool's domain
            (N010), and without one no passkey can be registered.
        passkeys_verify_user: UserVerification ``required`` if true, otherwise ``preferred``.
        passkeys_count_as_mfa: FactorConfiguration ``MULTI_FACTOR_WITH_USER_VERIFICATION`` if true,
            otherwise ``SINGLE_FACTOR`` (N009, N033).
        managed_login: the domain of the pool, and the OAuth settings of its app client; ``None``
            leaves the app client with the API alone (H001, H009).
        resource_servers: the app's APIs, whose scopes ``managed_login`` can have.

    The fields ``attribute_limits``, ``recovery_order``, ``confirms_by_link`` and
    ``update_needs_verification`` describe pools of files and existing pools. A pool that is made
    without a file has only the ordinary ones.
    """

    name: str = "pool"
    mfa: Mfa = "OFF"
    device_tracking: DeviceTracking | None = None
    sign_in_names: SignInName = "username"
    client_secret: bool = False
    auth_flows: tuple[str, ...] = (
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
    )
    password_policy: PasswordRules = field(default_factory=PasswordRules)
    auth_session_validity: int = 3
    access_token_validity: timedelta | None = None
    id_token_validity: timedelta | None = None
    refresh_token_validity: timedelta | None = None
    refresh_token_rotation: RefreshTokenRotation | None = None
    prevent_user_existence_errors: bool = True
    case_sensitive: bool = False
    auto_verified: tuple[AutoVerified, ...] = ("email",)
    allow_admin_create_user_only: bool = False
    required_attributes: tuple[str, ...] = ()
    token_revocation: bool = True
    temporary_password_validity_days: int = 7
    password_history_size: int = 0
    recovery_by_administrator_only: bool = False
    second_factors: tuple[SecondFactor, ...] = ("SOFTWARE_TOKEN_MFA",)
    write_attributes: tuple[str, ...] | None = None
    read_attributes: tuple[str, ...] | None = None
    attribute_limits: tuple[AttributeLimits, ...] = ()
    recovery_order: tuple[AutoVerified, ...] = ("phone_number", "email")
    confirms_by_link: bool = False
    update_needs_verification: tuple[AutoVerified, ...] = ()
    first_factors: tuple[FirstFactor, ...] = ("PASSWORD",)
    relying_party_id: str | None = None
    passkeys_verify_user: bool = False
    passkeys_count_as_mfa: bool = False
    managed_login: ManagedLogin | None = None
    resource_servers: tuple[ResourceServer, ...] = ()

    def __post_init__(self) -> None:
        """Refuse at once what Cognito would refuse later."""
        require_field_types(self)
        _require("mfa", [self.mfa], get_args(Mfa))
        _require("sign_in_names", [self.sign_in_names], get_args(SignInName))
        _require("auth_flows", self.auth_flows, _AUTH_FLOWS)
        _require("auto_verified", self.auto_verified, get_args(AutoVerified))
        _require("first_factors", self.first_factors, get_args(FirstFactor))
        _require("second_factors", self.second_factors, get_args(SecondFactor))
        _require("recovery_order", self.recovery_order, get_args(AutoVerified))
        _require(
            "update_needs_verification", self.update_needs_verification, get_args(AutoVerified)
        )
        self._require_name()
        self._require_password_limits()
        self._require_validities()
        self._require_flows_fit_rotation()
        self.factors.check()
        require_servers(self.resource_servers)

    @property
    def factors(self) -> SignInFactors:
        """The first and second factors, and what passkeys are."""
        return SignInFactors(
            self.mfa,
            self.first_factors,
            self.second_factors,
            self.relying_party_id,
            self.passkeys_verify_user,
            self.passkeys_count_as_mfa,
        )

    def _require_name(self) -> None:
        if not re.fullmatch(r"[\w+=,.@-]{1,64}", self.name, re.ASCII):
            raise ConfigurationError(
                "name", given=self.name, hint="it must have 1 to 64 letters, digits or _+=,.@-"
            )

    def _require_password_limits(self) -> None:
        for setting, allowed in _PASSWORD_LIMITS.items():
            given = getattr(self, setting)
            if given not in allowed:
                hint = f"it must be from {allowed[0]} to {allowed[-1]}"
                raise ConfigurationError(setting, given=given, hint=hint)

    def _require_validities(self) -> None:
        if self.auth_session_validity not in _SESSION_VALIDITIES:
            raise ConfigurationError(
                "auth_session_validity",
                given=self.auth_session_validity,
                hint="it must be from 3 to 15 minutes",
            )
        require_whole_seconds(self._validities())

    def _require_flows_fit_rotation(self) -> None:
        if self.refresh_token_rotation and "ALLOW_REFRESH_TOKEN_AUTH" in self.auth_flows:
            raise ConfigurationError(
                "auth_flows",
                given="ALLOW_REFRESH_TOKEN_AUTH",
                hint="refresh token rotation does not allow this flow",
            )

    def require_makeable(self) -> None:
        """Refuse fields that no pool has which is made without a file.

        Raises:
            ConfigurationError: names the first such field.
        """
        for name in _OF_FILES:
            given, ordinary = getattr(self, name), getattr(PoolSpec, name)
            if given != ordinary:
                hint = f"a pool has it only from a file; without one, {name} is {ordinary!r}"
                raise ConfigurationError(name, given=given, hint=hint)
        self.factors.require_makeable(self.auth_flows)
        require_usable(self.managed_login, self.resource_servers, client_secret=self.client_secret)

    def create_user_pool_request(
        self, senders: Senders = NO_SENDERS
    ) -> CreateUserPoolRequestTypeDef:
        """Return the request of CreateUserPool, without a name prefix.

        MfaConfiguration is always OFF here. Cognito requires an SMS configuration for any other
        value, so SetUserPoolMfaConfig switches on TOTP alone (A199, A200).
        """
        request = {
            "PoolName": self.name,
            "MfaConfiguration": "OFF",
            "Policies": {
                "PasswordPolicy": self._password_policy(),
                **self.factors.policy_members(),
            },
            "AutoVerifiedAttributes": list(self.auto_verified),
            "UsernameConfiguration": {"CaseSensitive": self.case_sensitive},
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": self.allow_admin_create_user_only
            },
            **self._sign_in_members(),
            **self._device_members(),
            **self._schema_members(),
            **self._recovery_members(),
            **self.factors.pool_members(senders),
        }
        return cast("CreateUserPoolRequestTypeDef", request)

    def mfa_config_request(
        self, user_pool_id: str, senders: Senders = NO_SENDERS
    ) -> SetUserPoolMfaConfigRequestTypeDef | None:
        """Return the request of SetUserPoolMfaConfig, or ``None`` if there is nothing to set."""
        members = self.factors.mfa_members(senders)
        if not members:
            return None
        return cast("SetUserPoolMfaConfigRequestTypeDef", {"UserPoolId": user_pool_id, **members})

    def create_client_request(self, user_pool_id: str) -> CreateUserPoolClientRequestTypeDef:
        """Return the request of CreateUserPoolClient."""
        prevent = "ENABLED" if self.prevent_user_existence_errors else "LEGACY"
        request = {
            "UserPoolId": user_pool_id,
            "ClientName": self.name,
            "GenerateSecret": self.client_secret,
            "ExplicitAuthFlows": list(self.auth_flows),
            "AuthSessionValidity": self.auth_session_validity,
            "PreventUserExistenceErrors": prevent,
            "EnableTokenRevocation": self.token_revocation,
            **validity_members(self._validities()),
            **self._rotation_members(),
            **self._attribute_members(),
            **(self.managed_login.client_members() if self.managed_login else {}),
        }
        return cast("CreateUserPoolClientRequestTypeDef", request)

    def _password_policy(self) -> dict[str, int | bool]:
        """Return PasswordPolicy; what is as by default is left to Cognito."""
        policy = self.password_policy.as_policy()
        if self.temporary_password_validity_days != 7:
            policy["TemporaryPasswordValidityDays"] = self.temporary_password_validity_days
        if self.password_history_size:
            policy["PasswordHistorySize"] = self.password_history_size
        return policy

    def _recovery_members(self) -> dict[str, Any]:
        if not self.recovery_by_administrator_only:
            return {}
        mechanisms = [{"Priority": 1, "Name": "admin_only"}]
        return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}

    def _sign_in_members(self) -> dict[str, Any]:
        if self.sign_in_names in ("email", "phone_number"):
            return {"UsernameAttributes": [self.sign_in_names]}
        return {"AliasAttributes": ["email"]} if self.sign_in_names == "email_alias" else {}

    def _device_members(self) -> dict[str, Any]:
        tracking = self.device_tracking
        if tracking is None:
            return {}
        # Both are always sent: one alone switches tracking on and leaves the other open (D052).
        configuration = {
            "ChallengeRequiredOnNewDevice": tracking.challenge_required_on_new_device,
            "DeviceOnlyRememberedOnUserPrompt": tracking.device_only_remembered_on_user_prompt,
        }
        return {"DeviceConfiguration": configuration}

    def _schema_members(self) -> dict[str, Any]:
        if not self.required_attributes:
            return {}
        return {"Schema": [{"Name": name, "Required": True} for name in self.required_attributes]}

    def _validities(self) -> dict[str, timedelta | None]:
        return {
            "Access": self.access_token_validity,
            "Id": self.id_token_validity,
            "Refresh": self.refresh_token_validity,
        }

    def _attribute_members(self) -> dict[str, Any]:
        given = {"ReadAttributes": self.read_attributes, "WriteAttributes": self.write_attributes}
        return {name: list(names) for name, names in given.items() if names is not None}

    def _rotation_members(self) -> dict[str, Any]:
        rotation = self.refresh_token_rotation
        if rotation is None:
            return {}
        grace = rotation.retry_grace_period_seconds
        return {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}}


def _require(setting: str, values: Iterable[str], allowed: tuple[str, ...]) -> None:
    for value in values:
        if value not in allowed:
            raise ConfigurationError(setting, given=value, allowed=allowed)
