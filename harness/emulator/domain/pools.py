"""User pools and app clients as their configuration, read by Cognito's own names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator.core.locks import PoolLock
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.users import UserDirectory

if TYPE_CHECKING:
    from harness.emulator.domain.groups import Group
    from harness.emulator.domain.schema import Schema
    from harness.emulator.domain.signing import SigningKeys

#: A client without ExplicitAuthFlows may use these (A105).
DEFAULT_AUTH_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")


@dataclass(eq=False)
class AppClient:
    """An app client. ``settings`` are the members of UserPoolClientType that were set."""

    pool: Pool
    client_id: str
    secret: str | None = field(repr=False)
    settings: dict[str, Any]
    created: float
    modified: float

    @property
    def auth_flows(self) -> frozenset[str]:
        """ExplicitAuthFlows, or Cognito's default when none was given (A105)."""
        return frozenset(self.settings.get("ExplicitAuthFlows") or DEFAULT_AUTH_FLOWS)

    @property
    def session_seconds(self) -> int:
        """AuthSessionValidity in seconds: 3 to 15 minutes, 3 by default (A140)."""
        return int(self.settings.get("AuthSessionValidity") or 3) * 60

    @property
    def hides_user_existence(self) -> bool:
        """PreventUserExistenceErrors ENABLED; omitted means LEGACY (A099)."""
        return self.settings.get("PreventUserExistenceErrors") == "ENABLED"

    @property
    def revocation_enabled(self) -> bool:
        """EnableTokenRevocation, true by default (A251)."""
        return bool(self.settings.get("EnableTokenRevocation", True))

    @property
    def rotates_refresh_tokens(self) -> bool:
        """RefreshTokenRotation.Feature is ENABLED (A265)."""
        rotation = self.settings.get("RefreshTokenRotation") or {}
        return bool(rotation.get("Feature") == "ENABLED")


@dataclass
class MfaConfiguration:
    """What SetUserPoolMfaConfig keeps; a factor that was not given is ``None`` (A201)."""

    mode: str = "OFF"
    sms: dict[str, Any] | None = None
    software_token: dict[str, Any] | None = None
    email: dict[str, Any] | None = None
    web_authn: dict[str, Any] | None = None

    def factors(self) -> list[str]:
        """The second factors that the pool allows, by their challenge names."""
        allowed = []
        if self.sms is not None:
            allowed.append("SMS_MFA")
        if self.software_token is not None and self.software_token.get("Enabled"):
            allowed.append("SOFTWARE_TOKEN_MFA")
        if self.email is not None:
            allowed.append("EMAIL_OTP")
        return allowed


@dataclass(eq=False)
class Pool:
    """A user pool: configuration as the API set it, and everything that lives in it.

    ``settings`` are the members of UserPoolType but for those with a field of their own here.
    ``lock`` guards everything single-use; every operation on the pool runs under it.
    """

    pool_id: str
    name: str
    account: str
    region: str
    partition: str
    settings: dict[str, Any]
    schema: Schema
    users: UserDirectory
    keys: SigningKeys
    device_group_key: str
    created: float
    modified: float
    mfa: MfaConfiguration = field(default_factory=MfaConfiguration)
    clients: dict[str, AppClient] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    #: UserPoolType's Domain and CustomDomain, where there are any.
    domains: dict[str, str] = field(default_factory=dict)
    #: Sign-ins that gave tokens: what refresh and access tokens are checked against.
    grants: GrantBook = field(default_factory=GrantBook)
    lock: PoolLock = field(default_factory=PoolLock)

    @property
    def arn(self) -> str:
        """The pool's Amazon Resource Name."""
        return (
            f"arn:{self.partition}:cognito-idp:{self.region}:{self.account}:userpool/{self.pool_id}"
        )

    @property
    def issuer(self) -> str:
        """The ``iss`` of the pool's tokens (A249)."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.pool_id}"

    @property
    def srp_prefix(self) -> str:
        """The part of the pool id behind the first underscore (D005)."""
        return self.pool_id.split("_", 1)[1]

    @property
    def username_attributes(self) -> list[str]:
        """UsernameAttributes: e-mail address or phone number instead of a user name."""
        return list(self.settings.get("UsernameAttributes") or [])

    @property
    def alias_attributes(self) -> list[str]:
        """AliasAttributes: what signs in besides the user name, once verified."""
        return list(self.settings.get("AliasAttributes") or [])

    @property
    def auto_verified(self) -> list[str]:
        """AutoVerifiedAttributes: what a code is sent to at sign-up."""
        return list(self.settings.get("AutoVerifiedAttributes") or [])

    @property
    def password_policy(self) -> dict[str, Any]:
        """Policies.PasswordPolicy, or the default where none was given (A033)."""
        policy = (self.settings.get("Policies") or {}).get("PasswordPolicy") or {}
        return policy or dict(DEFAULT_PASSWORD_POLICY)

    @property
    def device_configuration(self) -> dict[str, bool] | None:
        """DeviceConfiguration with both members; ``None`` where devices are not tracked (D052)."""
        given = self.settings.get("DeviceConfiguration")
        if not given:
            return None
        names = ("ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt")
        return {name: bool(given.get(name)) for name in names}

    @property
    def admin_create_user_only(self) -> bool:
        """AdminCreateUserConfig.AllowAdminCreateUserOnly: nobody signs up by himself (A015)."""
        config = self.settings.get("AdminCreateUserConfig") or {}
        return bool(config.get("AllowAdminCreateUserOnly"))


#: What a pool created through the API demands of a password (A033).
DEFAULT_PASSWORD_POLICY: dict[str, Any] = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
