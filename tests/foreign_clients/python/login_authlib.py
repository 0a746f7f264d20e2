"""authlib in a Flask app: discovery, PKCE, state and nonce, and it checks the ID token.

The app's own web server is left out: its requests are handed to Flask.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import Flask

from tests.foreign_clients.python.login_conversation import LoginSettings, converse

__all__ = ["App"]

#: Of authlib's own errors, whose class is that of the server's.
_OWN = frozenset({"mismatching_state"})


class App:
    """The back end of an app."""

    def __init__(self, settings: LoginSettings) -> None:
        self._settings = settings
        self._redirect_uri = settings.redirect_uri
        self._tokens: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        flask = Flask("app")
        flask.secret_key = "the secret of the app's own cookies"
        flask.testing = True
        self._cognito = OAuth(flask).register(
            "cognito",
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.scope, "code_challenge_method": "S256"},
        )
        flask.add_url_rule("/login", "login", self._login)
        flask.add_url_rule("/callback", "callback", self._callback)
        self._flask = flask
        self._browser = flask.test_client()

    def _login(self) -> Any:
        return self._cognito.authorize_redirect(self._redirect_uri)

    def _callback(self) -> str:
        self._tokens = self._cognito.authorize_access_token()
        return f"signed in as {self._tokens['userinfo']['cognito:username']}"

    def begin(self, redirect_uri: str = "") -> dict[str, str]:
        """Return the address that the app sends the browser to."""
        self._redirect_uri = redirect_uri or self._settings.redirect_uri
        answer = self._browser.get("/login")
        return {"outcome": "done", "url": answer.headers["Location"]}

    def finish(self, url: str) -> str:
        """Hand the callback to the app."""
        with self._browser.session_transaction() as session:
            self._before = dict(session)
        return self._browser.get(f"/callback?{urlsplit(url).query}").get_data(as_text=True)

    def finish_again(self, url: str) -> str:
        """Hand the same callback to the app, as if the browser had not got its first response."""
        with self._browser.session_transaction() as session:
            session.update(self._before)
        return self.finish(url)

    def use_secret(self, client_secret: str) -> str:
        """Use another secret from now on."""
        self._cognito.client_secret = client_secret
        return "done"

    def spoil_verifier(self) -> str:
        """Replace the verifier in the app's own session."""
        return self._replace("code_verifier", "another-verifier-" * 4)

    def spoil_redirect(self, redirect_uri: str) -> str:
        """Name another redirect_uri to the token endpoint than to the pages."""
        return self._replace("redirect_uri", redirect_uri)

    def call(self) -> str:
        """Ask who is signed in."""
        with self._flask.app_context():
            return f"user info of {self._cognito.userinfo(token=self._tokens)['username']}"

    def refresh(self) -> str:
        """Get new tokens."""
        with self._flask.app_context():
            found = self._cognito.fetch_access_token(
                grant_type="refresh_token", refresh_token=self._tokens["refresh_token"]
            )
        same = found["access_token"] == self._tokens["access_token"]
        return "the same tokens" if same else "new tokens"

    def sign_out(self) -> dict[str, str]:
        """Return the address of the sign-out, which needs Cognito's own parameters (H096)."""
        given = self._settings
        with self._flask.app_context():
            address = self._cognito.load_server_metadata()["end_session_endpoint"]
        query = urlencode({"client_id": given.client_id, "logout_uri": given.logout_uri})
        return {"outcome": "done", "url": f"{address}?{query}"}

    def _replace(self, name: str, value: str) -> str:
        with self._browser.session_transaction() as session:
            for key in [key for key in session if key.startswith("_state_cognito_")]:
                session[key]["data"][name] = value
            session.modified = True
        return "done"


def _refusal(problem: Exception) -> str | None:
    if isinstance(problem, OAuthError) and problem.error not in _OWN:
        return str(problem.error)
    return None


if __name__ == "__main__":
    converse(App, _refusal)
