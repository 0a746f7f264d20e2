"""What the model says about one request before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.properties.model.records import Account, Pool
from tests.properties.model.rules import Finding, Rule

Params = dict[str, Any]
Answer = dict[str, Any]

ALIAS_EXISTS = "AliasExistsException"
CODE_MISMATCH = "CodeMismatchException"
DEVICE_KEY_EXISTS = "DeviceKeyExistsException"
ENABLE_TOTP = "EnableSoftwareTokenMFAException"
EXPIRED_CODE = "ExpiredCodeException"
INVALID_PARAMETER = "InvalidParameterException"
INVALID_PASSWORD = "InvalidPasswordException"
LIMIT_EXCEEDED = "LimitExceededException"
NOT_AUTHORIZED = "NotAuthorizedException"
NOT_FOUND = "ResourceNotFoundException"
RESET_PASSWORD = "PasswordResetRequiredException"
REUSED = "RefreshTokenReuseException"
TOTP_NOT_FOUND = "SoftwareTokenMFANotFoundException"
UNAUTHORIZED = "UnauthorizedException"
USERNAME_EXISTS = "UsernameExistsException"
USER_NOT_CONFIRMED = "UserNotConfirmedException"
USER_NOT_FOUND = "UserNotFoundException"
#: The errors of passkey operations (N044).
NO_REGISTRATION = "WebAuthnChallengeNotFoundException"
NOT_ENABLED = "WebAuthnNotEnabledException"
OTHER_CLIENT = "WebAuthnClientMismatchException"
OTHER_ORIGIN = "WebAuthnOriginNotAllowedException"
OTHER_PARTY = "WebAuthnRelyingPartyMismatchException"


def _nothing(_answer: Answer) -> None:
    return None


@dataclass
class Case:
    """The rules that require a refusal of a request, and what follows from its acceptance.

    Attributes:
        must: the broken rules, each with the error codes that fit it. Cognito's order of checks is
            not published, so the code of any of them is accepted.
        may: codes with which it may be refused although no rule is broken: limits that depend on
            more than the model keeps, and what the facts leave open.
        account: the only user whose record the request may change.
        pool: the only pool whose users' records the request may change.
        then: called with the response to an accepted request.
        when_refused: called with the code of a refusal.
    """

    must: dict[Rule, tuple[str, ...]] = field(default_factory=dict)
    may: set[str] = field(default_factory=set)
    account: Account | None = None
    pool: Pool | None = None
    then: Callable[[Answer], None] = _nothing
    when_refused: Callable[[str], None] = lambda _code: None

    def refuse(self, rule: Rule, broken: bool, *codes: str) -> bool:
        """Record a rule if it is broken; return whether it is."""
        if broken:
            self.must[rule] = (*self.must.get(rule, ()), *codes)
        return broken

    def perhaps(self, possible: bool, *codes: str) -> None:
        """Allow a refusal that the facts do not decide."""
        if possible:
            self.may.update(codes)

    def refused(self, operation: str, code: str) -> None:
        """Check a refusal."""
        if not self.must and code not in self.may:
            raise Finding(f"{operation} was refused with {code}", [Rule.HELPFUL])
        allowed = self.may.union(*self.must.values())
        if code not in allowed:
            raise Finding(f"{operation} was refused with {code}", [Rule.ANSWER, *self.must])
        self.when_refused(code)

    def accepted(self, operation: str, answer: Answer) -> None:
        """Check an acceptance, and learn from it."""
        if self.must:
            raise Finding(f"{operation} was accepted", self.must)
        self.then(answer)
