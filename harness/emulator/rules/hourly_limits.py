"""Limits per user and hour (A289)."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.users import User

#: How many calls of an operation each user may make within an hour. Requests for recovery codes
#: and entries of them count together: 5 to 20 an hour, depending on the risk that Cognito sees
#: (A090); here a user carries none.
LIMITS = {
    "ChangePassword": 5,
    "ConfirmSignUp": 15,
    "ForgotPassword": 20,
    "GetUserAttributeVerificationCode": 5,
    "ResendConfirmationCode": 5,
    "VerifyUserAttribute": 15,
}
_HOUR = 3_600


def count_hourly(user: User, operation: str, now: float) -> None:
    """Count a call against its limit; refuse it beyond with LimitExceededException (A289).

    Calls that the limit refuses are not counted, or the user would never get out of it.
    """
    recent = [moment for moment in user.hourly.get(operation, ()) if moment > now - _HOUR]
    if len(recent) >= LIMITS[operation]:
        raise refusals.limit_exceeded()
    user.hourly[operation] = [*recent, now]
