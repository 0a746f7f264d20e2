"""Cognito's request quotas per category, account and region (A278 to A290); off by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from harness.emulator import refusals

if TYPE_CHECKING:
    from harness.emulator.api.request import Caller

#: Requests per second of each category (A279 to A286).
RATES: dict[str, int] = {
    "UserAuthentication": 120,
    "UserAuthenticationResponse": 360,
    "UserCreation": 50,
    "UserAccountRecovery": 30,
    "UserRead": 120,
    "UserList": 30,
    "UserToken": 120,
    "UserUpdate": 25,
    "UserResourceRead": 50,
    "UserResourceUpdate": 25,
    "UserPoolRead": 15,
    "UserPoolUpdate": 15,
    "UserPoolResourceRead": 20,
    "UserPoolResourceUpdate": 15,
    "UserPoolClientRead": 15,
    "UserPoolClientUpdate": 15,
    "ClientAuthentication": 150,
}

_OPERATIONS: dict[str, str] = {
    "UserAuthentication": "InitiateAuth AdminInitiateAuth GetTokensFromRefreshToken",
    "UserAuthenticationResponse": "RespondToAuthChallenge AdminRespondToAuthChallenge",
    "UserCreation": "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp",
    "UserAccountRecovery": "ForgotPassword ConfirmForgotPassword ChangePassword "
    "AdminResetUserPassword AdminSetUserPassword",
    # In which categories the operations on passkeys and authentication factors are is unknown. Here
    # they are in those of the like: of devices, and of the user's own record.
    "UserRead": "GetUser AdminGetUser GetUserAuthFactors AdminGetUserAuthFactors",
    "UserList": "ListUsers ListUsersInGroup",
    "UserToken": "RevokeToken",
    "UserUpdate": "UpdateUserAttributes AdminUpdateUserAttributes DeleteUser AdminDeleteUser "
    "AdminEnableUser AdminDisableUser GlobalSignOut AdminUserGlobalSignOut VerifyUserAttribute "
    "AdminAddUserToGroup AdminRemoveUserFromGroup DeleteUserAttributes AdminDeleteUserAttributes",
    "UserResourceUpdate": "AssociateSoftwareToken VerifySoftwareToken SetUserMFAPreference "
    "AdminSetUserMFAPreference AdminDeleteSoftwareToken ConfirmDevice UpdateDeviceStatus "
    "AdminUpdateDeviceStatus ForgetDevice AdminForgetDevice StartWebAuthnRegistration "
    "CompleteWebAuthnRegistration DeleteWebAuthnCredential SetUserSettings "
    "AdminSetUserSettings",
    "UserResourceRead": "GetDevice ListDevices AdminGetDevice AdminListDevices "
    "AdminListGroupsForUser ResendConfirmationCode GetUserAttributeVerificationCode "
    "ListWebAuthnCredentials",
    "UserPoolRead": "DescribeUserPool ListUserPools",
    "UserPoolUpdate": "CreateUserPool UpdateUserPool DeleteUserPool",
    # The categories of user import jobs and of styles are unknown; these have what else belongs to
    # a pool.
    "UserPoolResourceRead": "GetUserPoolMfaConfig GetGroup ListGroups "
    "DescribeResourceServer ListResourceServers GetCSVHeader DescribeUserImportJob "
    "ListUserImportJobs DescribeUserPoolDomain DescribeManagedLoginBranding "
    "DescribeManagedLoginBrandingByClient",
    "UserPoolResourceUpdate": "SetUserPoolMfaConfig CreateGroup UpdateGroup DeleteGroup "
    "AddCustomAttributes CreateResourceServer UpdateResourceServer DeleteResourceServer "
    "CreateUserImportJob StartUserImportJob StopUserImportJob CreateUserPoolDomain "
    "UpdateUserPoolDomain DeleteUserPoolDomain CreateManagedLoginBranding "
    "UpdateManagedLoginBranding DeleteManagedLoginBranding",
    "UserPoolClientRead": "DescribeUserPoolClient ListUserPoolClients ListUserPoolClientSecrets",
    "UserPoolClientUpdate": "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient "
    "AddUserPoolClientSecret DeleteUserPoolClientSecret",
}

CATEGORY: dict[str, str] = {
    operation: category for category, names in _OPERATIONS.items() for operation in names.split()
}

#: The category of a grant of /oauth2/token, which is no operation (H017).
_GRANTS = {"client_credentials": "ClientAuthentication"}


#: Emails that Cognito's own sender sends a day for one account (A291).
EMAILS_PER_DAY = 50

_DAY = 86_400


#: Categories that also limit the calls of each operation on one pool (A286).
PER_POOL = frozenset(
    {
        "UserPoolResourceRead",
        "UserPoolResourceUpdate",
        "UserPoolClientRead",
        "UserPoolClientUpdate",
    }
)
PER_POOL_RATE = 5

#: Categories that count as reads of one user; the other categories of users are writes (A288).
USER_READS = frozenset(
    {"UserAuthentication", "UserAuthenticationResponse", "UserRead", "UserResourceRead"}
)
PER_USER_RATE = 10

#: The category that counts the calls beyond another category's own rate (A279).
OVERFLOW = {"UserAuthenticationResponse": "UserAuthentication"}


class _Window(NamedTuple):
    """A counter of calls in one second, and its rate."""

    key: tuple[str, ...]
    rate: int


def _category_window(
    counted: Mapping[tuple[str, ...], int], place: tuple[str, str], category: str
) -> _Window:
    """Return the window of a category, or of its overflow category if it is full."""
    window = _Window((*place, category), RATES[category])
    if category in OVERFLOW and counted[window.key] >= window.rate:
        return _category_window(counted, place, OVERFLOW[category])
    return window


class Quotas:
    """Counts calls per category and second, and emails per day, by the emulator's clock."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._lock = Lock()
        self._second = 0
        #: The counters of the present second, and of the one before.
        self._present: Counter[tuple[str, ...]] = Counter()
        self._before: Counter[tuple[str, ...]] = Counter()
        self._emails: dict[str, tuple[int, int]] = {}

    def spend(
        self,
        operation: str,
        caller: Caller,
        now: float,
        user_pool_id: str | None = None,
        user: str | None = None,
    ) -> None:
        """Count one call against its quotas; the caller asks `enabled` first.

        Args:
            operation: the operation of the call, or a grant of /oauth2/token.
            caller: the caller, whose account and region have the quotas.
            now: epoch seconds.
            user_pool_id: the pool that the request names, for the rates per pool.
            user: the user that the request is about, for the rates per user.

        Raises:
            Refusal: TooManyRequestsException, if a quota is used up (A278, A290). The refused call
                does not count.
        """
        category = CATEGORY.get(operation) or _GRANTS.get(operation)
        if category is None:
            return
        place = (caller.account, caller.region)
        windows = []
        if category in PER_POOL and user_pool_id is not None:
            windows.append(_Window((*place, user_pool_id, operation), PER_POOL_RATE))
        if user is not None:
            kind = "reads" if category in USER_READS else "writes"
            windows.append(_Window((*place, user, kind), PER_USER_RATE))
        with self._lock:
            counted = self._counters_of(int(now))
            windows.append(_category_window(counted, place, category))
            if any(counted[window.key] >= window.rate for window in windows):
                raise refusals.rate_exceeded()
            counted.update(window.key for window in windows)

    def _counters_of(self, second: int) -> Counter[tuple[str, ...]]:
        """Return the counters of a second; drop old ones, because each user can have one."""
        if second == self._second + 1:
            self._second, self._before, self._present = second, self._present, Counter()
        # A call of the second before may come late, after calls of the present one.
        elif second not in (self._second, self._second - 1):
            self._second, self._before, self._present = second, Counter(), Counter()
        return self._present if second == self._second else self._before

    def check_email(self, account: str, now: float) -> None:
        """Refuse an email if the account has reached its daily limit (A291)."""
        if self.enabled and self._emails_of_day(account, now) >= EMAILS_PER_DAY:
            raise refusals.daily_email_limit()

    def count_email(self, account: str, now: float) -> None:
        """Count one email of the account today, in UTC."""
        with self._lock:
            self._emails[account] = (int(now) // _DAY, self._emails_of_day(account, now) + 1)

    def _emails_of_day(self, account: str, now: float) -> int:
        day, count = self._emails.get(account, (0, 0))
        return count if day == int(now) // _DAY else 0
