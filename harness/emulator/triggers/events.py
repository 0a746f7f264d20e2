"""The event and the context that a handler gets, with the same members as on AWS.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator.api.request import Request, current_request
from harness.emulator.domain.signing import TokenFormatError, read_token
from harness.emulator.triggers.responses import LATER_VERSIONS, RESPONSES, empty_response

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User

#: callerContext.clientId in operations without an app client, such as AdminCreateUser.
NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"

#: Operations whose ClientMetadata reaches their first triggers alone, as validationData:
#: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
_SIGN_IN_OPERATIONS = frozenset({"InitiateAuth", "AdminInitiateAuth"})


@dataclass(frozen=True)
class Occasion:
    """One run of a trigger: its reason and the input of its event.

    Attributes:
        trigger: the name of the trigger in LambdaConfig.
        cause: the part of triggerSource after the name of the trigger.
        pool: the user pool.
        username: userName of the event.
        request: the members of the event's request.
        version: the version of the event.
    """

    trigger: str
    cause: str
    pool: Pool
    username: str
    request: dict[str, Any] = field(repr=False)
    version: str = "1"

    @property
    def shape(self) -> str:
        """What the members of its response are listed under."""
        return self.trigger if self.version == "1" else f"{self.trigger}{LATER_VERSIONS}"

    @property
    def source(self) -> str:
        """The event's triggerSource, such as ``PreSignUp_AdminCreateUser``."""
        prefix = "TokenGeneration" if self.trigger == "PreTokenGeneration" else self.trigger
        return f"{prefix}_{self.cause}"

    def event(self) -> dict[str, Any]:
        """Return the event of this occasion in the current call."""
        request = current_request()
        event: dict[str, Any] = {
            "version": self.version,
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
        if self.shape in RESPONSES:
            event["response"] = empty_response(self.shape)
        return event


def user_attributes(user: User) -> dict[str, str]:
    """Return ``userAttributes`` of an existing user, with sub and status."""
    return {"sub": user.sub, "cognito:user_status": user.status, **user.attributes}


def given_metadata() -> dict[str, Any]:
    """Return ``clientMetadata`` of the current call as a member; empty if none was given."""
    request = current_request()
    if request is None or request.operation in _SIGN_IN_OPERATIONS:
        return {}
    metadata = request.params.get("ClientMetadata")
    return {"clientMetadata": dict(metadata)} if metadata else {}


def validation_data() -> dict[str, Any] | None:
    """Return ``validationData`` of a sign-in that begins with the current call (T013)."""
    request = current_request()
    if request is None or request.operation not in _SIGN_IN_OPERATIONS:
        return None
    return dict(request.params.get("ClientMetadata") or {}) or None


def _client_id(request: Request | None) -> str:
    """Return the id of the app client in a request, or in its access token."""
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
    """Lambda's context object in Python.

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
        """The log group that Lambda creates for the function."""
        return f"/aws/lambda/{self.function_name}"

    def in_javascript(self) -> dict[str, Any]:
        """Return the members of the context object in Node.js.

        https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
        """
        return {
            "functionName": self.function_name,
            "functionVersion": self.function_version,
            "invokedFunctionArn": self.invoked_function_arn,
            "memoryLimitInMB": self.memory_limit_in_mb,
            "awsRequestId": self.aws_request_id,
            "logGroupName": self.log_group_name,
            "logStreamName": self.log_stream_name,
            "remainingTimeInMillis": self.get_remaining_time_in_millis(),
        }

    def get_remaining_time_in_millis(self) -> int:
        """Return five seconds, for which Cognito waits; the emulator has no time limit.

        https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
        """
        return 5_000
