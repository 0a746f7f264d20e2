"""What to do about the reasons on the error page, which name no setting.

Whoever sees the page in a test wants to know what to change. The reasons are Cognito's texts.
"""

from __future__ import annotations

__all__ = ["HINTS"]

#: The reasons that the emulator gives. ``/error`` shows no other text of its address: somebody else
#: may have written the link.
HINTS = {
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
    "Login pages unavailable. Please contact an administrator.": (
        "The domain has managed login (version 2), whose pages are there for an app client with a "
        "branding style: CreateManagedLoginBranding with UseCognitoProvidedValues gives it one."
    ),
    "Login option is not available. Please try another one": (
        "SupportedIdentityProviders of the app client must have COGNITO, so that the pool's own "
        "users can sign in."
    ),
    "A page of another origin sent this form.": (
        "Its Origin is not the Host of the request. If a proxy changes the Host, start the server "
        "with the address of the proxy: serve --public-url."
    ),
}
