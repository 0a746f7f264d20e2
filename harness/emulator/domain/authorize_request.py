"""The request of an app that a sign-in on the pages of managed login is for."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["AuthorizeRequest"]


@dataclass(frozen=True)
class AuthorizeRequest:
    """The checked query of ``/oauth2/authorize`` (H019).

    Attributes:
        client_id: the app client.
        redirect_uri: one of its CallbackURLs, as a whole string (H023).
        response_type: ``code`` or ``token`` (H022).
        scopes: the scopes that were asked for, or all of the app client (H029).
        state: what the app gets back unchanged; ``None`` if it sent none (H021, H033).
        nonce: for the ID token (H085).
        code_challenge: of PKCE, always S256 (H032).
        login_hint: fills in the username (H037).
        resource: the API that the access token is for, its ``aud`` (H038).
        prompt: the values of ``prompt`` (H034).
        query: the query as it was sent, which every page keeps in its address.
    """

    client_id: str
    redirect_uri: str
    response_type: str
    scopes: tuple[str, ...]
    state: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    code_challenge: str | None = field(default=None, repr=False)
    login_hint: str | None = None
    prompt: tuple[str, ...] = ()
    resource: str | None = None
    query: str = field(default="", repr=False)
