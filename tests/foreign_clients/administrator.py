"""The administrator of the tests: makes the pools, and does what a user of a client cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, Mfa, PoolSpec
from harness.targets.clients import offline_client
from harness.users.passkey import Passkey

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["REGION", "RELYING_PARTY", "Administrator", "PoolSetting", "administrator"]

REGION = "us-east-1"
#: The page of the tests is at localhost, as an app is while it is developed:
#: https://aws-amplify.github.io/amplify-backend/types/_aws-amplify_auth-construct.WebAuthnOptions.html
RELYING_PARTY = "localhost"

_SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "clients"}
_EMAIL = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
}
_FLOWS = ("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH")
_ANOTHER = "bob"
_ANOTHERS_PASSWORD = "Correct-Horse-8"


class PoolSetting:
    """The settings of a pool for choice-based sign-in."""

    def __init__(self, *first_factors: str, mfa: Mfa = "OFF", passkeys: str = "") -> None:
        self.first_factors = first_factors
        self.mfa = mfa
        self.passkeys = passkeys

    def creation(self) -> dict[str, Any]:
        """Return the members of CreateUserPool."""
        return {
            "PoolName": "choice",
            "AutoVerifiedAttributes": ["email"],
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
            "SmsConfiguration": _SMS,
            "EmailConfiguration": _EMAIL,
        }

    def mfa_configuration(self) -> dict[str, Any]:
        """Return the members of SetUserPoolMfaConfig."""
        party = {"RelyingPartyId": RELYING_PARTY, "UserVerification": "preferred"}
        totp = {} if self.mfa == "OFF" else {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
        kind = {"FactorConfiguration": self.passkeys} if self.passkeys else {}
        return {
            "MfaConfiguration": self.mfa,
            "WebAuthnConfiguration": {**party, **kind},
            **totp,
        }


class Administrator:
    """Someone with credentials for one served emulator, and for one pool on it once it is made."""

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self._client: Any = client
        self.user_pool_id = ""
        self.client_id = ""

    def make_pool(self, mfa: Mfa) -> None:
        """Make a pool that tracks devices, for sign-ins with SRP."""
        tracking = DeviceTracking(
            challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
        )
        spec = PoolSpec(mfa=mfa, device_tracking=tracking)
        pool = provision(self._client, spec, name_prefix="", tags={})
        self.user_pool_id, self.client_id = pool.user_pool_id, pool.app.client_id

    def make_choice_pool(self, setting: PoolSetting) -> None:
        """Make a pool for choice-based sign-in, with passkeys for the page of the tests."""
        creation = setting.creation()
        self.user_pool_id = self._client.create_user_pool(**creation)["UserPool"]["Id"]
        pool = {"UserPoolId": self.user_pool_id}
        self._client.set_user_pool_mfa_config(**pool, **setting.mfa_configuration())
        # Only now, as Cognito refuses passkeys as a factor before the MFA settings fit (N038).
        policies = {"SignInPolicy": {"AllowedFirstAuthFactors": list(setting.first_factors)}}
        del creation["PoolName"], creation["Policies"]
        self._client.update_user_pool(**pool, **creation, Policies=policies)
        answer = self._client.create_user_pool_client(
            **pool, ClientName="app", ExplicitAuthFlows=_FLOWS
        )
        self.client_id = answer["UserPoolClient"]["ClientId"]

    def verify_phone_number(self, username: str) -> None:
        """Mark a user's phone number as verified."""
        verified = [{"Name": "phone_number_verified", "Value": "true"}]
        self._client.admin_update_user_attributes(
            UserPoolId=self.user_pool_id, Username=username, UserAttributes=verified
        )

    def set_password(self, username: str, password: str) -> None:
        """Set a user's password."""
        self._client.admin_set_user_password(
            UserPoolId=self.user_pool_id, Username=username, Password=password, Permanent=True
        )

    def let_passkeys_be_mfa(self, username: str) -> None:
        """Switch on a user's WebAuthnMfaSettings, beside TOTP."""
        self._client.admin_set_user_mfa_preference(
            UserPoolId=self.user_pool_id,
            Username=username,
            SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
            WebAuthnMfaSettings={"Enabled": True},
        )

    def passkey_of_another_user(self) -> Passkey:
        """Return the passkey of another user in the pool, who signs in and registers it."""
        pool = {"UserPoolId": self.user_pool_id}
        self._client.admin_create_user(**pool, Username=_ANOTHER, MessageAction="SUPPRESS")
        self.set_password(_ANOTHER, _ANOTHERS_PASSWORD)
        answer = self._client.admin_initiate_auth(
            **pool,
            ClientId=self.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": _ANOTHER, "PASSWORD": _ANOTHERS_PASSWORD},
        )
        token = {"AccessToken": answer["AuthenticationResult"]["AccessToken"]}
        started = self._client.start_web_authn_registration(**token)
        passkey = Passkey.create(started["CredentialCreationOptions"])
        self._client.complete_web_authn_registration(**token, Credential=passkey.registration)
        return passkey


@contextmanager
def administrator(url: str, authority: Path | None = None) -> Iterator[Administrator]:
    """Give an administrator of a served emulator.

    Args:
        url: where it is.
        authority: the certificate to trust, if the emulator speaks HTTPS.
    """
    client = offline_client(REGION, url) if authority is None else _trusting(url, authority)
    try:
        yield Administrator(client)
    finally:
        client.close()


def _trusting(url: str, authority: Path) -> CognitoIdentityProviderClient:
    return boto3.client(
        "cognito-idp",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
        verify=str(authority),
    )
