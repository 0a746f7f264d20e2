"""The emulator over HTTP: protocol, control surface, discovery and the rest of AWS."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import weakref
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from harness.emulator import Emulator
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.server import EmulatorServer
from harness.errors import HarnessError


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator on a free port."""
    with EmulatorServer() as running:
        yield running


def client(server: EmulatorServer, region: str = "us-east-1", *, signed: bool = True) -> Any:
    """Return a boto3 client of the served emulator."""
    return boto3.client(
        "cognito-idp",
        region_name=region,
        endpoint_url=server.url,
        config=None if signed else Config(signature_version=UNSIGNED),
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
    )


def http(
    server: EmulatorServer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one plain HTTP request."""
    connection = HTTPConnection(urlparse(server.url).netloc, timeout=10)
    try:
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection.request(method, path, raw, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def control(server: EmulatorServer, method: str, name: str, body: Any = None) -> tuple[int, Any]:
    """Send one control request."""
    path, kind = f"/_harness/{name}", "application/json"
    status, _, answer = http(server, method, path, body, Content_Type=kind)
    return status, json.loads(answer)


def signed_up(server: EmulatorServer, region: str = "eu-west-1") -> tuple[str, str]:
    """Return a pool in its own region, with a user ``alice`` who signed up without credentials."""
    admin = client(server, region)
    pool_id = admin.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])["UserPool"][
        "Id"
    ]
    client_id = admin.create_user_pool_client(UserPoolId=pool_id, ClientName="c")["UserPoolClient"][
        "ClientId"
    ]
    client(server, "us-east-1", signed=False).sign_up(
        ClientId=client_id,
        Username="alice",
        Password="Correct-horse-1",
        UserAttributes=[{"Name": "email", "Value": "alice@example.com"}],
    )
    return pool_id, client_id


@pytest.mark.fact("A294", "A301")
def test_unsigned_call_finds_its_pool_in_any_region(server: EmulatorServer) -> None:
    """An unsigned call has no region; the client ID leads to the pool."""
    pool_id, client_id = signed_up(server)
    status, found = control(server, "GET", f"outbox?user_pool_id={pool_id}&username=alice")
    assert status == 200
    code = found["messages"][0]["code"]
    assert found["messages"][0]["destination"] == "alice@example.com"
    client(server, signed=False).confirm_sign_up(
        ClientId=client_id, Username="alice", ConfirmationCode=code
    )
    user = client(server, "eu-west-1").admin_get_user(UserPoolId=pool_id, Username="alice")
    assert user["UserStatus"] == "CONFIRMED"


@pytest.mark.fact("A294", "A295")
def test_bearer_header_is_ignored(server: EmulatorServer) -> None:
    """pycognito sends ``Authorization: Bearer``; the call still reaches Cognito."""
    _, client_id = signed_up(server)
    status, headers, body = http(
        server,
        "POST",
        "/",
        {"ClientId": client_id, "Username": "alice"},
        X_Amz_Target="AWSCognitoIdentityProviderService.ResendConfirmationCode",
        Content_Type="application/x-amz-json-1.1",
        Authorization="Bearer a.b.c",
    )
    assert status == 200, body
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert json.loads(body)["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    assert str(UUID(headers["x-amzn-requestid"])) == headers["x-amzn-requestid"]


@pytest.mark.fact("A302")
def test_signed_operation_needs_credentials(server: EmulatorServer) -> None:
    """An administrator operation without a signature is refused (A302)."""
    status, headers, body = http(
        server,
        "POST",
        "/",
        {"UserPoolId": "us-east-1_abc"},
        X_Amz_Target="AWSCognitoIdentityProviderService.DescribeUserPool",
    )
    assert status == 400
    assert headers["x-amzn-errortype"] == "MissingAuthenticationTokenException:"
    assert json.loads(body)["__type"] == "MissingAuthenticationTokenException"


EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"


@pytest.mark.fact("A300")
@pytest.mark.parametrize("known", [True, False])
def test_browser_may_read_responses(server: EmulatorServer, known: bool) -> None:
    """Responses and errors allow every origin, with the headers that scripts may read."""
    _, client_id = signed_up(server)
    status, headers, _ = http(
        server,
        "POST",
        "/",
        {"ClientId": client_id, "Username": "alice" if known else "nobody"},
        X_Amz_Target="AWSCognitoIdentityProviderService.ResendConfirmationCode",
        Origin="http://localhost:3000",
    )
    assert status == (200 if known else 400)
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-expose-headers"] == EXPOSED


@pytest.mark.fact("A300")
def test_cors_preflight_is_allowed(server: EmulatorServer) -> None:
    """A CORS preflight is allowed, with the headers that SDKs send (A300)."""
    status, headers, _ = http(
        server,
        "OPTIONS",
        "/",
        Origin="http://localhost:3000",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type,x-amz-target,x-amz-user-agent",
    )
    assert status == 200
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-headers"] == "content-type,x-amz-target,x-amz-user-agent"
    assert headers["access-control-allow-methods"] == "POST, GET, OPTIONS"
    assert headers["access-control-expose-headers"] == EXPOSED


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"a=b&c=d", b"\xff", b"null"])
def test_invalid_body_gets_a_modeled_error(server: EmulatorServer, body: bytes) -> None:
    """Any invalid body gets a modeled error and never a status 500."""
    status, _, answer = http(
        server,
        "POST",
        "/",
        body,
        X_Amz_Target="AWSCognitoIdentityProviderService.SignUp",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert status == 400
    assert json.loads(answer)["__type"] in {"SerializationException", "InvalidParameterException"}


@pytest.mark.fact("A249", "A276", "A277")
def test_keys_and_openid_document_are_served(server: EmulatorServer) -> None:
    """Each pool has two keys (A276) and an OpenID document that links to them (A277)."""
    pool_id, _ = signed_up(server)
    status, _, body = http(server, "GET", f"/{pool_id}/.well-known/openid-configuration")
    document = json.loads(body)
    assert (status, document["issuer"]) == (
        200,
        f"https://cognito-idp.eu-west-1.amazonaws.com/{pool_id}",
    )
    base = f"{server.url}/{pool_id}"
    del document["issuer"]
    assert document == {
        "authorization_endpoint": f"{base}/authorize",
        "end_session_endpoint": f"{base}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{base}/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{base}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{base}/userInfo",
    }
    status, _, body = http(server, "GET", f"/{pool_id}/.well-known/jwks.json")
    keys = json.loads(body)["keys"]
    assert status == 200
    assert len({key["kid"] for key in keys}) == 2
    assert {key["kty"] for key in keys} == {"RSA"}
    assert http(server, "GET", "/us-east-1_none/.well-known/jwks.json")[0] == 404


def test_control_surface_moves_the_clock(server: EmulatorServer) -> None:
    """The control surface shows and moves the time, and refuses invalid requests."""
    before = control(server, "GET", "clock")[1]["time"]
    status, moved = control(server, "POST", "clock", {"advance_seconds": 3600})
    assert status == 200
    assert 3600 <= moved["time"] - before < 3660
    for wrong in (-1, "soon", None, True):
        status, answer = control(server, "POST", "clock", {"advance_seconds": wrong})
        assert (status, "it must be" in answer["error"]) == (400, True)
    status, answer = control(server, "POST", "clock", {"seconds": 1})
    assert answer["error"] == "unknown: seconds; allowed: advance_seconds, time"


def test_health_and_unknown_control(server: EmulatorServer) -> None:
    """Health shows what runs; the error for an unknown control lists the known ones."""
    assert control(server, "GET", "health")[1]["status"] == "ok"
    status, answer = control(server, "GET", "helth")
    assert status == 404
    assert "GET /_harness/health" in answer["error"]
    assert control(server, "POST", "clock", b"no json")[0] == 400


def test_fault_is_planned_over_http(server: EmulatorServer) -> None:
    """A planned fault strikes the next call, and an invalid plan is refused."""
    plan = {"operation": "ListUserPools", "code": "NotAuthorizedException", "status": 400}
    assert control(server, "POST", "faults", plan) == (200, {"planned": 1})
    admin = client(server)
    with pytest.raises(admin.exceptions.NotAuthorizedException):
        admin.list_user_pools(MaxResults=1)
    assert control(server, "POST", "faults", {**plan, "probability": 2})[0] == 400
    assert control(server, "POST", "faults", {"code": "X"})[0] == 400
    assert control(server, "POST", "faults", {"clear": True}) == (200, {"planned": 0})


def test_rest_of_aws_is_on_the_same_port(server: EmulatorServer) -> None:
    """Requests for other services go to moto."""
    sqs = boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
    )
    assert sqs.create_queue(QueueName="codes")["QueueUrl"]


def test_reset_deletes_pools_and_messages() -> None:
    """After a reset there are no pools and no messages."""
    with EmulatorServer() as fresh:
        signed_up(fresh)
        assert control(fresh, "POST", "reset") == (200, {})
        assert control(fresh, "GET", "outbox")[1] == {"messages": [], "missing": None}
        assert client(fresh, "eu-west-1").list_user_pools(MaxResults=5)["UserPools"] == []


def test_port_in_use_is_reported() -> None:
    """The error names host and port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(HarnessError, match=f"cannot listen on 127.0.0.1:{port}: "):
            EmulatorServer(port=port).start()


def test_stop_frees_the_port() -> None:
    """After a stop the port is free, and stopping twice is harmless."""
    first = EmulatorServer().start()
    port = urlparse(first.url).port
    first.stop()
    first.stop()
    assert port is not None
    with EmulatorServer(port=port) as second:
        assert control(second, "GET", "health")[0] == 200


def test_internal_failure_is_answered_and_raised_at_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error becomes InternalErrorException and is raised at the stop."""
    running = EmulatorServer().start()

    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(OPERATIONS, "ListUserPools", fail)
    status, _, body = http(
        running,
        "POST",
        "/",
        {"MaxResults": 1},
        X_Amz_Target="AWSCognitoIdentityProviderService.ListUserPools",
        Authorization="AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/cognito-idp/aws4_request",
    )
    assert (status, json.loads(body)["__type"]) == (500, "InternalErrorException")
    with pytest.raises(HarnessError, match=r"1 internal error.*ZeroDivisionError"):
        running.stop()


def test_failures_are_counted_and_the_first_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the emulator fails, only the first failure and its request are kept."""
    running = EmulatorServer().start()
    raised: list[weakref.ref[Exception]] = []

    class OwnFault(Exception):
        """An exception that, unlike built-in ones, can be weakly referenced."""

    def fail(*_: Any) -> None:
        failure = OwnFault(len(raised))
        raised.append(weakref.ref(failure))
        raise failure

    monkeypatch.setitem(OPERATIONS, "ListUserPools", fail)
    target = "AWSCognitoIdentityProviderService.ListUserPools"
    signed = "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/cognito-idp/aws4_request"
    headers = {"X_Amz_Target": target, "Authorization": signed}
    for _ in range(5):
        assert http(running, "POST", "/", {"MaxResults": 1}, **headers)[0] == 500
    gc.collect()
    assert [reference() is not None for reference in raised] == [True, *[False] * 4]
    assert len(running.failures) == 5
    with pytest.raises(HarnessError, match=r"5 internal error.*OwnFault"):
        running.stop()
    running.stop()


@pytest.mark.parametrize("moment", ["run", "create_server"])
def test_failed_start_is_raised_and_frees_the_port(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure in the server's thread is raised by the start, and the port is free."""

    def fail(*given: Any, **_: Any) -> None:
        for coroutine in given:
            if asyncio.iscoroutine(coroutine):
                coroutine.close()
        raise RuntimeError("no loop today")

    holder = asyncio if moment == "run" else asyncio.BaseEventLoop
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    emulator = Emulator(mock=False)
    with monkeypatch.context() as patch:
        patch.setattr(holder, moment, fail)
        with pytest.raises(HarnessError, match="cannot start: RuntimeError: no loop today"):
            EmulatorServer(port=port, emulator=emulator).start()
    with EmulatorServer(port=port, emulator=emulator) as again:
        assert control(again, "GET", "health")[0] == 200


def test_page_is_served_as_html(server: EmulatorServer) -> None:
    """The page is HTML, and its address without the last slash redirects to it."""
    status, headers, body = http(server, "GET", "/_harness/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"Cognito harness</title>" in body
    status, headers, _ = http(server, "GET", "/_harness")
    assert (status, headers["location"]) == (308, "/_harness/")


def test_control_surface_allows_no_origin(server: EmulatorServer) -> None:
    """The control surface does not answer a CORS preflight."""
    asking = {"Origin": "http://localhost:3000", "Access_Control_Request_Method": "POST"}
    for name in ("clock", "state", "outbox", ""):
        status, headers, _ = http(server, "OPTIONS", f"/_harness/{name}", **asking)
        assert status == 403
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    ["/moto-api/reset", "/moto-api", "//moto-api/reset", "/%6Doto-api/reset", "/./moto-api/seed"],
)
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_controls_of_moto_are_not_served(server: EmulatorServer, method: str, path: str) -> None:
    """A web page cannot delete the pools through moto's own controls."""
    pool_id, _ = signed_up(server)
    asking = {"Content_Type": "text/plain", "Access_Control_Request_Method": "POST"}
    status, headers, _ = http(server, method, path, Origin="http://attacker.example", **asking)
    assert status == 404
    assert "access-control-allow-origin" not in headers
    assert client(server, "eu-west-1").describe_user_pool(UserPoolId=pool_id)["UserPool"]
