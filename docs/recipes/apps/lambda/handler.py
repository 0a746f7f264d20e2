"""A shop's accounts as a Lambda function behind an HTTP API, on a Cognito user pool.

Client and settings are of the module, so that warm calls do not make them again.
"""

import json
import os
import urllib.request

import boto3
from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

COGNITO = boto3.client("cognito-idp")
POOL_ID = os.environ["USER_POOL_ID"]
CLIENT_ID = os.environ["CLIENT_ID"]
KEYS = {}


def handler(event, context):
    """Answer one request of the HTTP API (payload format 2.0)."""
    route = ROUTES.get(event["routeKey"])
    if route is None:
        return _response(404, {"error": "NotFound"})
    try:
        return _response(200, route(json.loads(event.get("body") or "{}"), event))
    except ClientError as error:
        return _response(400, {"error": error.response["Error"]["Code"]})


def authorizer(event, context):
    """Let valid access tokens pass (simple responses of an HTTP API)."""
    scheme, _, token = event["headers"].get("authorization", "").partition(" ")
    claims = _checked(token) if scheme == "Bearer" else None
    if claims is None:
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"username": claims["username"]}}


def sign_up(body, event):
    COGNITO.sign_up(
        ClientId=CLIENT_ID,
        Username=body["username"],
        Password=body["password"],
        UserAttributes=[{"Name": "email", "Value": body["email"]}],
    )
    return {}


def confirm(body, event):
    COGNITO.confirm_sign_up(
        ClientId=CLIENT_ID, Username=body["username"], ConfirmationCode=body["code"]
    )
    return {}


def sign_in(body, event):
    answer = COGNITO.initiate_auth(
        ClientId=CLIENT_ID,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": body["username"], "PASSWORD": body["password"]},
    )
    return _next_step(answer)


def sign_in_with_code(body, event):
    return _respond("SOFTWARE_TOKEN_MFA", body, SOFTWARE_TOKEN_MFA_CODE=body["code"])


def new_authenticator(body, event):
    answer = COGNITO.associate_software_token(Session=body["session"])
    return {"secret": answer["SecretCode"], "session": answer["Session"]}


def set_up_authenticator(body, event):
    answer = COGNITO.verify_software_token(Session=body["session"], UserCode=body["code"])
    return _respond("MFA_SETUP", {**body, "session": answer["Session"]})


def orders(body, event):
    username = event["requestContext"]["authorizer"]["lambda"]["username"]
    return {"of": username, "orders": []}


def _respond(challenge, body, **answers):
    answer = COGNITO.respond_to_auth_challenge(
        ClientId=CLIENT_ID,
        ChallengeName=challenge,
        Session=body["session"],
        ChallengeResponses={"USERNAME": body["username"], **answers},
    )
    return _next_step(answer)


def _next_step(answer):
    if "AuthenticationResult" in answer:
        return {"access_token": answer["AuthenticationResult"]["AccessToken"]}
    return {"challenge": answer["ChallengeName"], "session": answer["Session"]}


def _checked(token):
    """Return the claims of a valid access token, else None."""
    rules = jwt.JWTClaimsRegistry(
        iss={
            "essential": True,
            "value": f"https://cognito-idp.{COGNITO.meta.region_name}.amazonaws.com/{POOL_ID}",
        },
        token_use={"essential": True, "value": "access"},
        client_id={"essential": True, "value": CLIENT_ID},
        exp={"essential": True},
    )
    try:
        decoded = jwt.decode(token, _keys(), algorithms=["RS256"])
        rules.validate(decoded.claims)
    except (JoseError, ValueError):
        return None
    return decoded.claims


def _keys():
    """Return the public keys of the pool, which are where the API is: on AWS and in tests."""
    if not KEYS:
        url = f"{COGNITO.meta.endpoint_url}/{POOL_ID}/.well-known/jwks.json"
        with urllib.request.urlopen(url, timeout=5) as answer:
            KEYS["pool"] = KeySet.import_key_set(json.load(answer))
    return KEYS["pool"]


def _response(status, body):
    return {"statusCode": status, "body": json.dumps(body)}


ROUTES = {
    "POST /users": sign_up,
    "POST /users/confirmation": confirm,
    "POST /sign-in": sign_in,
    "POST /sign-in/code": sign_in_with_code,
    "POST /authenticator": new_authenticator,
    "POST /authenticator/code": set_up_authenticator,
    "GET /orders": orders,
}
