"""``/error``: the page of requests that cannot be told to any app (H024 to H026)."""

from __future__ import annotations

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import page
from harness.emulator.managed_login.request import Visit

__all__ = ["error"]

#: The reasons that the emulator gives, and what to do about them. Any other text in the address
#: stays unseen: somebody else may have written the link.
_HINTS = {
    "redirect_mismatch": (
        "The redirect_uri of the app must be one of the CallbackURLs of its app client: the same "
        "text, also in its port and its last slash."
    ),
    "Required parameters missing": "The address needs client_id, redirect_uri and response_type.",
    "Required String parameter 'client_id' is not present": "The address needs client_id.",
    "Required String parameter 'redirect_uri' is not present": (
        "The address needs logout_uri, which must be one of the LogoutURLs of the app client, the "
        "same text; or redirect_uri."
    ),
    "Client does not exist": "The pool of this domain has no app client with this client_id.",
    "Client is not enabled for OAuth2.0 flows.": (
        "AllowedOAuthFlowsUserPoolClient of the app client must be true, and redirect_uri must "
        "have the same letters as the CallbackURL, also in their case."
    ),
}


def error(visit: Visit) -> HttpAnswer:
    """Answer ``GET /error``, always with status 400 (H024)."""
    reason = visit.request.parameters.get("error", "")
    shown = reason if reason in _HINTS else ""
    return page(visit, "error.html", 400, message=shown, hint=_HINTS.get(reason, ""))
