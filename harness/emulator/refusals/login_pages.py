"""Errors of a domain's pages and of ``/oauth2/authorize``.

Those of the first kind are shown on the error page: ``message`` is the reason there. Those of the
second kind go to the app: ``code`` is ``error``, ``message`` is ``error_description``.
"""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal

# --- on the error page ------------------------------------------------------------------------


def redirect_mismatch() -> Refusal:
    """redirect_uri is not among the CallbackURLs (H023, H024)."""
    return Refusal("redirect_mismatch", "redirect_mismatch")


def required_parameters_missing() -> Refusal:
    """client_id or redirect_uri is missing (H026)."""
    return Refusal("invalid_request", "Required parameters missing")


def parameter_not_present(name: str) -> Refusal:
    """/logout lacks a parameter, or has a logout_uri that is not registered (H026, H097)."""
    return Refusal("invalid_request", f"Required String parameter '{name}' is not present")


def login_client_unknown() -> Refusal:
    """No app client of the pool has the client_id (H026)."""
    return Refusal("invalid_client", "Client does not exist")


def client_id_missing_on_login() -> Refusal:
    """/login of managed login gets no client_id (H098)."""
    return Refusal("invalid_request", "Missing required parameter client_id in request URL")


def oauth_not_enabled() -> Refusal:
    """AllowedOAuthFlowsUserPoolClient is false (H009, H027)."""
    return Refusal("unauthorized_client", "Client is not enabled for OAuth2.0 flows.")


def login_pages_unavailable() -> Refusal:
    """The domain has version 2, and the app client no branding style (H008)."""
    text = "Login pages unavailable. Please contact an administrator."
    return Refusal("login_pages_unavailable", text, 403)


def login_option_unavailable() -> Refusal:
    """COGNITO is not among SupportedIdentityProviders (H018, text unknown)."""
    return Refusal("invalid_request", "Login option is not available. Please try another one")


def csrf_mismatch() -> Refusal:
    """``_csrf`` is not the value of the cookie XSRF-TOKEN (H047, text unknown)."""
    text = (
        "This form is no longer good, as the browser has opened another page since, or was never "
        "sent this one. Go back to the app, and sign in again."
    )
    return Refusal("csrf_mismatch", text, 403)


def sign_in_over() -> Refusal:
    """No sign-in is under way in the browser, or it has taken too long (H039)."""
    return Refusal("sign_in_over", "Something went wrong")


def form_of_another_site() -> Refusal:
    """A page of another origin sent the form (text our own)."""
    return Refusal("forbidden", "A page of another origin sent this form.", 403)


def federation_not_emulated() -> Refusal:
    """Identity providers are not emulated (text our own)."""
    return Refusal("not_emulated", "Identity providers are not emulated.", 501)


def page_not_found() -> Refusal:
    """The domain has no such page (text our own)."""
    return Refusal("not_found", "There is no such page.", 404)


def page_not_emulated(what: str) -> Refusal:
    """Cognito has the page, and the emulator has not (text our own)."""
    return Refusal("not_emulated", f"{what} not emulated.", 501)


def method_not_allowed(method: str) -> Refusal:
    """The page has no such method (text our own)."""
    return Refusal("method_not_allowed", f"Request method '{method}' not supported", 405)


def request_too_long() -> Refusal:
    """The query or the form is longer than any page needs (text our own)."""
    return Refusal("invalid_request", "The request is too long.", 413)


# --- for the app ------------------------------------------------------------------------------


def authorize_request_invalid() -> Refusal:
    """A parameter is missing or wrong (H031)."""
    return Refusal("invalid_request", "")


def authorize_scope_invalid() -> Refusal:
    """A scope is unknown, or not one of the app client (H028)."""
    return Refusal("invalid_request", "invalid_scope")


def flow_not_allowed() -> Refusal:
    """response_type is not among AllowedOAuthFlows (H031)."""
    return Refusal("unauthorized_client", "")


def login_required() -> Refusal:
    """``prompt=none``, and the browser has no session (H035)."""
    return Refusal("login_required", "")
