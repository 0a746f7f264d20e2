"""The class of all refusals, and the refusals that any request can get."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class Refusal(Exception):
    """An error that Cognito defines.

    Attributes:
        code: the code of the service model.
        message: the text.
        status: the HTTP status, nearly always 400 (A298).
        reason: which of the causes behind the same message it is, as the end of a sentence. The
            call log keeps it for the emulator's user; no client ever sees it. A function finds it
            once somebody asks, if that takes long.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.reason: str | Callable[[], str] = ""

    def because(self, reason: str | Callable[[], str]) -> Refusal:
        """Return this refusal with the reason for it, which must hold no secret."""
        self.reason = reason
        return self


def invalid_parameter(message: str) -> Refusal:
    """Return InvalidParameterException with the given text."""
    return Refusal("InvalidParameterException", message)


def validation_errors(errors: Iterable[str]) -> Refusal:
    """A request violates the service model; one text names all violations (A303)."""
    found = list(errors)
    count = f"{len(found)} validation error{'' if len(found) == 1 else 's'} detected: "
    return Refusal("InvalidParameterException", count + "; ".join(found))


def missing_required_parameter(name: str) -> Refusal:
    """AuthParameters or ChallengeResponses lack a member (A117)."""
    return Refusal("InvalidParameterException", f"Missing required parameter {name}")


def filter_attribute(name: str) -> Refusal:
    """A Filter names an attribute that cannot be searched (A078)."""
    return invalid_parameter(f"Invalid search attribute: {name}")


def filter_unparsable() -> Refusal:
    """A Filter does not follow the grammar (A078)."""
    return invalid_parameter("Error while parsing filter.")


def pagination_token_invalid() -> Refusal:
    """A PaginationToken or NextToken is unknown, expired or belongs to another list."""
    return invalid_parameter("Invalid pagination token.")


def serialization(message: str = "Unexpected field type") -> Refusal:
    """A JSON value has the wrong type, or the body is not a JSON object (A304)."""
    return Refusal("SerializationException", message)


def region_invalid() -> Refusal:
    """A signature names no region, or one that AWS does not have (A302; the text is inferred)."""
    text = "Credential should be scoped to a valid region."
    return Refusal("InvalidSignatureException", text)


def unknown_operation() -> Refusal:
    """X-Amz-Target does not name an operation of the service (A304; the text is inferred)."""
    return Refusal("UnknownOperationException", "Unknown operation")


def not_emulated(operation: str) -> Refusal:
    """The emulator does not have an operation of the real service; the text is our own."""
    return Refusal(
        "OperationNotEnabledException",
        f"{operation} is not emulated by the Cognito MFA harness.",
        501,
    )


def rate_exceeded() -> Refusal:
    """A category quota is used up (A290)."""
    return Refusal("TooManyRequestsException", "Rate exceeded")


def limit_exceeded() -> Refusal:
    """A per-user limit is used up (A045, A048, A090, A096)."""
    return Refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")


def daily_email_limit() -> Refusal:
    """Cognito's own sender has reached its daily limit of emails (A291; the text is inferred)."""
    return Refusal(
        "LimitExceededException",
        "Exceeded daily email limit for the operation or the account. If a higher limit is "
        "required, please configure your user pool to use your own Amazon SES configuration.",
    )


def trigger_failed(trigger: str, text: str) -> Refusal:
    """A trigger's handler raised an error, whose text the caller gets (A184)."""
    return Refusal("UserLambdaValidationException", f"{trigger} failed with error {text}.")


def trigger_not_invoked(trigger: str, error: str) -> Refusal:
    """A trigger's function could not be invoked (T001), or did not answer in time (T002)."""
    return Refusal(
        "UnexpectedLambdaException", f"{trigger} invocation failed due to error {error}."
    )


def trigger_response_invalid() -> Refusal:
    """A trigger's handler did not return the event with a response that fits.

    The text is reported in github.com/amazon-archives/amazon-cognito-identity-js/issues/167
    and /633.
    """
    return Refusal("InvalidLambdaResponseException", "Unrecognizable lambda output")
