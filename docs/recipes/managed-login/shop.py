"""A shop in Flask, whose people sign in on the pages of managed login."""

import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, redirect, session, url_for
from markupsafe import escape


def create_app():
    """Make the app, with the settings of this moment."""
    app = Flask(__name__)
    # Keep it elsewhere in production, or everybody is signed out when the app starts again.
    app.secret_key = os.urandom(32)
    cognito = OAuth(app).register(
        "cognito",
        client_id=os.environ["SHOP_CLIENT_ID"],
        client_secret=os.environ["SHOP_CLIENT_SECRET"],
        # On AWS: https://cognito-idp.REGION.amazonaws.com/POOL_ID/.well-known/openid-configuration
        server_metadata_url=os.environ["SHOP_OPENID"],
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
    )

    @app.get("/")
    def home():
        if "user" not in session:
            return '<a href="/sign-in">Sign in</a>'
        return f'Hello {escape(session["user"])}. <a href="/sign-out">Sign out</a>'

    @app.get("/sign-in")
    def sign_in():
        return cognito.authorize_redirect(url_for("callback", _external=True))

    @app.get("/callback")
    def callback():
        try:
            # It checks state, signature, issuer, audience, expiry and nonce.
            tokens = cognito.authorize_access_token()
        except OAuthError as refused:
            return f"You are not signed in: {refused.error}", 400
        session["user"] = tokens["userinfo"]["email"]
        return redirect(url_for("home"))

    @app.get("/sign-out")
    def sign_out():
        session.clear()
        # Cognito's own parameters; those of OpenID Connect lead to an error page.
        home = url_for("home", _external=True)
        query = urlencode({"client_id": cognito.client_id, "logout_uri": home})
        return redirect(f"{cognito.load_server_metadata()['end_session_endpoint']}?{query}")

    return app
