"""A served emulator refuses pages of other origins and foreign host names, but in public calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from harness.emulator import Emulator
from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.server import EmulatorServer
from harness.emulator.server.failures import Failures
from harness.emulator.server.messages import HttpRequest
from harness.emulator.server.routing import Routing
from harness.errors import ConfigurationError
from tests.emulator.server.test_server import http, signed_up

SIGNED = "AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/{}/aws4_request"
LIST = {
    "X_Amz_Target": f"{TARGET_PREFIX}ListUserPools",
    "Authorization": SIGNED.format("cognito-idp"),
}
QUEUES = {"X_Amz_Target": "AmazonSQS.ListQueues", "Authorization": SIGNED.format("sqs")}
TOPICS = b"Action=ListTopics&Version=2010-03-31"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A server that trusts one more origin and one more host name."""
    with EmulatorServer(
        allow_origins=["https://app.example"], allow_hosts=["cognito.test"]
    ) as running:
        yield running


def ask(
    server: EmulatorServer,
    body: Any,
    headers: dict[str, str],
    method: str = "POST",
    path: str = "/",
) -> tuple[int, dict[str, str], str]:
    """Send one request; return status, headers and text."""
    status, found, answer = http(server, method, path, body, **headers)
    return status, found, answer.decode()


REQUESTS: dict[str, tuple[Any, dict[str, str]]] = {
    "signed Cognito": ({"MaxResults": 5}, LIST),
    "new secret of a client": (
        {"UserPoolId": "us-east-1_Nobody123", "ClientId": "nobody"},
        {**LIST, "X_Amz_Target": f"{TARGET_PREFIX}AddUserPoolClientSecret"},
    ),
    "unknown Cognito": ({}, {"X_Amz_Target": f"{TARGET_PREFIX}Nothing"}),
    "moto, JSON": ({}, QUEUES),
    "moto, form without signature": (TOPICS, FORM),
}
EVERY_REQUEST = pytest.mark.parametrize(("body", "headers"), REQUESTS.values(), ids=REQUESTS)


@EVERY_REQUEST
@pytest.mark.parametrize(
    ("sender", "option"),
    [
        ({"Origin": EVIL}, "--allow-origin"),
        ({"Origin": "null"}, "--allow-origin"),
        ({"Origin": "http://localhost.evil.example"}, "--allow-origin"),
        ({"Origin": "http://app.example"}, "--allow-origin"),
        ({"Origin": "https://app.example.evil.example"}, "--allow-origin"),
        ({"Origin": "http://localhost@evil.example"}, "--allow-origin"),
        ({"Origin": "evil://localhost"}, "--allow-origin"),
        ({"Origin": ""}, "--allow-origin"),
        ({"Referer": f"{EVIL}/page"}, "--allow-origin"),
        ({"Referer": "http://[::1/"}, "--allow-origin"),
        ({"Sec_Fetch_Site": "cross-site"}, "--allow-origin"),
        ({"Host": "evil.example"}, "--allow-host"),
        ({"Host": "127.0.0.1.evil.example:5000"}, "--allow-host"),
        ({"Host": "localhost:5000,evil.example"}, "--allow-host"),
        ({"Host": "evil.example@localhost"}, "--allow-host"),
        ({"Host": "cognito.test.evil.example"}, "--allow-host"),
        ({"Host": "192.0.2.7:5000"}, "--allow-host"),
        ({"Host": "[2001:db8::7]:5000"}, "--allow-host"),
        ({"Host": "0.0.0.0"}, "--allow-host"),
        ({"Host": "[::]"}, "--allow-host"),
        ({"Host": "cognito.test", "Origin": EVIL}, "--allow-origin"),
    ],
    ids=str,
)
def test_foreign_senders_are_refused(
    server: EmulatorServer,
    body: Any,
    headers: dict[str, str],
    sender: dict[str, str],
    option: str,
) -> None:
    """The refusal is one line that names the option, and no page may read it."""
    status, found, text = ask(server, body, {**headers, **sender})
    assert (status, option in text, "\n" in text) == (403, True, False)
    assert "access-control-allow-origin" not in found


