"""Refusals about passwords, confirmation and recovery codes."""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal


def invalid_password(reason: str, *, by_administrator: bool = False) -> Refusal:
    """The password breaks the policy; one reason, two wordings (A030, A031)."""
    policy = "password policy" if by_administrator else "policy"
    return Refusal("InvalidPasswordException", f"Password did not conform with {policy}: {reason}")


def password_history() -> Refusal:
    """The password was used before (A035; text unknown)."""
    return Refusal("PasswordHistoryPolicyViolationException", "Password has previously been used")


def incorrect_username_or_password() -> Refusal:
    """The first factor failed, or must look as if it had (A125, A100, D048, D109)."""
    return Refusal("NotAuthorizedException", "Incorrect username or password.")


def password_attempts_exceeded() -> Refusal:
    """The user is locked for a while after wrong passwords (A133)."""
    return Refusal("NotAuthorizedException", "Password attempts exceeded")


def user_not_confirmed() -> Refusal:
    """Sign-in before the sign-up was confirmed (A127)."""
    return Refusal("UserNotConfirmedException", "User is not confirmed.")


def password_reset_required(*, declared: bool = True) -> Refusal:
    """An administrator asked for a new password (A129; the text is inferred).

    Args:
        declared: whether the operation's model has a code for it.
    """
    code = "PasswordResetRequiredException" if declared else "NotAuthorizedException"
    return Refusal(code, "Password reset required for the user")


def temporary_password_expired() -> Refusal:
    """The temporary password is older than TemporaryPasswordValidityDays (A061)."""
    return Refusal(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    )


def code_mismatch() -> Refusal:
    """A wrong confirmation or recovery code (A037, A092)."""
    return Refusal("CodeMismatchException", "Invalid verification code provided, please try again.")


def code_expired() -> Refusal:
    """A confirmation or recovery code that is too old, or was never sent (A038, A092)."""
    return Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")


def cannot_be_confirmed(status: str) -> Refusal:
    """ConfirmSignUp of a user who is not UNCONFIRMED (A039, A053)."""
    return Refusal(
        "NotAuthorizedException", f"User cannot be confirmed. Current status is {status}"
    )


def cannot_resend_codes() -> Refusal:
    """The user has nothing that the pool verifies, so there is no code to send again."""
    return Refusal(
        "NotAuthorizedException", "Cannot resend codes. Auto verification not turned on."
    )


def already_confirmed() -> Refusal:
    """ResendConfirmationCode for a confirmed user (A050)."""
    return Refusal("InvalidParameterException", "User is already confirmed.")


def password_cannot_be_reset() -> Refusal:
    """Recovery in a state that has no password to recover (A063, A085)."""
    return Refusal("NotAuthorizedException", "User password cannot be reset in the current state.")


def no_verified_contact() -> Refusal:
    """Recovery of a user who has nowhere to send the code to (A084)."""
    return Refusal(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    )


def contact_administrator() -> Refusal:
    """Account recovery is left to administrators (A087)."""
    return Refusal("NotAuthorizedException", "Contact administrator to reset password.")
