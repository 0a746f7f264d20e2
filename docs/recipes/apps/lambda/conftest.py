"""Fixtures for the tests of the function."""

import importlib
import json
import sys

import pytest


@pytest.fixture
def function(cognito_environment):
    """The module of the function, imported anew: it reads the environment when it is imported."""
    sys.modules.pop("handler", None)
    yield importlib.import_module("handler")
    del sys.modules["handler"]


@pytest.fixture
def call(function):
    """Calls the function as an HTTP API does; returns the status and the body."""

    def call(route, body=None, token=""):
        event = {"version": "2.0", "routeKey": route, "headers": {}, "requestContext": {}}
        event["body"] = None if body is None else json.dumps(body)
        if token:
            event["headers"]["authorization"] = f"Bearer {token}"
            allowed = function.authorizer(event, None)
            if not allowed["isAuthorized"]:
                return 403, {}
            event["requestContext"]["authorizer"] = {"lambda": allowed["context"]}
        response = function.handler(event, None)
        return response["statusCode"], json.loads(response["body"])

    return call
