"""The second argument of a handler: what Lambda tells a function about itself."""

from __future__ import annotations

from dataclasses import dataclass


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
