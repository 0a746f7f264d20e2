"""People at the pages for the second factor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyotp

from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.login_pages import Domain, Visitor

EMAIL, PHONE = "ada@example.com", "+15555550100"
_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
}
_SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "harness"}
_FACTORS: dict[str, dict[str, Any]] = {
    "TOTP": {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
    "SMS": {"SmsMfaConfiguration": {"SmsConfiguration": _SMS}},
    "EMAIL": {"EmailMfaConfiguration": {}},
}
#: The members of CreateUserPool that codes by email, and users without an address, need.
WITH_EMAIL: dict[str, Any] = {"EmailConfiguration": _SENDER, "Schema": []}


def configure(domain: Domain, mode: str, *factors: str) -> None:
    """Set MfaConfiguration and the factors of the pool."""
    members = {name: value for factor in factors for name, value in _FACTORS[factor].items()}
    domain.call("SetUserPoolMfaConfig", MfaConfiguration=mode, **members)


def make_user(domain: Domain, name: str = "ada", **attributes: str) -> None:
    """Create a confirmed user with a password."""
    domain.call(
        "AdminCreateUser",
        Username=name,
        UserAttributes=pairs(**attributes),
        MessageAction="SUPPRESS",
    )
    domain.call("AdminSetUserPassword", Username=name, Password=PASSWORD, Permanent=True)


def prefer(domain: Domain, *factors: str, preferred: str | None = None) -> None:
    """Switch factors of the user on, and prefer one of them or none."""
    settings = {
        f"{factor}MfaSettings": {"Enabled": True, "PreferredMfa": factor == preferred}
        for factor in factors
    }
    domain.call("AdminSetUserMFAPreference", Username="ada", **settings)


@dataclass
class Phone:
    """The authenticator app of a person."""

    domain: Domain
    secret: str = field(repr=False)

    def code(self, seconds: float = 0) -> str:
        """Return the code of the emulator's time, shifted by some seconds."""
        return pyotp.TOTP(self.secret).at(int(self.domain.engine.clock.time() + seconds))


def enrol(domain: Domain) -> Phone:
    """Give the user a software token as an app would, by the API with an access token."""
    engine, client = domain.engine, domain.engine.clients[domain.client_id]
    before = client.settings.get("ExplicitAuthFlows")
    client.settings["ExplicitAuthFlows"] = ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    answer = domain.call(
        "AdminInitiateAuth",
        ClientId=domain.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters=given,
    )
    client.settings["ExplicitAuthFlows"] = before
    token = answer["AuthenticationResult"]["AccessToken"]
    secret = engine.call("AssociateSoftwareToken", {"AccessToken": token})["SecretCode"]
    phone = Phone(domain, secret)
    engine.call("VerifySoftwareToken", {"AccessToken": token, "UserCode": phone.code()})
    engine.clock.advance(30)
    return phone


def past_password(domain: Domain, password: str = PASSWORD) -> Visitor:
    """Open the app's request in a new browser, and send the user's password."""
    visitor = Visitor(domain.base).open(domain.address("/oauth2/authorize"))
    return visitor.submit("Sign in", username="ada", password=password)