@EVERY_REQUEST
@pytest.mark.parametrize(
    "sender",
    [
        {},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://127.0.0.1"},
        {"Origin": "http://[::1]:8080"},
        {"Origin": "http://shop.localhost"},
        {"Origin": "https://app.example"},
        {"Origin": "HTTPS://APP.EXAMPLE:443"},
        {"Referer": "http://localhost:3000/page", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "none"},
        {"Host": "localhost"},
        {"Host": "[::1]:5000"},
        {"Host": "127.0.0.2:5000"},
        {"Host": "bucket.localhost:5000"},
        {"Host": "Cognito.test:5000"},
    ],
    ids=str,
)
def test_this_machine_and_listed_sources_are_accepted(
    server: EmulatorServer, body: Any, headers: dict[str, str], sender: dict[str, str]
) -> None:
    """Programs, pages of this machine and what is listed get the service's own response."""
    status, _, text = ask(server, body, {**headers, **sender})
    assert (status, "--allow" in text) in [(200, False), (400, False)]


@pytest.mark.parametrize("sender", [{"Origin": EVIL}, {"Origin": "null"}, {"Host": "evil.example"}])
def test_public_operations_stay_open(server: EmulatorServer, sender: dict[str, str]) -> None:
    """Apps of every origin may sign users in, as on AWS, and read a pool's keys."""
    pool_id, client_id = signed_up(server)
    target = {"X_Amz_Target": f"{TARGET_PREFIX}ResendConfirmationCode"}
    body = {"ClientId": client_id, "Username": "alice"}
    for authorization in ({}, {"Authorization": SIGNED.format("cognito-idp")}):
        status, headers, text = ask(server, body, {**target, **authorization, **sender})
        assert (status, headers["access-control-allow-origin"]) == (200, "*"), text
    keys = ask(server, None, sender, "GET", f"/{pool_id}/.well-known/jwks.json")
    assert (keys[0], keys[1]["access-control-allow-origin"]) == (200, "*")
    preflight = {"Access_Control_Request_Method": "POST", **sender}
    assert ask(server, None, preflight, "OPTIONS")[0] == 200


def test_a_preflight_opens_nothing_else(server: EmulatorServer) -> None:
    """A request that only looks like a preflight carries out no signed operation."""
    looks = {"Access_Control_Request_Method": "POST", "Origin": EVIL}
    status, _, text = ask(server, {"MaxResults": 5}, {**LIST, **looks}, "OPTIONS")
    assert (status, "--allow-origin" in text) == (403, True)


def test_a_host_in_the_target_counts(server: EmulatorServer) -> None:
    """A target may be a whole address, whose host is the one that is meant (RFC 9112, 3.2.2)."""
    address = "http://evil.example/"
    assert ask(server, {"MaxResults": 5}, LIST, path=address)[0] == 403


def test_a_refused_request_changes_nothing(server: EmulatorServer) -> None:
    """A request that was refused leaves nothing behind in moto."""
    body = b"Action=CreateTopic&Name=made-by-a-page&Version=2010-03-31"
    assert ask(server, body, {**FORM, "Origin": EVIL})[0] == 403
    assert "made-by-a-page" not in ask(server, TOPICS, FORM)[2]


def test_boto3_shows_the_refusal() -> None:
    """JSON, query and S3 clients show the line, so it is in the form that each of them reads."""
    with EmulatorServer() as server:

        def add_origin(request: Any, **_: Any) -> None:
            request.headers["Origin"] = EVIL

        calls: dict[str, Callable[[Any], Any]] = {
            "cognito-idp": lambda client: client.list_user_pools(MaxResults=1),
            "sns": lambda client: client.list_topics(),
            "s3": lambda client: client.list_buckets(),
        }
        for service, call in calls.items():
            client: Any = boto3.client(
                service,  # type: ignore[call-overload]
                region_name="us-east-1",
                endpoint_url=server.url,
                aws_access_key_id="A",
                aws_secret_access_key="x",
            )
            client.meta.events.register("before-send", add_origin)
            with pytest.raises(ClientError, match=r"ForbiddenException.*--allow-origin"):
                call(client)


