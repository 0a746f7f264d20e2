"""The trace: every call is kept, nothing secret is, and calls are not changed by it."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from harness.clock import VirtualClock
from harness.flows.actions import Actions, AppClient
from harness.flows.call import Call
from harness.flows.rendering import sign_in_summaries
from harness.flows.trace import Trace
from harness.redaction import Secret
from tests.flows.stubs import make_client, stubbed

NOW = 1_795_372_815.0
APP = AppClient("us-east-1_AbCdEf123", "1h57kf5cpq17m0eml12EXAMPLE")
PASSWORD, SESSION, ACCESS = "Correct-Horse-1", "session-session-session", "eyJhbGc.payload.sig"


def traced(*clients: Any) -> Trace:
    """Return a trace that observes the clients."""
    trace = Trace(VirtualClock(NOW, frozen=True))
    for client in clients:
        trace.observe(client)
    return trace


def challenge(name: str) -> dict[str, Any]:
    """Return an answer that puts a challenge."""
    return {"ChallengeName": name, "ChallengeParameters": {}, "Session": SESSION}


class TestCalls:
    """What is kept of a call."""

    def test_successful_call_is_kept(self) -> None:
        """An answered call has its operation, moment, latency, request id and members."""
        client, stubber = stubbed()
        metadata = {"RequestId": "0f1e2d3c", "HTTPStatusCode": 200, "RetryAttempts": 2}
        answer = {"UserConfirmed": False, "UserSub": "34c84488", "ResponseMetadata": metadata}
        stubber.add_response("sign_up", answer)
        trace = traced(client)
        Actions(client, APP).sign_up("alice", PASSWORD)
        (call,) = trace.calls
        assert (call.operation, call.outcome, call.message) == ("SignUp", "ok", "")
        assert (call.started_at, call.request_id, call.retries) == (NOW, "0f1e2d3c", 2)
        assert 0 < call.latency_seconds < 5
        assert call.parameters["Username"] == "alice"
        assert call.answer == {"UserConfirmed": False, "UserSub": "34c84488"}
        assert call.ok

    def test_refused_call_is_kept(self) -> None:
        """A refused call has Cognito's code and text, and the error passes unchanged."""
        client, stubber = stubbed()
        stubber.add_client_error("sign_up", "UsernameExistsException", "User already exists")
        trace = traced(client)
        with pytest.raises(ClientError, match="UsernameExistsException"):
            Actions(client, APP).sign_up("alice", PASSWORD)
        (call,) = trace.calls
        assert call.outcome == "UsernameExistsException"
        assert call.message == "User already exists"
        assert call.answer == {}
        assert not call.ok

    def test_call_without_a_response_is_kept(self) -> None:
        """A call without a response has botocore's exception for its outcome."""
        client = make_client("http://127.0.0.1:9")
        trace = traced(client)
        with pytest.raises(EndpointConnectionError):
            Actions(client, APP).sign_up("alice", PASSWORD)
        (call,) = trace.calls
        assert (call.operation, call.outcome) == ("SignUp", "EndpointConnectionError")
        assert call.request_id == ""

    def test_request_that_is_not_sent_is_not_kept(self) -> None:
        """A request that botocore itself refuses was no call."""
        client = make_client()
        trace = traced(client)
        with pytest.raises(ParamValidationError):
            client.sign_up(ClientId=APP.client_id, Username="")
        assert trace.calls == []

    def test_observing_twice_keeps_each_call_once(self) -> None:
        """Observing a client again does not double its calls."""
        client, stubber = stubbed()
        stubber.add_response("forgot_password", {})
        trace = traced(client, client)
        Actions(client, APP).forgot_password("alice")
        assert len(trace.calls) == 1

    def test_traces_of_one_client_are_independent(self) -> None:
        """Each trace keeps its own notes, and one that ends leaves the other alone."""
        client, stubber = stubbed()
        for _ in range(2):
            stubber.add_response("forgot_password", {})
        first, second = traced(client), Trace(VirtualClock(NOW))
        with second.observing(client):
            Actions(client, APP).forgot_password("alice")
        Actions(client, APP).forgot_password("alice")
        assert (len(first.calls), len(second.calls)) == (2, 1)

    def test_later_changes_do_not_reach_a_kept_call(self) -> None:
        """A call is kept as it was, whatever is done with its members later."""
        client, stubber = stubbed()
        stubber.add_response("list_users", {"Users": [{"Username": "alice"}]})
        trace = traced(client)
        attributes = ["sub"]
        response = client.list_users(UserPoolId=APP.user_pool_id, AttributesToGet=attributes)
        attributes.append("email")
        response["Users"].clear()
        (call,) = trace.calls
        assert call.parameters["AttributesToGet"] == ["sub"]
        assert call.answer["Users"] == [{"Username": "alice"}]

    def test_cleared_trace_is_empty(self) -> None:
        """A cleared trace starts empty; the calls handed out before stay as they were."""
        client, stubber = stubbed()
        stubber.add_response("forgot_password", {})
        trace = traced(client)
        Actions(client, APP).forgot_password("alice")
        calls = trace.calls
        trace.clear()
        assert len(calls) == 1
        assert trace.calls == []

    def test_calls_of_many_threads_are_kept(self) -> None:
        """Calls of many threads are all kept, each with its own parameters."""
        trace = Trace(VirtualClock(NOW, frozen=True))
        clients = []
        for _ in range(4):
            client, stubber = stubbed()
            for _ in range(10):
                stubber.add_response("forgot_password", {})
            trace.observe(client)
            clients.append(client)

        def call(number: int) -> None:
            for turn in range(10):
                Actions(clients[number], APP).forgot_password(f"user-{number}-{turn}")

        threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        names = {recorded.parameters["Username"] for recorded in trace.calls}
        assert names == {f"user-{number}-{turn}" for number in range(4) for turn in range(10)}


