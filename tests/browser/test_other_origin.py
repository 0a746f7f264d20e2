"""A page of another origin, in a real browser, reads nothing from a served emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.browser.empty_page import other_port
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import new_walker

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

#: Sends every request of a list, and returns what a script can read of each response.
_ATTEMPT = """
const [url, requests, done] = arguments;
const attempt = async ([path, options]) => {
  try {
    const answer = await fetch(url + path, options);
    if (answer.type === "opaque") return "opaque";
    return `${answer.status} ${await answer.text()}`;
  } catch (problem) {
    return "failed";
  }
};
Promise.all(requests.map(attempt)).then(done);
"""
_PREFIX = "AWSCognitoIdentityProviderService."


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator that has a user."""
    with EmulatorServer(emulator=Emulator(mock=False)) as running:
        new_walker(running.emulator.engine, confirmed=False)
        yield running


@pytest.fixture
def foreign_page(browser: Browser) -> Iterator[Browser]:
    """The window, at a page of another host that is not the emulator's."""
    from tests.browser.chromium import FOREIGN_HOST

    with other_port() as port:
        browser.open(f"http://{FOREIGN_HOST}:{port}/")
        yield browser


def signed(service: str, target: str, members: Any, **more: Any) -> list[Any]:
    """Return a request for a JSON service that has a made-up signature."""
    scope = f"AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/{service}/aws4_request"
    headers = {"X-Amz-Target": target, "Authorization": scope}
    return ["/", {"method": "POST", "body": json.dumps(members), "headers": headers, **more}]


def form(text: str, **more: Any) -> list[Any]:
    """Return a request for a query service, which a browser sends without a preflight."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return ["/", {"method": "POST", "body": text, "headers": headers, **more}]


def attacks(pool_id: str) -> list[list[Any]]:
    """Return requests that read or change what is in the emulator."""
    forward = json.dumps({"advance_seconds": 86_400})
    other = {"id": pool_id, "configuration": {"UserPool": {"PoolName": "other"}}}
    seed = json.dumps({"document": {"cognito_harness_seed": 1, "pools": [other]}})
    as_json = {"Content-Type": "application/json"}
    return [
        signed("cognito-idp", f"{_PREFIX}ListUserPools", {"MaxResults": 5}),
        signed("cognito-idp", f"{_PREFIX}ListUsers", {"UserPoolId": pool_id}),
        signed("cognito-idp", f"{_PREFIX}DeleteUserPool", {"UserPoolId": pool_id}),
        signed("sqs", "AmazonSQS.CreateQueue", {"QueueName": "made"}),
        form("Action=ListTopics&Version=2010-03-31"),
        form("Action=CreateTopic&Name=made&Version=2010-03-31"),
        form("Action=CreateTopic&Name=made&Version=2010-03-31", mode="no-cors"),
        ["/bucket", {"method": "PUT"}],
        ["/bucket/file", {"mode": "no-cors"}],
        ["/_harness/outbox", {}],
        ["/_harness/outbox", {"mode": "no-cors"}],
        ["/_harness/reset", {"method": "POST", "mode": "no-cors"}],
        ["/_harness/clock", {"method": "POST", "body": forward, "mode": "no-cors"}],
        ["/_harness/export?secrets=true", {}],
        ["/_harness/export?secrets=true", {"mode": "no-cors"}],
        ["/_harness/seed", {"method": "POST", "body": seed, "mode": "no-cors"}],
        ["/_harness/seed", {"method": "POST", "body": seed, "headers": as_json}],
        ["/_harness/health", {}],
    ]


def state(server: EmulatorServer) -> tuple[Any, ...]:
    """Return what the requests above would change."""

    def aws(service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            region_name="us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="A",
            aws_secret_access_key="x",
        )

    engine = server.emulator.engine
    day = int(engine.clock.time() // 86_400)
    users = [len(pool.users) for pool in engine.pools.values()]
    queues, topics = aws("sqs").list_queues(), aws("sns").list_topics()["Topics"]
    buckets = [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]]
    return day, users, len(engine.outbox.messages()), queues.get("QueueUrls"), topics, buckets


def test_a_foreign_page_reads_and_changes_nothing(
    foreign_page: Browser, server: EmulatorServer
) -> None:
    """Every request fails, or its response is hidden, and everything stays as it was."""
    before = state(server)
    (pool_id,) = server.emulator.engine.pools
    found = foreign_page.driver.execute_async_script(_ATTEMPT, server.url, attacks(pool_id))
    assert set(found) <= {"failed", "opaque"}
    assert state(server) == before


def test_a_foreign_page_may_sign_users_in(foreign_page: Browser, server: EmulatorServer) -> None:
    """Public operations work from every origin, as on AWS."""
    public = {"X-Amz-Target": f"{_PREFIX}ForgotPassword"}
    body = json.dumps({"ClientId": "x" * 26, "Username": "alice"})
    request = ["/", {"method": "POST", "body": body, "headers": public}]
    (found,) = foreign_page.driver.execute_async_script(_ATTEMPT, server.url, [request])
    assert found.startswith('400 {"__type":"ResourceNotFoundException"')


def test_a_rebound_page_reads_and_changes_nothing(browser: Browser, server: EmulatorServer) -> None:
    """A page whose own name leads to the emulator has its origin, but still no access."""
    from tests.browser.chromium import FOREIGN_HOST

    before = state(server)
    (pool_id,) = server.emulator.engine.pools
    own = f"http://{FOREIGN_HOST}:{urlsplit(server.url).port}"
    browser.open(f"{own}/_harness/health")
    found = browser.driver.execute_async_script(_ATTEMPT, own, attacks(pool_id))
    *refused, health = found
    readable = [text for text in refused if text not in ("failed", "opaque")]
    assert len(readable) >= len(refused) - 2
    assert all(text.startswith("403 ") and "--allow-host" in text for text in readable)
    assert health == '200 {"status": "ok"}'
    assert state(server) == before


def test_a_local_page_may_use_signed_operations(browser: Browser, server: EmulatorServer) -> None:
    """An app on this machine reads users with its SDK, from its own port."""
    with other_port() as port:
        browser.open(f"http://127.0.0.1:{port}/")
        request = signed("cognito-idp", f"{_PREFIX}ListUserPools", {"MaxResults": 5})
        (found,) = browser.driver.execute_async_script(_ATTEMPT, server.url, [request])
    assert found.startswith('200 {"UserPools":[{')


#: Sends the form of the page by a real form, which needs no script's permission, into a frame.
_SUBMIT = """
const [url, fields, sandbox, done] = arguments;
const frame = document.createElement("iframe");
frame.name = "answer";
document.body.append(frame);
const form = Object.assign(document.createElement("form"),
  { method: "post", action: `${url}/_harness/act`, target: "answer" });
