"""The pages of the shop's accounts."""

from functools import wraps

import jwt
from botocore.exceptions import ClientError
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from shop.accounts import claims_of, cognito, secret_hash


def telling_refusals(view):
    """Tell the browser Cognito's error code, which the pages have texts for."""

    @wraps(view)
    def wrapped(request):
        try:
            return view(request)
        except ClientError as error:
            return JsonResponse({"error": error.response["Error"]["Code"]}, status=400)

    return wrapped


@require_POST
@telling_refusals
def sign_up(request):
    username = request.POST["username"]
    cognito().sign_up(
        ClientId=settings.COGNITO_CLIENT_ID,
        SecretHash=secret_hash(username),
        Username=username,
        Password=request.POST["password"],
        UserAttributes=[{"Name": "email", "Value": request.POST["email"]}],
    )
    return HttpResponse(status=201)


@require_POST
@telling_refusals
def confirm(request):
    username = request.POST["username"]
    cognito().confirm_sign_up(
        ClientId=settings.COGNITO_CLIENT_ID,
        SecretHash=secret_hash(username),
        Username=username,
        ConfirmationCode=request.POST["code"],
    )
    return HttpResponse(status=204)


@require_POST
@telling_refusals
def sign_in(request):
    request.session.flush()
    username = request.session["username"] = request.POST["username"]
    answer = cognito().initiate_auth(
        ClientId=settings.COGNITO_CLIENT_ID,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": username,
            "PASSWORD": request.POST["password"],
            "SECRET_HASH": secret_hash(username),
        },
    )
    return next_step(request, answer)


@require_POST
@telling_refusals
def sign_in_with_code(request):
    code = request.POST["code"]
    return respond(request, "SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE=code)


@require_POST
@telling_refusals
def new_authenticator(request):
    answer = cognito().associate_software_token(Session=request.session["cognito"])
    request.session["cognito"] = answer["Session"]
    return JsonResponse({"secret": answer["SecretCode"]})


@require_POST
@telling_refusals
def set_up_authenticator(request):
    answer = cognito().verify_software_token(
        Session=request.session["cognito"], UserCode=request.POST["code"]
    )
    request.session["cognito"] = answer["Session"]
    return respond(request, "MFA_SETUP")


def respond(request, challenge, **answers):
    username = request.session["username"]
    answer = cognito().respond_to_auth_challenge(
        ClientId=settings.COGNITO_CLIENT_ID,
        ChallengeName=challenge,
        Session=request.session["cognito"],
        ChallengeResponses={
            "USERNAME": username,
            "SECRET_HASH": secret_hash(username),
            **answers,
        },
    )
    return next_step(request, answer)


def next_step(request, answer):
    """Keep what Cognito gave in the session, and send the browser to the next page."""
    if "AuthenticationResult" not in answer:
        request.session["cognito"] = answer["Session"]
        return JsonResponse({"challenge": answer["ChallengeName"]})
    request.session.pop("cognito", None)
    request.session["token"] = answer["AuthenticationResult"]["AccessToken"]
    return redirect("orders")


def orders(request):
    try:
        claims = claims_of(request.session.get("token", ""))
    except jwt.PyJWTError:
        return HttpResponse(status=401)
    return JsonResponse({"of": claims["username"], "orders": []})
