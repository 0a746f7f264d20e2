"""Fields of a specification override the settings of a file, and the made pool obeys them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.sources import load
from harness.pools.spec.conversion import spec_of
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.managed_login import ManagedLogin, ResourceServer
from harness.pools.spec.overrides import OVERRIDABLE, overridden
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec, RefreshTokenRotation
from harness.targets.emulated import EmulatedTarget
from harness.users.passwords import PasswordRules

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

FULL = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: full
      MfaConfiguration: "ON"
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      UsernameAttributes: [email]
      AutoVerifiedAttributes: [email]
      DeviceConfiguration: {ChallengeRequiredOnNewDevice: true}
      UsernameConfiguration: {CaseSensitive: true}
      AdminCreateUserConfig: {AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 3}
      AccountRecoverySetting: {RecoveryMechanisms: [{Name: admin_only, Priority: 1}]}
      Schema: [{Name: email, Required: true}, {Name: given_name, Required: true}]
      EmailVerificationSubject: Yours
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      GenerateSecret: true
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH]
      AuthSessionValidity: 9
      AccessTokenValidity: 20
      IdTokenValidity: 20
      RefreshTokenValidity: 6000
      TokenValidityUnits: {AccessToken: minutes, IdToken: minutes, RefreshToken: minutes}
      EnableTokenRevocation: false
      RefreshTokenRotation: {Feature: ENABLED, RetryGracePeriodSeconds: 10}
  Mobile:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, ClientName: mobile}
"""
BARE = """
Resources:
  Pool: {Type: "AWS::Cognito::UserPool"}
  Web: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref Pool}}
"""
VALUES: dict[str, tuple[Any, ...]] = {
    "mfa": ("OFF", "OPTIONAL", "ON"),
    "device_tracking": (None, DeviceTracking(), DeviceTracking(False, True)),
    "sign_in_names": ("username", "email", "email_alias"),
    "client_secret": (False, True),
    "auth_flows": (("ALLOW_USER_PASSWORD_AUTH",), ("ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH")),
    "password_policy": (PasswordRules(12, require_symbols=False),),
    "auth_session_validity": (3, 15),
    "access_token_validity": (None, timedelta(hours=1), timedelta(minutes=90)),
    "id_token_validity": (None, timedelta(hours=2)),
    "refresh_token_validity": (None, timedelta(days=2)),
    "refresh_token_rotation": (None, RefreshTokenRotation(30)),
    "prevent_user_existence_errors": (True, False),
    "case_sensitive": (True, False),
    "auto_verified": ((), ("email",)),
    "allow_admin_create_user_only": (True, False),
    "required_attributes": ((), ("email",), ("family_name",)),
    "token_revocation": (True, False),
    "temporary_password_validity_days": (7, 30),
    "password_history_size": (0, 4),
    "recovery_by_administrator_only": (True, False),
    "write_attributes": (("email", "given_name"),),
    "read_attributes": (("email",),),
    "first_factors": (("PASSWORD",), ("PASSWORD", "WEB_AUTHN"), ("EMAIL_OTP", "PASSWORD")),
    "relying_party_id": (None, "auth.example.com"),
    "passkeys_verify_user": (False, True),
    "passkeys_count_as_mfa": (False, True),
    "managed_login": (
        None,
        ManagedLogin(scopes=("email", "openid", "profile")),
        ManagedLogin(flows=("implicit",), scopes=("openid",), version=2),
    ),
    "resource_servers": ((),),
}
#: Only newer specifications have them.
KNOWN = {field.name for field in fields(PoolSpec)}
CASES = [
    (text, field, value)
    for text in (FULL, BARE)
    for field in OVERRIDABLE
    if field in KNOWN - {"name"}
    for value in VALUES[field]
    if (text, field) != (BARE, "refresh_token_rotation") or value is None
    if (text, value) != (BARE, "email_alias")
    # With MFA ON, what else a password can be replaced by depends on other settings (N038).
    if (text, field) != (FULL, "first_factors") or value == ("PASSWORD",)
]


def read(text: str, folder: Path) -> PoolConfiguration:
    """Return the configuration of a template."""
    path = folder / "pool.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def client() -> Iterator[CognitoIdentityProviderClient]:
    """A client of an emulator."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


def made(client: CognitoIdentityProviderClient, configuration: PoolConfiguration) -> PoolSpec:
    """Return what the service says of the pool that is made of a configuration."""
    built = provision_configuration(client, configuration)
    return describe_pool(client, built.apps["Web"]).spec


@pytest.mark.parametrize(
    ("text", "field", "value"),
    CASES,
    ids=lambda value: {FULL: "full", BARE: "bare"}.get(str(value), str(value)),
)
def test_the_made_pool_obeys_an_override_and_the_file(
    client: CognitoIdentityProviderClient, tmp_path: Path, text: str, field: str, value: Any
) -> None:
    """The field is as it is given, and all others are as in the file."""
    configuration = read(text, tmp_path)
    own = spec_of(configuration, "Web")
    found = made(client, overridden(configuration, "Web", {field: value}, "marker cognito_pool"))
    # Cognito's default lifetime is no value in a specification.
    wanted = None if value == timedelta(hours=1) else value
    assert getattr(found, field) == (tuple(sorted(value)) if isinstance(value, tuple) else wanted)
    assert replace(found, **{field: getattr(own, field)}) == own


LOGIN = """
  Domain: {Type: "AWS::Cognito::UserPoolDomain", Properties: {UserPoolId: !Ref Pool, Domain: shop}}
  Api:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties: {UserPoolId: !Ref Pool, Identifier: api, Name: api}
