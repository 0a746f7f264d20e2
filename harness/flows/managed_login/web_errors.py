"""What goes wrong on the way: a page that nobody expected, and the errors of OAuth 2.0."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from harness.errors import UnexpectedResult
from harness.flows.managed_login.web_page import WebPage
from harness.redaction import redact

__all__ = ["OAuthRefusal", "UnexpectedPage", "described"]

_MOST_FIELDS = 6
_LONGEST_TEXT = 160


class UnexpectedPage(UnexpectedResult):
    """Another page came than the walk expected; the message has its alert and no secret.

    Args:
        expected: what the walk expected, as the end of the sentence "expected …".
        page: the page that came.
        reason: what is missing to go on, if that is known.
    """

    def __init__(self, expected: str, page: WebPage, *, reason: str = "") -> None:
        self.page = page
        because = f"; {reason}" if reason else ""
        super().__init__(
            f"expected {expected}, but {described(page)} came{because}",
            expected=expected,
            answered=described(page),
        )


class OAuthRefusal(ClientError):
    """An error of an OAuth 2.0 endpoint, or one that the app got with a redirect.

    It is botocore's ``ClientError``, so whatever expects a refusal of Cognito's API takes it too:
    the code is the member ``error``, the message is ``error_description``.

    Args:
        operation: what was asked, such as ``POST /oauth2/token``.
        error: the member ``error``, such as ``invalid_grant``.
        description: the member ``error_description``; empty without one.
        status: the HTTP status.
    """

    def __init__(self, operation: str, error: str, description: str = "", status: int = 400):
        self.error = error
        self.description = description
        self.status = status
        self._arguments = (operation, error, description, status)
        response: Any = {
            "Error": {"Code": error, "Message": description},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        super().__init__(response, operation)

    def __reduce__(self) -> Any:
        """Return how another process makes the same error."""
        return type(self), self._arguments


def described(page: WebPage) -> str:
    """Return a page as the subject of a sentence, with what it reports or asks, and no secrets."""
    named = f"the page {page.title!r}" if page.title else "a page without a title"
    where = f"{named} ({page.path}, HTTP {page.status})"
    if page.alerts:
        return str(redact(f"{where} with the alert {' '.join(page.alerts)!r}"))
    asked = [each.label or each.name for form in page.forms[:1] for each in form.asked]
    if asked:
        return str(redact(f"{where} that asks for {', '.join(asked[:_MOST_FIELDS])}"))
    return str(redact(f"{where} that says {page.text[:_LONGEST_TEXT]!r}"))
