"""Calls of the endpoints for apps appear among the calls of an app, without their secrets."""

from __future__ import annotations

import json

import pytest

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.flows.trace import Trace
from harness.targets.app_calls import watch_apps
from harness.targets.base import AppCall
from tests.emulator.support.browser import in_process
from tests.emulator.support.expect import START
from tests.emulator.support.oauth import CALLBACK, App, Place, members_of, new_app


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with a frozen clock."""
    return Emulator(clock=VirtualClock(START, frozen=True), mock=False)


@pytest.fixture
def app(emulator: Emulator) -> App:
    """An app with a secret, with its user."""
    return new_app(Place(emulator.engine, in_process(emulator.engine)), GenerateSecret=True)


def test_an_app_that_exchanges_codes_is_seen(emulator: Emulator, app: App) -> None:
    """Its calls have the outcome, and a request id that leads to the reason."""
    calls: list[AppCall] = []
    code = app.code()
    with watch_apps(emulator, calls.append):
        members_of(app.exchange(code))
        members_of(app.exchange(code), 400)
        app.token("client_credentials", client_secret="wrong")
    assert [(call.operation, call.outcome, call.message) for call in calls] == [
        ("POST /oauth2/token", "ok", ""),
        ("POST /oauth2/token", "invalid_grant", ""),
        ("POST /oauth2/token", "invalid_client", "invalid_client_secret"),
    ]
    assert calls[0].parameters["redirect_uri"] == CALLBACK
    assert "id_token" in calls[0].answer
    reason = emulator.engine.call_log.why_refused(calls[1].request_id)
    assert reason == "the code was used before"


def test_the_runs_own_clients_are_not_apps(emulator: Emulator, app: App) -> None:
    """A client of the run names itself, with or without a version."""
    calls: list[AppCall] = []
    with watch_apps(emulator, calls.append):
        for agent in ("cognito-mfa-harness", "cognito-mfa-harness/0.2.0 requests/2"):
            app.send("/oauth2/token", {"grant_type": "refresh_token"}, user_agent=agent)
    assert calls == []


def test_a_trace_keeps_no_secret_of_them(emulator: Emulator, app: App) -> None:
    """Codes, verifiers, secrets and tokens are masked in what a report shows."""
    trace = Trace(emulator.clock)
    code = app.code()
    with watch_apps(emulator, lambda call: trace.add_call_of_app(**vars(call))):
        tokens = members_of(app.exchange(code))
        app.token("refresh_token", refresh_token=tokens["refresh_token"], code_verifier="v" * 43)
        app.send("/oauth2/revoke", {"client_id": app.client_id, "token": tokens["refresh_token"]})
    shown = repr(trace.calls) + json.dumps([vars(call) for call in trace.calls], default=str)
    secrets = [code, "v" * 43, str(app.secret), *(tokens[name] for name in tokens)][:6]
    assert [secret for secret in secrets if str(secret) in shown] == []
    assert len(trace.calls) == 3
