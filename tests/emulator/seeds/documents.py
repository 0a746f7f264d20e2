"""Seed documents for the tests."""

from __future__ import annotations

import copy
from typing import Any

POOL_ID = "us-east-1_Shop12345"
CLIENT_ID = "1example23456789"
PASSWORD = "Correct-Horse-1"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DEVICE_KEY = "us-east-1_01234567-89ab-cdef-0123-456789abcdef"
CLIENT_SECRET = "9example87654321abcdefghijk"

_SHOP: dict[str, Any] = {
    "cognito_harness_seed": 1,
    "pools": [
        {
            "id": POOL_ID,
            "configuration": {
                "UserPool": {
                    "PoolName": "shop",
                    "AutoVerifiedAttributes": ["email"],
                    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
                    "Policies": {
                        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}
                    },
                    "Schema": [
                        {"Name": "email", "AttributeDataType": "String", "Required": True},
                        {"Name": "team", "AttributeDataType": "Number"},
                    ],
                },
                "MfaConfig": {
                    "MfaConfiguration": "OPTIONAL",
                    "SoftwareTokenMfaConfiguration": {"Enabled": True},
                    "WebAuthnConfiguration": {"RelyingPartyId": "auth.example.com"},
                },
                "UserPoolClients": {
                    "web": {
                        "ExplicitAuthFlows": [
                            "ALLOW_USER_PASSWORD_AUTH",
                            "ALLOW_USER_SRP_AUTH",
                            "ALLOW_USER_AUTH",
                            "ALLOW_REFRESH_TOKEN_AUTH",
                        ]
                    }
                },
            },
            "device_group_key": "-Ab12Cd34",
            "clients": [
                {"name": "web", "id": CLIENT_ID},
                {"name": "server", "secret": CLIENT_SECRET, "settings": {}},
            ],
            "groups": [{"name": "admins", "precedence": 1}],
            "users": [
                {
                    "username": "alice",
                    "sub": "0a1b2c3d-0000-4000-8000-0123456789ab",
                    "password": PASSWORD,
                    "attributes": {
                        "email": "alice@example.com",
                        "email_verified": True,
                        "custom:team": 7,
                    },
                    "groups": ["admins"],
                    "mfa": {"enabled": ["SOFTWARE_TOKEN_MFA"], "preferred": "SOFTWARE_TOKEN_MFA"},
                    "totp": {"secret": TOTP_SECRET, "name": "phone"},
                    "devices": [{"key": DEVICE_KEY, "password": "a-device-password"}],
                },
                {
                    "username": "bob",
                    "status": "FORCE_CHANGE_PASSWORD",
                    "password": "Temporary-1",
                    "enabled": False,
                },
            ],
        }
    ],
}


def shop() -> dict[str, Any]:
    """Return a document with one pool and two users, which the caller may change."""
    return copy.deepcopy(_SHOP)


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the document with another value at a path of dots, below its pool."""
    document = shop()
    *above, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    place: Any = document["pools"][0]
    for key in above:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document