class TestControls:
    """The control surface and its health check."""

    def test_health_is_open_and_says_nothing(self, server: EmulatorServer) -> None:
        """Any host name may ask whether the server runs, and learns no more than that."""
        path = "/_harness/health"
        for sender in ({"Host": "evil.example"}, {"Origin": EVIL}):
            for method in ("GET", "HEAD"):
                status, headers, text = ask(server, None, sender, method, path)
                assert (status, text) == (200, '{"status": "ok"}' if method == "GET" else "")
                assert "access-control-allow-origin" not in headers
        assert "loosened" in json.loads(ask(server, None, {}, "GET", path)[2])

    @pytest.mark.parametrize("name", ["outbox", "clock", "", "live"])
    def test_a_listed_host_may_use_the_controls(self, server: EmulatorServer, name: str) -> None:
        """A program may call the controls by a listed name, and by no other."""
        for host, expected in [("cognito.test:5000", 200), ("evil.example", 403)]:
            status, _, text = ask(server, None, {"Host": host}, "GET", f"/_harness/{name}")
            assert status == expected, text
            assert ("--allow-host" in text) is (expected == 403)

    def test_a_listed_origin_gets_no_controls(self, server: EmulatorServer) -> None:
        """Only the emulator's own page reads codes, whatever is listed."""
        for origin in ("https://app.example", "http://localhost:3000"):
            assert ask(server, None, {"Origin": origin}, "GET", "/_harness/outbox")[0] == 403
        own = {"Origin": "http://cognito.test:80", "Host": "cognito.test:80"}
        assert ask(server, None, own, "GET", "/_harness/outbox")[0] == 200


@pytest.mark.parametrize(
    ("host", "expected"), [("192.0.2.7:5000", 200), ("192.0.2.8:5000", 403), ("0.0.0.0", 403)]
)
def test_the_address_that_a_client_connected_to_is_accepted(host: str, expected: int) -> None:
    """A server on all addresses of a machine has the one by which the client reached it."""
    with Emulator(mock=False) as emulator:
        routing = Routing(emulator, "http", ("0.0.0.0", 5000), Failures())
        headers = {name.lower().replace("_", "-"): value for name, value in LIST.items()}
        headers["host"] = host
        for target in ("/", f"http://{host}/"):
            asked = HttpRequest("POST", target, headers, b'{"MaxResults": 5}', own="192.0.2.7")
            reply = routing.answer_now(asked) or routing.answer_blocking(asked)
            assert reply.status == expected


def test_the_name_that_the_server_listens_on_is_accepted() -> None:
    """Clients use the address that the server shows; the controls stay with this machine."""
    with Emulator(mock=False) as emulator:
        routing = Routing(emulator, "http", ("127.0.0.1", 5000), Failures(), host="Own.test")
        for path, expected in [("/", 200), ("/_harness/clock", 403)]:
            headers = {"host": "own.test:5000", "x-amz-target": LIST["X_Amz_Target"]}
            headers["authorization"] = LIST["Authorization"]
            method = "POST" if path == "/" else "GET"
            asked = HttpRequest(method, path, headers, b'{"MaxResults": 5}', "127.0.0.1")
            reply = routing.answer_now(asked)
            assert reply is not None
            assert reply.status == expected


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"allow_origins": ["*"]}, "allow_origins: cannot use '*'"),
        ({"allow_origins": ["null"]}, "allow_origins: cannot use 'null'"),
        ({"allow_origins": ["app.example"]}, "allow_origins: cannot use 'app.example'"),
        ({"allow_origins": ["https://app.example/"]}, "without a path"),
        ({"allow_hosts": ["*"]}, "allow_hosts: cannot use '*'"),
        ({"allow_hosts": ["cognito.test:5000"]}, "without a port"),
        ({"allow_hosts": ["http://cognito.test"]}, "it must be a host name or an IP address"),
        ({"allow_hosts": [""]}, "allow_hosts: cannot use ''"),
    ],
    ids=str,
)
def test_unusable_sources_are_one_line(given: dict[str, list[str]], line: str) -> None:
    """A text that is not an origin or a host ends the start in one line."""
    with pytest.raises(ConfigurationError) as caught:
        EmulatorServer(**given)  # type: ignore[arg-type]
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)
