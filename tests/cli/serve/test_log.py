"""``serve --log-json``: one line per call, without secrets."""

from __future__ import annotations

import json
import signal
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.cli.processes import serving

SCOPE = "us-east-1/cognito-idp/aws4_request"
SIGNED = f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/{SCOPE}"
SECRETS = ("Correct-horse-1", "734516", "Secret_operation1", "us-east-1_Secret", "eyJsecret")


def test_a_line_for_each_call() -> None:
    """Each line has the operation, pool, status, error and time, also for failed calls."""
    with serving("--log-json") as served:
        connection = HTTPConnection(urlsplit(served.url).netloc, timeout=30)

        def call(operation: str, body: Any) -> Any:
            target = f"AWSCognitoIdentityProviderService.{operation}"
            headers = {"X-Amz-Target": target, "Authorization": SIGNED}
            connection.request("POST", "/", json.dumps(body), headers)
            return json.loads(connection.getresponse().read() or "{}")

        pool = call("CreateUserPool", {"PoolName": "p"})["UserPool"]["Id"]
        client = call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "c"})
        named = {"ClientId": client["UserPoolClient"]["ClientId"], "Username": "alice"}
        call("SignUp", {**named, "Password": SECRETS[0]})
        call("ConfirmSignUp", {**named, "ConfirmationCode": SECRETS[1]})
        call(SECRETS[2], {})
        call("DescribeUserPool", {"UserPoolId": SECRETS[3]})
        call("GetUser", {"AccessToken": f"{SECRETS[4]}.b.c"})
        connection.close()
        code, _, err = served.stop(signal.SIGTERM)

    lines = [json.loads(line) for line in err.splitlines()]
    assert code == 0
    assert [(line["operation"], line["pool"], line["status"], line["error"]) for line in lines] == [
        ("CreateUserPool", None, 200, None),
        ("CreateUserPoolClient", pool, 200, None),
        ("SignUp", pool, 200, None),
        ("ConfirmSignUp", pool, 400, "ExpiredCodeException"),
        (None, None, 400, "UnknownOperationException"),
        ("DescribeUserPool", None, 400, "ResourceNotFoundException"),
        ("GetUser", None, 400, "NotAuthorizedException"),
    ]
    assert all(line["milliseconds"] > 0 and line["time"].endswith("+00:00") for line in lines)
    assert not [secret for secret in SECRETS if secret in err]


def test_no_line_unless_asked_for() -> None:
    """Without the option stderr stays empty."""
    with serving() as served:
        connection = HTTPConnection(urlsplit(served.url).netloc, timeout=30)
        connection.request(
            "POST", "/", "{}", {"X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}
        )
        assert connection.getresponse().status == 400
        connection.close()
        assert served.stop(signal.SIGTERM)[2] == ""


def test_a_reader_that_goes_away_harms_no_call() -> None:
    """If the reader closes the pipe, calls still work."""
    with serving("--log-json") as served:
        assert served.process.stderr is not None
        served.process.stderr.close()
        connection = HTTPConnection(urlsplit(served.url).netloc, timeout=30)
        target = "AWSCognitoIdentityProviderService.ListUserPools"
        headers = {"X-Amz-Target": target, "Authorization": SIGNED}
        for _ in range(3):
            connection.request("POST", "/", '{"MaxResults": 1}', headers)
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())) == (200, {"UserPools": []})
        connection.close()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(60) == 0
