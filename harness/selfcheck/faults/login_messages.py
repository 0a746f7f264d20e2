"""What a failed check must say for a fault of managed login that is answered otherwise."""

from __future__ import annotations

__all__ = ["LOGIN_MESSAGES"]

#: The words by the id of the fault.
LOGIN_MESSAGES: dict[str, str] = {
    "state-not-returned": "the state that the app sent does not come back as it was sent",
    "state-changed": "the state that the app sent does not come back as it was sent",
    "state-made-up": r"the parameters is \['code', 'state'\], expected \['code'\]",
    "nonce-dropped": "the claim nonce of the ID token is None",
    "implicit-tokens-in-the-query": r"the parameters of the fragment is \[\], expected",
    "implicit-refresh-token": "the parameters of the fragment is .*'refresh_token'",
    "no-second-factor-on-the-pages": "the pages did not ask to set up an authenticator",
    "no-browser-session": "(a signed-in browser|the other app client) led to the page",
    "session-ends-with-the-tokens": "a session after GlobalSignOut led to the page",
    "proof-key-required": "a code that was asked without a challenge was refused",
    "code-used-up-by-a-wrong-secret": "a code after a wrong client secret was refused",
    "refresh-loses-scopes": "the claim scope of the access token is 'openid', expected",
    "user-info-tells-all": r"the claims of userInfo is .*'given_name'",
    "booleans-at-user-info": "the type of email_verified is 'bool', expected 'str'",
    "more-scopes-than-asked": "scope of the access token is .*'phone'",
    "page-token-without-a-version": "the claim version of the access token is None, expected 2",
    "id-token-without-a-hash": "the claim at_hash of the ID token is None",
}