"""
OAUTH = """Properties: {UserPoolId: !Ref Pool, AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: [code], AllowedOAuthScopes: [openid], CallbackURLs: ['https://a.example'],
    DefaultRedirectURI: 'https://a.example'}"""


def with_login() -> str:
    """Return a template with managed login."""
    return BARE.replace("Properties: {UserPoolId: !Ref Pool}", OAUTH) + LOGIN.strip("\n")


def test_managed_login_of_a_file_is_replaced_as_a_whole(
    client: CognitoIdentityProviderClient, tmp_path: Path
) -> None:
    """Nothing of the file's OAuth settings stays beside the new ones."""
    before = read(with_login(), tmp_path)
    assert spec_of(before, "Web").managed_login is not None
    assert (
        overridden(before, "Web", {"managed_login": spec_of(before).managed_login}, "x") == before
    )
    off = overridden(before, "Web", {"managed_login": None}, "a test")
    assert made(client, off).managed_login is None
    login = ManagedLogin(scopes=("openid", "api/read"))
    fields = {"managed_login": login, "resource_servers": (ResourceServer("api", ("read",)),)}
    found = made(client, overridden(before, "Web", fields, "a test"))
    assert login.is_like(found.managed_login)
    assert found.resource_servers[0].full_scopes == ("api/read",)


def test_a_name_becomes_the_name_of_the_pool(tmp_path: Path) -> None:
    """PoolName is what the field says, and messages name what has overridden the file."""
    changed = overridden(read(FULL, tmp_path), "Web", {"name": "other"}, "marker cognito_pool")
    assert changed.pool.value("PoolName") == "other"
    place = changed.pool.place("PoolName")
    assert place is not None
    assert (place.path, place.line) == ("name of marker cognito_pool", None)


def test_the_rest_of_the_configuration_is_as_in_the_file(tmp_path: Path) -> None:
    """Settings that no field is about, and other app clients, do not change."""
    before = read(FULL, tmp_path)
    changed = overridden(before, "Web", {"mfa": "OFF", "client_secret": False}, "a test")
    assert changed.pool == before.pool
    assert changed.client("Mobile") == before.client("Mobile")
    assert changed.client("Web").value("GenerateSecret") is False


def test_values_of_the_file_change_nothing(tmp_path: Path) -> None:
    """A field that has its value already leaves even the form of the setting alone."""
    before = read(FULL, tmp_path)
    fields = {
        "mfa": "ON",
        "access_token_validity": timedelta(minutes=20),
        "auto_verified": ["email"],
    }
    assert overridden(before, "Web", fields, "a test") == before


def test_an_override_decides_what_is_unknown(tmp_path: Path) -> None:
    """A setting that only a deployment knows can be given here."""
    text = FULL.replace('MfaConfiguration: "ON"', "MfaConfiguration: !Ref Mode")
    unknown = read("Parameters: {Mode: {Type: String}}" + text, tmp_path)
    changed = overridden(unknown, "Web", {"mfa": "OPTIONAL"}, "a test")
    assert spec_of(changed, "Web").mfa == "OPTIONAL"


@pytest.mark.parametrize(
    ("text", "fields", "said"),
    [
        (FULL, {"mfaa": "ON"}, "did you mean 'mfa'?"),
        (FULL, {"mfa": "MAYBE"}, "allowed: OFF, OPTIONAL, ON"),
        (BARE, {"refresh_token_rotation": RefreshTokenRotation()}, "does not allow this flow"),
        (
            BARE,
            {"sign_in_names": "email_alias"},
            "pool.yaml it is username; an alias is a name only once a "
            "sign-up verifies it (A025), so auto_verified must be email alone",
        ),
    ],
    ids=["field", "value", "together", "unverified alias"],
)
def test_what_cannot_be_overridden_is_refused(
    tmp_path: Path, text: str, fields: dict[str, Any], said: str
) -> None:
    """A field or a value that the pool cannot have is one message."""
    with pytest.raises(ConfigurationError) as caught:
        overridden(read(text, tmp_path), "Web", fields, "a test")
    assert said in str(caught.value)


def test_an_alias_goes_with_its_verification(tmp_path: Path) -> None:
    """Fields that need one another can be given together."""
    fields = {"sign_in_names": "email_alias", "auto_verified": ("email",)}
    changed = overridden(read(BARE, tmp_path), "Web", fields, "a test")
    assert spec_of(changed, "Web").sign_in_names == "email_alias"


def test_every_field_is_overridden_or_refused(tmp_path: Path) -> None:
    """No field of a specification is taken and not obeyed."""
    configuration = read(FULL, tmp_path)
    assert set(VALUES) == set(OVERRIDABLE) - {"name"}
    for field in sorted(KNOWN - set(OVERRIDABLE)):
        with pytest.raises(ConfigurationError, match="a test cannot override it in a file"):
            overridden(configuration, "Web", {field: None}, "a test")
