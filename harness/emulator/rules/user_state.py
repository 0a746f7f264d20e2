"""Users whose password an administrator has reset: what their tokens are still good for."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.api.current_call import current_request
from harness.emulator.domain.users import RESET_REQUIRED, User

#: Calls with a token whose model does not declare PasswordResetRequiredException.
_UNDECLARED = frozenset({"AssociateSoftwareToken", "GetTokensFromRefreshToken"})


def refuse_reset_required(user: User) -> None:
    """Refuse a token of a user who has to choose a new password first (D072).

    The service model declares PasswordResetRequiredException for nearly every call with a token;
    the others are refused with NotAuthorizedException.
    """
    if user.status != RESET_REQUIRED:
        return
    request = current_request()
    declared = request is None or request.operation not in _UNDECLARED
    raise refusals.password_reset_required(declared=declared)
