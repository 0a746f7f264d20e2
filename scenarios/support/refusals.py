"""What Cognito refuses with: exception code and text, each with the fact it comes from.

``facts`` are the numbers of the facts, such as A037. A text is asserted if it was measured or
reported without contradiction. If two texts are in circulation, both are accepted. If none is
known, only the code is asserted. If it is known that Cognito refuses but not how, every code that
its model allows for it is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError

from harness import (
    RefusalCheck,
    UnexpectedResult,
    Verdict,
    is_no_answer,
    note_check,
    words_decide,
)


@dataclass(frozen=True)
class Refusal:
    """An error that Cognito returns.

    Attributes:
        code: the exception's name.
        texts: the messages, one of which must come; :meth:`about` fills their ``{placeholders}``.
            Empty if no message is known.
        facts: the facts that this is known from.
        part: whether the message only needs to contain one of the texts.
        others: further codes, where it is not known which one it is; `code` is the emulator's.
    """

    code: str
    texts: tuple[str, ...] = ()
    facts: str = ""
    part: bool = False
    others: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The exceptions that are accepted."""
        return (self.code, *self.others)

    def about(self, **names: str) -> Refusal:
        """Return the refusal with the placeholders of its texts filled in."""
        return replace(self, texts=tuple(text.format(**names) for text in self.texts))

    def matches(self, code: str, message: str) -> bool:
        """Return whether an error matches this refusal."""
        if code not in self.codes:
            return False
        if not self.texts:
            return True
        return any(text in message if self.part else text == message for text in self.texts)

    def __str__(self) -> str:
        """Return the code and what the message may be."""
        how = "containing " if self.part else ""
        texts = " or ".join(repr(text) for text in self.texts)
        return f"{' or '.join(self.codes)} {how}{texts}".strip()


@contextmanager
def refused(refusal: Refusal) -> Iterator[None]:
    """Expect that the calls inside end in a refusal.

    Raises:
        UnexpectedResult: nothing was refused, something was refused in another way, or the
            service lacks the operation, is busy or broke, so that it could not be asked. If only
            the words differ, the settings of the run decide whether that is a failure.
    """
    try:
        yield
    except ClientError as error:
        _judge(refusal, error)
        return
    _conclude(refusal, Verdict.NOT_REFUSED, "the service accepted what it must refuse", "")


def _judge(refusal: Refusal, error: ClientError) -> None:
    details = error.response["Error"]
    code, message = details["Code"], details["Message"]
    answered = f"{code} {message!r}"
    if refusal.matches(code, message):
        note_check(RefusalCheck(str(refusal), Verdict.HOLDS, refusal.facts, str(refusal)))
    elif code in refusal.codes:
        _conclude(refusal, Verdict.OTHER_WORDS, "the service refused in other words", answered)
    elif is_no_answer(error):
        _conclude(refusal, Verdict.NOT_ASKED, "the service could not be asked", answered)
    else:
        _conclude(refusal, Verdict.OTHER_CODE, "the service refused with another code", answered)


def _conclude(refusal: Refusal, verdict: Verdict, happened: str, answered: str) -> None:
    note_check(RefusalCheck(str(refusal), verdict, refusal.facts, str(refusal), answered))
    if verdict is Verdict.OTHER_WORDS and not words_decide():
        return
    but = f"got {answered}" if answered else "nothing was refused"
    raise UnexpectedResult(
        f"{happened}: expected {refusal} ({refusal.facts}), but {but}",
        verdict=verdict,
        facts=refusal.facts,
        expected=str(refusal),
        answered=answered,
    )


