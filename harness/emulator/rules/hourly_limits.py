"""The limits of calls per user and hour (A289)."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.users import User

#: The most calls of an operation per user and hour. ForgotPassword and ConfirmForgotPassword share
#: a limit of 5 to 20, depending on the risk that Cognito sees (A090); the emulator sees none.
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
    """Count a call against its limit; calls that the limit refuses do not count.

    If they did, a user who keeps trying could stay over the limit forever.

    Args:
        user: the user whom the call is about.
        operation: a name in ``LIMITS``.
        now: the emulator's time in epoch seconds.

    Raises:
        Refusal: LimitExceededException, if the limit is used up (A289).
    """
    recent = [moment for moment in user.hourly.get(operation, ()) if moment > now - _HOUR]
    if len(recent) >= LIMITS[operation]:
        raise refusals.limit_exceeded()
    user.hourly[operation] = [*recent, now]
