"""The handlers of all pools of an emulator: one callable for each trigger."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from harness.errors import ConfigurationError

#: A Lambda handler in Python: it takes the event and the context, and returns the event.
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
    "UserMigration": "user_migration",
}


@dataclass(frozen=True)
class Triggers:
    """The handlers of an emulator, each called like Lambda does: ``handler(event, context)``.

    All pools of an emulator share the handlers; ``event["userPoolId"]`` names the pool. A handler
    runs whether or not the pool's LambdaConfig names a function. `LambdaFunctions` has handlers
    that run where LambdaConfig says so.

    Attributes:
        pre_token_generation: gets the event version of the pool's PreTokenGenerationConfig, and
            version 1 where there is none (T016).
        custom_email_sender: gets the code as plain text; Cognito encrypts it.
        custom_sms_sender: gets the code as plain text; Cognito encrypts it.

    Raises:
        ConfigurationError: a handler is not callable.
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
    user_migration: Trigger | None = None

    def __post_init__(self) -> None:
        """Check that every handler is callable."""
        for field in dataclasses.fields(self):
            given = getattr(self, field.name)
            if given is not None and not callable(given):
                raise ConfigurationError(
                    f"Triggers({field.name}=...)",
                    given=given,
                    hint="it must be a callable that takes the event and the context",
                )

    def find(self, name: str) -> Trigger | None:
        """Return the handler of a trigger, by its name in LambdaConfig."""
        handler: Trigger | None = getattr(self, FIELDS[name])
        return handler
