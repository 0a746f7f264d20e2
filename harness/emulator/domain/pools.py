"""User pools and app clients; properties read their settings, named as in Cognito's API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.core.locks import PoolLock
from harness.emulator.domain.client_secrets import ClientSecret, secret_id
from harness.emulator.domain.devices import DeviceOwner
from harness.emulator.domain.directory import UserDirectory
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.groups import Group
from harness.emulator.domain.next_challenge import EMAIL_OTP, SMS_MFA, SOFTWARE_TOKEN_MFA
from harness.emulator.domain.schema import Schema
from harness.emulator.domain.signing import SigningKeys
from harness.emulator.domain.user_import import UserImportJob
from harness.emulator.domain.user_pool_domains import ManagedLoginBranding, UserPoolDomain
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal

#: ExplicitAuthFlows of an app client that does not set them (A105).
DEFAULT_AUTH_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")


_UNIT_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


@dataclass(frozen=True)
class Validity:
    """The validity of one kind of token: the default, its unit, and the range in seconds."""

    default: int
    unit: str
    shortest: int
    longest: int


#: The validities of the three kinds of tokens (A256, A257).
VALIDITIES = {
    "AccessToken": Validity(1, "hours", 300, 86_400),
    "IdToken": Validity(1, "hours", 300, 86_400),
    "RefreshToken": Validity(30, "days", 3_600, 3_650 * 86_400),
}


def validity_seconds(settings: Mapping[str, Any], token: str) -> int:
    """Return how long an ``AccessToken``, ``IdToken`` or ``RefreshToken`` is valid (A256).

    Without a number, or with 0, the default in the default unit applies (A257).
    """
    validity = VALIDITIES[token]
    amount = settings.get(f"{token}Validity")
    if not amount:
        return validity.default * _UNIT_SECONDS[validity.unit]
    unit = (settings.get("TokenValidityUnits") or {}).get(token, validity.unit)
    return int(amount) * _UNIT_SECONDS[unit]


@dataclass(eq=False)
class UserPoolClient:
    """An app client.

    Attributes:
        secret: the secret that the client was created with; ``None`` without one, and after that
            one was deleted. DescribeUserPoolClient shows no other.
        settings: the members of UserPoolClientType that were set.
        added_secrets: those of AddUserPoolClientSecret.
    """

    pool: Pool
    client_id: str
    secret: str | None = field(repr=False)
    settings: dict[str, Any]
    created: float
    modified: float
    added_secrets: list[ClientSecret] = field(default_factory=list)

    @property
    def secrets(self) -> list[ClientSecret]:
        """Every secret that counts, the oldest first."""
        if self.secret is None:
            return list(self.added_secrets)
        first = ClientSecret(secret_id(self.client_id, self.created), self.secret, self.created)
        return [first, *self.added_secrets]

    @property
    def is_confidential(self) -> bool:
        """Whether the client has a secret, which it must then prove."""
        return self.secret is not None or bool(self.added_secrets)

    def find_secret(self, wanted: str) -> ClientSecret | None:
        """Return the secret of a ClientSecretId."""
        return next((secret for secret in self.secrets if secret.secret_id == wanted), None)

    def delete_secret(self, secret: ClientSecret) -> None:
        """Delete one of the client's secrets."""
        if secret in self.added_secrets:
            self.added_secrets.remove(secret)
        else:
            self.secret = None

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
        """Whether PreventUserExistenceErrors is ENABLED; the default is LEGACY (A099)."""
        return self.settings.get("PreventUserExistenceErrors") == "ENABLED"

    @property
    def revocation_enabled(self) -> bool:
        """Whether EnableTokenRevocation is on, which is the default (A251)."""
        return bool(self.settings.get("EnableTokenRevocation", True))

    @property
    def rotates_refresh_tokens(self) -> bool:
        """Whether RefreshTokenRotation.Feature is ENABLED (A265)."""
        rotation = self.settings.get("RefreshTokenRotation") or {}
        return bool(rotation.get("Feature") == "ENABLED")

    def lifetime(self, token: str) -> int:
        """Return the validity of an ``AccessToken``, ``IdToken`` or ``RefreshToken`` in seconds."""
        return validity_seconds(self.settings, token)

    def readable(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Return the attributes that the client may read (ReadAttributes), always with the sub."""
        allowed = self.settings.get("ReadAttributes")
        return {
            name: value
            for name, value in attributes.items()
            if name == "sub"
            or (not name.startswith("dev:") if allowed is None else name in allowed)
        }

    def require_secret_hash(
        self,
        username: str,
        given: str | None,
        wrong: Callable[[str], Refusal] = refusals.secret_hash_wrong,
    ) -> None:
        """Refuse a missing or wrong SECRET_HASH (A119 to A121); without a secret none is needed.

        Args:
            username: the username of the same request; a hash over another name is wrong (D049).
            given: the hash that was sent; ``None`` without one.
            wrong: makes the refusal of a wrong hash, which some operations word differently.
        """
        if not self.is_confidential:
            return
        if not given:
            raise refusals.secret_hash_missing(self.client_id)
        message = username + self.client_id
        if not any(secret.gives_hash(message, given) for secret in self.secrets):
            raise wrong(self.client_id)


@dataclass
class MfaConfiguration:
    """The settings of SetUserPoolMfaConfig; a factor that was not given is ``None`` (A201)."""

    mode: str = "OFF"
    sms: dict[str, Any] | None = None
    software_token: dict[str, Any] | None = None
    email: dict[str, Any] | None = None
    web_authn: dict[str, Any] | None = None

    def factors(self) -> list[str]:
        """Return the second factors that the pool allows, by their challenge names."""
        configured = {
            SMS_MFA: self.sms is not None,
            SOFTWARE_TOKEN_MFA: bool(self.software_token and self.software_token.get("Enabled")),
            EMAIL_OTP: self.email is not None,
        }
        return [factor for factor, allowed in configured.items() if allowed]


@dataclass(eq=False)
class Pool:
    """A user pool: its configuration as the API set it, and everything in it.

    Attributes:
        settings: the members of UserPoolType, except those with their own field here.
        domains: UserPoolType's Domain and CustomDomain, if the pool has them.
        resource_servers: Name and Scopes of the resource servers, by Identifier.
        federated: whether the pool has ever had an identity provider.
        identity_providers: the names of the identity providers that it has.
        domain_settings: what Cognito keeps of its domains, by their names.
        branded_clients: the styles of its app clients' pages, by client id.
        import_jobs: its user import jobs by id, the oldest first.
        grants: the sign-ins behind refresh and access tokens.
        lock: guards everything single-use; every operation on the pool runs under it.
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
    clients: dict[str, UserPoolClient] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    resource_servers: dict[str, dict[str, Any]] = field(default_factory=dict)
    federated: bool = False
    import_jobs: dict[str, UserImportJob] = field(default_factory=dict)
    identity_providers: list[str] = field(default_factory=list)
    domain_settings: dict[str, UserPoolDomain] = field(default_factory=dict)
    branded_clients: dict[str, ManagedLoginBranding] = field(default_factory=dict)
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
        """The ``iss`` of the pool's tokens on AWS (A249), by the type of IssuerConfiguration.

        The type UPDATED has another host:
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
        """
        kind = (self.settings.get("IssuerConfiguration") or {}).get("Type")
        host = "issuer-cognito-idp" if kind == "UPDATED" else "cognito-idp"
        return f"https://{host}.{self.region}.amazonaws.com/{self.pool_id}"

    @property
    def srp_prefix(self) -> str:
        """The part of the pool id after the first underscore (D005)."""
        return self.pool_id.split("_", 1)[1]

    @property
    def username_attributes(self) -> list[str]:
        """UsernameAttributes: email addresses or phone numbers instead of usernames."""
        return list(self.settings.get("UsernameAttributes") or [])

    @property
    def alias_attributes(self) -> list[str]:
        """AliasAttributes: attributes that also sign in, once they are verified."""
        return list(self.settings.get("AliasAttributes") or [])

    @property
    def auto_verified(self) -> list[str]:
        """AutoVerifiedAttributes: the attributes that a sign-up verifies with a code."""
        return list(self.settings.get("AutoVerifiedAttributes") or [])

    def users_named(self, name: str) -> Iterator[tuple[str | None, User]]:
        """Yield the attribute and the user that a name signs in; ``None`` means the username.

        Usernames and aliases share one namespace, so a name belongs to one user at most. A user
        who has it more than once, such as username and alias, is yielded each time.
        """
        found = self.users.by_username(name)
        if found is not None:
            yield None, found
        for attribute in (*self.username_attributes, *self.alias_attributes):
            found = self.users.by_alias(attribute, name)
            if found is not None:
                yield attribute, found

    def device_owner(self, user: User) -> DeviceOwner:
        """Return the owner of the user's devices as administrators see it (D075)."""
        name = f"{user.username}.{self.pool_id}"
        arn = f"arn:{self.partition}:cognito-idp:{self.region}:{self.account}:owner/{name}"
        return DeviceOwner(name, arn)

    @property
    def temporary_password_days(self) -> int:
        """TemporaryPasswordValidityDays; 0 means Cognito's default of 7 (A061)."""
        return int(self.password_policy.get("TemporaryPasswordValidityDays") or 7)

    def add_identity_provider(self, name: str) -> None:
        """Note an identity provider: app clients may have it from now on."""
        self.federated = True
        self.remove_identity_provider(name)
        self.identity_providers.append(name)

    def remove_identity_provider(self, name: str) -> None:
        """Forget an identity provider; app clients that have it keep it."""
        self.identity_providers = [other for other in self.identity_providers if other != name]

    @property
    def scopes(self) -> set[str]:
        """The scopes of the pool's resource servers, each as ``identifier/name`` (M084)."""
        return {
            f"{identifier}/{scope['ScopeName']}"
            for identifier, settings in self.resource_servers.items()
            for scope in settings.get("Scopes", ())
        }

    @property
    def password_policy(self) -> dict[str, Any]:
        """Policies.PasswordPolicy, or the default if none was given (A033)."""
        policy = (self.settings.get("Policies") or {}).get("PasswordPolicy") or {}
        return policy or dict(DEFAULT_PASSWORD_POLICY)

    @property
    def device_configuration(self) -> dict[str, bool] | None:
        """DeviceConfiguration with both members; ``None`` if devices are not tracked (D052)."""
        given = self.settings.get("DeviceConfiguration")
        if not given:
            return None
        names = ("ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt")
        return {name: bool(given.get(name)) for name in names}

    @property
    def admin_create_user_only(self) -> bool:
        """Whether AllowAdminCreateUserOnly is set, which forbids SignUp (A015)."""
        config = self.settings.get("AdminCreateUserConfig") or {}
        return bool(config.get("AllowAdminCreateUserOnly"))


#: The password policy of a pool that was created through the API without one (A033).
DEFAULT_PASSWORD_POLICY: dict[str, Any] = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
