"""A shop's accounts in FastAPI, on a Cognito user pool: the app makes its own boto3 client."""

import os
from functools import cache
from typing import Annotated

import boto3
import jwt
from botocore.exceptions import ClientError
from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

app = FastAPI()


@cache
def cognito():
    """The one client of the process; it finds region, endpoint and credentials by itself."""
    return boto3.client("cognito-idp")


@cache
def keys():
    """The public keys of the pool, which are where the API is: on AWS and in tests."""
    api = cognito().meta.endpoint_url
    return jwt.PyJWKClient(f"{api}/{os.environ['SHOP_POOL_ID']}/.well-known/jwks.json")


class NewUser(BaseModel):
    username: str
    password: str
    email: str


class Confirmation(BaseModel):
    username: str
    code: str


class Password(BaseModel):
    username: str
    password: str


class Challenge(BaseModel):
    username: str
    session: str


class CodeOfChallenge(Challenge):
    code: str


@app.exception_handler(ClientError)
def refused(_request, error):
    """Tell the browser Cognito's error code, which the pages have texts for."""
    return JSONResponse({"error": error.response["Error"]["Code"]}, status.HTTP_400_BAD_REQUEST)


@app.post("/users")
def sign_up(user: NewUser):
    cognito().sign_up(
        ClientId=os.environ["SHOP_CLIENT_ID"],
        Username=user.username,
        Password=user.password,
        UserAttributes=[{"Name": "email", "Value": user.email}],
    )


@app.post("/users/confirmation")
def confirm(confirmation: Confirmation):
    cognito().confirm_sign_up(
        ClientId=os.environ["SHOP_CLIENT_ID"],
        Username=confirmation.username,
        ConfirmationCode=confirmation.code,
    )


@app.post("/sign-in")
def sign_in(password: Password):
    answer = cognito().initiate_auth(
        ClientId=os.environ["SHOP_CLIENT_ID"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": password.username, "PASSWORD": password.password},
    )
    return next_step(answer)


@app.post("/sign-in/code")
def sign_in_with_code(response: CodeOfChallenge):
    return respond("SOFTWARE_TOKEN_MFA", response, SOFTWARE_TOKEN_MFA_CODE=response.code)


@app.post("/authenticator")
def new_authenticator(challenge: Challenge):
    answer = cognito().associate_software_token(Session=challenge.session)
    return {"secret": answer["SecretCode"], "session": answer["Session"]}


@app.post("/authenticator/code")
def set_up_authenticator(response: CodeOfChallenge):
    answer = cognito().verify_software_token(Session=response.session, UserCode=response.code)
    response.session = answer["Session"]
    return respond("MFA_SETUP", response)


def respond(challenge, response, **answers):
    answer = cognito().respond_to_auth_challenge(
        ClientId=os.environ["SHOP_CLIENT_ID"],
        ChallengeName=challenge,
        Session=response.session,
        ChallengeResponses={"USERNAME": response.username, **answers},
    )
    return next_step(answer)


def next_step(answer):
    if "AuthenticationResult" in answer:
        return {"access_token": answer["AuthenticationResult"]["AccessToken"]}
    return {"challenge": answer["ChallengeName"], "session": answer["Session"]}


def signed_in(bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]):
    """Return the claims of a valid access token."""
    region, pool_id = cognito().meta.region_name, os.environ["SHOP_POOL_ID"]
    try:
        claims = jwt.decode(
            bearer.credentials,
            keys().get_signing_key_from_jwt(bearer.credentials),
            algorithms=["RS256"],
            issuer=f"https://cognito-idp.{region}.amazonaws.com/{pool_id}",
            options={"require": ["exp", "iss", "token_use", "client_id"]},
        )
    except jwt.PyJWTError as error:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, str(error)) from error
    ours = {"token_use": "access", "client_id": os.environ["SHOP_CLIENT_ID"]}
    if any(claims[name] != value for name, value in ours.items()):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "not an access token of this app")
    return claims


@app.get("/orders")
def orders(claims: Annotated[dict, Depends(signed_in)]):
    return {"of": claims["username"], "orders": []}
