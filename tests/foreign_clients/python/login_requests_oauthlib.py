"""requests-oauthlib as an app: it knows the addresses of the domain, and nothing else."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlencode

import jwt
from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from requests_oauthlib import OAuth2Session  # type: ignore[import-untyped]

from tests.foreign_clients.python.login_conversation import LoginSettings, converse

__all__ = ["App"]


class App:
    """The back end of an app."""

    def __init__(self, settings: LoginSettings) -> None:
        self._settings = settings
        self._secret = settings.client_secret
        self._session: Any = None
        self._tokens: dict[str, Any] = {}

    def begin(self, redirect_uri: str = "") -> dict[str, str]:
        """Return the address that the app sends the browser to."""
        given = self._settings
        self._session = OAuth2Session(
            given.client_id,
            redirect_uri=redirect_uri or given.redirect_uri,
            scope=given.scope.split(),
            pkce="S256",
        )
        self._session.trust_env = False
        url, _ = self._session.authorization_url(f"{given.domain_url}/oauth2/authorize")
        return {"outcome": "done", "url": url}

    def finish(self, url: str) -> str:
        """Exchange the code of the callback."""
        self._tokens = self._session.fetch_token(
            f"{self._settings.domain_url}/oauth2/token",
            authorization_response=url,
            client_secret=self._secret,
        )
        return f"signed in as {_claims(self._tokens['id_token'])['cognito:username']}"

    def finish_again(self, url: str) -> str:
        """Exchange the same code once more."""
        return self.finish(url)

    def use_secret(self, client_secret: str) -> str:
        """Use another secret from now on."""
        self._secret = client_secret
        return "done"

    def spoil_verifier(self) -> str:
        """Forget the verifier, and make another one."""
        self._session._code_verifier = self._session._client.create_code_verifier(128)
        return "done"

    def spoil_redirect(self, redirect_uri: str) -> str:
        """Name another redirect_uri to the token endpoint than to the pages."""
        self._session.redirect_uri = redirect_uri
        return "done"

    def call(self) -> str:
        """Ask who is signed in."""
        answer = self._session.get(f"{self._settings.domain_url}/oauth2/userInfo")
        return f"user info of {answer.json()['username']}"

    def refresh(self) -> str:
        """Get new tokens."""
        given = self._settings
        found = self._session.refresh_token(
            f"{given.domain_url}/oauth2/token", auth=(given.client_id, given.client_secret)
        )
        same = found["access_token"] == self._tokens["access_token"]
        return "the same tokens" if same else "new tokens"

    def sign_out(self) -> dict[str, str]:
        """Return the address of the sign-out; Cognito's own parameters, which no library knows."""
        given = self._settings
        query = urlencode({"client_id": given.client_id, "logout_uri": given.logout_uri})
        return {"outcome": "done", "url": f"{given.domain_url}/logout?{query}"}

    def tokens(self) -> dict[str, str]:
        """Return the tokens of the sign-in."""
        names = ("id_token", "access_token")
        return {"outcome": "done", **{name: self._tokens[name] for name in names}}


def _claims(token: str) -> dict[str, Any]:
    # requests-oauthlib checks no tokens; an app that trusts what it fetched itself reads them.
    return dict(jwt.decode(token, options={"verify_signature": False}))


def _refusal(problem: Exception) -> str | None:
    # Its own errors have a code too, but no status of a response.
    if isinstance(problem, OAuth2Error) and problem.error != "mismatching_state":
        return str(problem.error)
    return None


if __name__ == "__main__":
    # It refuses plain http otherwise, as RFC 6749 asks.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    converse(App, _refusal)
