"""What requests count as, and what a failure says."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gevent
import pytest
from locust.user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_WAITING

from harness.clock import SystemClock
from harness.emulator.server import EmulatorServer
from harness.errors import HarnessError
from harness.load.connections import HttpResponse
from harness.load.flow_names import FLOWS, REQUESTS, Kind
from harness.load.flows import STEPS, run_flow
from harness.load.profile import LoadProfile
from harness.load.results import CALL, FLOW, REFUSAL, THROTTLE, CallFailed
from harness.load.session import LoadSession
from harness.load.users import FlowUser, SrpSignIn
from harness.targets.control import ControlSurface
from tests.load.pool import PASSWORD, LoadPool


class Heard:
    """Stands in for Locust: hears what is reported."""

    def __init__(self) -> None:
        #: The type, the name and the failure of each request.
        self.requests: list[tuple[str, str, str | None]] = []
        #: The name and the reason of each flow that failed without a request.
        self.flows: list[tuple[str, str]] = []
        self.times: list[float] = []

    def environment(self) -> Any:
        """Return what a recorder takes for Locust's environment."""
        return SimpleNamespace(
            events=SimpleNamespace(request=SimpleNamespace(fire=self._fire)),
            stats=SimpleNamespace(log_error=self._log_error),
        )

    def _fire(self, **request: Any) -> None:
        failure = request["exception"]
        text = None if failure is None else str(failure)
        self.requests.append((request["request_type"], request["name"], text))
        self.times.append(request["response_time"])

    def _log_error(self, kind: str, name: str, failure: Exception) -> None:
        assert kind == FLOW
        self.flows.append((name, str(failure)))


@pytest.fixture(scope="module")
def people_of_each_kind(load_pool: LoadPool) -> Any:
    """Two people of each kind."""
    return load_pool.people("r-", password=2, totp=2, device=2)


@pytest.fixture
def session(load_pool: LoadPool, people_of_each_kind: Any, tmp_path: Path) -> Iterator[LoadSession]:
    """A session of one process."""
    found = LoadSession(load_pool.plan(tmp_path, people_of_each_kind, outbox=True))
    yield found
    found.client.close()


@pytest.fixture
def heard(session: LoadSession) -> Heard:
    """What the session reports."""
    found = Heard()
    session.recorder.report_to(found.environment())
    return found


def fail(server: EmulatorServer, operation: str, code: str, message: str = "No.") -> None:
    """Have the next call of an operation fail."""
    fault = {"operation": operation, "code": code, "message": message, "status": 400, "times": 1}
    ControlSurface(server.url).plan_fault(fault)


def succeeded(body: bytes) -> HttpResponse:
    """Return a response that says that a call has succeeded."""
    found = HttpResponse()
    found.status_code, found.body = 200, body
    return found


