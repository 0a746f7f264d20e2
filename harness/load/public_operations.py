"""The operations of Cognito that need no signature, under boto3's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.utils import parse_timestamp

from harness.errors import HarnessError

__all__ = ["PUBLIC_OPERATIONS", "NeedsSignature", "public_operation", "with_dates"]

_OPERATIONS = (
    "AssociateSoftwareToken",
    "ChangePassword",
    "CompleteWebAuthnRegistration",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "DeleteUserAttributes",
    "DeleteWebAuthnCredential",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ListUserSessions",
    "ListWebAuthnCredentials",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "RevokeUserSession",
    "SetUserMFAPreference",
    "SetUserSettings",
    "SignUp",
    "StartWebAuthnRegistration",
    "UpdateAuthEventFeedback",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
)
#: Cognito's name of each operation that needs no signature, by boto3's name.
PUBLIC_OPERATIONS: Mapping[str, str] = {xform_name(name): name for name in _OPERATIONS}


class NeedsSignature(HarnessError, AttributeError):
    """A client that does not sign was asked for something else than a public operation."""


def public_operation(name: str) -> str:
    """Return Cognito's name of a public operation.

    Args:
        name: boto3's name.

    Raises:
        NeedsSignature: it is not a public operation.
    """
    try:
        return PUBLIC_OPERATIONS[name]
    except KeyError:
        raise NeedsSignature(
            f"{name} is not an operation without a signature; call it with a client of boto3"
        ) from None


def with_dates(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a response with the dates that boto3 makes of its numbers."""
    if operation in _DATED:
        member, names = _DATED[operation]
        found = answer.get(member) or ()
        for item in (found,) if isinstance(found, dict) else found:
            item.update({name: parse_timestamp(item[name]) for name in names if name in item})
    return answer


_OF_DEVICE = ("DeviceCreateDate", "DeviceLastModifiedDate", "DeviceLastAuthenticatedDate")
#: The members of responses that hold records with dates, and the dates in a record.
_DATED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "GetDevice": ("Device", _OF_DEVICE),
    "ListDevices": ("Devices", _OF_DEVICE),
    "ListUserSessions": ("Sessions", ("CreateDate", "LastActiveDate")),
    "ListWebAuthnCredentials": ("Credentials", ("CreatedAt",)),
}