class TestSecrets:
    """Nothing secret is kept or shown."""

    def test_no_secret_is_in_a_trace(self) -> None:
        """Passwords, codes, sessions, hashes and tokens are in none of what a trace gives out."""
        client, stubber = stubbed()
        result = {"AccessToken": ACCESS, "IdToken": "id-token-text", "RefreshToken": "ref-text"}
        stubber.add_response("initiate_auth", challenge("SMS_MFA"))
        stubber.add_response("respond_to_auth_challenge", {"AuthenticationResult": result})
        trace = traced(client)
        actions = Actions(client, AppClient("us-east-1_A", "1h57kf5", Secret("s" * 24)))
        actions.initiate_auth("USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": PASSWORD})
        actions.respond_to_auth_challenge(
            "SMS_MFA", {"USERNAME": "alice", "SMS_MFA_CODE": "918273"}, session=SESSION
        )
        shown = trace.render() + repr(trace.calls) + json.dumps(trace.records())
        hidden = (PASSWORD, SESSION, "918273", actions.app.secret_hash("alice"), *result.values())
        assert not [text for text in hidden if text is None or text in shown]
        assert "alice" in shown

    def test_secret_in_an_error_text_is_hidden(self) -> None:
        """A secret that Cognito's error text repeats is not shown."""
        client, stubber = stubbed()
        text = f"Value '{SESSION}' at 'session' failed to satisfy constraint"
        stubber.add_client_error("associate_software_token", "InvalidParameterException", text)
        trace = traced(client)
        with pytest.raises(ClientError):
            Actions(client, APP).associate_software_token(session=SESSION)
        assert (
            trace.calls[0].message == "Value '[redacted]' at 'session' failed to satisfy constraint"
        )
        assert SESSION not in trace.render()

    def test_seen_secrets_are_scrubbed(self) -> None:
        """A trace takes every secret it has seen out of any text, and no name of a factor."""
        client, stubber = stubbed()
        stubber.add_response("initiate_auth", challenge("SELECT_MFA_TYPE"))
        stubber.add_response("respond_to_auth_challenge", challenge("SOFTWARE_TOKEN_MFA"))
        trace = traced(client)
        actions = Actions(client, APP)
        actions.initiate_auth("USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": PASSWORD})
        actions.respond_to_auth_challenge(
            "SELECT_MFA_TYPE", {"ANSWER": "SOFTWARE_TOKEN_MFA"}, session=SESSION
        )
        trace.clear()
        text = f"{PASSWORD} {SESSION} SOFTWARE_TOKEN_MFA"
        assert trace.scrub(text) == "[redacted] [redacted] SOFTWARE_TOKEN_MFA"

    def test_secrets_of_an_interrupted_call_are_scrubbed(self) -> None:
        """The password of a call that never ended is hidden in texts too."""
        client = make_client()
        trace = traced(client)

        def interrupt(**_: Any) -> None:
            raise KeyboardInterrupt

        client.meta.events.register_first("before-call.cognito-identity-provider", interrupt)
        with pytest.raises(KeyboardInterrupt):
            Actions(client, APP).sign_up("alice", PASSWORD)
        assert trace.calls == []
        assert PASSWORD not in trace.scrub(f"sign up with {PASSWORD}")


