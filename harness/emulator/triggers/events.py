"""The event and the context that a handler gets, member for member as AWS sends them.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.emulator.api.request import Request, current_request
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.signing import TokenFormatError, read_token
from harness.emulator.domain.users import User
from harness.emulator.triggers.responses import RESPONSES, empty_response

#: callerContext.clientId of operations without an app client, as events of AdminCreateUser have it.
NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"

#: Their ClientMetadata reaches PreSignUp and PreAuthentication only (and not as clientMetadata):
#: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
_SIGN_IN_OPERATIONS = frozenset({"InitiateAuth", "AdminInitiateAuth"})


@dataclass(frozen=True)
class Occasion:
    """Why a trigger runs: which one, of which pool, for whom, and with what request.

    Attributes:
        trigger: its name in LambdaConfig; cause: the part of triggerSource behind that name.
        username: userName of the event.
        request: the members of the event's request.
    """

    trigger: str
    cause: str
    pool: Pool
    username: str
    request: dict[str, Any] = field(repr=False)

    @property
    def source(self) -> str:
        """TriggerSource, such as ``PreSignUp_AdminCreateUser``."""
        prefix = "TokenGeneration" if self.trigger == "PreTokenGeneration" else self.trigger
        return f"{prefix}_{self.cause}"

    def event(self) -> dict[str, Any]:
        """The event of this occasion, within the call under way."""
        request = current_request()
        event: dict[str, Any] = {
            "version": "1",
            "region": self.pool.region,
            "userPoolId": self.pool.pool_id,
            "userName": self.username,
            "callerContext": {
                "awsSdkVersion": request.caller.sdk if request else "aws-sdk-unknown-unknown",
                "clientId": _client_id(request),
            },
            "triggerSource": self.source,
            "request": self.request,
        }
        if self.trigger in RESPONSES:
            event["response"] = empty_response(self.trigger)
        return event


def user_attributes(user: User) -> dict[str, str]:
    """``userAttributes`` of a user who is there: with his sub and status besides."""
    return {"sub": user.sub, "cognito:user_status": user.status, **user.attributes}


def given_metadata() -> dict[str, Any]:
    """``clientMetadata`` of the call under way, as a member that is absent where none was given."""
    request = current_request()
    if request is None or request.operation in _SIGN_IN_OPERATIONS:
        return {}
    metadata = request.params.get("ClientMetadata")
    return {"clientMetadata": dict(metadata)} if metadata else {}


def _client_id(request: Request | None) -> str:
    """The app client of a request: named in it, or in its access token."""
    params = request.params if request else {}
    if "ClientId" in params:
        return str(params["ClientId"])
    try:
        _, claims = read_token(params.get("AccessToken") or "")
    except TokenFormatError:
        return NO_CLIENT
    return str(claims.get("client_id", NO_CLIENT))


@dataclass(frozen=True)
class LambdaContext:
    """The members of Lambda's context object in Python.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name: str
    invoked_function_arn: str
    aws_request_id: str
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "128"
    log_stream_name: str = "harness"
    identity: None = None
    client_context: None = None

    @property
    def log_group_name(self) -> str:
        """The log group that Lambda makes for a function."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Cognito waits five seconds for a trigger; the emulator waits as long as it takes.

        https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
        """
        return 5_000
