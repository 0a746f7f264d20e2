"""A scripted service: the expected calls in their order, and the response to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.stub import Stubber

from harness.clock import VirtualClock
from harness.errors import ConfigurationError, ScenarioFailure
from harness.redaction import Secret
from harness.users.mailboxes.scripted import ScriptedMailbox

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Like", "Script"]

# The first event of a call, before Stubber can refuse it.
_EVERY_CALL = "provide-client-params"
_OF_SCRIPT = "harness-script"


class Like:
    """Equals every text that matches a pattern, for parameters that differ in each run.

    Args:
        pattern: regular expression for the whole text.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __eq__(self, other: object) -> bool:
        """Return whether ``other`` is a text that matches."""
        return isinstance(other, str) and self._pattern.fullmatch(other) is not None

    def __hash__(self) -> int:
        """Return a hash of the pattern."""
        return hash(self._pattern)

    def __repr__(self) -> str:
        """Return the pattern."""
        return f"Like({self._pattern.pattern!r})"


class Script:
    """The calls that a client must make, in this order, with exactly these parameters.

    A call that is not the next one, or has other parameters, raises botocore's
    ``StubResponseError``. Nothing is sent over the network.

    Args:
        client: gets its responses from the script until :meth:`close`.
        clock: stands still unless it is moved, so that timestamps and TOTP codes are known in
            advance.
    """

    def __init__(self, client: CognitoIdentityProviderClient, clock: VirtualClock) -> None:
        self.client = client
        self.clock = clock
        self._expected: list[str] = []
        self._made: list[str] = []
        self._closed = False
        self._stubber = Stubber(client)
        self._stubber.activate()
        client.meta.events.register_first(_EVERY_CALL, self._note, unique_id=_OF_SCRIPT)

    def answer(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        answer: Mapping[str, Any] | None = None,
    ) -> Script:
        """Expect a call and respond to it.

        Args:
            operation: name of the operation in Cognito's API, such as ``SignUp``.
            parameters: all members of the request; :class:`Like` matches by a pattern.
            answer: members of the response; checked against botocore's model of the service.

        Raises:
            botocore.exceptions.ParamValidationError: Cognito has no such response.
        """
        metadata = {"HTTPStatusCode": 200, "RequestId": self._next_request_id()}
        self._stubber.add_response(
            self._method(operation),
            {**(answer or {}), "ResponseMetadata": metadata},
            dict(parameters),
        )
        self._expected.append(operation)
        return self

    def refuse(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        code: str,
        message: str = "",
        *,
        status: int = 400,
    ) -> Script:
        """Expect a call and respond with one of Cognito's errors.

        Args:
            operation: name of the operation in Cognito's API, such as ``SignUp``.
            parameters: all members of the request; :class:`Like` matches by a pattern.
            code: error code, such as ``CodeMismatchException``.
            message: text of the error.
            status: HTTP status; Cognito uses 400 for all but its internal errors (A304).
        """
        self._stubber.add_client_error(
            self._method(operation),
            service_error_code=code,
            service_message=message,
            http_status_code=status,
            response_meta={"RequestId": self._next_request_id()},
            expected_params=dict(parameters),
        )
        self._expected.append(operation)
        return self

    @property
    def made(self) -> tuple[str, ...]:
        """The calls so far, including those that the script does not expect."""
        return tuple(self._made)

    def mailbox(self, *codes: Secret | str) -> ScriptedMailbox:
        """Return a mailbox that gives these codes in order."""
        return ScriptedMailbox(codes, self.clock)

    def expect_finished(self) -> None:
        """Check that the client made all calls of the script, and no others.

        Raises:
            ScenarioFailure: a call differs; the message names the first one.
        """
        for number, (made, expected) in enumerate(zip_longest(self._made, self._expected), 1):
            if made != expected:
                raise ScenarioFailure(
                    f"call {number}: expected {expected or 'no call'}, got {made or 'no call'}"
                )

    def close(self) -> None:
        """Stop responding; closing twice does nothing."""
        if self._closed:
            # By now another script may use the same client, under the same names.
            return
        self._closed = True
        self._stubber.deactivate()
        self.client.meta.events.unregister(_EVERY_CALL, self._note, unique_id=_OF_SCRIPT)

    def _note(self, model: Any, **_: Any) -> None:
        self._made.append(model.name)

    def _next_request_id(self) -> str:
        return f"scripted-{len(self._expected) + 1}"

    def _method(self, operation: str) -> str:
        if operation not in self._operations():
            raise ConfigurationError(
                "operation",
                given=operation,
                allowed=self._operations(),
            )
        return xform_name(operation)

    def _operations(self) -> Iterable[str]:
        return self.client.meta.service_model.operation_names
