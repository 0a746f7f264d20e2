"""Sign-in: answers Cognito's challenges until there are tokens.

:meth:`SignIn.run` makes the whole sign-in. To go step by step, call :meth:`SignIn.start` and then
:meth:`SignIn.answer` for each challenge. To change a challenge response, call
:meth:`SignIn.prepare` and :meth:`SignIn.submit` instead of ``answer``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, cast, overload

from botocore.exceptions import ClientError

from harness.clock import Clock
from harness.errors import UnexpectedChallenge, UnexpectedResult
from harness.flows.actions import Actions
from harness.flows.handlers import standard_handlers
from harness.flows.progress import (
    AuthFlow,
    ChallengeAnswer,
    Progress,
    SignInContext,
    SignInResult,
    Step,
)
from harness.flows.starting import auth_parameters, check_start, cognito_name, starts_srp
from harness.flows.tokens import Tokens
from harness.redaction import Secret
from harness.users.device import Device

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import ChallengeNameTypeType

    from harness.srp.engines import SrpEngine

__all__ = [
    "AuthFlow",
    "ChallengeAnswer",
    "Handler",
    "Progress",
    "SignIn",
    "SignInContext",
    "SignInResult",
    "Step",
    "Tokens",
]

# The longest sign-in without triggers has eight challenges; a service that asks more is at fault.
_MOST_CHALLENGES = 12
# These are answered with an SRP_A of their own.
_START_SRP = frozenset({"DEVICE_SRP_AUTH", "PASSWORD_SRP", "SELECT_CHALLENGE"})


class Handler(Protocol):
    """Answers one kind of challenge; a function of a suite can be one."""

    def __call__(self, progress: Progress, sign_in: SignIn) -> Mapping[str, str]:
        """Return the ChallengeResponses for the pending challenge, without SECRET_HASH.

        Return a :class:`~harness.flows.progress.ChallengeAnswer` to hand on a Session or an
        authenticator too.
        """
        ...


class SignIn:
    """Signs users in through one app client.

    Args:
        actions: operations on the pool; Admin flows need its ``admin`` client.
        engine: makes the SRP proofs.
        clock: gives TIMESTAMP, and the time of enrolled authenticators.
        handlers: further handlers by ChallengeName; they replace the standard ones.
    """

    def __init__(
        self,
        actions: Actions,
        engine: SrpEngine,
        clock: Clock,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self.actions = actions
        self.engine = engine
        self.clock = clock
        self.handlers: dict[str, Handler] = {**standard_handlers(), **(handlers or {})}

    def register(self, challenge_name: str, handler: Handler) -> None:
        """Use ``handler`` for a challenge from now on."""
        self.handlers[challenge_name] = handler

    @overload
    def run(self, context: SignInContext, flow: AuthFlow) -> SignInResult: ...

    @overload
    def run(self, context: SignInContext, flow: AuthFlow, until: None) -> SignInResult: ...

    @overload
    def run(self, context: SignInContext, flow: AuthFlow, until: str) -> Progress: ...

    def run(
        self, context: SignInContext, flow: AuthFlow, until: str | None = None
    ) -> SignInResult | Progress:
        """Sign in, completely or up to a challenge.

        Args:
            context: who signs in.
            flow: how to start.
            until: ChallengeName to stop at, without answering it.

        Raises:
            UnexpectedChallenge: Cognito asked a challenge that cannot be answered.
            UnexpectedResult: the challenge to stop at never came.
        """
        progress = self.start(context, flow)
        while not progress.done and progress.challenge_name != until:
            if len(progress.challenges) >= _MOST_CHALLENGES:
                raise UnexpectedResult(f"too many challenges: {' > '.join(progress.steps)}")
            progress = self.answer(progress)
        if until is None:
            return progress.result()
        if progress.done:
            steps = " > ".join((*progress.steps, "tokens"))
            raise UnexpectedResult(f"the challenge {until} never came; the sign-in was: {steps}")
        return progress

    def start(self, context: SignInContext, flow: AuthFlow) -> Progress:
        """Send InitiateAuth, or AdminInitiateAuth for the Admin flows."""
        check_start(context, flow)
        progress = Progress(context=context, flow=flow, username=context.username)
        if starts_srp(context, flow):
            progress = replace(progress, attempt=self.engine.start())
        try:
            return self._initiate(progress)
        except ClientError as error:
            if not _may_go_on_without_device(error, progress):
                raise
            return self.start(replace(context, device=None), flow)

    def prepare(self, progress: Progress) -> ChallengeAnswer:
        """Return the ChallengeResponses for the pending challenge, without SECRET_HASH.

        They can be changed before :meth:`submit`; a SECRET_HASH in them is sent unchanged. For
        MFA_SETUP this enrolls an authenticator; for SOFTWARE_TOKEN_MFA it spends a TOTP code.

        Raises:
            UnexpectedChallenge: the challenge has no handler, or the context lacks what is needed.
        """
        handler = self.handlers.get(progress.challenge_name or "none")
        if handler is None:
            raise UnexpectedChallenge(progress.challenge_name or "none", self.handlers)
        responses = handler(progress, self)
        return responses if isinstance(responses, ChallengeAnswer) else ChallengeAnswer(responses)

    def submit(self, progress: Progress, responses: Mapping[str, str]) -> Progress:
        """Answer the pending challenge with ``responses``, and return the next state."""
        answered = (
            responses if isinstance(responses, ChallengeAnswer) else ChallengeAnswer(responses)
        )
        if answered.session is not None:
            progress = replace(progress, session=answered.session)
        if answered.authenticator is not None:
            progress = replace(progress, authenticator=answered.authenticator)
        try:
            return self._respond(progress, answered)
        except ClientError as error:
            if not _may_go_on_without_device(error, progress):
                raise
            alone = replace(progress, context=replace(progress.context, device=None))
            return self.submit(alone, self.prepare(alone))

    def answer(self, progress: Progress) -> Progress:
        """Answer the pending challenge: :meth:`prepare` and :meth:`submit`."""
        return self.submit(progress, self.prepare(progress))

    def _initiate(self, progress: Progress) -> Progress:
        actions, flow = self.actions, cognito_name(progress.flow)
        initiate = actions.admin_initiate_auth if progress.by_admin else actions.initiate_auth
        session = progress.context.confirmed_session
        asked_at = self.clock.time()
        response = initiate(flow, auth_parameters(progress), session=session)
        return self._after(progress, response, asked_at)

    def _respond(self, progress: Progress, responses: ChallengeAnswer) -> Progress:
        actions = self.actions
        respond, operation = (
            (actions.admin_respond_to_auth_challenge, "AdminRespondToAuthChallenge")
            if progress.by_admin
            else (actions.respond_to_auth_challenge, "RespondToAuthChallenge")
        )
        name = progress.challenge_name or "none"
        asked_at = self.clock.time()
        response = respond(cast("ChallengeNameTypeType", name), responses, session=progress.session)
        step = Step(name, operation)
        progress = replace(progress, challenges=(*progress.challenges, step))
        return self._after(progress, response, asked_at)

    def _after(self, progress: Progress, response: Mapping[str, Any], asked_at: float) -> Progress:
        """Return the state after a response of Cognito."""
        challenge_name = response.get("ChallengeName")
        if challenge_name is None:
            return self._with_tokens(progress, response)
        parameters = response.get("ChallengeParameters") or {}
        session = response.get("Session")
        return replace(
            progress,
            challenge_name=challenge_name,
            challenge_parameters=parameters,
            session=None if session is None else Secret(session),
            asked_at=asked_at,
            available_challenges=_available(response, progress),
            username=_internal_name(parameters, progress.username),
            attempt=self.engine.start() if challenge_name in _START_SRP else progress.attempt,
        )

    def _with_tokens(self, progress: Progress, response: Mapping[str, Any]) -> Progress:
        result = response.get("AuthenticationResult")
        if result is None:
            raise UnexpectedResult("the response has neither a challenge nor tokens")
        metadata = result.get("NewDeviceMetadata")
        return replace(
            progress,
            challenge_name=None,
            challenge_parameters={},
            session=None,
            attempt=None,
            tokens=Tokens.from_result(result),
            new_device=None
            if metadata is None
            else Device.from_metadata(metadata, self.engine, progress.context.device_name),
        )


def _available(response: Mapping[str, Any], progress: Progress) -> tuple[str, ...]:
    # Before October 2026, only InitiateAuth and AdminInitiateAuth returned them (N031).
    return tuple(response.get("AvailableChallenges") or progress.available_challenges)


def _internal_name(parameters: Mapping[str, str], known: str) -> str:
    """Return the name to send as USERNAME.

    A new device belongs to the USERNAME of the last challenge response, and cannot be confirmed if
    that was an alias (D081).
    """
    return parameters.get("USER_ID_FOR_SRP") or parameters.get("USERNAME") or known


def _may_go_on_without_device(error: ClientError, progress: Progress) -> bool:
    """Return whether to recover from this error by dropping the device, as Amplify does (D106)."""
    context = progress.context
    if context.device is None or not context.recover_from_unknown_device:
        return False
    # The challenges of the device cannot be answered without it.
    if (progress.challenge_name or "").startswith("DEVICE_"):
        return False
    details = error.response["Error"]
    return (
        details["Code"] == "ResourceNotFoundException"
        and "Device does not exist." in details["Message"]
    )
