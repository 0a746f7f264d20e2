"""In this process and over HTTP, a seeded emulator says the same, byte for byte."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer
from harness.emulator.server import EmulatorServer
from harness.emulator.server.fast_path import FastPath
from harness.emulator.server.messages import HttpRequest
from tests.emulator.support.expect import START
from tests.properties.generation import Sent, requests_of
from tests.properties.keys import keys_in_turn
from tests.properties.profiles import share
from tests.properties.sides import attached, in_process, served
from tests.properties.story import tell
from tests.properties.test_generated_requests import (
    EMULATED,
    OTHERS,
    Send,
    send_in_process,
    send_over_http,
)
from tests.properties.world import furnished


def test_a_long_story_sounds_the_same() -> None:
    """Sign-up to device sign-in, with errors between: status, headers and body are equal."""
    with in_process() as here:
        tell(here)
    with served() as there:
        tell(there)
    assert len(here.heard) > 80
    for mine, theirs in zip(here.heard, there.heard, strict=True):
        assert mine == theirs
    assert {heard.status for heard in here.heard} == {200, 400}
    tokens = [heard.body for heard in here.heard if b'"AccessToken":"' in heard.body]
    assert len(tokens) >= 4


def test_the_short_way_and_the_long_one_sound_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that reads calls by itself says what one says that has moto read them all."""
    short: list[bool] = []
    answer = FastPath.answer

    def counted(way: FastPath, request: HttpRequest) -> HttpAnswer | None:
        found = answer(way, request)
        short.append(found is not None)
        return found

    monkeypatch.setattr(FastPath, "answer", counted)
    with served() as there:
        tell(there)
    monkeypatch.setattr(FastPath, "answer", lambda *_: None)
    with served() as elsewhere:
        tell(elsewhere)
    assert there.heard == elsewhere.heard
    assert short.count(True) > 80


def test_an_attached_client_hears_the_same() -> None:
    """The way that the target ``emulator`` goes adds nothing and leaves nothing out."""
    with in_process() as here:
        tell(here)
    with attached() as there:
        tell(there)
    raw = [heard for heard in here.heard if heard.operation.startswith(TARGET_PREFIX)]
    assert [heard for heard in here.heard if heard not in raw] == there.heard


def test_only_the_request_ids_differ() -> None:
    """Each answer has a request id of its own, on either side."""
    with in_process() as here:
        here.refused("GetUser", AccessToken="a.b.c")
        here.refused("GetUser", AccessToken="a.b.c")
    with served() as there:
        there.refused("GetUser", AccessToken="a.b.c")
    ids = {*here.request_ids, *there.request_ids}
    assert len(ids) == 3
    assert all(str(uuid.UUID(found)) == found for found in ids)


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A server, whose emulator the test gives a fresh engine for each run."""
    with EmulatorServer() as running:
        yield running


def answers_to(requests: list[Sent], send: Send, emulator: Emulator) -> list[tuple[int, bytes]]:
    """Furnish an emulator, send it requests, and return all answers."""
    _, stock = furnished(emulator.engine)
    answers = []
    for sent in requests:
        status, _, body = send(sent.operation, json.dumps(stock.fill(sent.body)).encode())
        stock.learn(json.loads(body))
        answers.append((status, body))
    return answers


def test_generated_requests_are_answered_alike(server: EmulatorServer) -> None:
    """Whatever is asked, in whatever order, the engine and the server say the same."""

    @share(0.4)
    @given(st.lists(requests_of(*EMULATED, *OTHERS), min_size=20, max_size=80))
    def run(requests: list[Sent]) -> None:
        def seeded() -> Emulator:
            return Emulator(clock=VirtualClock(START, frozen=True), seed=1, mock=False)

        here = seeded()
        with keys_in_turn():
            mine = answers_to(requests, send_in_process(here.engine), here)
        there = server.emulator
        there.engine = seeded().engine
        with keys_in_turn(), send_over_http(server) as send:
            theirs = answers_to(requests, send, there)
        assert mine == theirs

    run()
