"""Why a call was most likely refused, and what to look at: a table of rules over the calls.

A rule reads redacted calls alone. The first one that fits speaks; the special ones come first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.plugin.report.clues import (
    INITIATE,
    RESPOND,
    Clues,
    is_weekday_of,
    moment_of,
    sent_with,
    span,
)
from harness.verdicts.verdict import Verdict

__all__ = ["RULES", "LikelyCause", "likely_cause"]

_INCORRECT = "Incorrect username or password."
#: How far TIMESTAMP may be off is not known; five minutes are reported (A156).
_TOLERATED_SECONDS = 300


@dataclass(frozen=True)
class LikelyCause:
    """Why a call was most likely refused.

    Attributes:
        name: the cause in a few words, the same in every report.
        text: what the calls show, and what to look at.
    """

    name: str
    text: str


Rule = Callable[[Clues], "str | None"]


def likely_cause(clues: Clues) -> LikelyCause | None:
    """Return the cause that the first fitting rule names, or ``None``."""
    for name, rule in RULES.items():
        text = rule(clues)
        if text is not None:
            return LikelyCause(name, text)
    return None


def _says(pattern: str, text: str) -> Rule:
    """Return the rule that gives a text if the refusal matches a pattern."""
    return lambda clues: text if re.search(pattern, clues.message) else None


_throttled = _says(
    r"TooManyRequests|Throttl|Rate exceeded|RequestLimitExceeded",
    "The service throttles. Run with fewer workers, or with --cognito-quota-share.",
)
_unreachable = _says(
    r"^\w*(?:Connect|Timeout|SSLError|HTTPClientError)",  # by the name of botocore's error alone
    "The service cannot be reached, or closed the connection. Look at the endpoint URL.",
)
_credentials = _says(
    r"UnrecognizedClient|ExpiredToken|AccessDenied|InvalidSignature",
    "The AWS credentials are missing, expired, or may not call this operation.",
)
_not_confirmed = _says(
    r"UserNotConfirmedException",
    "ConfirmSignUp or AdminConfirmSignUp has not succeeded for this user.",
)
_locked = _says(
    r"attempts exceeded|\bLimitExceededException\b",
    "Too many attempts were made, or messages sent. The limit ends by the service's clock.",
)
_totp_used = _says(
    r"already been used once",
    "The code of this 30-second step was accepted before, perhaps by VerifySoftwareToken. Wait "
    "for the next step; Authenticator.code() never uses a step twice.",
)
_code_expired = _says(
    r"ExpiredCodeException",
    "The code is too old (sign-up a day, recovery an hour, by the service's clock), was used, or "
    "none was sent.",
)


def _clock_off(clues: Clues) -> str | None:
    moment = moment_of(clues.responses().get("TIMESTAMP", ""))
    if clues.refused is None or moment is None:
        return None
    off = moment.timestamp() - clues.refused.started_at
    if abs(off) <= _TOLERATED_SECONDS:
        return None
    direction = "ahead of" if off > 0 else "behind"
    return (
        f"TIMESTAMP is {span(off)} {direction} the clock of the run. Look at the clock of the "
        "client, or at a test that has moved the service's."
    )


def _old_challenge(clues: Clues) -> str | None:
    issued = next(clues.earlier(*INITIATE), None)
    if not clues.is_wrong_proof or issued is None or clues.refused is None:
        return None
    age = clues.refused.started_at - issued.started_at
    if age <= 180:
        return None
    return f"The challenge was {span(age)} old when the proof came. Begin the sign-in again."


def _timestamp_form(clues: Clues) -> str | None:
    text = clues.responses().get("TIMESTAMP")
    if text is None or clues.refused is None:
        return None
    moment = moment_of(text)
    if moment is None:
        return f"TIMESTAMP {text!r} is not of the form 'EEE MMM d HH:mm:ss UTC yyyy' in English."
    if text.split()[2].startswith("0"):
        return f"The day in TIMESTAMP {text!r} has a leading zero: Cognito signs it without one."
    if not is_weekday_of(moment, text):
        return f"TIMESTAMP {text!r} has the wrong weekday: Cognito signs the right one."
    return None


def _alias_in_the_proof(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    internal, sent = clues.question().get("USER_ID_FOR_SRP"), clues.responses().get("USERNAME")
    if internal is None or sent is None or internal == sent:
        return None
    return (
        f"USERNAME is {sent!r}, but the challenge has USER_ID_FOR_SRP {internal!r}. The proof and "
        "USERNAME need the latter, not the alias that the user typed."
    )


def _other_secret_block(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    issued = clues.question().get("SECRET_BLOCK")
    sent = clues.responses().get("PASSWORD_CLAIM_SECRET_BLOCK")
    if issued is None or sent is None or issued == sent:
        return None
    return "PASSWORD_CLAIM_SECRET_BLOCK is not the SECRET_BLOCK of the newest challenge."


def _second_proof(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    block = clues.responses().get("PASSWORD_CLAIM_SECRET_BLOCK")
    used = any(
        sent_with(call).get("PASSWORD_CLAIM_SECRET_BLOCK") == block
        for call in clues.earlier(*RESPOND)
    )
    return "This SECRET_BLOCK was proven before; it counts once." if used and block else None


def _device_proof(clues: Clues) -> str | None:
    if not clues.is_response_to("DEVICE_PASSWORD_VERIFIER") or _INCORRECT not in clues.message:
        return None
    return (
        "The device's proof does not fit the verifier that ConfirmDevice got. Look at the device's "
        "password, at DeviceGroupKey and DeviceKey in the hashed name, and at the padding of SALT "
        "and verifier. " + _salt(clues)
    ).strip()


def _password_proof(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    return (
        "The password is wrong, or the SRP proof is. Name, TIMESTAMP and SECRET_BLOCK fit the "
        "challenge; so look at the password, at the pool's id without its region in the hashed "
        "name, and at padding. " + _salt(clues)
    ).strip()


def _password(clues: Clues) -> str | None:
    if clues.refused is None or _INCORRECT not in clues.message:
        return None
    return (
        "The password is wrong, or there is no such user and the app client hides that "
        "(PreventUserExistenceErrors). Look at the alias or username that was sent, and whether "
        "the password was changed."
    )


def _device_unconfirmed(clues: Clues) -> str | None:
    if not re.search(
        r"Device does not exist|Invalid device key|Invalid Refresh Token", clues.message
    ):
        return None
    key = clues.device_key
    if key is None or not clues.was_issued(key):
        return None
    confirmed = [c for c in clues.earlier("ConfirmDevice") if c.parameters.get("DeviceKey") == key]
    if confirmed or "Invalid device key" in clues.message:
        return None
    return f"The device {key} was issued and never confirmed. Call ConfirmDevice first."


def _device_forgotten(clues: Clues) -> str | None:
    key = clues.device_key
    if "Device does not exist" not in clues.message or key is None:
        return None
    for call in clues.earlier("ForgetDevice", "AdminForgetDevice"):
        if call.parameters.get("DeviceKey") == key:
            return f"The device {key} was forgotten ({call.operation}). Sign in without its key."
    return (
        "The device key is not one of a confirmed device of this user. Look at DEVICE_KEY, and at "
        "whose device it is."
    )


def _device_of_an_alias(clues: Clues) -> str | None:
    if "Invalid device key given" not in clues.message:
        return None
    return (
        "ConfirmDevice has a key that was not issued to this user. The last challenge response may "
        "have had an alias as USERNAME instead of USER_ID_FOR_SRP: the device then belongs to that."
    )


def _refresh_without_device(clues: Clues) -> str | None:
    if "Invalid Refresh Token" not in clues.message or clues.device_key is not None:
        return None
    issued = any(
        "NewDeviceMetadata" in str(call.answer) for call in clues.earlier(*INITIATE, *RESPOND)
    )
    if not issued:
        return None
    return "The sign-in has a tracked device, so the refresh needs its DEVICE_KEY."


def _flow_not_allowed(clues: Clues) -> str | None:
    if not re.search(r"not enabled for (the|this) client|Auth flow not enabled", clues.message):
        return None
    flow = clues.refused.parameters.get("AuthFlow") if clues.refused else None
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
        r"UnknownOperation|InvalidAction|NotImplemented|NotEnabledException", clues.message
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


def _device_key_missing(clues: Clues) -> str | None:
    if "SOFTWARE_TOKEN_MFA" not in clues.text or not clues.calls:
        return None
    last = next((call for call in reversed(clues.calls) if call.operation in RESPOND), None)
    confirmed = any(call.operation == "ConfirmDevice" and call.ok for call in clues.calls)
    if last is None or not confirmed or "DEVICE_KEY" in sent_with(last):
        return None
    return (
        f"DEVICE_KEY is not in the response to {last.parameters.get('ChallengeName')}, so the "
        "device could not take the place of the code."
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
    "the check is missing": _nothing_refused,
    "the words": _other_words,
    "another check": _other_code,
    "the code never came": _no_message,
    "the clock is off": _clock_off,
    "the form of TIMESTAMP": _timestamp_form,
    "an alias in place of USER_ID_FOR_SRP": _alias_in_the_proof,
    "another SECRET_BLOCK": _other_secret_block,
    "a proof that was used": _second_proof,
    "the challenge is too old": _old_challenge,
    "the device is not confirmed": _device_unconfirmed,
    "the device is forgotten or unknown": _device_forgotten,
    "the device is of another name": _device_of_an_alias,
    "the refresh lacks DEVICE_KEY": _refresh_without_device,
    "DEVICE_KEY is missing": _device_key_missing,
    "the proof of the device": _device_proof,
    "the password or the padding of its proof": _password_proof,
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


def _salt(clues: Clues) -> str:
    """Return what is special about the SALT of this challenge, which hides in most others."""
    salt = str(clues.question().get("SALT", ""))
    if len(salt) % 2:
        return "This SALT has an odd number of hex digits: it is hashed with a 0 before it."
    if salt[:1] in tuple("89abcdefABCDEF"):
        return f"This SALT begins with {salt[0]}: it is hashed with 00 before it."
    return ""
