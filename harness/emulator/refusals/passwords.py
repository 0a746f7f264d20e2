"""Refusals about passwords and verification codes, those of a recovery included."""

from __future__ import annotations

from collections.abc import Sequence

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def invalid_password(reason: str, *, by_administrator: bool = False) -> Refusal:
    """The password breaks the policy; administrators get another wording (A030, A031)."""
    policy = "password policy" if by_administrator else "policy"
    return Refusal("InvalidPasswordException", f"Password did not conform with {policy}: {reason}")


def password_history() -> Refusal:
    """The password was used before (A035; text unknown)."""
    return Refusal("PasswordHistoryPolicyViolationException", "Password has previously been used")


def incorrect_username_or_password() -> Refusal:
    """The first factor failed, or has to look as if it failed (A125, A100, D048, D109)."""
    return Refusal("NotAuthorizedException", "Incorrect username or password.")


def password_attempts_exceeded() -> Refusal:
    """The user is temporarily locked after wrong passwords (A133)."""
    return Refusal("NotAuthorizedException", "Password attempts exceeded")


def user_not_confirmed() -> Refusal:
    """The user's sign-up is not confirmed yet (A127)."""
    return Refusal("UserNotConfirmedException", "User is not confirmed.")


def password_reset_required(*, declared: bool = True) -> Refusal:
    """An administrator has reset the user's password (A129; the text is inferred).

    Args:
        declared: whether the operation's model declares PasswordResetRequiredException.
    """
    code = "PasswordResetRequiredException" if declared else "NotAuthorizedException"
    return Refusal(code, "Password reset required for the user")


def no_contact_for_codes(contacts: Sequence[str]) -> Refusal:
    """AdminCreateUser has neither a password nor a contact for sign-in codes (N054; text unknown).

    Args:
        contacts: the attributes of which one would do.
    """
    return invalid_parameter(
        f"A user without a password needs one of these attributes: {', '.join(contacts)}"
    )


def temporary_password_expired() -> Refusal:
    """The temporary password is older than TemporaryPasswordValidityDays (A061)."""
    return Refusal(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    )


def code_mismatch() -> Refusal:
    """A confirmation or recovery code is wrong (A037, A092)."""
    return Refusal("CodeMismatchException", "Invalid verification code provided, please try again.")


def code_expired() -> Refusal:
    """A confirmation or recovery code has expired or was never sent (A038, A092)."""
    return Refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")


def cannot_be_confirmed(status: str) -> Refusal:
    """ConfirmSignUp names a user who is not UNCONFIRMED (A039, A053)."""
    return Refusal(
        "NotAuthorizedException", f"User cannot be confirmed. Current status is {status}"
    )


def cannot_resend_codes() -> Refusal:
    """The user has no attribute that the pool verifies, so there is no code to resend."""
    return Refusal(
        "NotAuthorizedException", "Cannot resend codes. Auto verification not turned on."
    )


def link_without_domain() -> Refusal:
    """An email would have a link, and the pool has no domain that it could lead to (H042c).

    https://github.com/aws-amplify/amplify-js/issues/4489 has the text.
    """
    return invalid_parameter(
        "Cannot perform specific action because there does not exist a valid use pool domain "
        "associated with the user pool"
    )


def already_confirmed() -> Refusal:
    """ResendConfirmationCode names a confirmed user (A050)."""
    return Refusal("InvalidParameterException", "User is already confirmed.")


def password_cannot_be_reset() -> Refusal:
    """The user's state does not allow password recovery (A063, A085)."""
    return Refusal("NotAuthorizedException", "User password cannot be reset in the current state.")


def no_verified_contact() -> Refusal:
    """The user has no verified contact for a recovery code (A084)."""
    return Refusal(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    )


def contact_administrator() -> Refusal:
    """The pool allows account recovery by administrators only (A087)."""
    return Refusal("NotAuthorizedException", "Contact administrator to reset password.")
