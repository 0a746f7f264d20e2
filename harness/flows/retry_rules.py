"""What the response to a repeated call proves, by operation.

A call that was throttled was not carried out. After an error of the server or a lost response,
nobody knows whether it was. If it is sent again and it had been carried out, Cognito does one of
three things: the same again; it refuses, because the first call has used up what the second needs;
or it does more, such as sending a second code. These rules say which, so that the second response
is only believed where the first call cannot have changed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

__all__ = ["RULES", "Believed", "believed", "is_believed"]


class Believed(Enum):
    """Which responses to a repeated call are believed if the first result is unknown."""

    #: All: carried out twice, the operation leaves the same behind and responds the same.
    ANY = "any response"
    #: Only a success: a refusal may come from what the first call has used up or counted.
    SUCCESS = "a success"
    #: None, so that the call is not repeated: a second one makes, sends or counts one more.
    NOTHING = "nothing"


_ANY, _SUCCESS, _NOTHING = Believed.ANY, Believed.SUCCESS, Believed.NOTHING

#: The operations by what the harness knows about them; an operation that is missing has NOTHING.
RULES: dict[Believed, tuple[str, ...]] = {
    _ANY: (
        # Reading changes nothing.
        "AdminGetDevice",
        "AdminGetUser",
        "AdminGetUserAuthFactors",
        "AdminListDevices",
        "AdminListGroupsForUser",
        "AdminListUserAuthEvents",
        "DescribeManagedLoginBranding",
        "DescribeManagedLoginBrandingByClient",
        "DescribeResourceServer",
        "DescribeUserImportJob",
        "DescribeUserPool",
        "DescribeUserPoolClient",
        "DescribeUserPoolDomain",
        "GetCSVHeader",
        "GetDevice",
        "GetGroup",
        "GetSigningCertificate",
        "GetUser",
        "GetUserAuthFactors",
        "GetUserPoolMfaConfig",
        "ListDevices",
        "ListGroups",
        "ListResourceServers",
        "ListTagsForResource",
        "ListUserImportJobs",
        "ListUserPoolClients",
        "ListUserPools",
        "ListUsers",
        "ListUsersInGroup",
        "ListWebAuthnCredentials",
        # Writing the same twice leaves the same.
        "AdminAddUserToGroup",
        "AdminDeleteUserAttributes",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminRemoveUserFromGroup",
        "AdminSetUserMFAPreference",
        "AdminUpdateDeviceStatus",
        "AdminUserGlobalSignOut",
        "SetUserMFAPreference",
        "SetUserPoolMfaConfig",
        # The newest challenge is the one that counts.
        "StartWebAuthnRegistration",
        "TagResource",
        "UntagResource",
        "UpdateDeviceStatus",
        "UpdateManagedLoginBranding",
        "UpdateResourceServer",
        "UpdateUserPool",
        "UpdateUserPoolClient",
        "UpdateUserPoolDomain",
        # With email or phone_number they send a code, see `believed`.
        "AdminUpdateUserAttributes",
        "UpdateUserAttributes",
    ),
    _SUCCESS: (
        # The name is taken (A012), the alias too.
        "AdminCreateUser",
        "CreateGroup",
        "CreateResourceServer",
        "SignUp",
        # The prefix is taken (H004), and the app client has its style.
        "CreateManagedLoginBranding",
        "CreateUserPoolDomain",
        # The user is confirmed (A039), the code used (A092).
        "AdminConfirmSignUp",
        "ConfirmForgotPassword",
        "ConfirmSignUp",
        "VerifyUserAttribute",
        # The challenge of the registration is used (N044).
        "CompleteWebAuthnRegistration",
        # The session (A142), the step of the TOTP code (A226) or the rotated token (A267) is used.
        "AdminRespondToAuthChallenge",
        "AssociateSoftwareToken",
        "GetTokensFromRefreshToken",
        "RespondToAuthChallenge",
        "VerifySoftwareToken",
        # A wrong password counts twice for the lockout (A132); a right one counts nothing.
        "AdminInitiateAuth",
        "InitiateAuth",
        # The previous password is another one now; the password may be one of the history (A035).
        "AdminSetUserPassword",
        "ChangePassword",
        # What is to go is gone: the token (A272), the device (D124), the passkey (N047), the user.
        "AdminDeleteUser",
        "AdminForgetDevice",
        "DeleteGroup",
        "DeleteManagedLoginBranding",
        "DeleteResourceServer",
        "DeleteUser",
        "DeleteUserAttributes",
        "DeleteUserPool",
        "DeleteUserPoolClient",
        "DeleteUserPoolDomain",
        "DeleteWebAuthnCredential",
        "ForgetDevice",
        "GlobalSignOut",
        "RevokeToken",
        # The key of the device is confirmed (D072).
        "ConfirmDevice",
    ),
    _NOTHING: (
        # A second code, which makes the first one useless and counts for the hour (A289).
        "AdminResetUserPassword",
        "ForgotPassword",
        "GetUserAttributeVerificationCode",
        "ResendConfirmationCode",
        # A second pool or app client, which nobody would delete.
        "CreateUserPool",
        "CreateUserPoolClient",
    ),
}

_RULE = {name: rule for rule, names in RULES.items() for name in names}
_STARTS = frozenset({"AdminInitiateAuth", "InitiateAuth"})
#: Starts of a sign-in that prove nothing yet, and so count nothing.
_WITHOUT_PROOF = frozenset({"USER_SRP_AUTH", "CUSTOM_AUTH"})
#: Preferred challenges of USER_AUTH that prove nothing yet, and send nothing.
_WITHOUT_FACTOR = frozenset({None, "PASSWORD_SRP", "WEB_AUTHN"})
#: Challenges with a code that was just sent; a second one makes it useless.
_SENT = frozenset({"EMAIL_OTP", "SMS_MFA", "SMS_OTP"})
_CONTACTS = frozenset({"email", "phone_number"})


def believed(operation: str, parameters: Mapping[str, Any]) -> Believed:
    """Return which responses are believed if a call with these parameters is repeated."""
    if operation in _STARTS:
        return _ANY if _proves_nothing(parameters) else _SUCCESS
    if operation in ("UpdateUserAttributes", "AdminUpdateUserAttributes"):
        names = {each.get("Name") for each in parameters.get("UserAttributes") or ()}
        return _NOTHING if names & _CONTACTS else _ANY
    if operation == "AdminCreateUser" and parameters.get("MessageAction") == "RESEND":
        return _NOTHING
    return _RULE.get(operation, _NOTHING)


def _proves_nothing(parameters: Mapping[str, Any]) -> bool:
    """Return whether a start has no password, no session, and asks for no code."""
    flow, given = parameters.get("AuthFlow"), parameters.get("AuthParameters") or {}
    if flow != "USER_AUTH":
        return flow in _WITHOUT_PROOF
    # A Session of ConfirmSignUp is used up by its tokens (N024).
    return given.get("PREFERRED_CHALLENGE") in _WITHOUT_FACTOR and not parameters.get("Session")


def is_believed(rule: Believed, operation: str, parsed: Mapping[str, Any]) -> bool:
    """Return whether a response to a repeated call is believed, if the first result is unknown."""
    if parsed.get("Error"):
        return rule is _ANY
    # Started twice, a sign-in has sent two codes; answered twice, it would have been refused.
    return not (operation in _STARTS and parsed.get("ChallengeName") in _SENT)
