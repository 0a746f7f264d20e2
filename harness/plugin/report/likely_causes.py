"""Why a call was most likely refused, and what to look at: a table of rules over the calls.

A rule reads redacted calls alone. The first one that fits speaks; the special ones come first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.plugin.report.clues import INCORRECT, Clues, Rule, says
from harness.plugin.report.device_causes import DEVICE_RULES
from harness.plugin.report.first_factor_causes import FIRST_FACTOR_RULES
from harness.plugin.report.passkey_causes import PASSKEY_RULES
from harness.plugin.report.proof_causes import PROOF_RULES
from harness.verdicts.verdict import Verdict

__all__ = ["RULES", "LikelyCause", "likely_cause"]


@dataclass(frozen=True)
class LikelyCause:
    """Why a call was most likely refused.

    Attributes:
        name: the cause in a few words, the same in every report.
        text: what the calls show, and what to look at.
    """

    name: str
    text: str


def likely_cause(clues: Clues) -> LikelyCause | None:
    """Return the cause that the first fitting rule names, or ``None``."""
    for name, rule in RULES.items():
        text = rule(clues)
        if text is not None:
            return LikelyCause(name, text)
    return None


_throttled = says(
    r"TooManyRequests|Throttl|Rate exceeded|RequestLimitExceeded",
    "The service throttles. Run with fewer workers, or with --cognito-quota-share.",
)
_unreachable = says(
    r"^\w*(?:Connect|Timeout|SSLError|HTTPClientError)",  # by the name of botocore's error alone
    "The service cannot be reached, or closed the connection. Look at the endpoint URL.",
)
_credentials = says(
    r"UnrecognizedClient|ExpiredToken|AccessDenied|InvalidSignature",
    "The AWS credentials are missing, expired, or may not call this operation.",
)
_not_confirmed = says(
    r"UserNotConfirmedException",
    "ConfirmSignUp or AdminConfirmSignUp has not succeeded for this user.",
)
_locked = says(
    r"attempts exceeded|\bLimitExceededException\b",
    "Too many attempts were made, or messages sent. The limit ends by the service's clock.",
)
_totp_used = says(
    r"already been used once",
    "The code of this 30-second step was accepted before, perhaps by VerifySoftwareToken. Wait "
    "for the next step; Authenticator.code() never uses a step twice.",
)
_code_expired = says(
    r"ExpiredCodeException",
    "The code is too old (sign-up a day, recovery an hour, by the service's clock), was used, or "
    "none was sent.",
)


def _password(clues: Clues) -> str | None:
    if clues.refused is None or INCORRECT not in clues.message:
        return None
    return (
        "The password is wrong, or there is no such user and the app client hides that "
        "(PreventUserExistenceErrors). Look at the alias or username that was sent, and whether "
        "the password was changed."
    )


def _flow_not_allowed(clues: Clues) -> str | None:
    if not re.search(r"not enabled for (the|this) client|Auth flow not enabled", clues.message):
        return None
    # GetTokensFromRefreshToken names no flow.
    asked = clues.refused.parameters.get("AuthFlow") if clues.refused else None
    flow = asked or "REFRESH_TOKEN_AUTH"
    return (
        f"The app client does not allow {flow}. Look at ExplicitAuthFlows of the app client: it "
        f"needs ALLOW_{flow}, or the client should use another flow."
    )


def _secret_hash(clues: Clues) -> str | None:
    if "SECRET_HASH was not received" in clues.message:
        return "The app client has a secret, and SECRET_HASH was not sent with this call."
    if re.search(r"verify secret hash|SecretHash does not match", clues.message):
        return (
            "SECRET_HASH does not fit. It needs the USERNAME that is sent beside it (in a refresh "
            "the internal username), the client id, and the secret of this app client."
        )
    return None


def _totp_wrong(clues: Clues) -> str | None:
    if not re.search(r"Invalid code received for user|Code mismatch", clues.message):
        return None
    again = len(list(clues.earlier("AssociateSoftwareToken"))) > 1
    hint = " AssociateSoftwareToken was called more than once: only the newest secret counts."
    return (
        "The TOTP code is of another secret, or of a step that is more than one away. Look at the "
        "clock of the authenticator, and at the secret." + (hint if again else "")
    )


def _code_wrong(clues: Clues) -> str | None:
    if "CodeMismatchException" not in clues.message:
        return None
    resent = list(clues.earlier("ResendConfirmationCode", "ForgotPassword"))
    newer = f" {resent[0].operation} sent a newer one, which replaced it." if resent else ""
    return f"The code is not the one that was sent last.{newer} Look at which message was read."


def _session(clues: Clues) -> str | None:
    if "session can only be used once" in clues.message:
        return "The Session of an earlier step was sent. Each response brings a new one: send that."
    if "session is expired" in clues.message:
        return "More than AuthSessionValidity passed between two steps, by the service's clock."
    if "Invalid session for the user" in clues.message:
        return "Session is of another user, app client or challenge, or was never issued."
    return None


def _access_token(clues: Clues) -> str | None:
    found = re.search(
        r"Access Token has (been revoked|expired)|Invalid Access Token", clues.message
    )
    if not found:
        return None
    for call in clues.earlier("GlobalSignOut", "AdminUserGlobalSignOut", "RevokeToken"):
        return f"{call.operation} came before this call and revoked the token."
    return "The access token is too old by the service's clock, or of another pool."


def _not_offered(clues: Clues) -> str | None:
    if not re.search(
        r"UnknownOperation|InvalidAction|NotImplemented|(?<!WebAuthn)NotEnabledException",
        clues.message,
    ):
        return None
    operation = clues.refused.operation if clues.refused else "this operation"
    return f"The service does not offer {operation}, so what follows cannot be asked."


def _no_message(clues: Clues) -> str | None:
    if not clues.text.startswith("there was no code"):
        return None
    asked = [call for call in clues.calls if call.ok and "CodeDeliveryDetails" in call.answer]
    where = f"{asked[-1].operation} said that it sent one. " if asked else ""
    return f"{where}Look at the mailbox's settings, and whether the service sends messages at all."


def _own_client(clues: Clues) -> str | None:
    # botocore's own words, before anything is sent: NoRegionError and NoCredentialsError.
    if not re.search(r"You must specify a region|Unable to locate credentials", clues.text):
        return None
    return (
        "A client that the code makes itself found no region, or no credentials. Ask for the "
        "fixture cognito_environment in this test, before the client is made: it puts them, the "
        "endpoint and the ids into the environment."
    )


def _nothing_refused(clues: Clues) -> str | None:
    if clues.verdict != Verdict.NOT_REFUSED:
        return None
    operation = clues.calls[-1].operation if clues.calls else "the call"
    return (
        f"The service does not make this check in {operation}. If it is a guard of your own code, "
        "look at what it compares: user, app client, challenge, age, earlier use."
    )


def _other_words(clues: Clues) -> str | None:
    if clues.verdict != Verdict.OTHER_WORDS:
        return None
    return "Only the text differs. With --cognito-texts=codes the code alone decides."


def _other_code(clues: Clues) -> str | None:
    if clues.verdict != Verdict.OTHER_CODE:
        return None
    return (
        "The service makes its checks in another order, or sees another mistake first. Clients "
        "branch on the code, so compare what was answered with what was expected."
    )


#: The rules by the names of their causes.
RULES: dict[str, Rule] = {
    "throttling": _throttled,
    "the service lacks the operation": _not_offered,
    "the service cannot be reached": _unreachable,
    "AWS credentials": _credentials,
    "the client knows no service": _own_client,
    "the check is missing": _nothing_refused,
    "the words": _other_words,
    "another check": _other_code,
    "the code never came": _no_message,
    **FIRST_FACTOR_RULES,
    **PASSKEY_RULES,
    **PROOF_RULES,
    **DEVICE_RULES,
    "the password or the name": _password,
    "the flow is not allowed": _flow_not_allowed,
    "SECRET_HASH": _secret_hash,
    "a TOTP code used twice": _totp_used,
    "the TOTP code": _totp_wrong,
    "the code is too old": _code_expired,
    "the code is another one": _code_wrong,
    "the Session": _session,
    "the access token": _access_token,
    "the user is not confirmed": _not_confirmed,
    "too many attempts": _locked,
}
