"""What the user gives: one callable for each trigger that is to take part."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from harness.errors import ConfigurationError

#: A Lambda handler in Python: takes the event and the context, returns the event.
Trigger: TypeAlias = Callable[[dict[str, Any], Any], Any]

#: The field of each trigger, by the trigger's name in LambdaConfig and in error texts.
FIELDS = {
    "PreSignUp": "pre_sign_up",
    "PostConfirmation": "post_confirmation",
    "PreAuthentication": "pre_authentication",
    "PostAuthentication": "post_authentication",
    "PreTokenGeneration": "pre_token_generation",
    "CustomMessage": "custom_message",
    "CustomEmailSender": "custom_email_sender",
    "CustomSMSSender": "custom_sms_sender",
    "DefineAuthChallenge": "define_auth_challenge",
    "CreateAuthChallenge": "create_auth_challenge",
    "VerifyAuthChallengeResponse": "verify_auth_challenge_response",
}


@dataclass(frozen=True)
class Triggers:
    """The handlers that take part, each as Lambda would call it: ``handler(event, context)``.

    One set serves all pools of an emulator; ``event["userPoolId"]`` tells them apart. A handler
    that is given runs whether or not the pool's LambdaConfig names a function.

    Attributes:
        pre_token_generation: with event version 1: claims and groups of the ID token.
        custom_email_sender, custom_sms_sender: get the code in plain text, where Cognito encrypts
            it.

    Raises ConfigurationError for what cannot be called.
    """

    pre_sign_up: Trigger | None = None
    post_confirmation: Trigger | None = None
    pre_authentication: Trigger | None = None
    post_authentication: Trigger | None = None
    pre_token_generation: Trigger | None = None
    custom_message: Trigger | None = None
    custom_email_sender: Trigger | None = None
    custom_sms_sender: Trigger | None = None
    define_auth_challenge: Trigger | None = None
    create_auth_challenge: Trigger | None = None
    verify_auth_challenge_response: Trigger | None = None

    def __post_init__(self) -> None:
        """See that every trigger can be called."""
        for field in dataclasses.fields(self):
            given = getattr(self, field.name)
            if given is not None and not callable(given):
                raise ConfigurationError(
                    f"Triggers({field.name}=...)",
                    given=given,
                    hint="allowed is a callable that takes the event and the context",
                )

    def find(self, name: str) -> Trigger | None:
        """The handler of a trigger, by its name in LambdaConfig."""
        handler: Trigger | None = getattr(self, FIELDS[name])
        return handler
