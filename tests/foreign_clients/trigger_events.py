"""The events of every trigger, as an emulator sends them, written as TypeScript."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from harness.clock import VirtualClock
from harness.emulator import EmulatorSettings, Triggers
from harness.emulator.engine import Engine
from harness.emulator.triggers.handlers import FIELDS
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, START
from tests.emulator.support.trigger_handlers import Quiz
from tests.emulator.support.walker import Walker, new_walker

__all__ = ["TYPES", "events", "source_file"]

Event = dict[str, Any]

#: The type of an event in ``@types/aws-lambda``, by what triggerSource begins with.
TYPES = {
    "PreSignUp": "PreSignUpTriggerEvent",
    "PostConfirmation": "PostConfirmationTriggerEvent",
    "PreAuthentication": "PreAuthenticationTriggerEvent",
    "PostAuthentication": "PostAuthenticationTriggerEvent",
    "TokenGeneration": "PreTokenGenerationTriggerEvent",
    "TokenGeneration 2": "PreTokenGenerationV2TriggerEvent",
    "CustomMessage": "CustomMessageTriggerEvent",
    "CustomEmailSender": "CustomEmailSenderTriggerEvent",
    "CustomSMSSender": "CustomSMSSenderTriggerEvent",
    "DefineAuthChallenge": "DefineAuthChallengeTriggerEvent",
    "CreateAuthChallenge": "CreateAuthChallengeTriggerEvent",
    "VerifyAuthChallengeResponse": "VerifyAuthChallengeResponseTriggerEvent",
    "UserMigration": "UserMigrationTriggerEvent",
}
#: The types have a password in every event; Cognito sends none where it was forgotten (T013).
_WITHOUT_PASSWORD = "UserMigration_ForgotPassword"
_ALIAS = "type Forgotten = Omit<lambda.UserMigrationForgotPasswordTriggerEvent, 'request'>;"
_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:claims"


def events() -> list[Event]:
    """Return events of every trigger, from sign-ups, sign-ins and what else runs them."""
    found: list[Event] = []
    for senders in (False, True):
        found += _of_a_pool(senders=senders)
    return found


def source_file(found: list[Event]) -> str:
    """Return a TypeScript module in which each event is a constant of its type."""
    lines = ['import type * as lambda from "aws-lambda";', _ALIAS]
    for number, event in enumerate(found):
        source = event["triggerSource"]
        version = " 2" if event["version"] != "1" else ""
        kind = f"lambda.{TYPES[source.partition('_')[0] + version]}"
        if source == _WITHOUT_PASSWORD:
            kind = "Forgotten"
        elif "response" not in event:  # the guide's events of senders have none
            kind = f"Omit<{kind}, 'response'>"
        shown = dict(event)
        if kind == "Forgotten":
            shown.pop("request")
        lines.append(f"export const e{number}: {kind} = {json.dumps(shown)};")
    return "\n".join(lines) + "\n"


def _of_a_pool(*, senders: bool) -> Iterator[Event]:
    found: list[Event] = []
    handlers = {
        field: _noting(found, handler) for field, handler in _handlers(senders=senders).items()
    }
    engine = Engine(
        clock=VirtualClock(START, frozen=True),
        settings=EmulatorSettings(seed=1),
        triggers=Triggers(**handlers),
    )
    for version in ("V1_0", "V2_0"):
        config = {"LambdaArn": _FUNCTION, "LambdaVersion": version}
        walker = new_walker(engine, LambdaConfig={"PreTokenGenerationConfig": config})
        _everything(walker)
    yield from found


def _handlers(*, senders: bool) -> dict[str, Callable[[Event, Any], Event]]:
    handlers = dict.fromkeys(FIELDS.values(), lambda event, _: event)
    if not senders:
        handlers = {name: each for name, each in handlers.items() if "sender" not in name}
    return {**handlers, **Quiz("42").triggers(), "user_migration": _migrate}


def _migrate(event: Event, _: Any) -> Event:
    attributes = {"email": "bob@example.com", "email_verified": "true"}
    response = {"userAttributes": attributes, "finalUserStatus": "CONFIRMED"}
    return {**event, "response": {**response, "messageAction": "SUPPRESS"}}


def _noting(found: list[Event], handler: Any) -> Callable[[Event, Any], Event]:
    def note(event: Event, context: Any) -> Event:
        found.append(json.loads(json.dumps(event)))
        result: Event = handler(event, context)
        return result

    return note


def _everything(walker: Walker) -> None:
    """Do what runs every trigger, with all data that a client can give."""
    names = {"ClientId": walker.client_id, "Username": walker.username}
    metadata = {"tenant": "blue"}
    walker.call(
        "InitiateAuth",
        ClientId=walker.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": walker.username, "PASSWORD": PASSWORD},
        ClientMetadata=metadata,
    )
    signed_in = walker.by_password()["AuthenticationResult"]
    walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=signed_in["RefreshToken"])
    asked = walker.initiate("CUSTOM_AUTH", USERNAME=walker.username)
    walker.respond("CUSTOM_CHALLENGE", asked["Session"], ANSWER="42")
    walker.call("ForgotPassword", **names, ClientMetadata=metadata)
    code = walker.engine.outbox.messages(kind="forgot_password")[0].code
    walker.call("ConfirmForgotPassword", **names, ConfirmationCode=code, Password=OTHER_PASSWORD)
    carol = {"UserPoolId": walker.user_pool_id, "Username": "carol"}
    number = [{"Name": "phone_number", "Value": "+15550001111"}]
    walker.call(
        "AdminCreateUser",
        **carol,
        TemporaryPassword=PASSWORD,
        UserAttributes=number,
        DesiredDeliveryMediums=["SMS"],
        ClientMetadata=metadata,
    )
    for name, forget in (("bob", False), ("dave", True)):
        stranger = Walker(walker.engine, walker.user_pool_id, walker.client_id, name)
        if forget:
            walker.call("ForgotPassword", **{**names, "Username": name})
        else:
            stranger.by_password()
