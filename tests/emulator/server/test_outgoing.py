"""A served emulator sends no HTTP requests for its clients, unless it is told to."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
import requests

from harness.emulator.server import EmulatorServer

TOKEN = "a-secret-of-the-subscriber"
ROLE = "arn:aws:iam::123456789012:role/role-of-the-stream"


class Listener(ThreadingHTTPServer):
    """A server on this machine that records what it gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recorder)
        self.received: list[str] = []

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Recorder(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        """Record the body."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append(body.decode())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A running listener."""
    with Listener() as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def aws(server: EmulatorServer, service: str) -> Any:
    """Return a client of one of moto's services."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="A",
        aws_secret_access_key="x",
    )


def publish(server: EmulatorServer, listener: Listener) -> None:
    """Publish a message on a topic that the listener subscribes to."""
    sns = aws(server, "sns")
    # moto keeps topics and their subscribers as long as the process lives.
    topic = sns.create_topic(Name=f"codes-{listener.server_address[1]}")["TopicArn"]
    endpoint = f"{listener.url}/{TOKEN}?token={TOKEN}"
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint)
    for text in ("first", "second"):
        assert sns.publish(TopicArn=topic, Message=text)["MessageId"]


def test_a_subscriber_gets_nothing(listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    """The call succeeds, nothing is sent, and one warning without secrets names the option."""
    with caplog.at_level(logging.WARNING, "harness.emulator"), EmulatorServer() as server:
        publish(server, listener)
    assert listener.received == []
    (warning,) = [found.getMessage() for found in caplog.records]
    assert warning == (
        "moto did not send POST to http://127.0.0.1; serve --allow-outgoing-http sends such "
        "requests"
    )


def test_a_subscriber_gets_messages_if_allowed(listener: Listener) -> None:
    """With the setting, moto sends what it sends on its own."""
    with EmulatorServer(allow_outgoing_http=True) as server:
        publish(server, listener)
    sent = [json.loads(text).get("Message") for text in listener.received]
    assert sent[-2:] == ["first", "second"]


def test_records_are_not_sent(listener: Listener) -> None:
    """The HTTP endpoint of a Firehose stream gets nothing either."""
    with EmulatorServer() as server:
        firehose = aws(server, "firehose")
        firehose.create_delivery_stream(
            DeliveryStreamName="f",
            HttpEndpointDestinationConfiguration={
                "EndpointConfiguration": {"Url": listener.url, "Name": "e"},
                "S3Configuration": {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::bucket"},
            },
        )
        assert firehose.put_record(DeliveryStreamName="f", Record={"Data": b"record"})["RecordId"]
    assert listener.received == []


def test_others_in_the_process_may_send(listener: Listener) -> None:
    """Tests, handlers and clients in the process of the server use `requests` as before."""
    before = requests.Session.send
    with EmulatorServer(), EmulatorServer():
        requests.post(listener.url, data="own", timeout=30)
    assert listener.received == ["own"]
    assert requests.Session.send is before
