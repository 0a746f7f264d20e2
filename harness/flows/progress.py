"""The state of a sign-in: who signs in, what Cognito asks, and the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

    # Imported for types alone, since WebAuthn's library is needed only by those who have a passkey.
    from harness.users.passkey import Passkey

__all__ = [
    "AuthFlow",
    "ChallengeAnswer",
    "CustomAnswerer",
    "FirstChallenge",
    "Progress",
    "SignInContext",
    "SignInResult",
    "Step",
]

#: The flows to start with. Those with ADMIN_ use AdminInitiateAuth. Of these only
#: ADMIN_USER_PASSWORD_AUTH is a name of Cognito's; the others mean the flow without ADMIN_ (A113).
AuthFlow = Literal[
    "USER_PASSWORD_AUTH",
    "USER_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_USER_SRP_AUTH",
    "USER_AUTH",
    "ADMIN_USER_AUTH",
    "CUSTOM_AUTH",
    "ADMIN_CUSTOM_AUTH",
]

#: What USER_AUTH can begin with: PREFERRED_CHALLENGE, and ANSWER to SELECT_CHALLENGE (N017, N025).
FirstChallenge = Literal["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]

#: Finds the ANSWER to a CUSTOM_CHALLENGE in its ChallengeParameters.
CustomAnswerer = Callable[[Mapping[str, str]], "Secret | str"]


@dataclass(frozen=True)
class SignInContext:
    """Who signs in, and what the sign-in answers challenges with.

    Attributes:
        username: what the user types: the username or a sign-in alias.
        password: the password, or the temporary one; ``None`` for a sign-in without it.
        authenticator: gives the code for SOFTWARE_TOKEN_MFA.
        device: a confirmed device; its key is sent wherever Cognito accepts one (D083, D084).
        new_password: the password for NEW_PASSWORD_REQUIRED.
        mailbox: gives the codes for EMAIL_OTP, SMS_OTP and SMS_MFA.
        attributes: values for the attributes that NEW_PASSWORD_REQUIRED asks for (A167), and the
            email address for MFA_SETUP (M113).
        mfa_choice: the answer to SELECT_MFA_TYPE; by default the first factor that can be
            answered.
        device_name: name for a new device of this sign-in.
        friendly_device_name: name for an authenticator that MFA_SETUP enrolls.
        passkey: answers WEB_AUTHN.
        preferred_challenge: PREFERRED_CHALLENGE of USER_AUTH; without one, Cognito lets the user
            choose.
        first_factor: the answer to SELECT_CHALLENGE; by default the first offered factor that can
            be answered. It is sent even if it is not offered.
        custom_answers: answers CUSTOM_CHALLENGE, each time that it comes.
        custom_with_srp: whether CUSTOM_AUTH starts with the password, by SRP (A180).
        confirmed_session: Session of ConfirmSignUp, with which USER_AUTH gives tokens without any
            factor (N024).
        recover_from_unknown_device: whether to continue without the device after the error
            ``Device does not exist.``, as Amplify does (D106). Off by default, so that tests see
            the error.
    """

    username: str
    password: Secret | None = None
    authenticator: Authenticator | None = None
    device: Device | None = None
    new_password: Secret | None = None
    mailbox: Mailbox | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    mfa_choice: str | None = None
    device_name: str | None = None
    friendly_device_name: str | None = None
    recover_from_unknown_device: bool = False
    passkey: Passkey | None = None
    preferred_challenge: FirstChallenge | None = None
    first_factor: FirstChallenge | None = None
    custom_answers: CustomAnswerer | None = field(default=None, repr=False)
    custom_with_srp: bool = False
    confirmed_session: Secret | None = None

    @classmethod
    def for_person(cls, person: Person, **more: Any) -> SignInContext:
        """Return the context of a person; ``more`` has further attributes of the context.

        With ``password=None`` they sign in without their password.
        """
        more.setdefault("attributes", person.attributes)
        more.setdefault("password", person.password)
        return cls(username=person.sign_in_as, **more)


@dataclass(frozen=True)
class Step:
    """A challenge that was answered, and the operation that answered it."""

    challenge: str
    operation: str


class ChallengeAnswer(dict[str, str]):
    """ChallengeResponses, and what else a handler hands on.

    Attributes:
        session: the Session to send instead of that of the challenge.
        authenticator: the authenticator that the handler enrolled.
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
        """Return the challenge responses without passwords, codes and proofs."""
        return f"{type(self).__name__}({redact(dict(self))!r})"


@dataclass(frozen=True)
class Progress:
    """The state of a sign-in: a pending challenge, or tokens.

    It never changes. So a test can keep one and answer the same challenge twice, or change a
    member with ``dataclasses.replace`` to see what Cognito says.

    Attributes:
        context: who signs in.
        flow: how the sign-in started.
        username: the name to send as USERNAME: the internal username once Cognito has sent it
            (D081).
        challenge_name: ChallengeName of the pending challenge.
        challenge_parameters: ChallengeParameters of the pending challenge.
        available_challenges: the newest AvailableChallenges: what this user can begin USER_AUTH
            with, in no documented order (N015, N016).
        session: Session of the pending challenge; PASSWORD_VERIFIER has none (D044).
        asked_at: epoch seconds just before the last request.
        tokens: the tokens, after all challenges are answered.
        new_device: device made from NewDeviceMetadata, not yet confirmed.
        authenticator: authenticator that MFA_SETUP enrolled.
        challenges: the challenges answered so far.
        attempt: the secrets of the current SRP exchange.
    """

    context: SignInContext
    flow: AuthFlow
    username: str
    challenge_name: str | None = None
    challenge_parameters: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    available_challenges: tuple[str, ...] = ()
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
        """Whether the sign-in uses the Admin operations."""
        return self.flow.startswith("ADMIN_")

    def parameter(self, name: str) -> str:
        """Return one of the ChallengeParameters.

        Raises:
            UnexpectedResult: the challenge does not have it.
        """
        try:
            return self.challenge_parameters[name]
        except KeyError:
            there = ", ".join(sorted(self.challenge_parameters)) or "none"
            raise UnexpectedResult(
                f"{self.challenge_name} has no parameter {name}; it has: {there}"
            ) from None

    def result(self) -> SignInResult:
        """Return the result of the finished sign-in.

        Raises:
            UnexpectedChallenge: a challenge is still pending.
        """
        if self.tokens is None:
            raise UnexpectedChallenge(
                self.challenge_name or "none", reason="the test expected tokens here"
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
    """The result of a sign-in.

    Attributes:
        tokens: the tokens.
        new_device: device made from NewDeviceMetadata, not yet confirmed.
        challenges: the challenges that were answered, in order.
        authenticator: authenticator that MFA_SETUP enrolled.
        context: who signed in; without the device if Cognito no longer knew it.
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
        """The internal username, from the access token."""
        return self.tokens.username
