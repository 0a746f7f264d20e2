"""What an app asks /oauth2/authorize for: PKCE, state and nonce, and what it must get back."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from harness.errors import UnexpectedResult
from harness.flows.managed_login.browser import Departure
from harness.redaction import Secret

__all__ = ["Authorization", "challenge_of"]


@dataclass(frozen=True)
class Authorization:
    """One authorization request of an app, with what it keeps until it gets the code.

    Attributes:
        client_id: the app client.
        redirect_uri: where the code goes; it must be registered, letter for letter (H023).
        scopes: what is asked for; ``None`` leaves it to Cognito (H029).
        state: comes back with the code (H021, H033); ``None`` sends none.
        nonce: is in the ID token (H085); ``None`` sends none.
        verifier: proves at the token endpoint who has asked (PKCE, H032); ``None`` goes without.
        response_type: ``code``, or ``token`` for the implicit flow (H022).
        more: further parameters, such as ``prompt``.
    """

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...] | None = None
    state: str | None = None
    nonce: str | None = None
    verifier: Secret | None = None
    response_type: str = "code"
    more: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def begin(cls, client_id: str, redirect_uri: str, **changed: Any) -> Authorization:
        """Return a request with a new state, nonce and verifier, as a careful app sends it.

        Args:
            client_id: the app client.
            redirect_uri: where the code goes.
            changed: other values for the attributes.
        """
        fresh: dict[str, Any] = {
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            # 43 to 128 unreserved characters: RFC 7636, section 4.1.
            "verifier": Secret(secrets.token_urlsafe(48)),
        }
        return cls(client_id, redirect_uri, **{**fresh, **changed})

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the query, without those that are not sent."""
        verifier = self.verifier
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": self.response_type,
            "scope": None if self.scopes is None else " ".join(self.scopes),
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": None if verifier is None else challenge_of(verifier),
            "code_challenge_method": None if verifier is None else "S256",
        }
        return {**{name: value for name, value in asked.items() if value}, **dict(self.more)}

    def url(self, domain_url: str) -> str:
        """Return the address that the app sends the browser to."""
        return f"{domain_url}/oauth2/authorize?{urlencode(self.parameters)}"

    def with_parameters(self, **more: str) -> Authorization:
        """Return the same request with further parameters, such as ``prompt="none"``."""
        return replace(self, more=(*self.more, *more.items()))

    def code_in(self, departure: Departure) -> Secret:
        """Return the code of the redirect to the app, after the checks of a careful app.

        Raises:
            OAuthRefusal: it has an error.
            UnexpectedResult: it goes elsewhere, has no code, or has not the state that was sent.
        """
        query = departure.require_no_error().query
        if departure.address != self.redirect_uri.partition("?")[0]:
            raise UnexpectedResult(
                f"the browser was sent to {departure.address}, not to {self.redirect_uri}",
                facts="H021, H024",
            )
        if query.get("state") != self.state:
            raise UnexpectedResult(_about_state(query.get("state"), self.state), facts="H021, H033")
        if not query.get("code"):
            raise UnexpectedResult("the app got a redirect without a code", facts="H021")
        return Secret(query["code"])


def challenge_of(verifier: Secret) -> str:
    """Return the code challenge of a verifier by S256 (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _about_state(got: str | None, sent: str | None) -> str:
    if got is None:
        return "the state that was sent does not come back"
    if sent is None:
        return "a state comes back that was not sent"
    return "another state comes back than the one that was sent"
