"""Texts for requests: some that match the service's patterns, and odd ones."""

from __future__ import annotations

import functools
from typing import Any

from botocore.model import StringShape

from harness.emulator.api.validation import matcher

#: The kind of live value for each member.
LIVE_KINDS = {
    "AccessToken": "AccessToken",
    "ClientId": "ClientId",
    "Code": "Code",
    "ConfirmationCode": "Code",
    "DeviceKey": "DeviceKey",
    "Domain": "Domain",
    "GroupName": "GroupName",
    "CredentialId": "CredentialId",
    "ManagedLoginBrandingId": "ManagedLoginBrandingId",
    "NextToken": "PageToken",
    "PaginationToken": "PageToken",
    "Password": "Password",
    "PasswordVerifier": "PasswordVerifier",
    "PreviousPassword": "Password",
    "ProposedPassword": "Password",
    "RefreshToken": "RefreshToken",
    "ResourceArn": "ResourceArn",
    "Salt": "Salt",
    "SecretHash": "SecretHash",
    "Session": "Session",
    "TemporaryPassword": "Password",
    "Token": "RefreshToken",
    "UserCode": "Code",
    "UserPoolId": "UserPoolId",
    "Username": "Username",
}

#: The keys of AuthParameters and ChallengeResponses, and the kind of live value for each.
SIGN_IN_KEYS = {
    "USERNAME": "Username",
    "PASSWORD": "Password",
    "NEW_PASSWORD": "Password",
    "SECRET_HASH": "SecretHash",
    "REFRESH_TOKEN": "RefreshToken",
    "DEVICE_KEY": "DeviceKey",
    "SRP_A": "SrpA",
    "PASSWORD_CLAIM_SECRET_BLOCK": "SecretBlock",
    "PASSWORD_CLAIM_SIGNATURE": "SecretHash",
    "TIMESTAMP": "Timestamp",
    "SOFTWARE_TOKEN_MFA_CODE": "Code",
    "SMS_MFA_CODE": "Code",
    "EMAIL_OTP_CODE": "Code",
    "SMS_OTP_CODE": "Code",
    "CREDENTIAL": "Credential",
    "ANSWER": "Answer",
    "PREFERRED_CHALLENGE": "Answer",
    "CHALLENGE_NAME": "Answer",
    "userAttributes.email": "Username",
    "userAttributes.custom:team": "Username",
}

#: Other values for members of a name, whatever their shape.
WORDS: dict[str, tuple[str, ...]] = {
    "AllowedOAuthFlows": ("code", "implicit", "client_credentials"),
    "AllowedOAuthScopes": ("openid", "email", "aws.cognito.signin.user.admin", "api/read"),
    "CallbackURLs": ("https://example.com/in", "http://localhost:3000", "http://example.com", "a"),
    "AuthFlow": (
        "USER_PASSWORD_AUTH",
        "USER_SRP_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN_AUTH",
        "USER_AUTH",
    ),
    "AttributeName": ("email", "phone_number", "sub", "custom:team", "given_name"),
    "ChallengeName": (
        "SOFTWARE_TOKEN_MFA",
        "NEW_PASSWORD_REQUIRED",
        "PASSWORD_VERIFIER",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
        "MFA_SETUP",
        "SELECT_CHALLENGE",
        "SELECT_MFA_TYPE",
        "EMAIL_OTP",
        "SMS_OTP",
        "WEB_AUTHN",
    ),
    "Filter": (
        'username = "alice"',
        'email ^= "a"',
        'status = "Enabled"',
        'cognito:user_status = "CONFIRMED"',
        'custom:team = "x"',
        'sub = "',
        "",
    ),
    "MaxLength": ("10", "0", "2048"),
    "MaxValue": ("10", "-1"),
    "MinLength": ("1", "0"),
    "MinValue": ("1", "0"),
    "Name": (
        "email",
        "phone_number",
        "email_verified",
        "preferred_username",
        "custom:team",
        "sub",
        "name",
        "verified_email",
        "verified_phone_number",
        "team",
    ),
    "ReadAttributes": ("email", "custom:team", "nothing"),
    "UserAttributeNames": ("email", "phone_number", "custom:team", "sub", "nothing"),
    "AttributesToGet": ("email", "sub", "nothing"),
    "Value": ("alice@example.com", "+15550001234", "true", "false", "", "x"),
    "WriteAttributes": ("email", "custom:team", "sub"),
}

#: For every pattern of the service, at least one text matches; for most, several do not.
_SPECIMENS = (
    "a",
    "Correct-Horse-7",
    "zoë",
    "alice@example.com",
    "123456",
    "us-east-1_AbCdEf123",
    "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211",
    "arn:aws:iam::123456789012:role/staff",
    "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123",
    "arn:aws:s3:::bucket/file",
    "arn:aws:lambda:us-east-1:123456789012:function:pre",
    "Your code is {####}.",
    "{username}, your password is {####}.",
    "Click {##here##} now",
    "tknabcdefghijklmnopqrstuvwxy",
    "0f1e2d3c-4b5a-4697-8877-665544332211",
    "import-1",
    "Level1",
    "terms-of-use",
    "cognito:english",
    "https://example.com/callback",
    "0123456789abcdef0123456789abcdef",
    "x" * 40,
)

#: Texts that match hardly any pattern, or match and mean nothing.
ODD_TEXTS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\U0001f511",
    "\u202egnp.exe",
    "e\u0301\u0301",
    "\u2028\n\r\t",
    "ǅ",
    "١٢٣٤٥٦",
    "²",
    "null",
    "-1",
    "1e999",
    "9" * 5_000,
    "é" * 3_000,
    "%s%n{0}{{}}",
    "'\"<>&\\",
    "a=b&ClientId=evil",
    "==",
    "-_-_",
    "AAAA",
    "....",
    "a.b.c",
    "x" * 150_000,
)

#: JSON of every type, for members of any other type.
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**70,
    10**400,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": None},
    {"Name": None},
    {"\ud800": "\udfff"},
    [[[[[[[[]]]]]]]],
)


@functools.cache
def matching_texts(shape: StringShape) -> tuple[str, ...]:
    """Return the samples that a shape's pattern and lengths allow; all samples if none match."""
    found = tuple(text for text in _SPECIMENS if _fits(shape, text))
    return found or _SPECIMENS


def _fits(shape: StringShape, text: str) -> bool:
    pattern = shape.metadata.get("pattern")
    if pattern and not matcher(pattern).fullmatch(text):
        return False
    least, most = shape.metadata.get("min") or 0, shape.metadata.get("max")
    return bool(least <= len(text) and (most is None or len(text) <= most))
