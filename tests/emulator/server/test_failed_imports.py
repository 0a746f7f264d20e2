"""A service of moto that cannot be imported: what is missing, and what only looks like it."""

from __future__ import annotations

from typing import NoReturn

import pytest

from harness.emulator import Emulator
from harness.emulator.server.failures import Failures
from harness.emulator.server.messages import HttpRequest
from harness.emulator.server.rest_of_aws import RestOfAws
from harness.emulator.server.routing import Routing

SIGNATURE = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cloudformation/aws4_request"


@pytest.mark.parametrize(
    ("problem", "status", "text"),
    [
        (
            ModuleNotFoundError("No module named 'x'", name="openapi_spec_validator"),
            501,
            "No module named 'x'; CloudFormation needs cognito-mfa-harness[cloudformation]",
        ),
        (
            ModuleNotFoundError("No module named 'graphql'", name="graphql"),
            501,
            "No module named 'graphql'; moto needs it for this service",
        ),
        (ImportError("cannot import name 'x' from 'moto'"), 500, "Internal error"),
    ],
    ids=["extra", "other-library", "name"],
)
def test_the_error_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, problem: ImportError, status: int, text: str
) -> None:
    """Only CloudFormation's own library leads to its extra, and a failed import is internal."""

    def fail(*_: object) -> NoReturn:
        raise problem

    monkeypatch.setattr(RestOfAws, "answer", fail)
    with Emulator(mock=False) as emulator:
        routing = Routing(emulator, "http", ("127.0.0.1", 5000), Failures())
        headers = {"host": "localhost:5000", "authorization": SIGNATURE}
        reply = routing.answer_blocking(HttpRequest("POST", "/", headers, b"", "127.0.0.1"))
    assert reply.status == status
    assert text in reply.body.decode()