for (const [name, value] of Object.entries(fields)) {
  form.append(Object.assign(document.createElement("input"), { name, value }));
}
frame.onload = () => done("loaded");
if (sandbox) {
  frame.sandbox = "allow-forms allow-scripts";
  frame.srcdoc = `<body>${form.outerHTML.replace('target="answer"', "")}<script>
    for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
      document.querySelector("[name=" + name + "]").value = value;
    }
    addEventListener("load", () => setTimeout(() => document.forms[0].submit()));</script>`;
  let loads = 0;
  frame.onload = () => { loads += 1; if (loads === 2) done("loaded"); };
} else {
  document.body.append(form);
  form.submit();
}
"""


@pytest.mark.parametrize("sandbox", [False, True])
def test_a_foreign_page_cannot_send_the_forms_of_the_page(
    foreign_page: Browser, server: EmulatorServer, sandbox: bool
) -> None:
    """A form goes to any address, but with the Origin of its page, or ``null`` from a sandbox."""
    before = state(server)
    (pool_id,) = server.emulator.engine.pools
    for fields in (
        {"action": "move-clock", "seconds": "86400"},
        {"action": "empty", "sure": "1"},
        {"action": "create-user", "pool": pool_id, "username": "eve", "password": PASSWORD},
    ):
        loaded = foreign_page.driver.execute_async_script(_SUBMIT, server.url, fields, sandbox)
        assert loaded == "loaded"
        foreign_page.driver.refresh()
    assert state(server) == before


def test_a_page_of_this_machine_cannot_send_them_either(
    browser: Browser, server: EmulatorServer
) -> None:
    """Another port is another origin, also for what a script may send without a preflight."""
    before = state(server)
    fields = "action=empty&sure=1"
    with other_port() as port:
        browser.open(f"http://127.0.0.1:{port}/")
        urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
        attempts = [
            ["/_harness/act", {"method": "POST", "body": fields, "headers": urlencoded}],
            [
                "/_harness/act",
                {"method": "POST", "body": fields, "headers": urlencoded, "mode": "no-cors"},
            ],
            ["/_harness/show?of=x", {}],
            ["/_harness/user", {}],
            ["/_harness/live?view=calls", {}],
        ]
        found = browser.driver.execute_async_script(_ATTEMPT, server.url, attempts)
        assert set(found) <= {"failed", "opaque"}
        submitted = {"action": "empty", "sure": "1"}
        browser.driver.execute_async_script(_SUBMIT, server.url, submitted, False)
    assert state(server) == before


def test_the_page_itself_can_send_them(browser: Browser, server: EmulatorServer) -> None:
    """The same form, on the page's own address, does what it says."""
    browser.open(f"{server.url}/_harness/")
    before = server.emulator.engine.clock.time()
    browser.click("[name=seconds][value='86400']")
    browser.wait_for(lambda: server.emulator.engine.clock.time() >= before + 86_400)


def test_a_page_of_another_origin_has_no_access(browser: Browser, server: EmulatorServer) -> None:
    """Another origin cannot read the outbox or the page, move the clock, or frame the page."""
    new_walker(server.emulator.engine, confirmed=False)
    server.emulator.faults.clear()
    before = server.emulator.clock.time()
    browser.complaints()
    with other_port() as port:
        browser.open(f"http://127.0.0.1:{port}/")
        _read_and_frame(browser, server)
    assert server.emulator.clock.time() < before + 3_600


def _read_and_frame(browser: Browser, server: EmulatorServer) -> None:
    found = browser.driver.execute_async_script(
        """
        const [url, done] = arguments;
        const attempt = async (name, options) => {
          try {
            const answer = await fetch(`${url}/_harness/${name}`, options);
            return answer.type === "opaque" ? "opaque" : await answer.text();
          } catch (problem) {
            return "failed";
          }
        };
        const body = '{"advance_seconds": 3600}';
        const json = {"Content-Type": "application/json"};
        Promise.all([
          attempt("outbox"), attempt("live"), attempt("secret?of=x"),
          attempt("clock", {method: "POST", body, headers: json}),
          attempt("clock", {method: "POST", body, headers: {"Content-Type": "text/plain"}}),
          attempt("clock", {method: "POST", body, mode: "no-cors"}),
        ]).then(done);
        """,
        server.url,
    )
    assert set(found) <= {"failed", "opaque"}
    framed = browser.driver.execute_async_script(
        """
        const [url, done] = arguments;
        const frame = document.createElement("iframe");
        frame.onload = () => done(frame.contentDocument === null);
        frame.src = `${url}/_harness/`;
        document.body.append(frame);
        """,
        server.url,
    )
    # The frame shows the browser's own page about a refusal.
    assert framed is True
    assert any("frame" in line for line in browser.complaints())
