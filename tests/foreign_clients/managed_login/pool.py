"""A pool with a domain, two app clients and a user who has an authenticator app."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from harness.targets.control import ControlSurface, ServedClock
from harness.users.authenticator import Authenticator
from tests.foreign_clients.administrator import REGION

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["SCOPE", "LoginPool", "Person", "make_login_pool"]

#: What Amplify asks for, as it also calls the API with its tokens.
SCOPE = "openid email profile aws.cognito.signin.user.admin"
_CALLBACK = "http://localhost:3000/callback"
#: The app client whose flow sets the user up; Amplify's and its like have no secret.
_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@dataclass
class Person:
    """Who signs in: a user with a password and an authenticator app."""

    authenticator: Authenticator = field(repr=False)
    username: str = "ada"
    password: str = field(default="Correct-Horse-7", repr=False)
    wrong_password: str = field(default="Wrong-Horse-7", repr=False)

    def code(self) -> str:
        """Return an unused TOTP code."""
        return self.authenticator.code()

    def wrong_code(self) -> str:
        """Return a code that the authenticator app shows neither now nor just before or after."""
        shown = [self.authenticator.peek(offset) for offset in (-2, -1, 0, 1, 2)]
        return next(code for code in (f"{n:06d}" for n in range(10)) if code not in shown)


@dataclass
class LoginPool:
    """A pool for managed login, and what an app is configured with.

    Attributes:
        base: where the emulator serves the OpenID document and the keys of the pool.
        public_id: the app client without a secret, for pages.
        confidential_id: the app client with a secret, for back ends.
    """

    url: str
    base: str
    domain_url: str
    user_pool_id: str
    public_id: str
    confidential_id: str
    client_secret: str = field(repr=False)
    person: Person = field(repr=False)
    _cognito: Any = field(repr=False)

    def settings(self, redirect_uri: str, logout_uri: str, *, public: bool) -> dict[str, str]:
        """Register the addresses of an app, and return what it is configured with."""
        client_id = self.public_id if public else self.confidential_id
        for registered in (self.public_id, self.confidential_id):
            self._cognito.update_user_pool_client(
                **_app_client(self.user_pool_id, [redirect_uri], [logout_uri]),
                ClientId=registered,
            )
        return {
            "issuer": self.base,
            "endpoint": self.url,
            "domain_url": self.domain_url,
            "user_pool_id": self.user_pool_id,
            "client_id": client_id,
            "client_secret": "" if public else self.client_secret,
            "redirect_uri": redirect_uri,
            "logout_uri": logout_uri,
            "scope": SCOPE,
        }


def make_login_pool(url: str, domain: str, authority: Path | None = None) -> LoginPool:
    """Make a pool on a served emulator.

    Args:
        url: where it is.
        domain: the prefix of its domain.
        authority: the certificate to trust, if it speaks HTTPS.
    """
    cognito = _client(url, authority)
    pool_id = cognito.create_user_pool(PoolName="shop", MfaConfiguration="OFF")["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool_id,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    cognito.create_user_pool_domain(UserPoolId=pool_id, Domain=domain)
    wanted = _app_client(pool_id, [_CALLBACK], [_CALLBACK])
    public = cognito.create_user_pool_client(**wanted)["UserPoolClient"]["ClientId"]
    answer = cognito.create_user_pool_client(**wanted, GenerateSecret=True)["UserPoolClient"]
    person = Person(_authenticator(cognito, url, pool_id, public))
    return LoginPool(
        url=url,
        base=f"{url}/{pool_id}",
        domain_url=f"{url}/_domain/{domain}",
        user_pool_id=pool_id,
        public_id=public,
        confidential_id=answer["ClientId"],
        client_secret=answer["ClientSecret"],
        person=person,
        _cognito=cognito,
    )


def _app_client(pool_id: str, callbacks: list[str], logouts: list[str]) -> dict[str, Any]:
    return {
        "UserPoolId": pool_id,
        "ClientName": "app",
        "ExplicitAuthFlows": _FLOWS,
        "SupportedIdentityProviders": ["COGNITO"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": SCOPE.split(),
        "CallbackURLs": callbacks,
        "LogoutURLs": logouts,
    }


def _authenticator(
    cognito: CognitoIdentityProviderClient, url: str, pool_id: str, client_id: str
) -> Authenticator:
    """Make the user, and set up the authenticator app by the challenge MFA_SETUP."""
    who, password = Person.username, Person.password
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username=who,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": "ada@example.com"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": who},
        ],
    )
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=who, Password=password, Permanent=True
    )
    asked = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": who, "PASSWORD": password},
    )
    begun = cognito.associate_software_token(Session=asked["Session"])
    authenticator = Authenticator(begun["SecretCode"], ServedClock(ControlSurface(url)))
    done = cognito.verify_software_token(Session=begun["Session"], UserCode=authenticator.code())
    cognito.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="MFA_SETUP",
        Session=done["Session"],
        ChallengeResponses={"USERNAME": who},
    )
    return authenticator


def _client(url: str, authority: Path | None) -> CognitoIdentityProviderClient:
    return boto3.client(
        "cognito-idp",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
        verify=None if authority is None else str(authority),
    )
