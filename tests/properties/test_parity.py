"""Tests that a seeded emulator gives the same bytes in this process and over HTTP."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.api.request import Caller
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer
from harness.emulator.moto_backend import attachment
from harness.emulator.server import EmulatorServer
from harness.emulator.server.fast_path import FastPath
from harness.emulator.server.messages import HttpRequest
from tests.emulator.support.expect import START
from tests.properties.generation import Sent, requests_of
from tests.properties.populated import populated_engine
from tests.properties.profiles import share
from tests.properties.repeated_keys import repeated_keys
from tests.properties.scenario import run_scenario
from tests.properties.test_generated_requests import (
    EMULATED,
    OTHERS,
    Send,
    send_in_process,
    send_over_http,
)
from tests.properties.transports import attached, in_process, served


def test_a_long_scenario_gives_the_same_responses() -> None:
    """Status, headers and body are equal from sign-up to device sign-in, errors included."""
    with in_process() as here:
        run_scenario(here)
    with served() as there:
        run_scenario(there)
    assert len(here.responses) > 80
    for mine, theirs in zip(here.responses, there.responses, strict=True):
        assert mine == theirs
    assert {response.status for response in here.responses} == {200, 400}
    tokens = [found.body for found in here.responses if b'"AccessToken":"' in found.body]
    assert len(tokens) >= 4


def test_the_fast_path_gives_the_same_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that reads calls itself responds the same as one that lets moto read them."""
    short: list[bool] = []
    answer = FastPath.answer

    def counted(way: FastPath, request: HttpRequest) -> HttpAnswer | None:
        found = answer(way, request)
        short.append(found is not None)
        return found

    monkeypatch.setattr(FastPath, "answer", counted)
    with served() as there:
        run_scenario(there)
    monkeypatch.setattr(FastPath, "answer", lambda *_: None)
    with served() as elsewhere:
        run_scenario(elsewhere)
    assert there.responses == elsewhere.responses
    assert short.count(True) > 80


def test_an_attached_client_gets_the_same_responses() -> None:
    """Attaching the emulator, as the target ``emulator`` does, changes no response."""
    with in_process() as here:
        run_scenario(here)
    with attached() as there:
        run_scenario(there)
    raw = [found for found in here.responses if found.operation.startswith(TARGET_PREFIX)]
    assert [found for found in here.responses if found not in raw] == there.responses


def test_responses_without_moto_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before moto is loaded, clients and servers get what they get through it.

    The server answers every call without moto, but for the four that only moto can read.
    """
    with attached() as here:
        run_scenario(here)
    monkeypatch.setattr(attachment, "_has_moto", lambda: False)
    monkeypatch.setattr(attachment, "_through_moto", _must_not_be_called)
    with attached() as there:
        run_scenario(there)
    assert here.responses == there.responses

    with served() as through_moto:
        run_scenario(through_moto)
    monkeypatch.setattr(Emulator, "start", _start_without_moto)
    monkeypatch.setattr(Emulator, "join_moto", lambda _: None)
    found = _noted_callers(monkeypatch)
    with served() as without_moto:
        run_scenario(without_moto)
    assert through_moto.responses == without_moto.responses
    assert len(found) == len(without_moto.responses) - len(READ_BY_MOTO)


#: What the scenario sends and moto has to read: two operations that do not exist, a signature that
#: is none, and a Bearer header.
READ_BY_MOTO = ("Nothing", "", "ListUserPools", "GetUser")


def _noted_callers(monkeypatch: pytest.MonkeyPatch) -> list[Caller]:
    """Return the list of the callers that will be found without moto."""
    found: list[Caller] = []
    find = FastPath._caller_without_moto

    def noted(way: FastPath, kind: tuple[str, str, str], request: HttpRequest) -> Caller | None:
        if (caller := find(way, kind, request)) is not None:
            found.append(caller)
        return caller

    monkeypatch.setattr(FastPath, "_caller_without_moto", noted)
    return found


def _must_not_be_called(*_: object) -> NoReturn:
    raise AssertionError("moto was asked")


def _start_without_moto(emulator: Emulator) -> Emulator:
    """Start as in a process without moto, which this one has."""
    emulator._begin()
    return emulator


def test_only_the_request_ids_differ() -> None:
    """Each response has its own request id, on every transport."""
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


def responses_to(requests: list[Sent], send: Send, emulator: Emulator) -> list[tuple[int, bytes]]:
    """Populate an emulator, send it requests, and return all responses."""
    _, live = populated_engine(emulator.engine)
    answers = []
    for sent in requests:
        status, _, body = send(sent.operation, json.dumps(live.fill(sent.body)).encode())
        live.learn(json.loads(body))
        answers.append((status, body))
    return answers


def test_generated_requests_get_the_same_responses(server: EmulatorServer) -> None:
    """The engine and the server give the same responses to any requests in any order."""

    @share(0.4)
    @given(st.lists(requests_of(*EMULATED, *OTHERS), min_size=20, max_size=80))
    def run(requests: list[Sent]) -> None:
        def seeded() -> Emulator:
            return Emulator(clock=VirtualClock(START, frozen=True), seed=1, mock=False)

        here = seeded()
        with repeated_keys():
            mine = responses_to(requests, send_in_process(here.engine), here)
        there = server.emulator
        there.engine = seeded().engine
        with repeated_keys(), send_over_http(server) as send:
            theirs = responses_to(requests, send, there)
        assert mine == theirs

    run()
