"""What a refusal is, and the refusals that any request can meet."""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(Exception):
    """An error that Cognito answers with: a code of the service model, a text, an HTTP status.

    Nearly all have the status 400 (A298).
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid_parameter(message: str) -> Refusal:
    """InvalidParameterException with a text of the caller's."""
    return Refusal("InvalidParameterException", message)


def validation_errors(errors: Iterable[str]) -> Refusal:
    """All model violations of one request in one text (A303)."""
    found = list(errors)
    count = f"{len(found)} validation error{'' if len(found) == 1 else 's'} detected: "
    return Refusal("InvalidParameterException", count + "; ".join(found))


def missing_required_parameter(name: str) -> Refusal:
    """A member of AuthParameters or ChallengeResponses is missing (A117)."""
    return Refusal("InvalidParameterException", f"Missing required parameter {name}")


def filter_attribute(name: str) -> Refusal:
    """A Filter on what cannot be searched (A078)."""
    return invalid_parameter(f"Invalid search attribute: {name}")


def filter_unparsable() -> Refusal:
    """A Filter that does not follow the grammar (A078)."""
    return invalid_parameter("Error while parsing filter.")


def pagination_token_invalid() -> Refusal:
    """A PaginationToken or NextToken that is unknown, expired or another list's."""
    return invalid_parameter("Invalid pagination token.")


def serialization(message: str = "Unexpected field type") -> Refusal:
    """A JSON value of the wrong type, or a body that is no JSON object (A304)."""
    return Refusal("SerializationException", message)


def region_invalid() -> Refusal:
    """A signature for no region of AWS, or one that names none (A302; the text is inferred)."""
    text = "Credential should be scoped to a valid region."
    return Refusal("InvalidSignatureException", text)


def unknown_operation() -> Refusal:
    """X-Amz-Target names no operation of the service (A304; the text is inferred)."""
    return Refusal("UnknownOperationException", "Unknown operation")


def not_emulated(operation: str) -> Refusal:
    """A real operation that this emulator does not have."""
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
    """Cognito's own sender has sent its e-mails of the day (A291; the text is inferred)."""
    return Refusal(
        "LimitExceededException",
        "Exceeded daily email limit for the operation or the account. If a higher limit is "
        "required, please configure your user pool to use your own Amazon SES configuration.",
    )


def trigger_failed(trigger: str, text: str) -> Refusal:
    """A trigger raised an error; its text reaches the caller (A184)."""
    return Refusal("UserLambdaValidationException", f"{trigger} failed with error {text}.")


def trigger_answer_invalid() -> Refusal:
    """A trigger returned something else than the event with a response that fits.

    The text is reported in github.com/amazon-archives/amazon-cognito-identity-js/issues/167
    and /633.
    """
    return Refusal("InvalidLambdaResponseException", "Unrecognizable lambda output")
