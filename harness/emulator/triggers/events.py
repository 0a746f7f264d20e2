"""The event that a handler is passed, member for member as Cognito sends it.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator.api.current_call import current_request
from harness.emulator.domain.signing import TokenFormatError, read_token
from harness.emulator.triggers.responses import RESPONSES, empty_response

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Request

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