class TestFlows:
    """Each flow makes the requests that its name promises, and each is named."""

    @pytest.mark.parametrize(
        ("flow", "requests"),
        [
            ("SignUpStorm", ["SignUp", "ConfirmSignUp"]),
            (
                "SrpSignIn",
                ["InitiateAuth USER_SRP_AUTH", "RespondToAuthChallenge PASSWORD_VERIFIER"],
            ),
            (
                "TotpSignIn",
                [
                    "InitiateAuth USER_SRP_AUTH",
                    "RespondToAuthChallenge PASSWORD_VERIFIER",
                    "RespondToAuthChallenge SOFTWARE_TOKEN_MFA",
                ],
            ),
            (
                "RememberedDeviceSignIn",
                [
                    "InitiateAuth USER_SRP_AUTH",
                    "RespondToAuthChallenge PASSWORD_VERIFIER",
                    "RespondToAuthChallenge DEVICE_SRP_AUTH",
                    "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER",
                ],
            ),
            ("Refresh", ["InitiateAuth REFRESH_TOKEN_AUTH"]),
        ],
    )
    def test_requests(
        self, session: LoadSession, heard: Heard, flow: str, requests: list[str]
    ) -> None:
        """All of them are calls without a failure, and the flow is done."""
        run_flow(session, flow)
        assert heard.requests == [(CALL, name, None) for name in requests]
        assert set(requests) <= set(REQUESTS)
        assert not heard.flows
        assert session.recorder.flows == {(flow, "done"): 1}
        assert all(milliseconds > 0 for milliseconds in heard.times)

    def test_a_wrong_code_is_refused_as_expected(self, session: LoadSession, heard: Heard) -> None:
        """The refusal of a wrong code is a success of its own kind."""
        run_flow(session, "WrongCodeProbing")
        assert heard.requests[-1] == (REFUSAL, "RespondToAuthChallenge SOFTWARE_TOKEN_MFA", None)
        assert session.recorder.flows == {("WrongCodeProbing", "done"): 1}

    def test_the_same_error_elsewhere_is_a_failure(
        self, server: EmulatorServer, session: LoadSession, heard: Heard
    ) -> None:
        """What probing expects, a sign-in does not."""
        fail(server, "RespondToAuthChallenge", "CodeMismatchException", "Wrong.")
        run_flow(session, "SrpSignIn")
        name = "RespondToAuthChallenge PASSWORD_VERIFIER"
        assert heard.requests[-1] == (CALL, name, "CodeMismatchException: Wrong.")
        assert session.recorder.flows == {("SrpSignIn", "failed"): 1}

    def test_every_flow_has_its_steps(self) -> None:
        """The names of the mix are those of the flows."""
        assert set(STEPS) == set(FLOWS)

    def test_a_sign_in_that_goes_another_way_is_a_failure(
        self, session: LoadSession, heard: Heard
    ) -> None:
        """If all calls succeed but not those of the flow, the flow fails."""
        with session.crowd.taken(Kind.PASSWORD) as guest:
            # A person without a device among those with one.
            session.crowd._free[Kind.DEVICE].insert(0, (0.0, -1, guest))
            run_flow(session, "RememberedDeviceSignIn")
        assert [failure for _, _, failure in heard.requests] == [None, None]
        ((name, reason),) = heard.flows
        assert name == "RememberedDeviceSignIn"
        assert reason.startswith("the challenges were PASSWORD_VERIFIER, not PASSWORD_VERIFIER > ")