def call(operation: str, parameters: dict[str, Any], **more: Any) -> Call:
    """Return a call as it is kept."""
    outcome, answer = more.pop("outcome", "ok"), more.pop("answer", {})
    return Call(operation, NOW, 0.0123, "0f1e2d3c", outcome, "Text.", parameters, answer, **more)


class TestRendering:
    """What a reader sees who looks for the cause of a failure."""

    def test_empty_trace_says_so(self) -> None:
        """A trace without calls says so."""
        assert traced().render() == "no API calls"

    def test_calls_are_shown_in_order(self) -> None:
        """The text has the calls in order, what was sent, what came, and the refusal in full."""
        client, stubber = stubbed()
        stubber.add_response("initiate_auth", challenge("SMS_MFA"))
        stubber.add_client_error(
            "respond_to_auth_challenge", "CodeMismatchException", "Invalid code or auth state."
        )
        trace = traced(client)
        actions = Actions(client, APP)
        actions.initiate_auth("USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": PASSWORD})
        with pytest.raises(ClientError):
            actions.respond_to_auth_challenge("SMS_MFA", {"USERNAME": "alice"}, session=SESSION)
        lines = trace.render().splitlines()
        assert lines[0].startswith("2 API calls, 1 failed, ")
        assert lines[0].endswith("from 2026-11-22T18:40:15+00:00")
        assert lines[1].endswith("USER_PASSWORD_AUTH > SMS_MFA (error: CodeMismatchException)")
        assert lines[3].startswith("#1 +0.000 s InitiateAuth: ok, ")
        assert '"PASSWORD": "[redacted]"' in lines[4]
        assert '"ChallengeName": "SMS_MFA"' in lines[5]
        assert lines[6].startswith("#2 +0.000 s RespondToAuthChallenge: CodeMismatchException")
        assert lines[8] == "    error    CodeMismatchException: Invalid code or auth state."

    def test_long_responses_are_cut(self) -> None:
        """A page of users does not bury the rest."""
        client, stubber = stubbed()
        users = [{"Username": f"user-{number}"} for number in range(500)]
        stubber.add_response("list_users", {"Users": users})
        trace = traced(client)
        Actions(client, APP, admin=client).list_users()
        assert max(map(len, trace.render().splitlines())) < 1000
        assert "characters)" in trace.render()

    def test_simultaneous_sign_ins_have_their_own_ladders(self) -> None:
        """Each answer belongs to the sign-in that waits for it; refusals stay on their rung."""
        calls = [
            call("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"}, answer=challenge("SMS_MFA")),
            call(
                "AdminInitiateAuth",
                {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH"},
                answer=challenge("MFA_SETUP"),
            ),
            call("RespondToAuthChallenge", {"ChallengeName": "SMS_MFA"}, outcome="Refused"),
            call("RespondToAuthChallenge", {"ChallengeName": "SMS_MFA"}),
            call("AdminRespondToAuthChallenge", {"ChallengeName": "MFA_SETUP"}),
            call("RespondToAuthChallenge", {"ChallengeName": "EMAIL_OTP"}, outcome="Stale"),
        ]
        assert sign_in_summaries(calls) == [
            "USER_SRP_AUTH > SMS_MFA (error: Refused) > tokens",
            "ADMIN_USER_PASSWORD_AUTH > MFA_SETUP > tokens",
            "EMAIL_OTP (error: Stale)",
        ]

    def test_retries_are_counted(self) -> None:
        """Requests that were sent again say how often."""
        from harness.flows.rendering import render_calls

        assert "12.3 ms, 3 retries, request 0f1e2d3c" in render_calls(
            [call("GetUser", {}, retries=3)]
        )
