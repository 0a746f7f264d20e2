"""How a sign-in starts: Cognito's name of the flow, and its AuthParameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from harness.errors import ConfigurationError
from harness.flows.handlers.base import device_key
from harness.flows.progress import AuthFlow, FirstChallenge, Progress, SignInContext

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import AuthFlowTypeType

__all__ = ["auth_parameters", "check_start", "cognito_name", "starts_srp"]

_CHOICE = "USER_AUTH"


def cognito_name(flow: AuthFlow) -> AuthFlowTypeType:
    """Return AuthFlow of the request: only one flow of administrators has a name of its own."""
    if flow == "ADMIN_USER_SRP_AUTH":
        return "USER_SRP_AUTH"
    if flow == "ADMIN_USER_AUTH":
        return "USER_AUTH"
    return "CUSTOM_AUTH" if flow == "ADMIN_CUSTOM_AUTH" else flow


def check_start(context: SignInContext, flow: AuthFlow) -> None:
    """Check that a sign-in of this context can start with the flow.

    Raises:
        ConfigurationError: the flow does not exist, does not take what the context wants, or needs
            a password that the context lacks.
    """
    if flow not in get_args(AuthFlow):
        raise ConfigurationError("flow", given=flow, allowed=get_args(AuthFlow))
    _check_factor("preferred_challenge", context.preferred_challenge)
    _check_factor("first_factor", context.first_factor)
    if cognito_name(flow) != _CHOICE:
        for name in ("preferred_challenge", "confirmed_session"):
            if (given := getattr(context, name)) is not None:
                raise ConfigurationError(
                    name, given=given, hint=f"only USER_AUTH takes it, and the flow is {flow}"
                )
    if context.password is None and _needs_password(context, flow):
        raise ConfigurationError("password", hint=f"{_shown(context, flow)} needs one")


def starts_srp(context: SignInContext, flow: AuthFlow) -> bool:
    """Return whether the first request has SRP_A."""
    name = cognito_name(flow)
    if name == "CUSTOM_AUTH":
        return context.custom_with_srp
    return name == "USER_SRP_AUTH" or (
        name == _CHOICE and context.preferred_challenge == "PASSWORD_SRP"
    )


def auth_parameters(progress: Progress) -> dict[str, str]:
    """Return AuthParameters, without SECRET_HASH.

    A preferred PASSWORD brings the password, and PASSWORD_SRP brings SRP_A (N019). DEVICE_KEY may
    come with each flow (D083, N056).
    """
    context, name = progress.context, cognito_name(progress.flow)
    parameters = {"USERNAME": context.username, **device_key(progress)}
    if name == _CHOICE and context.preferred_challenge is not None:
        parameters["PREFERRED_CHALLENGE"] = context.preferred_challenge
    if progress.attempt is not None:
        parameters["SRP_A"] = progress.attempt.public_hex
        if name == "CUSTOM_AUTH":
            parameters["CHALLENGE_NAME"] = "SRP_A"
    elif _needs_password(context, progress.flow) and context.password is not None:
        parameters["PASSWORD"] = context.password.reveal()
    return parameters


def _needs_password(context: SignInContext, flow: AuthFlow) -> bool:
    """Return whether the first request has the password, or its proof by SRP follows."""
    if cognito_name(flow) == _CHOICE:
        return context.preferred_challenge in ("PASSWORD", "PASSWORD_SRP")
    return starts_srp(context, flow) or flow.endswith("USER_PASSWORD_AUTH")


def _shown(context: SignInContext, flow: AuthFlow) -> str:
    preferred = context.preferred_challenge
    return f"{flow} with PREFERRED_CHALLENGE {preferred}" if preferred else flow


def _check_factor(name: str, given: FirstChallenge | None) -> None:
    if given is not None and given not in get_args(FirstChallenge):
        raise ConfigurationError(name, given=given, allowed=get_args(FirstChallenge))
