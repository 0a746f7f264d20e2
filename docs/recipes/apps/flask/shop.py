"""A shop's accounts in Flask, on a Cognito user pool: the app makes its own boto3 client."""

import json
import os
import urllib.request

import boto3
from botocore.exceptions import ClientError
from flask import Flask, abort, current_app, redirect, request, session, url_for
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet


def create_app():
    """Make the app, with the settings and the client of this moment."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=os.urandom(16),
        POOL_ID=os.environ["SHOP_POOL_ID"],
        CLIENT_ID=os.environ["SHOP_CLIENT_ID"],
    )
    app.extensions["cognito"] = boto3.client("cognito-idp")
    app.register_error_handler(ClientError, refused)
    for path, view in (
        ("/users", sign_up),
        ("/users/confirmation", confirm),
        ("/sign-in", sign_in),
        ("/sign-in/code", sign_in_with_code),
        ("/authenticator", new_authenticator),
        ("/authenticator/code", set_up_authenticator),
    ):
        app.add_url_rule(path, view_func=view, methods=["POST"])
    app.add_url_rule("/orders", view_func=orders)
    return app


def refused(error):
    """Tell the browser Cognito's error code, which the pages have texts for."""
    return {"error": error.response["Error"]["Code"]}, 400


def cognito():
    return current_app.extensions["cognito"]


def sign_up():
    cognito().sign_up(
        ClientId=current_app.config["CLIENT_ID"],
        Username=request.form["username"],
        Password=request.form["password"],
        UserAttributes=[{"Name": "email", "Value": request.form["email"]}],
    )
    return "", 201


def confirm():
    cognito().confirm_sign_up(
        ClientId=current_app.config["CLIENT_ID"],
        Username=request.form["username"],
        ConfirmationCode=request.form["code"],
    )
    return "", 204


def sign_in():
    session.clear()
    session["username"] = request.form["username"]
    answer = cognito().initiate_auth(
        ClientId=current_app.config["CLIENT_ID"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": session["username"],
            "PASSWORD": request.form["password"],
        },
    )
    return next_step(answer)


def sign_in_with_code():
    return respond("SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE=request.form["code"])


def new_authenticator():
    answer = cognito().associate_software_token(Session=session["cognito"])
    session["cognito"] = answer["Session"]
    return {"secret": answer["SecretCode"]}


def set_up_authenticator():
    answer = cognito().verify_software_token(
        Session=session["cognito"], UserCode=request.form["code"]
    )
    session["cognito"] = answer["Session"]
    return respond("MFA_SETUP")


def respond(challenge, **answers):
    answer = cognito().respond_to_auth_challenge(
        ClientId=current_app.config["CLIENT_ID"],
        ChallengeName=challenge,
        Session=session["cognito"],
        ChallengeResponses={"USERNAME": session["username"], **answers},
    )
    return next_step(answer)


def next_step(answer):
    """Keep what Cognito gave in the session cookie, and send the browser to the next page."""
    if "AuthenticationResult" not in answer:
        session["cognito"] = answer["Session"]
        return {"challenge": answer["ChallengeName"]}
    session.pop("cognito", None)
    session["token"] = answer["AuthenticationResult"]["AccessToken"]
    return redirect(url_for("orders"))


def orders():
    claims = checked(session.get("token", ""))
    return {"of": claims["username"], "orders": []}


def checked(token):
    """Return the claims of a valid access token; anything else is 401."""
    pool_id, api = current_app.config["POOL_ID"], cognito().meta
    issuer = f"https://cognito-idp.{api.region_name}.amazonaws.com/{pool_id}"
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer},
        token_use={"essential": True, "value": "access"},
        client_id={"essential": True, "value": current_app.config["CLIENT_ID"]},
        exp={"essential": True},
    )
    try:
        decoded = jwt.decode(token, keys(f"{api.endpoint_url}/{pool_id}"), algorithms=["RS256"])
        rules.validate(decoded.claims)
    except (JoseError, ValueError):
        abort(401)
    return decoded.claims


def keys(pool_url):
    """Return the public keys of the pool, which are where the API is: on AWS and in tests."""
    kept = current_app.extensions.setdefault("keys", {})
    if pool_url not in kept:
        with urllib.request.urlopen(f"{pool_url}/.well-known/jwks.json", timeout=5) as answer:
            kept[pool_url] = KeySet.import_key_set(json.load(answer))
    return kept[pool_url]
