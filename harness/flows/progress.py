"""A sign-in under way: who signs in and how, what Cognito asks now, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from harness.errors import UnexpectedChallenge, UnexpectedResult
from harness.flows.tokens import Tokens
from harness.redaction import Secret, redact
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from harness.users.mailboxes.base import Mailbox
from harness.users.person import Person

if TYPE_CHECKING:
    from harness.srp.engines import SrpAttempt

__all__ = [
    "AuthFlow",
    "ChallengeAnswer",
    "Progress",
    "SignInContext",
    "SignInResult",
    "Step",
]

#: The ways to begin. The first three are Cognito's names; ADMIN_USER_SRP_AUTH is AdminInitiateAuth
#: with USER_SRP_AUTH, for which Cognito has no name of its own (A113).
AuthFlow = Literal[
    "USER_PASSWORD_AUTH", "USER_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_USER_SRP_AUTH"
]


@dataclass(frozen=True)
class SignInContext:
    """Who signs in, and what is at hand to answer challenges with.

    Attributes:
        username: what is typed: the user name or an alias.
        password: the password, or the temporary one.
        authenticator: for SOFTWARE_TOKEN_MFA.
        device: a confirmed device; its key is sent wherever one may be (D083, D084).
        new_password: for NEW_PASSWORD_REQUIRED.
        mailbox: for SMS_MFA and EMAIL_OTP.
        attributes: for the attributes that NEW_PASSWORD_REQUIRED demands (A167).
        mfa_choice: for SELECT_MFA_TYPE; by default the first factor that can be answered.
        device_name: the name for a device that this sign-in brings.
        friendly_device_name: the name for an authenticator that MFA_SETUP enrols.
        recover_from_unknown_device: whether to go on without the device when Cognito answers
            ``Device does not exist.``, as Amplify does (D106). A harness shows the refusal, so
            it is off by default.
    """

    username: str
    password: Secret
    authenticator: Authenticator | None = None
    device: Device | None = None
    new_password: Secret | None = None
    mailbox: Mailbox | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    mfa_choice: str | None = None
    device_name: str | None = None
    friendly_device_name: str | None = None
    recover_from_unknown_device: bool = False

    @classmethod
    def for_person(cls, person: Person, **more: Any) -> SignInContext:
        """Return the context of a person; ``more`` are further attributes of the context."""
        more.setdefault("attributes", person.attributes)
        return cls(username=person.sign_in_as, password=person.password, **more)


@dataclass(frozen=True)
class Step:
    """A challenge that was put and answered, and the operation that answered it."""

    challenge: str
    operation: str


class ChallengeAnswer(dict[str, str]):
    """ChallengeResponses, and what a handler has gained on the way to them.

    Attributes:
        session: the Session to send instead of the challenge's own.
        authenticator: one that was enrolled.
    """

    def __init__(
        self,
        responses: Mapping[str, str],
        *,
        session: Secret | None = None,
        authenticator: Authenticator | None = None,
    ) -> None:
        super().__init__(responses)
        self.session = session
        self.authenticator = authenticator

    def __repr__(self) -> str:
        """Return the responses without passwords, codes and proofs."""
        return f"{type(self).__name__}({redact(dict(self))!r})"


@dataclass(frozen=True)
class Progress:
    """Where a sign-in stands: a challenge that waits for an answer, or tokens.

    It never changes, so that a scenario can keep one and answer the same challenge twice, or
    ``dataclasses.replace`` a member to see what Cognito says.

    Attributes:
        context: who signs in.
        flow: how the sign-in began.
        username: the internal name as far as Cognito has told it, to be sent as USERNAME (D081).
        challenge_name: ChallengeName of the pending challenge.
        challenge_parameters: ChallengeParameters of it.
        session: Session of it; PASSWORD_VERIFIER has none (D044).
        asked_at: epoch seconds just before the request that this is the answer to.
        tokens: when there is nothing left to answer.
        new_device: made of NewDeviceMetadata, not yet confirmed.
        authenticator: the one that MFA_SETUP enrolled.
        challenges: the challenges answered so far.
        attempt: the secrets of the SRP exchange under way.
    """

    context: SignInContext
    flow: AuthFlow
    username: str
    challenge_name: str | None = None
    challenge_parameters: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    session: Secret | None = None
    asked_at: float = 0.0
    tokens: Tokens | None = None
    new_device: Device | None = None
    authenticator: Authenticator | None = None
    challenges: tuple[Step, ...] = ()
    attempt: SrpAttempt | None = field(default=None, repr=False, compare=False)

    @property
    def done(self) -> bool:
        """Whether there are tokens."""
        return self.tokens is not None

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the challenges answered so far."""
        return tuple(step.challenge for step in self.challenges)

    @property
    def by_admin(self) -> bool:
        """Whether the sign-in is made by the Admin operations."""
        return self.flow.startswith("ADMIN_")

    def parameter(self, name: str) -> str:
        """Return one of the ChallengeParameters.

        Raises:
            UnexpectedResult: the challenge came without it.
        """
        try:
            return self.challenge_parameters[name]
        except KeyError:
            there = ", ".join(sorted(self.challenge_parameters)) or "none"
            raise UnexpectedResult(
                f"{self.challenge_name} came without the parameter {name}; it has: {there}"
            ) from None

    def result(self) -> SignInResult:
        """Return what came out.

        Raises:
            UnexpectedChallenge: a challenge is still to be answered.
        """
        if self.tokens is None:
            raise UnexpectedChallenge(
                self.challenge_name or "none", reason="tokens were expected by now"
            )
        return SignInResult(
            tokens=self.tokens,
            new_device=self.new_device,
            challenges=self.challenges,
            authenticator=self.authenticator,
            context=self.context,
        )


@dataclass(frozen=True)
class SignInResult:
    """What a sign-in brought.

    Attributes:
        tokens: the tokens.
        new_device: made of NewDeviceMetadata, not yet confirmed.
        challenges: the challenges that were answered, in order.
        authenticator: the one that MFA_SETUP enrolled.
        context: who signed in; without the device if Cognito did not know it any more.
    """

    tokens: Tokens
    new_device: Device | None = None
    challenges: tuple[Step, ...] = ()
    authenticator: Authenticator | None = None
    context: SignInContext | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the challenges that were answered, in order."""
        return tuple(step.challenge for step in self.challenges)

    @property
    def username(self) -> str:
        """The internal user name, as the access token gives it."""
        return self.tokens.username