# Signing up.
USERNAME_TAKEN = Refusal("UsernameExistsException", ("User already exists",), "A012, A014")
USERNAME_TAKEN_FOR_ADMIN = Refusal(
    "UsernameExistsException", ("User account already exists",), "A055"
)
SIGN_UP_NOT_PERMITTED = Refusal(
    "NotAuthorizedException", ("SignUp is not permitted for this user pool",), "A015"
)
USERNAME_LOOKS_LIKE_ALIAS = Refusal(
    "InvalidParameterException",
    ("Username cannot be of email format, since user pool is configured for email alias.",),
    "A018",
)
USERNAME_IS_NO_EMAIL = Refusal(
    "InvalidParameterException", ("Username should be an email.",), "A019"
)
ALIAS_TAKEN = Refusal(
    "AliasExistsException",
    (
        "An account with the email already exists.",
        "An account with the given email already exists.",
    ),
    "A025, A043",
)
WRONG_CODE = Refusal(
    "CodeMismatchException",
    ("Invalid verification code provided, please try again.",),
    "A037, A092",
)
EXPIRED_CODE = Refusal(
    "ExpiredCodeException",
    ("Invalid code provided, please request a code again.",),
    "A038, A092",
)
ALREADY_CONFIRMED = Refusal(
    "NotAuthorizedException", ("User cannot be confirmed. Current status is CONFIRMED",), "A039"
)
NOTHING_TO_RESEND = Refusal("InvalidParameterException", ("User is already confirmed.",), "A050")

# Passwords: the reason is certain, the text before it is not (A309).
PASSWORD_TOO_SHORT = Refusal(
    "InvalidPasswordException", ("Password not long enough",), "A030, A031", part=True
)
PASSWORD_WITHOUT_UPPERCASE = Refusal(
    "InvalidPasswordException",
    ("Password must have uppercase characters",),
    "A030, A031",
    part=True,
)
PASSWORD_WITHOUT_LOWERCASE = Refusal(
    "InvalidPasswordException",
    ("Password must have lowercase characters",),
    "A030, A031",
    part=True,
)
PASSWORD_WITHOUT_NUMBER = Refusal(
    "InvalidPasswordException",
    ("Password must have numeric characters",),
    "A030, A031",
    part=True,
)
PASSWORD_WITHOUT_SYMBOL = Refusal(
    "InvalidPasswordException",
    ("Password must have symbol characters",),
    "A030, A031",
    part=True,
)
NO_VERIFIED_CONTACT = Refusal(
    "InvalidParameterException",
    (
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    ),
    "A084",
)
CANNOT_RESET_IN_THIS_STATE = Refusal(
    "NotAuthorizedException",
    ("User password cannot be reset in the current state.",),
    "A085",
)
RESET_REQUIRED = Refusal("PasswordResetRequiredException", facts="A129")
TEMPORARY_PASSWORD_EXPIRED = Refusal(
    "NotAuthorizedException",
    (
        "Temporary password has expired and must be reset by an administrator.",
        "User account has expired, it must be reset by an administrator.",
    ),
    "A061",
)

# The first sign-in with a temporary password.
NOT_MUTABLE = Refusal(
    "InvalidParameterException",
    ("Cannot modify the non-mutable attribute {name}",),
    "aws-sdk-ios 2203",
)
ATTRIBUTES_MISSING = Refusal(
    "InvalidParameterException",
    ("Invalid attributes given, {names} is missing",),
    "aws-cognito-angular-quickstart 116",
)

# Who signs in.
WRONG_PASSWORD = Refusal(
    "NotAuthorizedException",
    ("Incorrect username or password.",),
    "A095, A125, A152, A183, D048, D109, D110, M128",
)
LOCKED_OUT = Refusal("NotAuthorizedException", ("Password attempts exceeded",), "A133")
UNKNOWN_USER = Refusal("UserNotFoundException", ("User does not exist.",), "A126")
UNKNOWN_USER_CODE_ONLY = Refusal("UserNotFoundException", facts="A041, A093, A310")
UNKNOWN_USER_OF_CLIENT = Refusal(
    "UserNotFoundException", ("Username/client id combination not found.",), "A051, A082"
)
NOT_CONFIRMED = Refusal("UserNotConfirmedException", ("User is not confirmed.",), "A127")
DISABLED = Refusal("NotAuthorizedException", ("User is disabled.",), "A068, A074, A086, A128")

