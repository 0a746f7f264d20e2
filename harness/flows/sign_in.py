"""Signing in: whatever Cognito asks, step by step, until there are tokens.

The whole way at once is :meth:`SignIn.run`. Step by step it is :meth:`SignIn.start` and then
:meth:`SignIn.answer`, or :meth:`SignIn.prepare` and :meth:`SignIn.submit` with something changed
in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, cast, get_args, overload

from botocore.exceptions import ClientError

from harness.clock import Clock
from harness.errors import ConfigurationError, UnexpectedChallenge, UnexpectedResult
from harness.flows.actions import Actions
from harness.flows.handlers import standard_handlers
from harness.flows.handlers.base import device_key
from harness.flows.progress import (
    AuthFlow,
    ChallengeAnswer,
    Progress,
    SignInContext,
    SignInResult,
    Step,
)
from harness.flows.tokens import Tokens
from harness.redaction import Secret
from harness.users.device import Device

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import AuthFlowTypeType, ChallengeNameTypeType

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

# The longest way there is has seven challenges; a service that asks on and on is at fault.
_MOST_CHALLENGES = 12


class Handler(Protocol):
    """Answers one kind of challenge; a function of a suite can be one."""

    def __call__(self, progress: Progress, sign_in: SignIn) -> Mapping[str, str]:
        """Return the ChallengeResponses for the pending challenge, without SECRET_HASH.

        Return a :class:`~harness.flows.progress.ChallengeAnswer` to hand on a Session or an
        authenticator too.
        """
        ...


class SignIn:
    """Signs people in through one app client.

    Args:
        actions: the operations on the pool; Admin flows need its administrator's client.
        engine: makes the SRP proofs.
        clock: gives TIMESTAMP, and the authenticators it enrols their time.
        handlers: further handlers by ChallengeName; they take precedence over the standard ones.
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
        """Answer a kind of challenge by ``handler`` from now on."""
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
        """Sign in, or go on until a challenge.

        Args:
            context: who signs in.
            flow: how to begin.
            until: the name of the challenge to stop at, before it is answered.

        Raises:
            UnexpectedChallenge: a challenge that cannot be answered here.
            UnexpectedResult: there are tokens, and the challenge to stop at never came.
        """
        progress = self.start(context, flow)
        while not progress.done and progress.challenge_name != until:
            if len(progress.challenges) >= _MOST_CHALLENGES:
                raise UnexpectedResult(f"no end of challenges: {' > '.join(progress.steps)}")
            progress = self.answer(progress)
        if until is None:
            return progress.result()
        if progress.done:
            walked = " > ".join((*progress.steps, "tokens"))
            raise UnexpectedResult(f"expected the challenge {until}, but it came to: {walked}")
        return progress

    def start(self, context: SignInContext, flow: AuthFlow) -> Progress:
        """Send InitiateAuth, or AdminInitiateAuth for the Admin flows."""
        if flow not in get_args(AuthFlow):
            raise ConfigurationError("flow", given=flow, allowed=get_args(AuthFlow))
        progress = Progress(context=context, flow=flow, username=context.username)
        if flow.endswith("USER_SRP_AUTH"):
            progress = replace(progress, attempt=self.engine.start())
        try:
            return self._initiate(progress)
        except ClientError as error:
            if not _may_go_on_without_device(error, progress):
                raise
            return self.start(replace(context, device=None), flow)

    def prepare(self, progress: Progress) -> ChallengeAnswer:
        """Return what would be sent as ChallengeResponses, SECRET_HASH aside.

        Change it at will before :meth:`submit`; a SECRET_HASH put into it is sent as it is. For
        MFA_SETUP this enrols an authenticator, for SOFTWARE_TOKEN_MFA it spends a code.

        Raises:
            UnexpectedChallenge: there is no handler, or nothing to answer with.
        """
        handler = self.handlers.get(progress.challenge_name or "none")
        if handler is None:
            raise UnexpectedChallenge(progress.challenge_name or "none", self.handlers)
        responses = handler(progress, self)
        return responses if isinstance(responses, ChallengeAnswer) else ChallengeAnswer(responses)

    def submit(self, progress: Progress, responses: Mapping[str, str]) -> Progress:
        """Answer the pending challenge with ``responses``, and return where that leads."""
        answer = responses if isinstance(responses, ChallengeAnswer) else ChallengeAnswer(responses)
        if answer.session is not None:
            progress = replace(progress, session=answer.session)
        if answer.authenticator is not None:
            progress = replace(progress, authenticator=answer.authenticator)
        try:
            return self._respond(progress, answer)
        except ClientError as error:
            if not _may_go_on_without_device(error, progress):
                raise
            alone = replace(progress, context=replace(progress.context, device=None))
            return self.submit(alone, self.prepare(alone))

    def answer(self, progress: Progress) -> Progress:
        """Answer the pending challenge: :meth:`prepare` and :meth:`submit`."""
        return self.submit(progress, self.prepare(progress))

    def _initiate(self, progress: Progress) -> Progress:
        parameters = {"USERNAME": progress.context.username, **device_key(progress)}
        if progress.attempt is not None:
            parameters["SRP_A"] = progress.attempt.public_hex
        else:
            parameters["PASSWORD"] = progress.context.password.reveal()
        actions, flow = self.actions, _cognito_name(progress.flow)
        initiate = actions.admin_initiate_auth if progress.by_admin else actions.initiate_auth
        asked_at = self.clock.time()
        return self._after(progress, initiate(flow, parameters), asked_at)

    def _respond(self, progress: Progress, responses: ChallengeAnswer) -> Progress:
        actions = self.actions
        respond, operation = (
            (actions.admin_respond_to_auth_challenge, "AdminRespondToAuthChallenge")
            if progress.by_admin
            else (actions.respond_to_auth_challenge, "RespondToAuthChallenge")
        )
        name = progress.challenge_name or "none"
        asked_at = self.clock.time()
        answer = respond(cast("ChallengeNameTypeType", name), responses, session=progress.session)
        step = Step(name, operation)
        progress = replace(progress, challenges=(*progress.challenges, step))
        return self._after(progress, answer, asked_at)

    def _after(self, progress: Progress, answer: Mapping[str, Any], asked_at: float) -> Progress:
        """Return where an answer of Cognito leads."""
        challenge_name = answer.get("ChallengeName")
        if challenge_name is None:
            return self._with_tokens(progress, answer)
        parameters = answer.get("ChallengeParameters") or {}
        session = answer.get("Session")
        return replace(
            progress,
            challenge_name=challenge_name,
            challenge_parameters=parameters,
            session=None if session is None else Secret(session),
            asked_at=asked_at,
            username=_internal_name(parameters, progress.username),
            # A device proves itself in an exchange of its own.
            attempt=self.engine.start()
            if challenge_name == "DEVICE_SRP_AUTH"
            else progress.attempt,
        )

    def _with_tokens(self, progress: Progress, answer: Mapping[str, Any]) -> Progress:
        result = answer.get("AuthenticationResult")
        if result is None:
            raise UnexpectedResult("the answer has neither a challenge nor tokens")
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


def _cognito_name(flow: AuthFlow) -> AuthFlowTypeType:
    return "USER_SRP_AUTH" if flow == "ADMIN_USER_SRP_AUTH" else flow


def _internal_name(parameters: Mapping[str, str], known: str) -> str:
    """Return the name to send as USERNAME.

    A new device hangs on the USERNAME of the last answer and cannot be confirmed when that was
    an alias (D081).
    """
    return parameters.get("USER_ID_FOR_SRP") or parameters.get("USERNAME") or known


def _may_go_on_without_device(error: ClientError, progress: Progress) -> bool:
    """Whether the refusal is the one from which Amplify recovers, and that is wanted (D106)."""
    context = progress.context
    if context.device is None or not context.recover_from_unknown_device:
        return False
    # There is no answering a device's own challenge without the device.
    if (progress.challenge_name or "").startswith("DEVICE_"):
        return False
    details = error.response["Error"]
    return (
        details["Code"] == "ResourceNotFoundException"
        and "Device does not exist." in details["Message"]
    )
