"""Cognito's request quotas per category, account and region (A278 to A290); off by default."""

from __future__ import annotations

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
}

_OPERATIONS: dict[str, str] = {
    "UserAuthentication": "InitiateAuth AdminInitiateAuth GetTokensFromRefreshToken",
    "UserAuthenticationResponse": "RespondToAuthChallenge AdminRespondToAuthChallenge",
    "UserCreation": "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp",
    "UserAccountRecovery": "ForgotPassword ConfirmForgotPassword ChangePassword "
    "AdminResetUserPassword AdminSetUserPassword",
    "UserRead": "GetUser AdminGetUser",
    "UserList": "ListUsers ListUsersInGroup",
    "UserToken": "RevokeToken",
    "UserUpdate": "UpdateUserAttributes AdminUpdateUserAttributes DeleteUser AdminDeleteUser "
    "AdminEnableUser AdminDisableUser GlobalSignOut AdminUserGlobalSignOut VerifyUserAttribute "
    "AdminAddUserToGroup AdminRemoveUserFromGroup DeleteUserAttributes AdminDeleteUserAttributes",
    "UserResourceUpdate": "AssociateSoftwareToken VerifySoftwareToken SetUserMFAPreference "
    "AdminSetUserMFAPreference AdminDeleteSoftwareToken ConfirmDevice UpdateDeviceStatus "
    "AdminUpdateDeviceStatus ForgetDevice AdminForgetDevice",
    "UserResourceRead": "GetDevice ListDevices AdminGetDevice AdminListDevices "
    "AdminListGroupsForUser ResendConfirmationCode GetUserAttributeVerificationCode",
    "UserPoolRead": "DescribeUserPool ListUserPools",
    "UserPoolUpdate": "CreateUserPool UpdateUserPool DeleteUserPool",
    "UserPoolResourceRead": "GetUserPoolMfaConfig GetGroup ListGroups "
    "DescribeResourceServer ListResourceServers",
    "UserPoolResourceUpdate": "SetUserPoolMfaConfig CreateGroup UpdateGroup DeleteGroup "
    "AddCustomAttributes CreateResourceServer UpdateResourceServer DeleteResourceServer",
    "UserPoolClientRead": "DescribeUserPoolClient ListUserPoolClients",
    "UserPoolClientUpdate": "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient",
}

CATEGORY: dict[str, str] = {
    operation: category for category, names in _OPERATIONS.items() for operation in names.split()
}


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
    """A counter of calls in the present second, and its rate."""

    key: tuple[str, ...]
    rate: int


class Quotas:
    """Counts calls per category and second, and emails per day, by the emulator's clock."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._lock = Lock()
        self._windows: dict[tuple[str, ...], tuple[int, int]] = {}
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
            operation: the operation of the call.
            caller: the caller, whose account and region have the quotas.
            now: epoch seconds.
            user_pool_id: the pool that the request names, for the rates per pool.
            user: the user that the request is about, for the rates per user.

        Raises:
            Refusal: TooManyRequestsException, if a quota is used up (A278, A290). The refused call
                does not count.
        """
        category = CATEGORY.get(operation)
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
            windows.append(self._category_window(place, category, now))
            if any(self._count(window.key, now) >= window.rate for window in windows):
                raise refusals.rate_exceeded()
            for window in windows:
                self._windows[window.key] = (int(now), self._count(window.key, now) + 1)

    def _category_window(self, place: tuple[str, str], category: str, now: float) -> _Window:
        """Return the window of a category, or of its overflow category if it is full."""
        window = _Window((*place, category), RATES[category])
        if category in OVERFLOW and self._count(window.key, now) >= window.rate:
            return self._category_window(place, OVERFLOW[category], now)
        return window

    def _count(self, key: tuple[str, ...], now: float) -> int:
        """Return the number of calls in the present second."""
        second, count = self._windows.get(key, (int(now), 0))
        return count if second == int(now) else 0

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