class TestWaiting:
    """A flow that waits for a person has not begun."""

    @pytest.fixture
    def blocked(self, session: LoadSession) -> Iterator[ExitStack]:
        """Hold everybody with a password, so that a flow has to wait for them."""
        with ExitStack() as found:
            for _ in range(session.crowd.size(Kind.PASSWORD)):
                found.enter_context(session.crowd.taken(Kind.PASSWORD))
            yield found

    def test_nobody_waits_for_it(
        self, session: LoadSession, heard: Heard, blocked: ExitStack
    ) -> None:
        """The session is idle meanwhile; the flow begins when the gate is open again."""
        flow = gevent.spawn(run_flow, session, "SrpSignIn")
        gevent.idle()
        session.hold()
        assert session.wait_until_idle(0)
        blocked.close()
        gevent.idle()
        assert not heard.requests
        session.use_part(0, 1)
        flow.join(timeout=10)
        assert session.recorder.flows == {("SrpSignIn", "done"): 1}

    def test_a_person_of_another_process_is_not_used(
        self, session: LoadSession, blocked: ExitStack
    ) -> None:
        """If the people are divided while a flow waits, it gets a person of the new part."""
        flow = gevent.spawn(run_flow, session, "SrpSignIn")
        gevent.idle()
        session.hold()
        blocked.close()
        session.use_part(1, 2)
        flow.join(timeout=10)
        used = session.crowd._guests
        assert session.recorder.flows == {("SrpSignIn", "done"): 1}
        assert "r-password-1" in used
        assert "r-password-0" not in used

    def test_a_user_who_waits_can_be_stopped_at_once(
        self, session: LoadSession, blocked: ExitStack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """For Locust, a user who waits for a person is between two flows, and then is not."""
        monkeypatch.setattr(FlowUser, "session", session, raising=False)
        user = SrpSignIn.__new__(SrpSignIn)
        user._state = LOCUST_STATE_RUNNING
        flow = gevent.spawn(user.run_flow)
        gevent.idle()
        assert user._state == LOCUST_STATE_WAITING
        blocked.close()
        flow.join(timeout=10)
        assert user._state == LOCUST_STATE_RUNNING


class TestThrottles:
    """A throttle is a result of its own kind."""

    @pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException"])
    def test_a_throttle_is_no_failure(
        self, server: EmulatorServer, session: LoadSession, heard: Heard, code: str
    ) -> None:
        """It ends the flow, which counts as throttled."""
        fail(server, "InitiateAuth", code)
        run_flow(session, "SrpSignIn")
        assert heard.requests == [(THROTTLE, "InitiateAuth USER_SRP_AUTH", None)]
        assert session.recorder.flows == {("SrpSignIn", "throttled"): 1}

    def test_a_limit_that_is_used_up_is_a_failure(
        self, server: EmulatorServer, session: LoadSession, heard: Heard
    ) -> None:
        """LimitExceededException is none of the quotas per second."""
        fail(server, "InitiateAuth", "LimitExceededException")
        run_flow(session, "SrpSignIn")
        assert heard.requests[0][2] == "LimitExceededException: No."

    def test_each_attempt_of_a_paced_call_counts(
        self,
        server: EmulatorServer,
        load_pool: LoadPool,
        people_of_each_kind: Any,
        tmp_path: Path,
    ) -> None:
        """A pacer sends a throttled call again: one throttle and one call."""
        plan = load_pool.plan(tmp_path, people_of_each_kind, quota_share=1.0)
        session, heard = LoadSession(plan), Heard()
        session.recorder.report_to(heard.environment())
        fail(server, "InitiateAuth", "TooManyRequestsException")
        run_flow(session, "SrpSignIn")
        session.client.close()
        assert [kind for kind, _, _ in heard.requests] == [THROTTLE, CALL, CALL]
        assert session.recorder.flows == {("SrpSignIn", "done"): 1}


class TestFailures:
    """A failure says what is wrong, and nothing of what was sent."""

    def test_errors_that_the_profile_expects(
        self, server: EmulatorServer, session: LoadSession, heard: Heard
    ) -> None:
        """An error that the profile names for a request is a success."""
        name = "InitiateAuth USER_SRP_AUTH"
        session.recorder._expected = {name: frozenset({"UserNotFoundException"})}
        fail(server, "InitiateAuth", "UserNotFoundException")
        run_flow(session, "SrpSignIn")
        assert heard.requests == [(REFUSAL, name, None)]
        assert session.recorder.flows == {("SrpSignIn", "done"): 1}
        # Only that request was expected to be refused, and only with that error.
        fail(server, "RespondToAuthChallenge", "UserNotFoundException")
        run_flow(session, "SrpSignIn")
        assert session.recorder.flows["SrpSignIn", "failed"] == 1

    def test_nothing_that_was_sent_is_in_the_text(
        self, server: EmulatorServer, session: LoadSession, heard: Heard
    ) -> None:
        """Cognito's errors may repeat passwords, usernames and codes; the report does not."""
        secret = PASSWORD.reveal()
        fail(server, "InitiateAuth", "InvalidParameterException", f"r-password-0, {secret} is bad")
        actions = session.actions
        with pytest.raises(Exception, match="bad"):
            actions.initiate_auth(
                "USER_PASSWORD_AUTH", {"USERNAME": "r-password-0", "PASSWORD": secret}
            )
        ((_, _, text),) = heard.requests
        assert text == "InvalidParameterException: [redacted], [redacted] is bad"

    def test_a_broken_connection_is_a_failure(
        self, load_pool: LoadPool, people_of_each_kind: Any, tmp_path: Path
    ) -> None:
        """Without a response, the failure is the name of botocore's error."""
        plan = load_pool.plan(tmp_path, people_of_each_kind)
        session, heard = LoadSession(_elsewhere(plan)), Heard()
        session.recorder.report_to(heard.environment())
        run_flow(session, "SrpSignIn")
        name = "InitiateAuth USER_SRP_AUTH"
        assert heard.requests == [(CALL, name, "EndpointConnectionError")]
        assert session.recorder.flows == {("SrpSignIn", "failed"): 1}

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b'"done"', b"\xff"])
    def test_a_success_that_cannot_be_read_is_a_failure(
        self, session: LoadSession, heard: Heard, monkeypatch: pytest.MonkeyPatch, body: bytes
    ) -> None:
        """A 200 without a JSON object, as of a proxy in between, is counted as a failed request."""
        connections = session.client._connections  # type: ignore[attr-defined]
        monkeypatch.setattr(connections, "exchange", lambda message: succeeded(body))
        run_flow(session, "SrpSignIn")
        assert heard.requests == [(CALL, "InitiateAuth USER_SRP_AUTH", "UnreadableResponse")]
        assert session.recorder.flows == {("SrpSignIn", "failed"): 1}

    def test_any_other_error_shows_its_name_alone(
        self, session: LoadSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Locust shows the error that ends a flow; it has no text, no cause, and is counted."""

        def step(*_: object) -> None:
            raise ValueError(PASSWORD.reveal())

        monkeypatch.setattr("harness.load.flows.STEPS", {"SrpSignIn": step})
        with pytest.raises(CallFailed) as caught:
            run_flow(session, "SrpSignIn")
        assert "ValueError" in str(caught.value)
        assert PASSWORD.reveal() not in "".join(traceback.format_exception(caught.value))
        assert session.recorder.flows == {("SrpSignIn", "failed"): 1}

    def test_missing_people_are_named(
        self, load_pool: LoadPool, people_of_each_kind: Any, tmp_path: Path
    ) -> None:
        """A flow without people fails, and says whom to prepare."""
        plan = load_pool.plan(tmp_path, people_of_each_kind[:2])
        session = LoadSession(plan)
        with pytest.raises(HarnessError, match="no people with authenticator app"):
            run_flow(session, "TotpSignIn")
        assert session.recorder.flows == {("TotpSignIn", "failed"): 1}
        session.client.close()


def _elsewhere(plan: Any) -> Any:
    # The port of discard, where nobody listens.
    return replace(plan, endpoint_url="http://127.0.0.1:9")


def test_flows_are_taken_once(session: LoadSession) -> None:
    """What a worker has reported to its master, it does not report again."""
    session.recorder.flows["SrpSignIn", "done"] += 2
    assert session.recorder.take_flows() == {("SrpSignIn", "done"): 2}
    assert not session.recorder.take_flows()


def test_a_plan_that_was_run_uses_no_code_twice(
    load_pool: LoadPool, people_of_each_kind: Any, tmp_path: Path
) -> None:
    """The people of a second run wait for codes that the first cannot have used."""
    people = tuple(replace(person, totp_step=None) for person in people_of_each_kind)
    plan = load_pool.plan(tmp_path, people)
    assert _has_a_code(LoadSession(plan))
    # Of several workers that start together, none has begun to use the people.
    first, beside = LoadSession(plan), LoadSession(plan)
    first.use_part(0, 2)
    beside.use_part(1, 2)
    assert _has_a_code(first)
    assert _has_a_code(beside)
    assert not _has_a_code(LoadSession(plan))


def _has_a_code(session: LoadSession) -> bool:
    with session.crowd.taken(Kind.TOTP, ready=False) as guest:
        return guest.ready_at() <= SystemClock().time()


def test_the_profile_of_the_plan_is_used(
    load_pool: LoadPool, people_of_each_kind: Any, tmp_path: Path
) -> None:
    """A session has the mix of its plan, and the default mix without one."""
    profile = "[flows]\nRefresh = 1\n"
    plain = LoadSession(load_pool.plan(tmp_path, people_of_each_kind))
    chosen = LoadSession(load_pool.plan(tmp_path, people_of_each_kind, profile=profile))
    assert plain.profile == LoadProfile()
    assert cast("dict[str, float]", chosen.profile.weights) == {"Refresh": 1}