# Through which client, and how.
USER_PASSWORD_AUTH_OFF = Refusal(
    "InvalidParameterException", ("USER_PASSWORD_AUTH flow not enabled for this client",), "A108"
)
USER_SRP_AUTH_OFF = Refusal(
    "InvalidParameterException", ("USER_SRP_AUTH is not enabled for the client.",), "A109"
)
ADMIN_USER_PASSWORD_AUTH_OFF = Refusal(
    "InvalidParameterException", ("Auth flow not enabled for this client",), "A111"
)
FLOW_NOT_OF_THIS_OPERATION = Refusal(
    "InvalidParameterException", ("Initiate Auth method not supported",), "A112"
)
MISSING_PARAMETER = Refusal(
    "InvalidParameterException", ("Missing required parameter {name}",), "A117, A146, D042"
)
SECRET_HASH_MISSING = Refusal(
    "NotAuthorizedException",
    ("Client {client_id} is configured with secret but SECRET_HASH was not received",),
    "A120",
)
# Two texts are in circulation; the code is measured (A121, A308).
SECRET_HASH_WRONG = Refusal(
    "NotAuthorizedException",
    (
        "Unable to verify secret hash for client {client_id}",
        "SecretHash does not match for the client: {client_id}",
    ),
    "A121, A308",
)
SRP_A_UNUSABLE = Refusal("InvalidParameterException", facts="A157, D020")
SIGNATURE_UNREADABLE = Refusal(
    "InvalidParameterException",
    ("Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.",),
    "ministack 1758",
)
NO_RESPONSES = Refusal(
    "InvalidParameterException",
    ("Missing required parameter challenge responses.",),
    "ministack 1758",
)
TIMESTAMP_UNREADABLE = Refusal(
    "InvalidParameterException",
    ("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",),
    "A154, D026",
)

# Sessions.
SESSION_EXPIRED = Refusal(
    "NotAuthorizedException", ("Invalid session for the user, session is expired.",), "A141"
)
SESSION_USED = Refusal(
    "NotAuthorizedException",
    ("Invalid session for the user, session can only be used once.",),
    "A142, A145",
)
SESSION_INVALID = Refusal("NotAuthorizedException", ("Invalid session for the user.",), "A143")

# The second factor.
WRONG_TOTP = Refusal(
    "CodeMismatchException",
    ("Invalid code received for user", "Invalid code received for user."),
    "A224, A230",
)
TOTP_USED = Refusal(
    "ExpiredCodeException", ("Your software token has already been used once.",), "A226"
)
WRONG_TOTP_AT_SET_UP = Refusal("EnableSoftwareTokenMFAException", ("Code mismatch",), "M116")
WRONG_TOTP_OF_SIGNED_IN_USER = Refusal(
    "EnableSoftwareTokenMFAException",
    ("Code mismatch and fail enable Software Token MFA",),
    "A216",
)
NO_TOTP_IN_POOL = Refusal(
    "SoftwareTokenMFANotFoundException",
    ("Software Token MFA has not been enabled by the userPool.",),
    "A220",
)
NO_TOTP_OF_USER = Refusal(
    "SoftwareTokenMFANotFoundException",
    ("Software Token MFA does not exist for the user.",),
    "A221",
)
TOTP_NOT_VERIFIED = Refusal(
    "InvalidParameterException",
    ("User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",),
    "A236",
)
# The code has not the length of one, or is another.
WRONG_SENT_CODE = Refusal(
    "CodeMismatchException",
    ("Invalid code or auth state for the user.",),
    "A225, M119, M120, N030",
)

