"""A service that was written beforehand: which calls come, in which order, and what each gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.stub import Stubber

from harness.errors import ConfigurationError, ScenarioFailure

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Like", "Script"]


class Like:
    """Equal to every text of a form, for parameters that are drawn anew in each run.

    Args:
        pattern: a regular expression for the whole text.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __eq__(self, other: object) -> bool:
        """Return whether ``other`` is a text of this form."""
        return isinstance(other, str) and self._pattern.fullmatch(other) is not None

    def __hash__(self) -> int:
        """Return a hash of the form."""
        return hash(self._pattern)

    def __repr__(self) -> str:
        """Return the form."""
        return f"Like({self._pattern.pattern!r})"


class Script:
    """The calls that a client will make, in this order, with these parameters and no others.

    A call that is not the next one, or has other parameters, raises botocore's
    ``StubResponseError``. Nothing ever leaves the process.

    Args:
        client: is answered by the script from now until :meth:`close`.
    """

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self.client = client
        self._expected: list[str] = []
        self._arrived = 0
        self._stubber = Stubber(client)
        self._stubber.activate()
        client.meta.events.register_last("after-call", self._count, unique_id=f"script-{id(self)}")

    def answer(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        answer: Mapping[str, Any] | None = None,
    ) -> Script:
        """Expect a call and answer it.

        Args:
            operation: Cognito's name of it, such as ``SignUp``.
            parameters: all of the request's members; :class:`Like` matches by form.
            answer: the answer's members; checked against botocore's model of the service.

        Raises:
            botocore.exceptions.ParamValidationError: Cognito has no such answer.
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
        """Expect a call and refuse it with an error of Cognito's.

        Args:
            operation: Cognito's name of it, such as ``SignUp``.
            parameters: all of the request's members; :class:`Like` matches by form.
            code: the error, such as ``CodeMismatchException``.
            message: its text.
            status: the HTTP status; Cognito uses 400 for everything but its own failures (A304).
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
    def arrived(self) -> tuple[str, ...]:
        """The calls that have been answered or refused so far."""
        return tuple(self._expected[: self._arrived])

    @property
    def remaining(self) -> tuple[str, ...]:
        """The calls that are still expected."""
        return tuple(self._expected[self._arrived :])

    def expect_finished(self) -> None:
        """Expect that every call of the script was made.

        Raises:
            ScenarioFailure: names the calls that did not come.
        """
        if self.remaining:
            raise ScenarioFailure(f"calls that did not come: {', '.join(self.remaining)}")

    def close(self) -> None:
        """Answer no more; closing twice does nothing."""
        self._stubber.deactivate()
        self.client.meta.events.unregister("after-call", unique_id=f"script-{id(self)}")

    def _count(self, **_: Any) -> None:
        self._arrived += 1

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