# Devices.
UNKNOWN_DEVICE = Refusal(
    "ResourceNotFoundException", ("Device does not exist.",), "B7, D106, D107, D124"
)
DEVICE_NOT_SHOWN = Refusal("ResourceNotFoundException", facts="B6, D078")
INVALID_DEVICE_KEY = Refusal(
    "InvalidParameterException", ("Invalid device key given.",), "B7, D081"
)
DEVICE_ALONE = Refusal(
    "NotAuthorizedException",
    ("Cannot initiate DEVICE_SRP_AUTH flow without first authenticating",),
    "D087, amplify-js 10582",
)
DEVICE_CONFIRMED_BEFORE = Refusal("DeviceKeyExistsException", facts="B7, D072")

# Tokens.
ACCESS_TOKEN_REVOKED = Refusal("NotAuthorizedException", ("Access Token has been revoked",), "A272")
ACCESS_TOKEN_EXPIRED = Refusal("NotAuthorizedException", ("Access Token has expired",), "A274")
NO_ACCESS_TOKEN = Refusal("NotAuthorizedException", ("Invalid Access Token",), "A274")
REFRESH_TOKEN_INVALID = Refusal(
    "NotAuthorizedException",
    ("Invalid Refresh Token", "Invalid Refresh Token."),
    "A261, A264, D115, D116, D118",
)
REFRESH_TOKEN_EXPIRED = Refusal("NotAuthorizedException", ("Refresh Token has expired",), "A262")
REFRESH_TOKEN_REVOKED = Refusal(
    "NotAuthorizedException", ("Refresh Token has been revoked",), "A262"
)
REFRESH_TOKEN_ROTATED_OUT = Refusal("RefreshTokenReuseException", facts="A267")
NO_REFRESH_TOKEN = Refusal("UnsupportedTokenTypeException", facts="A269")

# What only some pools, clients and tokens can show.
FORGED_ACCESS_TOKEN = Refusal(
    "NotAuthorizedException", ("Could not verify signature for Access Token",), "A274"
)
# A token without a signature may also count as malformed.
UNSIGNED_ACCESS_TOKEN = Refusal(
    "NotAuthorizedException",
    ("Could not verify signature for Access Token", "Invalid Access Token"),
    "A274",
)
# Two texts have been reported, the second one since 2022.
REFRESH_TOKEN_OF_ANOTHER_CLIENT = Refusal(
    "NotAuthorizedException",
    ("Invalid Refresh Token", "Refresh Token has different Client"),
    "A261, aws-sdk-js 4016",
    part=True,
)
REVOCATION_OFF = Refusal("UnsupportedOperationException", facts="A269")
RESET_REQUIRED_WITH_A_TOKEN = Refusal("PasswordResetRequiredException", facts="D072")
ATTRIBUTE_REQUIRED = Refusal(
    "InvalidParameterException", ("{name}: The attribute is required",), "A016", part=True
)
ATTRIBUTE_OF_COGNITO = Refusal(
    "NotAuthorizedException",
    ("A client attempted to write unauthorized attribute",),
    "aws-sdk-js 3603",
)
INVALID_PASSWORD = Refusal("InvalidPasswordException", facts="A169, M121")
NOTHING_TO_UPDATE = Refusal("InvalidParameterException", facts="A017, M133")
CLIENT_SECRET_WRONG_AT_REFRESH = Refusal("NotAuthorizedException", facts="A266")
CLIENT_SECRET_WRONG_AT_REVOCATION = Refusal("UnauthorizedException", facts="A269")
DEVICE_NOT_REMEMBERED = Refusal("ResourceNotFoundException", facts="D111")
DEVICE_VERIFIER_UNUSABLE = Refusal("InvalidParameterException", facts="D028")
PASSWORD_USED_BEFORE = Refusal("PasswordHistoryPolicyViolationException", facts="A035")
RECOVERY_BY_ADMINISTRATOR_ONLY = Refusal(
    "NotAuthorizedException", ("Contact administrator to reset password.",), "A087"
)
TOO_MANY_CALLS = Refusal(
    "LimitExceededException",
    ("Attempt limit exceeded, please try after some time.",),
    "A045, A048, A096, A289",
)
